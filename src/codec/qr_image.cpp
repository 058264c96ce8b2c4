#include <exception>

#define ZX_USE_UTF8 1
#include <ZXing/DecodeHints.h>
#include <ZXing/ImageView.h>
#include <ZXing/ReadBarcode.h>
#include <ZXing/Result.h>

#include "codec/image.hpp"
#include "codec/qr.hpp"

namespace salus::codec {

Bytes qr_to_png(const QrSymbol& symbol, std::size_t pixels_per_module) {
    SALUS_ASSERT(pixels_per_module >= 1 && pixels_per_module <= 64);
    const std::size_t side = (symbol.size + 2 * kQuietZone) * pixels_per_module;
    GreyImage image(side, side);
    for (std::size_t y = 0; y < symbol.size * pixels_per_module; ++y) {
        for (std::size_t x = 0; x < symbol.size * pixels_per_module; ++x) {
            if (!symbol.dark(x / pixels_per_module, y / pixels_per_module)) continue;
            const std::size_t zone = kQuietZone * pixels_per_module;
            image.pixels[(y + zone) * side + x + zone] = 0;
        }
    }
    return png_encode(image);
}

Result<std::vector<std::string>> qr_read_image(ByteView file, const ImageLimits& limits) {
    SALUS_TRY_ASSIGN(const GreyImage image, image_decode(file, limits));
    ZXing::DecodeHints hints;
    hints.setFormats(ZXing::BarcodeFormat::QRCode);
    hints.setTryHarder(true);
    std::vector<std::string> out;
    try {
        const ZXing::ImageView grey(image.pixels.data(), static_cast<int>(image.width),
                                    static_cast<int>(image.height), ZXing::ImageFormat::Lum);
        for (const auto& found : ZXing::ReadBarcodes(grey, hints)) {
            if (found.isValid()) out.push_back(found.text());
        }
    } catch (const std::exception& failure) {
        return Error(kBadImage, failure.what());
    }
    return out;
}

} // namespace salus::codec
