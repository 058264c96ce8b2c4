#pragma once
// The database of a node: SQLite in its data directory, or PostgreSQL where --db says so.

#include <filesystem>

#include "store/sql.hpp"

namespace salus::app {

// `url` empty: salus.sqlite in the folder. Migrated. kBadUsage for another kind of URL, sql.*
Result<std::unique_ptr<store::Database>> open_database(const std::filesystem::path& datadir,
                                                       const std::string& url);

} // namespace salus::app
