#include "codec/qr.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "codec/base45.hpp"
#include "codec/image.hpp"

namespace salus::codec {
namespace {

std::string hc1_text(std::size_t bytes) {
    SeededRandom random(bytes);
    Bytes content(bytes);
    random.fill(content);
    return "HC1:" + base45_encode(content);
}

TEST(Qr, PngReadsBack) {
    for (const std::size_t bytes : {1U, 50U, 300U, 370U, 500U, 640U}) {
        const std::string text = hc1_text(bytes);
        const QrSymbol symbol = qr_encode(text).value();
        const auto found = qr_read_image(qr_to_png(symbol));
        ASSERT_TRUE(found.ok()) << found.error().text();
        EXPECT_EQ(*found, std::vector<std::string>{text}) << bytes;
    }
}

TEST(Qr, BytesReadBack) {
    const std::string text = "https://example.org/verify?c=aé";
    EXPECT_EQ(qr_read_image(qr_to_png(qr_encode(text).value())).value(),
              std::vector<std::string>{text});
}

// Capacities of ISO/IEC 18004 table 7 for version 22, alphanumeric.
TEST(Qr, LowersItsLevelToStaySmall) {
    const auto level = [](std::size_t characters) {
        return qr_encode(std::string(characters, 'A')).value().level;
    };
    EXPECT_EQ(level(823), QrLevel::quartile);
    EXPECT_EQ(level(824), QrLevel::medium);
    EXPECT_EQ(level(1134), QrLevel::medium);
    EXPECT_EQ(level(1135), QrLevel::low);
    EXPECT_EQ(level(1460), QrLevel::low);
    EXPECT_EQ(qr_encode(std::string(555, 'A')).value().version, 18); // the median HC1 text
}

TEST(Qr, RefusesByName) {
    EXPECT_EQ(qr_encode("").error().kind(), kQrTooLong);
    EXPECT_EQ(qr_encode(std::string(1461, 'A')).error().kind(), kQrTooLong);
    EXPECT_EQ(qr_encode(std::string(5000, 'A'), 40).error().kind(), kQrTooLong);
    EXPECT_TRUE(qr_encode(std::string(4296, 'A'), 40).ok());
}

TEST(Qr, DrawsItsQuietZone) {
    const QrSymbol symbol = qr_encode("HC1:TEST").value();
    const std::string svg = qr_to_svg(symbol);
    EXPECT_NE(svg.find("viewBox=\"0 0 29 29\""), std::string::npos) << svg;
    EXPECT_NE(svg.find("M4 4h7v1h-7z"), std::string::npos); // the finder's first row
    const std::string terminal = qr_to_terminal(symbol);
    EXPECT_EQ(std::count(terminal.begin(), terminal.end(), '\n'), 15); // (21 + 8 + 1) / 2
    const std::string full_row = terminal.substr(0, terminal.find('\n'));
    EXPECT_EQ(full_row.find("▀"), std::string::npos);
    EXPECT_EQ(full_row.find(' '), std::string::npos);
}

TEST(QrImage, RefusesByName) {
    const Bytes png = qr_to_png(qr_encode("HC1:TEST").value());
    EXPECT_EQ(qr_read_image({}).error().kind(), kBadImage);
    EXPECT_EQ(qr_read_image(to_bytes("GIF89a")).error().kind(), kBadImage);
    EXPECT_EQ(qr_read_image(hex("ffd8ffe0")).error().kind(), kBadImage);
    EXPECT_EQ(qr_read_image(ByteView(png).first(40)).error().kind(), kBadImage);
    EXPECT_EQ(qr_read_image(png, {.bytes = 100}).error().kind(), kImageTooLarge);
    EXPECT_EQ(qr_read_image(png, {.pixels = 100}).error().kind(), kImageTooLarge);
    EXPECT_TRUE(qr_read_image(png_encode(GreyImage(64, 64))).value().empty());
}

TEST(QrImage, DamagedFilesNeverCrash) {
    const Bytes png = qr_to_png(qr_encode(hc1_text(100)).value());
    SeededRandom random(9);
    for (int i = 0; i < 300; ++i) {
        Bytes damaged = png;
        for (int k = 0; k < 3; ++k) {
            damaged[random.next() % damaged.size()] = static_cast<Byte>(random.next());
        }
        const auto found = qr_read_image(damaged, {.pixels = 200'000});
        if (!found.ok()) {
            EXPECT_TRUE(found.error().kind() == kBadImage ||
                        found.error().kind() == kImageTooLarge);
        }
    }
}

} // namespace
} // namespace salus::codec
