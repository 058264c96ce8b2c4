#include "store/sql.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

namespace salus::store {
namespace {

constexpr std::array<Migration, 2> kMigrations{{
    {1, "CREATE TABLE ward(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"},
    {2, "CREATE TABLE bed(id INTEGER PRIMARY KEY, ward INTEGER NOT NULL REFERENCES ward(id),"
        " note TEXT, digest BLOB, weight REAL CHECK (weight >= 0));"},
}};

class Sql : public testing::Test {
public:
    ~Sql() override {
        db_.reset();
        std::filesystem::remove_all(directory_);
    }

protected:
    Sql() {
        std::string name = (std::filesystem::temp_directory_path() / "salus-sql-XXXXXX").string();
        SALUS_ASSERT(mkdtemp(name.data()) != nullptr);
        directory_ = name;
        db_ = open();
    }
    std::string path() const { return (directory_ / "test.db").string(); }
    std::unique_ptr<Database> open() const {
        auto opened = open_sqlite(path(), {.busy_timeout_ms = 50});
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
    std::unique_ptr<Database> db_;
};

TEST_F(Sql, EveryTypeComesBackAsItWasBound) {
    Hash32 digest;
    digest[31] = 7;
    ASSERT_TRUE(db_->run("INSERT INTO ward VALUES (?1, ?2)", 4, "north").ok());
    ASSERT_TRUE(db_->run("INSERT INTO bed VALUES (?1, ?2, ?3, ?4, ?5)", std::int64_t{1} << 40, 4,
                         std::optional<std::string>(), digest, 2.5)
                    .ok());
    auto rows = db_->query("SELECT id, ward, note, digest, weight FROM bed WHERE digest = ?1",
                           ByteView(digest.bytes));
    ASSERT_TRUE(rows.ok() && (*rows)->step().value());
    EXPECT_EQ((*rows)->integer(0), std::int64_t{1} << 40);
    EXPECT_TRUE((*rows)->is_null(2));
    EXPECT_EQ((*rows)->fixed<32>(3).value(), digest);
    EXPECT_EQ((*rows)->fixed<20>(3).error().kind(), kSqlCorrupt);
    EXPECT_EQ((*rows)->real(4), 2.5);
    EXPECT_FALSE((*rows)->step().value());
}

TEST_F(Sql, TextIsDataEvenWhenItLooksLikeSql) {
    const std::string_view name = "'; DROP TABLE ward; --";
    ASSERT_TRUE(db_->run("INSERT INTO ward(name) VALUES (?1)", name).ok());
    auto rows = db_->prepare("SELECT name FROM ward");
    ASSERT_TRUE(rows.ok() && (*rows)->step().value());
    EXPECT_EQ((*rows)->text(0), name);
}

TEST_F(Sql, RefusalsHaveNames) {
    ASSERT_TRUE(db_->run("INSERT INTO ward VALUES (1, 'north')").ok());
    EXPECT_EQ(refusal(db_->run("INSERT INTO ward VALUES (1, 'south')")), kSqlUnique);
    EXPECT_EQ(refusal(db_->run("INSERT INTO ward VALUES (2, 'north')")), kSqlUnique);
    EXPECT_EQ(refusal(db_->run("INSERT INTO ward VALUES (2, ?1)", nullptr)), kSqlConstraint);
    EXPECT_EQ(refusal(db_->run("INSERT INTO bed(ward) VALUES (9)")), kSqlConstraint);
    EXPECT_EQ(refusal(db_->run("INSERT INTO bed(ward, weight) VALUES (1, -1)")), kSqlConstraint);
    EXPECT_EQ(refusal(db_->execute("SELECT FROM nothing")), kSqlFailed);
    EXPECT_EQ(db_->prepare("SELECT * FROM nothing").error().kind(), kSqlFailed);
}

TEST_F(Sql, ATransactionWithoutCommitLeavesNothing) {
    {
        auto transaction = db_->begin();
        ASSERT_TRUE(transaction.ok());
        ASSERT_TRUE(db_->run("INSERT INTO ward(name) VALUES ('north')").ok());
    }
    EXPECT_EQ(count("ward"), 0);
    auto transaction = db_->begin();
    ASSERT_TRUE(db_->run("INSERT INTO ward(name) VALUES ('north')").ok());
    ASSERT_TRUE(transaction->commit().ok());
    EXPECT_EQ(count("ward"), 1);
}

TEST_F(Sql, CommittedRowsAreThereAfterReopening) {
    ASSERT_TRUE(db_->run("INSERT INTO ward(name) VALUES ('north')").ok());
    db_.reset();
    db_ = open();
    EXPECT_EQ(count("ward"), 1);
}

TEST_F(Sql, AStatementIsReusedWithFreshValues) {
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(
            db_->run("INSERT INTO ward(name) VALUES (?1)", "ward " + std::to_string(i)).ok());
    }
    auto outer = db_->query("SELECT id FROM ward WHERE id > ?1", 0);
    auto inner = db_->query("SELECT id FROM ward WHERE id > ?1", 2); // the same text, nested
    EXPECT_TRUE((*outer)->step().value());
    EXPECT_TRUE((*inner)->step().value());
    EXPECT_EQ((*outer)->integer(0), 1);
    EXPECT_EQ((*inner)->integer(0), 3);
}

TEST_F(Sql, ThreadsTakeTurns) {
    std::atomic<int> failed{0};
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 25; ++i) {
                auto transaction = db_->begin();
                const std::string name = std::to_string(t) + "/" + std::to_string(i);
                if (!transaction.ok() ||
                    !db_->run("INSERT INTO ward(name) VALUES (?1)", name).ok() ||
                    !transaction->commit().ok()) {
                    ++failed;
                }
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(count("ward"), 100);
}

TEST_F(Sql, AnotherConnectionsLockIsBusyAfterTheTimeout) {
    const auto other = open();
    auto transaction = other->begin();
    ASSERT_TRUE(transaction.ok());
    EXPECT_EQ(db_->begin().error().kind(), kSqlBusy);
}

TEST_F(Sql, AFileOfALaterVersionIsRefused) {
    const std::array<Migration, 1> older{kMigrations[0]};
    EXPECT_EQ(refusal(db_->migrate(older)), kSqlNewer);
    EXPECT_TRUE(db_->migrate(kMigrations).ok()); // nothing to do
}

TEST_F(Sql, AFailingMigrationLeavesTheVersionBeforeIt) {
    const std::array<Migration, 3> more{kMigrations[0], kMigrations[1],
                                        Migration{3, "CREATE TABLE a(x); CREATE TABLE ward(y);"}};
    EXPECT_EQ(refusal(db_->migrate(more)), kSqlFailed);
    EXPECT_TRUE(db_->migrate(kMigrations).ok());
    EXPECT_EQ(db_->prepare("SELECT * FROM a").error().kind(), kSqlFailed);
}

TEST_F(Sql, AFullDiskIsNamed) {
    ASSERT_TRUE(db_->execute("PRAGMA max_page_count = 1").ok()); // as many as there are already
    EXPECT_EQ(refusal(db_->execute("CREATE TABLE more(x); INSERT INTO more "
                                   "VALUES (zeroblob(1000000))")),
              kSqlFull);
}

TEST_F(Sql, AFileThatIsNoDatabaseIsCorrupt) {
    const std::string other = (directory_ / "text.db").string();
    std::ofstream(other) << std::string(4096, 'x');
    EXPECT_EQ(open_sqlite(other).error().kind(), kSqlCorrupt);
    EXPECT_EQ(open_sqlite((directory_ / "no" / "such.db").string()).error().kind(), kSqlIo);
}

} // namespace
} // namespace salus::store
