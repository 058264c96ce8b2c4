// Digests, signatures and calls as viem 2.57 makes them; the commitment as node's crypto does.
#include "passport/identity.hpp"

#include <gtest/gtest.h>

#include "codec/mrz_specimens_test.hpp"
#include "crypto/hash.hpp"

namespace salus::passport {
namespace {

template <std::size_t N>
FixedBytes<N> filled(Byte value) {
    FixedBytes<N> out;
    out.bytes.fill(value);
    return out;
}
Address account(Byte value) {
    return filled<20>(value);
}
Hash32 digest(Byte value) {
    return filled<32>(value);
}

const IdentityPlace kPlace{73127, account(0xcc)};
const RequestEnds kEnds{uint256(5), 1'800'000'000};

eth::Signer signer(Byte value = 0x42) {
    return *eth::Signer::from_key(crypto::SecretKey32(digest(value)));
}
const Address kPatient = address("0x17c5185167401ed00cf5f5b2fc97d9bbfdb7d025");
const DocumentBinding kBinding{kPatient, account(0xbb), digest(0x11), digest(0x22)};

std::vector<IdentityRequest> one_of_each() {
    return {bind_request(kPlace, kBinding, kEnds),
            renew_request(kPlace, kBinding, kEnds),
            rebind_request(kPlace, account(0xaa), kBinding, kEnds),
            object_request(kPlace, kPatient, account(0xdd), kEnds),
            appoint_request(kPlace, {kPatient, account(0xee), account(0xbb), 2040}, kEnds),
            hand_over_request(kPlace, account(0xaa), kPatient, account(0xee), kEnds),
            uphold_request(kPlace, account(0xaa), kPatient, account(0xbb), digest(0x22), kEnds)};
}

TEST(IdentityRequest, IsHashedAsViemDoes) {
    const std::vector<std::string> expected{
        "695ce2df8011670a7ae1a1a0875b9409363cc708d5048eee4099efe027dc5f92",
        "1b715dde4286a10e05e6ead5cdb4882a5084f94acc86e30be6a97be508cddb1b",
        "aba92369471143bbc061951640ee788a5b20b8a7b9ee35bddf2852156304d1d9",
        "f7e2204a11600ea5631775cbfe1c0f5d0804fa5a314ee769f212a288aefe6ec2",
        "1a81e0305841d4a621f78cb88a24419bfdc1a40872c82b6bf6d33897affb44ea",
        "d6cfe5b1d50b35c3bb868dc4f75179bdc4e65519442dcd0c85d68254d2e53836",
        "45fc4dba882d10d3afdf9d42da02cac5fe09e562f785a8d05514ad3004feb2fd"};
    std::vector<std::string> digests;
    for (const IdentityRequest& request : one_of_each()) {
        digests.push_back(to_hex(digest_of(request).bytes));
    }
    EXPECT_EQ(digests, expected);
}

TEST(IdentityRequest, IsSignedAndCalledAsViemDoes) {
    IdentityRequest request = one_of_each()[0];
    ASSERT_TRUE(sign_request(request, signer()).ok());
    EXPECT_EQ(to_hex(request.signatures.at(kPatient)),
              "42dd8c3466a89976e445ec8229a49aa9ebf6b35672b630d28b903e500f4a4b0d4d55de943e9e649dad70"
              "bd651203c3bfe446185074f9115144e97d48ca51b7a01b");
    const auto call = call_of(request, account(0xbb));
    ASSERT_TRUE(call.ok());
    EXPECT_EQ(to_hex(crypto::keccak256(*call).bytes),
              "b4dd1ed7ba52654b3652df2044b21f165f94f6916c5167dfb815aab4e92ceb93");
}

TEST(IdentityRequest, IsTheCallOfTheGeneratedBindings) {
    namespace contract = eth::contracts::medical_identity;
    const auto all = one_of_each();
    const uint256 deadline(kEnds.deadline);
    const Bytes none;
    const auto call = [&](std::size_t index) {
        IdentityRequest request = all[index];
        for (const Address& who : signers_of(request)) request.signatures[who] = none;
        return to_hex(*call_of(request, {}));
    };
    const auto& [patient, registrar, commitment, nullifier] = kBinding;
    EXPECT_EQ(call(1), to_hex(contract::encode_renew(patient, registrar, commitment, nullifier,
                                                     kEnds.nonce, deadline, none, none)));
    EXPECT_EQ(call(2), to_hex(contract::encode_start_rebinding(account(0xaa), patient, registrar,
                                                               commitment, nullifier, kEnds.nonce,
                                                               deadline, none, none)));
    EXPECT_EQ(call(3), to_hex(contract::encode_object_to_rebinding(patient, account(0xdd),
                                                                   kEnds.nonce, deadline, none)));
    EXPECT_EQ(call(4),
              to_hex(contract::encode_appoint_guardian(patient, account(0xee), account(0xbb), 2040,
                                                       kEnds.nonce, deadline, none, none, none)));
    EXPECT_EQ(call(5), to_hex(contract::encode_hand_over(account(0xaa), patient, account(0xee),
                                                         kEnds.nonce, deadline, none, none)));
    EXPECT_EQ(call(6),
              to_hex(contract::encode_uphold_rebinding(account(0xaa), patient, registrar, nullifier,
                                                       kEnds.nonce, deadline, none, none)));
}

TEST(IdentityRequest, GoesThroughAFileAndBack) {
    for (IdentityRequest request : one_of_each()) {
        for (const bool is_signed : {false, true}) {
            if (is_signed) {
                ASSERT_TRUE(sign_request(request, signer()).ok());
            }
            const auto back = read_request(codec::print_json_pretty(request_json(request)));
            ASSERT_TRUE(back.ok()) << back.error().text();
            EXPECT_EQ(*back, request) << name_of(request.act);
        }
    }
}

TEST(IdentityRequest, NamesWhoMustSign) {
    using Accounts = std::vector<Address>;
    const auto all = one_of_each();
    EXPECT_EQ(signers_of(all[0]), (Accounts{kPatient, account(0xbb)}));
    EXPECT_EQ(signers_of(all[2]), (Accounts{kPatient, account(0xbb)}));
    EXPECT_EQ(signers_of(all[3]), (Accounts{kPatient}));
    EXPECT_EQ(signers_of(all[4]), (Accounts{kPatient, account(0xee), account(0xbb)}));
    EXPECT_EQ(signers_of(all[5]), (Accounts{kPatient, account(0xee)}));
    EXPECT_EQ(call_of(all[0], kPatient).error().kind(), kSignatureMissing);
    EXPECT_EQ(call_of(all[3], account(0xdd)).error().kind(), kSignatureMissing);
    EXPECT_TRUE(call_of(all[3], kPatient).ok());
}

TEST(IdentityRequest, RefusesSignaturesOfOthers) {
    IdentityRequest request = one_of_each()[0];
    EXPECT_EQ(sign_request(request, signer(0x43)).error().kind(), kNotAskedToSign);
    IdentityRequest other = one_of_each()[1];
    ASSERT_TRUE(sign_request(other, signer()).ok());
    EXPECT_EQ(add_signature(request, other.signatures.at(kPatient)).error().kind(),
              kNotAskedToSign);
    EXPECT_FALSE(add_signature(request, Bytes(64)).ok());
    EXPECT_TRUE(request.signatures.empty());
}

TEST(IdentityRequest, FileIsRefusedByName) {
    IdentityRequest request = one_of_each()[0];
    ASSERT_TRUE(sign_request(request, signer()).ok());
    const std::string good = codec::print_json(request_json(request));
    const auto changed = [&](std::string_view from, std::string_view to) -> const ErrorKind& {
        std::string text = good;
        const auto at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
        return read_request(text).error().kind();
    };
    EXPECT_EQ(read_request("[]").error().kind(), kBadIdentityRequest);
    EXPECT_EQ(read_request("{").error().kind(), kBadIdentityRequest);
    EXPECT_EQ(read_request("{}").error().kind(), kBadIdentityRequest);
    EXPECT_EQ(changed("\"primaryType\":\"Bind\"", "\"primaryType\":\"Burn\""), kBadIdentityRequest);
    EXPECT_EQ(changed("\"primaryType\":\"Bind\"", "\"primaryType\":\"Renew\""),
              kBadIdentityRequest);
    EXPECT_EQ(changed("Salus MedicalIdentity", "Another contract"), kBadIdentityRequest);
    EXPECT_EQ(changed("\"nonce\":\"5\"", "\"nonce\":\"five\""), kBadIdentityRequest);
    EXPECT_EQ(changed("\"nonce\":\"5\"", "\"nonce\":\"0x5\""), kBadIdentityRequest);
    EXPECT_EQ(changed("\"nonce\":\"5\"", "\"nonce\":\"5\",\"more\":\"1\""), kBadIdentityRequest);
    EXPECT_EQ(changed("\"nonce\":\"5\"", "\"nonce\":\"6\""), kNotAskedToSign);
    EXPECT_EQ(changed("2222", "2223"), kNotAskedToSign);
    EXPECT_EQ(changed("\"signatures\":{\"0x17", "\"signatures\":{\"0x18"), kNotAskedToSign);
    const auto appoint = codec::print_json(request_json(one_of_each()[4]));
    std::string year = appoint;
    year.replace(year.find("\"2040\""), 6, "\"67576\"");
    EXPECT_EQ(read_request(year).error().kind(), kBadIdentityRequest);
}

codec::Mrz specimen(std::string_view zone) {
    return *codec::read_mrz(zone, codec::kThen).mrz;
}

TEST(DocumentCommitment, IsTheDigestOfSaltAndFacts) {
    const codec::Mrz passport = specimen(codec::kPassport);
    EXPECT_EQ(codec::print_json(codec::Json(document_facts(passport))),
              R"({"birth":"1974-08-12","code":"P","expiry":"2012-04-15","issuingState":"UTO",)"
              R"("nationality":"UTO","number":"L898902C3","primary":"ERIKSSON",)"
              R"("secondary":"ANNA MARIA","sex":"F"})");
    EXPECT_EQ(to_hex(document_commitment(passport, digest(7)).bytes),
              "369431005ae0d96262bca8e397e9890eb0687769876ef0eac56f97c0c26bee6d");
    EXPECT_NE(document_commitment(passport, digest(7)), document_commitment(passport, digest(8)));
}

TEST(DocumentCommitment, LeavesUnknownPartsOfDatesOpen) {
    codec::Mrz passport = specimen(codec::kPassport);
    passport.birth = {1974, 0, 0};
    EXPECT_EQ(document_facts(passport).at("birth").as_string(), "1974-XX-XX");
}

} // namespace
} // namespace salus::passport
