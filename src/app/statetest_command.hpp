#pragma once
// `salus statetest PATH…`: official state tests from files and folders.

#include <string>
#include <vector>

namespace salus::app {

struct StateTestCommandOptions {
    std::string fork; // "Osaka"; empty: every fork
    bool json = false;
    std::size_t threads = 2;
};

// Runs every .json file below the paths; one line a failure, then totals. 0 when all passed, 1
// when a case failed or a file could not be read, 2 when the fork has no such name.
int statetest_command(const std::vector<std::string>& paths,
                      const StateTestCommandOptions& options);

} // namespace salus::app
