// Against anvil, a node of other make. Found by SALUS_ANVIL, or in node_modules of the repository.

#include "eth_remote/remote_chain.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>

#include "base/clock.hpp"
#include "codec/abi.hpp"
#include "crypto/hash.hpp"
#include "eth/contracts/accreditation.hpp"
#include "eth/deploy.hpp"
#include "eth_remote/rpc_client.hpp"

extern char** environ;

namespace salus::eth {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

std::string anvil_path() {
    if (const char* given = std::getenv("SALUS_ANVIL")) return given;
    for (fs::path folder = fs::current_path(); folder != folder.parent_path();
         folder = folder.parent_path()) {
        const fs::path found = folder / "node_modules" / ".bin" / "anvil";
        if (fs::exists(found)) return found;
    }
    return {};
}

// The first of the well-known accounts of "test test … junk": no secret.
crypto::SecretKey32 dev_key() {
    return crypto::SecretKey32(
        hash32("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"));
}

class Anvil {
public:
    explicit Anvil(std::vector<std::string> more = {}) {
        port_ = static_cast<std::uint16_t>(20'000 + (::getpid() * 7 + count_++ * 131) % 30'000);
        std::vector<std::string> words = {anvil_path(), "--port", std::to_string(port_),
                                          "--silent"};
        words.insert(words.end(), more.begin(), more.end());
        std::vector<char*> arguments;
        arguments.reserve(words.size() + 1);
        for (std::string& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        posix_spawnattr_t attributes;
        posix_spawnattr_init(&attributes);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP); // its own group: npm wraps it
        started_ = posix_spawn(&pid_, words[0].c_str(), nullptr, &attributes, arguments.data(),
                               environ) == 0;
        posix_spawnattr_destroy(&attributes);
    }
    ~Anvil() {
        if (!started_) return;
        ::kill(-pid_, SIGTERM);
        ::waitpid(pid_, nullptr, 0);
    }
    Anvil(const Anvil&) = delete;
    Anvil& operator=(const Anvil&) = delete;

    http::Url url() const { return {false, "127.0.0.1", port_, "/"}; }
    bool wait_until_ready() const {
        RemoteOptions patient;
        patient.retries = 60;
        return started_ && make_remote_chain(url(), patient)->chain_id().ok();
    }

private:
    static inline int count_ = 0;
    std::uint16_t port_ = 0;
    pid_t pid_ = 0;
    bool started_ = false;
};

struct RemoteChainTest : ::testing::Test {
    std::unique_ptr<Anvil> anvil;
    std::unique_ptr<Chain> chain;
    SystemClock clock;
    MemoryJournal journal;

    void SetUp() override {
        if (anvil_path().empty()) {
            GTEST_SKIP() << "anvil is not installed: set SALUS_ANVIL or run npm install";
        }
        start();
    }
    void start(std::vector<std::string> more = {}) {
        anvil = std::make_unique<Anvil>(std::move(more));
        ASSERT_TRUE(anvil->wait_until_ready());
        chain = make_remote_chain(anvil->url());
    }
    Signer signer() { return Signer::from_key(dev_key()).value(); }
    Bytes accreditation_code() {
        return contracts::accreditation::creation_code(signer().address());
    }
};

TEST_F(RemoteChainTest, ReadsTheChain) {
    EXPECT_EQ(chain->chain_id().value(), 31337u);
    const auto head = chain->head();
    ASSERT_TRUE(head.ok()) << head.error().text();
    EXPECT_EQ(head->number, 0u);
    EXPECT_EQ(chain->genesis_hash().value(), head->hash);
    EXPECT_EQ(chain->balance(signer().address()).value(),
              uint256(10'000) * pow(uint256(10), uint256(18)));
    EXPECT_EQ(chain->transaction_count(signer().address()).value(), 0u);
    EXPECT_TRUE(chain->code(signer().address()).value().empty());
    BlockRef unknown;
    unknown.number = 99;
    EXPECT_EQ(chain->head(unknown).error().kind(), kUnknownBlock);
    EXPECT_GT(chain->suggest_fees()->max_fee_per_gas, uint256());
    EXPECT_FALSE(chain->receipt({})->has_value());
}

TEST_F(RemoteChainTest, WaitsForTheHead) {
    const Hash32 known = chain->head()->hash;
    EXPECT_EQ(chain->wait_for_head(known, 50ms)->hash, known);
    Sender sender(*chain, signer(), journal, clock);
    ASSERT_TRUE(sender.send_and_wait({signer().address(), {}, {}, "pay", {}}).ok());
    EXPECT_NE(chain->wait_for_head(known, 5s)->hash, known);
}

TEST_F(RemoteChainTest, NamesRefusedTransactions) {
    const auto send = [&](std::uint64_t nonce, uint256 value, uint256 fee) {
        TransactionRequest request{31337, nonce, 0, fee, 21'000, Address{}, value, {}};
        return chain->send_raw(signer().sign(request)->raw);
    };
    const uint256 fee(10'000'000'000);
    const Hash32 genesis = chain->genesis_hash().value();
    ASSERT_TRUE(send(0, 0, fee).ok());
    ASSERT_NE(chain->wait_for_head(genesis, 5s)->hash, genesis); // mined, not only pooled
    EXPECT_EQ(send(0, 1, fee).error().kind(), kNonceTooLow);
    EXPECT_EQ(send(1, pow(uint256(10), uint256(30)), fee).error().kind(), kInsufficientFunds);
    EXPECT_EQ(send(1, 0, 1).error().kind(), kUnderpriced);
}

TEST_F(RemoteChainTest, SendingTheSameTwiceIsNoError) {
    start({"--no-mining"});
    TransactionRequest request{31337, 0, 0, 10'000'000'000, 21'000, Address{}, 0, {}};
    const SignedTransaction signed_one = signer().sign(request).value();
    EXPECT_EQ(chain->send_raw(signed_one.raw).value(), signed_one.hash);
    const auto again = chain->send_raw(signed_one.raw);
    ASSERT_TRUE(again.ok()) << again.error().text();
    EXPECT_EQ(*again, signed_one.hash);
}

TEST_F(RemoteChainTest, DeploysOnceAndNamesReverts) {
    Sender sender(*chain, signer(), journal, clock);
    for (const auto& signature : contracts::accreditation::error_signatures()) {
        sender.error_names().add(std::string(signature));
    }
    MemoryDeploymentRecord record;
    const std::vector<ContractPlan> plan = {
        {"Accreditation", [&](const auto&) { return accreditation_code(); }}};
    const auto first = deploy(*chain, sender, record, plan);
    ASSERT_TRUE(first.ok()) << first.error().text();
    EXPECT_TRUE(first->front().fresh);
    const auto second = deploy(*chain, sender, record, plan);
    ASSERT_TRUE(second.ok());
    EXPECT_FALSE(second->front().fresh);
    EXPECT_EQ(second->front().address, first->front().address);

    CallRequest stranger;
    stranger.from.bytes.fill(0x77);
    stranger.to = first->front().address;
    stranger.data = contracts::accreditation::encode_accredit(stranger.from, "Name", "AT");
    const auto refused = chain->call(stranger);
    ASSERT_FALSE(refused.ok());
    const auto data = revert_data(refused.error());
    ASSERT_TRUE(data.has_value()) << refused.error().text();
    EXPECT_TRUE(decode_revert(*data, sender.error_names()).name.starts_with("Accreditation"));
}

TEST_F(RemoteChainTest, ManyTransactionsInFlight) {
    start({"--block-time", "1"});
    SenderOptions options;
    options.poll = 100ms;
    Sender sender(*chain, signer(), journal, clock, options);
    std::vector<Intent> intents;
    intents.reserve(200);
    for (int i = 0; i < 200; ++i) {
        intents.push_back({Address{}, {}, 21'000, "pay/" + std::to_string(i), {}});
    }
    const auto handles = sender.submit_all(intents);
    ASSERT_TRUE(handles.ok()) << handles.error().text();
    for (const auto& handle : *handles) {
        const auto receipt = handle.wait();
        ASSERT_TRUE(receipt.ok()) << receipt.error().text();
    }
    EXPECT_EQ(chain->transaction_count(signer().address()).value(), 200u);
    // A handle is told before the sender has forgotten its transaction.
    for (int i = 0; i < 100 && sender.in_flight() != 0; ++i) std::this_thread::sleep_for(50ms);
    EXPECT_EQ(sender.in_flight(), 0u);
}

TEST(RemoteChain, NamesANodeThatIsNotThere) {
    RemoteOptions options;
    options.retries = 1;
    options.backoff = 1ms;
    options.http.retries = 0;
    const auto chain = make_remote_chain({false, "127.0.0.1", 1, "/"}, options);
    const auto id = chain->chain_id();
    ASSERT_FALSE(id.ok());
    EXPECT_EQ(id.error().kind(), kUnreachable);
}

struct ErrorCase {
    const char* text;
    const ErrorKind& kind;
};

TEST(MapRpcError, KnowsTheWordsOfTheNodes) {
    const std::vector<ErrorCase> cases = {
        {R"({"code":-32000,"message":"nonce too low: next nonce 5, tx nonce 4"})", kNonceTooLow},
        {R"({"code":-32003,"message":"nonce too low"})", kNonceTooLow},
        {R"({"code":-32001,"message":"Nonce below sender account nonce"})", kNonceTooLow},
        {R"({"code":-32003,"message":"Insufficient funds for gas * price + value"})",
         kInsufficientFunds},
        {R"({"code":-32004,"message":"Upfront cost exceeds account balance"})", kInsufficientFunds},
        {R"({"code":-32000,"message":"replacement transaction underpriced"})", kUnderpriced},
        {R"({"code":-32003,"message":"max fee per gas less than block base fee"})", kUnderpriced},
        {R"({"code":-32000,"message":"header not found"})", kUnknownBlock},
        {R"({"code":3,"message":"execution reverted: no","data":"0x1234"})", kReverted},
        {R"({"code":-32000,"message":"Execution reverted","data":"0x"})", kReverted},
        {R"({"code":-32015,"message":"VM execution error","data":"Reverted 0x1234"})", kRpcError},
        {R"({"code":-32601,"message":"method not found"})", kRpcError},
        {R"({})", kRpcError},
    };
    for (const ErrorCase& one : cases) {
        const auto parsed = codec::parse_json(one.text);
        ASSERT_TRUE(parsed.ok());
        EXPECT_EQ(map_rpc_error(parsed->get_object()).kind(), one.kind) << one.text;
    }
}

TEST(MapRpcError, KeepsRevertData) {
    for (const char* text : {R"({"code":3,"message":"execution reverted","data":"0x1234"})",
                             R"({"code":-32603,"message":"reverted","data":{"data":"0x1234"}})",
                             R"({"code":-32015,"message":"revert","data":"Reverted 0x1234"})"}) {
        const auto parsed = codec::parse_json(text);
        EXPECT_EQ(revert_data(map_rpc_error(parsed->get_object())), hex("1234")) << text;
    }
}

} // namespace
} // namespace salus::eth
