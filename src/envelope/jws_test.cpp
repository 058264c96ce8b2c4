#include "envelope/jws.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "codec/base64url.hpp"
#include "crypto/hash.hpp"

namespace salus::envelope {
namespace {

// RFC 7515 A.3.
constexpr std::string_view kExample =
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
    "fQ."
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
constexpr std::string_view kExampleX = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
constexpr std::string_view kExampleY = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

constexpr std::array kMembers{JwsMember{"zip", "DEF"}, JwsMember{"kid", ""}};
constexpr std::array kWritten{JwsMember{"zip", "DEF"}, JwsMember{"kid", "k1"}};

struct World {
    SeededRandom random{7515};
    crypto::SecretKey32 key = crypto::p256::generate(random);
    crypto::p256::Verifier verifier =
        crypto::p256::Verifier::from(crypto::p256::public_key(key).value()).value();
    std::string token = jws_sign(kWritten, view("payload"), key).value();

    std::string with_header(std::string_view header) const {
        return codec::base64url_encode(view(header)) + token.substr(token.find('.'));
    }
};

std::string refusal(std::string_view token, std::size_t most = 4096) {
    const auto out = jws_decode(token, kMembers, most);
    return out.ok() ? "" : std::string(out.error().name());
}

TEST(Jws, VerifiesTheExampleOfTheRfc) {
    crypto::p256::PublicKey point;
    const Bytes x = codec::base64url_decode(kExampleX).value();
    const Bytes y = codec::base64url_decode(kExampleY).value();
    std::copy(x.begin(), x.end(), point.begin());
    std::copy(y.begin(), y.end(), point.begin() + 32);
    const auto key = crypto::p256::Verifier::from(point).value();
    Jws message = jws_decode(kExample, {}, 4096).value();
    EXPECT_TRUE(jws_verify(message, key).ok());
    EXPECT_TRUE(to_string(message.payload).starts_with(R"({"iss":"joe")"));
    message.signature[0] ^= 1;
    EXPECT_EQ(jws_verify(message, key).error().kind(), kJwsSignature);
}

TEST(Jws, SignsAndReads) {
    const World world;
    const Jws message = jws_decode(world.token, kMembers, 4096).value();
    EXPECT_EQ(to_string(message.payload), "payload");
    EXPECT_EQ(message.member("kid"), "k1");
    EXPECT_EQ(message.member("nothing"), "");
    EXPECT_EQ(codec::print_json(message.header), R"({"alg":"ES256","zip":"DEF","kid":"k1"})");
    EXPECT_TRUE(jws_verify(message, world.verifier).ok());
}

TEST(Jws, RefusesByName) {
    const World world;
    const std::string& token = world.token;
    EXPECT_EQ(refusal(""), "jose.malformed");
    EXPECT_EQ(refusal("a.b"), "jose.malformed");
    EXPECT_EQ(refusal(token + ".AA"), "jose.malformed");
    EXPECT_EQ(refusal(token + " "), "jose.malformed");
    EXPECT_EQ(refusal(token + "="), "jose.malformed");
    EXPECT_EQ(refusal("." + token.substr(token.find('.') + 1)), "jose.malformed");
    EXPECT_EQ(refusal(token, 10), "jose.too_long");
    EXPECT_EQ(refusal(world.with_header("[]")), "jose.malformed");
    EXPECT_EQ(refusal(world.with_header(R"({"alg":"ES256","alg":"ES256"})")), "jose.malformed");
    EXPECT_EQ(refusal(token.substr(0, token.rfind('.') + 1)), "jose.signature_form");
    EXPECT_EQ(refusal(token.substr(0, token.rfind('.') + 1) + "MEQCIA"), "jose.signature_form");
}

TEST(Jws, RefusesHeadersByName) {
    const World world;
    const auto header = [&](std::string_view text) { return refusal(world.with_header(text)); };
    EXPECT_EQ(header(R"({"alg":"ES256","zip":"DEF","kid":"k1"})"), "");
    EXPECT_EQ(header(R"({"kid":"k1","alg":"ES256","zip":"DEF"})"), "");
    for (const char* algorithm : {"none", "None", "HS256", "RS256", "ES384", "es256", ""}) {
        EXPECT_EQ(header(R"({"zip":"DEF","kid":"k1","alg":")" + std::string(algorithm) + R"("})"),
                  "jose.algorithm");
    }
    EXPECT_EQ(header(R"({"zip":"DEF","kid":"k1"})"), "jose.algorithm");
    EXPECT_EQ(header(R"({"alg":["ES256"],"zip":"DEF","kid":"k1"})"), "jose.algorithm");
    EXPECT_EQ(header(R"({"alg":"ES256","zip":"DEF","kid":"k1","crit":["exp"]})"), "jose.critical");
    EXPECT_EQ(header(R"({"alg":"ES256","zip":"DEF","kid":"k1","b64":false})"), "jose.b64");
    EXPECT_EQ(header(R"({"alg":"ES256","kid":"k1"})"), "jose.header");
    EXPECT_EQ(header(R"({"alg":"ES256","zip":"GZ","kid":"k1"})"), "jose.header");
    EXPECT_EQ(header(R"({"alg":"ES256","zip":"DEF"})"), "jose.header");
    EXPECT_EQ(header(R"({"alg":"ES256","zip":"DEF","kid":""})"), "jose.header");
    EXPECT_EQ(header(R"({"alg":"ES256","zip":"DEF","kid":7})"), "jose.header");
    EXPECT_EQ(header(R"({"alg":"ES256","zip":"DEF","kid":"k1","jwk":{}})"), "jose.header");
    EXPECT_EQ(header(R"({"alg":"ES256","zip":"DEF","kid":"k1","typ":"JWT"})"), "jose.header");
    EXPECT_EQ(header(R"({"alg":"ES256","zip":"DEF","kid":")" + std::string(129, 'a') + R"("})"),
              "jose.header");
}

// Any other character anywhere is refused, or breaks the signature.
TEST(Jws, EveryCharacterCounts) {
    const World world;
    for (std::size_t i = 0; i < world.token.size(); ++i) {
        std::string bad = world.token;
        bad[i] = bad[i] == 'A' ? 'B' : 'A';
        const auto message = jws_decode(bad, kMembers, 4096);
        EXPECT_FALSE(message.ok() && jws_verify(*message, world.verifier).ok()) << i;
    }
}

} // namespace
} // namespace salus::envelope
