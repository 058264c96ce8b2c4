#pragma once
// How subcommands speak to people: errors and progress on standard error, data on standard output.

#include <string_view>

#include "base/result.hpp"

namespace salus::app {

// Says "salus <command>: <error>"; returns the exit status 1.
int fail(std::string_view command, const Error& error);
// Colours are for terminals only, and off where NO_COLOR is set.
bool colour_wanted();

// A bar on a terminal; a line now and then elsewhere. Nothing where there is one thing to do.
class Progress {
public:
    Progress(std::string_view what, std::size_t total);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    void advance();

private:
    void draw() const;

    std::string_view what_;
    std::size_t total_, done_ = 0;
    bool terminal_;
};

} // namespace salus::app
