#include "codec/base32.hpp"

#include "codec/bit_text.hpp"

namespace salus::codec {
namespace {

constexpr BitAlphabet kAlphabet{"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5};

} // namespace

std::string base32_encode(ByteView bytes) {
    return bits_to_text(bytes, kAlphabet);
}

Result<Bytes> base32_decode(std::string_view text) {
    return text_to_bits(text, kAlphabet, kBadBase32);
}

} // namespace salus::codec
