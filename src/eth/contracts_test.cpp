// The generated bindings against bytes from elsewhere: selectors, topics and encodings as viem and
// the Solidity documentation give them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "eth/contracts/accreditation.hpp"
#include "eth/contracts/medical_identity.hpp"
#include "eth/contracts/vaccine_passport.hpp"

namespace salus::eth {
namespace {

namespace accreditation = contracts::accreditation;
namespace identity = contracts::medical_identity;
namespace passport = contracts::vaccine_passport;

const Address kHospital = address("0x00000000000000000000000000000000000000aa");
const Address kOther = address("0x00000000000000000000000000000000000000bb");
const Hash32 kCommitment =
    hash32("0x1111111111111111111111111111111111111111111111111111111111111111");

// Words of 32 bytes, written short: the digits stand at the right end.
std::string word(std::string_view digits) {
    return std::string(64 - digits.size(), '0') + std::string(digits);
}

std::string selector_of(std::string_view signature) {
    return to_hex(ByteView(crypto::keccak256(view(signature)).bytes).first(4));
}

Log log_of(std::vector<Hash32> topics, std::string_view data) {
    Log log;
    log.topics = std::move(topics);
    log.data = hex(data);
    return log;
}

TEST(ContractCalls, BeginWithTheSelectorOfTheirSignature) {
    EXPECT_EQ(to_hex(passport::encode_accreditation()), selector_of("accreditation()"));
    EXPECT_EQ(to_hex(accreditation::encode_hospitals()), selector_of("hospitals()"));
    EXPECT_EQ(to_hex(accreditation::encode_accept_authority()), selector_of("acceptAuthority()"));
}

TEST(ContractCalls, EncodeValueTypesInPlace) {
    EXPECT_EQ(to_hex(passport::encode_issue(kCommitment)),
              selector_of("issue(bytes32)") + to_hex(kCommitment.bytes));
    EXPECT_EQ(to_hex(passport::encode_revoke(kHospital, kCommitment, 255)),
              selector_of("revoke(address,bytes32,uint8)") + word("aa") +
                  to_hex(kCommitment.bytes) + word("ff"));
    EXPECT_EQ(to_hex(passport::encode_anchor(kCommitment, 0xffffffffffffffff)),
              selector_of("anchor(bytes32,uint64)") + to_hex(kCommitment.bytes) +
                  word("ffffffffffffffff"));
    EXPECT_EQ(to_hex(accreditation::encode_was_accredited(kHospital, 7)),
              selector_of("wasAccredited(address,uint64)") + word("aa") + word("7"));
}

TEST(ContractCalls, EncodeArraysAndTextAfterTheirOffsets) {
    const std::vector<Hash32> commitments{kCommitment, kCommitment};
    EXPECT_EQ(to_hex(passport::encode_issue_many(commitments)),
              selector_of("issueMany(bytes32[])") + word("20") + word("2") +
                  to_hex(kCommitment.bytes) + to_hex(kCommitment.bytes));
    EXPECT_EQ(to_hex(passport::encode_issue_many({})),
              selector_of("issueMany(bytes32[])") + word("20") + word("0"));
    EXPECT_EQ(to_hex(accreditation::encode_accredit(kHospital, "abc", "DE")),
              selector_of("accredit(address,string,string)") + word("aa") + word("60") +
                  word("a0") + word("3") + "616263" + std::string(58, '0') + word("2") + "4445" +
                  std::string(60, '0'));
}

TEST(ContractCalls, AlignFixedBytesToTheLeft) {
    const FixedBytes<8> kid{{1, 2, 3, 4, 5, 6, 7, 8}};
    EXPECT_EQ(to_hex(accreditation::encode_revoke_key(kHospital, kid)),
              selector_of("revokeKey(address,bytes8)") + word("aa") + "0102030405060708" +
                  std::string(48, '0'));
}

TEST(ContractOutputs, DecodeIntoNamedMembers) {
    const auto status = passport::decode_status(hex(word("64") + word("c8") + word("3")));
    ASSERT_TRUE(status.ok());
    EXPECT_EQ(*status, (passport::StatusResult{100, 200, 3}));

    const auto hospital = accreditation::decode_hospital(
        hex(word("80") + word("c0") + word("64") + word("1") + word("3") + "616263" +
            std::string(58, '0') + word("2") + "4445" + std::string(60, '0')));
    ASSERT_TRUE(hospital.ok());
    EXPECT_EQ(*hospital, (accreditation::HospitalResult{"abc", "DE", 100, true}));
}

TEST(ContractOutputs, DecodeArraysOfStructs) {
    const auto history = accreditation::decode_history(
        hex(word("20") + word("2") + word("a") + word("1") + word("14") + word("0")));
    ASSERT_TRUE(history.ok());
    EXPECT_THAT(*history, testing::ElementsAre(accreditation::Change{10, true},
                                               accreditation::Change{20, false}));

    const auto hospitals =
        accreditation::decode_hospitals(hex(word("20") + word("2") + word("aa") + word("bb")));
    ASSERT_TRUE(hospitals.ok());
    EXPECT_THAT(*hospitals, testing::ElementsAre(kHospital, kOther));
}

TEST(ContractOutputs, DecodeKeysWithTheirCertificates) {
    const auto keys = accreditation::decode_keys_of(
        hex(word("20") + word("1") + word("20") + "0102030405060708" + std::string(48, '0') +
            word("7") + word("1") + word("2") + word("3") + word("4") + word("5") + word("6") +
            word("8") + word("160") + word("1a0") + word("2") + "cafe" + std::string(60, '0') +
            word("1") + word("9") + word("1")));
    ASSERT_TRUE(keys.ok());
    accreditation::Key key;
    key.kid = FixedBytes<8>{{1, 2, 3, 4, 5, 6, 7, 8}};
    key.purposes = 7;
    key.x = to_hash(1);
    key.y = to_hash(2);
    key.not_before = 3;
    key.not_after = 4;
    key.added_at = 5;
    key.revoked_from = 6;
    key.revoked_at = 8;
    key.certificate = {0xca, 0xfe};
    key.changes = {{9, true}};
    EXPECT_THAT(*keys, testing::ElementsAre(key));
}

TEST(ContractOutputs, RefuseWhatIsTruncatedOrOutOfRange) {
    EXPECT_EQ(passport::decode_status(hex(word("64") + word("c8"))).error().kind(),
              codec::kAbiTruncated);
    EXPECT_EQ(passport::decode_status({}).error().kind(), codec::kAbiTruncated);
    EXPECT_EQ(passport::decode_status(hex(word("64") + word("0") + word("100"))).error().kind(),
              codec::kAbiBadValue);
    EXPECT_EQ(accreditation::decode_is_accredited(hex(word("2"))).error().kind(),
              codec::kAbiBadValue);
}

TEST(ContractEvents, DecodeTopicsAndDataInOrderOfDeclaration) {
    const Log log =
        log_of({crypto::keccak256(view("Revoked(address,bytes32,address,uint8,uint64)")),
                to_hash(to_uint256(kHospital)), kCommitment, to_hash(to_uint256(kOther))},
               word("3") + word("64"));
    const auto event = passport::Revoked::decode(log);
    ASSERT_TRUE(event.ok());
    EXPECT_EQ(*event, (passport::Revoked{kHospital, kCommitment, kOther, 3, 100}));
}

TEST(ContractEvents, HaveTheTopicOfTheirSignature) {
    EXPECT_EQ(passport::Issued::topic(), crypto::keccak256(view("Issued(address,bytes32,uint64)")));
    EXPECT_EQ(identity::Bound::topic(),
              crypto::keccak256(view("Bound(address,address,bytes32,bytes32,uint64)")));
}

TEST(ContractEvents, RefuseTheLogOfAnotherEvent) {
    EXPECT_EQ(passport::Issued::decode(log_of({}, "")).error().kind(), kWrongEvent);
    EXPECT_EQ(passport::Issued::decode(log_of({kCommitment}, "")).error().kind(), kWrongEvent);
}

TEST(ContractEvents, RefuseAnotherNumberOfTopics) {
    const Log log = log_of({passport::Issued::topic(), to_hash(1)}, word("64"));
    EXPECT_EQ(passport::Issued::decode(log).error().kind(), kWrongEvent);
}

TEST(ContractEvents, RefuseWhatDoesNotFitItsType) {
    const Hash32 too_wide = kCommitment; // an address has twelve zero bytes before it
    EXPECT_EQ(passport::Issued::decode(
                  log_of({passport::Issued::topic(), too_wide, kCommitment}, word("64")))
                  .error()
                  .kind(),
              codec::kAbiBadValue);
    EXPECT_EQ(
        passport::Issued::decode(log_of({passport::Issued::topic(), to_hash(1), kCommitment}, "00"))
            .error()
            .kind(),
        codec::kAbiTruncated);
}

TEST(ContractErrors, AreListedByTheirSignatures) {
    EXPECT_THAT(passport::error_signatures(),
                testing::Contains("VaccinePassportAlreadyIssued(address,bytes32)"));
    EXPECT_THAT(accreditation::error_signatures(),
                testing::Contains("AccreditationUnauthorized(address)"));
    EXPECT_THAT(identity::error_signatures(),
                testing::Contains("InvalidAccountNonce(address,uint256)"));
}

TEST(ContractCreation, EndsWithTheConstructorsArguments) {
    const Bytes code = passport::creation_code(kHospital);
    const Bytes other = passport::creation_code(kOther);
    ASSERT_GT(code.size(), 3000U);
    ASSERT_EQ(code.size(), other.size());
    EXPECT_EQ(to_hex(ByteView(code).last(32)), word("aa"));
    EXPECT_TRUE(
        equal(ByteView(code).first(code.size() - 32), ByteView(other).first(other.size() - 32)));
    // EIP-170 and EIP-3860.
    EXPECT_LE(accreditation::creation_code(kHospital).size(), 49152U);
}

} // namespace
} // namespace salus::eth
