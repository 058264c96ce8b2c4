// What is asked about the pool: txpool_* and eth_pendingTransactions.
#include "api/eth/test_world.hpp"

namespace salus::api::eth {
namespace {

using chain::testing::address_of;
using testing::quoted;
using testing::RpcWorld;

// No block comes: two transactions can go into the next one, a third waits for its predecessor.
struct PoolMethods : RpcWorld {
    Hash32 first, second, gapped;

    PoolMethods() {
        world.options.instant = false;
        world.options.block_time = std::chrono::hours(1);
        begin();
        second = submitted({.nonce = 1, .value = 8});
        first = submitted({.value = 7});
        gapped = submitted({.from = 2, .nonce = 5});
    }
    Hash32 submitted(const chain::testing::Sent& sent) {
        const Result<Hash32> hash = world.submit(sent);
        EXPECT_TRUE(hash.ok());
        return hash.ok() ? *hash : Hash32{};
    }
};

TEST_F(PoolMethods, CountsWhatIsPendingAndWhatIsQueued) {
    EXPECT_EQ(result("txpool_status"), (Json(json::object{{"pending", "0x2"}, {"queued", "0x1"}})));
}

TEST_F(PoolMethods, ListsPendingTransactionsByNonce) {
    const Json listed = result("eth_pendingTransactions");
    ASSERT_EQ(listed.as_array().size(), 2u);
    EXPECT_EQ(listed.at(0).at("hash").as_string(), to_hex0x(first.bytes));
    EXPECT_EQ(listed.at(1).at("hash").as_string(), to_hex0x(second.bytes));
    EXPECT_EQ(listed.at(0).at("value").as_string(), "0x7");
    EXPECT_TRUE(listed.at(0).at("blockHash").is_null());
    EXPECT_EQ(error_code("eth_pendingTransactions", "[1]"), -32602);
}

TEST_F(PoolMethods, ShowsTheContentBySenderAndNonce) {
    const Json content = result("txpool_content");
    const std::string sender = to_hex0x(address_of(0).bytes);
    const std::string waiting = to_hex0x(address_of(2).bytes);
    const Json& pending = content.at("pending").at(sender);
    EXPECT_EQ(pending.at("0").at("hash").as_string(), to_hex0x(first.bytes));
    EXPECT_EQ(pending.at("1").at("hash").as_string(), to_hex0x(second.bytes));
    EXPECT_EQ(content.at("queued").at(waiting).at("5").at("hash").as_string(),
              to_hex0x(gapped.bytes));
    const Json of_one = result("txpool_contentFrom", "[" + quoted(address_of(0).bytes) + "]");
    EXPECT_EQ(of_one.at("pending"), pending);
    EXPECT_TRUE(of_one.at("queued").as_object().empty());
    const Json summary = result("txpool_inspect");
    EXPECT_EQ(summary.at("pending").at(sender).at("0").as_string(),
              to_hex0x(address_of(1).bytes) + ": 7 wei + 21000 gas × 0 wei");
}

} // namespace
} // namespace salus::api::eth
