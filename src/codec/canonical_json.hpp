#pragma once
// The JSON Canonicalization Scheme (RFC 8785): one text for each value, to be hashed and signed.

#include "codec/json.hpp"

namespace salus::codec {

inline constexpr ErrorKind kNotIJson{"json.not_i_json",
                                     "RFC 7493 2.2: integers beyond 2^53 go as strings"};

// Keys in the order of their UTF-16 code units, numbers as ECMAScript prints them, no white space.
// A whole number that a double cannot hold exactly is refused.
Result<std::string> canonical_json(const Json& value);

} // namespace salus::codec
