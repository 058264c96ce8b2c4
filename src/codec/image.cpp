#include "codec/image.hpp"

#include <csetjmp>

#include <fmt/format.h>
#include <jpeglib.h>
#include <png.h>

namespace salus::codec {
namespace {

Status check_size(std::size_t width, std::size_t height, const ImageLimits& limits) {
    if (width == 0 || height == 0) return Error(kBadImage, "no pixels");
    if (width > limits.pixels / height) {
        return Error(kImageTooLarge, fmt::format("{} by {} pixels", width, height));
    }
    return ok_status();
}

Result<GreyImage> png_decode(ByteView file, const ImageLimits& limits) {
    png_image header{};
    header.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_memory(&header, file.data(), file.size()) == 0) {
        return Error(kBadImage, header.message);
    }
    const Status size = check_size(header.width, header.height, limits);
    if (!size.ok()) {
        png_image_free(&header);
        return Error(size.error());
    }
    header.format = PNG_FORMAT_GRAY;
    GreyImage out(header.width, header.height);
    const png_color white{255, 255, 255};
    if (png_image_finish_read(&header, &white, out.pixels.data(), 0, nullptr) == 0) {
        png_image_free(&header);
        return Error(kBadImage, header.message);
    }
    return out;
}

// libjpeg reports errors by a call that must not return.
struct JpegErrors {
    jpeg_error_mgr base;
    std::jmp_buf back;
    static void jump(j_common_ptr decoder) { // `base` comes first: both have one address
        std::longjmp(reinterpret_cast<JpegErrors*>(decoder->err)->back, 1);
    }
    static void quiet(j_common_ptr, int) {}
};

// A progressive file may send its scans again and again, each as much work as the whole image.
// Encoders write about ten.
struct JpegPatience {
    static constexpr int kMostScans = 100;
    jpeg_progress_mgr base;
    static void check(j_common_ptr decoder) { // the common part of a jpeg_decompress_struct
        const auto* reader = reinterpret_cast<j_decompress_ptr>(decoder);
        if (reader->input_scan_number > kMostScans) decoder->err->error_exit(decoder);
    }
};

// Coefficients of four components, and what libjpeg needs beside them.
long jpeg_memory(std::size_t width, std::size_t height) {
    return static_cast<long>(8 * width * height + 16 * 1024 * 1024);
}

// Reads rows into `out`, which was sized from the same header. Holds no objects with destructors,
// for an error leaves by longjmp. False where the file is broken.
bool read_rows(ByteView file, std::size_t& width, std::size_t& height, Byte* out) {
    jpeg_decompress_struct decoder;
    JpegErrors errors;
    JpegPatience patience{};
    decoder.err = jpeg_std_error(&errors.base);
    errors.base.error_exit = JpegErrors::jump;
    errors.base.emit_message = JpegErrors::quiet;
    jpeg_create_decompress(&decoder);
    if (setjmp(errors.back) != 0) { // NOLINT(cert-err52-cpp): libjpeg's interface
        jpeg_destroy_decompress(&decoder);
        return false;
    }
    jpeg_mem_src(&decoder, file.data(), static_cast<unsigned long>(file.size()));
    jpeg_read_header(&decoder, TRUE);
    decoder.out_color_space = JCS_GRAYSCALE;
    width = decoder.image_width;
    height = decoder.image_height;
    if (out != nullptr) {
        patience.base.progress_monitor = JpegPatience::check;
        decoder.progress = &patience.base;
        decoder.mem->max_memory_to_use = jpeg_memory(width, height);
        jpeg_start_decompress(&decoder);
        while (decoder.output_scanline < decoder.output_height) {
            JSAMPROW row = out + decoder.output_scanline * width;
            jpeg_read_scanlines(&decoder, &row, 1);
        }
        jpeg_finish_decompress(&decoder);
    }
    jpeg_destroy_decompress(&decoder);
    return true;
}

Result<GreyImage> jpeg_decode(ByteView file, const ImageLimits& limits) {
    std::size_t width = 0;
    std::size_t height = 0;
    if (!read_rows(file, width, height, nullptr)) return Error(kBadImage, "JPEG header");
    SALUS_TRY(check_size(width, height, limits));
    GreyImage out(width, height);
    if (!read_rows(file, width, height, out.pixels.data())) return Error(kBadImage, "JPEG data");
    return out;
}

} // namespace

Bytes png_encode(const GreyImage& image) {
    png_image header{};
    header.version = PNG_IMAGE_VERSION;
    header.width = static_cast<png_uint_32>(image.width);
    header.height = static_cast<png_uint_32>(image.height);
    header.format = PNG_FORMAT_GRAY;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(header);
    Bytes out(size);
    SALUS_ASSERT(png_image_write_to_memory(&header, out.data(), &size, 0, image.pixels.data(), 0,
                                           nullptr) != 0);
    out.resize(size);
    return out;
}

Result<GreyImage> image_decode(ByteView file, const ImageLimits& limits) {
    if (file.size() > limits.bytes) {
        return Error(kImageTooLarge, fmt::format("{} bytes of {}", file.size(), limits.bytes));
    }
    if (file.size() >= 4 && file[0] == 0x89 && file[1] == 'P') return png_decode(file, limits);
    if (file.size() >= 4 && file[0] == 0xff && file[1] == 0xd8) return jpeg_decode(file, limits);
    return Error(kBadImage, "neither PNG nor JPEG");
}

} // namespace salus::codec
