#include "support/json_schema.hpp"

#include <algorithm>
#include <map>

namespace salus::test {

using codec::Json;

namespace {

bool has_type(const Json& value, std::string_view type) {
    if (type == "string") return value.is_string();
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "boolean") return value.is_bool();
    if (type == "null") return value.is_null();
    if (type == "number") return value.is_number();
    if (type == "integer") return value.is_int64() || value.is_uint64();
    return false;
}

const std::regex& compiled(const std::string& pattern) {
    static std::map<std::string, std::regex> known;
    const auto found = known.find(pattern);
    if (found != known.end()) return found->second;
    return known.emplace(pattern, std::regex(pattern)).first->second;
}

} // namespace

const Json& JsonSchema::resolve(const std::string& reference) const {
    SALUS_ASSERT(reference.starts_with("#/"));
    const Json* at = &document_;
    for (std::size_t from = 2; from <= reference.size();) {
        const std::size_t end = std::min(reference.find('/', from), reference.size());
        at = &at->at(reference.substr(from, end - from));
        from = end + 1;
    }
    return *at;
}

std::string JsonSchema::fault_of_choice(const Json& choices, const Json& value,
                                        const std::string& place) const {
    std::string faults;
    for (const Json& choice : choices.as_array()) {
        const std::string one = fault(choice, value, place);
        if (one.empty()) return {};
        faults += " | " + one;
    }
    return place + ": no choice fits" + faults;
}

std::string JsonSchema::fault_of_object(const Object& schema, const Object& value,
                                        const std::string& place) const {
    if (const Json* required = codec::json_find(schema, "required")) {
        for (const Json& name : required->as_array()) {
            if (codec::json_find(value, name.as_string()) == nullptr) {
                return place + "." + std::string(name.as_string()) + " is missing";
            }
        }
    }
    const Json* properties = codec::json_find(schema, "properties");
    const Json* others = codec::json_find(schema, "additionalProperties");
    for (const auto& [key, inner] : value) {
        const std::string at = place + "." + std::string(key);
        const Json* known =
            properties == nullptr ? nullptr : codec::json_find(properties->as_object(), key);
        if (known == nullptr && others != nullptr && others->is_bool() && !others->as_bool()) {
            return at + " is too much";
        }
        if (known == nullptr && others != nullptr && others->is_object()) known = others;
        std::string deeper = known == nullptr ? std::string() : fault(*known, inner, at);
        if (!deeper.empty()) return deeper;
    }
    return {};
}

std::string JsonSchema::fault_of_text(const Object& schema, const Json& value,
                                      const std::string& place) const {
    const Json* pattern = codec::json_find(schema, "pattern");
    if (pattern == nullptr || !value.is_string()) return {};
    const std::string text(value.as_string());
    // std::regex recurses over long texts; hex of any length is the one pattern that has them.
    constexpr std::size_t kLong = 2000;
    if (text.size() > kLong) {
        const bool hex = text.starts_with("0x") && text.size() % 2 == 0 &&
                         text.find_first_not_of("0123456789abcdef", 2) == std::string::npos;
        return hex ? std::string() : place + ": long text that is not hex";
    }
    if (std::regex_match(text, compiled(std::string(pattern->as_string())))) return {};
    return place + ": " + text.substr(0, 100) + " does not match " +
           std::string(pattern->as_string());
}

std::string JsonSchema::fault(const Json& schema, const Json& value,
                              const std::string& place) const {
    if (schema.is_bool()) return schema.as_bool() ? "" : place + ": nothing fits";
    const Object& object = schema.as_object();
    if (const Json* reference = codec::json_find(object, "$ref")) {
        return fault(resolve(std::string(reference->as_string())), value, place);
    }
    for (const char* key : {"oneOf", "anyOf"}) {
        const Json* choices = codec::json_find(object, key);
        if (choices != nullptr) return fault_of_choice(*choices, value, place);
    }
    if (const Json* values = codec::json_find(object, "enum")) {
        const auto& list = values->as_array();
        if (std::find(list.begin(), list.end(), value) == list.end()) {
            return place + ": not among the enum's values";
        }
    }
    const Json* type = codec::json_find(object, "type");
    if (type != nullptr && !has_type(value, std::string_view(type->as_string()))) {
        return place + ": is not of type " + std::string(type->as_string());
    }
    if (value.is_object()) return fault_of_object(object, value.as_object(), place);
    const Json* items = codec::json_find(object, "items");
    if (value.is_array() && items != nullptr) {
        for (std::size_t i = 0; i < value.as_array().size(); ++i) {
            std::string deeper = fault(*items, value.at(i), place + "[" + std::to_string(i) + "]");
            if (!deeper.empty()) return deeper;
        }
    }
    return fault_of_text(object, value, place);
}

} // namespace salus::test
