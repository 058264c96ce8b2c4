// Building a block, and every refusal of one by name.
#include <gtest/gtest.h>

#include "codec/rlp.hpp"
#include "state/genesis.hpp"
#include "state/transition.hpp"
#include "state/trie.hpp"

namespace salus::state {
namespace {

const Address kWithdrawals = address("0x00000961ef480eb55e80d19ad83579a64c007002");
const Address kConsolidations = address("0x0000bbddc7ce488642fb579f8b00f3a590007251");

crypto::SecretKey32 key() {
    return crypto::SecretKey32(to_hash(uint256(5)));
}
Address sender() {
    return *crypto::secp256k1::address_of(key());
}

class Blocks : public testing::Test {
protected:
    Blocks() {
        pre_.accounts[sender()].balance = uint256(1'000'000'000'000'000'000);
        put_code(kWithdrawals, "00"); // no requests
        put_code(kConsolidations, "00");
        parent_.gas_limit = 30'000'000;
        parent_.timestamp = 1000;
        parent_.base_fee_per_gas = uint256(0);
        parent_.withdrawals_root = crypto::kEmptyTrieRoot;
        parent_.blob_gas_used = parent_.excess_blob_gas = 0;
        parent_.parent_beacon_block_root = Hash32{};
        parent_.requests_hash = requests_hash({});
        choice_.timestamp = 1001;
        choice_.gas_limit = 30'000'000;
    }
    void put_code(const Address& at, std::string_view code) {
        pre_.accounts[at].code_hash = crypto::keccak256(hex(code));
        pre_.code[pre_.accounts[at].code_hash] = hex(code);
    }
    RootFunction root() {
        return [this](const StateChanges& changes) -> Result<Hash32> {
            MemoryState after;
            after.apply(pre_);
            after.apply(changes);
            return state_root(after.as_changes());
        };
    }
    Transaction transfer(std::uint64_t nonce) {
        Transaction out;
        out.type = TransactionType::dynamic_fee;
        out.chain_id = uint256(config_.chain_id);
        out.nonce = nonce;
        out.gas_limit = 21'000;
        out.to = address("0x0000000000000000000000000000000000000b0b");
        out.value = uint256(3);
        EXPECT_TRUE(sign(out, key()).ok());
        return out;
    }
    // A valid block of two transfers and one withdrawal.
    Block build() {
        state_.apply(pre_);
        const std::vector<Withdrawal> withdrawals{{1, 2, sender(), 7}};
        Block out{{}, {transfer(0), transfer(1)}, {}, withdrawals};
        BlockExecutor executor(config_, state_, parent_, choice_, nullptr);
        EXPECT_TRUE(executor.begin().ok());
        for (const auto& tx : out.transactions) {
            EXPECT_TRUE(executor.execute(tx, sender()).ok());
        }
        auto done = executor.finish(withdrawals, root());
        EXPECT_TRUE(done.ok()) << done.error().text();
        out.header = done->header;
        return out;
    }
    std::string refusal(const Block& block) {
        const std::vector<Address> senders(block.transactions.size(), sender());
        const auto result =
            execute_block(config_, state_, parent_, block, senders, nullptr, root());
        return result.ok() ? "" : std::string(result.error().name());
    }

    ChainConfig config_ = ChainConfig::all_at_genesis(73127);
    StateChanges pre_;
    MemoryState state_;
    BlockHeader parent_;
    BlockChoice choice_;
};

TEST_F(Blocks, WhatIsBuiltIsValid) {
    const Block block = build();
    EXPECT_EQ(block.header.gas_used, 42'000U);
    EXPECT_EQ(block.header.base_fee_per_gas, uint256(0));
    EXPECT_EQ(refusal(block), "");
    const auto decoded = decode_block(encode(block));
    ASSERT_TRUE(decoded.ok()) << decoded.error().text();
    EXPECT_EQ(*decoded, block);
    EXPECT_EQ(*decode_header(encode(block.header)), block.header);
}

TEST_F(Blocks, ARefusedTransactionLeavesTheBlockAsItWas) {
    state_.apply(pre_);
    BlockExecutor executor(config_, state_, parent_, choice_, nullptr);
    ASSERT_TRUE(executor.begin().ok());
    EXPECT_EQ(executor.execute(transfer(1), sender()).error().kind(), kNonceTooHigh);
    EXPECT_EQ(executor.gas_used(), 0U);
    ASSERT_TRUE(executor.execute(transfer(0), sender()).ok());
    EXPECT_EQ(executor.execute(transfer(0), sender()).error().kind(), kNonceTooLow);
    EXPECT_EQ((*executor.pending().account(sender()))->nonce, 1U);
    EXPECT_EQ(executor.outcomes().size(), 1U);
}

#define SALUS_EXPECT_REFUSED(change, name)                                                         \
    {                                                                                              \
        Block block = valid;                                                                       \
        change;                                                                                    \
        EXPECT_EQ(refusal(block), name);                                                           \
    }

TEST_F(Blocks, RefusesHeaderFaults) {
    const Block valid = build();
    SALUS_EXPECT_REFUSED(block.header.parent_hash[0] ^= 1, "block.parent_hash");
    SALUS_EXPECT_REFUSED(block.header.number += 1, "block.number");
    SALUS_EXPECT_REFUSED(block.header.timestamp = 1000, "block.timestamp");
    SALUS_EXPECT_REFUSED(block.header.gas_limit = 31'000'000, "block.gas_limit");
    SALUS_EXPECT_REFUSED(block.header.gas_used = 30'000'001, "block.gas_used");
    SALUS_EXPECT_REFUSED(block.header.extra_data = Bytes(33), "block.extra_data");
    SALUS_EXPECT_REFUSED(block.header.base_fee_per_gas = uint256(1), "block.base_fee");
    SALUS_EXPECT_REFUSED(block.header.difficulty = uint256(1), "block.difficulty");
    SALUS_EXPECT_REFUSED(block.header.nonce[7] = 1, "block.difficulty");
    SALUS_EXPECT_REFUSED(block.header.requests_hash.reset(), "block.header_fields");
    SALUS_EXPECT_REFUSED(block.header.excess_blob_gas = 1, "block.excess_blob_gas");
    SALUS_EXPECT_REFUSED(block.header.blob_gas_used = 1, "block.blob_gas_used");
    SALUS_EXPECT_REFUSED(block.header.ommers_hash[0] ^= 1, "block.ommers");
}

TEST_F(Blocks, RefusesBodyAndOutcomeFaults) {
    const Block valid = build();
    SALUS_EXPECT_REFUSED(block.transactions.pop_back(), "block.transactions_root");
    SALUS_EXPECT_REFUSED(block.withdrawals->clear(), "block.withdrawals_root");
    SALUS_EXPECT_REFUSED(block.withdrawals.reset(), "block.withdrawals_root");
    SALUS_EXPECT_REFUSED(block.ommers.emplace_back(), "block.ommers");
    SALUS_EXPECT_REFUSED(block.header.gas_used -= 1, "block.gas_used");
    SALUS_EXPECT_REFUSED(block.header.receipts_root[0] ^= 1, "block.receipts_root");
    SALUS_EXPECT_REFUSED(block.header.logs_bloom[0] ^= 1, "block.logs_bloom");
    SALUS_EXPECT_REFUSED((*block.header.requests_hash)[0] ^= 1, "block.requests_hash");
    SALUS_EXPECT_REFUSED(block.header.state_root[0] ^= 1, "block.state_root");
    SALUS_EXPECT_REFUSED(block.header.blob_gas_used = kGasPerBlob, "block.blob_gas_used");
}

TEST_F(Blocks, RefusesABlockAbove8MiB) {
    Block block = build();
    block.header.extra_data.clear();
    Transaction big = transfer(2);
    big.data = Bytes(9'000'000, 0);
    block.transactions = {big};
    const Bytes encoded = encode(big);
    block.header.transactions_root = ordered_trie_root(std::vector<Bytes>{encoded});
    EXPECT_EQ(check_body(config_, block).error().kind(), kBlockSize);
}

TEST_F(Blocks, NeedsTheRequestContracts) {
    pre_.accounts.erase(kWithdrawals);
    state_.apply(pre_);
    BlockExecutor executor(config_, state_, parent_, choice_, nullptr);
    ASSERT_TRUE(executor.begin().ok());
    EXPECT_EQ(executor.finish({}, root()).error().kind(), kSystemCall);
}

TEST_F(Blocks, RefusesAFailingRequestContract) {
    put_code(kConsolidations, "fe");
    state_.apply(pre_);
    BlockExecutor executor(config_, state_, parent_, choice_, nullptr);
    ASSERT_TRUE(executor.begin().ok());
    EXPECT_EQ(executor.finish({}, root()).error().kind(), kSystemCall);
}

TEST(Fees, BaseFeeFollowsUse) { // the examples follow from EIP-1559's formula
    BlockHeader parent;
    parent.gas_limit = 20'000'000;
    parent.base_fee_per_gas = uint256(1'000'000'000);
    parent.gas_used = 10'000'000;
    EXPECT_EQ(next_base_fee(parent), uint256(1'000'000'000));
    parent.gas_used = 20'000'000;
    EXPECT_EQ(next_base_fee(parent), uint256(1'125'000'000));
    parent.gas_used = 0;
    EXPECT_EQ(next_base_fee(parent), uint256(875'000'000));
    parent.base_fee_per_gas = uint256(0);
    EXPECT_EQ(next_base_fee(parent), uint256(0));
    parent.gas_used = 10'000'001; // above the target a free chain starts to cost
    EXPECT_EQ(next_base_fee(parent), uint256(1));
}

TEST(Receipts, EncodeAndDecode) {
    Receipt receipt;
    receipt.type = TransactionType::dynamic_fee;
    receipt.success = true;
    receipt.cumulative_gas_used = 21'000;
    receipt.logs = {{address("0x0000000000000000000000000000000000000b0b"),
                     {to_hash(uint256(1)), to_hash(uint256(2))},
                     hex("0102")}};
    receipt.bloom = logs_bloom(receipt.logs);
    EXPECT_EQ(*decode_receipt(encode(receipt)), receipt);
    EXPECT_EQ(decode_receipt({}).error().kind(), kMalformed);
    EXPECT_EQ(decode_receipt(hex("05c0")).error().kind(), kUnknownType);
    EXPECT_EQ(decode_receipt(hex("c102")).error().kind(), kMalformed);
}

// Logs repeat each other's address and topics, at the same place and at others.
TEST(Receipts, TheBloomHasEveryItemOfEveryLogAndNoOther) {
    const auto topic = [](std::uint64_t n) { return to_hash(uint256(n)); };
    const Address a = address("0x0000000000000000000000000000000000000b0b");
    const Address b = address("0x0000000000000000000000000000000000000b0c");
    const std::vector<Log> logs = {{a, {topic(1), topic(2)}, {}},
                                   {a, {topic(1), topic(3)}, {}},
                                   {b, {topic(3)}, {}},
                                   {b, {topic(4), topic(1)}, {}},
                                   {a, {}, {}},
                                   {a, {topic(5), topic(1)}, {}}};
    Bloom wanted;
    for (const Log& log : logs) {
        add_to_bloom(wanted, log.address.bytes);
        for (const Hash32& item : log.topics) add_to_bloom(wanted, item.bytes);
    }
    EXPECT_EQ(logs_bloom(logs), wanted);
    Bloom other = wanted;
    add_to_bloom(other, view("something else"));
    EXPECT_NE(other, wanted);
}

// --- genesis ------------------------------------------------------------------------------------

Result<Genesis> genesis(std::string_view config) {
    return parse_genesis(
        *codec::parse_json("{\"alloc\":{},\"config\":" + std::string(config) + "}"));
}

constexpr std::string_view kToLondon =
    R"("homesteadBlock":0,"eip150Block":0,"eip155Block":0,"eip158Block":0,"byzantiumBlock":0,
       "constantinopleBlock":0,"istanbulBlock":0,"berlinBlock":5,"londonBlock":9)";

std::string with(std::string_view more) {
    return "{" + std::string(kToLondon) + std::string(more) + "}";
}

TEST(GenesisConfig, SchedulesForks) {
    const auto parsed = genesis(with(R"(,"mergeNetsplitBlock":12,"terminalTotalDifficulty":1000,
        "shanghaiTime":100,"cancunTime":200,"pragueTime":300,"osakaTime":400,"bpo1Time":500)"));
    ASSERT_TRUE(parsed.ok()) << parsed.error().text();
    const ChainConfig& config = parsed->config;
    EXPECT_EQ(config.rules_at(4, 0).revision, evm::Revision::istanbul);
    EXPECT_EQ(config.rules_at(9, 0).revision, evm::Revision::london);
    EXPECT_EQ(config.rules_at(12, 99).revision, evm::Revision::paris);
    EXPECT_EQ(config.rules_at(20, 200).blobs, kCancunBlobs);
    EXPECT_EQ(config.rules_at(20, 400).revision, evm::Revision::osaka);
    EXPECT_EQ(config.rules_at(20, 500).blobs, kBpo1Blobs);
}

TEST(GenesisConfig, RefusesByName) {
    EXPECT_EQ(genesis(with(R"(,"amsterdamTime":7)")).error().kind(), kUnknownFork);
    EXPECT_EQ(genesis(with(R"(,"clique":{})")).error().kind(), kUnknownFork);
    EXPECT_EQ(genesis(with(R"(,"shanghaiTime":7)")).error().kind(), kMissingTtd);
    EXPECT_EQ(genesis(R"({"byzantiumBlock":0})").error().kind(), kForkOrder);
    EXPECT_EQ(genesis(R"({"homesteadBlock":3,"eip150Block":2})").error().kind(), kForkOrder);
    EXPECT_EQ(genesis(R"({"homesteadBlock":"x"})").error().kind(), kBadGenesis);
    EXPECT_EQ(genesis(with(R"(,"bpo1Time":7)")).error().kind(), kForkOrder);
    EXPECT_EQ(parse_genesis(*codec::parse_json(R"({"config":{}})")).error().kind(), kBadGenesis);
    const auto account = codec::parse_json(
        R"({"config":{},"alloc":{"0000000000000000000000000000000000000001":{"balanse":"1"}}})");
    EXPECT_EQ(parse_genesis(*account).error().kind(), kBadGenesis);
}

} // namespace
} // namespace salus::state
