#pragma once
// Relational storage behind a narrow interface: prepared statements with typed values,
// transactions and numbered migrations. Implementations: SQLite (WAL, synchronous=FULL, foreign
// keys on) and PostgreSQL, so that a committed transaction survives a power cut. The SQL is what
// both have in common (sql_dialect.hpp). Nothing is to be done after a statement of a transaction
// failed but to let it roll back: PostgreSQL refuses more.
//
//     SALUS_TRY_ASSIGN(auto db, store::open_sqlite(path));
//     SALUS_TRY(db->migrate(kMigrations));
//     SALUS_TRY_ASSIGN(auto transaction, db->begin());
//     SALUS_TRY(db->run("INSERT INTO note(id, text) VALUES (?1, ?2)", 7, "seven"));
//     SALUS_TRY(transaction.commit());
//     SALUS_TRY_ASSIGN(auto rows, db->query("SELECT id, text FROM note WHERE id = ?1", 7));
//     while (true) {
//         SALUS_TRY_ASSIGN(const bool more, rows->step());
//         if (!more) break;
//         use(rows->integer(0), rows->text(1));
//     }
//
// Threads: a Database may be shared by all threads. A Statement or Transaction that is alive holds
// the connection for its thread and makes other threads wait: keep them local and short, and
// destroy them in the thread that made them. Values are always bound, never pasted into the text.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>

#include "base/bytes.hpp"

namespace salus::store {

inline constexpr ErrorKind kSqlFailed{"sql.failed", "the database refused the statement"};
inline constexpr ErrorKind kSqlUnique{"sql.unique", "a UNIQUE or PRIMARY KEY constraint"};
inline constexpr ErrorKind kSqlConstraint{"sql.constraint", "a NOT NULL, CHECK or FOREIGN KEY"};
inline constexpr ErrorKind kSqlBusy{"sql.busy", "another process holds the database"};
inline constexpr ErrorKind kSqlCorrupt{"sql.corrupt", "the database file is damaged"};
inline constexpr ErrorKind kSqlIo{"sql.io", "the disk below returned an error"};
inline constexpr ErrorKind kSqlFull{"sql.full", "the disk must have room"};
inline constexpr ErrorKind kSqlNewer{"sql.newer_schema", "the file was written by a later version"};

class Statement {
public:
    virtual ~Statement() = default;

    // Parameters are numbered from 1: ?1, ?2, … Bytes become a BLOB, text is UTF-8.
    virtual void bind_null(int parameter) = 0;
    virtual void bind_integer(int parameter, std::int64_t value) = 0;
    virtual void bind_real(int parameter, double value) = 0;
    virtual void bind_text(int parameter, std::string_view value) = 0;
    virtual void bind_blob(int parameter, ByteView value) = 0;

    template <typename T>
    void bind(int parameter, const T& value) {
        if constexpr (std::is_same_v<T, std::nullopt_t> || std::is_same_v<T, std::nullptr_t>) {
            bind_null(parameter);
        } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
            bind_integer(parameter, static_cast<std::int64_t>(value));
        } else if constexpr (std::is_floating_point_v<T>) {
            bind_real(parameter, value);
        } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
            bind_text(parameter, value);
        } else if constexpr (std::is_convertible_v<const T&, ByteView>) {
            bind_blob(parameter, value);
        } else if constexpr (requires { value.has_value(); }) {
            value.has_value() ? bind(parameter, *value) : bind_null(parameter);
        } else {
            bind_blob(parameter, ByteView(value.bytes)); // FixedBytes<N>
        }
    }
    template <typename... T>
    void bind_all(const T&... values) {
        int parameter = 0;
        (bind(++parameter, values), ...);
    }

    // Advances to the next row: true when there is one. The first call runs the statement.
    virtual Result<bool> step() = 0;
    // Runs a statement that gives no rows, or whose rows do not matter, to its end.
    Status run();

    // Columns of the present row are numbered from 0. NULL reads as 0, "" and empty bytes.
    virtual bool is_null(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;
    virtual double real(int column) const = 0;
    virtual std::string text(int column) const = 0;
    virtual Bytes blob(int column) const = 0;
    // A BLOB of exactly N bytes: kSqlCorrupt otherwise.
    template <std::size_t N>
    Result<FixedBytes<N>> fixed(int column) const {
        const Bytes bytes = blob(column);
        if (bytes.size() != N) return Error(kSqlCorrupt, "a stored value has the wrong length");
        FixedBytes<N> out;
        std::memcpy(out.data(), bytes.data(), N);
        return out;
    }
};

class Database;

// Rolls back when destroyed without commit. Nesting is a programmer's error.
class Transaction {
public:
    explicit Transaction(Database& database) : database_(&database) {}
    Transaction(Transaction&& other) noexcept : database_(other.database_) {
        other.database_ = nullptr;
    }
    Transaction& operator=(Transaction&&) = delete;
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();

    Status commit(); // durable when it returns success; rolled back otherwise

private:
    Database* database_;
};

struct Migration {
    int version;          // 1, 2, 3, … without gaps; never edited once released
    std::string_view sql; // one or more statements
};

class Database {
public:
    virtual ~Database() = default;

    // Compiled once for each text and reused. The Statement must not outlive the Database.
    virtual Result<std::unique_ptr<Statement>> prepare(std::string_view sql) = 0;
    // One or more statements without parameters.
    virtual Status execute(std::string_view sql) = 0;
    // Takes the write lock at once, so that it never fails half-way for another writer.
    Result<Transaction> begin();
    virtual std::int64_t last_insert_id() const = 0;
    virtual std::int64_t changed_rows() const = 0; // by the last statement
    // What was erased from a table leaves the files too, as far as the engine can do that: SQLite
    // has overwritten it already and empties its log here; PostgreSQL writes the table anew where
    // `rewrite` says so (which stops all who use it), else it frees the room alone, and its log
    // keeps what it has until it comes round. Not within a transaction. kSqlBusy where another
    // process reads.
    virtual Status forget(std::string_view table, bool rewrite) = 0;

    // Brings a schema from its stored version to the last one, each migration in a transaction of
    // its own; kSqlNewer when the stored version is beyond the list. Rooms that share a database
    // have a set each, by name.
    Status migrate(std::span<const Migration> migrations, std::string_view set = "salus");

    template <typename... T>
    Result<std::unique_ptr<Statement>> query(std::string_view sql, const T&... values) {
        SALUS_TRY_ASSIGN(std::unique_ptr<Statement> statement, prepare(sql));
        statement->bind_all(values...);
        return statement;
    }
    template <typename... T>
    Status run(std::string_view sql, const T&... values) {
        SALUS_TRY_ASSIGN(std::unique_ptr<Statement> statement, query(sql, values...));
        return statement->run();
    }

protected:
    friend class Transaction;
    // The table of versions, for those who have nothing better.
    Result<std::int64_t> version_in_table(std::string_view set);
    Status set_version_in_table(std::string_view set, std::int64_t version);
    // Of a set of migrations, 0 before the first; within a transaction.
    virtual Result<std::int64_t> schema_version(std::string_view set) = 0;
    virtual Status set_schema_version(std::string_view set, std::int64_t version) = 0;
    virtual Status begin_immediate() = 0; // and holds the connection for this thread
    virtual Status commit() = 0;          // both release the connection
    virtual void roll_back() = 0;

private:
    Status migrate_one(const Migration& migration, std::string_view set);
};

struct SqliteOptions {
    int busy_timeout_ms = 10'000; // how long to wait for another process's lock
};

// ":memory:" gives a database that lives as long as the object, for tests.
Result<std::unique_ptr<Database>> open_sqlite(const std::string& path,
                                              const SqliteOptions& options = {});

struct PostgresOptions {
    int busy_timeout_ms = 10'000; // how long to wait for another process's transaction
};

// A URL (postgresql://user@host/database) or the words of libpq. Processes may share a database:
// one transaction runs at a time. A connection that is lost is made again at the next use; within a
// transaction that is kSqlIo.
Result<std::unique_ptr<Database>> open_postgres(const std::string& url,
                                                const PostgresOptions& options = {});

} // namespace salus::store
