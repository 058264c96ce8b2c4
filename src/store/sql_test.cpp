#include "store/sql.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "store/sql_dialect.hpp"
#include "store/sql_world_test.hpp"

namespace salus::store {
namespace {

// What one of them alone has.
class SqlOnSqlite : public Sql {};
class SqlOnPostgres : public Sql {};

INSTANTIATE_TEST_SUITE_P(Backends, Sql, testing::Values(Backend::sqlite, Backend::postgres),
                         testing::PrintToStringParamName());
INSTANTIATE_TEST_SUITE_P(Backends, SqlOnSqlite, testing::Values(Backend::sqlite));
INSTANTIATE_TEST_SUITE_P(Backends, SqlOnPostgres, testing::Values(Backend::postgres));

TEST_P(Sql, EveryTypeComesBackAsItWasBound) {
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

TEST_P(Sql, TextIsDataEvenWhenItLooksLikeSql) {
    const std::string_view name = "'; DROP TABLE ward; --";
    ASSERT_TRUE(db_->run("INSERT INTO ward(name) VALUES (?1)", name).ok());
    auto rows = db_->prepare("SELECT name FROM ward");
    ASSERT_TRUE(rows.ok() && (*rows)->step().value());
    EXPECT_EQ((*rows)->text(0), name);
}

TEST_P(Sql, RefusalsHaveNames) {
    ASSERT_TRUE(db_->run("INSERT INTO ward VALUES (1, 'north')").ok());
    EXPECT_EQ(refusal(db_->run("INSERT INTO ward VALUES (1, 'south')")), kSqlUnique);
    EXPECT_EQ(refusal(db_->run("INSERT INTO ward VALUES (2, 'north')")), kSqlUnique);
    EXPECT_EQ(refusal(db_->run("INSERT INTO ward VALUES (2, ?1)", nullptr)), kSqlConstraint);
    EXPECT_EQ(refusal(db_->run("INSERT INTO bed(ward) VALUES (9)")), kSqlConstraint);
    EXPECT_EQ(refusal(db_->run("INSERT INTO bed(ward, weight) VALUES (1, -1)")), kSqlConstraint);
    EXPECT_EQ(refusal(db_->execute("SELECT FROM nothing")), kSqlFailed);
    EXPECT_EQ(db_->prepare("SELECT * FROM nothing").error().kind(), kSqlFailed);
}

TEST_P(Sql, ATransactionWithoutCommitLeavesNothing) {
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

TEST_P(Sql, CommittedRowsAreThereAfterReopening) {
    ASSERT_TRUE(db_->run("INSERT INTO ward(name) VALUES ('north')").ok());
    db_.reset();
    db_ = open();
    EXPECT_EQ(count("ward"), 1);
}

TEST_P(Sql, AStatementIsReusedWithFreshValues) {
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

TEST_P(Sql, ThreadsTakeTurns) {
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

TEST_P(Sql, AnotherConnectionsLockIsBusyAfterTheTimeout) {
    const auto other = open();
    auto transaction = other->begin();
    ASSERT_TRUE(transaction.ok());
    EXPECT_EQ(db_->begin().error().kind(), kSqlBusy);
}

TEST_P(Sql, AFileOfALaterVersionIsRefused) {
    const std::array<Migration, 1> older{kMigrations[0]};
    EXPECT_EQ(refusal(db_->migrate(older)), kSqlNewer);
    EXPECT_TRUE(db_->migrate(kMigrations).ok()); // nothing to do
}

TEST_P(Sql, AFailingMigrationLeavesTheVersionBeforeIt) {
    const std::array<Migration, 3> more{
        kMigrations[0], kMigrations[1],
        Migration{3, "CREATE TABLE a(x INTEGER); CREATE TABLE ward(y INTEGER);"}};
    EXPECT_EQ(refusal(db_->migrate(more)), kSqlFailed);
    EXPECT_TRUE(db_->migrate(kMigrations).ok());
    EXPECT_EQ(db_->prepare("SELECT * FROM a").error().kind(), kSqlFailed);
}

TEST_P(SqlOnSqlite, AFullDiskIsNamed) {
    ASSERT_TRUE(db_->execute("PRAGMA max_page_count = 1").ok()); // as many as there are already
    EXPECT_EQ(refusal(db_->execute("CREATE TABLE more(x); INSERT INTO more "
                                   "VALUES (zeroblob(1000000))")),
              kSqlFull);
}

TEST_P(SqlOnSqlite, AFileThatIsNoDatabaseIsCorrupt) {
    const std::string other = (directory_ / "text.db").string();
    std::ofstream(other) << std::string(4096, 'x');
    EXPECT_EQ(open_sqlite(other).error().kind(), kSqlCorrupt);
    EXPECT_EQ(open_sqlite((directory_ / "no" / "such.db").string()).error().kind(), kSqlIo);
}

TEST_P(SqlOnPostgres, AfterAFailureATransactionCommitsNothing) {
    auto transaction = db_->begin();
    ASSERT_TRUE(db_->run("INSERT INTO ward(name) VALUES ('north')").ok());
    EXPECT_EQ(refusal(db_->run("INSERT INTO ward(name) VALUES ('north')")), kSqlUnique);
    EXPECT_EQ(refusal(transaction->commit()), kSqlFailed);
    EXPECT_EQ(count("ward"), 0);
}

TEST_P(SqlOnPostgres, AConnectionThatIsLostIsMadeAgain) {
    const auto cut = [this] {
        SALUS_ASSERT(admin_
                         ->execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                                   "WHERE datname = '" +
                                   name_ + "'")
                         .ok());
    };
    ASSERT_TRUE(db_->run("INSERT INTO ward(name) VALUES (?1)", "north").ok());
    cut();
    EXPECT_EQ(refusal(db_->run("INSERT INTO ward(name) VALUES (?1)", "east")), kSqlIo);
    ASSERT_TRUE(db_->run("INSERT INTO ward(name) VALUES (?1)", "east").ok());
    auto transaction = db_->begin();
    ASSERT_TRUE(transaction.ok());
    cut();
    EXPECT_EQ(refusal(db_->run("INSERT INTO ward(name) VALUES (?1)", "west")), kSqlIo);
    EXPECT_EQ(refusal(transaction->commit()), kSqlIo);
    EXPECT_EQ(count("ward"), 2);
}

TEST_P(Sql, AnErrorQuotesNoValues) {
    ASSERT_TRUE(db_->run("INSERT INTO ward(name) VALUES (?1)", "Eriksson").ok());
    const Status again = db_->run("INSERT INTO ward(name) VALUES (?1)", "Eriksson");
    EXPECT_EQ(again.error().text().find("Eriksson"), std::string::npos);
}

TEST_P(Sql, SetsOfMigrationsAreApart) {
    const std::array<Migration, 1> other{{{1, "CREATE TABLE visit(id INTEGER PRIMARY KEY);"}}};
    ASSERT_TRUE(db_->migrate(other, "visits").ok());
    ASSERT_TRUE(db_->migrate(other, "visits").ok()); // nothing to do
    EXPECT_EQ(count("visit"), 0);
    EXPECT_EQ(refusal(db_->migrate({}, "visits")), kSqlNewer);
    EXPECT_TRUE(db_->migrate(kMigrations).ok());
}

TEST_P(Sql, IdsCountUp) {
    ASSERT_TRUE(db_->run("INSERT INTO ward(name) VALUES (?1)", "north").ok());
    const std::int64_t first = db_->last_insert_id();
    ASSERT_TRUE(db_->run("INSERT INTO ward(name) VALUES (?1)", "south").ok());
    EXPECT_EQ(db_->last_insert_id(), first + 1);
    ASSERT_TRUE(db_->run("UPDATE ward SET name = name || '!'").ok());
    EXPECT_EQ(db_->changed_rows(), 2);
}

TEST(SqlDialect, SaysStatementsInPostgresWords) {
    EXPECT_EQ(postgres_statement("SELECT '?1', a FROM b WHERE c = ?1 AND d = ?12"),
              "SELECT '?1', a FROM b WHERE c = $1 AND d = $12");
    EXPECT_EQ(parameters_of("SELECT ?2 + ?1 + '?9'"), 2);
    EXPECT_EQ(postgres_definition("CREATE TABLE a(id INTEGER PRIMARY KEY AUTOINCREMENT, "
                                  "b BLOB NOT NULL, c REAL, INTEGERS INTEGER, d TEXT DEFAULT "
                                  "'BLOB') STRICT;"),
              "CREATE TABLE a(id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, "
              "b BYTEA NOT NULL, c DOUBLE PRECISION, INTEGERS BIGINT, d TEXT DEFAULT 'BLOB') ;");
}

TEST(Postgres, AServerThatIsAwayIsNamed) {
    const auto opened = open_postgres("postgresql://nobody:secret@127.0.0.1:1/none");
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().kind(), kSqlIo);
    EXPECT_EQ(opened.error().text().find("secret"), std::string::npos);
}

TEST_P(Sql, WhatIsForgottenLeavesTheLog) {
    ASSERT_TRUE(db_->run("INSERT INTO ward(name) VALUES (?1)", "north").ok());
    if (GetParam() == Backend::sqlite) {
        EXPECT_GT(std::filesystem::file_size(directory_ / "test.db-wal"), 0U);
        const auto other = open();
        auto reading = other->prepare("SELECT name FROM ward");
        ASSERT_TRUE((*reading)->step().value());
        EXPECT_EQ(refusal(db_->forget("ward", true)), kSqlBusy);
    }
    EXPECT_TRUE(db_->forget("ward", true).ok());
    EXPECT_TRUE(db_->forget("ward", false).ok());
    EXPECT_EQ(count("ward"), 1);
    if (GetParam() == Backend::sqlite) {
        EXPECT_EQ(std::filesystem::file_size(directory_ / "test.db-wal"), 0U);
    }
}

} // namespace
} // namespace salus::store
