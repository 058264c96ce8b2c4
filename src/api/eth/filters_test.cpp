#include "api/eth/filters.hpp"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "chain/testing/world.hpp"

namespace salus::api::eth {
namespace {

using chain::testing::World;

struct FiltersTest : ::testing::Test {
    World world;
    EndpointOptions options;
    std::unique_ptr<Filters> filters;

    FiltersTest() {
        options.filter_limit = 3;
        world.options.limits.log_results = 1;
        EXPECT_TRUE(world.open().ok());
        filters = std::make_unique<Filters>(*world.chain, world.clock, world.random, options);
    }
    bool lives(const std::string& id) { return filters->changes(id).ok(); }
};

TEST_F(FiltersTest, TheLeastRecentlyUsedMakesRoomForANewOne) {
    const std::string first = filters->add_blocks();
    const std::string second = filters->add_pending();
    const std::string third = filters->add_logs({});
    EXPECT_TRUE(lives(first));
    const std::string fourth = filters->add_blocks();
    EXPECT_EQ(filters->changes(second).error().kind(), kFilterNotFound);
    EXPECT_TRUE(lives(first));
    EXPECT_TRUE(lives(third));
    EXPECT_TRUE(lives(fourth));
}

TEST_F(FiltersTest, APollThatFailedLosesNothing) {
    const std::string id = filters->add_logs({});
    const Address counter =
        *world.sealed(chain::testing::creation(0, chain::testing::counter_code())).contract_address;
    EXPECT_EQ(codec::print_json(*filters->changes(id)), "[]");
    for (std::uint64_t nonce = 1; nonce <= 2; ++nonce) {
        world.sealed(chain::testing::call_of(nonce, counter, {}));
    }
    for (int i = 0; i < 2; ++i) { // two logs, but one is the most that the chain gives
        const auto failed = filters->changes(id);
        ASSERT_FALSE(failed.ok());
        EXPECT_EQ(failed.error().kind(), chain::kTooManyResults);
    }
}

TEST_F(FiltersTest, PollsOfManyThreadsTellEachBlockOnce) {
    const std::string id = filters->add_blocks();
    std::atomic<std::size_t> told = 0;
    std::atomic<bool> done = false;
    std::vector<std::thread> threads;
    threads.reserve(3);
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&] {
            while (!done) {
                told += filters->changes(id)->as_array().size();
                filters->remove("none");
            }
        });
    }
    for (std::uint64_t nonce = 0; nonce < 20; ++nonce) world.sealed({.nonce = nonce});
    done = true;
    for (std::thread& thread : threads) thread.join();
    told += filters->changes(id)->as_array().size();
    EXPECT_EQ(told, world.chain->head().header.number);
}

} // namespace
} // namespace salus::api::eth
