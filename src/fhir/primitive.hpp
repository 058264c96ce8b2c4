#pragma once
// FHIR R4 primitive types (https://hl7.org/fhir/R4/datatypes.html#primitive): their formats, and
// dates of partial precision as ranges of time.

#include <cstdint>
#include <optional>
#include <string_view>

namespace salus::fhir {

// A date, dateTime or instant: the seconds that it may mean, both ends included. Where it names no
// offset from UTC, every offset from -12:00 to +14:00 is possible.
struct Moment {
    std::int64_t earliest = 0; // Unix seconds
    std::int64_t latest = 0;
    int precision = 0; // 1 year, 2 month, 3 day, 4 second
};

// True where no reading of the two lets `a` happen at or after `b`. Two dates without a time are
// taken as days of one place.
bool certainly_before(const Moment& a, const Moment& b);

// Empty where the text is malformed or no such day exists (2021-02-29).
std::optional<Moment> parse_date(std::string_view text);
std::optional<Moment> parse_date_time(std::string_view text);
std::optional<Moment> parse_instant(std::string_view text);

bool is_id(std::string_view text);     // [A-Za-z0-9\-\.]{1,64}
bool is_code(std::string_view text);   // no blank at either end, single blanks within
bool is_uri(std::string_view text);    // no blank
bool is_string(std::string_view text); // not only blanks, no control characters, at most 1 MB
bool is_oid(std::string_view text);
bool is_uuid(std::string_view text);
bool is_base64(std::string_view text); // blanks allowed
bool is_time(std::string_view text);

} // namespace salus::fhir
