#include "crypto/secp256k1.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "crypto/hash.hpp"

namespace salus::crypto::secp256k1 {
namespace {

// The example of EIP-155.
const SecretKey32 kKey(hash32("4646464646464646464646464646464646464646464646464646464646464646"));
const Hash32 kDigest = hash32("daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53");

TEST(Secp256k1, SignsAsEip155Example) {
    const Signature signature = sign(kKey, kDigest).value();
    EXPECT_EQ(to_hex(signature.r.bytes),
              "28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276");
    EXPECT_EQ(to_hex(signature.s.bytes),
              "67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83");
    EXPECT_EQ(signature.y_parity, 0);
    EXPECT_EQ(recover(kDigest, signature).value(),
              address("9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f"));
    EXPECT_EQ(address_of(kKey).value(), address("9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f"));
}

TEST(Secp256k1, RecoversWhatItSigned) {
    SeededRandom random(11);
    for (int i = 0; i < 50; ++i) {
        const SecretKey32 key(random.bytes<32>());
        const Hash32 digest = random.bytes<32>();
        const Signature signature = sign(key, digest).value();
        EXPECT_LE(load_be(signature.s), kHalfOrder);
        EXPECT_EQ(recover_public_key(digest, signature).value(), public_key(key).value());
        Signature high{signature.r, to_hash(kOrder - load_be(signature.s)),
                       static_cast<Byte>(1 - signature.y_parity)};
        EXPECT_EQ(recover_public_key(digest, high).value(), public_key(key).value());
    }
}

TEST(Secp256k1, RefusesBadSignatures) {
    const Signature good = sign(kKey, kDigest).value();
    const Hash32 order = to_hash(kOrder);
    Hash32 ones;
    ones.bytes.fill(0xff);
    for (const Hash32& bad : {Hash32{}, order, ones}) {
        EXPECT_EQ(recover(kDigest, {bad, good.s, 0}).error().kind(), kBadSignature);
        EXPECT_EQ(recover(kDigest, {good.r, bad, 0}).error().kind(), kBadSignature);
    }
    EXPECT_EQ(recover(kDigest, {good.r, good.s, 2}).error().kind(), kBadSignature);
    // x = 5 is on no point of the curve.
    Hash32 five;
    five[31] = 5;
    EXPECT_EQ(recover(kDigest, {five, good.s, 0}).error().kind(), kBadSignature);
}

TEST(Secp256k1, RefusesSecretKeysOutOfRange) {
    EXPECT_EQ(sign(SecretKey32(), kDigest).error().kind(), kBadSecretKey);
    EXPECT_EQ(sign(SecretKey32(to_hash(kOrder)), kDigest).error().kind(), kBadSecretKey);
    EXPECT_EQ(public_key(SecretKey32(to_hash(kOrder))).error().kind(), kBadSecretKey);
}

TEST(Secp256k1, HalfOrderIsHalfTheOrder) {
    EXPECT_EQ(kHalfOrder + kHalfOrder + uint256(1), kOrder);
}

} // namespace
} // namespace salus::crypto::secp256k1
