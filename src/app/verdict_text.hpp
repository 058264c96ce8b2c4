#pragma once
// A verdict's JSON, as the API and the offline verifier give it, for people.

#include <string>

#include "codec/json.hpp"

namespace salus::app {

// `source` is where the code came from: a file's name. Ends with a line feed.
std::string verdict_text(const codec::json::object& verdict, const std::string& source,
                         bool colour);
std::string verdict_line(const codec::json::object& verdict, const std::string& source,
                         bool colour);
// The value of a text member; empty where absent.
std::string text_member(const codec::json::object& object, std::string_view key);

} // namespace salus::app
