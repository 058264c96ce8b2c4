#include <gtest/gtest.h>

#include "codec/base64url.hpp"
#include "crypto/hash.hpp"
#include "envelope/jwt.hpp"

namespace salus::envelope {
namespace {

constexpr std::int64_t kNow = 1'700'000'000;

crypto::SecretKey32 secret(Byte fill = 0x42) {
    Hash32 key;
    key.bytes.fill(fill);
    return crypto::SecretKey32(key);
}

std::string signed_token(std::string_view header, std::string_view claims) {
    const std::string text =
        codec::base64url_encode(view(header)) + "." + codec::base64url_encode(view(claims));
    const Hash32 signature = crypto::hmac_sha256(secret().expose().bytes, view(text));
    return text + "." + codec::base64url_encode(signature.bytes);
}
std::string with_claims(std::string_view claims) {
    return signed_token(R"({"typ":"JWT","alg":"HS256"})", claims);
}
std::string refusal(std::string_view token) {
    const Status status = check_jwt(token, secret(), kNow);
    return status.ok() ? "" : std::string(status.error().name());
}

TEST(Jwt, AcceptsWithinAMinuteEitherWay) {
    for (const std::int64_t off : {-60, -1, 0, 1, 60}) {
        EXPECT_EQ(refusal(make_jwt(secret(), kNow + off)), "") << off;
    }
    EXPECT_EQ(refusal(with_claims(R"({"id":"a","iat":1700000000.5,"clv":"x"})")), "");
    EXPECT_EQ(refusal(with_claims(R"({"iat":1700000000,"exp":1700000001})")), "");
}

// The value was made with the hmac module of Python.
TEST(Jwt, AgreesWithAnotherImplementation) {
    EXPECT_EQ(make_jwt(secret(), kNow),
              "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpYXQiOjE3MDAwMDAwMDB9."
              "DvABOLAgR9rZ2jS6KZyERyGLvYGPFPj_gSVIOJatu7I");
}

TEST(Jwt, RefusesByName) {
    EXPECT_EQ(refusal(make_jwt(secret(), kNow - 61)), "jwt.stale");
    EXPECT_EQ(refusal(make_jwt(secret(), kNow + 61)), "jwt.stale");
    EXPECT_EQ(refusal(make_jwt(secret(0x43), kNow)), "jwt.signature");
    EXPECT_EQ(refusal(with_claims(R"({"id":"a"})")), "jwt.no_issue_time");
    EXPECT_EQ(refusal(with_claims(R"({"iat":"1700000000"})")), "jwt.no_issue_time");
    EXPECT_EQ(refusal(with_claims(R"({"iat":1700000000,"exp":1700000000})")), "jwt.expired");
    EXPECT_EQ(refusal(with_claims(R"({"iat":1700000000,"exp":"soon"})")), "jwt.malformed");
    EXPECT_EQ(refusal(with_claims("[]")), "jwt.malformed");
    EXPECT_EQ(refusal(with_claims("{")), "jwt.malformed");
    EXPECT_EQ(refusal(signed_token(R"({"alg":"none"})", R"({"iat":1700000000})")), "jwt.algorithm");
    EXPECT_EQ(refusal(signed_token(R"({"alg":"HS512"})", R"({"iat":1700000000})")),
              "jwt.algorithm");
    EXPECT_EQ(refusal(signed_token(R"({"typ":"JWT"})", R"({"iat":1700000000})")), "jwt.algorithm");
    EXPECT_EQ(refusal(signed_token(R"({"alg":"HS256","crit":["b64"]})", R"({"iat":1700000000})")),
              "jwt.critical");
    EXPECT_EQ(refusal(""), "jwt.malformed");
    EXPECT_EQ(refusal("a.b"), "jwt.malformed");
    const std::string good = make_jwt(secret(), kNow);
    EXPECT_EQ(refusal(good.substr(0, good.rfind('.') + 1)), "jwt.signature");
    EXPECT_EQ(refusal(good + "!"), "jwt.malformed");
    EXPECT_EQ(refusal(good + ".AA"), "jwt.malformed");
    std::string cut = good;
    cut.resize(cut.size() - 2);
    EXPECT_NE(refusal(cut), "");
}

} // namespace
} // namespace salus::envelope
