#pragma once
// Names in the capital letters of machine readable zones (codec/transliterate.hpp), as DCC's fnt
// and gnt want them.

#include <string>
#include <string_view>

namespace salus::passport {

// A-Z and '<' alone, at most `max` characters; a letter of a script without a table vanishes
// (empty: nothing could be written).
std::string transliterate(std::string_view utf8, std::size_t max = 80);

} // namespace salus::passport
