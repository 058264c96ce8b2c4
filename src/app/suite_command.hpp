#pragma once
// `salus statetest PATH…` and `salus blocktest PATH…`: official suites from files and folders.

#include <string>
#include <vector>

#include "state/suite.hpp"

namespace salus::app {

struct SuiteCommandOptions {
    std::vector<std::string> paths; // files, and folders of .json files
    std::string fork;               // "Osaka"; empty: every fork
    bool json = false;              // a line of JSON a case
    std::size_t threads = 0;        // 0: one for each core
    bool trace = false;  // state tests: EIP-3155 lines of every instruction, one case at a time
    bool digest = false; // state tests, with json: number and digest of the instructions
};

// Runs every case: a line for each that fails, then "N passed, N failed, N skipped". 0 when none
// failed, 1 when one did or a file could not be read (told by name), 2 when no fork has that name
// or a path is not there.
int statetest_command(const SuiteCommandOptions& options);
int blocktest_command(const SuiteCommandOptions& options);

} // namespace salus::app
