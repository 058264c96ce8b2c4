#include "crypto/kdf.hpp"

#include <gtest/gtest.h>

#include "crypto/aead.hpp"

namespace salus::crypto {
namespace {

TEST(Hkdf, Rfc5869) {
    EXPECT_EQ(to_hex(hkdf_sha256(Bytes(22, 0x0b), hex("000102030405060708090a0b0c"),
                                 hex("f0f1f2f3f4f5f6f7f8f9"), 42)),
              "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
              "34007208d5b887185865");
    EXPECT_EQ(to_hex(hkdf_sha256(Bytes(22, 0x0b), {}, {}, 42)),
              "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
              "9d201395faa4b61a96c8");
    EXPECT_EQ(to_hex(hkdf_key(Bytes(22, 0x0b), {}, {}).expose().bytes),
              "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
}

TEST(Pbkdf2, KnownAnswers) { // RFC 7914 section 11
    EXPECT_EQ(to_hex(pbkdf2_sha256(view("passwd"), view("salt"), 1, 64)),
              "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
              "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
}

TEST(Scrypt, Rfc7914) {
    EXPECT_EQ(to_hex(scrypt({}, {}, {16, 1, 1}, 64).value()),
              "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
              "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
    EXPECT_EQ(to_hex(scrypt(view("password"), view("NaCl"), {1024, 8, 16}, 64).value()),
              "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
              "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640");
}

TEST(Scrypt, RefusesCostsByName) {
    for (const ScryptCost& cost :
         {ScryptCost{0, 8, 1}, ScryptCost{1, 8, 1}, ScryptCost{1000, 8, 1}, ScryptCost{16, 0, 1},
          ScryptCost{16, 8, 0}, ScryptCost{1ull << 40, 8, 1}, ScryptCost{1ull << 63, 8, 1},
          ScryptCost{1 << 20, 8, 1}, ScryptCost{2, 0x7fffffff, 1}, ScryptCost{2, 1, 0x7fffffff},
          ScryptCost{1 << 17, 8, 64}}) {
        const auto out = scrypt(view("x"), view("y"), cost, 32);
        ASSERT_FALSE(out.ok()) << cost.n << ' ' << cost.r << ' ' << cost.p;
        EXPECT_EQ(out.error().kind(), kBadScrypt);
    }
}

TEST(Argon2id, KnownAnswer) { // of Debian's argon2 -id -t 2 -k 1024 -p 1
    const FixedBytes<16> salt = fixed_from_hex<16>("0102030405060708090a0b0c0d0e0f10").value();
    const auto key = argon2id(view("password"), salt, {1 << 20, 2});
    ASSERT_TRUE(key.ok());
    EXPECT_EQ(to_hex(key->expose().bytes),
              "007f6b258779db1c07dda5ff432b9025b66d7ec395ed9acba7939210b3ed97b8");
    EXPECT_NE(argon2id(view("passwore"), salt, {1 << 20, 2})->expose(), key->expose());
}

TEST(Argon2id, RefusesCostsByName) {
    for (const Argon2Cost& cost : {Argon2Cost{0, 1}, Argon2Cost{1 << 20, 0},
                                   Argon2Cost{2ull << 30, 1}, Argon2Cost{1 << 20, 17}}) {
        EXPECT_EQ(argon2id({}, {}, cost).error().kind(), kBadArgon2);
    }
}

TEST(Aes128Ctr, Sp80038a) { // NIST SP 800-38A F.5.1
    const auto key = fixed_from_hex<16>("2b7e151628aed2a6abf7158809cf4f3c").value();
    const auto counter = fixed_from_hex<16>("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff").value();
    const Bytes plain = hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
    const Bytes cipher = hex("874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff");
    EXPECT_EQ(aes128_ctr(key, counter, plain), cipher);
    EXPECT_EQ(aes128_ctr(key, counter, cipher), plain);
}

// draft-irtf-cfrg-xchacha-03, A.3.1.
TEST(Aead, KnownAnswer) {
    const SecretKey32 key(
        hash32("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"));
    const AeadNonce nonce =
        fixed_from_hex<24>("404142434445464748494a4b4c4d4e4f5051525354555657").value();
    const Bytes associated = hex("50515253c0c1c2c3c4c5c6c7");
    const Bytes plain = to_bytes("Ladies and Gentlemen of the class of '99: If I could offer you "
                                 "only one tip for the future, sunscreen would be it.");
    const Bytes sealed = aead_seal(key, nonce, plain, associated);
    EXPECT_EQ(to_hex(ByteView(sealed).first(32)),
              "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb");
    EXPECT_EQ(to_hex(ByteView(sealed).last(16)), "c0875924c1c7987947deafd8780acf49");
    EXPECT_EQ(aead_open(key, nonce, sealed, associated).value(), plain);
}

TEST(Aead, RefusesEveryChange) {
    const SecretKey32 key(hash32(std::string(64, '7')));
    const AeadNonce nonce{};
    const Bytes sealed = aead_seal(key, nonce, view("a record"), view("context"));
    const auto refused = [&](const SecretKey32& k, const AeadNonce& n, ByteView text, ByteView a) {
        const auto out = aead_open(k, n, text, a);
        return !out.ok() && out.error().kind() == kNotAuthentic;
    };
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        Bytes bad = sealed;
        bad[bit / 8] = static_cast<Byte>(bad[bit / 8] ^ (1u << (bit % 8)));
        EXPECT_TRUE(refused(key, nonce, bad, view("context")));
    }
    AeadNonce other = nonce;
    other[23] = 1;
    EXPECT_TRUE(refused(key, other, sealed, view("context")));
    EXPECT_TRUE(refused(SecretKey32(), nonce, sealed, view("context")));
    EXPECT_TRUE(refused(key, nonce, sealed, view("contexu")));
    EXPECT_TRUE(refused(key, nonce, {}, view("context")));
    EXPECT_TRUE(refused(key, nonce, ByteView(sealed).first(15), view("context")));
}

TEST(Secrets, CompareAndWipe) {
    EXPECT_TRUE(equal_constant_time(view("abc"), view("abc")));
    EXPECT_FALSE(equal_constant_time(view("abc"), view("abd")));
    EXPECT_FALSE(equal_constant_time(view("abc"), view("ab")));
    EXPECT_TRUE(equal_constant_time({}, {}));
    SecretKey32 key(hash32(std::string(64, '7')));
    const SecretKey32 moved(std::move(key));
    EXPECT_TRUE(key.expose().is_zero()); // NOLINT(bugprone-use-after-move): that is the point
    EXPECT_FALSE(moved.expose().is_zero());
}

} // namespace
} // namespace salus::crypto
