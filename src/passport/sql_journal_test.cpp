#include "passport/sql_journal.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "passport/schema.hpp"

namespace salus::passport {
namespace {

struct SqlJournalTest : ::testing::Test {
    // Tests of one program may run side by side, each in a process of its own.
    std::filesystem::path folder = std::filesystem::path(::testing::TempDir()) /
                                   ("sql_journal_test-" + std::to_string(::getpid()));

    SqlJournalTest() {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
    }
    ~SqlJournalTest() override { std::filesystem::remove_all(folder); }
    std::unique_ptr<store::Database> open(std::span<const store::Migration> steps) const {
        auto database = store::open_sqlite((folder / "salus.sqlite").string());
        SALUS_ASSERT(database.ok());
        SALUS_ASSERT((*database)->migrate(steps).ok());
        return std::move(*database);
    }
};

TEST_F(SqlJournalTest, KeepsTheGenesis) {
    const auto database = open(migrations());
    SqlJournal journal(*database);
    std::vector<eth::JournalEntry> entries(2);
    entries[0].chain_id = entries[1].chain_id = 7;
    entries[0].purpose_key = "a";
    entries[0].genesis.emplace().bytes.fill(0x11);
    ASSERT_TRUE(journal.insert(entries).ok());
    const auto pending = journal.pending(7, {});
    ASSERT_TRUE(pending.ok()) << pending.error().text();
    ASSERT_EQ(pending->size(), 2u);
    EXPECT_EQ((*pending)[0].genesis, entries[0].genesis);
    EXPECT_FALSE((*pending)[1].genesis.has_value());
    EXPECT_EQ((*journal.find(7, {}, "a"))->genesis, entries[0].genesis);
}

TEST_F(SqlJournalTest, ReadsWhatWasWrittenBeforeTheGenesisWasKept) {
    ASSERT_TRUE(
        open(migrations().first(1))
            ->run("INSERT INTO sender_journal(chain_id, account, nonce, hash, raw, purpose_key, "
                  "state, data, value, gas, max_fee, priority_fee) VALUES (7, zeroblob(20), 3, "
                  "zeroblob(32), x'02', 'a', 0, x'', '0', 21000, '1', '1')")
            .ok());
    const auto database = open(migrations());
    const auto pending = SqlJournal(*database).pending(7, {});
    ASSERT_TRUE(pending.ok()) << pending.error().text();
    ASSERT_EQ(pending->size(), 1u);
    EXPECT_EQ(pending->front().nonce, 3u);
    EXPECT_FALSE(pending->front().genesis.has_value());
}

} // namespace
} // namespace salus::passport
