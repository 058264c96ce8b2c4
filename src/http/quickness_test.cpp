#include "http/quickness.hpp"

#include <gtest/gtest.h>

namespace salus::http {
namespace {

using std::chrono::microseconds;

TEST(Quickness, IsLearntFromManyInARowAndLostByOneSlow) {
    Quickness quickness;
    for (int i = 0; i < Quickness::kRow; ++i) {
        EXPECT_FALSE(quickness.expected(7));
        quickness.observe(7, microseconds(20));
    }
    EXPECT_TRUE(quickness.expected(7));
    EXPECT_FALSE(quickness.expected(8));
    quickness.observe(7, Quickness::kQuick + microseconds(1));
    EXPECT_FALSE(quickness.expected(7));
}

} // namespace
} // namespace salus::http
