#include "crypto/kzg.hpp"

#include <gtest/gtest.h>

namespace salus::crypto::kzg {
namespace {

Point point(std::string_view text) {
    return *fixed_from_hex<48>(text);
}
// The generator of G1, and the point at infinity.
const Point kG =
    point("97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a"
          "1aeffb3af00adb22c6bb");
const Point kInfinity =
    point("c00000000000000000000000000000000000000000000000000000000000000000000000"
          "000000000000000000000000");
const Hash32 kZ = hash32("564c0a11a0f704f4fc3e8acfe0f8245f0ad1347b378fbf96e206da11a5d36306");

const ErrorKind& refusal(const Point& commitment, const Hash32& z, const Hash32& y,
                         const Point& proof) {
    const Status status = verify_proof(commitment, z, y, proof);
    EXPECT_FALSE(status.ok());
    return status.error().kind();
}

// The constant polynomials 1 and 0: everywhere the constant, with a zero quotient.
TEST(Kzg, ConstantPolynomials) {
    const Hash32 one = to_hash(uint256(1));
    EXPECT_TRUE(verify_proof(kG, kZ, one, kInfinity).ok());
    EXPECT_TRUE(verify_proof(kInfinity, kZ, Hash32{}, kInfinity).ok());
    EXPECT_EQ(refusal(kG, kZ, Hash32{}, kInfinity), kWrongProof);
    EXPECT_EQ(refusal(kG, kZ, one, kG), kWrongProof);
    EXPECT_EQ(refusal(kInfinity, kZ, one, kInfinity), kWrongProof);
}

TEST(Kzg, RefusesScalarsOutsideTheField) {
    const Hash32 one = to_hash(uint256(1));
    EXPECT_EQ(refusal(kG, to_hash(kModulus), one, kInfinity), kBadScalar);
    EXPECT_EQ(refusal(kG, kZ, to_hash(kModulus + uint256(1)), kInfinity), kBadScalar);
    EXPECT_TRUE(verify_proof(kG, to_hash(kModulus - uint256(1)), one, kInfinity).ok());
}

TEST(Kzg, RefusesBadPoints) {
    const Hash32 one = to_hash(uint256(1));
    const auto with = [&](std::size_t at, Byte flip, Point bytes) -> const ErrorKind& {
        bytes[at] ^= flip;
        return refusal(bytes, kZ, one, kInfinity);
    };
    EXPECT_EQ(with(0, 0x80, kG), kBadPoint);         // not compressed
    EXPECT_EQ(with(0, 0x40, kG), kBadPoint);         // infinity with coordinates
    EXPECT_EQ(with(0, 0x20, kInfinity), kBadPoint);  // infinity with a sign
    EXPECT_EQ(with(47, 0x01, kInfinity), kBadPoint); // infinity with coordinates
    EXPECT_EQ(with(0, 0x0c, kG), kBadPoint);         // x >= p
    EXPECT_EQ(with(0, 0x20, kG), kWrongProof);       // the other y: a point, but another
    EXPECT_EQ(refusal(kG, kZ, one, point(std::string(96, 'f'))), kBadPoint);
}

// x = 0 gives y² = 4, a point of order 3.
TEST(Kzg, RefusesPointsOutsideTheSubgroup) {
    Point order_3;
    order_3[0] = 0x80;
    const Status status = verify_proof(order_3, kZ, Hash32{}, kInfinity);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().kind(), kBadPoint);
    EXPECT_EQ(status.error().detail(), "not in the subgroup");
}

TEST(Kzg, VersionedHashOfAnEmptyBlob) {
    EXPECT_EQ(to_hex(versioned_hash(kInfinity).bytes),
              "010657f37554c781402a22917dee2f75def7ab966d7b770905398eba3c444014");
}

} // namespace
} // namespace salus::crypto::kzg
