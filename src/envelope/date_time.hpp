#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace salus::envelope {

// A date and time of RFC 3339 with its offset ("2021-05-01T10:00:00.5+02:00") as seconds since
// 1970, fractions cut off. A numeric text ("1620000000") is seconds too. nullopt for all else.
std::optional<std::int64_t> parse_rfc3339(std::string_view text);

} // namespace salus::envelope
