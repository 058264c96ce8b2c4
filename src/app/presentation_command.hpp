#pragma once
// salus wallet, salus present, salus presentations: the holder's and the hospital's side of
// presentations with selective disclosure. This file's flags are declared in its .cpp.

namespace CLI {
class App;
}

namespace salus::app {

// Adds the subcommands; what one returns goes to `status`.
void add_presentations(CLI::App& root, int& status);

} // namespace salus::app
