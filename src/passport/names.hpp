#pragma once
// Names in the capital letters of machine readable zones (ICAO 9303-3, section 6: transliteration
// of Latin, Cyrillic, Greek and Arabic letters), as DCC's fnt and gnt want them.

#include <string>
#include <string_view>

namespace salus::passport {

// A-Z and '<' alone, at most `max` characters: blanks and hyphens become '<', apostrophes and
// commas vanish, a letter of a script without a table vanishes (empty: nothing could be written).
std::string transliterate(std::string_view utf8, std::size_t max = 80);

} // namespace salus::passport
