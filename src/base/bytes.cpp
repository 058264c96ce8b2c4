#include "base/bytes.hpp"

namespace salus {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string_view without_prefix(std::string_view text) {
    return text.starts_with("0x") || text.starts_with("0X") ? text.substr(2) : text;
}

} // namespace

Bytes concat(std::initializer_list<ByteView> parts) {
    std::size_t size = 0;
    for (ByteView part : parts) size += part.size();
    Bytes out;
    out.reserve(size);
    for (ByteView part : parts) append(out, part);
    return out;
}

std::string to_hex(ByteView bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (Byte b : bytes) {
        out += kDigits[b >> 4];
        out += kDigits[b & 15];
    }
    return out;
}

std::string to_hex0x(ByteView bytes) {
    return "0x" + to_hex(bytes);
}

Status from_hex_into(std::string_view text, std::span<Byte> out) {
    text = without_prefix(text);
    if (text.size() != out.size() * 2) {
        return Error(kBadHex, "expected " + std::to_string(out.size()) + " bytes, got " +
                                  std::to_string(text.size()) + " digits");
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
        const int high = digit(text[2 * i]);
        const int low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0) return Error(kBadHex, "digit " + std::to_string(2 * i));
        out[i] = static_cast<Byte>(high * 16 + low);
    }
    return ok_status();
}

Result<Bytes> from_hex(std::string_view text) {
    text = without_prefix(text);
    Bytes out(text.size() / 2);
    SALUS_TRY(from_hex_into(text, out));
    return out;
}

Bytes hex(std::string_view text) {
    return from_hex(text).value();
}
Address address(std::string_view text) {
    return address_from_hex(text).value();
}
Hash32 hash32(std::string_view text) {
    return hash_from_hex(text).value();
}

} // namespace salus
