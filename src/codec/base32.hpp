#pragma once
// Base32 (RFC 4648 section 6), capital letters, without padding.

#include "base/bytes.hpp"

namespace salus::codec {

inline constexpr ErrorKind kBadBase32{"base32.malformed", "RFC 4648 section 6, no padding"};

std::string base32_encode(ByteView bytes);
// Canonical: capital letters and 2-7, unused bits zero, no padding.
Result<Bytes> base32_decode(std::string_view text);

} // namespace salus::codec
