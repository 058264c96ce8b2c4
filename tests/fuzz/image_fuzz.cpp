#include <algorithm>

#include "codec/image.hpp"
#include "fuzz.hpp"

namespace salus::fuzz {
namespace {

constexpr codec::ImageLimits kLimits{256 * 1024, 250'000};

void read_file(ByteView input) {
    const auto image = codec::image_decode(input, kLimits);
    if (!image.ok()) return;
    SALUS_ASSERT(image->width * image->height <= kLimits.pixels);
    SALUS_ASSERT(image->pixels.size() == image->width * image->height);
    const auto again = codec::image_decode(codec::png_encode(*image), kLimits);
    SALUS_ASSERT(again.ok() && again->pixels == image->pixels);
    (void)codec::qr_read_image(input, kLimits);
}

// The input as grey pixels of a square.
void read_pixels(ByteView input) {
    std::size_t side = 1;
    while ((side + 1) * (side + 1) <= input.size()) ++side;
    if (side < 21) return; // no symbol is smaller
    codec::GreyImage image(side, side);
    std::copy_n(input.begin(), side * side, image.pixels.begin());
    SALUS_ASSERT(codec::qr_read_image(codec::png_encode(image), kLimits).ok());
}

// The input as a text in a symbol: what was drawn is read.
void read_symbol(ByteView input) {
    const std::string text = to_string(input.first(std::min<std::size_t>(input.size(), 400)));
    if (!std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; })) return;
    const auto symbol = codec::qr_encode(text);
    if (!symbol.ok()) return;
    const auto read = codec::qr_read_image(codec::qr_to_png(*symbol, 3), kLimits);
    SALUS_ASSERT(read.ok() && read->size() == 1 && read->front() == text);
}

// The input as damage to a symbol: each pair of bytes names a module that is drawn the other way.
void read_damaged(ByteView input) {
    static const codec::QrSymbol good =
        codec::qr_encode("HC1:NCFOXN%TS3DH3ZSUZK+.V0ETD%65NL-AH-R6IOOK.IR9B+9G4G50PHZF0AT4")
            .value();
    codec::QrSymbol symbol = good;
    for (std::size_t i = 0; i + 1 < input.size(); i += 2) {
        const std::size_t at = (input[i] * 256U + input[i + 1]) % symbol.modules.size();
        symbol.modules[at] = !symbol.modules[at];
    }
    SALUS_ASSERT(codec::qr_read_image(codec::qr_to_png(symbol, 2), kLimits).ok());
}

} // namespace

// A file as it is; of anything else the first byte says what it stands for.
SALUS_FUZZ_TARGET(image) {
    read_file(input);
    if (input.empty()) return;
    const ByteView rest = input.subspan(1);
    if (input[0] % 3 == 0) read_pixels(rest);
    if (input[0] % 3 == 1) read_symbol(rest);
    if (input[0] % 3 == 2) read_damaged(rest);
}

} // namespace salus::fuzz
