#include "codec/shc_text.hpp"

#include <array>

#include <gtest/gtest.h>

namespace salus::codec {
namespace {

std::string jws_of(std::size_t characters) { // any characters of a compact JWS
    constexpr std::string_view kAlphabet =
        "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
    std::string out;
    for (std::size_t i = 0; i < characters; ++i) out += kAlphabet[i % kAlphabet.size()];
    return out;
}

std::string refusal(std::string_view text) {
    const auto part = shc_text_decode(text);
    return part.ok() ? "" : std::string(part.error().name());
}

std::string refusal_of_all(const std::vector<std::string>& texts) {
    const auto jws = shc_text_join(texts);
    return jws.ok() ? "" : std::string(jws.error().name());
}

TEST(ShcText, FollowsTheSpecification) {
    EXPECT_EQ(shc_text_encode("X").value(), "shc:/43"); // its own example
    EXPECT_EQ(shc_text_encode("-.z").value(), "shc:/000177");
    EXPECT_EQ(shc_text_encode("ey").value(), "shc:/5676");
}

TEST(ShcText, ReadsBack) {
    for (const std::size_t size : {1U, 65U, 700U, 1195U}) {
        const std::string jws = jws_of(size);
        const std::string text = shc_text_encode(jws).value();
        EXPECT_EQ(shc_text_decode(text).value().jws, jws);
        EXPECT_EQ(shc_text_join({&text, 1}).value(), jws);
    }
}

TEST(ShcText, RefusesByName) {
    EXPECT_EQ(refusal(""), "shc.not_a_card");
    EXPECT_EQ(refusal("shc:5676"), "shc.not_a_card");
    EXPECT_EQ(refusal("SHC:/5676"), "shc.not_a_card");
    EXPECT_EQ(refusal("HC1:5676"), "shc.not_a_card");
    EXPECT_EQ(refusal("shc:/"), "shc.bad_digits");
    EXPECT_EQ(refusal("shc:/567"), "shc.bad_digits");
    EXPECT_EQ(refusal("shc:/5x"), "shc.bad_digits");
    EXPECT_EQ(refusal("shc:/5 "), "shc.bad_digits");
    EXPECT_EQ(refusal("shc:/78"), "shc.bad_digits"); // '{'
    EXPECT_EQ(refusal("shc:/99"), "shc.bad_digits");
    EXPECT_EQ(refusal("shc:/02"), "shc.bad_digits"); // '/', between two that a JWS has
    EXPECT_EQ(refusal("shc:/5676\n\n"), "shc.bad_digits");
    EXPECT_EQ(refusal("shc:/" + std::string(2392, '5')), "shc.text_too_long");
    EXPECT_EQ(refusal("shc:/1/2/" + std::string(2384, '5')), "shc.text_too_long");
    EXPECT_EQ(shc_text_encode(jws_of(1196)).error().kind(), kShcTextTooLong);
    EXPECT_EQ(shc_text_encode("a b").error().kind(), kShcDigits);
    EXPECT_EQ(shc_text_encode("a/b").error().kind(), kShcDigits);
}

TEST(ShcText, RefusesPositionsByName) {
    for (const char* text : {"shc:/0/2/56", "shc:/3/2/56", "shc:/01/2/56", "shc:/1/100/56",
                             "shc:/1/56", "shc://2/56", "shc:/a/2/56", "shc:/1/-2/56"}) {
        EXPECT_EQ(refusal(text), "shc.bad_chunk_position") << text;
    }
}

TEST(ShcText, JoinsAllChunksInAnyOrder) {
    const std::string one = "shc:/1/3/56", two = "shc:/2/3/76", three = "shc:/3/3/43";
    EXPECT_EQ(shc_text_join(std::vector{three, one, two}).value(), "eyX");
    EXPECT_EQ(refusal_of_all({}), "shc.chunk_missing");
    EXPECT_EQ(refusal_of_all({one, three}), "shc.chunk_missing");
    EXPECT_EQ(refusal_of_all({one, two, one}), "shc.chunk_twice");
    EXPECT_EQ(refusal_of_all({one, two, three, three}), "shc.chunk_twice");
    EXPECT_EQ(refusal_of_all({one, "shc:/2/2/76"}), "shc.chunk_of_another_card");
    EXPECT_EQ(refusal_of_all({one, "shc:/76"}), "shc.chunk_of_another_card");
    EXPECT_EQ(shc_symbol(one).error().kind(), kShcPosition); // never written
}

// The most that version 22 holds at each level, as the specification's QR FAQ has it.
TEST(ShcText, LowersItsLevelToStaySmall) {
    const auto symbol = [](std::size_t characters) {
        return shc_symbol(shc_text_encode(jws_of(characters)).value()).value();
    };
    EXPECT_EQ(symbol(670).level, QrLevel::quartile);
    EXPECT_EQ(symbol(680).level, QrLevel::medium);
    EXPECT_EQ(symbol(927).level, QrLevel::medium);
    EXPECT_EQ(symbol(930).level, QrLevel::low);
    EXPECT_EQ(symbol(1195).level, QrLevel::low);
    EXPECT_EQ(symbol(1195).version, 22);
    // One segment of bytes would not hold it: the second one is of digits.
    const std::string text = shc_text_encode(jws_of(1195)).value();
    EXPECT_EQ(qr_encode(text).error().kind(), kQrTooLong);
}

TEST(ShcText, PicturesReadBack) {
    for (const std::size_t size : {1U, 200U, 800U, 1195U}) {
        const std::string text = shc_text_encode(jws_of(size)).value();
        EXPECT_EQ(qr_read_image(qr_to_png(shc_symbol(text).value())).value(),
                  std::vector<std::string>{text});
    }
}

TEST(QrSegments, RefusesByName) {
    EXPECT_EQ(qr_encode_segments({}).error().kind(), kQrTooLong);
    const std::array<std::string_view, 2> empty{"a", ""};
    EXPECT_EQ(qr_encode_segments(empty).error().kind(), kQrTooLong);
}

} // namespace
} // namespace salus::codec
