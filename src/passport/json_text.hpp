#pragma once
// Members of foreign JSON for people: what is absent or of another type reads as empty.

#include <string>

#include "codec/json.hpp"

namespace salus::passport {

// A string, or the digits of a number.
std::string text_at(const codec::json::object& object, std::string_view key);
// A list of strings with blanks between them.
std::string words_at(const codec::json::object& object, std::string_view key);
const codec::json::object* object_at(const codec::json::object& object, std::string_view key);
// The first item of a list, where that is an object.
const codec::json::object* first_at(const codec::json::object& object, std::string_view key);
// The first resource of this type in a FHIR bundle.
const codec::json::object* resource_at(const codec::json::object& bundle, std::string_view type);
// Sets the member unless the value is empty.
void put_text(codec::json::object& out, std::string_view key, const std::string& value);
// "2026-09-21T12:00:00Z"; the digits of what lies outside the years 1970 to 9999.
std::string time_text(std::int64_t unix_seconds);

} // namespace salus::passport
