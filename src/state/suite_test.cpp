// The runners of official suites: names of networks and reasons, forms of files, what is refused.
#include "state/suite.hpp"

#include <gtest/gtest.h>

#include "state/suite_exceptions.hpp"
#include "state/suite_networks.hpp"
#include "state/transition.hpp"

namespace salus::state {
namespace {

using evm::Revision;

std::optional<Network> network(std::string_view name) {
    return *suite_network({}, name);
}

TEST(SuiteNetworks, KnowsEveryWayToSayAFork) {
    EXPECT_EQ(network("Merge")->config.rules_at(0, 0).revision, Revision::paris);
    EXPECT_EQ(network("EIP158")->config.rules_at(0, 0).revision, Revision::spurious_dragon);
    EXPECT_EQ(network("ConstantinopleFix")->config.rules_at(0, 0).revision, Revision::petersburg);
    EXPECT_EQ(network("MuirGlacier")->config.rules_at(0, 0).bomb_delay, 9'000'000U);
    EXPECT_EQ(network("ArrowGlacier")->config.rules_at(0, 0).bomb_delay, 10'700'000U);
    EXPECT_EQ(network("BPO1")->config.rules_at(0, 0).blobs, kBpo1Blobs);
    EXPECT_FALSE(network("Atlantis").has_value());
    EXPECT_FALSE(network("").has_value());
}

TEST(SuiteNetworks, TakesTransitionsApart) {
    const auto by_number = network("FrontierToHomesteadAt5")->config;
    EXPECT_EQ(by_number.rules_at(4, 9999).revision, Revision::frontier);
    EXPECT_EQ(by_number.rules_at(5, 0).revision, Revision::homestead);
    const auto by_time = network("CancunToPragueAtTime15k")->config;
    EXPECT_EQ(by_time.rules_at(99, 14'999).revision, Revision::cancun);
    EXPECT_EQ(by_time.rules_at(0, 15'000).revision, Revision::prague);
    EXPECT_EQ(network("HomesteadToDaoAt5")->config.dao_fork, 5U);
    const auto by_difficulty = network("ArrowGlacierToParisAtDiffC0000");
    EXPECT_EQ(by_difficulty->terminal_total_difficulty, uint256(0xc0000));
    EXPECT_EQ(by_difficulty->config.rules_at(9, 9).revision, Revision::london);
    EXPECT_EQ(by_difficulty->merged.rules_at(9, 9).revision, Revision::paris);
    EXPECT_FALSE(network("CancunToAtlantisAtTime15k").has_value());
    EXPECT_FALSE(network("CancunToPragueAtSoon").has_value());
}

TEST(SuiteNetworks, ReadsTheBlobSchedule) {
    const auto test = codec::parse_json(
        R"({"config":{"chainid":"0x05","blobSchedule":
            {"Osaka":{"target":"0x01","max":"0x02","baseFeeUpdateFraction":"0x03"}}}})");
    const auto found = *suite_network(test->get_object(), "Osaka");
    EXPECT_EQ(found->config.rules_at(0, 0).blobs, (BlobParameters{1, 2, 3}));
    EXPECT_EQ(found->config.chain_id, 5U);
    const auto bad = codec::parse_json(R"({"config":{"blobSchedule":{"Osaka":{"max":"x"}}}})");
    EXPECT_FALSE(suite_network(bad->get_object(), "Osaka").ok());
}

TEST(SuiteExceptions, AgreeWithOurReasons) {
    EXPECT_TRUE(is_expected("TR_NoFunds", Error(kInsufficientFunds)));
    EXPECT_FALSE(is_expected("TR_NoFunds", Error(kNonceTooLow)));
    EXPECT_TRUE(is_expected("TransactionException.NONCE_IS_MAX", Error(kNonceOverflow)));
    EXPECT_TRUE(is_expected("BlockException.INVALID_REQUESTS|BlockException.INVALID_GASLIMIT",
                            Error(kGasLimit)));
    EXPECT_FALSE(is_expected("BlockException.INVALID_REQUESTS", Error(kGasLimit)));
    EXPECT_TRUE(is_expected("BlockException.RLP_STRUCTURES_ENCODING", Error(kMalformed)));
    EXPECT_TRUE(is_expected("SomethingNew", Error(kGasLimit))) << "no table has it";
    EXPECT_TRUE(is_expected("", Error(kGasLimit))) << "older files give no reason";
}

// --- files --------------------------------------------------------------------------------------

using Runner = Result<std::vector<SuiteResult>> (*)(const codec::Json&, const SuiteOptions&,
                                                    Executor&);

// The verdict and detail of the only case; the error's name where the whole file is refused.
std::pair<Verdict, std::string> only(Runner run, std::string_view json, std::string fork = "") {
    InlineExecutor executor;
    const auto results = run(*codec::parse_json(json), {std::move(fork)}, executor);
    if (!results) return {Verdict::failed, std::string(results.error().name())};
    if (results->size() != 1) return {Verdict::failed, std::to_string(results->size()) + " cases"};
    return {results->front().verdict, results->front().detail};
}

// A transfer of 1 wei at price 0 from the account of key 5 under Istanbul.
constexpr std::string_view kTransfer =
    R"({"t":{"_info":{"comment":"x"},"unknown":1,
        "env":{"currentCoinbase":"0x00000000000000000000000000000000000000c0",
               "currentGasLimit":"0xf4240","currentNumber":"1","currentTimestamp":"0x01",
               "currentDifficulty":"0x20000"},
        "pre":{"0x@SENDER":{"balance":"0x2","nonce":"0x00","code":"0x","storage":{}}},
        "transaction":{"data":@DATA,"gasLimit":@GAS,"value":@VALUE,"gasPrice":"0x0",
               "nonce":"0x0","to":"0x0000000000000000000000000000000000000b0b",
               "secretKey":"0x0000000000000000000000000000000000000000000000000000000000000005"},
        "post":{"Istanbul":@POST,"Atlantis":[]}}})";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    return text.replace(text.find(from), from.size(), to);
}

std::string transfer(std::string_view data, std::string_view gas, std::string_view value,
                     std::string_view post) {
    const crypto::SecretKey32 key(to_hash(uint256(5)));
    std::string out(kTransfer);
    out = replaced(out, "@SENDER", to_hex(crypto::secp256k1::address_of(key)->bytes));
    out = replaced(replaced(out, "@DATA", data), "@GAS", gas);
    return replaced(replaced(out, "@VALUE", value), "@POST", post);
}

constexpr std::string_view kIndexes = R"("indexes":{"data":0,"gas":0,"value":0},)";
constexpr std::string_view kSingle = R"({"hash":"0x00"})";

TEST(StateTests, ListsAndSingleFormsAreTheSame) {
    const std::string listed = transfer(R"(["0x"])", R"(["0x5208"])", R"(["0x01"])",
                                        "[{" + std::string(kIndexes) + R"("hash":"0x00"}])");
    const std::string single = transfer(R"("0x")", R"("0x5208")", R"("0x01")", kSingle);
    const auto from_list = only(run_state_tests, listed, "Istanbul");
    EXPECT_TRUE(from_list.second.starts_with("state root 0x")) << from_list.second;
    EXPECT_EQ(only(run_state_tests, single, "Istanbul"), from_list);
    const std::string right = replaced(single, "0x00\"}", from_list.second.substr(11) + "\"}");
    EXPECT_EQ(only(run_state_tests, right, "Istanbul").first, Verdict::passed);
}

TEST(StateTests, TheReasonOfARefusalCounts) {
    const auto expecting = [](std::string_view reason) {
        const std::string test =
            transfer(R"("0x")", R"("0x5207")", R"("0x01")",
                     "{\"expectException\":\"" + std::string(reason) + "\",\"hash\":\"0x00\"}");
        return only(run_state_tests, test, "Istanbul").second;
    };
    EXPECT_TRUE(expecting("TR_IntrinsicGas").starts_with("state root"));
    EXPECT_TRUE(expecting("TR_NoFunds").starts_with("expected TR_NoFunds, got transaction.intr"));
}

TEST(StateTests, WhatIsNotTheirsIsSkippedByName) {
    const std::pair unknown{Verdict::skipped, std::string("unknown fork")};
    EXPECT_EQ(only(run_state_tests, transfer("[]", "[]", "[]", "[]")), unknown);
    const std::pair blocks{Verdict::skipped, std::string("a blockchain test")};
    EXPECT_EQ(only(run_state_tests, R"({"x":{"blocks":[],"network":"Osaka"}})"), blocks);
    const std::pair engine{Verdict::skipped, std::string("an engine test")};
    EXPECT_EQ(only(run_block_tests, R"({"x":{"engineNewPayloads":[],"network":"Osaka"}})"), engine);
    const std::pair network{Verdict::skipped, std::string("unknown network")};
    EXPECT_EQ(only(run_block_tests, R"({"x":{"blocks":[],"network":"Atlantis"}})"), network);
}

TEST(SuiteFiles, MalformedOnesFailByName) {
    for (const Runner run : {Runner(run_state_tests), Runner(run_block_tests)}) {
        EXPECT_EQ(only(run, "[]").second, "suite.malformed");
        EXPECT_TRUE(only(run, R"({"x":1})").second.starts_with("suite.malformed"));
        EXPECT_TRUE(only(run, R"({"x":{}})").second.starts_with("suite.malformed"));
    }
    const std::string no_value = transfer("[]", "[]", "[]", kSingle);
    EXPECT_TRUE(only(run_state_tests, no_value, "Istanbul").second.starts_with("rejected: suite."));
    EXPECT_TRUE(only(run_state_tests, transfer("1", "1", "1", "[1]"), "Istanbul")
                    .second.starts_with("suite.malformed"));
    constexpr std::string_view kHead = R"({"x":{"network":"Osaka","pre":{},)";
    const auto blocks = [&](std::string_view rest) {
        return only(run_block_tests, std::string(kHead) + std::string(rest) + "}}").second;
    };
    EXPECT_TRUE(blocks(R"("blocks":[])").starts_with("suite.malformed: no genesis"));
    EXPECT_TRUE(blocks(R"("blocks":[],"genesisRLP":"0xc0")").starts_with("rlp."));
    EXPECT_TRUE(blocks(R"("blocks":[],"genesisBlockHeader":{})").starts_with("block.state_root"));
}

constexpr std::string_view kVmTest =
    R"({"v":{"env":{},"pre":{},"exec":{"address":"0x0f572e5295c57f15886f9b263e2f6d2d6c7b5ec6",
        "code":"0x600160020100","gas":"0x64","data":"0x"},"gas":"0x5b","out":"0x","post":{}}})";

TEST(VmTests, JudgeGasAndSuccess) {
    EXPECT_EQ(only(run_state_tests, kVmTest).first, Verdict::passed);
    const std::string other_gas = replaced(std::string(kVmTest), "0x5b", "0x5c");
    EXPECT_NE(only(run_state_tests, other_gas).second.find("gas left 91"), std::string::npos);
    const std::string must_fail = replaced(std::string(kVmTest), ",\"post\":{}", "");
    EXPECT_NE(only(run_state_tests, must_fail).second.find("success"), std::string::npos);
    EXPECT_EQ(only(run_state_tests, kVmTest, "Osaka").second, "0 cases");
}

} // namespace
} // namespace salus::state
