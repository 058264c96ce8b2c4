#include "envelope/date_time.hpp"

#include <charconv>
#include <chrono>

namespace salus::envelope {
namespace {

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    bool take(char c) {
        if (text_.empty() || text_[0] != c) return false;
        text_.remove_prefix(1);
        return true;
    }
    // Exactly `digits` digits, in [low, high].
    std::optional<int> number(std::size_t digits, int low, int high) {
        if (text_.size() < digits) return {};
        int out = 0;
        for (const char c : text_.substr(0, digits)) {
            if (c < '0' || c > '9') return {};
            out = out * 10 + (c - '0');
        }
        text_.remove_prefix(digits);
        return out < low || out > high ? std::nullopt : std::optional(out);
    }
    bool skip_fraction() {
        if (!take('.')) return true;
        std::size_t digits = 0;
        while (number(1, 0, 9)) ++digits;
        return digits > 0;
    }
    bool empty() const { return text_.empty(); }

private:
    std::string_view text_;
};

std::optional<std::int64_t> read_date(Reader& in) {
    const auto year = in.number(4, 0, 9999);
    if (!year || !in.take('-')) return {};
    const auto month = in.number(2, 1, 12);
    if (!month || !in.take('-')) return {};
    const auto day = in.number(2, 1, 31);
    if (!day) return {};
    const std::chrono::year_month_day date(std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day)));
    if (!date.ok()) return {};
    return std::int64_t{86400} * std::chrono::sys_days(date).time_since_epoch().count();
}

std::optional<std::int64_t> read_time(Reader& in) {
    const auto hour = in.number(2, 0, 23);
    if (!hour || !in.take(':')) return {};
    const auto minute = in.number(2, 0, 59);
    if (!minute || !in.take(':')) return {};
    const auto second = in.number(2, 0, 60);
    if (!second || !in.skip_fraction()) return {};
    return *hour * 3600 + *minute * 60 + *second;
}

// Seconds east of UTC.
std::optional<std::int64_t> read_offset(Reader& in) {
    if (in.take('Z') || in.take('z')) return 0;
    const bool west = in.take('-');
    if (!west && !in.take('+')) return {};
    const auto hour = in.number(2, 0, 23);
    if (!hour || !in.take(':')) return {};
    const auto minute = in.number(2, 0, 59);
    if (!minute) return {};
    const std::int64_t seconds = *hour * 3600 + *minute * 60;
    return west ? -seconds : seconds;
}

} // namespace

std::optional<std::int64_t> parse_rfc3339(std::string_view text) {
    std::int64_t whole = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), whole);
    if (read.ec == std::errc{} && read.ptr == text.data() + text.size()) return whole;
    Reader in(text);
    const auto date = read_date(in);
    if (!date || !(in.take('T') || in.take('t'))) return {};
    const auto time = read_time(in);
    if (!time) return {};
    const auto offset = read_offset(in);
    if (!offset || !in.empty()) return {};
    return *date + *time - *offset;
}

} // namespace salus::envelope
