// base45, base64, base64url and base32.

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "codec/base32.hpp"
#include "codec/base45.hpp"
#include "codec/base64url.hpp"

namespace salus::codec {
namespace {

Bytes random_bytes(SeededRandom& random, std::size_t size) {
    Bytes out(size);
    random.fill(out);
    return out;
}

TEST(Base45, Rfc9285Examples) {
    EXPECT_EQ(base45_encode(view("AB")), "BB8");
    EXPECT_EQ(base45_encode(view("Hello!!")), "%69 VD92EX0");
    EXPECT_EQ(base45_encode(view("base-45")), "UJCLQE7W581");
    EXPECT_EQ(to_string(base45_decode("QED8WEX0").value()), "ietf!");
    EXPECT_EQ(base45_decode("").value(), Bytes{});
    EXPECT_EQ(base45_decode("FGW").value(), hex("ffff"));
}

TEST(Base45, RefusesByName) {
    for (const std::string_view text : {"A", "BB8A", "GGW", ":::", "::", "6505", "bb8", "BB\n",
                                        "BB8 \t", "AB;", "\xc3\xa9\xc3"}) {
        const auto out = base45_decode(text);
        ASSERT_FALSE(out.ok()) << text;
        EXPECT_EQ(out.error().kind(), kBadBase45);
    }
    EXPECT_TRUE(base45_decode("U5").ok()); // 255
    EXPECT_FALSE(base45_decode("V5").ok());
}

TEST(Base45, RoundTrips) {
    SeededRandom random(45);
    for (std::size_t size = 0; size < 300; ++size) {
        const Bytes bytes = random_bytes(random, size);
        EXPECT_EQ(base45_decode(base45_encode(bytes)).value(), bytes);
    }
}

TEST(Base64, Rfc4648Vectors) {
    const std::vector<std::pair<std::string_view, std::string_view>> vectors{
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, text] : vectors) {
        EXPECT_EQ(base64_encode(view(plain)), text);
        EXPECT_EQ(to_string(base64_decode(text).value()), plain);
    }
    EXPECT_EQ(base64url_encode(hex("fbffbf")), "-_-_");
    EXPECT_EQ(base64url_decode("-_-_").value(), hex("fbffbf"));
    EXPECT_EQ(base64url_encode(hex("fb")), "-w");
}

TEST(Base64, RefusesByName) {
    for (const std::string_view text : {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8", "Z===",
                                        "====", "Zm9v\n", "Zm 9v", "-_-_", "Zg==Zg==", "=Zg="}) {
        const auto out = base64_decode(text);
        ASSERT_FALSE(out.ok()) << text;
        EXPECT_EQ(out.error().kind(), kBadBase64);
    }
    for (const std::string_view text : {"Z", "Zg==", "Zh", "Zm9", "Zm9v=", "+/+/", "Zm9vZ"}) {
        const auto out = base64url_decode(text);
        ASSERT_FALSE(out.ok()) << text;
        EXPECT_EQ(out.error().kind(), kBadBase64);
    }
}

TEST(Base64, RoundTrips) {
    SeededRandom random(64);
    for (std::size_t size = 0; size < 200; ++size) {
        const Bytes bytes = random_bytes(random, size);
        EXPECT_EQ(base64_decode(base64_encode(bytes)).value(), bytes);
        EXPECT_EQ(base64url_decode(base64url_encode(bytes)).value(), bytes);
    }
}

TEST(Base32, Rfc4648Vectors) {
    const std::vector<std::pair<std::string_view, std::string_view>> vectors{
        {"", ""},
        {"f", "MY"},
        {"fo", "MZXQ"},
        {"foo", "MZXW6"},
        {"foob", "MZXW6YQ"},
        {"fooba", "MZXW6YTB"},
        {"foobar", "MZXW6YTBOI"}};
    for (const auto& [plain, text] : vectors) {
        EXPECT_EQ(base32_encode(view(plain)), text);
        EXPECT_EQ(to_string(base32_decode(text).value()), plain);
    }
    EXPECT_EQ(base32_encode(Bytes(32)).size(), 52u); // a commitment in a UVCI
}

TEST(Base32, RefusesByName) {
    for (const std::string_view text :
         {"M", "my", "MY======", "MZ", "MZXW6Y", "MZXW6YTB1", "MZX", "MY ", "M1"}) {
        const auto out = base32_decode(text);
        ASSERT_FALSE(out.ok()) << text;
        EXPECT_EQ(out.error().kind(), kBadBase32);
    }
}

TEST(Base32, RoundTrips) {
    SeededRandom random(32);
    for (std::size_t size = 0; size < 200; ++size) {
        const Bytes bytes = random_bytes(random, size);
        EXPECT_EQ(base32_decode(base32_encode(bytes)).value(), bytes);
    }
}

} // namespace
} // namespace salus::codec
