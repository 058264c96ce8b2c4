// Tests, recoveries and SMART Health Cards through the interfaces of a hospital's node.

#include <gtest/gtest.h>

#include "passport/dcc_schema.hpp"
#include "passport/shc.hpp"
#include "service.hpp"

namespace salus::passport::testing {
namespace {

constexpr const char* kUrl = "https://hospital.example/cards";

std::string subject() {
    return R"("contained":[{"resourceType":"Patient","id":"p","name":[{"family":"Müller"}],)"
           R"("birthDate":"1990"}],"subject":{"reference":"#p"})";
}
std::string observation(const std::string& id = "o1") {
    return R"({"resourceType":"Observation","id":")" + id +
           R"(","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"94500-6"}]},)"
           R"("effectiveDateTime":"2026-09-20T08:00:00Z","valueCodeableConcept":{"coding":[{)"
           R"("system":"http://snomed.info/sct","code":"260415000"}]},"performer":[{"display":)"
           R"("Test Centre"}],)" +
           subject() + "}";
}
std::string condition() {
    return R"({"resourceType":"Condition","id":"c1","code":{"coding":[{"system":)"
           R"("http://snomed.info/sct","code":"840539006"}]},"onsetDateTime":"2026-08-20",)"
           R"("clinicalStatus":{"coding":[{"code":"resolved"}]},"verificationStatus":{"coding":)"
           R"([{"code":"confirmed"}]},)" +
           subject() + "}";
}
std::string immunization(const std::string& id = "i1", const std::string& code = "37",
                         const std::string& when = "2020-02-02") {
    return R"({"resourceType":"Immunization","id":")" + id +
           R"(","status":"completed","contained":[{"resourceType":"Patient","id":"p","name":)"
           R"([{"family":"Müller","given":["Zoë"]}],"birthDate":"1990-01-02"}],"vaccineCode":)"
           R"({"coding":[{"system":"http://hl7.org/fhir/sid/cvx","code":")" +
           code + R"("}]},"occurrenceDateTime":")" + when + R"(","patient":{"reference":"#p"}})";
}

json::object first(const http::Response& answer, const char* list) {
    const auto body = must(codec::parse_json(answer.body)).as_object();
    if (answer.status != 200 || body.at(list).as_array().empty()) {
        ADD_FAILURE() << answer.status << " " << answer.body;
        return {};
    }
    return body.at(list).as_array()[0].as_object();
}
std::string text(const json::object& object, const char* key) {
    const codec::Json* value = codec::json_find(object, key);
    return value == nullptr ? "" : std::string(value->as_string());
}
DccKind kind_of(const std::string& hcert) {
    return dcc_kind(must(decode_hcert(hcert)).content).value();
}

TEST(Formats, TestsAndRecoveriesAreIssued) {
    Service service;
    const auto test = first(service.call("POST", "/api/v1/issue", observation()), "issued");
    EXPECT_EQ(kind_of(text(test, "hcert")), DccKind::test);
    EXPECT_EQ(service.network.verify(text(test, "hcert")).overall, Overall::valid);
    const auto recovery = first(service.call("POST", "/api/v1/issue", condition()), "issued");
    EXPECT_EQ(kind_of(text(recovery, "hcert")), DccKind::recovery);
    const auto refused =
        first(service.call(
                  "POST", "/api/v1/issue",
                  R"({"resourceType":"Bundle","type":)"
                  R"("collection","entry":[{"resource":)" +
                      observation() + "}," + R"({"resource":)" +
                      observation("o2").replace(observation("o2").find("final"), 5, "preliminary") +
                      "}]}"),
              "refused");
    EXPECT_EQ(text(refused, "rule"), "certificate.not_final");
}

TEST(Formats, FhirEndpointsTakeThem) {
    Service service;
    const auto created = service.call("POST", "/fhir/R4/Observation", observation());
    EXPECT_EQ(created.status, 201) << created.body;
    EXPECT_EQ(service.call("POST", "/fhir/R4/Observation", observation()).status, 200);
    EXPECT_EQ(service.call("POST", "/fhir/R4/Condition", condition()).status, 201);
    EXPECT_EQ(service.call("POST", "/fhir/R4/Condition", observation()).status, 400);
    const auto statement = service.object(service.call("GET", "/fhir/R4/metadata", "", false));
    EXPECT_EQ(statement.at("rest").at(0).at("resource").as_array().size(), 5U);
}

TEST(Formats, CardsNeedAnIssuerUrl) {
    Service service;
    const auto refused = service.call("POST", "/api/v1/issue?format=shc", immunization());
    EXPECT_EQ(refused.status, 501);
    EXPECT_NE(refused.body.find("issue.no_shc_issuer"), std::string::npos);
    EXPECT_EQ(service.call("POST", "/api/v1/issue?format=pdf", immunization()).status, 400);
    EXPECT_EQ(service.call("GET", "/.well-known/jwks.json", "", false).status, 404);
    ShcIssuerProfile profile;
    profile.url = "https://hospital.example/";
    const auto opened =
        ShcIssuer::open(profile, service.network.key.copy(), {}, *service.network.database);
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().kind(), kShcIssuerUrl);
}

// What a verifier does that knows the issuer's URL alone.
ShcReport verify(Service& service, const std::string& card) {
    ShcVerifier verifier;
    const auto keys = service.call("GET", "/cards/.well-known/jwks.json", "", false);
    EXPECT_EQ(keys.headers.get("Access-Control-Allow-Origin"), "*");
    const envelope::JwkSet set = must(envelope::jwks_parse(keys.body));
    EXPECT_TRUE(verifier.trust(kUrl, set).ok());
    for (const envelope::Jwk& key : set.keys) {
        const auto list =
            service.call("GET", "/cards/.well-known/crl/" + key.kid + ".json", "", false);
        EXPECT_EQ(list.status, 200);
        EXPECT_TRUE(verifier.revoke(kUrl, must(shc_crl_parse(list.body))).ok());
    }
    return verifier.verify(card, service.network.clock.unix_seconds());
}
std::uint64_t counter(Service& service) {
    const auto keys = service.call("GET", "/.well-known/jwks.json", "", false);
    return must(envelope::jwks_parse(keys.body)).keys[0].crl_version.value();
}

TEST(Formats, CardsAreIssuedVerifiedAndRevoked) {
    Service service({}, kUrl);
    const auto issued =
        first(service.call("POST", "/api/v1/issue?format=both", immunization()), "issued");
    const std::string card = text(issued.at("shc").as_object(), "text");
    EXPECT_FALSE(text(issued, "hcert").empty());
    const ShcReport good = verify(service, card);
    EXPECT_EQ(good.overall, Overall::valid);
    EXPECT_EQ(good.card->issuer, kUrl);
    EXPECT_EQ(counter(service), 1U);
    EXPECT_EQ(service.network.verify(card).overall, Overall::valid); // it stands on chain
    // asked for again it is the same card
    const auto again =
        first(service.call("POST", "/api/v1/issue?format=shc", immunization()), "issued");
    EXPECT_EQ(text(again.at("shc").as_object(), "text"), card);
    EXPECT_EQ(text(again, "hcert"), "");

    must(service.network.issuer->revoke(must(hash_from_hex(text(issued, "commitment"))), 1));
    EXPECT_EQ(counter(service), 2U);
    EXPECT_EQ(service.network.verify(card).check("chain").code, "chain.revoked");
    const ShcReport gone = verify(service, card);
    EXPECT_EQ(gone.overall, Overall::invalid);
    EXPECT_EQ(gone.check("revocation").code, "shc.revoked");
    const auto list =
        service.call("GET", "/.well-known/crl/" + good.kid + ".json", "", false); // rid.timestamp
    EXPECT_NE(list.body.find(good.card->rid + "."), std::string::npos) << list.body;
    EXPECT_EQ(service.call("GET", "/.well-known/crl/other.json", "", false).status, 404);

    const auto corrected =
        first(service.call("POST", "/api/v1/issue?format=shc", immunization()), "issued");
    EXPECT_EQ(verify(service, text(corrected.at("shc").as_object(), "text")).overall,
              Overall::valid);
}

TEST(Formats, WhatFitsNoCardIsRefusedByName) {
    Service service({}, kUrl);
    const auto test =
        first(service.call("POST", "/api/v1/issue?format=shc", observation()), "refused");
    EXPECT_EQ(text(test, "rule"), "shc.vaccinations_alone");
    const auto both =
        first(service.call("POST", "/api/v1/issue?format=both", observation()), "issued");
    EXPECT_EQ(text(both.at("shc").as_object(), "rule"), "shc.vaccinations_alone");
    EXPECT_FALSE(text(both, "hcert").empty());
    EXPECT_EQ(must(service.network.issuer->counts()).issued, 1U);
}

} // namespace
} // namespace salus::passport::testing
