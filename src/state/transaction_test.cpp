#include "state/transaction.hpp"

#include <gtest/gtest.h>

#include "codec/rlp.hpp"
#include "crypto/hash.hpp"

namespace salus::state {
namespace {

crypto::SecretKey32 key(std::uint64_t number) {
    return crypto::SecretKey32(to_hash(uint256(number)));
}

Authorization authorization() {
    Authorization out;
    out.chain_id = uint256(1);
    out.address = address("0x00000000000000000000000000000000000000cc");
    out.nonce = 4;
    EXPECT_TRUE(sign(out, key(2)).ok());
    return out;
}

// A valid signed transaction of each type.
Transaction transaction(TransactionType type) {
    Transaction out;
    out.type = type;
    out.chain_id = uint256(1);
    out.nonce = 9;
    out.max_fee_per_gas = uint256(20'000'000'000);
    out.max_priority_fee_per_gas = out.has_dynamic_fee() ? uint256(1) : out.max_fee_per_gas;
    out.gas_limit = 100'000;
    out.to = address("0x3535353535353535353535353535353535353535");
    out.value = uint256(1'000'000'000'000'000'000);
    out.data = hex("00ff");
    if (type != TransactionType::legacy) {
        out.access_list = {
            {address("0x00000000000000000000000000000000000000aa"), {uint256(1), ~uint256()}}};
    }
    if (type == TransactionType::blob) {
        out.max_fee_per_blob_gas = uint256(3);
        out.blob_hashes = {
            hash32("0x0100000000000000000000000000000000000000000000000000000000000000")};
    }
    if (type == TransactionType::set_code) out.authorizations = {authorization()};
    EXPECT_TRUE(sign(out, key(1)).ok());
    return out;
}

class EveryType : public testing::TestWithParam<TransactionType> {};

TEST_P(EveryType, DecodesToWhatWasEncoded) {
    const Transaction tx = transaction(GetParam());
    const auto decoded = decode_transaction(encode(tx));
    ASSERT_TRUE(decoded.ok()) << decoded.error().text();
    EXPECT_EQ(*decoded, tx);
    EXPECT_EQ(hash(tx), crypto::keccak256(encode(tx)));
}

TEST_P(EveryType, RecoversTheSigner) {
    const Transaction tx = transaction(GetParam());
    EXPECT_EQ(*recover_sender(tx), *crypto::secp256k1::address_of(key(1)));
}

TEST_P(EveryType, RefusesEveryTruncation) {
    const Bytes raw = encode(transaction(GetParam()));
    for (std::size_t i = 0; i < raw.size(); ++i) {
        EXPECT_FALSE(decode_transaction(ByteView(raw).first(i)).ok()) << i;
    }
    EXPECT_FALSE(decode_transaction(concat({raw, hex("00")})).ok());
}

TEST_P(EveryType, RefusesHighS) {
    Transaction tx = transaction(GetParam());
    tx.s = crypto::secp256k1::kOrder - tx.s;
    tx.y_parity ^= 1;
    EXPECT_EQ(recover_sender(tx).error().kind(), kBadSignatureValue);
    EXPECT_TRUE(recover_sender(tx, evm::Revision::frontier).ok()); // before EIP-2
}

INSTANTIATE_TEST_SUITE_P(Types, EveryType,
                         testing::Values(TransactionType::legacy, TransactionType::access_list,
                                         TransactionType::dynamic_fee, TransactionType::blob,
                                         TransactionType::set_code));

// The example of EIP-155.
TEST(Transaction, SignsTheExampleOfEip155) {
    Transaction tx = transaction(TransactionType::legacy);
    tx.gas_limit = 21000;
    tx.data.clear();
    EXPECT_EQ(to_hex(signing_hash(tx).bytes),
              "daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53");
    const auto secret =
        hash32("0x4646464646464646464646464646464646464646464646464646464646464646");
    ASSERT_TRUE(sign(tx, crypto::SecretKey32(secret)).ok());
    EXPECT_EQ(
        to_hex(encode(tx)),
        "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764000080"
        "25a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761a"
        "ecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83");
}

TEST(Transaction, RefusesUnknownTypes) {
    EXPECT_EQ(decode_transaction({}).error().kind(), kMalformed);
    EXPECT_EQ(decode_transaction(hex("05c0")).error().kind(), kUnknownType);
    EXPECT_EQ(decode_transaction(hex("00c0")).error().kind(), kUnknownType);
    EXPECT_EQ(decode_transaction(hex("7fc0")).error().kind(), kUnknownType);
    EXPECT_EQ(decode_transaction(hex("02c0")).error().kind(), codec::rlp::kMissingItem);
}

Bytes legacy_with_v(std::uint64_t v) {
    codec::rlp::Writer out;
    out.open_list();
    for (int i = 0; i < 6; ++i) out.integer(std::uint64_t{0});
    return out.integer(v).integer(std::uint64_t{1}).integer(std::uint64_t{1}).close_list().take();
}

TEST(Transaction, RefusesAWrongV) {
    for (const std::uint64_t v : {0U, 1U, 26U, 29U, 34U}) {
        EXPECT_EQ(decode_transaction(legacy_with_v(v)).error().kind(), kBadV) << v;
    }
    EXPECT_FALSE(decode_transaction(legacy_with_v(27))->chain_id.has_value());
    EXPECT_EQ(decode_transaction(legacy_with_v(38))->chain_id, uint256(1));
}

TEST(Transaction, RefusesSignatureValuesOutOfRange) {
    Transaction tx = transaction(TransactionType::legacy);
    tx.r = {};
    EXPECT_EQ(recover_sender(tx).error().kind(), kBadSignatureValue);
    tx.r = crypto::secp256k1::kOrder;
    EXPECT_EQ(recover_sender(tx).error().kind(), kBadSignatureValue);
    tx = transaction(TransactionType::legacy);
    tx.s = {};
    EXPECT_EQ(recover_sender(tx).error().kind(), kBadSignatureValue);
}

TEST(Authorization, RecoversTheAuthority) {
    EXPECT_EQ(*recover_authority(authorization()), *crypto::secp256k1::address_of(key(2)));
    Authorization high = authorization();
    high.y_parity = 2;
    EXPECT_EQ(recover_authority(high).error().kind(), kBadSignatureValue);
}

TEST(ContractAddress, AgreesWithKnownOnes) {
    // keccak256(rlp([0x6ac7…, 0]))[12:], the classic example.
    EXPECT_EQ(contract_address(address("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0"), 0),
              address("0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d"));
    // The first example of EIP-1014.
    EXPECT_EQ(contract_address2(Address{}, uint256(0), crypto::keccak256(hex("00"))),
              address("0x4d1a2e2bb4f88f0250f26ffff098b0b30b26bf38"));
}

TEST(IntrinsicGas, FollowsTheForks) {
    Transaction tx = transaction(TransactionType::legacy); // one zero byte, one other
    EXPECT_EQ(intrinsic_gas(tx, evm::Revision::frontier).gas, 21000U + 4 + 68);
    EXPECT_EQ(intrinsic_gas(tx, evm::Revision::istanbul).gas, 21000U + 4 + 16);
    EXPECT_EQ(intrinsic_gas(tx, evm::Revision::cancun).floor, 0U);
    EXPECT_EQ(intrinsic_gas(tx, evm::Revision::prague).floor, 21000U + 50);
    tx.to.reset();
    EXPECT_EQ(intrinsic_gas(tx, evm::Revision::frontier).gas, 21000U + 4 + 68);
    EXPECT_EQ(intrinsic_gas(tx, evm::Revision::homestead).gas, 53000U + 4 + 68);
    EXPECT_EQ(intrinsic_gas(tx, evm::Revision::shanghai).gas, 53000U + 4 + 16 + 2);
    tx = transaction(TransactionType::set_code);
    EXPECT_EQ(intrinsic_gas(tx, evm::Revision::osaka).gas,
              21000U + 4 + 16 + 2400 + 2 * 1900 + 25000);
}

} // namespace
} // namespace salus::state
