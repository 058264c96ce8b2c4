#include "envelope/jwk.hpp"

#include <gtest/gtest.h>

#include "codec/base64url.hpp"

namespace salus::envelope {
namespace {

namespace json = codec::json;

// A key of the SMART Health Cards specification's example issuer.
constexpr std::string_view kKid = "3Kfdg-XwP-7gXyywtUfUADwBumDOPKMQx-iELL11W9s";

json::object example() {
    return {{"kty", "EC"},
            {"kid", kKid},
            {"use", "sig"},
            {"alg", "ES256"},
            {"crv", "P-256"},
            {"x", "11XvRWy1I2S0EyJlyf_bWfw_TQ5CJJNLw78bHXNxcgw"},
            {"y", "eZXwxvO1hvCY0KucrPfKo7yAyMT6Ajc3N7OkAB6VYy8"},
            {"crlVersion", 1}};
}

std::string refusal(const json::object& key) {
    const auto out = jwk_read(key);
    return out.ok() ? "" : std::string(out.error().name());
}
// The example with one member of another value; without it where that is null.
std::string refusal_with(std::string_view name, const codec::Json& value) {
    json::object key = example();
    if (value.is_null()) {
        key.erase(name);
    } else {
        key.insert_or_assign(name, value);
    }
    return refusal(key);
}
std::string refusal_of_set(const json::array& keys) {
    const auto out = jwks_parse(codec::print_json(json::object{{"keys", keys}}));
    return out.ok() ? "" : std::string(out.error().name());
}

struct World {
    SeededRandom random{7517};
    crypto::SecretKey32 key = crypto::p256::generate(random);
    crypto::SecretKey32 ca_key = crypto::p256::generate(random);
    crypto::p256::PublicKey point = crypto::p256::public_key(key).value();
    crypto::x509::Certificate ca =
        crypto::x509::make_ca({{"UT", "Ministry", "CA"}, 0, 2'000'000'000, {}, {}}, ca_key, random)
            .value();
    crypto::x509::Request request{
        {"UT", "Hospital", "Signer"}, 1000, 1'000'000'000, {}, {"https://shc.example/issuer"}};

    CertificateChain chain() {
        return {crypto::x509::make_signer(request, point, ca, ca_key, random).value(), ca};
    }
    Jwk jwk() { return {jwk_thumbprint(point), point, {chain()}, 3}; }
};

TEST(Jwk, ReadsAndWrites) {
    const Jwk key = jwk_read(example()).value();
    EXPECT_EQ(key.kid, kKid);
    EXPECT_EQ(jwk_thumbprint(key.key), kKid);
    EXPECT_EQ(key.crl_version, 1u);
    EXPECT_TRUE(key.chains.empty());
    const JwkSet set{{key}};
    EXPECT_EQ(codec::parse_json(jwks_print(set)).value(),
              codec::Json(json::object{{"keys", json::array{example()}}}));
    EXPECT_EQ(set.find(kKid), &set.keys[0]);
    EXPECT_EQ(set.find("other"), nullptr);
}

TEST(Jwk, RefusesByName) {
    EXPECT_EQ(refusal(example()), "");
    EXPECT_EQ(refusal_with("d", "qYg7yrhjPYGJNHc0e9xYNodLaKQvVNG6cShRyhwtwHQ"), "jwk.private_part");
    EXPECT_EQ(refusal_with("k", "c2VjcmV0"), "jwk.private_part");
    EXPECT_EQ(refusal_with("kty", "RSA"), "jwk.key_type");
    EXPECT_EQ(refusal_with("kty", nullptr), "jwk.key_type");
    EXPECT_EQ(refusal_with("crv", "P-384"), "jwk.curve");
    EXPECT_EQ(refusal_with("alg", "ES256K"), "jwk.algorithm");
    EXPECT_EQ(refusal_with("alg", nullptr), "jwk.algorithm");
    EXPECT_EQ(refusal_with("use", "enc"), "jwk.use");
    EXPECT_EQ(refusal_with("x", "AA"), "jwk.coordinate");
    EXPECT_EQ(refusal_with("y", nullptr), "jwk.coordinate");
    EXPECT_EQ(refusal_with("x", json::string(43, '=')), "jwk.coordinate");
    EXPECT_EQ(refusal_with("x", json::string(44, 'A')), "jwk.coordinate");
    EXPECT_EQ(refusal_with("x", json::string(43, 'A')), "jwk.not_on_curve");
    EXPECT_EQ(refusal_with("kid", "ThisIsNotTheThumbprintOfTheKey"), "jwk.kid_not_thumbprint");
    EXPECT_EQ(refusal_with("kid", nullptr), "jwk.kid_not_thumbprint");
    EXPECT_EQ(refusal_with("crlVersion", "1"), "jwk.malformed");
    EXPECT_EQ(refusal_with("x5c", json::array{}), "jwk.x5c_malformed");
    EXPECT_EQ(refusal_with("x5c", "MIIB"), "jwk.x5c_malformed");
    EXPECT_EQ(refusal_with("x5c", json::array{"MIIB"}), "jwk.x5c_malformed");
}

TEST(JwkSet, RefusesByName) {
    const auto text = [](std::string_view set) {
        const auto out = jwks_parse(set);
        return out.ok() ? std::string() : std::string(out.error().name());
    };
    EXPECT_EQ(text("This is not a valid JSON Web Key Set!"), "jwk.malformed");
    EXPECT_EQ(text("[]"), "jwk.malformed");
    EXPECT_EQ(text(R"({"keys":{}})"), "jwk.malformed");
    EXPECT_EQ(text(R"({"keys":[1]})"), "jwk.malformed");
    EXPECT_EQ(text(R"({"keys":[]})"), "jwk.no_keys");
    EXPECT_EQ(text(std::string(kMaxKeySetBytes + 1, ' ')), "jwk.too_large");
    EXPECT_EQ(refusal_of_set(json::array(kMaxKeys + 1, codec::Json(json::object()))),
              "jwk.too_many_keys");
    EXPECT_EQ(refusal_of_set({example()}), "");
    EXPECT_EQ(refusal_of_set({example(), example()}), "jwk.duplicate_kid");
    json::object bad = example();
    bad.insert_or_assign("use", "enc");
    EXPECT_EQ(refusal_of_set({example(), bad}), "jwk.use"); // one bad key, no set
}

TEST(JwkSet, KeepsOneChainForEachPki) {
    World world;
    Jwk key = world.jwk();
    key.chains.push_back(world.chain());
    ASSERT_NE(key.chains[0][0].der, key.chains[1][0].der); // another serial number
    const JwkSet out = jwks_parse(jwks_print({{key}})).value();
    ASSERT_EQ(out.keys.size(), 1u);
    EXPECT_EQ(out.keys[0].chains.size(), 2u);
    EXPECT_EQ(out.keys[0].chains[1][0].der, key.chains[1][0].der);
    EXPECT_EQ(out.keys[0].crl_version, 3u);
    key.chains[1] = key.chains[0];
    EXPECT_EQ(jwks_parse(jwks_print({{key}})).error().kind(), kJwkDuplicate);
}

TEST(JwkChain, ChecksNamesSignaturesAndTimes) {
    World world;
    const std::string issuer = world.request.uri_names[0];
    const Jwk key = world.jwk();
    const auto refusal_at = [&](const Jwk& jwk, std::string_view iss, std::int64_t time) {
        const auto out = check_chain(jwk, iss, time);
        return out.ok() ? std::string() : std::string(out.error().name());
    };
    EXPECT_EQ(check_chain(key, issuer, 5000).value().der, world.ca.der);
    EXPECT_EQ(refusal_at(key, issuer, 999), "x509.not_yet_valid");
    EXPECT_EQ(refusal_at(key, issuer, 1'000'000'001), "x509.expired");
    EXPECT_EQ(refusal_at(key, issuer + "/", 5000), "jwk.x5c_other_issuer");
    Jwk other = key;
    other.chains[0].pop_back();
    EXPECT_EQ(refusal_at(other, issuer, 5000), ""); // the leaf alone ends the chain
    other.chains[0].push_back(other.chains[0][0]);
    EXPECT_EQ(refusal_at(other, issuer, 5000), "x509.not_a_ca");
    other.chains.clear();
    EXPECT_EQ(refusal_at(other, issuer, 5000), "jwk.no_chain");
}

TEST(JwkChain, TheLeafHoldsTheKey) {
    World world;
    Jwk key = world.jwk();
    key.key = crypto::p256::public_key(world.ca_key).value();
    key.kid = jwk_thumbprint(key.key);
    EXPECT_EQ(jwks_parse(jwks_print({{key}})).error().kind(), kJwkChainKey);
}

} // namespace
} // namespace salus::envelope
