#pragma once
// salus presentations anchor and revoke: the commitments of one-time credentials on chain.

namespace CLI {
class App;
}

namespace salus::app {

// Adds both to `salus presentations`; what one returns goes to `status`.
void add_presentation_chain(CLI::App& presentations, int& status);

} // namespace salus::app
