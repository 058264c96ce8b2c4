// EIP-191, EIP-712 and selectors.

#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "envelope/eip191.hpp"
#include "envelope/eip712.hpp"
#include "envelope/selector.hpp"

namespace salus::envelope {
namespace {

// The example of EIP-712: Mail from Cow to Bob, signed with keccak256("cow").
struct Mail {
    Hash32 separator = domain_separator(
        {"Ether Mail", "1", uint256(1), address("CcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"), {}});
    static Hash32 person(std::string_view name, std::string_view wallet) {
        return StructHash("Person(string name,address wallet)")
            .add_text(name)
            .add(address(wallet))
            .hash();
    }
    Hash32 mail = StructHash("Mail(Person from,Person to,string contents)"
                             "Person(string name,address wallet)")
                      .add(person("Cow", "CD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"))
                      .add(person("Bob", "bBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"))
                      .add_text("Hello, Bob!")
                      .hash();
};

TEST(Eip712, ExampleOfTheEip) {
    const Mail example;
    EXPECT_EQ(example.separator,
              hash32("f2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f"));
    EXPECT_EQ(example.mail,
              hash32("c52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e"));
    const Hash32 digest = typed_digest(example.separator, example.mail);
    EXPECT_EQ(digest, hash32("be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"));
    const crypto::SecretKey32 key(crypto::keccak256(view("cow")));
    const WalletSignature signature = wallet_sign(key, digest).value();
    EXPECT_EQ(to_hex(signature.bytes),
              "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
              "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562"
              "1c");
    EXPECT_EQ(wallet_recover(digest, signature.bytes).value(),
              address("cd2a3d9f938e13cd947ec05abc7fe734df8dd826"));
}

TEST(Eip712, EachKindOfMember) {
    const Hash32 type = crypto::keccak256(view("T(bool a,bytes4 b,bytes c,uint256[] d,bytes32 e)"));
    const Hash32 one = to_hash(uint256(1));
    const Bytes expected = concat(
        {type.bytes, one.bytes, hex("aabbccdd"), Bytes(28), crypto::keccak256(view("xyz")).bytes,
         crypto::keccak256(concat({one.bytes, one.bytes})).bytes, one.bytes});
    EXPECT_EQ(StructHash("T(bool a,bytes4 b,bytes c,uint256[] d,bytes32 e)")
                  .add_bool(true)
                  .add_bytes_n(hex("aabbccdd"))
                  .add_bytes(view("xyz"))
                  .add_array({one, one})
                  .add(one)
                  .hash(),
              crypto::keccak256(expected));
}

TEST(Eip712, DomainHoldsOnlyWhatIsSet) {
    Eip712Domain domain;
    domain.name = "Salus";
    domain.salt = to_hash(uint256(5));
    EXPECT_EQ(domain_separator(domain), StructHash("EIP712Domain(string name,bytes32 salt)")
                                            .add_text("Salus")
                                            .add(to_hash(uint256(5)))
                                            .hash());
    EXPECT_EQ(domain_separator({}), StructHash("EIP712Domain()").hash());
}

// web3.js documentation, eth.accounts.sign("Some data", …).
TEST(Eip191, KnownAnswer) {
    EXPECT_EQ(personal_digest(view("Some data")),
              hash32("1da44b586eb0729ff70a73c326926f6ed5a25f5b056e7f47fbc6e58d86871655"));
    const crypto::SecretKey32 key(
        hash32("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"));
    const WalletSignature signature = wallet_sign(key, personal_digest(view("Some data"))).value();
    EXPECT_EQ(to_hex(signature.bytes),
              "b91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd"
              "6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a029"
              "1c");
    EXPECT_EQ(wallet_recover(personal_digest(view("Some data")), signature.bytes).value(),
              address("2c7536e3605d9c16a7a3d7b1898e529396a65c23"));
}

TEST(Eip191, RefusesByName) {
    const crypto::SecretKey32 key(hash32(std::string(64, '4')));
    const Hash32 digest = personal_digest(view("x"));
    const WalletSignature good = wallet_sign(key, digest).value();
    const auto refused = [&](ByteView signature) {
        const auto out = wallet_recover(digest, signature);
        return !out.ok() && out.error().kind() == kBadWalletSignature;
    };
    EXPECT_TRUE(refused({}));
    EXPECT_TRUE(refused(ByteView(good.bytes).first(64)));
    EXPECT_TRUE(refused(concat({good.bytes, hex("00")})));
    for (const Byte v : {Byte{2}, Byte{26}, Byte{29}, Byte{35}, Byte{255}}) {
        WalletSignature bad = good;
        bad[64] = v;
        EXPECT_TRUE(refused(bad.bytes)) << int{v};
    }
    WalletSignature zero_or_one = good;
    zero_or_one[64] = static_cast<Byte>(good[64] - 27);
    EXPECT_EQ(wallet_recover(digest, zero_or_one.bytes).value(),
              wallet_recover(digest, good.bytes).value());
    WalletSignature high = good; // s → n - s is the same signature in another dress
    const uint256 s = load_be(ByteView(good.bytes).subspan(32, 32));
    store_be(crypto::secp256k1::kOrder - s, high.data() + 32);
    high[64] = static_cast<Byte>(27 + 28 - good[64]);
    EXPECT_TRUE(refused(high.bytes));
    WalletSignature zero_r = good;
    std::memset(zero_r.data(), 0, 32);
    EXPECT_TRUE(refused(zero_r.bytes));
    WalletSignature zero_s = good;
    std::memset(zero_s.data() + 32, 0, 32);
    EXPECT_TRUE(refused(zero_s.bytes));
}

TEST(Selector, KnownAnswers) {
    EXPECT_EQ(to_hex(selector("transfer(address,uint256)").bytes), "a9059cbb");
    EXPECT_EQ(to_hex(event_topic("Transfer(address,address,uint256)").bytes),
              "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
}

} // namespace
} // namespace salus::envelope
