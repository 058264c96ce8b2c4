#include "codec/deflate.hpp"

#include "fuzz.hpp"

namespace salus::fuzz {
namespace {

constexpr std::size_t kMost = 64 * 1024;

// What comes out fits its limit exactly, and one byte less is refused by name.
void read(ByteView input, codec::Deflate format) {
    const auto plain = codec::inflate(input, format, kMost);
    if (!plain.ok()) return;
    SALUS_ASSERT(plain->size() <= kMost);
    SALUS_ASSERT(codec::inflate(input, format, plain->size()).value() == *plain);
    if (plain->empty()) return;
    const auto less = codec::inflate(input, format, plain->size() - 1);
    SALUS_ASSERT(!less.ok() && less.error().kind() == codec::kInflateTooLarge);
}

void write(ByteView input, codec::Deflate format) {
    const Bytes packed = codec::deflate(input, format);
    SALUS_ASSERT(equal(codec::inflate(packed, format, input.size()).value(), input));
    const auto cut = codec::inflate(ByteView(packed).first(packed.size() - 1), format, kMost);
    SALUS_ASSERT(!cut.ok());
}

} // namespace

SALUS_FUZZ_TARGET(deflate) {
    for (const codec::Deflate format : {codec::Deflate::zlib, codec::Deflate::raw}) {
        read(input, format);
        write(input, format);
    }
}

} // namespace salus::fuzz
