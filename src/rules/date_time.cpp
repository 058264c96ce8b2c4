#include "rules/date_time.hpp"

#include <array>
#include <chrono>
#include <cstddef>

namespace salus::rules {
namespace {

namespace chrono = std::chrono;

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kFirst = -719528 * kDay;         // 0000-01-01T00:00:00.000Z
constexpr std::int64_t kLast = 2932897 * kDay - 1;      // 9999-12-31T23:59:59.999Z
constexpr std::int64_t kMostAdded = 10'000 * 366 * 24L; // hours in all the years there are
constexpr std::size_t kLongestText = 64;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Reads from the front of a text; a step that fails leaves `good` false for ever.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool good() const { return good_; }
    bool at_end() const { return rest_.empty(); }
    bool next_is(char c) const { return !rest_.empty() && rest_.front() == c; }
    void expect(char c) { good_ = take(c) && good_; }
    bool take(char c) {
        if (!next_is(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    // Exactly `count` digits, at most `most`.
    int number(std::size_t count, int most = 9999) {
        int value = 0;
        if (rest_.size() < count) return fail();
        for (std::size_t i = 0; i < count; ++i) {
            if (!is_digit(rest_[i])) return fail();
            value = value * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(count);
        return value <= most ? value : fail();
    }
    std::size_t digits_ahead() const {
        std::size_t count = 0;
        while (count < rest_.size() && is_digit(rest_[count])) ++count;
        return count;
    }
    void skip(std::size_t count) { rest_.remove_prefix(count); }
    int fail() {
        good_ = false;
        return 0;
    }

private:
    std::string_view rest_;
    bool good_ = true;
};

std::int64_t days_of(const chrono::year_month_day& day) {
    return chrono::sys_days(day).time_since_epoch().count();
}

// The date, or the last day of a partial one.
chrono::year_month_day read_date(Reader& in) {
    const chrono::year year(in.number(4));
    if (in.at_end()) return year / chrono::December / 31;
    in.expect('-');
    const chrono::month month(static_cast<unsigned>(in.number(2)));
    if (in.at_end()) return year / month / chrono::last;
    in.expect('-');
    return year / month / in.number(2);
}

std::int64_t read_milliseconds(Reader& in) {
    if (!in.take('.')) return 0;
    const std::size_t digits = in.digits_ahead();
    if (digits == 0) return in.fail();
    const std::size_t kept = digits < 3 ? digits : 3;
    std::int64_t value = in.number(kept);
    for (std::size_t i = kept; i < 3; ++i) value *= 10;
    in.skip(digits - kept);
    return value;
}

// ±h, ±hh, ±hmm, ±hhmm, ±h:mm, ±hh:mm, after the sign.
std::int64_t read_offset(Reader& in) {
    const std::size_t digits = in.digits_ahead();
    if (digits == 0 || digits > 4) return in.fail();
    const std::size_t of_hours = digits < 3 ? digits : digits - 2;
    const std::int64_t hours = in.number(of_hours, 23);
    const bool colon = digits < 3 && in.take(':');
    const std::int64_t minutes = colon || digits > 2 ? in.number(2, 59) : 0;
    return hours * kHour + minutes * kMinute;
}

std::int64_t read_time(Reader& in) {
    in.expect('T');
    std::int64_t time = in.number(2, 23) * kHour;
    in.expect(':');
    time += in.number(2, 59) * kMinute;
    in.expect(':');
    time += in.number(2, 59) * kSecond + read_milliseconds(in);
    if (in.at_end() || in.take('Z')) return time;
    if (in.take('+')) return time - read_offset(in);
    in.expect('-');
    return time + read_offset(in);
}

std::optional<Instant> in_range(std::int64_t ms) {
    if (ms < kFirst || ms > kLast) return std::nullopt;
    return Instant{ms};
}

std::optional<Instant> add_months(Instant when, std::int64_t amount) {
    const auto time = chrono::sys_time<chrono::milliseconds>(chrono::milliseconds(when.ms));
    const auto midnight = chrono::floor<chrono::days>(time);
    const chrono::year_month_day day(midnight);
    const std::int64_t month = int{day.year()} * 12LL + unsigned{day.month()} - 1 + amount;
    if (month < 0 || month >= 120'000) return std::nullopt;
    const chrono::year_month moved(chrono::year(static_cast<int>(month / 12)),
                                   chrono::month(static_cast<unsigned>(month % 12 + 1)));
    const chrono::day last = (moved / chrono::last).day();
    const std::int64_t days = days_of(moved / (day.day() < last ? day.day() : last));
    return in_range(days * kDay + (time - midnight).count());
}

void put(char* out, std::int64_t value, int digits) {
    for (int i = digits - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
}

} // namespace

std::optional<TimeUnit> time_unit_of(std::string_view name) {
    if (name == "day") return TimeUnit::day;
    if (name == "hour") return TimeUnit::hour;
    if (name == "month") return TimeUnit::month;
    if (name == "year") return TimeUnit::year;
    return std::nullopt;
}

std::optional<Instant> parse_instant(std::string_view text) {
    if (text.size() > kLongestText) return std::nullopt;
    Reader in(text);
    const chrono::year_month_day day = read_date(in);
    if (!in.good() || !day.ok()) return std::nullopt;
    const std::int64_t time = in.at_end() ? 0 : read_time(in);
    if (!in.good() || !in.at_end()) return std::nullopt;
    return in_range(days_of(day) * kDay + time);
}

bool has_offset(std::string_view text) {
    const std::size_t time = text.find('T');
    return time != std::string_view::npos &&
           text.find_first_of("Z+-", time) != std::string_view::npos;
}

std::optional<Instant> add_time(Instant when, std::int64_t amount, TimeUnit unit) {
    if (amount > kMostAdded || amount < -kMostAdded) return std::nullopt;
    switch (unit) {
    case TimeUnit::hour: return in_range(when.ms + amount * kHour);
    case TimeUnit::day: return in_range(when.ms + amount * kDay);
    case TimeUnit::month: return add_months(when, amount);
    case TimeUnit::year: return add_months(when, amount * 12);
    }
    return std::nullopt;
}

std::string print_instant(Instant when) {
    const auto time = chrono::sys_time<chrono::milliseconds>(chrono::milliseconds(when.ms));
    const auto midnight = chrono::floor<chrono::days>(time);
    const chrono::year_month_day day(midnight);
    const std::int64_t of_day = (time - midnight).count();
    std::string text = "0000-00-00T00:00:00.000Z";
    put(text.data(), int{day.year()}, 4);
    put(text.data() + 5, unsigned{day.month()}, 2);
    put(text.data() + 8, unsigned{day.day()}, 2);
    put(text.data() + 11, of_day / kHour, 2);
    put(text.data() + 14, of_day / kMinute % 60, 2);
    put(text.data() + 17, of_day / kSecond % 60, 2);
    put(text.data() + 20, of_day % kSecond, 3);
    return text;
}

} // namespace salus::rules
