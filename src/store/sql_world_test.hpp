#pragma once
// A database of two tables, on each of the engines.

#include <unistd.h>

#include <array>
#include <filesystem>
#include <ostream>

#include <gtest/gtest.h>

#include "store/sql.hpp"
#include "support/postgres.hpp"

namespace salus::store {

inline constexpr std::array<Migration, 2> kMigrations{{
    {1, "CREATE TABLE ward(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"},
    {2, "CREATE TABLE bed(id INTEGER PRIMARY KEY, ward INTEGER NOT NULL REFERENCES ward(id),"
        " note TEXT, digest BLOB, weight REAL CHECK (weight >= 0));"},
}};

enum class Backend { sqlite, postgres };

inline std::ostream& operator<<(std::ostream& out, Backend backend) {
    return out << (backend == Backend::sqlite ? "sqlite" : "postgres");
}

class Sql : public testing::TestWithParam<Backend> {
public:
    ~Sql() override {
        db_.reset();
        std::filesystem::remove_all(directory_);
        if (admin_) (void)admin_->execute("DROP DATABASE " + name_);
    }

protected:
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "salus-sql-XXXXXX").string();
        SALUS_ASSERT(mkdtemp(name.data()) != nullptr);
        directory_ = name;
        if (GetParam() == Backend::postgres) {
            server_ = test::postgres_url();
            if (!server_)
                GTEST_SKIP()
                    << "PostgreSQL is absent: no server runs that ctest's postgres.start made";
            name_ = "salus_test_" + std::to_string(getpid());
            admin_ = open_postgres(*server_).value();
            SALUS_ASSERT(admin_->execute("CREATE DATABASE " + name_).ok());
        }
        db_ = open();
    }
    std::unique_ptr<Database> open() const {
        auto opened = GetParam() == Backend::sqlite
                          ? open_sqlite((directory_ / "test.db").string(), {.busy_timeout_ms = 50})
                          : open_postgres(*server_ + " dbname=" + name_, {.busy_timeout_ms = 50});
        SALUS_ASSERT(opened.ok());
        SALUS_ASSERT((*opened)->migrate(kMigrations).ok());
        return std::move(*opened);
    }
    std::int64_t count(std::string_view table) {
        auto rows = db_->prepare("SELECT count(*) FROM " + std::string(table));
        SALUS_ASSERT(rows.ok() && (*rows)->step().value());
        return (*rows)->integer(0);
    }
    const ErrorKind& refusal(const Status& status) {
        SALUS_ASSERT(!status.ok());
        return status.error().kind();
    }
    std::filesystem::path directory_;
    std::optional<std::string> server_;
    std::string name_;
    std::unique_ptr<Database> admin_, db_;
};

} // namespace salus::store
