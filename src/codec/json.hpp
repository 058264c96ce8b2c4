#pragma once
// JSON (RFC 8259): the one door to Boost.JSON. Everything from outside is parsed with limits.

#include <boost/json.hpp>

#include "base/bytes.hpp"

namespace salus::codec {

namespace json = boost::json;
using Json = boost::json::value;

inline constexpr ErrorKind kBadJson{"json.malformed", "RFC 8259"};
inline constexpr ErrorKind kJsonTooLarge{"json.too_large", "size limit of this input"};
inline constexpr ErrorKind kJsonTooDeep{"json.too_deep", "depth limit of this input"};
inline constexpr ErrorKind kJsonDuplicateKey{"json.duplicate_key", "RFC 8259 section 4"};
inline constexpr ErrorKind kJsonWrongType{"json.wrong_type", "the field's declared type"};
inline constexpr ErrorKind kJsonMissing{"json.missing", "a required field"};

struct JsonLimits {
    std::size_t bytes = 16 * 1024 * 1024;
    std::size_t depth = 64;
};

// Refuses trailing text, invalid UTF-8 and what passes a limit, before any of it is used.
Result<Json> parse_json(std::string_view text, const JsonLimits& limits = {});
std::string print_json(const Json& value);        // one line, keys in their order
std::string print_json_pretty(const Json& value); // two-space indentation, for people and files

// Typed access: kJsonMissing or kJsonWrongType with the key as the place.
Result<std::string> json_string(const json::object& object, std::string_view key);
Result<std::uint64_t> json_u64(const json::object& object, std::string_view key);
Result<const json::object*> json_object(const json::object& object, std::string_view key);
Result<const json::array*> json_array(const json::object& object, std::string_view key);
// nullptr where the key is absent.
const Json* json_find(const json::object& object, std::string_view key);

} // namespace salus::codec
