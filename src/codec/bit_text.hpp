#pragma once
// What base64 and base32 share: groups of bits as characters, most significant bit first.

#include "base/bytes.hpp"

namespace salus::codec {

struct BitAlphabet {
    static constexpr Byte kMost = 0x3f; // what a character may stand for
    static constexpr Byte kNone = 0xff;

    std::string_view characters; // 2^bits of them
    unsigned bits;
    std::array<Byte, 256> values; // of each character, or kNone

    constexpr BitAlphabet(std::string_view all, unsigned bits_each)
        : characters(all), bits(bits_each), values() {
        values.fill(kNone);
        for (std::size_t i = 0; i < all.size(); ++i) {
            values[static_cast<Byte>(all[i])] = static_cast<Byte>(i);
        }
    }
};

inline std::string bits_to_text(ByteView bytes, const BitAlphabet& alphabet) {
    std::string out;
    out.reserve(bytes.size() * 8 / alphabet.bits + 1);
    std::uint32_t held = 0;
    unsigned count = 0;
    for (const Byte byte : bytes) {
        held = held << 8 | byte;
        count += 8;
        while (count >= alphabet.bits) {
            count -= alphabet.bits;
            out += alphabet.characters[held >> count & ((1u << alphabet.bits) - 1)];
        }
        held &= (1u << count) - 1;
    }
    if (count != 0) out += alphabet.characters[held << (alphabet.bits - count)];
    return out;
}

// Refuses other characters, a length that no byte string has, and unused bits that are not zero.
inline Result<Bytes> text_to_bits(std::string_view text, const BitAlphabet& alphabet,
                                  const ErrorKind& kind) {
    Bytes out(text.size() * alphabet.bits / 8);
    Byte* to = out.data();
    std::uint32_t held = 0; // what lies above `count` bits was written, and is shifted out
    unsigned count = 0;
    Byte all = 0;
    for (const char c : text) {
        const Byte value = alphabet.values[static_cast<Byte>(c)];
        all |= value;
        held = held << alphabet.bits | value;
        count += alphabet.bits;
        if (count >= 8) {
            count -= 8;
            *to++ = static_cast<Byte>(held >> count);
        }
    }
    if ((all & ~BitAlphabet::kMost) != 0) return Error(kind, "a character outside the alphabet");
    held &= (1u << count) - 1;
    if (count >= alphabet.bits) return Error(kind, "no byte string has this length");
    if (held != 0) return Error(kind, "unused bits that are not zero");
    return out;
}

} // namespace salus::codec
