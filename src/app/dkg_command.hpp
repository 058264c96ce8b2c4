#pragma once
// salus evaluator dkg (start, share, finish): the evaluators make the key of nullifiers together,
// by files in a folder that all of them read (passport/evaluator_dkg.hpp).

namespace CLI {
class App;
}

namespace salus::app {

void add_dkg(CLI::App& evaluator, int& status);

} // namespace salus::app
