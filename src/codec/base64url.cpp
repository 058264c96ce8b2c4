#include "codec/base64url.hpp"

#include "codec/bit_text.hpp"

namespace salus::codec {
namespace {

constexpr BitAlphabet kStandard{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
                                6};
constexpr BitAlphabet kUrl{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 6};

} // namespace

std::string base64_encode(ByteView bytes) {
    std::string out = bits_to_text(bytes, kStandard);
    out.append((4 - out.size() % 4) % 4, '=');
    return out;
}

Result<Bytes> base64_decode(std::string_view text) {
    if (text.size() % 4 != 0) return Error(kBadBase64, "the length is a multiple of 4");
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
    return text_to_bits(text, kStandard, kBadBase64);
}

std::string base64url_encode(ByteView bytes) {
    return bits_to_text(bytes, kUrl);
}

Result<Bytes> base64url_decode(std::string_view text) {
    return text_to_bits(text, kUrl, kBadBase64);
}

} // namespace salus::codec
