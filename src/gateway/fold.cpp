#include <array>

#include "gateway/search.hpp"

namespace salus::gateway {

namespace {

// The letters of U+00C0 to U+017F without their marks, in lower case (Æ and Œ by their first
// letter); '-': the character stays as it is.
constexpr std::array<std::string_view, 6> kLatin{
    "aaaaaaaceeeeiiiidnooooo-ouuuuy-s", // U+00C0
    "aaaaaaaceeeeiiiidnooooo-ouuuuy-y", // U+00E0
    "aaaaaaccccccccddddeeeeeeeeeegggg", // U+0100
    "gggghhhhiiiiiiiiiiiijjkkklllllll", // U+0120
    "lllnnnnnnnnnoooooooorrrrrrssssss", // U+0140
    "ssttttttuuuuuuuuuuuuwwyyyzzzzzzs", // U+0160
};
static_assert([] {
    for (const std::string_view row : kLatin) {
        if (row.size() != 32) return false;
    }
    return true;
}());

// One character from the front; what is no UTF-8 goes byte by byte.
char32_t take(std::string_view& text) {
    const auto first = static_cast<unsigned char>(text[0]);
    const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
    if (size > text.size()) {
        text.remove_prefix(1);
        return first;
    }
    char32_t out = size == 1 ? first : first & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        out = (out << 6U) | (static_cast<unsigned char>(text[i]) & 0x3fU);
    }
    text.remove_prefix(size);
    return out;
}

void put(std::string& out, char32_t c) {
    const auto byte = [&](char32_t value) { out.push_back(static_cast<char>(value)); };
    if (c < 0x80) return byte(c);
    if (c < 0x800) {
        byte(0xc0U | (c >> 6U));
    } else {
        if (c < 0x10000) {
            byte(0xe0U | (c >> 12U));
        } else {
            byte(0xf0U | (c >> 18U));
            byte(0x80U | ((c >> 12U) & 0x3fU));
        }
        byte(0x80U | ((c >> 6U) & 0x3fU));
    }
    byte(0x80U | (c & 0x3fU));
}

char32_t folded(char32_t c) {
    if (c >= 'A' && c <= 'Z') return c + 32;
    if (c == 0xde) return 0xfe; // Þ
    if (c >= 0xc0 && c < 0x180) {
        const char letter = kLatin[(c - 0xc0) / 32][(c - 0xc0) % 32];
        return letter == '-' ? c : static_cast<char32_t>(letter);
    }
    if ((c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f)) return c + 32; // Greek, Cyrillic
    if (c >= 0x400 && c <= 0x40f) return c + 80;
    return c;
}

} // namespace

std::string folded(std::string_view utf8) {
    std::string out;
    out.reserve(utf8.size());
    while (!utf8.empty()) {
        const char32_t c = take(utf8);
        const bool mark = c >= 0x300 && c <= 0x36f; // combining
        if (!mark) put(out, folded(c));
    }
    return out;
}

} // namespace salus::gateway
