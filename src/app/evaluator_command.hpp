#pragma once
// salus evaluator (deal, serve) and salus nullifier: the shared key under which travel documents
// become nullifiers. This file's flags are declared in its .cpp.

namespace CLI {
class App;
}

namespace salus::app {

// Adds the subcommands; what one returns goes to `status`.
void add_evaluators(CLI::App& root, int& status);

} // namespace salus::app
