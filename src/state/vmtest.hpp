#pragma once
// Official VM tests (legacytests, VMTests): one message's code, without a transaction. Their gas is
// Frontier's, though they lie in a folder named after Constantinople.

#include "state/suite.hpp"

namespace salus::state {

inline constexpr std::string_view kVmTestFork = "Frontier";

SuiteResult run_vm_test(std::string_view name, const codec::json::object& test);

} // namespace salus::state
