#pragma once
// As much of JSON Schema (draft 7) as OpenRPC documents here use: type, enum, const, pattern,
// properties, required, additionalProperties, items, oneOf, anyOf, $ref into the document.

#include <regex>
#include <string>

#include "codec/json.hpp"

namespace salus::test {

class JsonSchema {
public:
    explicit JsonSchema(const codec::Json& document) : document_(document) {}

    // Why the value does not fit, with its place; empty: it fits.
    std::string fault(const codec::Json& schema, const codec::Json& value,
                      const std::string& place = "$") const;

private:
    using Object = codec::json::object;
    const codec::Json& resolve(const std::string& reference) const;
    std::string fault_of_choice(const codec::Json& choices, const codec::Json& value,
                                const std::string& place) const;
    std::string fault_of_object(const Object& schema, const Object& value,
                                const std::string& place) const;
    std::string fault_of_text(const Object& schema, const codec::Json& value,
                              const std::string& place) const;

    const codec::Json& document_;
};

} // namespace salus::test
