#include "app/database.hpp"

#include "app/flags.hpp"
#include "app/options.hpp"
#include "passport/schema.hpp"

namespace salus::app {

Result<std::unique_ptr<store::Database>> open_database(const std::filesystem::path& datadir,
                                                       const std::string& url) {
    const bool postgres = url.starts_with("postgresql://") || url.starts_with("postgres://");
    if (!url.empty() && !postgres) { // the URL may hold a password: it is not told
        return Error(kBadUsage, "--db takes postgresql://user@host/database; without it the "
                                "records are kept in the data directory");
    }
    SALUS_TRY_ASSIGN(auto out, postgres ? store::open_postgres(url)
                                        : store::open_sqlite((datadir / "salus.sqlite").string()));
    SALUS_TRY(out->migrate(passport::migrations()));
    return out;
}

void add_database_option(CLI::App& app, std::string& url) {
    app.add_option("--db", url,
                   "PostgreSQL instead of SQLite in the data directory: "
                   "postgresql://user@host/database (with a password: in SALUS_DB or ~/.pgpass)");
}

} // namespace salus::app
