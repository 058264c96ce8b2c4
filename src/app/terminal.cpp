#include "app/terminal.hpp"

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

Progress::Progress(std::string_view what, std::size_t total)
    : what_(what), total_(total), terminal_(::isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
    if (terminal_ && total_ > 1) fmt::print(stderr, "\r\033[K");
}

void Progress::advance() {
    ++done_;
    if (total_ > 1) draw();
}

void Progress::draw() const {
    constexpr std::size_t kWidth = 30;
    if (terminal_) {
        const std::size_t filled = kWidth * done_ / total_;
        fmt::print(stderr, "\r{} [{}{}] {}/{}", what_, std::string(filled, '#'),
                   std::string(kWidth - filled, ' '), done_, total_);
    } else if (done_ == total_ || done_ % std::max<std::size_t>(1, total_ / 10) == 0) {
        fmt::print(stderr, "{} {}/{}\n", what_, done_, total_);
    }
}

} // namespace salus::app
