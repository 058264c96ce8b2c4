#include "gateway/fhir_time.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "fhir/primitive.hpp"

namespace salus::gateway {

namespace {

namespace json = codec::json;
using codec::Json;

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kDay = 24 * 60 * kMinute;

std::optional<int> number(std::string_view text, std::size_t from, std::size_t digits) {
    if (text.size() < from + digits) return std::nullopt;
    int out = 0;
    for (std::size_t i = from; i < from + digits; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        out = out * 10 + (text[i] - '0');
    }
    return out;
}

std::int64_t first_of(int year, int month, int day) {
    const std::chrono::sys_days days{std::chrono::year(year) /
                                     std::chrono::month(static_cast<unsigned>(month)) /
                                     std::chrono::day(static_cast<unsigned>(day))};
    return days.time_since_epoch().count() * kDay;
}

// A date alone. fhir::parse_date has found it to be one.
TimeRange range_of_date(std::string_view text) {
    const int year = number(text, 0, 4).value_or(1);
    if (text.size() == 4) return {first_of(year, 1, 1), first_of(year + 1, 1, 1)};
    const int month = number(text, 5, 2).value_or(1);
    if (text.size() == 7) {
        return {first_of(year, month, 1),
                month == 12 ? first_of(year + 1, 1, 1) : first_of(year, month + 1, 1)};
    }
    const std::int64_t low = first_of(year, month, number(text, 8, 2).value_or(1));
    return {low, low + kDay};
}

// How long an instant with these fractional digits lasts, and its milliseconds.
TimeRange fraction(std::string_view digits) {
    std::int64_t ms = 0, unit = kSecond;
    for (std::size_t i = 0; i < 3 && i < digits.size(); ++i) {
        unit /= 10;
        ms += (digits[i] - '0') * unit;
    }
    return {ms, ms + unit};
}

} // namespace

std::optional<TimeRange> time_range(std::string_view text) {
    if (fhir::parse_date(text)) return range_of_date(text);
    const std::size_t mark = text.find('T');
    if (mark != 10) return std::nullopt;
    // "hh:mm" and what may be missing: seconds, their fraction, the offset.
    std::string full(text);
    std::string_view rest = text.substr(mark + 1);
    const bool to_minute = rest.size() == 5 || (rest.size() > 5 && rest[5] != ':');
    if (to_minute) full.insert(mark + 6, ":00");
    const std::size_t zone = full.find_first_of("Z+-", mark);
    if (zone == std::string::npos) full += 'Z';
    const auto moment = fhir::parse_date_time(full);
    if (!moment || moment->precision != 4) return std::nullopt;
    const std::int64_t at = moment->earliest * kSecond;
    if (to_minute) return TimeRange{at, at + kMinute};
    const std::size_t point = full.find('.', mark);
    if (point == std::string::npos) return TimeRange{at, at + kSecond};
    const std::size_t end = full.find_first_of("Z+-", mark);
    const TimeRange part = fraction(std::string_view(full).substr(point + 1, end - point - 1));
    return TimeRange{at + part.low, at + part.high};
}

namespace {

std::optional<TimeRange> of_member(const json::object& object, std::string_view key) {
    const Json* value = codec::json_find(object, key);
    return value != nullptr && value->is_string() ? time_range(value->get_string()) : std::nullopt;
}

std::optional<TimeRange> of_period(const json::object& period) {
    const auto start = of_member(period, "start"), end = of_member(period, "end");
    if (!start && !end) return std::nullopt;
    TimeRange out;
    if (start) out.low = start->low;
    if (end) out.high = end->high;
    return out;
}

// From its first event or bound to its last.
std::optional<TimeRange> of_timing(const json::object& timing) {
    std::optional<TimeRange> out;
    const auto widen = [&](const std::optional<TimeRange>& more) {
        if (!more) return;
        out =
            out ? TimeRange{std::min(out->low, more->low), std::max(out->high, more->high)} : *more;
    };
    if (const Json* events = codec::json_find(timing, "event");
        events != nullptr && events->is_array()) {
        for (const Json& event : events->get_array()) {
            if (event.is_string()) widen(time_range(event.get_string()));
        }
    }
    const Json* repeat = codec::json_find(timing, "repeat");
    if (repeat != nullptr && repeat->is_object()) {
        const Json* bounds = codec::json_find(repeat->get_object(), "boundsPeriod");
        if (bounds != nullptr && bounds->is_object()) widen(of_period(bounds->get_object()));
    }
    return out;
}

} // namespace

std::optional<TimeRange> time_range_of(const Json& element) {
    if (element.is_string()) return time_range(element.get_string());
    const json::object* object = element.if_object();
    if (object == nullptr) return std::nullopt;
    if (const auto period = of_period(*object)) return period;
    return of_timing(*object);
}

std::string instant_text(std::int64_t ms) {
    const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(ms)};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

} // namespace salus::gateway
