#include "crypto/p256.hpp"

#include <atomic>
#include <thread>

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

PublicKey point(std::string_view x, std::string_view y) {
    return join(hash32(x), hash32(y));
}

// The three ways to verify must agree: without a Verifier, and with one before and after it has its
// table.
bool verified(const PublicKey& key, const Hash32& digest, const Signature& signature) {
    const bool plain = p256::verify(key, digest, signature);
    const auto verifier = Verifier::from(key);
    if (!verifier.ok()) return plain; // refused: false, as the caller expects
    EXPECT_EQ(verifier->verify(digest, signature), plain);
    EXPECT_TRUE(verifier->prepare());
    EXPECT_EQ(verifier->verify(digest, signature), plain);
    return plain;
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

class P256Table : public testing::TestWithParam<bool> {}; // with a table, or without

TEST_P(P256Table, RefusesEachFlippedBit) {
    const auto key = Verifier::from(public_key(kKey).value());
    ASSERT_TRUE(key.ok());
    ASSERT_TRUE(!GetParam() || key->prepare());
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
INSTANTIATE_TEST_SUITE_P(, P256Table, testing::Bool());

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
        EXPECT_FALSE(verified(key, digest, join(bad, s)));
        EXPECT_FALSE(verified(key, digest, join(r, bad)));
        EXPECT_FALSE(verified(key, digest, join(bad, bad)));
    }
}

// ES256 has no low-s rule: (r, n - s) verifies too, which is why nothing is named by a hash of a
// signed envelope.
TEST(P256, AcceptsBothSigns) {
    const Hash32 digest = sha256(view("sample"));
    EXPECT_TRUE(verified(public_key(kKey).value(), digest,
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

const SecretKey32 kOne(hash32("0000000000000000000000000000000000000000000000000000000000000001"));
const SecretKey32
    kMinusOne(hash32("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"));

// Q = G and Q = -G, where the sum of u1 G and u2 Q is one of a point with itself or its opposite.
TEST(P256, VerifiesUnderTheGeneratorAndItsOpposite) {
    for (const SecretKey32* key : {&kOne, &kMinusOne}) {
        const PublicKey point = public_key(*key).value();
        const Hash32 digest = sha256(view("sample"));
        const Signature good = sign(*key, digest).value();
        EXPECT_TRUE(verified(point, digest, good));
        EXPECT_FALSE(verified(point, sha256(view("test")), good));
    }
    const Hash32 r = hash32("7640617e32ab1669d633b7c1edb758002f6966a33e0bd13f6556b739204d2129");
    const Signature doubled =
        join(r, hash32("b41c486fa031c606c3221205d8c24aba87d4d684c458bc85bc8fa90589d6f052"));
    EXPECT_TRUE(verified(public_key(kOne).value(), r, doubled)); // u1 = u2: e = r
    EXPECT_FALSE(verified(public_key(kMinusOne).value(), r, doubled));
}

// FIPS 186-5 6.4.2 step 6: e = -r d gives u1 G + u2 Q = O, which has no x.
TEST(P256, RefusesASumAtInfinity) {
    const Hash32 five = hash32("0000000000000000000000000000000000000000000000000000000000000005");
    const Hash32 minus_five =
        hash32("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254c");
    for (const Hash32& s : {five, minus_five, sha256(view("s"))}) {
        EXPECT_FALSE(verified(public_key(kOne).value(), minus_five, join(five, s)));
        EXPECT_FALSE(verified(public_key(kMinusOne).value(), five, join(five, s)));
    }
}

// u1 = 0, and digests that are not below the order.
TEST(P256, ReducesTheDigest) {
    Hash32 ones;
    ones.bytes.fill(0xff);
    const PublicKey key = public_key(kKey).value();
    for (const Hash32& digest : {Hash32{}, kOrder, ones}) {
        const Signature good = sign(kKey, digest).value();
        EXPECT_TRUE(verified(key, digest, good));
        EXPECT_EQ(verified(key, Hash32{}, good), digest != ones);
        EXPECT_EQ(verified(key, kOrder, good), digest != ones);
    }
}

// Keys made for their signatures, Q = (s R - e G) / r: a point R whose x is just above the order (r
// is x - n), the largest such, and one whose x is as small and therefore r itself.
TEST(P256, TakesTheXCoordinateModuloTheOrder) {
    const Hash32 digest = sha256(view("sample"));
    const Hash32 s = hash32("043a718774c572bd8a25adbeb1bfcd5c0256ae11cecf9f9c3f925d0e52beaf89");
    const Hash32 above = hash32("0000000000000000000000000000000000000000000000000000000000000003");
    const Hash32 most = hash32("000000000000000000000000000000004319055358e8617b0c46353d039cdaab");
    const Hash32 small = hash32("0000000000000000000000000000000000000000000000000000000000000005");
    const PublicKey of_above =
        point("d3b20957fbbbc27acf48528c45b5d63ee7c911158e6a19980d15a784f413f06c",
              "8c68101ad9fc3ad21ecb952e4b7459b2fc90a906b8701823654f32a2616e9523");
    const PublicKey of_most =
        point("b06763cbddb76930a1aabaa41813b68e16f2da7c9d9cfc90f3111ec74a16a718",
              "0409f92e5ca8db8ad878cbc431be205f3481acbc754c14b1e4185fcb6bd6f6c7");
    const PublicKey of_small =
        point("b092bd1df59802d46aa648ac72ca4a12bb56b2d872db38cad2a54e307de3c83f",
              "28eedf3e300ac9b53827b36632e081cd53a6d110f111bcc3ce88e1eb744da89c");
    for (const Hash32& r : {above, most, small}) {
        EXPECT_EQ(verified(of_above, digest, join(r, s)), r == above);
        EXPECT_EQ(verified(of_most, digest, join(r, s)), r == most);
        EXPECT_EQ(verified(of_small, digest, join(r, s)), r == small);
    }
}

// Right signatures, wrong ones and random bytes in their place, each with and without a table.
TEST(P256, TablesChangeNothing) {
    SeededRandom random(11);
    for (int key = 0; key < 10; ++key) {
        const SecretKey32 secret = generate(random);
        const PublicKey point = public_key(secret).value();
        const auto verifier = Verifier::from(point).value();
        ASSERT_TRUE(verifier.prepare());
        for (int i = 0; i < 20; ++i) {
            const Hash32 digest = random.bytes<32>();
            const Signature good = sign(secret, digest).value();
            Signature bad = good;
            bad[random.bytes<1>()[0] % 64] ^= 0x10;
            EXPECT_TRUE(verified(point, digest, good));
            EXPECT_FALSE(verified(point, digest, bad));
            EXPECT_FALSE(verified(point, random.bytes<32>(), good));
            EXPECT_FALSE(verified(point, digest, random.bytes<64>()));
            EXPECT_FALSE(verifier.verify(digest, sign(kKey, digest).value()));
        }
    }
}

// The table is made on the way, by one of several threads that verify with the same key.
TEST(P256, MakesTheTableWhileOthersVerify) {
    const PublicKey point = public_key(kKey).value();
    const Hash32 digest = sha256(view("sample"));
    const Signature good = sign(kKey, digest).value();
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            const auto verifier = Verifier::from(point).value();
            for (std::uint64_t n = 0; n < kUsesBeforeTable; ++n) {
                if (!verifier.verify(digest, good)) ++wrong;
                if (verifier.verify(Hash32{}, good)) ++wrong;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
}

TEST(P256, GivesTablesToSoManyKeysAtATime) {
    SeededRandom random(12);
    std::vector<Verifier> all;
    for (std::size_t i = 0; i < kMaxTables; ++i) {
        all.push_back(Verifier::from(public_key(generate(random)).value()).value());
        ASSERT_TRUE(i == 0 || all[i].prepare());
    }
    const auto next = Verifier::from(public_key(kKey).value()).value();
    const Hash32 digest = sha256(view("sample"));
    // The first one gets the last table by being used.
    for (std::uint64_t use = 0; use < kUsesBeforeTable; ++use) {
        EXPECT_FALSE(all[0].verify(digest, random.bytes<64>()));
    }
    EXPECT_FALSE(next.prepare());
    EXPECT_TRUE(next.verify(digest, sign(kKey, digest).value()));
    const Verifier same = all.back();
    all.pop_back();
    EXPECT_FALSE(next.prepare()); // `same` has the table still
    all.clear();
    EXPECT_TRUE(same.prepare());
    EXPECT_TRUE(next.prepare());
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
