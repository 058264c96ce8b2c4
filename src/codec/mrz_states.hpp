#pragma once
// The three-letter codes of ICAO 9303-3 section 5: ISO 3166-1 and the further codes of its parts A
// to G. `code` is as in a zone, without its fillers: "UTO", "D" for Germany (DEU is no code there).

#include <string_view>

namespace salus::codec {

bool is_issuing_state(std::string_view code);
// Those, and persons without a defined nationality (part E: XXA, XXB, XXC, XXX).
bool is_nationality(std::string_view code);

} // namespace salus::codec
