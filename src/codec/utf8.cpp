#include "codec/utf8.hpp"

#include <algorithm>

namespace salus::codec {
namespace {

// The number of bytes that follow `first`, and the range of the first of them; -1 for a byte
// that cannot begin a character.
struct Lead {
    int more;
    Byte low, high;
};

Lead lead_of(Byte first) {
    if (first < 0x80) return {0, 0, 0};
    if (first < 0xc2) return {-1, 0, 0};
    if (first < 0xe0) return {1, 0x80, 0xbf};
    if (first == 0xe0) return {2, 0xa0, 0xbf};
    if (first == 0xed) return {2, 0x80, 0x9f};
    if (first < 0xf0) return {2, 0x80, 0xbf};
    if (first == 0xf0) return {3, 0x90, 0xbf};
    if (first < 0xf4) return {3, 0x80, 0xbf};
    if (first == 0xf4) return {3, 0x80, 0x8f};
    return {-1, 0, 0};
}

} // namespace

bool is_utf8(ByteView text) {
    std::size_t i = 0;
    while (i < text.size()) {
        const Lead lead = lead_of(text[i++]);
        if (lead.more < 0 || text.size() - i < static_cast<std::size_t>(lead.more)) return false;
        for (int k = 0; k < lead.more; ++k, ++i) {
            const Byte low = k == 0 ? lead.low : Byte{0x80};
            const Byte high = k == 0 ? lead.high : Byte{0xbf};
            if (text[i] < low || text[i] > high) return false;
        }
    }
    return true;
}

std::size_t utf8_length(std::string_view text) {
    const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; };
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins));
}

} // namespace salus::codec
