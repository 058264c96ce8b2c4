#include "codec/image.hpp"

#include <cstdio>

#include <gtest/gtest.h>
#include <jpeglib.h>

namespace salus::codec {
namespace {

// A progressive JPEG of a grey ramp.
Bytes progressive_jpeg() {
    jpeg_compress_struct encoder;
    jpeg_error_mgr errors;
    encoder.err = jpeg_std_error(&errors);
    jpeg_create_compress(&encoder);
    unsigned char* file = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&encoder, &file, &size);
    encoder.image_width = 64;
    encoder.image_height = 64;
    encoder.input_components = 1;
    encoder.in_color_space = JCS_GRAYSCALE;
    jpeg_set_defaults(&encoder);
    jpeg_simple_progression(&encoder);
    jpeg_start_compress(&encoder, TRUE);
    Bytes pixels(64);
    for (std::size_t x = 0; x < pixels.size(); ++x) pixels[x] = static_cast<Byte>(x * 4);
    for (int y = 0; y < 64; ++y) {
        JSAMPROW row = pixels.data();
        jpeg_write_scanlines(&encoder, &row, 1);
    }
    jpeg_finish_compress(&encoder);
    Bytes out(file, file + size);
    jpeg_destroy_compress(&encoder);
    std::free(file);
    return out;
}

// The same file with its last scan said again `times` times.
Bytes with_scans(const Bytes& file, std::size_t times) {
    std::size_t at = file.size() - 2; // of the end marker
    const auto end = static_cast<std::ptrdiff_t>(at);
    while (file[at] != 0xff || file[at + 1] != 0xda) --at;
    const Bytes scan(file.begin() + static_cast<std::ptrdiff_t>(at), file.begin() + end);
    Bytes out(file.begin(), file.begin() + end);
    for (std::size_t i = 0; i < times; ++i) append(out, scan);
    append(out, hex("ffd9"));
    return out;
}

TEST(Image, ReadsProgressiveFiles) {
    const auto image = image_decode(progressive_jpeg(), {});
    ASSERT_TRUE(image.ok()) << image.error().text();
    EXPECT_EQ(image->width, 64u);
    EXPECT_LT(image->pixels[0], 16);
    EXPECT_GT(image->pixels[63], 239);
}

TEST(Image, RefusesProgressiveFilesOfMoreThanAHundredScans) {
    const Bytes file = progressive_jpeg();
    EXPECT_TRUE(image_decode(with_scans(file, 50), {}).ok());
    const auto bomb = image_decode(with_scans(file, 200), {});
    ASSERT_FALSE(bomb.ok());
    EXPECT_EQ(bomb.error().kind(), kBadImage);
}

} // namespace
} // namespace salus::codec
