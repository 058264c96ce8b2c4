#include "app/options.hpp"

#include <cstdlib>

namespace salus::app {

std::filesystem::path default_datadir() {
    if (const char* given = std::getenv("SALUS_DATADIR"); given != nullptr && *given != '\0') {
        return given;
    }
    const char* home = std::getenv("HOME");
    return std::filesystem::path(home != nullptr ? home : ".") / ".salus";
}

} // namespace salus::app
