#pragma once
// salus history: a person's certificates as one history of doses (passport/dose_history.hpp).

#include <string>
#include <vector>

namespace salus::app {

struct HistoryOptions {
    std::vector<std::string> inputs;
    bool json = false;
};

int history_command(const HistoryOptions& options); // 1 where a certificate could not be read

} // namespace salus::app
