#include "state/step_digest.hpp"

#include <bit>

#include <gtest/gtest.h>

namespace salus::state {
namespace {

// What tests/differential/second.ts computes as well.
TEST(StepDigest, IsAsDescribed) {
    StepDigest digest;
    EXPECT_EQ(digest.digest(), 0U);
    EXPECT_EQ(digest.steps(), 0U);
    evm::Step step;
    step.pc = 1;
    digest.step(step);
    // The first mixes 1; after it come 0 eight times.
    std::uint32_t expected = 0x9e3779b1U;
    for (int i = 0; i < 8; ++i) expected = std::rotl(expected, 5) * 0x9e3779b1U;
    EXPECT_EQ(digest.digest(), expected);
    EXPECT_EQ(digest.steps(), 1U);
}

std::uint32_t digest_of(const evm::Step& step) {
    StepDigest digest;
    digest.step(step);
    return digest.digest();
}

TEST(StepDigest, TellsEveryPartApart) {
    const std::vector<uint256> stack{uint256(1), uint256(2), uint256(3), uint256(4)};
    evm::Step plain;
    plain.stack = stack;
    std::vector<evm::Step> changed(6, plain);
    changed[0].pc = 1;
    changed[1].depth = 1;
    changed[2].gas = 1;
    changed[3].gas = std::int64_t{1} << 32;
    changed[4].address[19] = 1;
    changed[5].stack = plain.stack.subspan(1);
    for (const evm::Step& step : changed) EXPECT_NE(digest_of(step), digest_of(plain));
    std::vector<uint256> other = stack;
    other[1] = uint256(9);
    evm::Step third = plain;
    third.stack = other;
    EXPECT_NE(digest_of(third), digest_of(plain));
}

TEST(StepDigest, PassesOverTheStopAtTheEndOfCode) {
    evm::Step end;
    end.implicit_stop = true;
    StepDigest digest;
    digest.step(end);
    EXPECT_EQ(digest.steps(), 0U);
    EXPECT_EQ(digest.digest(), 0U);
}

} // namespace
} // namespace salus::state
