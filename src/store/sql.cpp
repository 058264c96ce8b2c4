#include "store/sql.hpp"

namespace salus::store {

Status Statement::run() {
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, step());
        if (!more) return ok_status();
    }
}

Transaction::~Transaction() {
    if (database_ != nullptr) database_->roll_back();
}

Status Transaction::commit() {
    SALUS_ASSERT(database_ != nullptr);
    Database* database = database_;
    database_ = nullptr;
    return database->commit();
}

Result<Transaction> Database::begin() {
    SALUS_TRY(begin_immediate());
    return Transaction(*this);
}

Status Database::migrate(std::span<const Migration> migrations, std::string_view set) {
    std::int64_t stored = 0;
    {
        SALUS_TRY_ASSIGN(Transaction transaction, begin());
        SALUS_TRY_ASSIGN(stored, schema_version(set));
        SALUS_TRY(transaction.commit());
    }
    if (stored > static_cast<std::int64_t>(migrations.size())) {
        return Error(kSqlNewer, "schema version " + std::to_string(stored) + ", known up to " +
                                    std::to_string(migrations.size()));
    }
    for (std::size_t i = 0; i < migrations.size(); ++i) {
        SALUS_ASSERT(migrations[i].version == static_cast<int>(i) + 1);
        if (migrations[i].version <= stored) continue;
        Status done = migrate_one(migrations[i], set);
        if (!done.ok()) return std::move(done).error().at("migration " + std::to_string(i + 1));
    }
    return ok_status();
}

Status Database::migrate_one(const Migration& migration, std::string_view set) {
    SALUS_TRY_ASSIGN(Transaction transaction, begin());
    SALUS_TRY_ASSIGN(const std::int64_t stored, schema_version(set));
    if (migration.version > stored) { // else another process was faster
        SALUS_TRY(execute(migration.sql));
        SALUS_TRY(set_schema_version(set, migration.version));
    }
    return transaction.commit();
}

Result<std::int64_t> Database::version_in_table(std::string_view set) {
    SALUS_TRY(execute("CREATE TABLE IF NOT EXISTS salus_schema("
                      "name TEXT PRIMARY KEY, version INTEGER NOT NULL)"));
    SALUS_TRY_ASSIGN(const auto row,
                     query("SELECT version FROM salus_schema WHERE name = ?1", set));
    SALUS_TRY_ASSIGN(const bool found, row->step());
    return found ? row->integer(0) : 0;
}

Status Database::set_version_in_table(std::string_view set, std::int64_t version) {
    return run("INSERT INTO salus_schema VALUES (?1, ?2) "
               "ON CONFLICT (name) DO UPDATE SET version = ?2",
               set, version);
}

} // namespace salus::store
