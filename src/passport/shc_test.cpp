// Cards of our own: issued, read back, tampered with, revoked.

#include "passport/shc.hpp"

#include <gtest/gtest.h>

#include "codec/base64url.hpp"
#include "codec/deflate.hpp"
#include "codec/qr.hpp"
#include "codec/shc_text.hpp"
#include "passport/passport_world_test.hpp"
#include "passport/shc_bundle.hpp"
#include "passport/shc_file.hpp"

namespace salus::passport {
namespace {

namespace json = codec::json;
using testing::kIssued;
using testing::kNow;

const std::string kIssuer = "https://hospital.example/shc";

struct ShcWorld {
    ShcWorld() {
        SeededRandom random(14);
        key = crypto::p256::generate(random);
        other_key = crypto::p256::generate(random);
        request.issuer = kIssuer;
        request.not_before = kIssued;
        request.commitment = crypto::sha256(view("facts"));
        request.performer = "St. Example";
        jwk.key = crypto::p256::public_key(key).value();
        jwk.kid = envelope::jwk_thumbprint(jwk.key);
    }
    SignedShc issue() const { return issue_shc(vaccinations, request, key).value(); }
    std::string refusal() const {
        const auto out = issue_shc(vaccinations, request, key);
        return out.ok() ? "" : std::string(out.error().name());
    }
    ShcVerifier verifier(ShcPolicy policy = {}) const {
        ShcVerifier out(std::move(policy));
        EXPECT_TRUE(out.trust(kIssuer, {{jwk}}).ok());
        return out;
    }
    ShcReport verify(std::string_view text, std::int64_t now = kNow) const {
        return verifier().verify(text, now);
    }
    // The card with another payload, signed by the same key.
    ShcReport verify_payload(std::string_view payload) const {
        return verify(sign_shc(payload, key).value());
    }

    crypto::SecretKey32 key, other_key;
    std::vector<fhir::Vaccination> vaccinations{testing::covid_vaccination()};
    ShcRequest request;
    envelope::Jwk jwk;
};

void expect(const ShcReport& report, Overall overall, std::string_view check,
            std::string_view code) {
    EXPECT_EQ(report.overall, overall) << check;
    EXPECT_EQ(report.check(check).code, code);
}

TEST(Shc, IssuesWhatVerifies) {
    const ShcWorld world;
    const SignedShc card = world.issue();
    for (const std::string& text : {card.jws, card.text}) {
        const ShcReport report = world.verify(text);
        EXPECT_EQ(report.overall, Overall::valid);
        EXPECT_EQ(report.kid, world.jwk.kid);
        EXPECT_EQ(report.card->issuer, kIssuer);
        EXPECT_EQ(report.card->rid, card.rid);
        EXPECT_EQ(report.card->types, (std::vector<std::string>{std::string(kShcTypeCard),
                                                                std::string(kShcTypeImmunization),
                                                                std::string(kShcTypeCovid)}));
        EXPECT_TRUE(report.remarks.empty());
        EXPECT_EQ(report.check("chain").outcome, Outcome::not_checked);
    }
}

TEST(Shc, WritesThisPayload) {
    ShcWorld world;
    world.request.expires = kNow + 5;
    fhir::Vaccination& dose = world.vaccinations[0];
    dose.lot = "L-1";
    dose.vaccine.push_back({"http://www.whocc.no/atc", "J07BX03", "text"});
    const SignedShc card = world.issue();
    EXPECT_EQ(
        card.payload,
        R"({"iss":"https://hospital.example/shc","nbf":1789913600,"exp":1790000005,"vc":{"type":[)"
        R"("https://smarthealth.cards#health-card","https://smarthealth.cards#immunization",)"
        R"("https://smarthealth.cards#covid19"],"credentialSubject":{"fhirVersion":"4.0.1",)"
        R"("fhirBundle":{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":)"
        R"("resource:0","resource":{"resourceType":"Patient","name":[{"family":)"
        "\"Müßig-Ångström\",\"given\":[\"Ærøskøbing\",\"Zoë\"]}],"
        R"("birthDate":"1990-05-17"}},{"fullUrl":"resource:1","resource":{"resourceType":)"
        R"("Immunization","status":"completed","vaccineCode":{"coding":[{"system":)"
        R"("http://hl7.org/fhir/sid/cvx","code":"208"}]},"patient":{"reference":"resource:0"},)"
        R"("occurrenceDateTime":"2021-06-01","lotNumber":"L-1","performer":[{"actor":{"display":)"
        R"("St. Example"}}]}}]}},"rid":")" +
            card.rid + R"("}})");
    EXPECT_EQ(card.rid.size(), 22u);
    EXPECT_EQ(codec::base64url_decode(card.rid).value(),
              to_bytes(ByteView(world.request.commitment->bytes).first(16)));
    EXPECT_EQ(world.issue().jws, card.jws); // the same inputs give the same bytes
}

TEST(Shc, PicturesReadBack) {
    const ShcWorld world;
    const SignedShc card = world.issue();
    const codec::QrSymbol symbol = codec::shc_symbol(card.text).value();
    EXPECT_LE(symbol.version, 22);
    EXPECT_EQ(codec::qr_read_image(codec::qr_to_png(symbol)).value(),
              std::vector<std::string>{card.text});
}

TEST(Shc, OtherDiseasesAreNoCovidCards) {
    ShcWorld world;
    world.vaccinations = {testing::flu_vaccination()};
    world.request.commitment.reset();
    const ShcReport report = world.verify(world.issue().text);
    EXPECT_EQ(report.overall, Overall::valid);
    EXPECT_TRUE(report.card->has_type(kShcTypeImmunization));
    EXPECT_FALSE(report.card->has_type(kShcTypeCovid));
    EXPECT_EQ(report.card->rid, "");
}

TEST(Shc, RefusesToIssueByName) {
    const auto refusal = [](auto&& change) {
        ShcWorld world;
        change(world);
        return world.refusal();
    };
    for (const char* url : {"http://hospital.example", "https://hospital.example/", "https://", "",
                            "https://a b", "https://a?b", "https://a#b", "https:///x"}) {
        EXPECT_EQ(refusal([&](ShcWorld& it) { it.request.issuer = url; }), "shc.issuer_url") << url;
    }
    EXPECT_EQ(refusal([](ShcWorld& it) { it.request.expires = kIssued - 1; }),
              "shc.expires_before_start");
    EXPECT_EQ(refusal([](ShcWorld& it) { it.vaccinations.clear(); }), "shc.no_vaccination");
    EXPECT_EQ(refusal([](ShcWorld& it) {
                  it.vaccinations.push_back(testing::flu_vaccination());
                  it.vaccinations[1].birth_date = "1990-05-18";
              }),
              "shc.several_persons");
    EXPECT_EQ(refusal([](ShcWorld& it) { it.vaccinations[0].name = {}; }), "shc.no_name");
    EXPECT_EQ(refusal([](ShcWorld& it) { it.vaccinations[0].birth_date = ""; }), "shc.no_name");
    EXPECT_EQ(refusal([](ShcWorld& it) { it.vaccinations[0].vaccine.clear(); }),
              "shc.no_vaccine_code");
    EXPECT_EQ(refusal([](ShcWorld& it) { it.vaccinations[0].occurrence = "soon"; }), "shc.no_date");
    EXPECT_EQ(refusal([](ShcWorld& it) {
                  SeededRandom random(3);
                  Bytes noise(900);
                  random.fill(noise);
                  it.vaccinations[0].lot = to_hex(noise);
              }),
              "shc.too_long_for_qr");
}

// Whatever byte of the text is another, the card is not valid.
TEST(Shc, EveryByteCounts) {
    const ShcWorld world;
    const ShcVerifier verifier = world.verifier();
    const SignedShc card = world.issue();
    for (const std::string& text : {card.jws, card.text}) {
        for (std::size_t i = 0; i < text.size(); ++i) {
            std::string bad = text;
            bad[i] = bad[i] == '3' ? '4' : '3';
            EXPECT_NE(verifier.verify(bad, kNow).overall, Overall::valid) << i;
            bad.erase(i, 1);
            EXPECT_NE(verifier.verify(bad, kNow).overall, Overall::valid) << i;
            EXPECT_NE(verifier.verify(text.substr(0, i), kNow).overall, Overall::valid) << i;
        }
    }
}

TEST(Shc, ChecksIssuerKeyAndSignature) {
    const ShcWorld world;
    const SignedShc card = world.issue();
    expect(ShcVerifier().verify(card.jws, kNow), Overall::invalid, "issuer", "shc.unknown_issuer");
    ShcVerifier other;
    const auto point = crypto::p256::public_key(world.other_key).value();
    ASSERT_TRUE(other.trust(kIssuer, {{{envelope::jwk_thumbprint(point), point, {}, {}}}}).ok());
    expect(other.verify(card.jws, kNow), Overall::invalid, "issuer", "shc.unknown_key");
    EXPECT_EQ(other.verify(card.jws, kNow).check("signature").outcome, Outcome::not_checked);
    const std::string foreign = sign_shc(card.payload + " ", world.key).value();
    const std::string swapped =
        card.jws.substr(0, card.jws.rfind('.')) + foreign.substr(foreign.rfind('.'));
    expect(world.verify(swapped), Overall::invalid, "signature", "jose.signature_wrong");
    EXPECT_EQ(ShcVerifier().trust("http://a", {{world.jwk}}).error().kind(), kShcIssuerUrl);
}

TEST(Shc, ChecksTimes) {
    ShcWorld world;
    world.request.expires = kNow;
    const std::string card = world.issue().jws;
    EXPECT_EQ(world.verify(card, kNow).overall, Overall::valid);
    expect(world.verify(card, kNow + 1), Overall::invalid, "validity", "shc.expired");
    EXPECT_EQ(world.verify(card, kIssued - kClockLeeway).overall, Overall::valid);
    expect(world.verify(card, kIssued - kClockLeeway - 1), Overall::invalid, "validity",
           "shc.not_yet_valid");
    ShcCard fraction;
    fraction.not_before = 1000.5;
    EXPECT_EQ(check_shc_time(fraction, 1000).error().kind(), kShcNotYetValid);
    EXPECT_TRUE(check_shc_time(fraction, 1001).ok());
}

// One member of the payload replaced.
TEST(Shc, RefusesPayloadsByName) {
    const ShcWorld world;
    const std::string payload = world.issue().payload;
    const auto code = [&](std::string_view from, std::string_view to) {
        std::string changed = payload;
        const std::size_t at = changed.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        changed.replace(at, from.size(), to);
        const ShcReport report = world.verify_payload(changed);
        EXPECT_NE(report.overall, Overall::valid) << to;
        const bool read = report.check("structure").outcome == Outcome::passed;
        return report.check(read ? "content" : "structure").code;
    };
    EXPECT_EQ(code("{\"iss\"", "[{\"iss\""), "shc.payload");
    EXPECT_EQ(code("{\"iss\"", "\xef\xbb\xbf{\"iss\""), "shc.payload"); // a byte order mark
    EXPECT_EQ(code("\"iss\":", "\"isS\":"), "shc.claim");
    EXPECT_EQ(code("https://hospital", "http://hospital"), "shc.issuer_url");
    EXPECT_EQ(code("1789913600", "\"1789913600\""), "shc.claim");
    EXPECT_EQ(code("1789913600", "-1"), "shc.claim");
    EXPECT_EQ(code("1789913600", "1789913600,\"exp\":1"), "shc.expires_before_start");
    EXPECT_EQ(code("#health-card", "#health-Card"), "shc.no_health_card_type");
    EXPECT_EQ(code("4.0.1", "3.0.2"), "shc.fhir_version");
    EXPECT_EQ(code("\"rid\":\"", "\"rid\":\"="), "shc.bad_rid");
    EXPECT_EQ(code("\"rid\":\"", "\"rid\":\"AAA"), "shc.bad_rid"); // 25 characters
    EXPECT_EQ(code("credentialSubject", "subject"), "shc.claim");
    EXPECT_EQ(code("fhirBundle", "bundle"), "shc.claim");
    EXPECT_EQ(code("collection", "batch"), "shc.bundle");
    EXPECT_EQ(code("\"fullUrl\":\"resource:0\"", "\"fullUrl\":\"urn:0\""), "shc.reference");
    EXPECT_EQ(code("\"fullUrl\":\"resource:1\"", "\"fullUrl\":\"resource:0\""), "shc.reference");
    EXPECT_EQ(code("\"reference\":\"resource:0\"", "\"reference\":\"resource:2\""),
              "shc.reference");
    EXPECT_EQ(code("\"reference\":\"resource:0\"", "\"reference\":\"resource:1\""),
              "shc.immunization");
    EXPECT_EQ(code("\"completed\"", "\"not-done\""), "shc.immunization");
    EXPECT_EQ(code("\"2021-06-01\"", "\"2021-06-31\""), "shc.immunization");
    EXPECT_EQ(code("\"code\":\"208\"", "\"display\":\"208\""), "shc.immunization");
    EXPECT_EQ(code("\"St. Example\"", "\"\""), "shc.empty_element");
    EXPECT_EQ(code("\"1990-05-17\"", "\"May\""), "shc.patient");
    EXPECT_EQ(code("\"Patient\",", R"("Patient","meta":{"security":[{"a":"b"}]},)"),
              "shc.meta_security");
}

TEST(Shc, RemarksWhatAQrCardShouldLeaveOut) {
    const ShcWorld world;
    std::string payload = world.issue().payload;
    payload.replace(payload.find("\"code\":\"208\""), 12, R"("code":"208","display":"x")");
    payload.replace(payload.find("\"Patient\","), 10, R"("Patient","id":"1","meta":{"id":"2"},)");
    payload.replace(payload.find("#covid19"), 8, "#unknown-type");
    const ShcReport report = world.verify_payload(payload);
    EXPECT_EQ(report.overall, Overall::valid);
    EXPECT_EQ(report.remarks,
              (std::vector<std::string>{"Coding.display", "Patient.id", "Patient.meta"}));
}

TEST(Shc, RefusesEnvelopesByName) {
    const ShcWorld world;
    const auto structure = [&](std::string_view text) {
        const ShcReport report = world.verify(text);
        EXPECT_EQ(report.overall, Overall::unreadable);
        return report.check("structure").code;
    };
    const auto enveloped = [&](const Bytes& content) {
        const std::array members{envelope::JwsMember{"zip", "DEF"},
                                 envelope::JwsMember{"kid", world.jwk.kid}};
        return envelope::jws_sign(members, content, world.key).value();
    };
    const Bytes payload = to_bytes(world.issue().payload);
    EXPECT_EQ(structure(""), "jose.malformed");
    EXPECT_EQ(structure("HC1:ABC"), "jose.malformed");
    EXPECT_EQ(structure("shc:/1"), "shc.bad_digits");
    EXPECT_EQ(structure("shc:/1/2/56"), "shc.chunk_missing");
    EXPECT_EQ(structure(std::string(70'000, 'a')), "jose.too_long");
    EXPECT_EQ(structure(enveloped(payload)), "shc.deflate"); // not compressed
    EXPECT_EQ(structure(enveloped(codec::deflate(payload, codec::Deflate::zlib))), "shc.deflate");
    EXPECT_EQ(structure(enveloped(codec::deflate(Bytes(1 << 20), codec::Deflate::raw))),
              "shc.too_large_inside");
    EXPECT_EQ(structure(enveloped(codec::deflate(to_bytes("1"), codec::Deflate::raw))),
              "shc.payload");
}

std::string crl(const ShcWorld& world, std::uint64_t counter, const std::string& rids) {
    return R"({"kid":")" + world.jwk.kid + R"(","method":"rid","ctr":)" + std::to_string(counter) +
           R"(,"rids":[)" + rids + "]}";
}

TEST(ShcRevocation, RevokesByRidAndTime) {
    const ShcWorld world;
    const SignedShc card = world.issue();
    const auto outcome = [&](const std::string& entry) {
        ShcVerifier verifier = world.verifier();
        const auto list = shc_crl_parse(crl(world, 1, "\"" + entry + "\"")).value();
        EXPECT_TRUE(verifier.revoke(kIssuer, list).ok());
        return verifier.verify(card.jws, kNow).check("revocation").code;
    };
    EXPECT_EQ(outcome(card.rid), "shc.revoked");
    EXPECT_EQ(outcome(card.rid + "." + std::to_string(kIssued + 1)), "shc.revoked");
    EXPECT_EQ(outcome(card.rid + "." + std::to_string(kIssued)), "revocation.ok");
    EXPECT_EQ(outcome("somebodyElse"), "revocation.ok");
}

TEST(ShcRevocation, ANamedListMustBeThere) {
    ShcWorld world;
    world.jwk.crl_version = 2;
    const SignedShc card = world.issue();
    ShcVerifier verifier = world.verifier();
    expect(verifier.verify(card.jws, kNow), Overall::unproven, "revocation", "shc.crl_missing");
    const auto first = shc_crl_parse(crl(world, 2, "")).value();
    ASSERT_TRUE(verifier.revoke(kIssuer, first).ok());
    expect(verifier.verify(card.jws, kNow), Overall::valid, "revocation", "revocation.ok");
    world.jwk.crl_version = 3; // the key set is newer than the list
    ASSERT_TRUE(verifier.trust(kIssuer, {{world.jwk}}).ok());
    expect(verifier.verify(card.jws, kNow), Overall::unproven, "revocation", "shc.crl_stale");
    ASSERT_TRUE(
        verifier.revoke(kIssuer, shc_crl_parse(crl(world, 3, "\"" + card.rid + "\"")).value())
            .ok());
    expect(verifier.verify(card.jws, kNow), Overall::invalid, "revocation", "shc.revoked");
}

TEST(ShcRevocation, CountersNeverGoBack) {
    ShcWorld world;
    ShcVerifier verifier = world.verifier();
    const auto refusal = [&](const std::string& text) {
        const auto list = shc_crl_parse(text);
        if (!list.ok()) return std::string(list.error().name());
        const Status status = verifier.revoke(kIssuer, *list);
        return status.ok() ? std::string() : std::string(status.error().name());
    };
    EXPECT_EQ(refusal(crl(world, 2, "\"a\"")), "");
    EXPECT_EQ(refusal(crl(world, 2, "\"a\"")), "");
    EXPECT_EQ(refusal(crl(world, 2, "")), "shc.crl_rollback"); // another list of the same number
    EXPECT_EQ(refusal(crl(world, 1, "\"a\"")), "shc.crl_rollback");
    EXPECT_EQ(refusal(crl(world, 3, "\"a\",\"b\"")), "");
    world.jwk.crl_version = 3;
    ASSERT_TRUE(verifier.trust(kIssuer, {{world.jwk}}).ok());
    EXPECT_EQ(refusal(crl(world, 4, "")), "shc.crl_version");
    world.jwk.crl_version = 2;
    EXPECT_EQ(verifier.trust(kIssuer, {{world.jwk}}).error().kind(), kShcCrlRollback);
    world.jwk.crl_version.reset();
    EXPECT_EQ(verifier.trust(kIssuer, {{world.jwk}}).error().kind(), kShcCrlRollback);
    EXPECT_EQ(verifier.revoke("https://b", {}).error().kind(), kShcUnknownIssuer);
    EXPECT_EQ(verifier.revoke(kIssuer, {"x", 1, {}}).error().kind(), kShcUnknownKey);
    EXPECT_EQ(check_crl_of_key({"x", 1, {}}, world.jwk).error().kind(), kShcCrlKey);
}

// A key that is gone is unknown; when it comes back, its list is there and its counter stands.
TEST(ShcRevocation, KeysThatLeaveKeepTheirLists) {
    ShcWorld world;
    world.jwk.crl_version = 2;
    const SignedShc card = world.issue();
    ShcVerifier verifier = world.verifier();
    const auto list = shc_crl_parse(crl(world, 2, "\"" + card.rid + "\"")).value();
    ASSERT_TRUE(verifier.revoke(kIssuer, list).ok());
    const auto point = crypto::p256::public_key(world.other_key).value();
    const envelope::JwkSet other{{{envelope::jwk_thumbprint(point), point, {}, {}}}};
    ASSERT_TRUE(verifier.trust(kIssuer, other).ok());
    expect(verifier.verify(card.jws, kNow), Overall::invalid, "issuer", "shc.unknown_key");
    EXPECT_EQ(verifier.revoke(kIssuer, list).error().kind(), kShcUnknownKey);
    envelope::Jwk older = world.jwk;
    older.crl_version = 1;
    EXPECT_EQ(verifier.trust(kIssuer, {{older}}).error().kind(), kShcCrlRollback);
    expect(verifier.verify(card.jws, kNow), Overall::invalid, "issuer", "shc.unknown_key");
    ASSERT_TRUE(verifier.trust(kIssuer, {{world.jwk}}).ok());
    expect(verifier.verify(card.jws, kNow), Overall::invalid, "revocation", "shc.revoked");
}

TEST(ShcRevocation, RefusesListsByName) {
    const ShcWorld world;
    const auto refusal = [](std::string_view text) {
        const auto list = shc_crl_parse(text);
        return list.ok() ? std::string() : std::string(list.error().name());
    };
    const auto entries = [&](const std::string& rids) { return refusal(crl(world, 1, rids)); };
    EXPECT_EQ(refusal("nothing"), "shc.crl_malformed");
    EXPECT_EQ(refusal("[]"), "shc.crl_malformed");
    EXPECT_EQ(refusal(R"({"method":"rid","ctr":1,"rids":[]})"), "shc.crl_malformed");
    EXPECT_EQ(refusal(R"({"kid":"a","method":"rid","ctr":1})"), "shc.crl_malformed");
    EXPECT_EQ(refusal(R"({"kid":"a","method":"x","ctr":1,"rids":[]})"), "shc.crl_method");
    EXPECT_EQ(refusal(R"({"kid":"a","ctr":1,"rids":[]})"), "shc.crl_method");
    EXPECT_EQ(refusal(R"({"kid":"a","method":"rid","rids":[]})"), "shc.crl_counter");
    EXPECT_EQ(entries(""), "");
    EXPECT_EQ(refusal(crl(world, 0, "")), "shc.crl_counter");
    for (const char* entry : {"\"\"", "\"a=\"", "1", "\"a.\"", "\"a.b\"", "\"a.-1\"", "\"a.1.2\"",
                              "\"a.1234567890123\"", "\"this-rid-is-25-characters\""}) {
        EXPECT_EQ(entries(entry), "shc.crl_entry") << entry;
    }
    EXPECT_EQ(entries(R"("a","b","a")"), "shc.crl_entry_twice");
    EXPECT_EQ(entries(R"("a.1","a.2")"), "shc.crl_entry_twice");
}

TEST(ShcRevocation, ListsReadBack) {
    ShcRevocations list{"k", 7, {{"b", 1'700'000'000}, {"a", std::nullopt}}};
    const std::string text = shc_crl_print(list);
    EXPECT_EQ(text, R"({"kid":"k","method":"rid","ctr":7,"rids":["a","b.1700000000"]})");
    EXPECT_EQ(shc_crl_parse(text).value(), list);
}

TEST(ShcChain, IsShownAndCanBeRequired) {
    ShcWorld world;
    SeededRandom random(5);
    const auto ca = crypto::x509::make_ca({{"UT", "Ministry", "CA"}, 0, 2 * kNow, {}, {}},
                                          world.other_key, random)
                        .value();
    const auto leaf =
        crypto::x509::make_signer({{"UT", "St. Example", "SHC"}, 0, kNow, {}, {kIssuer}},
                                  world.jwk.key, ca, world.other_key, random)
            .value();
    const std::string card = world.issue().jws;
    expect(world.verifier({true, {}}).verify(card, kNow), Overall::invalid, "chain",
           "jwk.no_chain");
    world.jwk.chains = {{leaf}};
    expect(world.verifier().verify(card, kNow), Overall::valid, "chain", "chain.ok");
    expect(world.verifier().verify(card, kNow + 1), Overall::valid, "chain", "x509.expired");
    const ShcVerifier strict = world.verifier({true, {ca}});
    expect(strict.verify(card, kNow), Overall::valid, "chain", "chain.ok");
    expect(strict.verify(card, kNow + 1), Overall::invalid, "chain", "x509.expired");
    expect(world.verifier({true, {leaf}}).verify(card, kNow), Overall::valid, "chain", "chain.ok");
    const auto stranger =
        crypto::x509::make_ca({{"UT", "Ministry", "CA"}, 0, 2 * kNow, {}, {}}, world.key, random)
            .value();
    expect(world.verifier({true, {stranger}}).verify(card, kNow), Overall::invalid, "chain",
           "shc.chain_not_trusted");
}

TEST(ShcFile, ReadsAndWrites) {
    const std::vector<std::string> cards{"a.b.c", "d.e.f"};
    const std::string text = shc_file_print(cards);
    EXPECT_EQ(text, R"({"verifiableCredential":["a.b.c","d.e.f"]})");
    EXPECT_EQ(shc_file_read(text).value(), cards);
    for (const char* bad :
         {"", "[]", "{}", R"({"verifiableCredential":[]})", R"({"verifiableCredential":[1]})",
          R"({"verifiableCredential":[""]})", R"({"verifiableCredential":"a.b.c"})"}) {
        EXPECT_EQ(shc_file_read(bad).error().kind(), kShcFile) << bad;
    }
    EXPECT_EQ(shc_file_read(std::string(kMaxShcFile + 1, ' ')).error().kind(), kShcFileTooLarge);
}

TEST(ShcFile, AnswersReadBack) {
    const ShcAnswer answer{{"a.b.c", "d.e.f"},
                           {{1, "resource:2", "https://fhir.example/Immunization/1"},
                            {std::nullopt, "resource:0", "https://fhir.example/Patient/1"}}};
    const ShcAnswer out = shc_answer_read(shc_answer_print(answer)).value();
    EXPECT_EQ(out.cards, answer.cards);
    EXPECT_EQ(out.links, answer.links);
    EXPECT_EQ(shc_answer_print({}), R"({"resourceType":"Parameters"})");
    EXPECT_TRUE(shc_answer_read(R"({"resourceType":"Parameters"})").value().cards.empty());
    ShcAnswer beyond = answer;
    beyond.links[0].card = 2;
    EXPECT_EQ(shc_answer_read(shc_answer_print(beyond)).error().kind(), kShcAnswer);
    for (const char* bad :
         {"", "{}", R"({"resourceType":"Bundle"})",
          R"({"resourceType":"Parameters","parameter":1})",
          R"({"resourceType":"Parameters","parameter":[1]})",
          R"({"resourceType":"Parameters","parameter":[{"name":"verifiableCredential"}]})",
          R"({"resourceType":"Parameters","parameter":[{"name":"resourceLink"}]})"}) {
        EXPECT_EQ(shc_answer_read(bad).error().kind(), kShcAnswer) << bad;
    }
}

} // namespace
} // namespace salus::passport
