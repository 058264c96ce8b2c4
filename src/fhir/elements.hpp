#pragma once
// Reading an element of a resource that may be absent or of another type: the empty value then,
// since validation reports such faults elsewhere.

#include <optional>
#include <string>

#include "codec/json.hpp"

namespace salus::fhir {

std::string text_of(const codec::json::object& object, std::string_view key);
const codec::json::object* object_of(const codec::json::object& object, std::string_view key);
const codec::json::array& array_of(const codec::json::object& object, std::string_view key);
std::optional<bool> bool_of(const codec::json::object& object, std::string_view key);

} // namespace salus::fhir
