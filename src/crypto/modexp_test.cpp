#include "crypto/modexp.hpp"

#include <gtest/gtest.h>

namespace salus::crypto {
namespace {

// EIP-198's examples.
TEST(Modexp, Eip198) {
    EXPECT_EQ(
        to_hex(modexp(hex("03"),
                      hex("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2e"),
                      hex("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f"))),
        "0000000000000000000000000000000000000000000000000000000000000001");
    EXPECT_EQ(
        to_hex(modexp({}, hex("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2e"),
                      hex("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f"))),
        "0000000000000000000000000000000000000000000000000000000000000000");
    EXPECT_EQ(to_hex(modexp(hex("03"), hex("ffff"), hex("8000"))), "2aab");
}

TEST(Modexp, Edges) {
    EXPECT_EQ(modexp(hex("02"), hex("03"), {}), Bytes{});
    EXPECT_EQ(modexp(hex("02"), hex("03"), hex("0000")), hex("0000"));
    EXPECT_EQ(modexp(hex("02"), hex("03"), hex("0001")), hex("0000"));
    EXPECT_EQ(modexp({}, {}, hex("07")), hex("01")); // 0^0 is 1
    EXPECT_EQ(modexp(hex("00"), hex("00"), hex("01")), hex("00"));
    EXPECT_EQ(modexp(hex("000002"), hex("0000"), hex("000005")), hex("000001"));
}

} // namespace
} // namespace salus::crypto
