#pragma once
// How subcommands speak to people: errors and progress on standard error, data on standard output.

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace salus::app {

// Says "salus <command>: <error>"; returns the exit status 1.
int fail(std::string_view command, const Error& error);
// Colours are for terminals only, and off where NO_COLOR is set.
bool colour_wanted();

// Text that others wrote (names, issuers, file names) as one line that cannot steer a terminal:
// control characters, line ends and changes of direction become U+FFFD.
std::string plain(std::string_view utf8);

// "12,345"
std::string with_commas(std::uint64_t number);

// A bar on a terminal, with the rate and the time that is left; a line now and then elsewhere.
// Nothing where there is one thing to do.
class Progress {
public:
    // `done`: what an earlier run did.
    Progress(std::string_view what, std::size_t total, std::size_t done = 0);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    void advance(std::size_t count = 1);

private:
    using Steady = std::chrono::steady_clock;
    void draw();
    std::string pace(Steady::time_point now) const; // "6,120/s, 0:16 left"; empty at first

    std::string_view what_;
    std::size_t total_, begun_, done_;
    bool terminal_;
    Steady::time_point start_, drawn_;
};

} // namespace salus::app
