#pragma once
// JSON values as CBOR and back (RFC 8949 6.1, 6.2), for claims that are defined as JSON.

#include "codec/cbor.hpp"
#include "codec/json.hpp"

namespace salus::codec {

inline constexpr ErrorKind kCborNotJson{"cbor.not_json", "RFC 8949 6.1"};

// Whole numbers become integers, others the shortest float.
Cbor cbor_from_json(const Json& value);
// Refuses byte strings, keys that are not text, undefined and numbers JSON cannot hold. Dates
// under tag 0 and 1 and other tags are replaced by their content.
Result<Json> json_from_cbor(const Cbor& value);

} // namespace salus::codec
