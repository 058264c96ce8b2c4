#include "crypto/bn254.hpp"

#include <gtest/gtest.h>

#include "base/uint256.hpp"

namespace salus::crypto::bn254 {
namespace {

const uint256 kOrder(0x30644e72e131a029, 0xb85045b68181585d, 0x2833e84879b97091,
                     0x43e1f593f0000001);
const uint256 kBig(0x1234567890abcdef, 0xfedcba0987654321, 0x55aa55aa55aa55aa, 0x0f0f0f0f0f0f0f0f);
constexpr std::string_view kModulus =
    "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47";

G1Bytes generator() {
    G1Bytes out;
    out[31] = 1;
    out[63] = 2;
    return out;
}
Bytes generator2() {
    return hex("198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
               "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
               "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
               "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa");
}
G1Bytes times(const uint256& k) {
    return *multiply(generator(), to_hash(k));
}
template <std::size_t N>
FixedBytes<N> fixed(const Bytes& from) {
    FixedBytes<N> out;
    std::copy(from.begin(), from.end(), out.begin());
    return out;
}

TEST(Bn254, GroupLaws) {
    EXPECT_TRUE(times(kOrder).is_zero());
    EXPECT_TRUE(times(uint256(0)).is_zero());
    EXPECT_EQ(times(kOrder + uint256(1)), generator());
    EXPECT_TRUE(add(times(kOrder - uint256(1)), generator())->is_zero());
    EXPECT_EQ(*add(generator(), generator()), times(uint256(2)));
    EXPECT_EQ(*add(G1Bytes{}, generator()), generator());
    EXPECT_EQ(*add(generator(), G1Bytes{}), generator());
    for (const uint256& k : {uint256(1), uint256(5), kBig, ~uint256(0), kOrder - uint256(2)}) {
        EXPECT_EQ(*add(times(k % kOrder), generator()), times(k % kOrder + uint256(1)));
        EXPECT_EQ(times(k), times(k % kOrder));
    }
}

// The scalar's split by the endomorphism, against doubling and adding.
TEST(Bn254, MultiplesAgreeWithDoubleAndAdd) {
    uint256 k = kBig;
    for (int round = 0; round < 20; ++round) {
        k = k * uint256(0x9e3779b97f4a7c15) + uint256(12345);
        G1Bytes expected;
        for (int i = 255; i >= 0; --i) {
            expected = *add(expected, expected);
            if (((k >> static_cast<std::uint64_t>(i)).low64() & 1) != 0) {
                expected = *add(expected, generator());
            }
        }
        EXPECT_EQ(times(k), expected);
    }
}

TEST(Bn254, PairingOfInversesIsOne) {
    const Bytes q = generator2();
    const auto product = [&](const G1Bytes& a, const G1Bytes& b) {
        return *pairing_product_is_one(concat({a.bytes, q, b.bytes, q}));
    };
    EXPECT_TRUE(product(times(kBig), times(kOrder - kBig % kOrder)));
    EXPECT_FALSE(product(times(kBig), times(kBig)));
    EXPECT_FALSE(*pairing_product_is_one(concat({generator().bytes, q})));
    EXPECT_TRUE(*pairing_product_is_one(concat({G1Bytes{}.bytes, q})));
    EXPECT_TRUE(*pairing_product_is_one(concat({generator().bytes, Bytes(128, 0)})));
    EXPECT_TRUE(*pairing_product_is_one({}));
}

TEST(Bn254, RefusesByName) {
    const auto kind = [](const auto& result) -> const ErrorKind& { return result.error().kind(); };
    G1Bytes off = generator();
    off[63] = 3;
    EXPECT_EQ(kind(add(off, generator())), kNotOnCurve);
    EXPECT_EQ(kind(add(generator(), off)), kNotOnCurve);
    EXPECT_EQ(kind(multiply(off, Hash32{})), kNotOnCurve);
    G1Bytes large = fixed<64>(concat({hex(kModulus), Bytes(32, 0)}));
    EXPECT_EQ(kind(add(large, generator())), kNotInField);
    EXPECT_EQ(kind(pairing_product_is_one(Bytes(191, 0))), kBadLength);
    Bytes q = generator2();
    q[127] ^= 1;
    EXPECT_EQ(kind(pairing_product_is_one(concat({generator().bytes, q}))), kNotOnCurve);
    EXPECT_EQ(kind(pairing_product_is_one(concat({G1Bytes{}.bytes, q}))), kNotOnCurve);
    q = generator2();
    std::copy_n(hex(kModulus).begin(), 32, q.begin());
    EXPECT_EQ(kind(pairing_product_is_one(concat({generator().bytes, q}))), kNotInField);
}

// A point of the twist whose order is not r.
TEST(Bn254, RefusesPointsOutsideTheSubgroup) {
    const Bytes q = hex("0000000000000000000000000000000000000000000000000000000000000001"
                        "0000000000000000000000000000000000000000000000000000000000000002"
                        "2b76c179599bb92a963dac85546a005a777f7c13f6a7b75d5918b6b5808f5fde"
                        "101f7278419308b95099eca02dcee0c5381f4d26d1d62313f057167f064101ce");
    for (const G1Bytes& p : {generator(), G1Bytes{}}) {
        const auto result = pairing_product_is_one(concat({p.bytes, q}));
        ASSERT_FALSE(result.ok());
        EXPECT_EQ(result.error().kind(), kNotInSubgroup);
    }
}

} // namespace
} // namespace salus::crypto::bn254
