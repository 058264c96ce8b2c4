#pragma once
// Grey images in PNG and JPEG files, for qr.hpp.

#include "codec/qr.hpp"

namespace salus::codec {

struct GreyImage {
    std::size_t width = 0, height = 0;
    Bytes pixels; // row by row, 0 black, 255 white

    GreyImage(std::size_t w, std::size_t h) : width(w), height(h), pixels(w * h, 255) {}
};

Bytes png_encode(const GreyImage& image);
// kImageTooLarge, or kBadImage, also for a JPEG of more than 100 scans.
// Transparent pixels come out white, colours as their luminance.
Result<GreyImage> image_decode(ByteView file, const ImageLimits& limits);

} // namespace salus::codec
