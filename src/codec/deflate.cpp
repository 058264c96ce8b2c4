#include "codec/deflate.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <zlib.h>

namespace salus::codec {
namespace {

constexpr int kWindowBits = 15;

int window_of(Deflate format) {
    return format == Deflate::zlib ? kWindowBits : -kWindowBits;
}

uInt piece(std::size_t size) {
    return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

// zlib takes its input by a pointer to non-const, but does not write to it.
Bytef* input_pointer(ByteView bytes) {
    return const_cast<Bytef*>(bytes.data());
}

struct Inflater {
    z_stream stream{};
    explicit Inflater(Deflate format) {
        SALUS_ASSERT(inflateInit2(&stream, window_of(format)) == Z_OK);
    }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
    ~Inflater() { inflateEnd(&stream); }
};

} // namespace

Bytes deflate(ByteView plain, Deflate format) {
    SALUS_ASSERT(plain.size() <= std::numeric_limits<uInt>::max() / 2);
    z_stream stream{};
    SALUS_ASSERT(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window_of(format), 9,
                              Z_DEFAULT_STRATEGY) == Z_OK);
    Bytes out(deflateBound(&stream, static_cast<uLong>(plain.size())));
    stream.next_in = input_pointer(plain);
    stream.avail_in = piece(plain.size());
    stream.next_out = out.data();
    stream.avail_out = piece(out.size());
    SALUS_ASSERT(::deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

Result<Bytes> inflate(ByteView compressed, Deflate format, std::size_t max_output) {
    Inflater inflater(format);
    z_stream& stream = inflater.stream;
    stream.next_in = input_pointer(compressed);
    stream.avail_in = piece(compressed.size());
    Bytes out;
    for (;;) {
        // One byte beyond the limit may be written, to tell a stream that ends there from a bomb.
        const std::size_t used = out.size();
        const std::size_t room = std::max<std::size_t>(256, 8 * compressed.size() + used);
        out.resize(std::min(max_output + 1, used + room));
        stream.next_out = out.data() + used;
        stream.avail_out = piece(out.size() - used);
        // Z_FINISH: where all fits at once, zlib keeps no window of its own.
        const int code = ::inflate(&stream, Z_FINISH);
        const bool full = stream.avail_out == 0;
        out.resize(out.size() - stream.avail_out);
        if (out.size() > max_output) {
            return Error(kInflateTooLarge, fmt::format("more than {} bytes", max_output));
        }
        if (code == Z_STREAM_END) break;
        if (code != Z_BUF_ERROR) return Error(kBadDeflate, stream.msg == nullptr ? "" : stream.msg);
        if (!full) return Error(kDeflateTruncated);
    }
    if (stream.avail_in != 0) {
        return Error(kDeflateTrailing, fmt::format("{} bytes", stream.avail_in));
    }
    return out;
}

} // namespace salus::codec
