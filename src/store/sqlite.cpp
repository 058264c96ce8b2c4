#include <sqlite3.h>

#include <mutex>
#include <unordered_map>

#include "store/sql.hpp"

namespace salus::store {
namespace {

using Handle = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;
using Compiled = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

const ErrorKind& kind_of(int extended_code) {
    if (extended_code == SQLITE_CONSTRAINT_UNIQUE ||
        extended_code == SQLITE_CONSTRAINT_PRIMARYKEY || extended_code == SQLITE_CONSTRAINT_ROWID) {
        return kSqlUnique;
    }
    switch (extended_code & 0xff) {
    case SQLITE_CONSTRAINT: return kSqlConstraint;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return kSqlBusy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return kSqlCorrupt;
    case SQLITE_FULL: return kSqlFull;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM: return kSqlIo;
    default: return kSqlFailed;
    }
}

Error last_error(sqlite3* handle) {
    return Error(kind_of(sqlite3_extended_errcode(handle)), sqlite3_errmsg(handle));
}

class SqliteDatabase;

// Holds the connection's lock for as long as it lives.
class SqliteStatement final : public Statement {
public:
    SqliteStatement(SqliteDatabase& database, std::unique_lock<std::recursive_mutex> lock,
                    std::string text, Compiled compiled)
        : database_(database), lock_(std::move(lock)), text_(std::move(text)),
          compiled_(std::move(compiled)) {}
    SqliteStatement(const SqliteStatement&) = delete;
    SqliteStatement& operator=(const SqliteStatement&) = delete;
    ~SqliteStatement() override;

    void bind_null(int parameter) override { note(sqlite3_bind_null(raw(), parameter)); }
    void bind_integer(int parameter, std::int64_t value) override {
        note(sqlite3_bind_int64(raw(), parameter, value));
    }
    void bind_real(int parameter, double value) override {
        note(sqlite3_bind_double(raw(), parameter, value));
    }
    void bind_text(int parameter, std::string_view value) override {
        const char* data = value.empty() ? "" : value.data();
        note(sqlite3_bind_text64(raw(), parameter, data, value.size(), SQLITE_TRANSIENT,
                                 SQLITE_UTF8));
    }
    void bind_blob(int parameter, ByteView value) override {
        note(value.empty() ? sqlite3_bind_zeroblob(raw(), parameter, 0)
                           : sqlite3_bind_blob64(raw(), parameter, value.data(), value.size(),
                                                 SQLITE_TRANSIENT));
    }

    Result<bool> step() override;

    bool is_null(int column) const override {
        return sqlite3_column_type(raw(), column) == SQLITE_NULL;
    }
    std::int64_t integer(int column) const override { return sqlite3_column_int64(raw(), column); }
    double real(int column) const override { return sqlite3_column_double(raw(), column); }
    std::string text(int column) const override { return to_string(blob_view(column)); }
    Bytes blob(int column) const override { return to_bytes(blob_view(column)); }

private:
    sqlite3_stmt* raw() const { return compiled_.get(); }
    void note(int code) {
        SALUS_ASSERT(code != SQLITE_RANGE); // a parameter number that the statement does not have
        if (bind_code_ == SQLITE_OK) bind_code_ = code;
    }
    ByteView blob_view(int column) const {
        const void* data = sqlite3_column_blob(raw(), column); // text columns give their UTF-8
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(raw(), column));
        return size == 0 ? ByteView{} : ByteView(static_cast<const Byte*>(data), size);
    }

    SqliteDatabase& database_;
    std::unique_lock<std::recursive_mutex> lock_;
    std::string text_;
    Compiled compiled_;
    int bind_code_ = SQLITE_OK;
};

class SqliteDatabase final : public Database {
public:
    explicit SqliteDatabase(Handle handle) : handle_(std::move(handle)) {}

    Result<std::unique_ptr<Statement>> prepare(std::string_view sql) override;
    Status execute(std::string_view sql) override;
    std::int64_t last_insert_id() const override {
        return sqlite3_last_insert_rowid(handle_.get());
    }
    std::int64_t changed_rows() const override { return sqlite3_changes64(handle_.get()); }
    Status forget(std::string_view table, bool rewrite) override;

    void give_back(std::string text, Compiled compiled) {
        idle_.emplace(std::move(text), std::move(compiled));
    }
    sqlite3* handle() const { return handle_.get(); }

protected:
    Result<std::int64_t> schema_version(std::string_view set) override;
    Status set_schema_version(std::string_view set, std::int64_t version) override;
    Status begin_immediate() override;
    Status commit() override;
    void roll_back() override;

private:
    std::recursive_mutex mutex_;
    Handle handle_; // destroyed after the statements below
    std::unordered_multimap<std::string, Compiled> idle_;
};

SqliteStatement::~SqliteStatement() {
    sqlite3_reset(raw());
    sqlite3_clear_bindings(raw()); // keep no value in memory longer than needed
    database_.give_back(std::move(text_), std::move(compiled_));
}

Result<bool> SqliteStatement::step() {
    if (bind_code_ != SQLITE_OK) {
        return Error(kind_of(bind_code_), sqlite3_errstr(bind_code_));
    }
    const int code = sqlite3_step(raw());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return last_error(database_.handle());
}

Result<std::unique_ptr<Statement>> SqliteDatabase::prepare(std::string_view sql) {
    std::unique_lock lock(mutex_);
    std::string text(sql);
    Compiled compiled(nullptr, sqlite3_finalize);
    if (const auto found = idle_.find(text); found != idle_.end()) {
        compiled = std::move(found->second);
        idle_.erase(found);
    } else {
        sqlite3_stmt* raw = nullptr;
        const int code =
            sqlite3_prepare_v3(handle_.get(), text.data(), static_cast<int>(sql.size()),
                               SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
        if (code != SQLITE_OK) return last_error(handle_.get());
        compiled.reset(raw);
    }
    return std::unique_ptr<Statement>(std::make_unique<SqliteStatement>(
        *this, std::move(lock), std::move(text), std::move(compiled)));
}

Status SqliteDatabase::execute(std::string_view sql) {
    const std::unique_lock lock(mutex_);
    const std::string text(sql);
    if (sqlite3_exec(handle_.get(), text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        return last_error(handle_.get());
    }
    return ok_status();
}

Status SqliteDatabase::forget(std::string_view /*table*/, bool /*rewrite*/) {
    SALUS_TRY_ASSIGN(const auto row, prepare("PRAGMA wal_checkpoint(TRUNCATE)"));
    SALUS_TRY_ASSIGN(const bool found, row->step());
    if (found && row->integer(0) != 0) {
        return Error(kSqlBusy, "another reads, so that the log cannot be emptied");
    }
    return ok_status();
}

Status SqliteDatabase::begin_immediate() {
    std::unique_lock lock(mutex_);
    SALUS_ASSERT(sqlite3_get_autocommit(handle_.get()) != 0); // transactions do not nest
    SALUS_TRY(execute("BEGIN IMMEDIATE"));
    lock.release(); // held until commit or roll_back
    return ok_status();
}

Status SqliteDatabase::commit() {
    const std::unique_lock lock(mutex_, std::adopt_lock);
    Status done = execute("COMMIT");
    if (!done.ok() && sqlite3_get_autocommit(handle_.get()) == 0) {
        sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
    return done;
}

void SqliteDatabase::roll_back() {
    const std::unique_lock lock(mutex_, std::adopt_lock);
    // An error here means that SQLite has rolled back by itself already.
    sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

// Salus's own set has been in the file's header since its first version.
Result<std::int64_t> SqliteDatabase::schema_version(std::string_view set) {
    if (set != "salus") return version_in_table(set);
    SALUS_TRY_ASSIGN(const auto row, prepare("PRAGMA user_version"));
    SALUS_TRY(row->step());
    return row->integer(0);
}

Status SqliteDatabase::set_schema_version(std::string_view set, std::int64_t version) {
    if (set != "salus") return set_version_in_table(set, version);
    return execute("PRAGMA user_version = " + std::to_string(version));
}

} // namespace

Result<std::unique_ptr<Database>> open_sqlite(const std::string& path,
                                              const SqliteOptions& options) {
    sqlite3* raw = nullptr;
    const int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
    Handle handle(raw, sqlite3_close_v2);
    if (code != SQLITE_OK) return Error(kind_of(code), sqlite3_errstr(code)).at(path);
    sqlite3_busy_timeout(raw, options.busy_timeout_ms);
    sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    auto database = std::make_unique<SqliteDatabase>(std::move(handle));
    Status set_up = database->execute("PRAGMA journal_mode = WAL;"
                                      "PRAGMA synchronous = FULL;"
                                      "PRAGMA foreign_keys = ON;"
                                      "PRAGMA trusted_schema = OFF;"
                                      "PRAGMA cell_size_check = ON;"
                                      "PRAGMA secure_delete = ON;"); // erased means overwritten
    if (!set_up.ok()) return std::move(set_up).error().at(path);
    return std::unique_ptr<Database>(std::move(database));
}

} // namespace salus::store
