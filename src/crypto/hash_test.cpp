#include "crypto/hash.hpp"

#include <gtest/gtest.h>

namespace salus::crypto {
namespace {

TEST(Keccak256, KnownAnswers) {
    EXPECT_EQ(keccak256({}), kEmptyCodeHash);
    EXPECT_EQ(keccak256(hex("80")), kEmptyTrieRoot);
    EXPECT_EQ(keccak256(view("abc")),
              hash32("4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"));
    EXPECT_EQ(keccak256(view("transfer(address,uint256)")),
              hash32("a9059cbb2ab09eb219583f4a59a5d0623ade346d962bcd4e46b11da047c9049b"));
}

// Lengths about the block size of 136 bytes, each digest hashed into one; the expected value was
// computed with a plain Python transcription of the Keccak reference.
TEST(Keccak256, EveryLengthAboutTheBlockSize) {
    Bytes digests;
    for (std::size_t n = 0; n <= 300; ++n) {
        append(digests, keccak256(Bytes(n, static_cast<Byte>(n))).bytes);
    }
    EXPECT_EQ(keccak256(digests),
              hash32("1d7c77c1ced5a0bbc36f92a834b32be2e4022b0743f335cb32e43f3cef801c63"));
}

TEST(Sha256, KnownAnswers) { // FIPS 180-4 examples
    EXPECT_EQ(sha256({}),
              hash32("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    EXPECT_EQ(sha256(view("abc")),
              hash32("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
}

TEST(Sha384AndSha512, KnownAnswers) { // FIPS 180-4 examples
    EXPECT_EQ(to_hex(sha384(view("abc")).bytes),
              "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
              "8086072ba1e7cc2358baeca134c825a7");
    EXPECT_EQ(to_hex(sha512(view("abc")).bytes),
              "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
              "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(Ripemd160, KnownAnswers) { // of the paper by Dobbertin, Bosselaers and Preneel
    EXPECT_EQ(to_hex(ripemd160({}).bytes), "9c1185a5c5e9fc54612808977ee8f548b2258d31");
    EXPECT_EQ(to_hex(ripemd160(view("abc")).bytes), "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
}

TEST(HmacSha256, Rfc4231) {
    EXPECT_EQ(hmac_sha256(Bytes(20, 0x0b), view("Hi There")),
              hash32("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"));
    EXPECT_EQ(hmac_sha256(view("Jefe"), view("what do ya want for nothing?")),
              hash32("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    EXPECT_EQ(hmac_sha256({}, {}),
              hash32("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"));
}

} // namespace
} // namespace salus::crypto
