#pragma once
// Dates and date-times as CertLogic reads and shifts them (specification 1.3.3, "Dates and
// date-times", "Offset date-time").

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules/errors.hpp"

namespace salus::rules {

// Milliseconds since 1970-01-01T00:00:00Z, no leap seconds. Years 0000 to 9999.
struct Instant {
    std::int64_t ms = 0;
    friend auto operator<=>(Instant, Instant) = default;
};

enum class TimeUnit : std::uint8_t { year, month, day, hour };
std::optional<TimeUnit> time_unit_of(std::string_view name); // "year", "month", "day", "hour"

// YYYY-MM-DD, or that followed by Thh:mm:ss, a fraction of any length (cut to milliseconds), and an
// offset Z, ±h, ±hh, ±hmm, ±hhmm, ±h:mm or ±hh:mm; without an offset UTC is meant. A partial date
// is the last day that it may mean: YYYY is YYYY-12-31, YYYY-MM the last of that month. nullopt for
// all else, for days that do not exist (2021-02-29) and times past 23:59:59.
std::optional<Instant> parse_instant(std::string_view text);
// False where the text names no offset from UTC, or no time.
bool has_offset(std::string_view text);

// `when` moved by whole units. Years and months keep the day of the month, or take the month's last
// day where it has none (2020-02-29 + 1 year = 2021-02-28). nullopt beyond the years 0000 to 9999.
std::optional<Instant> add_time(Instant when, std::int64_t amount, TimeUnit unit);

std::string print_instant(Instant when); // "2021-06-23T00:00:00.000Z"

} // namespace salus::rules
