#include "support/postgres.hpp"

#include <cstdlib>

#include "support/archives.hpp"

namespace salus::test {

std::optional<std::string> postgres_url() {
    if (const char* given = std::getenv("SALUS_POSTGRES"); given != nullptr) return given;
    std::string url = read_file(std::string(SALUS_BUILD_DIR) + "/postgres/url");
    return url.empty() ? std::nullopt : std::optional(std::move(url));
}

} // namespace salus::test
