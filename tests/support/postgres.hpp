#pragma once
// The PostgreSQL server that ctest's fixture `postgres` started (postgres.py).

#include <optional>
#include <string>

namespace salus::test {

// What to open it with: environment SALUS_POSTGRES, else what the fixture wrote into the build
// folder; none where no server runs: tests then skip by name.
std::optional<std::string> postgres_url();

} // namespace salus::test
