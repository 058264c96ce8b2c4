#include "codec/base45.hpp"

#include <fmt/format.h>

namespace salus::codec {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
static_assert(kAlphabet.size() == 45);

constexpr Byte kNone = 0xff;
constexpr std::array<Byte, 256> kValues = [] {
    std::array<Byte, 256> out{};
    for (auto& value : out) value = kNone;
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
        out[static_cast<Byte>(kAlphabet[i])] = static_cast<Byte>(i);
    }
    return out;
}();

} // namespace

std::string base45_encode(ByteView bytes) {
    std::string out;
    out.reserve((bytes.size() + 1) / 2 * 3);
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
        const bool pair = i + 1 < bytes.size();
        const unsigned value = pair ? bytes[i] * 256u + bytes[i + 1] : bytes[i];
        out += kAlphabet[value % 45];
        out += kAlphabet[value / 45 % 45];
        if (pair) out += kAlphabet[value / (45 * 45)];
    }
    return out;
}

Result<Bytes> base45_decode(std::string_view text) {
    if (text.size() % 3 == 1) return Error(kBadBase45, "a single character at the end");
    Bytes out(text.size() / 3 * 2 + (text.size() % 3 != 0 ? 1 : 0));
    Byte* to = out.data();
    for (std::size_t i = 0; i < text.size(); i += 3) {
        const std::size_t n = std::min<std::size_t>(3, text.size() - i);
        unsigned value = 0;
        for (std::size_t k = n; k-- > 0;) {
            const Byte digit = kValues[static_cast<Byte>(text[i + k])];
            if (digit == kNone) {
                return Error(kBadBase45, fmt::format("character {} is not in the alphabet", i + k));
            }
            value = value * 45 + digit;
        }
        if (value > (n == 3 ? 0xffffu : 0xffu)) {
            return Error(kBadBase45, fmt::format("the group at character {} is too large", i));
        }
        if (n == 3) *to++ = static_cast<Byte>(value >> 8);
        *to++ = static_cast<Byte>(value);
    }
    return out;
}

} // namespace salus::codec
