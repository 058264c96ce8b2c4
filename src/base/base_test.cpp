#include <gtest/gtest.h>

#include "base/bytes.hpp"

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "base/thread_pool.hpp"
#include "base/uint256.hpp"
#include <atomic>

namespace salus {
namespace {

uint256 random_word(SeededRandom& random) {
    uint256 out;
    const auto limbs = random.next() % 5;
    for (std::uint64_t i = 0; i < limbs; ++i) {
        const auto shape = random.next() % 4;
        out.limb[i] = shape == 0 ? ~0ULL : shape == 1 ? 0 : shape == 2 ? 1ULL << 63 : random.next();
    }
    return out;
}

TEST(Text, IsTrimmedOfEveryBlank) {
    EXPECT_EQ(trimmed(" \t\r\n\v\fHC1: A \n"), "HC1: A");
    EXPECT_EQ(trimmed("a"), "a");
    EXPECT_EQ(trimmed(" \n"), "");
    EXPECT_EQ(trimmed(""), "");
}

TEST(Hex, RoundTripsAndAcceptsPrefix) {
    EXPECT_EQ(to_hex(hex("0x00ffA0")), "00ffa0");
    EXPECT_EQ(from_hex("")->size(), 0U);
}

TEST(Hex, RefusesOddAndForeignDigits) {
    EXPECT_EQ(from_hex("0x123").error().kind(), kBadHex);
    EXPECT_EQ(from_hex("zz").error().kind(), kBadHex);
    EXPECT_EQ(address_from_hex("0x00").error().kind(), kBadHex);
}

TEST(Result, CarriesNameRuleAndPlace) {
    const Error error = Error(kBadHex, "digit 3").at("field x");
    EXPECT_EQ(error.text(),
              "hex.malformed: field x: digit 3 (two digits of 0-9a-fA-F a byte, optional 0x)");
}

TEST(Uint256, DivisionUndoesMultiplication) {
    SeededRandom random(1);
    for (int i = 0; i < 20000; ++i) {
        const uint256 a = random_word(random);
        const uint256 b = random_word(random);
        const DivMod d = divmod(a, b);
        if (!b) {
            EXPECT_EQ(d.quotient, uint256(0));
            continue;
        }
        EXPECT_EQ(d.quotient * b + d.remainder, a);
        EXPECT_LT(d.remainder, b);
    }
}

// (a·b) mod m by double-and-add, independent of the division under test.
uint256 slow_mulmod(uint256 a, const uint256& b, const uint256& m) {
    uint256 out;
    a = a % m;
    for (int i = 255; i >= 0; --i) {
        const auto twice = [&m](const uint256& x, const uint256& y) {
            bool carry = false;
            const uint256 sum = add_carry(x, y, carry);
            return carry || sum >= m ? sum - m : sum;
        };
        out = twice(out, out);
        if ((b.limb[i / 64] >> (i % 64)) & 1) out = twice(out, a);
    }
    return out;
}

// Limbs at their limits: quotient digits of all ones, upper halves that are equal, powers of two.
TEST(Uint256, DividesAndReducesLimbsAtTheirLimits) {
    constexpr std::uint64_t kHigh = std::uint64_t{1} << 63, kOnes = ~std::uint64_t{0};
    constexpr std::array<std::uint64_t, 5> kLimbs = {0, 1, kHigh, kOnes - 1, kOnes};
    std::vector<uint256> words;
    words.reserve(625);
    for (const auto a : kLimbs) {
        for (const auto b : kLimbs) {
            for (const auto c : kLimbs) {
                for (const auto d : kLimbs) words.emplace_back(a, b, c, d);
            }
        }
    }
    for (std::size_t i = 0; i < words.size(); ++i) {
        for (std::size_t j = 1; j < words.size(); ++j) {
            const DivMod d = divmod(words[i], words[j]);
            ASSERT_EQ(d.quotient * words[j] + d.remainder, words[i]);
            ASSERT_LT(d.remainder, words[j]);
        }
        const uint256& factor = words[(7 * i) % words.size()];
        const uint256& modulus = words[1 + (11 * i) % (words.size() - 1)];
        ASSERT_EQ(mulmod(words[i], factor, modulus), slow_mulmod(words[i], factor, modulus));
    }
}

TEST(Uint256, MulmodAgreesWithDoubleAndAdd) {
    SeededRandom random(2);
    for (int i = 0; i < 3000; ++i) {
        const uint256 a = random_word(random);
        const uint256 b = random_word(random);
        const uint256 m = random_word(random);
        if (!m) continue;
        EXPECT_EQ(mulmod(a, b, m), slow_mulmod(a, b, m));
        EXPECT_EQ(addmod(a, b, m), addmod(b % m, a % m, m));
    }
}

TEST(Uint256, SignedDivisionTruncatesTowardZero) {
    EXPECT_EQ(signed_divmod(-uint256(7), 2).quotient, -uint256(3));
    EXPECT_EQ(signed_divmod(-uint256(7), 2).remainder, -uint256(1));
    const uint256 lowest = uint256(1) << 255;
    EXPECT_EQ(signed_divmod(lowest, -uint256(1)).quotient, lowest);
}

TEST(Uint256, TextRoundTripsAndRefusesOverflow) {
    const std::string most =
        "115792089237316195423570985008687907853269984665640564039457584007913129639935";
    EXPECT_EQ(to_decimal(*uint256_from_text(most)), most);
    std::string over = most;
    over.back() = '6';
    EXPECT_EQ(uint256_from_text(over).error().kind(), kBadInteger);
    EXPECT_EQ(uint256_from_text("12a").error().kind(), kBadInteger);
    EXPECT_EQ(to_quantity(0), "0x0");
    EXPECT_EQ(to_quantity(*uint256_from_text("0x0400")), "0x400");
}

TEST(Uint256, ShiftsAndPower) {
    EXPECT_EQ((uint256(1) << 200) >> 137, uint256(1) << 63);
    EXPECT_EQ(uint256(1) << 256, uint256(0));
    EXPECT_EQ(pow(3, 5), uint256(243));
    EXPECT_EQ(pow(2, 256), uint256(0));
}

TEST(ThreadPool, RunsEveryIndexOnceAndNests) {
    ThreadPool pool(3);
    std::vector<std::atomic<int>> seen(500);
    pool.parallel_for(50, [&](std::size_t i) {
        pool.parallel_for(10, [&](std::size_t j) { ++seen[i * 10 + j]; });
    });
    for (const auto& count : seen) EXPECT_EQ(count.load(), 1);
}

TEST(SeededRandom, SameSeedSameBytes) {
    SeededRandom a(7);
    SeededRandom b(7);
    EXPECT_EQ(a.bytes<32>(), b.bytes<32>());
    EXPECT_NE(a.bytes<32>(), SeededRandom(8).bytes<32>());
}

} // namespace
} // namespace salus
