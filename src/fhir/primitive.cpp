#include "fhir/primitive.hpp"

#include <algorithm>
#include <chrono>

namespace salus::fhir {

namespace {

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kEastmost = 14 * kHour; // UTC+14:00
constexpr std::int64_t kWestmost = 12 * kHour; // UTC-12:00

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_alpha(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

// Takes fixed-width numbers and separators from the front of a text.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    std::optional<int> digits(std::size_t count) {
        if (rest_.size() < count) return std::nullopt;
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (!is_digit(rest_[i])) return std::nullopt;
            value = value * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(count);
        return value;
    }
    bool take(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool skip_digits() { // at least one
        const std::size_t before = rest_.size();
        while (!rest_.empty() && is_digit(rest_.front())) rest_.remove_prefix(1);
        return rest_.size() != before;
    }
    bool done() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

std::int64_t days_since_epoch(int year, int month, int day) {
    using namespace std::chrono;
    const sys_days days{std::chrono::year(year) / std::chrono::month(static_cast<unsigned>(month)) /
                        std::chrono::day(static_cast<unsigned>(day))};
    return days.time_since_epoch().count();
}

bool day_exists(int year, int month, int day) {
    using namespace std::chrono;
    return year_month_day{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                          std::chrono::day(static_cast<unsigned>(day))}
        .ok();
}

struct Civil {
    int year = 0, month = 0, day = 0; // 0 where not given
};

std::optional<Civil> read_civil(Reader& in) {
    Civil out;
    const auto year = in.digits(4);
    if (!year || *year == 0) return std::nullopt;
    out.year = *year;
    if (!in.take('-')) return out;
    const auto month = in.digits(2);
    if (!month || *month < 1 || *month > 12) return std::nullopt;
    out.month = *month;
    if (!in.take('-')) return out;
    const auto day = in.digits(2);
    if (!day || !day_exists(out.year, out.month, *day)) return std::nullopt;
    out.day = *day;
    return out;
}

Moment range_of(const Civil& civil) {
    const std::int64_t first =
        days_since_epoch(civil.year, std::max(civil.month, 1), std::max(civil.day, 1));
    std::int64_t end = first + 1; // the first day after the range
    int precision = 3;
    if (civil.month == 0) {
        end = days_since_epoch(civil.year + 1, 1, 1);
        precision = 1;
    } else if (civil.day == 0) {
        end = civil.month == 12 ? days_since_epoch(civil.year + 1, 1, 1)
                                : days_since_epoch(civil.year, civil.month + 1, 1);
        precision = 2;
    }
    return {first * kDay - kEastmost, end * kDay + kWestmost - 1, precision};
}

struct TimeOfDay {
    int hour = 0, minute = 0, second = 0;
};

std::optional<TimeOfDay> read_time(Reader& in) {
    const auto hour = in.digits(2);
    if (!hour || *hour > 23 || !in.take(':')) return std::nullopt;
    const auto minute = in.digits(2);
    if (!minute || *minute > 59 || !in.take(':')) return std::nullopt;
    const auto second = in.digits(2);
    if (!second || *second > 60) return std::nullopt; // 60: a leap second
    if (in.take('.') && !in.skip_digits()) return std::nullopt;
    return TimeOfDay{*hour, *minute, *second};
}

std::optional<std::int64_t> read_offset(Reader& in) {
    if (in.take('Z')) return 0;
    const bool east = in.take('+');
    if (!east && !in.take('-')) return std::nullopt;
    const auto hour = in.digits(2);
    if (!hour || !in.take(':')) return std::nullopt;
    const auto minute = in.digits(2);
    if (!minute || *minute > 59 || *hour > 14 || (*hour == 14 && *minute != 0)) return std::nullopt;
    const std::int64_t seconds = *hour * kHour + *minute * 60;
    return east ? seconds : -seconds;
}

} // namespace

bool certainly_before(const Moment& a, const Moment& b) {
    const bool days = a.precision < 4 && b.precision < 4;
    return days ? a.latest - kWestmost < b.earliest + kEastmost : a.latest < b.earliest;
}

std::optional<Moment> parse_date(std::string_view text) {
    Reader in(text);
    const auto civil = read_civil(in);
    if (!civil || !in.done()) return std::nullopt;
    return range_of(*civil);
}

std::optional<Moment> parse_date_time(std::string_view text) {
    Reader in(text);
    const auto civil = read_civil(in);
    if (!civil) return std::nullopt;
    if (in.done()) return range_of(*civil);
    if (civil->day == 0 || !in.take('T')) return std::nullopt;
    const auto time = read_time(in);
    if (!time) return std::nullopt;
    const auto offset = read_offset(in);
    if (!offset || !in.done()) return std::nullopt;
    const std::int64_t at = days_since_epoch(civil->year, civil->month, civil->day) * kDay +
                            time->hour * kHour + time->minute * 60 + time->second - *offset;
    return Moment{at, at, 4};
}

std::optional<Moment> parse_instant(std::string_view text) {
    const auto moment = parse_date_time(text);
    return moment && moment->precision == 4 ? moment : std::nullopt;
}

bool is_time(std::string_view text) {
    Reader in(text);
    return read_time(in).has_value() && in.done();
}

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return is_alpha(c) || is_digit(c) || c == '-' || c == '.';
    });
}

bool is_code(std::string_view text) {
    if (text.empty() || is_blank(text.front()) || is_blank(text.back())) return false;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (is_blank(text[i]) && is_blank(text[i - 1])) return false;
    }
    return true;
}

bool is_uri(std::string_view text) {
    return !text.empty() && std::none_of(text.begin(), text.end(), is_blank);
}

bool is_string(std::string_view text) {
    constexpr std::size_t kMost = 1024 * 1024;
    if (text.size() > kMost || std::all_of(text.begin(), text.end(), is_blank)) return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x20 || c == '\t' || c == '\n' || c == '\r';
    });
}

bool is_oid(std::string_view text) {
    constexpr std::string_view kPrefix = "urn:oid:";
    if (!text.starts_with(kPrefix)) return false;
    text.remove_prefix(kPrefix.size());
    if (text.empty() || text[0] < '0' || text[0] > '2') return false;
    text.remove_prefix(1);
    if (text.empty()) return false;
    while (!text.empty()) {
        if (text[0] != '.' || text.size() < 2 || !is_digit(text[1])) return false;
        std::size_t end = 2;
        while (end < text.size() && is_digit(text[end])) ++end;
        if (text[1] == '0' && end > 2) return false;
        text.remove_prefix(end);
    }
    return true;
}

bool is_uuid(std::string_view text) {
    constexpr std::string_view kPrefix = "urn:uuid:";
    if (!text.starts_with(kPrefix) || text.size() != kPrefix.size() + 36) return false;
    text.remove_prefix(kPrefix.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool digit = is_digit(text[i]) || (text[i] >= 'a' && text[i] <= 'f');
        if (dash ? text[i] != '-' : !digit) return false;
    }
    return true;
}

bool is_base64(std::string_view text) {
    std::size_t digits = 0, padding = 0;
    for (const char c : text) {
        if (is_blank(c)) continue;
        if (c == '=') {
            ++padding;
        } else if ((is_alpha(c) || is_digit(c) || c == '+' || c == '/') && padding == 0) {
            ++digits;
        } else {
            return false;
        }
    }
    return digits != 0 && padding <= 2 && (digits + padding) % 4 == 0;
}

} // namespace salus::fhir
