#pragma once
// The flags of `salus trust` and `salus rules`.

#include <memory>

#include <CLI/CLI.hpp>

namespace salus::app {

// What is returned must live until the command line was parsed.
std::shared_ptr<void> add_trust_and_rules(CLI::App& root, int& status);

} // namespace salus::app
