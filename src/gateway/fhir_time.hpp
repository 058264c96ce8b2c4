#pragma once
// Dates of FHIR as ranges of milliseconds since 1970, as search compares them
// (https://hl7.org/fhir/R4/search.html#date). Without an offset a date is taken as UTC. Pure.

#include <cstdint>
#include <limits>
#include <optional>

#include "codec/json.hpp"

namespace salus::gateway {

// From `low` on and before `high`.
struct TimeRange {
    static constexpr std::int64_t kEver = std::numeric_limits<std::int64_t>::max();

    std::int64_t low = -kEver;
    std::int64_t high = kEver;
    friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

// A date, dateTime or instant; also without seconds, as a search may give it.
std::optional<TimeRange> time_range(std::string_view text);
// Of an element of type date, dateTime, instant, Period or Timing.
std::optional<TimeRange> time_range_of(const codec::Json& element);

std::string instant_text(std::int64_t ms); // "2026-11-23T10:20:30.400Z"

} // namespace salus::gateway
