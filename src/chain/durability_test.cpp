// When the journal's disk is slow, or fails once and works again.
#include <gtest/gtest.h>

#include <condition_variable>
#include <future>

#include <mutex>
#include <thread>

#include "chain/records.hpp"
#include "chain/testing/world.hpp"
#include "store/testing/faulty.hpp"

namespace salus::chain {
namespace {

using namespace std::chrono_literals;
using testing::raw;
using testing::Sent;

// Fails or holds back single writes, and then goes on.
class MoodyKeyValue final : public store::KeyValue {
public:
    Result<std::optional<Bytes>> get(store::Column column, ByteView key) const override {
        return below_->get(column, key);
    }
    Status scan(store::Column column, ByteView first, const store::Visit& visit) const override {
        return below_->scan(column, first, visit);
    }
    std::unique_ptr<store::Snapshot> snapshot() const override { return below_->snapshot(); }
    Status write(const store::WriteBatch& batch, bool durable) override {
        std::unique_lock lock(mutex_);
        ++begun_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return !held_; });
        if (std::exchange(fail_next_, false)) return Error(store::kStoreIo, "in a bad mood");
        return below_->write(batch, durable);
    }
    void fail_next() {
        const std::lock_guard lock(mutex_);
        fail_next_ = true;
    }
    void hold(bool held) {
        const std::lock_guard lock(mutex_);
        held_ = held;
        begun_ = 0;
        changed_.notify_all();
    }
    void wait_for_a_write() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return begun_ != 0; });
    }

private:
    std::unique_ptr<store::KeyValue> below_ = store::open_memory(Chain::columns());
    std::mutex mutex_;
    std::condition_variable changed_;
    bool held_ = false, fail_next_ = false;
    int begun_ = 0;
};

class Durability : public ::testing::Test {
protected:
    Durability() {
        world_.disk = disk_;
        world_.options.instant = false; // nothing is sealed: the clock stands
        SALUS_ASSERT(world_.open().ok());
    }
    std::future<Result<Hash32>> submit_aside(const Sent& sent) {
        return std::async(std::launch::async, [this, sent] { return world_.submit(sent); });
    }
    std::size_t journal_size() {
        std::size_t out = 0;
        const Status scanned =
            disk_->scan(column(Kind::journal), {}, [&](ByteView, ByteView) { return ++out, true; });
        SALUS_ASSERT(scanned.ok());
        return out;
    }
    uint256 pending_value() {
        const auto block = *world_.chain->block(Tag::pending);
        SALUS_ASSERT(block->transactions.size() == 1);
        return block->transactions[0].transaction.value;
    }
    std::shared_ptr<MoodyKeyValue> disk_ = std::make_shared<MoodyKeyValue>();
    testing::World world_;
};

TEST_F(Durability, AlreadyKnownIsAnsweredWhenTheFirstCopyIsOnDisk) {
    disk_->hold(true);
    auto first = submit_aside({});
    disk_->wait_for_a_write();
    auto second = submit_aside({});
    EXPECT_EQ(second.wait_for(50ms), std::future_status::timeout);
    disk_->hold(false);
    EXPECT_TRUE(first.get().ok());
    EXPECT_EQ(second.get().error().kind(), kAlreadyKnown);
    EXPECT_EQ(journal_size(), 1u);
}

TEST_F(Durability, AlreadyKnownIsNotAnsweredWhenTheFirstCopyCannotBeWritten) {
    disk_->hold(true);
    auto first = submit_aside({});
    disk_->wait_for_a_write();
    auto second = submit_aside({});
    std::this_thread::sleep_for(50ms); // it waits for the disk
    disk_->fail_next();
    disk_->hold(false);
    const auto answer = second.get();
    const bool pending = world_.chain->transaction(crypto::keccak256(raw(Sent{})))->has_value();
    // Either it was written for the second, or neither is acknowledged.
    if (answer.error().kind() == kAlreadyKnown) {
        EXPECT_TRUE(first.get().ok());
        EXPECT_TRUE(pending);
        EXPECT_EQ(journal_size(), 1u);
    } else {
        EXPECT_EQ(answer.error().kind(), store::kStoreIo);
        EXPECT_EQ(first.get().error().kind(), store::kStoreIo);
    }
}

TEST_F(Durability, WhatAReplacementThatFailedTookOutIsPendingAgain) {
    ASSERT_TRUE(world_.submit({.value = 5}).ok());
    disk_->fail_next();
    EXPECT_EQ(world_.submit({.value = 6, .fee = 1}).error().kind(), store::kStoreIo);
    EXPECT_EQ(pending_value(), uint256(5));
    SALUS_ASSERT(world_.open().ok());
    EXPECT_EQ(pending_value(), uint256(5));
}

TEST_F(Durability, ReplacementsOfReplacementsAreUndoneInTheirOrder) {
    ASSERT_TRUE(world_.submit({.value = 5}).ok());
    disk_->fail_next();
    const std::vector<Bytes> raws{raw({.value = 6, .fee = 1}), raw({.value = 7, .fee = 2})};
    for (const auto& result : world_.chain->submit_many(raws)) EXPECT_FALSE(result.ok());
    EXPECT_EQ(pending_value(), uint256(5));
    ASSERT_TRUE(world_.submit({.value = 8, .fee = 1}).ok());
    EXPECT_EQ(pending_value(), uint256(8));
}

TEST_F(Durability, WhatIsToLeaveTheJournalLeavesItAfterAFailedWriteToo) {
    ASSERT_TRUE(world_.submit({.value = 5}).ok());
    ASSERT_TRUE(world_.submit({.value = 6, .fee = 1}).ok()); // the first leaves with the next write
    disk_->fail_next();
    EXPECT_FALSE(world_.submit({.from = 1}).ok());
    ASSERT_TRUE(world_.submit({.from = 2}).ok());
    EXPECT_EQ(journal_size(), 2u);
}

TEST(BrokenDisk, IsToldOfAndStopsTheChainUntilAStart) {
    const auto disk = std::make_shared<store::FaultyKeyValue>(store::open_memory(Chain::columns()));
    testing::World world;
    world.disk = disk;
    world.options.instant = false;
    SALUS_ASSERT(world.open().ok());
    EXPECT_FALSE(world.chain->failure());
    disk->fail_at(1, store::Fault::lost); // and all that come after it
    EXPECT_EQ(world.submit({}).error().kind(), store::kStoreIo);
    const auto failure = world.chain->failure();
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->kind(), store::kStoreIo);
    EXPECT_NE(failure->detail().find("start it again"), std::string::npos);
    EXPECT_EQ(world.chain->head().header.number, 0u) << "reads go on";
}

} // namespace
} // namespace salus::chain
