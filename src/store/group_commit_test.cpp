#include "store/group_commit.hpp"

#include <atomic>
#include <thread>

#include "store/sql_world_test.hpp"

namespace salus::store {
namespace {

class Group : public Sql {
protected:
    static GroupCommit::Job ward(const std::string& name) {
        return [name](Database& db) { return db.run("INSERT INTO ward(name) VALUES (?1)", name); };
    }
};

INSTANTIATE_TEST_SUITE_P(Backends, Group, testing::Values(Backend::sqlite, Backend::postgres),
                         testing::PrintToStringParamName());

TEST_P(Group, EveryJobOfManyThreadsIsCommitted) {
    GroupCommit group(*db_, 5);
    std::atomic<int> failed{0};
    std::vector<std::thread> threads;
    threads.reserve(8);
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 25; ++i) {
                if (!group.run(ward(std::to_string(t) + "/" + std::to_string(i))).ok()) ++failed;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(count("ward"), 200);
}

TEST_P(Group, WhatIsAcknowledgedIsThereForAnother) {
    GroupCommit group(*db_);
    const auto other = open();
    ASSERT_TRUE(group.run(ward("north")).ok());
    auto rows = other->prepare("SELECT count(*) FROM ward");
    ASSERT_TRUE((*rows)->step().value());
    EXPECT_EQ((*rows)->integer(0), 1);
}

// Whoever waits is woken when some group was committed, which need not be his own.
TEST_P(Group, NobodyIsAnsweredBeforeHisOwnGroupIsCommitted) {
    GroupCommit group(*db_, 3);
    std::atomic<int> early{0};
    std::vector<std::thread> threads;
    threads.reserve(8);
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t, other = open()] {
            for (int i = 0; i < 25; ++i) {
                const std::string name = std::to_string(t) + "/" + std::to_string(i);
                SALUS_ASSERT(group.run(ward(name)).ok());
                auto rows = other->query("SELECT id FROM ward WHERE name = ?1", name);
                if (!(*rows)->step().value()) ++early;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(early, 0);
}

TEST_P(Group, ARefusedJobTakesNoOtherWithIt) {
    GroupCommit group(*db_);
    std::atomic<int> refused{0};
    std::vector<std::thread> threads;
    threads.reserve(8);
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            const auto job = [t](Database& db) -> Status {
                SALUS_TRY(db.run("INSERT INTO ward(name) VALUES (?1)", "w" + std::to_string(t)));
                return db.run("INSERT INTO bed(ward) SELECT id FROM ward WHERE name = ?1 "
                              "UNION ALL SELECT -1 WHERE ?2 = 1",
                              "w" + std::to_string(t), t % 2);
            };
            const Status done = group.run(job);
            if (!done.ok() && done.error().kind() == kSqlConstraint) ++refused;
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(refused, 4);
    EXPECT_EQ(count("ward"), 4);
    EXPECT_EQ(count("bed"), 4);
}

TEST_P(Group, AnotherProcesssLockFailsTheWholeGroup) {
    const auto other = open();
    auto transaction = other->begin();
    GroupCommit group(*db_);
    EXPECT_EQ(refusal(group.run(ward("north"))), kSqlBusy);
    ASSERT_TRUE(transaction->commit().ok());
    EXPECT_TRUE(group.run(ward("north")).ok());
}

} // namespace
} // namespace salus::store
