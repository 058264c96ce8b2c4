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
