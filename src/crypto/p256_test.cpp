#include "crypto/p256.hpp"

#include <gtest/gtest.h>

#include "crypto/hash.hpp"

namespace salus::crypto::p256 {
namespace {

// RFC 6979 A.2.5.
const SecretKey32 kKey(hash32("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"));
const Hash32 kOrder = hash32("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

Signature join(const Hash32& r, const Hash32& s) {
    Signature out;
    std::memcpy(out.data(), r.data(), 32);
    std::memcpy(out.data() + 32, s.data(), 32);
    return out;
}

TEST(P256, PublicKeyOfRfc6979) {
    EXPECT_EQ(to_hex(public_key(kKey).value().bytes),
              "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
              "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
}

TEST(P256, SignsAsRfc6979) {
    EXPECT_EQ(to_hex(sign(kKey, sha256(view("sample"))).value().bytes),
              "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
              "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
    EXPECT_EQ(to_hex(sign(kKey, sha256(view("test"))).value().bytes),
              "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
              "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083");
}

TEST(P256, RefusesEachFlippedBit) {
    const auto key = Verifier::from(public_key(kKey).value());
    ASSERT_TRUE(key.ok());
    const Hash32 digest = sha256(view("sample"));
    const Signature good = sign(kKey, digest).value();
    EXPECT_TRUE(key->verify(digest, good));
    for (std::size_t bit = 0; bit < 512; ++bit) {
        Signature bad = good;
        bad[bit / 8] = static_cast<Byte>(bad[bit / 8] ^ (1u << (bit % 8)));
        EXPECT_FALSE(key->verify(digest, bad)) << bit;
    }
    for (std::size_t bit = 0; bit < 256; ++bit) {
        Hash32 other = digest;
        other[bit / 8] = static_cast<Byte>(other[bit / 8] ^ (1u << (bit % 8)));
        EXPECT_FALSE(key->verify(other, good)) << bit;
    }
}

TEST(P256, RefusesScalarsOutOfRange) {
    const auto key = public_key(kKey).value();
    const Hash32 digest = sha256(view("sample"));
    const Signature good = sign(kKey, digest).value();
    Hash32 r, s, ones, one;
    ones.bytes.fill(0xff);
    one[31] = 1;
    std::memcpy(r.data(), good.data(), 32);
    std::memcpy(s.data(), good.data() + 32, 32);
    for (const Hash32& bad : {Hash32{}, kOrder, ones, one}) {
        EXPECT_FALSE(verify(key, digest, join(bad, s)));
        EXPECT_FALSE(verify(key, digest, join(r, bad)));
        EXPECT_FALSE(verify(key, digest, join(bad, bad)));
    }
}

// ES256 has no low-s rule: (r, n - s) verifies too, which is why nothing is named by a hash of a
// signed envelope.
TEST(P256, AcceptsBothSigns) {
    const Hash32 digest = sha256(view("sample"));
    EXPECT_TRUE(verify(public_key(kKey).value(), digest,
                       join(hash32("efd48b2aacb6a8fd1140dd9cd45e81d6"
                                   "9d2c877b56aaf991c34d0ea84eaf3716"),
                            hash32("0834e36ad29a83bf2bc9385e491d6099"
                                   "c8fdf9d1ed67aa7ea5f51f93782857a9"))));
}

TEST(P256, RefusesPointsOffTheCurve) {
    EXPECT_EQ(Verifier::from({}).error().kind(), kBadKey);
    auto moved = public_key(kKey).value();
    moved[63] ^= 1;
    EXPECT_EQ(Verifier::from(moved).error().kind(), kBadKey);
    PublicKey large;
    large.bytes.fill(0xff);
    EXPECT_EQ(Verifier::from(large).error().kind(), kBadKey);
}

TEST(P256, RefusesSecretKeysOutOfRange) {
    EXPECT_EQ(public_key(SecretKey32()).error().kind(), kBadKey);
    EXPECT_EQ(public_key(SecretKey32(kOrder)).error().kind(), kBadKey);
    EXPECT_EQ(sign(SecretKey32(kOrder), {}).error().kind(), kBadKey);
}

TEST(P256, SignsAndVerifiesWithManyKeys) {
    SeededRandom random(7);
    for (int i = 0; i < 50; ++i) {
        const SecretKey32 key = generate(random);
        const Hash32 digest = random.bytes<32>();
        const Signature signature = sign(key, digest).value();
        EXPECT_EQ(sign(key, digest).value(), signature);
        EXPECT_TRUE(verify(public_key(key).value(), digest, signature));
        EXPECT_FALSE(verify(public_key(kKey).value(), digest, signature));
    }
}

} // namespace
} // namespace salus::crypto::p256
