#pragma once
// Base64 (RFC 4648 section 4) and base64url (section 5, without padding, as JOSE uses it).
// Decoding is canonical: one text for each byte string; no white space, unused bits are zero.

#include "base/bytes.hpp"

namespace salus::codec {

inline constexpr ErrorKind kBadBase64{"base64.malformed", "RFC 4648 sections 3 to 5"};

std::string base64_encode(ByteView bytes); // with padding
Result<Bytes> base64_decode(std::string_view text);
std::string base64url_encode(ByteView bytes); // without padding
Result<Bytes> base64url_decode(std::string_view text);

} // namespace salus::codec
