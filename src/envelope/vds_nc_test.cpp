#include "envelope/vds_nc.hpp"

#include <gtest/gtest.h>

#include "codec/base64url.hpp"
#include "codec/canonical_json.hpp"
#include "crypto/hash.hpp"
#include "support/archives.hpp"

namespace salus::envelope {
namespace {

using codec::Json;

// A seal of a state of our own; a test states what differs.
class VdsNcTest : public testing::Test {
protected:
    VdsNcTest() : key_(crypto::p256::generate(random_)) {
        crypto::x509::Request request;
        request.subject = {"UT", "Utopia", "Seals of Utopia"};
        request.not_before = 1'600'000'000;
        request.not_after = 1'900'000'000;
        const auto ca = crypto::x509::make_ca(request, key_, random_);
        SALUS_ASSERT(ca.ok());
        certificate_ = ca->der;
        data_ = codec::parse_json(R"({"hdr":{"is":"UTO","t":"icao.vacc","v":1},
            "msg":{"uvci":"U32870","pid":{"n":"SMITH BILL","dob":"1990-01-02"},"ve":[]}})")
                    .value();
    }

    codec::json::object sealed() const {
        const auto text = codec::canonical_json(data_);
        const auto signature = crypto::p256::sign(key_, crypto::sha256(view(*text)));
        SALUS_ASSERT(signature.ok());
        return {{"data", data_},
                {"sig",
                 {{"alg", "ES256"},
                  {"sigvl", codec::base64url_encode(signature->bytes)},
                  {"cer", codec::base64url_encode(certificate_)}}}};
    }
    static std::string_view refusal(const codec::json::object& seal) {
        const auto out = vds_nc_decode(codec::print_json(seal));
        return out.ok() ? "" : out.error().name();
    }

    SeededRandom random_{7};
    crypto::SecretKey32 key_;
    Bytes certificate_;
    Json data_;
};

TEST_F(VdsNcTest, ASealIsReadAndVerified) {
    const auto seal = vds_nc_decode(codec::print_json(sealed()));
    ASSERT_TRUE(seal.ok()) << seal.error().text();
    EXPECT_EQ(seal->kind, SealKind::vaccination);
    EXPECT_EQ(seal->issuer, "UTO");
    EXPECT_EQ(seal->message.at("uvci"), "U32870");
    EXPECT_TRUE(vds_nc_verify(*seal).ok());
}

TEST_F(VdsNcTest, OrderAndWhiteSpaceDoNotMatter) {
    const auto seal = vds_nc_decode(codec::print_json_pretty(sealed()));
    ASSERT_TRUE(seal.ok());
    EXPECT_TRUE(vds_nc_verify(*seal).ok());
}

TEST_F(VdsNcTest, AnotherContentOrSignatureIsWrong) {
    codec::json::object seal = sealed();
    seal["data"].at("msg").as_object()["uvci"] = "U32871";
    auto read = vds_nc_decode(codec::print_json(seal));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(vds_nc_verify(*read).error().kind(), kSealSignature);
    read = vds_nc_decode(codec::print_json(sealed()));
    read->signature[40] ^= 1;
    EXPECT_EQ(vds_nc_verify(*read).error().kind(), kSealSignature);
    read->signature.pop_back();
    EXPECT_EQ(vds_nc_verify(*read).error().kind(), kSealSignature);
}

TEST_F(VdsNcTest, TheAlgorithmMustBeTheKeys) {
    for (const char* algorithm : {"ES384", "ES512", "RS256", "none", "HS256", ""}) {
        codec::json::object seal = sealed();
        seal["sig"].as_object()["alg"] = algorithm;
        const auto read = vds_nc_decode(codec::print_json(seal));
        ASSERT_TRUE(read.ok());
        EXPECT_EQ(vds_nc_verify(*read).error().kind(), kSealAlgorithm) << algorithm;
    }
}

TEST_F(VdsNcTest, WhatIsMalformedIsRefusedByName) {
    const auto with = [this](const char* part, const char* field, Json value) {
        codec::json::object seal = sealed();
        auto& object = part == std::string_view("sig") ? seal["sig"] : seal["data"].at(part);
        object.as_object()[field] = std::move(value);
        return refusal(seal);
    };
    EXPECT_EQ(with("hdr", "t", "icao.food"), "vds_nc.malformed");
    EXPECT_EQ(with("hdr", "t", 1), "vds_nc.malformed");
    EXPECT_EQ(with("hdr", "v", 2), "vds_nc.unknown_version");
    EXPECT_EQ(with("hdr", "is", "Uto"), "vds_nc.malformed");
    EXPECT_EQ(with("hdr", "is", "UT"), "vds_nc.malformed");
    EXPECT_EQ(with("sig", "sigvl", "!"), "vds_nc.malformed");
    EXPECT_EQ(with("sig", "cer", "AAAA"), "vds_nc.certificate");
    EXPECT_EQ(with("sig", "alg", nullptr), "vds_nc.malformed");
    for (const char* missing : {"data", "sig"}) {
        codec::json::object seal = sealed();
        seal.erase(missing);
        EXPECT_EQ(refusal(seal), "vds_nc.malformed") << missing;
    }
    EXPECT_EQ(vds_nc_decode("[]").error().name(), "vds_nc.malformed");
    EXPECT_EQ(vds_nc_decode("{").error().name(), "json.malformed");
    EXPECT_EQ(vds_nc_decode(std::string(kMaxSeal + 1, ' ')).error().name(), "vds_nc.too_large");
}

// Made with the openssl program: keys that no certificate of ours has.
struct LargeCurve {
    const char *algorithm, *signature, *certificate;
};
const LargeCurve kLargeCurves[] = {
    {"ES384",
     "avlf3WeqY5MK-mJlntPoSdhTzHJyzodeMtzTNGNd8nLsggA2V8O-FJAQCyVSEwoJ5bJHWppVZ0F8"
     "7j_xuBTintO3KerOg8KsoSUJ73ZW2l5KV3xDGjJPArjcXjdNJ7oa",
     "MIIBxDCCAUqgAwIBAgIURSmAVIIOMh5GYbmCfffFGLSMFzowCgYIKoZIzj0EAwMwGTELMAkGA1UE"
     "BhMCVVQxCjAIBgNVBAMMAVMwHhcNMjYxMTIzMDE1ODM0WhcNMzYxMTIwMDE1ODM0WjAZMQswCQYD"
     "VQQGEwJVVDEKMAgGA1UEAwwBUzB2MBAGByqGSM49AgEGBSuBBAAiA2IABLRe32eVPMt7OQ3Ldi1I"
     "jDufk40vmnoUvihWTBQRJxEAlZ6k6LBi0erMSe0CK4fau-6uXiWHYCSHJa6jYVbVqC827Dp1kxxL"
     "t_b5O8QxTIQRY2tpTPyg2rLGikluEWI2GKNTMFEwHQYDVR0OBBYEFFgs747ntUJ1R4aGt6945te5"
     "ArrkMB8GA1UdIwQYMBaAFFgs747ntUJ1R4aGt6945te5ArrkMA8GA1UdEwEB_wQFMAMBAf8wCgYI"
     "KoZIzj0EAwMDaAAwZQIwQSSJJC_Sg2WFjPCEoq_ZoudgD0um8Q_imXknxJ5a971Zrx9nCPsahNG1"
     "1tUNv_1RAjEAwkg53b2jQJ6Nf9JNmwKNksfXsAoIAj_H0qouPYZE7NxQ4ii-ep_wlmU5e0hICMrI"},
    {"ES512",
     "AAwhgSxJGd_kCFWs-MK-uerhgE2BO2Ng8CdJzk6eLGBYRLKIX_CSEnsgW07u0V_X0-bVpek_CPvT"
     "tJMZ8_xFjp8IAJGAzFdwSYwyjqZNFHHZZMvKqhrsrZ2uircTUs-yc5XdiRvBwkzqgWgkW1J0HJU6"
     "UPF9H0HDqsYW5ZysLDWFx-wN",
     "MIICDjCCAXCgAwIBAgIUYRZvLu0CJRlNUrjxhkM-tvZXW1owCgYIKoZIzj0EAwQwGTELMAkGA1UE"
     "BhMCVVQxCjAIBgNVBAMMAVMwHhcNMjYxMTIzMDE1ODM0WhcNMzYxMTIwMDE1ODM0WjAZMQswCQYD"
     "VQQGEwJVVDEKMAgGA1UEAwwBUzCBmzAQBgcqhkjOPQIBBgUrgQQAIwOBhgAEAGShO00aQamVZKVv"
     "eH--9hqKpZF4CmR8ASmkFVey7aWYBB8uaaZD2aqkyaxdLkmibibsAGbPzQDEmHp5Yzbm1EPCAe1d"
     "13efL4Ft-O1laa1N-YRu8QrZXEXjcGcWv_oD4kDq7TCkZ_e-RfHmF9mPOyZluHBHPrGYe2WApa7s"
     "sBe2XKXdo1MwUTAdBgNVHQ4EFgQUrTQl-v80pBe9_ExS2GP-qsgaL-UwHwYDVR0jBBgwFoAUrTQl"
     "-v80pBe9_ExS2GP-qsgaL-UwDwYDVR0TAQH_BAUwAwEB_zAKBggqhkjOPQQDBAOBiwAwgYcCQVEy"
     "-00Dt0uriTpnxDbJzY-1PIuzFhOmBFU5wLtAJkYw4_wgBG498mxk_XvxBEWZwhDaGgA_y6EXnK2_"
     "-HPq8IMxAkIAzN4ij7dr4gkFF7KOnRjSqdUwTr6fQxkEUXUPjWs2CPkbd1ZzWgaPjUVuztTQAGhU"
     "PssqEdF_YLq1TfiOtN_60vM"},
};

TEST_F(VdsNcTest, LargeCurvesVerifyWithTheirOwnHash) {
    for (const LargeCurve& curve : kLargeCurves) {
        codec::json::object seal = sealed();
        seal["data"] = {{"hdr", {{"is", "UTO"}, {"t", "icao.test"}, {"v", 1}}},
                        {"msg", {{"utci", "T1"}}}};
        seal["sig"] = {
            {"alg", curve.algorithm}, {"sigvl", curve.signature}, {"cer", curve.certificate}};
        auto read = vds_nc_decode(codec::print_json(seal));
        ASSERT_TRUE(read.ok()) << read.error().text();
        EXPECT_EQ(read->kind, SealKind::test);
        EXPECT_TRUE(vds_nc_verify(*read).ok()) << curve.algorithm;
        read->signature[3] ^= 1;
        EXPECT_EQ(vds_nc_verify(*read).error().kind(), kSealSignature);
        read->algorithm = "ES256";
        EXPECT_EQ(vds_nc_verify(*read).error().kind(), kSealAlgorithm);
    }
}

// Seals of Australia and Japan, as printed.
TEST(VdsNcCorpus, WhoGdhcn) {
    const auto root = test::data_path("credentials/who-gdhcn-validator");
    if (!root) GTEST_SKIP() << "credentials/who-gdhcn-validator is absent (SALUS_TEST_DATA)";
    for (const auto& [file, issuer] :
         {std::pair("ICAOAUQR1Contents.txt", "AUS"), std::pair("ICAOJPQR1Contents.txt", "JPN")}) {
        auto seal = vds_nc_decode(test::read_file(*root / file));
        ASSERT_TRUE(seal.ok()) << file << ' ' << seal.error().text();
        EXPECT_EQ(seal->issuer, issuer);
        EXPECT_TRUE(vds_nc_verify(*seal).ok()) << file;
        seal->signed_text[10] ^= 1;
        EXPECT_EQ(vds_nc_verify(*seal).error().kind(), kSealSignature) << file;
    }
}

} // namespace
} // namespace salus::envelope
