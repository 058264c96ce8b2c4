#pragma once
// What base64 and base32 share: groups of bits as characters, most significant bit first.

#include "base/bytes.hpp"

namespace salus::codec {

struct BitAlphabet {
    std::string_view characters; // 2^bits of them
    unsigned bits;
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
    Bytes out;
    out.reserve(text.size() * alphabet.bits / 8);
    std::array<Byte, 256> values{};
    values.fill(0xff);
    for (std::size_t i = 0; i < alphabet.characters.size(); ++i) {
        values[static_cast<Byte>(alphabet.characters[i])] = static_cast<Byte>(i);
    }
    std::uint32_t held = 0;
    unsigned count = 0;
    for (const char c : text) {
        const Byte value = values[static_cast<Byte>(c)];
        if (value == 0xff) return Error(kind, "a character outside the alphabet");
        held = held << alphabet.bits | value;
        count += alphabet.bits;
        if (count >= 8) {
            count -= 8;
            out.push_back(static_cast<Byte>(held >> count));
        }
        held &= (1u << count) - 1;
    }
    if (count >= alphabet.bits) return Error(kind, "no byte string has this length");
    if (held != 0) return Error(kind, "unused bits that are not zero");
    return out;
}

} // namespace salus::codec
