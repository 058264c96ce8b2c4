#pragma once
// Base45 (RFC 9285), the text form of QR alphanumeric mode.

#include "base/bytes.hpp"

namespace salus::codec {

inline constexpr ErrorKind kBadBase45{"base45.malformed", "RFC 9285 section 4"};

std::string base45_encode(ByteView bytes);
// Refuses characters outside the alphabet (lower case too), a single character at the end, and
// groups above 65535 or, for the last two characters, above 255.
Result<Bytes> base45_decode(std::string_view text);

} // namespace salus::codec
