#pragma once
// Official state tests (ethereum/tests, execution-spec-tests): one transaction on a given state
// must give a given state root and logs. Pure: the caller reads files and prints results.

#include "codec/json.hpp"
#include "state/config.hpp"

namespace salus::state {

inline constexpr ErrorKind kBadStateTest{"statetest.malformed",
                                         "ethereum/tests, GeneralStateTests"};

struct StateTestOptions {
    std::optional<evm::Revision> fork; // none: every fork of a file
};

struct StateTestResult {
    std::string name; // the case's name, and where one case has several: data, gas, value index
    evm::Revision fork = evm::Revision::frontier;
    bool passed = false;
    std::string detail; // what differed; empty when it passed
};

// Runs every case of a file. kBadStateTest where it is not a state-test file at all.
Result<std::vector<StateTestResult>> run_state_tests(const codec::Json& file,
                                                     const StateTestOptions& options = {});

} // namespace salus::state
