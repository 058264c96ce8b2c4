#include <gtest/gtest.h>

#include "envelope/sd_jwt.hpp"
#include "envelope/sd_jwt_vectors_test.hpp"

namespace salus::envelope {
namespace {

using codec::Json;
namespace json = codec::json;

constexpr std::int64_t kNow = 1'748'361'950; // nine seconds after the RFC's key bindings

Json parsed(std::string_view text) {
    return codec::parse_json(text).value();
}

crypto::p256::PublicKey rfc_key() {
    const json::object payload{{"cnf",
                                {{"jwk",
                                  {{"kty", "EC"},
                                   {"crv", "P-256"},
                                   {"x", rfc9901::kIssuerX},
                                   {"y", rfc9901::kIssuerY}}}}}};
    return sd_holder_key(payload).value();
}

SdJwtPolicy rfc_policy(bool bound) {
    SdJwtPolicy out;
    out.now = kNow;
    if (bound) {
        out.binding = KeyBindingPolicy{};
        out.binding->now = kNow;
        out.binding->audiences = {"https://verifier.example.org"};
        out.binding->nonce = "1234567890";
    }
    return out;
}

Result<VerifiedSdJwt> by_rfc_issuer(const std::string& text, const SdJwtPolicy& policy) {
    return sd_jwt_verify(
        text, [](const ReadJwt&) { return Result(rfc_key()); }, policy);
}

// Equal as JSON, whatever the order of members.
bool same(const json::object& a, std::string_view b) {
    return Json(a) == parsed(b);
}

TEST(SdJwtRfc, IssuedExampleDisclosesAll) {
    const auto out = by_rfc_issuer(rfc9901::kIssuerJwt + rfc9901::kDisclosures, rfc_policy(false));
    ASSERT_TRUE(out.ok()) << out.error().text();
    EXPECT_EQ(out->payload.at("nationalities"), parsed(R"(["US","DE"])"));
    EXPECT_EQ(out->payload.at("phone_number_verified"), Json(true));
    EXPECT_EQ(out->payload.at("updated_at"), Json(1570000000));
    EXPECT_FALSE(out->payload.contains("_sd"));
    EXPECT_FALSE(out->payload.contains("_sd_alg"));
    EXPECT_FALSE(out->binding);
}

TEST(SdJwtRfc, PresentedExampleGivesTheProcessedPayload) {
    const auto out = by_rfc_issuer(rfc9901::kIssuerJwt + rfc9901::kPresented, rfc_policy(true));
    ASSERT_TRUE(out.ok()) << out.error().text();
    EXPECT_TRUE(same(out->payload, R"({"iss":"https://issuer.example.com","iat":1683000000,
        "exp":1883000000,"sub":"user_42","nationalities":["US"],"cnf":{"jwk":{"kty":"EC",
        "crv":"P-256","x":"TCAER19Zvu3OHF4j4W4vfSVoHIP1ILilDls7vCeGemc",
        "y":"ZxjiWWbZMQGHVWKVQ4hbSIirsVfuecCE6t4jT9F2HZQ"}},"family_name":"Doe",
        "address":{"street_address":"123 Main St","locality":"Anytown","region":"Anystate",
        "country":"US"},"given_name":"John"})"))
        << codec::print_json(Json(out->payload));
    ASSERT_TRUE(out->binding);
    EXPECT_EQ(out->binding->issued_at, 1748361941);
    EXPECT_EQ(out->binding->nonce, "1234567890");
}

TEST(SdJwtRfc, NestedExampleGivesTheProcessedPayload) {
    const auto out = by_rfc_issuer(rfc9901::kNested, rfc_policy(false));
    ASSERT_TRUE(out.ok()) << out.error().text();
    EXPECT_TRUE(same(out->payload, R"({"iss":"https://issuer.example.com","iat":1683000000,
        "exp":1883000000,"verified_claims":{"verification":{"trust_framework":"de_aml",
        "evidence":[{"method":"pipp"}],"time":"2012-04-23T18:25Z"},"claims":{"given_name":"Max",
        "family_name":"Müller","address":{"locality":"Maxstadt","postal_code":"12344",
        "country":"DE","street_address":"Weidenstraße 22"}}}})"))
        << codec::print_json(Json(out->payload));
}

TEST(SdJwtRfc, CredentialExampleShowsOneAgeAlone) {
    SdJwtPolicy policy = rfc_policy(true);
    policy.type = "dc+sd-jwt";
    const auto out = by_rfc_issuer(rfc9901::kCredential, policy);
    ASSERT_TRUE(out.ok()) << out.error().text();
    EXPECT_TRUE(same(out->payload, R"({"iss":"https://pid-issuer.bund.de.example",
        "iat":1683000000,"exp":1883000000,"vct":"urn:eudi:pid:de:1","cnf":{"jwk":{"kty":"EC",
        "crv":"P-256","x":"TCAER19Zvu3OHF4j4W4vfSVoHIP1ILilDls7vCeGemc",
        "y":"ZxjiWWbZMQGHVWKVQ4hbSIirsVfuecCE6t4jT9F2HZQ"}},"age_equal_or_over":{"18":true},
        "nationalities":["DE"]})"))
        << codec::print_json(Json(out->payload));
}

// 4.2.1 and 4.2.3: the same value in four spellings, and the digest over the text.
TEST(SdJwtRfc, DisclosuresAreReadInAnySpelling) {
    for (const char* text :
         {"WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
          "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNX"
          "HUwMGY2Yml1cyJd",
          "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsImZhbWlseV9uYW1lIiwiTcO2Y"
          "ml1cyJd",
          "WwoiXzI2YmM0TFQtYWM2cTJLSTZjQlc1ZXMiLAoiZmFtaWx5X25hbWUiLAoiT"
          "cO2Yml1cyIKXQ"}) {
        const auto out = sd_read_disclosure(text);
        ASSERT_TRUE(out.ok()) << text;
        EXPECT_EQ(out->salt, "_26bc4LT-ac6q2KI6cBW5es");
        EXPECT_EQ(out->name, "family_name");
        EXPECT_EQ(out->value, Json("Möbius"));
    }
    EXPECT_EQ(sd_digest("WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"),
              "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0");
    EXPECT_EQ(sd_digest("WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0"),
              "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs");
}

} // namespace
} // namespace salus::envelope
