#pragma once
// JSON of FHIR resources with every decimal as it was written: "1.00" is not "1.0", the precision
// of a decimal counts (https://hl7.org/fhir/R4/datatypes.html#decimal). Pure and thread-safe.
//
// A number that would not print as it was sent stands in the value as a string that begins with
// U+0001, a character that no FHIR string may hold; print_exact writes it back as it was.

#include <optional>

#include "codec/json.hpp"

namespace salus::gateway {

// codec::parse_json's errors; json.malformed for a string that begins with U+0001.
Result<codec::Json> parse_exact(std::string_view text, const codec::JsonLimits& limits = {});
std::string print_exact(const codec::Json& value);
// The number's text as it was sent; none where the value is no number.
std::optional<std::string> number_text(const codec::Json& value);

} // namespace salus::gateway
