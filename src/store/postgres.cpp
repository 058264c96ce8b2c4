// On libpq, PostgreSQL's own client: values and rows travel in binary, which libpqxx of Debian 12
// turns into hexadecimal text.
#include <libpq-fe.h>

#include <charconv>
#include <mutex>
#include <unordered_map>

#include "store/sql.hpp"
#include "store/sql_dialect.hpp"

namespace salus::store {
namespace {

template <auto free>
struct Freer {
    template <typename T>
    void operator()(T* value) const {
        free(value);
    }
};
using Connection = std::unique_ptr<PGconn, Freer<PQfinish>>;
using Answer = std::unique_ptr<PGresult, Freer<PQclear>>;

// Types of columns, as the catalog pg_type numbers them.
constexpr Oid kBool = 16;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kFloat8 = 701;

// Classes and codes of PostgreSQL's appendix A.
const ErrorKind& kind_of(std::string_view state) {
    if (state == "23505") return kSqlUnique;
    if (state == "53100") return kSqlFull;
    if (state == "55P03" || state == "40001" || state == "40P01") return kSqlBusy;
    if (state.starts_with("23")) return kSqlConstraint;
    if (state.starts_with("XX")) return kSqlCorrupt;
    if (state.empty() || state.starts_with("08") || state.starts_with("57") ||
        state.starts_with("58") || state.starts_with("53")) {
        return kSqlIo;
    }
    return kSqlFailed;
}

// Without the detail, which quotes the row.
Error error_of(const PGresult* answer, PGconn* connection) {
    const char* state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
    const char* text = PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY);
    if (state == nullptr || text == nullptr) {
        return Error(kSqlIo, PQstatus(connection) == CONNECTION_OK ? "no answer"
                                                                   : "the connection was lost");
    }
    return Error(kind_of(state), text);
}

bool succeeded(const PGresult* answer) {
    const ExecStatusType status = PQresultStatus(answer);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

struct Value {
    std::optional<std::string> bytes; // none is NULL; ends with a zero, as libpq wants texts
    bool binary = false;
};

class PostgresDatabase;

// Holds the connection's lock for as long as it lives.
class PostgresStatement final : public Statement {
public:
    PostgresStatement(PostgresDatabase& database, std::unique_lock<std::recursive_mutex> lock,
                      std::string name, int parameters)
        : database_(database), lock_(std::move(lock)), name_(std::move(name)),
          values_(static_cast<std::size_t>(parameters)) {}

    void bind_null(int parameter) override { value(parameter) = {}; }
    void bind_integer(int parameter, std::int64_t v) override { set(parameter, std::to_string(v)); }
    void bind_real(int parameter, double v) override {
        std::array<char, 32> text{};
        const auto end = std::to_chars(text.data(), text.data() + text.size(), v).ptr;
        set(parameter, std::string_view(text.data(), end));
    }
    void bind_text(int parameter, std::string_view v) override { set(parameter, v); }
    void bind_blob(int parameter, ByteView v) override { value(parameter) = {to_string(v), true}; }

    Result<bool> step() override;

    bool is_null(int column) const override { return PQgetisnull(raw(), row_, column) != 0; }
    std::int64_t integer(int column) const override;
    double real(int column) const override;
    std::string text(int column) const override { return to_string(cell(column)); }
    Bytes blob(int column) const override { return to_bytes(cell(column)); }

private:
    const PGresult* raw() const { return answer_.get(); }
    Value& value(int parameter) {
        SALUS_ASSERT(parameter >= 1 && static_cast<std::size_t>(parameter) <= values_.size());
        return values_[static_cast<std::size_t>(parameter) - 1];
    }
    void set(int parameter, std::string_view text) {
        value(parameter) = {std::string(text), false};
    }
    ByteView cell(int column) const {
        const char* data = PQgetvalue(raw(), row_, column);
        const int size = PQgetlength(raw(), row_, column);
        return view({data, static_cast<std::size_t>(size)});
    }
    Status execute();

    PostgresDatabase& database_;
    std::unique_lock<std::recursive_mutex> lock_;
    std::string name_;
    std::vector<Value> values_;
    Answer answer_; // all rows
    int row_ = -1;
};

class PostgresDatabase final : public Database {
public:
    PostgresDatabase(Connection connection, const PostgresOptions& options)
        : connection_(std::move(connection)), options_(options) {}

    Result<std::unique_ptr<Statement>> prepare(std::string_view sql) override;
    Status execute(std::string_view sql) override;
    std::int64_t last_insert_id() const override;
    std::int64_t changed_rows() const override { return changed_rows_; }
    Status forget(std::string_view table, bool rewrite) override {
        return execute((rewrite ? "VACUUM FULL " : "VACUUM ") + std::string(table));
    }

    PGconn* connection() const { return connection_.get(); }
    Status set_up();
    void note_changed(PGresult* answer) {
        const std::string_view count = PQcmdTuples(answer);
        std::from_chars(count.data(), count.data() + count.size(), changed_rows_);
    }

protected:
    Result<std::int64_t> schema_version(std::string_view set) override;
    Status set_schema_version(std::string_view set, std::int64_t version) override;
    Status begin_immediate() override;
    Status commit() override;
    void roll_back() override;

private:
    struct Prepared {
        std::string name;
        int parameters = 0;
    };
    // A connection that was lost is made again, except within a transaction, which went with it.
    Status connect_again();
    Result<Prepared> prepared(const std::string& sql);

    mutable std::recursive_mutex mutex_;
    Connection connection_;
    PostgresOptions options_;
    std::unordered_map<std::string, Prepared> prepared_;
    std::int64_t changed_rows_ = 0;
    bool in_transaction_ = false;
};

// Several processes share a database: one of them writes at a time, as with SQLite.
constexpr std::string_view kWriteLock = "SELECT pg_advisory_xact_lock(5421387)";

Status PostgresStatement::execute() {
    std::vector<const char*> data;
    std::vector<int> lengths;
    std::vector<int> formats;
    for (const Value& value : values_) {
        data.push_back(value.bytes ? value.bytes->c_str() : nullptr);
        lengths.push_back(value.bytes ? static_cast<int>(value.bytes->size()) : 0);
        formats.push_back(value.binary ? 1 : 0);
    }
    PGconn* connection = database_.connection();
    answer_.reset(PQexecPrepared(connection, name_.c_str(), static_cast<int>(values_.size()),
                                 data.data(), lengths.data(), formats.data(), 1));
    if (!succeeded(raw())) return error_of(raw(), connection);
    database_.note_changed(answer_.get());
    return ok_status();
}

Result<bool> PostgresStatement::step() {
    if (!answer_) SALUS_TRY(execute());
    return ++row_ < PQntuples(raw());
}

std::int64_t PostgresStatement::integer(int column) const {
    if (is_null(column)) return 0;
    std::int64_t out = 0;
    switch (PQftype(raw(), column)) {
    case kInt8:
    case kInt4:
    case kInt2: {
        const ByteView bytes = cell(column);
        out = (bytes[0] & 0x80U) != 0 ? -1 : 0;
        for (const Byte byte : bytes) {
            out = static_cast<std::int64_t>(static_cast<std::uint64_t>(out) << 8U | byte);
        }
        return out;
    }
    case kBool: return cell(column)[0];
    case kFloat8: return static_cast<std::int64_t>(real(column));
    default: SALUS_ASSERT(!"a column that is no integer"); return out;
    }
}

double PostgresStatement::real(int column) const {
    if (is_null(column)) return 0;
    if (PQftype(raw(), column) != kFloat8) return static_cast<double>(integer(column));
    std::uint64_t bits = 0;
    for (const Byte byte : cell(column)) bits = bits << 8U | byte;
    return std::bit_cast<double>(bits);
}

Status PostgresDatabase::connect_again() {
    if (PQstatus(connection()) == CONNECTION_OK) return ok_status();
    if (in_transaction_) return Error(kSqlIo, "the connection was lost within a transaction");
    prepared_.clear();
    PQreset(connection());
    if (PQstatus(connection()) != CONNECTION_OK) return Error(kSqlIo, "the database is away");
    return set_up();
}

Status PostgresDatabase::set_up() {
    return execute("SET lock_timeout = " + std::to_string(options_.busy_timeout_ms) +
                   "; SET client_min_messages = warning;");
}

Result<PostgresDatabase::Prepared> PostgresDatabase::prepared(const std::string& sql) {
    if (const auto found = prepared_.find(sql); found != prepared_.end()) return found->second;
    Prepared out{"s" + std::to_string(prepared_.size()), parameters_of(sql)};
    const Answer answer(
        PQprepare(connection(), out.name.c_str(), postgres_statement(sql).c_str(), 0, nullptr));
    if (!succeeded(answer.get())) return error_of(answer.get(), connection());
    prepared_.emplace(sql, out);
    return out;
}

Result<std::unique_ptr<Statement>> PostgresDatabase::prepare(std::string_view sql) {
    std::unique_lock lock(mutex_);
    SALUS_TRY(connect_again());
    SALUS_TRY_ASSIGN(Prepared statement, prepared(std::string(sql)));
    return std::unique_ptr<Statement>(std::make_unique<PostgresStatement>(
        *this, std::move(lock), std::move(statement.name), statement.parameters));
}

Status PostgresDatabase::execute(std::string_view sql) {
    const std::unique_lock lock(mutex_);
    const std::string text = postgres_definition(sql);
    const Answer answer(PQexec(connection(), text.c_str()));
    if (!succeeded(answer.get())) return error_of(answer.get(), connection());
    note_changed(answer.get());
    return ok_status();
}

std::int64_t PostgresDatabase::last_insert_id() const {
    const std::unique_lock lock(mutex_);
    const Answer answer(PQexec(connection(), "SELECT lastval()"));
    std::int64_t out = 0;
    if (succeeded(answer.get())) {
        const std::string_view text = PQgetvalue(answer.get(), 0, 0);
        std::from_chars(text.data(), text.data() + text.size(), out);
    }
    return out;
}

Status PostgresDatabase::begin_immediate() {
    std::unique_lock lock(mutex_);
    SALUS_ASSERT(!in_transaction_); // transactions do not nest
    SALUS_TRY(connect_again());
    SALUS_TRY(execute("BEGIN"));
    if (Status locked = execute(kWriteLock); !locked.ok()) {
        PQclear(PQexec(connection(), "ROLLBACK"));
        return locked;
    }
    in_transaction_ = true;
    lock.release(); // held until commit or roll_back
    return ok_status();
}

Status PostgresDatabase::commit() {
    const std::unique_lock lock(mutex_, std::adopt_lock);
    in_transaction_ = false;
    // A statement that failed has ended the transaction: PostgreSQL answers COMMIT with ROLLBACK.
    const Answer answer(PQexec(connection(), "COMMIT"));
    if (!succeeded(answer.get())) return error_of(answer.get(), connection());
    if (std::string_view(PQcmdStatus(answer.get())) != "COMMIT") {
        return Error(kSqlFailed, "a statement of the transaction had failed");
    }
    return ok_status();
}

void PostgresDatabase::roll_back() {
    const std::unique_lock lock(mutex_, std::adopt_lock);
    in_transaction_ = false;
    PQclear(PQexec(connection(), "ROLLBACK")); // an error means that it was rolled back already
}

Result<std::int64_t> PostgresDatabase::schema_version(std::string_view set) {
    return version_in_table(set);
}

Status PostgresDatabase::set_schema_version(std::string_view set, std::int64_t version) {
    return set_version_in_table(set, version);
}

} // namespace

Result<std::unique_ptr<Database>> open_postgres(const std::string& url,
                                                const PostgresOptions& options) {
    Connection connection(PQconnectdb(url.c_str()));
    if (connection == nullptr || PQstatus(connection.get()) != CONNECTION_OK) {
        // The server's words name host, database and user; libpq leaves the password out.
        std::string text = connection ? PQerrorMessage(connection.get()) : "out of memory";
        while (text.ends_with('\n')) text.pop_back();
        return Error(kSqlIo, text);
    }
    if (PQserverVersion(connection.get()) < 130000) {
        return Error(kSqlFailed, "PostgreSQL 13 or later is needed");
    }
    auto database = std::make_unique<PostgresDatabase>(std::move(connection), options);
    SALUS_TRY(database->set_up());
    return std::unique_ptr<Database>(std::move(database));
}

} // namespace salus::store
