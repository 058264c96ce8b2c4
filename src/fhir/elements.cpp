#include "fhir/elements.hpp"

namespace salus::fhir {

using codec::Json;
using codec::json_find;
namespace json = codec::json;

std::string text_of(const json::object& object, std::string_view key) {
    const Json* value = json_find(object, key);
    if (value == nullptr || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

const json::object* object_of(const json::object& object, std::string_view key) {
    const Json* value = json_find(object, key);
    return value != nullptr && value->is_object() ? &value->get_object() : nullptr;
}

const json::array& array_of(const json::object& object, std::string_view key) {
    static const json::array kNone;
    const Json* value = json_find(object, key);
    return value != nullptr && value->is_array() ? value->get_array() : kNone;
}

std::optional<bool> bool_of(const json::object& object, std::string_view key) {
    const Json* value = json_find(object, key);
    if (value == nullptr || !value->is_bool()) return std::nullopt;
    return value->get_bool();
}

} // namespace salus::fhir
