#pragma once
// The text in the QR code of a SMART Health Card (SMART Health Cards 1.4, "Encoding QRs"):
// "shc:/" and two digits for each character of the JWS, its ordinal less 45.
//
// Cards in several codes ("shc:/C/N/…", deprecated since 1.3) are read, never written.

#include <span>

#include "codec/qr.hpp"

namespace salus::codec {

inline constexpr ErrorKind kShcPrefix{"shc.not_a_card", "SMART Health Cards 1.4: shc:/"};
inline constexpr ErrorKind kShcDigits{"shc.bad_digits",
                                      "SMART Health Cards 1.4: pairs of digits, 00 to 77"};
inline constexpr ErrorKind kShcTextTooLong{"shc.text_too_long",
                                           "SMART Health Cards 1.4: a JWS of 1195 characters, "
                                           "1191 in a chunk"};
inline constexpr ErrorKind kShcPosition{"shc.bad_chunk_position",
                                        "SMART Health Cards 1.4: C of N, counted from 1"};
inline constexpr ErrorKind kShcChunkMissing{"shc.chunk_missing", "SMART Health Cards 1.4: all N"};
inline constexpr ErrorKind kShcChunkTwice{"shc.chunk_twice", "SMART Health Cards 1.4: each once"};
inline constexpr ErrorKind kShcChunkMixed{"shc.chunk_of_another_card",
                                          "SMART Health Cards 1.4: one N for all"};

inline constexpr std::size_t kMaxShcJws = 1195;   // characters, version 22-L
inline constexpr std::size_t kMaxShcChunk = 1191; // characters
inline constexpr std::size_t kMaxShcChunks = 99;

struct ShcPart {
    std::size_t index = 1, count = 1; // C and N
    std::string jws;                  // the whole, or this chunk of it
};

// kShcTextTooLong above 1195 characters, kShcDigits for a character that no compact JWS has.
Result<std::string> shc_text_encode(std::string_view jws);
Result<ShcPart> shc_text_decode(std::string_view text);
// The JWS of a card in one code, or in any order of all its chunks.
Result<std::string> shc_text_join(std::span<const std::string> texts);

// The symbol of such a text: a segment of bytes and one of digits; version 22 at most, level Q
// falling to M and L.
Result<QrSymbol> shc_symbol(std::string_view text);

} // namespace salus::codec
