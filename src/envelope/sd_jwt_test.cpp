#include <gtest/gtest.h>

#include "base/random.hpp"
#include "codec/base64url.hpp"
#include "crypto/hash.hpp"
#include "envelope/sd_jwt_make.hpp"

namespace salus::envelope {
namespace {

using codec::Json;
namespace json = codec::json;

constexpr std::int64_t kNow = 1'748'361'950;

Json parsed(std::string_view text) {
    return codec::parse_json(text).value();
}

std::string encoded(std::string_view text) {
    return codec::base64url_encode(view(text));
}

// One issuer, one holder; a test changes what it is about.
struct World {
    SeededRandom random{9901};
    crypto::SecretKey32 key = crypto::p256::generate(random);
    crypto::SecretKey32 holder = crypto::p256::generate(random);
    crypto::p256::PublicKey issuer_key = crypto::p256::public_key(key).value();
    std::string header = R"({"alg":"ES256","typ":"example+sd-jwt"})";
    json::object payload = claims();
    std::vector<std::string> disclosures;
    std::string binding_header = R"({"alg":"ES256","typ":"kb+jwt"})";
    json::object binding{{"iat", kNow - 5}, {"aud", "gate"}, {"nonce", "n"}};
    bool bound = true;
    SdJwtPolicy policy = own_policy();

    json::object claims() const {
        const auto point = crypto::p256::public_key(holder).value();
        const ByteView bytes(point.bytes);
        return {{"iss", "https://issuer.example"},
                {"iat", kNow - 100},
                {"exp", kNow + 100},
                {"cnf",
                 {{"jwk",
                   {{"kty", "EC"},
                    {"crv", "P-256"},
                    {"x", codec::base64url_encode(bytes.first(32))},
                    {"y", codec::base64url_encode(bytes.subspan(32))}}}}}};
    }
    static SdJwtPolicy own_policy() {
        SdJwtPolicy out;
        out.type = "example+sd-jwt";
        out.now = kNow;
        out.binding = KeyBindingPolicy{};
        out.binding->now = kNow;
        out.binding->audiences = {"gate"};
        out.binding->nonce = "n";
        return out;
    }
    static std::string sign(std::string_view head, const json::object& content,
                            const crypto::SecretKey32& with) {
        std::string out = encoded(head) + "." + encoded(codec::print_json(Json(content)));
        const auto signature = crypto::p256::sign(with, crypto::sha256(view(out))).value();
        return out + "." + codec::base64url_encode(signature.bytes);
    }
    // A disclosure of this JSON text, its digest put into the payload's _sd.
    World& disclose(std::string_view content) {
        disclosures.push_back(encoded(content));
        add_digest(sd_digest(disclosures.back()));
        return *this;
    }
    void add_digest(const std::string& digest) {
        if (!payload.contains("_sd")) payload["_sd"] = json::array();
        payload["_sd"].as_array().emplace_back(digest);
    }
    std::string text() const {
        SdJwt out{sign(header, payload, key), disclosures, ""};
        if (!bound) return out.text();
        json::object content = binding;
        if (!content.contains("sd_hash")) content["sd_hash"] = sd_digest(out.bound_text());
        out.key_binding = sign(binding_header, content, holder);
        return out.text();
    }
    Result<VerifiedSdJwt> verify(const std::string& text) const {
        return sd_jwt_verify(
            text, [this](const ReadJwt&) { return Result(issuer_key); }, policy);
    }
    std::string refusal(const std::string& text) const {
        const auto out = verify(text);
        return out.ok() ? "" : std::string(out.error().name());
    }
    std::string refusal() const { return refusal(text()); }
};

World with(const std::function<void(World&)>& change) {
    World out;
    out.disclose(R"(["s1","name","Zoë"])");
    change(out);
    return out;
}
std::string refused(const std::function<void(World&)>& change) {
    return with(change).refusal();
}

TEST(SdJwt, TheUnchangedWorldIsAccepted) {
    const World world = with([](World&) {});
    const auto out = world.verify(world.text());
    ASSERT_TRUE(out.ok()) << out.error().text();
    EXPECT_EQ(out->payload.at("name"), Json("Zoë"));
    EXPECT_EQ(out->header.at("typ"), Json("example+sd-jwt"));
    EXPECT_EQ(refused([](World& w) {
                  w.bound = false;
                  w.policy.binding.reset();
              }),
              "");
}

TEST(SdJwt, RefusesTheTextByName) {
    const World world = with([](World&) {});
    const std::string text = world.text();
    EXPECT_EQ(world.refusal(""), "sd_jwt.malformed");
    EXPECT_EQ(world.refusal(world.sign(world.header, world.payload, world.key)),
              "sd_jwt.malformed");
    const std::size_t first = text.find('~');
    EXPECT_EQ(world.refusal(text.substr(0, first) + "~" + text.substr(first)), "sd_jwt.malformed");
    EXPECT_EQ(world.refusal("a.b~" + world.disclosures[0] + "~a.b.c"), "sd_jwt.malformed");
    EXPECT_EQ(world.refusal(std::string(kMaxSdJwt, 'a') + "~"), "sd_jwt.too_long");
    EXPECT_EQ(refused([](World& w) { w.disclosures.resize(kMaxDisclosures + 1, "x"); }),
              "sd_jwt.too_long");
    EXPECT_EQ(refused([](World& w) { w.disclosures.push_back(w.disclosures[0]); }),
              "sd_jwt.disclosed_twice");
}

// 7.1, step 2.
TEST(SdJwt, RefusesTheIssuersJwtByName) {
    EXPECT_EQ(refused([](World& w) { w.header = R"({"alg":"none"})"; }), "sd_jwt.algorithm");
    EXPECT_EQ(refused([](World& w) { w.header = R"({"alg":"HS256"})"; }), "sd_jwt.algorithm");
    EXPECT_EQ(refused([](World& w) { w.header = R"({"typ":"example+sd-jwt"})"; }),
              "sd_jwt.algorithm");
    EXPECT_EQ(refused([](World& w) { w.header = R"({"alg":"ES256","crit":["x"],"x":1})"; }),
              "sd_jwt.header");
    EXPECT_EQ(refused([](World& w) { w.header = R"({"alg":"ES256","b64":false})"; }),
              "sd_jwt.header");
    EXPECT_EQ(refused([](World& w) { w.header = R"({"alg":"ES256","typ":"kb+jwt"})"; }),
              "sd_jwt.type");
    EXPECT_EQ(refused([](World& w) { w.header = "[]"; }), "sd_jwt.malformed");
    EXPECT_EQ(refused([](World& w) { w.key = crypto::p256::generate(w.random); }),
              "sd_jwt.signature_wrong");
    EXPECT_EQ(refused([](World& w) { w.issuer_key.bytes.fill(1); }), "sd_jwt.issuer_key");
    EXPECT_EQ(refused([](World& w) { w.payload["_sd_alg"] = "sha-256"; }), "");
    EXPECT_EQ(refused([](World& w) { w.payload["_sd_alg"] = "sha-512"; }), "sd_jwt.hash_algorithm");
    EXPECT_EQ(refused([](World& w) { w.payload["_sd_alg"] = "SHA-256"; }), "sd_jwt.hash_algorithm");
    EXPECT_EQ(refused([](World& w) { w.payload["_sd_alg"] = 1; }), "sd_jwt.hash_algorithm");
    EXPECT_EQ(refused([](World& w) {
                  w.payload["o"] = json::object{{"_sd_alg", "sha-256"}};
              }),
              "sd_jwt.hash_algorithm_nested");
    EXPECT_EQ(refused([](World& w) { w.disclose(R"(["s","_sd_alg","sha-256"])"); }),
              "sd_jwt.hash_algorithm_nested");
    const World world = with([](World&) {});
    const auto unknown = sd_jwt_verify(
        world.text(),
        [](const ReadJwt&) -> Result<crypto::p256::PublicKey> { return Error(kSdJwtIssuer); },
        world.policy);
    EXPECT_EQ(unknown.error().kind(), kSdJwtIssuer);
}

// 7.1, steps 3 to 5.
TEST(SdJwt, RefusesDisclosuresByName) {
    EXPECT_EQ(refused([](World& w) { w.disclose(R"(["s","a",1])"); }), "");
    EXPECT_EQ(refused([](World& w) { w.disclosures.emplace_back("!"); }),
              "sd_jwt.disclosure_malformed");
    for (const char* bad : {"{}", "[]", R"(["s"])", R"(["s","a",1,2])", R"([1,"a",1])",
                            R"(["s",1,1])", R"(["s","a",1]x)", "\"s\""}) {
        EXPECT_EQ(refused([&](World& w) { w.disclose(bad); }), "sd_jwt.disclosure_malformed")
            << bad;
    }
    EXPECT_EQ(refused([](World& w) { w.disclose(R"(["s","element"])"); }),
              "sd_jwt.property_disclosure");
    EXPECT_EQ(
        refused([](World& w) {
            w.disclosures.push_back(encoded(R"(["s","a",1])"));
            w.payload["list"] = json::array{json::object{{"...", sd_digest(w.disclosures.back())}}};
        }),
        "sd_jwt.element_disclosure");
    EXPECT_EQ(refused([](World& w) { w.disclose(R"(["s","_sd",[]])"); }), "sd_jwt.reserved_name");
    EXPECT_EQ(refused([](World& w) { w.disclose(R"(["s","...",1])"); }), "sd_jwt.reserved_name");
    EXPECT_EQ(refused([](World& w) { w.disclose(R"(["s","iss","other"])"); }),
              "sd_jwt.claim_exists");
    EXPECT_EQ(refused([](World& w) { w.disclose(R"(["s2","name","other"])"); }),
              "sd_jwt.claim_exists");
    EXPECT_EQ(refused([](World& w) { w.disclosures.push_back(encoded(R"(["s","a",1])")); }),
              "sd_jwt.disclosure_unreferenced");
}

TEST(SdJwt, RefusesDigestsByName) {
    EXPECT_EQ(
        refused([](World& w) { w.add_digest(w.payload["_sd"].as_array()[0].as_string().c_str()); }),
        "sd_jwt.digest_twice");
    // Found directly, and again within the content of a disclosure.
    EXPECT_EQ(refused([](World& w) {
                  const std::string digest = sd_digest(w.disclosures[0]);
                  w.disclose(R"(["s","o",{"_sd":[")" + digest + R"("]}])");
              }),
              "sd_jwt.digest_twice");
    // A decoy twice.
    EXPECT_EQ(refused([](World& w) {
                  w.add_digest("decoy");
                  w.payload["list"] = json::array{json::object{{"...", "decoy"}}};
              }),
              "sd_jwt.digest_twice");
    for (const char* bad : {R"({"_sd":"x"})", R"({"_sd":[1]})", R"({"_sd":{}})", R"({"...":"x"})",
                            R"([{"...":"x","y":1}])", R"([{"...":1}])"}) {
        EXPECT_EQ(refused([&](World& w) { w.payload["o"] = parsed(bad); }),
                  "sd_jwt.digests_malformed")
            << bad;
        EXPECT_EQ(refused([&](World& w) { w.disclose(std::string(R"(["s","o",)") + bad + "]"); }),
                  "sd_jwt.digests_malformed")
            << bad;
    }
}

TEST(SdJwt, UndisclosedDigestsAreIgnoredAndArrayElementsRemoved) {
    const World world = with([](World& w) {
        w.add_digest("decoy");
        w.payload["list"] = json::array{"a", json::object{{"...", "other"}}, json::object{}};
        w.payload["empty"] = json::object{{"_sd", json::array{"third"}}};
    });
    const auto out = world.verify(world.text());
    ASSERT_TRUE(out.ok()) << out.error().text();
    EXPECT_EQ(out->payload.at("list"), parsed(R"(["a",{}])"));
    EXPECT_EQ(out->payload.at("empty"), parsed("{}"));
}

TEST(SdJwt, DepthIsBounded) {
    EXPECT_EQ(refused([](World& w) {
                  std::string inner = R"(["s0","a",1])";
                  for (int i = 1; i < 40; ++i) {
                      w.disclosures.push_back(encoded(inner));
                      inner = R"(["s)" + std::to_string(i) + R"(","a",{"_sd":[")" +
                              sd_digest(w.disclosures.back()) + R"("]}])";
                  }
                  w.disclose(inner);
              }),
              "sd_jwt.too_long");
}

// 7.1, step 6.
TEST(SdJwt, RefusesValidityByName) {
    EXPECT_EQ(refused([](World& w) { w.payload["exp"] = kNow - 60; }), "sd_jwt.expired");
    EXPECT_EQ(refused([](World& w) { w.payload["exp"] = kNow - 59; }), "");
    EXPECT_EQ(refused([](World& w) { w.payload["exp"] = "soon"; }), "sd_jwt.bad_time");
    EXPECT_EQ(refused([](World& w) { w.payload.erase("exp"); }), "sd_jwt.no_expiry");
    EXPECT_EQ(refused([](World& w) {
                  w.payload.erase("exp");
                  w.policy.require_expiry = false;
              }),
              "");
    EXPECT_EQ(refused([](World& w) { w.payload["nbf"] = kNow + 61; }), "sd_jwt.not_yet_valid");
    EXPECT_EQ(refused([](World& w) { w.payload["nbf"] = kNow + 59.5; }), "");
    EXPECT_EQ(refused([](World& w) { w.payload["iat"] = kNow + 61; }), "sd_jwt.not_yet_valid");
    EXPECT_EQ(refused([](World& w) { w.payload["aud"] = "other"; }), "sd_jwt.audience");
    EXPECT_EQ(refused([](World& w) {
                  w.payload["aud"] = json::array{"other", "gate"};
                  w.policy.audience = "gate";
              }),
              "");
    // A disclosed exp counts like one in the clear.
    EXPECT_EQ(refused([](World& w) {
                  w.payload.erase("exp");
                  w.disclose(R"(["s","exp",1])");
              }),
              "sd_jwt.expired");
}

// 7.2 and 7.3, steps 1 and 2: the verifier's policy decides, not what came.
TEST(SdJwt, RefusesWhatBindingWasNotAgreedOn) {
    EXPECT_EQ(refused([](World& w) { w.bound = false; }), "key_binding.missing");
    EXPECT_EQ(refused([](World& w) { w.policy.binding.reset(); }), "key_binding.unexpected");
}

// 7.3, step 5.
TEST(SdJwt, RefusesTheKeyBindingByName) {
    EXPECT_EQ(refused([](World& w) { w.payload.erase("cnf"); }), "key_binding.holder_key");
    EXPECT_EQ(refused([](World& w) {
                  w.payload["cnf"] = json::object{{"kid", "x"}};
              }),
              "key_binding.holder_key");
    EXPECT_EQ(refused([](World& w) { w.payload["cnf"].at("jwk").as_object()["crv"] = "P-384"; }),
              "key_binding.holder_key");
    EXPECT_EQ(refused([](World& w) { w.payload["cnf"].at("jwk").as_object()["d"] = "x"; }),
              "key_binding.holder_key");
    EXPECT_EQ(refused([](World& w) {
                  auto& jwk = w.payload["cnf"].at("jwk").as_object();
                  jwk["x"] = jwk["y"];
              }),
              "key_binding.holder_key");
    EXPECT_EQ(refused([](World& w) { w.binding_header = R"({"alg":"none","typ":"kb+jwt"})"; }),
              "key_binding.algorithm");
    EXPECT_EQ(refused([](World& w) {
                  w.binding_header = R"({"alg":"ES256","typ":"kb+jwt","crit":["x"]})";
              }),
              "key_binding.header");
    EXPECT_EQ(refused([](World& w) { w.holder = crypto::p256::generate(w.random); }),
              "key_binding.signature_wrong");
    EXPECT_EQ(refused([](World& w) { w.binding_header = R"({"alg":"ES256","typ":"JWT"})"; }),
              "key_binding.type");
    EXPECT_EQ(refused([](World& w) { w.binding_header = R"({"alg":"ES256"})"; }),
              "key_binding.type");
    for (const char* claim : {"iat", "aud", "nonce"}) {
        EXPECT_EQ(refused([&](World& w) { w.binding.erase(claim); }), "key_binding.claims")
            << claim;
    }
    EXPECT_EQ(refused([](World& w) { w.binding["aud"] = json::array{"gate"}; }),
              "key_binding.claims");
    EXPECT_EQ(refused([](World& w) { w.binding["nonce"] = 1; }), "key_binding.claims");
    EXPECT_EQ(refused([](World& w) { w.binding["sd_hash"] = 1; }), "key_binding.claims");
    EXPECT_EQ(refused([](World& w) { w.binding["iat"] = kNow - 61; }), "key_binding.issued_at");
    EXPECT_EQ(refused([](World& w) { w.binding["iat"] = kNow + 61; }), "key_binding.issued_at");
    EXPECT_EQ(refused([](World& w) { w.binding["nonce"] = "other"; }), "key_binding.nonce");
    EXPECT_EQ(refused([](World& w) { w.binding["aud"] = "other"; }), "key_binding.audience");
    EXPECT_EQ(refused([](World& w) { w.binding["sd_hash"] = sd_digest("other"); }),
              "key_binding.sd_hash");
    EXPECT_EQ(refused([](World& w) { w.binding["exp"] = kNow; }), "key_binding.validity");
    EXPECT_EQ(refused([](World& w) { w.binding["nbf"] = kNow + 61; }), "key_binding.validity");
    EXPECT_EQ(refused([](World& w) { w.binding["nbf"] = "x"; }), "key_binding.validity");
    const World world = with([](World&) {});
    const std::string text = world.text();
    EXPECT_EQ(world.refusal(text.substr(0, text.rfind('~') + 1) + "a.b"), "key_binding.malformed");
}

// Another choice of disclosures, or another order, is another presentation.
TEST(SdJwt, TheBindingCoversTheDisclosures) {
    World world = with([](World& w) { w.disclose(R"(["s2","a",1])"); });
    SdJwt presented = sd_jwt_split(world.text()).value();
    std::swap(presented.disclosures[0], presented.disclosures[1]);
    EXPECT_EQ(world.refusal(presented.text()), "key_binding.sd_hash");
    presented.disclosures.pop_back();
    EXPECT_EQ(world.refusal(presented.text()), "key_binding.sd_hash");
}

// Every character of a presentation counts.
TEST(SdJwt, NoCharacterCanBeChanged) {
    const World world = with([](World&) {});
    const std::string text = world.text();
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string changed = text;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_NE(world.refusal(changed), "") << i;
    }
}

struct Issued {
    World world;
    SdJwt sd_jwt;

    Issued() {
        SdMaker maker(world.random);
        json::object ages;
        put_digests(ages, {maker.property("18", true), maker.property("65", false)});
        put_digests(world.payload,
                    {maker.property("family_name", "Müßig"), maker.property("age", ages),
                     maker.property("a/b~c", 1), maker.decoy()});
        world.payload["doses"] = json::array{maker.element("first"), maker.element("second")};
        const JwsMember type{"typ", "example+sd-jwt"};
        sd_jwt = sd_jwt_issue({&type, 1}, world.payload, maker.disclosures(), world.key).value();
    }
    Result<VerifiedSdJwt> shown(std::vector<std::string> paths) {
        SdJwt chosen = sd_select(sd_jwt, paths).value();
        SALUS_TRY(sd_bind(chosen, {kNow, "gate", "n"}, world.holder));
        return world.verify(chosen.text());
    }
};

TEST(SdJwtMake, TheHolderReceivesAndShowsAChoice) {
    Issued issued;
    World receiver;
    receiver.issuer_key = issued.world.issuer_key;
    receiver.policy.binding.reset();
    EXPECT_EQ(receiver.refusal(issued.sd_jwt.text()), "");
    auto out = issued.shown({"/family_name"});
    ASSERT_TRUE(out.ok()) << out.error().text();
    EXPECT_EQ(out->payload.at("family_name"), Json("Müßig"));
    EXPECT_FALSE(out->payload.contains("age"));
    EXPECT_EQ(out->payload.at("doses"), parsed("[]"));
    out = issued.shown({"/age/18", "/doses/1"}); // with what it hangs on
    ASSERT_TRUE(out.ok()) << out.error().text();
    EXPECT_EQ(out->payload.at("age"), parsed(R"({"18":true})"));
    EXPECT_EQ(out->payload.at("doses"), parsed(R"(["second"])"));
    out = issued.shown({"/age", "/a~1b~0c"}); // and all below
    ASSERT_TRUE(out.ok()) << out.error().text();
    EXPECT_EQ(out->payload.at("age"), parsed(R"({"18":true,"65":false})"));
    EXPECT_EQ(out->payload.at("a/b~c"), Json(1));
    EXPECT_TRUE(issued.shown({}).ok());
}

TEST(SdJwtMake, RefusesASelectionThatDisclosesNothing) {
    const Issued issued;
    for (const std::string path : {"/iss", "/nothing", "/family", "/age/21", "family_name"}) {
        EXPECT_EQ(sd_select(issued.sd_jwt, std::vector{path}).error().kind(), kSdJwtSelection)
            << path;
    }
}

TEST(SdJwtMake, TheOrderOfDigestsTellsNothing) {
    const Issued issued;
    const auto& digests = issued.world.payload.at("_sd").as_array();
    EXPECT_TRUE(std::is_sorted(digests.begin(), digests.end(), [](const Json& a, const Json& b) {
        return a.as_string() < b.as_string();
    }));
}

} // namespace
} // namespace salus::envelope
