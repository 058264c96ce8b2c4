#pragma once
// The text of single JSON values, shared by the printers of json.hpp and canonical_json.hpp.

#include "codec/json.hpp"

namespace salus::codec {

// Quoted and escaped as RFC 8785 3.2.2.2 (and ECMAScript) write it; every other character stays
// as its UTF-8 bytes.
void append_json_string(std::string& out, std::string_view text);
// The shortest decimal that reads back as the same double, in ECMAScript's form (RFC 8785
// 3.2.2.3): 1e+21, 0.000001, -0 as 0. The number is finite.
void append_json_number(std::string& out, double number);
// null, a boolean, a number or a string. A whole number of 64 bits keeps all its digits.
void append_json_scalar(std::string& out, const Json& value);

} // namespace salus::codec
