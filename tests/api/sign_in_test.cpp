#include "sign_in_world.hpp"

#include "api/sign_in/token.hpp"

namespace salus::api::testing {
namespace {

constexpr std::size_t kPatient = 2;

std::string code_of(const http::Response& answer) {
    return SignInWorld::text(answer, "code");
}

TEST(SignInEndpoint, ASessionBeginsAndEnds) {
    SignInWorld world;
    const auto opened = world.call("POST", "/api/v1/sign-in", world.message_of(kPatient));
    ASSERT_EQ(opened.status, 200) << opened.body;
    const json::object body = SignInWorld::object(opened);
    EXPECT_EQ(SignInWorld::text(opened, "account"),
              to_hex0x(chain::testing::address_of(kPatient).bytes));
    EXPECT_EQ(body.at("expires"), world.network.clock.unix_seconds() + 900);
    const std::string token(body.at("token").as_string());
    EXPECT_EQ(world.call("POST", "/api/v1/sign-out", "", token).status, 204);
    EXPECT_EQ(world.call("POST", "/api/v1/sign-out", "", token).status, 401);
    EXPECT_EQ(world.call("POST", "/api/v1/sign-out", "", kToken).status, 401);
}

TEST(SignInEndpoint, WhatIsNotAMessageForUsIsRefusedByName) {
    SignInWorld world;
    const auto post = [&](const std::string& body) {
        return world.call("POST", "/api/v1/sign-in", body);
    };
    for (const char* bad :
         {"", "[]", "{}", R"({"message":"x"})", R"({"message":1,"signature":"0x"})",
          R"({"message":"x","signature":"zz"})"}) {
        EXPECT_EQ(post(bad).status, 400) << bad;
    }
    const auto malformed = post(R"({"message":"x","signature":"0x00"})");
    EXPECT_EQ(malformed.status, 400);
    EXPECT_EQ(code_of(malformed), "siwe.malformed");
    const auto elsewhere = post(world.message_of(kPatient, "evil.example"));
    EXPECT_EQ(elsewhere.status, 401);
    EXPECT_EQ(code_of(elsewhere), "siwe.other_domain");
    const std::string once = world.message_of(kPatient);
    EXPECT_EQ(post(once).status, 200);
    const auto twice = post(once);
    EXPECT_EQ(twice.status, 401);
    EXPECT_EQ(code_of(twice), "sign_in.nonce_unknown");
    EXPECT_EQ(twice.headers.get("WWW-Authenticate"), "Bearer");
    json::object forged = must(codec::parse_json(world.message_of(kPatient))).as_object();
    std::string signature(forged.at("signature").as_string());
    signature[10] = signature[10] == '0' ? '1' : '0';
    forged["signature"] = signature;
    EXPECT_EQ(post(codec::print_json(forged)).status, 401);
    EXPECT_EQ(world.call("POST", "/api/v1/sign-in", "{}", {}, "text/plain").status, 415);
}

TEST(TokenEndpoint, AnswersAsRfc6749) {
    SignInWorld world;
    const auto answer =
        world.token(SignInWorld::form_of(world.assertion("1"), "system%2FPatient.read%20launch"));
    ASSERT_EQ(answer.status, 200) << answer.body;
    const json::object body = SignInWorld::object(answer);
    EXPECT_EQ(body.at("token_type"), "bearer");
    EXPECT_EQ(body.at("expires_in"), 300);
    EXPECT_EQ(body.at("scope"), "system/Patient.read"); // what of it was granted
    EXPECT_EQ(body.at("access_token").as_string().size(), 43U);
    EXPECT_EQ(answer.headers.get("Pragma"), "no-cache");
    EXPECT_EQ(answer.headers.get("Cache-Control"), "no-store");
}

TEST(TokenEndpoint, RefusesAsRfc6749) {
    SignInWorld world;
    const std::string assertion = world.assertion("1");
    const std::string good = SignInWorld::form_of(assertion, "system/*.rs");
    const auto without = [&](const std::string& part) {
        std::string out = good;
        out.erase(out.find(part), part.size());
        return out;
    };
    struct Case {
        std::string form, error;
        int status;
    };
    const Case cases[] = {
        {"", "invalid_request", 400},
        {"%zz=1", "invalid_request", 400},
        {good + "&scope=a", "invalid_request", 400},
        {without("grant_type=client_credentials&"), "invalid_request", 400},
        {"grant_type=password", "unsupported_grant_type", 400},
        {"grant_type=client_credentials", "invalid_client", 401},
        {without(assertion), "invalid_client", 401},
        {without("-bearer"), "invalid_client", 401},
        {SignInWorld::form_of("a.b.c", "system/*.rs"), "invalid_client", 401},
        {SignInWorld::form_of(assertion, ""), "invalid_scope", 400},
        {SignInWorld::form_of(assertion, "user/*.rs"), "invalid_scope", 400},
        {SignInWorld::form_of(world.assertion("2", {{"iss", "x"}, {"sub", "x"}}), "system/*.rs"),
         "invalid_client", 401},
        {SignInWorld::form_of(world.assertion("3", {{"aud", "https://x"}}), "system/*.rs"),
         "invalid_client", 401},
    };
    for (const Case& one : cases) {
        const auto answer = world.token(one.form);
        EXPECT_EQ(answer.status, one.status) << one.form;
        EXPECT_EQ(SignInWorld::text(answer, "error"), one.error) << one.form;
        for (const char c : SignInWorld::text(answer, "error_description")) {
            EXPECT_TRUE(c >= ' ' && c <= '~' && c != '"' && c != '\\') << answer.body;
        }
        EXPECT_EQ(answer.headers.get("WWW-Authenticate").empty(), one.status != 401);
    }
    EXPECT_EQ(world.token(good).status, 200);
    EXPECT_EQ(SignInWorld::object(world.token(good)).at("error"), "invalid_client"); // used
    EXPECT_EQ(world.call("POST", "/oauth/token", good).status, 400);                 // JSON
}

TEST(TokenEndpoint, ReadsForms) {
    using Form = std::map<std::string, std::string, std::less<>>;
    EXPECT_EQ(sign_in::read_form("a=b+c&d=%2B&e&f="),
              (Form{{"a", "b c"}, {"d", "+"}, {"e", ""}, {"f", ""}}));
    EXPECT_EQ(sign_in::read_form("")->size(), 0U);
    EXPECT_FALSE(sign_in::read_form("a=1&a=2"));
    EXPECT_FALSE(sign_in::read_form("a=%zz"));
    EXPECT_FALSE(sign_in::read_form("a=%00"));
    std::string many;
    for (int i = 0; i < 40; ++i) many += "k" + std::to_string(i) + "=1&";
    EXPECT_FALSE(sign_in::read_form(many));
}

TEST(SmartConfiguration, SaysWhatIsThere) {
    SignInWorld world;
    for (const char* path :
         {"/.well-known/smart-configuration", "/fhir/R4/.well-known/smart-configuration"}) {
        const json::object body = SignInWorld::object(world.call("GET", path));
        EXPECT_EQ(body.at("token_endpoint"), kTokenUrl);
        EXPECT_EQ(body.at("token_endpoint_auth_signing_alg_values_supported"),
                  (json::array{"ES256", "ES384"}));
        EXPECT_EQ(body.at("grant_types_supported"), (json::array{"client_credentials"}));
        EXPECT_FALSE(body.contains("authorization_endpoint"));
    }
}

} // namespace
} // namespace salus::api::testing
