#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "codec/base45.hpp"
#include "codec/base64url.hpp"
#include "codec/cbor.hpp"
#include "envelope/sd_jwt_make.hpp"
#include "passport/passport_world_test.hpp"
#include "passport/presentation_holder.hpp"
#include "passport/presentation_issue.hpp"

namespace salus::passport {
namespace {

using codec::Cbor;
using codec::Json;
using testing::kNow;
namespace json = codec::json;

// A hospital, a wallet with three one-time credentials, a verifier.
struct Gate {
    testing::World world;
    SeededRandom random{9901};
    std::vector<crypto::SecretKey32> keys;
    std::vector<crypto::p256::PublicKey> holders;
    crypto::p256::PublicKey issuer_key = crypto::p256::public_key(world.key).value();
    PresentationTerms terms;
    json::object claims;
    std::vector<envelope::SdJwt> batch;

    Gate() {
        for (int i = 0; i < 3; ++i) {
            keys.push_back(crypto::p256::generate(random));
            holders.push_back(crypto::p256::public_key(keys.back()).value());
        }
        terms.chain = world.content.binding;
        terms.kid = world.kid;
        terms.now = kNow;
        terms.key_not_after = kNow + 365 * 86'400;
        claims = presentation_claims(decode_hcert(world.text()).value(), kNow).value();
        batch = issue_presentations(terms, claims, holders, world.key, random).value();
    }
    Showing showing(std::vector<std::string> fields) const {
        Showing out;
        out.fields = std::move(fields);
        out.now = kNow;
        return out;
    }
    std::string show(const Showing& how, std::size_t which = 0) {
        return present(batch[which], keys[which], how, random).value().text;
    }
    std::string show(std::vector<std::string> fields) { return show(showing(std::move(fields))); }
    static PresentationPolicy policy(std::int64_t now = kNow) {
        PresentationPolicy out;
        out.now = now;
        return out;
    }
    Result<VerifiedPresentation> verify(std::string_view text,
                                        const PresentationPolicy& how) const {
        SALUS_TRY_ASSIGN(const Presentation read, read_presentation(text));
        return verify_presentation(read, issuer_key, how);
    }
    Result<VerifiedPresentation> verify(std::string_view text) const {
        return verify(text, policy());
    }
    std::string refusal(std::string_view text, const PresentationPolicy& how = policy()) const {
        const auto out = verify(text, how);
        return out.ok() ? "" : std::string(out.error().name());
    }
};

TEST(Presentation, ShowsChosenFieldsAlone) {
    Gate gate;
    const auto out = gate.verify(gate.show({"family_name", "disease", "dose", "age_over_18"}));
    ASSERT_TRUE(out.ok()) << out.error().text();
    EXPECT_EQ(Json(out->claims), codec::parse_json(R"({"family_name":"Müßig-Ångström",
        "disease":"sct|840539006","dose":2,"age_equal_or_over":{"18":true}})")
                                     .value())
        << codec::print_json(Json(out->claims));
    EXPECT_EQ(out->shown_at, kNow);
    EXPECT_EQ(out->audience, kAnyVerifier);
}

TEST(Presentation, ShowsNothingOrEverything) {
    Gate gate;
    auto out = gate.verify(gate.show(std::vector<std::string>{}));
    ASSERT_TRUE(out.ok()) << out.error().text();
    EXPECT_TRUE(out->claims.empty());
    out = gate.verify(gate.show({"all"}));
    ASSERT_TRUE(out.ok()) << out.error().text();
    EXPECT_EQ(Json(out->claims), Json(gate.claims));
    EXPECT_EQ(out->claims.at("hospital"), Json("St. Example"));
    EXPECT_EQ(out->claims.at("birthdate"), Json("1990-05-17"));
    EXPECT_EQ(out->claims.at("vaccine"), Json("sct|1119349007"));
}

TEST(Presentation, FactsOfOtherDiseasesAreShownToo) {
    testing::World world;
    world.content.kind = ContentKind::facts;
    world.content.content = fhir::facts_json(testing::flu_vaccination());
    const auto claims = presentation_claims(decode_hcert(world.text()).value(), kNow).value();
    EXPECT_EQ(claims.at("vaccine"), Json("cvx|140"));
    EXPECT_EQ(claims.at("date"), Json("2021-06-01"));
    EXPECT_EQ(claims.at("product"), Json("Influenza"));
    EXPECT_FALSE(claims.contains("lot"));
    EXPECT_FALSE(claims.contains("dose"));
}

// One QR code, whatever is chosen.
TEST(Presentation, FitsOneQrCode) {
    Gate gate;
    for (const auto& fields :
         {std::vector<std::string>{}, {"name", "birthdate", "disease", "dose", "date"}, {"all"}}) {
        const std::string text = gate.show(fields);
        const auto symbol = codec::qr_encode(text).value();
        EXPECT_LE(symbol.version, 22);
        EXPECT_LE(text.size(), 1250u);
    }
}

TEST(Presentation, TheCompactFormGivesTheSdJwtBack) {
    Gate gate;
    const Shown shown =
        present(gate.batch[0], gate.keys[0], gate.showing({"age_over_65", "name"}), gate.random)
            .value();
    const Presentation compact = read_presentation(shown.text).value();
    EXPECT_EQ(compact.sd_jwt.text(), shown.sd_jwt.text());
    const Presentation whole = read_presentation(shown.sd_jwt.text()).value();
    EXPECT_EQ(whole.commitment, compact.commitment);
    EXPECT_EQ(whole.kid, gate.world.kid);
    EXPECT_EQ(whole.chain.issuer, gate.world.account);
    EXPECT_EQ(whole.chain.contract, gate.world.contract);
    EXPECT_EQ(whole.chain.chain_id, 73127u);
    EXPECT_EQ(gate.refusal(shown.sd_jwt.text()), "");
}

// design.md section 7.
TEST(Presentation, APhotographedSelectiveDisclosureQrIsReplayed) {
    Gate gate;
    const std::string photograph = gate.show({"name", "disease"});
    EXPECT_EQ(gate.refusal(photograph, gate.policy(kNow + 60)), "");
    EXPECT_EQ(gate.refusal(photograph, gate.policy(kNow + 61)), "presentation.stale");
    EXPECT_EQ(gate.refusal(photograph, gate.policy(kNow - 61)), "presentation.stale");
    // Within the minute at the same gate: a one-time credential is taken once.
    SeenPresentations seen;
    const Presentation read = read_presentation(photograph).value();
    EXPECT_TRUE(seen.remember(read.commitment, kNow).ok());
    EXPECT_EQ(seen.remember(read.commitment, kNow + 5).error().kind(), kPresentationUsed);
    // At a gate that gives out a nonce, with another's photograph.
    Showing asked = gate.showing({"name"});
    asked.nonce = "nonce of gate 1";
    const std::string answer = gate.show(asked, 1);
    PresentationPolicy policy = gate.policy(kNow + 200);
    policy.nonce = "nonce of gate 1";
    EXPECT_EQ(gate.refusal(answer, policy), "");
    policy.nonce = "nonce of gate 2";
    EXPECT_EQ(gate.refusal(answer, policy), "key_binding.nonce");
    EXPECT_EQ(gate.refusal(photograph, policy), "key_binding.nonce");
    // At another gate than the one it was made for.
    Showing named = gate.showing({"name"});
    named.audience = "gate 1";
    const std::string for_one = gate.show(named, 2);
    policy = gate.policy();
    policy.audience = "gate 1";
    EXPECT_EQ(gate.refusal(for_one, policy), "");
    policy.audience = "gate 2";
    EXPECT_EQ(gate.refusal(for_one, policy), "key_binding.audience");
    EXPECT_EQ(gate.refusal(for_one), "key_binding.audience");
    // The photographer has no key of the holder's and cannot make a new binding.
    envelope::SdJwt stolen = read.sd_jwt;
    const crypto::SecretKey32 other = crypto::p256::generate(gate.random);
    ASSERT_TRUE(envelope::sd_bind(stolen, {kNow + 3600, "*", "new"}, other).ok());
    EXPECT_EQ(gate.refusal(stolen.text(), gate.policy(kNow + 3600)), "key_binding.signature_wrong");
    EXPECT_EQ(present(stolen, other, gate.showing({"name"}), gate.random).error().kind(), kNotMine);
}

// All strings of a JSON value.
void strings_of(const Json& value, std::set<std::string>& out) {
    if (value.is_string()) out.emplace(value.get_string());
    if (const json::array* items = value.if_array()) {
        for (const Json& item : *items) strings_of(item, out);
    }
    if (const json::object* members = value.if_object()) {
        for (const auto& member : *members) strings_of(member.value(), out);
    }
}

std::set<std::string> seen_by_verifier(std::string_view text) {
    const Presentation read = read_presentation(text).value();
    std::set<std::string> out;
    const auto jwt = envelope::sd_read_issuer_jwt(read.sd_jwt.issuer_jwt).value();
    strings_of(Json(jwt.payload), out);
    strings_of(Json(jwt.header), out);
    out.insert(to_hex(jwt.signature.bytes));
    out.insert(to_hex(read.commitment.bytes));
    for (const std::string& text_of_one : read.sd_jwt.disclosures) {
        out.insert(text_of_one);
        out.insert(envelope::sd_read_disclosure(text_of_one).value().salt);
    }
    out.insert(read.sd_jwt.key_binding);
    return out;
}

constexpr const char* kIssuerDid =
    "did:pkh:eip155:73127:0x00000000000000000000000000000000000000bb";

// design.md section 7.
TEST(Presentation, PresentationsAreLinkedByTheirSignature) {
    Gate gate;
    Gate stranger; // another patient, at the same hospital, on the same day
    stranger.claims["family_name"] = "Other";
    stranger.claims.erase("lot");
    SeededRandom random(77);
    const std::vector<crypto::SecretKey32> keys = [&] {
        std::vector<crypto::SecretKey32> out;
        out.push_back(crypto::p256::generate(random));
        return out;
    }();
    const std::vector<crypto::p256::PublicKey> holders{crypto::p256::public_key(keys[0]).value()};
    const auto other =
        issue_presentations(gate.terms, stranger.claims, holders, gate.world.key, random).value();
    const auto first = seen_by_verifier(gate.show(gate.showing({"disease", "dose"}), 0));
    const auto second = seen_by_verifier(gate.show(gate.showing({"disease", "dose"}), 1));
    const auto third = seen_by_verifier(
        present(other[0], keys[0], gate.showing({"disease", "dose"}), random).value().text);
    const auto common = [](const std::set<std::string>& a, const std::set<std::string>& b) {
        std::set<std::string> out;
        std::set_intersection(a.begin(), a.end(), b.begin(), b.end(),
                              std::inserter(out, out.end()));
        return out;
    };
    // What two presentations of one holder share, they share with everybody of that day.
    EXPECT_EQ(common(first, second), common(first, third));
    EXPECT_EQ(common(first, second),
              (std::set<std::string>{"0102030405060708", "EC", "ES256", "P-256",
                                     "0x00000000000000000000000000000000000000cc", "dc+sd-jwt",
                                     kIssuerDid, "sha-256", "urn:salus:vaccination:1"}));
    // And the times: whole days.
    const Presentation read = read_presentation(gate.batch[0].text()).value();
    EXPECT_EQ(read.issued % 86'400, 0);
    EXPECT_EQ(read.expires - read.issued, kPresentationDays * 86'400);
}

// How many fields were recorded cannot be counted.
TEST(Presentation, TheNumberOfDigestsTellsNothing) {
    Gate gate;
    json::object few{{"disease", "sct|1"}};
    const auto batch =
        issue_presentations(gate.terms, few, gate.holders, gate.world.key, gate.random).value();
    for (const envelope::SdJwt& sd_jwt : {batch[0], gate.batch[0]}) {
        const auto jwt = envelope::sd_read_issuer_jwt(sd_jwt.issuer_jwt).value();
        EXPECT_EQ(jwt.payload.at("_sd").as_array().size(), kPresentationFields.size());
    }
}

TEST(Presentation, RefusesByName) {
    Gate gate;
    const std::string text = gate.show({"name"});
    for (const char* bad : {"", "HC1:ABC", "hello", "SD1", "eyJ"}) {
        EXPECT_EQ(gate.refusal(bad), "presentation.malformed") << bad;
    }
    EXPECT_EQ(gate.refusal(std::string(kMaxPresentation + 1, 'A')), "presentation.malformed");
    EXPECT_EQ(gate.refusal("SD1:é"), "presentation.malformed");
    EXPECT_EQ(gate.refusal("SD1:"), "presentation.malformed");
    Cbor::Array parts =
        *codec::cbor_decode(codec::base45_decode(text.substr(4)).value()).value().if_array();
    const auto changed = [&](std::size_t at, Cbor value) {
        Cbor::Array out = parts;
        out[at] = std::move(value);
        return gate.refusal("SD1:" + codec::base45_encode(codec::cbor_encode(Cbor::array(out))));
    };
    EXPECT_EQ(changed(0, Cbor::integer(1)), "");
    EXPECT_EQ(changed(0, Cbor::integer(2)), "presentation.version");
    for (std::size_t i = 1; i < parts.size(); ++i) {
        EXPECT_EQ(changed(i, Cbor()), "presentation.malformed") << i;
    }
    EXPECT_EQ(changed(1, Cbor::bytes(Bytes(8, 1))), "sd_jwt.signature_wrong");
    EXPECT_EQ(changed(5, Cbor::integer(1)), "sd_jwt.signature_wrong");
    EXPECT_EQ(changed(8, Cbor::bytes(Bytes(31, 1))), "presentation.malformed");
    EXPECT_EQ(changed(10, Cbor::bytes(Bytes(64, 1))), "sd_jwt.signature_wrong");
    EXPECT_EQ(changed(11, Cbor::integer(kNow - 1)), "key_binding.signature_wrong");
    EXPECT_EQ(changed(12, Cbor::text("other")), "key_binding.signature_wrong");
    EXPECT_EQ(changed(14, Cbor::bytes(Bytes(64, 1))), "key_binding.signature_wrong");
    parts.pop_back();
    EXPECT_EQ(changed(0, Cbor::integer(1)), "presentation.malformed");
}

TEST(Presentation, RefusesAnotherIssuersKeyAndOldCredentials) {
    Gate gate;
    Showing later = gate.showing({"name"});
    later.now = kNow + 31 * 86'400;
    EXPECT_EQ(gate.refusal(gate.show(later), gate.policy(later.now)), "sd_jwt.expired");
    const std::string text = gate.show({"name"});
    gate.issuer_key = crypto::p256::public_key(gate.world.other_key).value();
    EXPECT_EQ(gate.refusal(text), "sd_jwt.signature_wrong");
    EXPECT_EQ(gate.refusal(gate.batch[0].text()), "key_binding.missing");
}

TEST(Presentation, RefusesCredentialsOfAnotherForm) {
    Gate gate;
    const auto signed_as = [&](const char* name, const Json& value) {
        auto jwt = envelope::sd_read_issuer_jwt(gate.batch[0].issuer_jwt).value();
        jwt.payload[name] = value;
        const std::string kid = to_hex(gate.world.kid.bytes);
        const auto out =
            envelope::sd_jwt_issue(presentation_header(kid), jwt.payload, {}, gate.world.key);
        const auto read = read_presentation(out->text());
        return read.ok() ? "" : std::string(read.error().name());
    };
    EXPECT_EQ(signed_as("iss", "did:pkh:eip155:73127:0x00000000000000000000000000000000000000bb"),
              "");
    for (const char* bad :
         {"https://x", "did:pkh:eip155:73127", "did:pkh:eip155::0x00", "did:pkh:eip155:1:0x00"}) {
        EXPECT_EQ(signed_as("iss", bad), "presentation.claims") << bad;
    }
    EXPECT_EQ(signed_as("vct", "urn:other"), "presentation.claims");
    EXPECT_EQ(signed_as("contract", "0x"), "presentation.claims");
    EXPECT_EQ(signed_as("iat", kNow + 1), "presentation.claims"); // no whole day
    EXPECT_EQ(signed_as("exp", "x"), "presentation.claims");
    EXPECT_EQ(signed_as("cnf", 1), "key_binding.holder_key");
    const auto compact = compact_presentation(gate.batch[0]); // without a binding
    EXPECT_EQ(compact.error().kind(), kPresentationNotCompact);
}

TEST(PresentationIssue, RefusesByName) {
    Gate gate;
    const auto refused = [&](const PresentationTerms& terms,
                             const std::vector<crypto::p256::PublicKey>& holders) {
        const auto out =
            issue_presentations(terms, gate.claims, holders, gate.world.key, gate.random);
        return out.ok() ? "" : std::string(out.error().name());
    };
    EXPECT_EQ(refused(gate.terms, {}), "presentation.holder_keys");
    EXPECT_EQ(refused(gate.terms, {gate.holders[0], gate.holders[0]}), "presentation.holder_keys");
    EXPECT_EQ(refused(gate.terms, {crypto::p256::PublicKey{}}), "presentation.holder_keys");
    PresentationTerms terms = gate.terms;
    terms.key_not_after = kNow + 86'400;
    EXPECT_EQ(refused(terms, gate.holders), "presentation.validity");
    terms.days = 0;
    EXPECT_EQ(refused(terms, gate.holders), "");
    terms.key_not_before = kNow + 1;
    EXPECT_EQ(refused(terms, gate.holders), "presentation.validity");
    testing::World world;
    Certificate none = decode_hcert(world.text()).value();
    none.kind = ContentKind::other;
    EXPECT_EQ(presentation_claims(none, kNow).error().kind(), kNoVaccination);
    none.kind = ContentKind::dcc;
    none.content = json::object{{"t", json::array{}}};
    EXPECT_EQ(presentation_claims(none, kNow).error().kind(), kNoVaccination);
}

TEST(PresentationIssue, AgesAreOfTheDayOfIssue) {
    const auto ages = [](const char* born, std::int64_t now) {
        testing::World world;
        world.content.content["dob"] = born;
        const auto claims = presentation_claims(decode_hcert(world.text()).value(), now).value();
        return claims.contains("age_equal_or_over")
                   ? codec::print_json(claims.at("age_equal_or_over"))
                   : std::string();
    };
    constexpr std::int64_t kMarch = 1'772'323'200; // 2026-03-01T00:00:00Z
    EXPECT_EQ(ages("2008-03-01", kMarch), R"({"12":true,"16":true,"18":true,"65":false})");
    EXPECT_EQ(ages("2008-03-02", kMarch), R"({"12":true,"16":true,"18":false,"65":false})");
    EXPECT_EQ(ages("2008-02-29", kMarch - 1), R"({"12":true,"16":true,"18":false,"65":false})");
    EXPECT_EQ(ages("2008-02-29", kMarch), R"({"12":true,"16":true,"18":true,"65":false})");
    EXPECT_EQ(ages("2008-03", kMarch), "");
    EXPECT_EQ(ages("2008", kMarch), "");
}

TEST(PresentationHolder, ReceivesItsOwnCredentialsAlone) {
    Gate gate;
    const auto out = receive_credential(gate.batch[0], gate.issuer_key, gate.holders[0], kNow);
    ASSERT_TRUE(out.ok()) << out.error().text();
    EXPECT_EQ(Json(out->claims), Json(gate.claims));
    EXPECT_EQ(
        receive_credential(gate.batch[0], gate.issuer_key, gate.holders[1], kNow).error().kind(),
        kNotMine);
    EXPECT_EQ(
        receive_credential(gate.batch[0], gate.holders[0], gate.holders[0], kNow).error().kind(),
        envelope::kSdJwtSignature);
    const auto shown =
        present(gate.batch[0], gate.keys[0], gate.showing({"name"}), gate.random).value();
    EXPECT_EQ(
        receive_credential(shown.sd_jwt, gate.issuer_key, gate.holders[0], kNow).error().kind(),
        envelope::kBindingUnexpected);
    EXPECT_EQ(
        present(gate.batch[0], gate.keys[0], gate.showing({"phone"}), gate.random).error().kind(),
        kNoSuchField);
    EXPECT_EQ(present(gate.batch[0], gate.keys[0], gate.showing({"age_over_21"}), gate.random)
                  .error()
                  .kind(),
              kNoSuchField);
    EXPECT_EQ(
        present(gate.batch[0], gate.keys[1], gate.showing({"name"}), gate.random).error().kind(),
        kNotMine);
}

TEST(PresentationHolder, RefusesWhatNoQrCodeHolds) {
    Gate gate;
    gate.claims["hospital"] = std::string(700, 'x');
    const auto batch =
        issue_presentations(gate.terms, gate.claims, gate.holders, gate.world.key, gate.random)
            .value();
    EXPECT_EQ(present(batch[0], gate.keys[0], gate.showing({"all"}), gate.random).error().kind(),
              kPresentationTooMuch);
    EXPECT_TRUE(present(batch[0], gate.keys[0], gate.showing({"name"}), gate.random).ok());
}

TEST(SeenPresentations, ForgetsWhatCannotBeShownAgain) {
    SeenPresentations seen;
    const Hash32 one = crypto::sha256(view("one"));
    EXPECT_TRUE(seen.remember(one, kNow).ok());
    EXPECT_FALSE(seen.remember(one, kNow + 2 * kNonceSeconds).ok());
    EXPECT_TRUE(seen.remember(one, kNow + 4 * kNonceSeconds).ok());
}

} // namespace
} // namespace salus::passport
