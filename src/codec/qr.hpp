#pragma once
// QR codes (ISO/IEC 18004): text to symbol (libqrencode), symbol to SVG, PNG or terminal text,
// and images to text (ZXing).

#include <span>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace salus::codec {

inline constexpr ErrorKind kQrTooLong{"qr.too_long", "ISO/IEC 18004 table 7, version limit"};
inline constexpr ErrorKind kBadImage{"qr.bad_image", "a PNG or JPEG file"};
inline constexpr ErrorKind kImageTooLarge{"qr.image_too_large", "size limit of images"};

enum class QrLevel { low, medium, quartile, high };

struct QrSymbol {
    std::size_t size = 0;      // modules on a side, without the quiet zone
    std::vector<bool> modules; // row by row; true is dark
    int version = 0;
    QrLevel level = QrLevel::quartile;

    bool dark(std::size_t x, std::size_t y) const { return modules[y * size + x]; }
};

// Alphanumeric mode where the text allows it (HC1 codes), else bytes. Takes level Q and falls to M
// and L where the symbol would pass `max_version` (22 reads well on a phone and on paper).
Result<QrSymbol> qr_encode(std::string_view text, int max_version = 22);

// One symbol of several segments in their order, each in the densest mode that holds it (numeric,
// alphanumeric, bytes), as SMART Health Cards ask for: bytes "shc:/", then digits. Levels as above.
Result<QrSymbol> qr_encode_segments(std::span<const std::string_view> segments,
                                    int max_version = 22);

inline constexpr std::size_t kQuietZone = 4; // modules, ISO/IEC 18004 6.3.8

std::string qr_to_svg(const QrSymbol& symbol);
Bytes qr_to_png(const QrSymbol& symbol, std::size_t pixels_per_module = 4);
// Half blocks, two modules a character, dark modules as spaces on light blocks: reads on dark and
// light terminals through the ANSI colours black on white. Ends with a line feed.
std::string qr_to_terminal(const QrSymbol& symbol);

struct ImageLimits {
    std::size_t bytes = 16 * 1024 * 1024;
    std::size_t pixels = 40'000'000;
};
// The texts of all QR codes in a PNG or JPEG file; empty where there is none.
Result<std::vector<std::string>> qr_read_image(ByteView file, const ImageLimits& limits = {});

} // namespace salus::codec
