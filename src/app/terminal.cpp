#include "app/terminal.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <unistd.h>

namespace salus::app {

int fail(std::string_view command, const Error& error) {
    fmt::print(stderr, "salus {}: {}\n", command, error.text());
    return 1;
}

bool colour_wanted() {
    const char* no_colour = std::getenv("NO_COLOR");
    return ::isatty(STDOUT_FILENO) != 0 && (no_colour == nullptr || *no_colour == '\0');
}

namespace {

// Bytes of the character at `at` that must not reach a terminal; 0: it may.
std::size_t steering(std::string_view utf8, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return at + i < utf8.size() ? static_cast<unsigned char>(utf8[at + i]) : 0U;
    };
    if (byte(0) < 0x20 || byte(0) == 0x7f) return 1;
    if (byte(0) == 0xc2 && byte(1) >= 0x80 && byte(1) < 0xa0) return 2; // C1
    if (byte(0) != 0xe2) return 0;
    const bool separator = byte(1) == 0x80 && byte(2) >= 0xa8 && byte(2) <= 0xae; // and overrides
    const bool isolate = byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9;
    return separator || isolate ? 3 : 0;
}

} // namespace

std::string plain(std::string_view utf8) {
    std::string out;
    out.reserve(utf8.size());
    for (std::size_t at = 0; at < utf8.size();) {
        const std::size_t bytes = steering(utf8, at);
        if (bytes == 0)
            out += utf8[at];
        else
            out += "\xef\xbf\xbd";
        at += std::max<std::size_t>(bytes, 1);
    }
    return out;
}

std::string with_commas(std::uint64_t number) {
    const std::string digits = std::to_string(number);
    std::string out;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i != 0 && (digits.size() - i) % 3 == 0) out += ',';
        out += digits[i];
    }
    return out;
}

Progress::Progress(std::string_view what, std::size_t total, std::size_t done)
    : what_(what), total_(total), begun_(done), done_(done),
      terminal_(::isatty(STDERR_FILENO) != 0), start_(Steady::now()) {}

Progress::~Progress() {
    if (terminal_ && total_ > 1) fmt::print(stderr, "\r\033[K");
}

void Progress::advance(std::size_t count) {
    done_ += count;
    if (total_ > 1) draw();
}

std::string Progress::pace(Steady::time_point now) const {
    constexpr double kSoon = 0.5; // seconds
    const double took = std::chrono::duration<double>(now - start_).count();
    if (took < kSoon || done_ == begun_) return {};
    const double rate = static_cast<double>(done_ - begun_) / took;
    const auto left =
        static_cast<std::uint64_t>(static_cast<double>(total_ - std::min(done_, total_)) / rate);
    const std::string clock =
        left < 3600 ? fmt::format("{}:{:02}", left / 60, left % 60)
                    : fmt::format("{}:{:02}:{:02}", left / 3600, left / 60 % 60, left % 60);
    return fmt::format("  {}/s, {} left", with_commas(static_cast<std::uint64_t>(rate)), clock);
}

void Progress::draw() {
    constexpr std::size_t kWidth = 30;
    constexpr std::chrono::milliseconds kSoonest{100};
    constexpr std::chrono::seconds kLine{10}; // where there is no terminal
    const auto now = Steady::now();
    const bool last = done_ >= total_;
    if (terminal_) {
        if (!last && now - drawn_ < kSoonest) return;
        drawn_ = now;
        const std::size_t filled = std::min(kWidth, kWidth * done_ / total_);
        fmt::print(stderr, "\r{} [{}{}] {}/{}{}\033[K", what_, std::string(filled, '#'),
                   std::string(kWidth - filled, ' '), with_commas(done_), with_commas(total_),
                   pace(now));
    } else if (last || done_ == begun_ || now - drawn_ >= kLine) {
        if (!last && now - start_ < kLine && total_ > 1000) return;
        drawn_ = now;
        fmt::print(stderr, "{} {}/{}{}\n", what_, done_, total_, pace(now));
    }
}

} // namespace salus::app
