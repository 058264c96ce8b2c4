#include "http/fair_pool.hpp"

#include <gtest/gtest.h>

#include <future>

namespace salus::http {
namespace {

using namespace std::chrono_literals;

TEST(FairPool, OneClientCannotTakeAllThreads) {
    std::promise<void> gate;
    const std::shared_future<void> open = gate.get_future().share();
    std::atomic<int> flood{0};
    std::promise<void> served;
    {
        FairPool pool(4);
        for (int i = 0; i < 1000; ++i) {
            pool.post("flood", [&flood, open] {
                ++flood;
                open.wait();
            });
        }
        pool.post("other", [&served] { served.set_value(); });
        EXPECT_EQ(served.get_future().wait_for(10s), std::future_status::ready);
        EXPECT_LE(flood.load(), 3);
        gate.set_value();
    }
    EXPECT_EQ(flood.load(), 1000); // what was posted is run to its end
}

TEST(FairPool, RunsInTheOrderOfPosting) {
    std::vector<int> order;
    {
        FairPool pool(1);
        for (int i = 0; i < 100; ++i) pool.post("one", [&order, i] { order.push_back(i); });
    }
    ASSERT_EQ(order.size(), 100u);
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

} // namespace
} // namespace salus::http
