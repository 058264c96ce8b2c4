#include "chain/flat_state.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "chain/chain.hpp"
#include "chain/nodes.hpp"

namespace salus::chain {
namespace {

Address address_at(std::uint64_t i) {
    return right_aligned<20>(to_hash(uint256(i + 1)).bytes);
}

// Blocks of random changes over a few accounts and slots, kept in memory as well.
class FlatStateTest : public ::testing::Test {
protected:
    static constexpr std::uint64_t kAccounts = 6;
    static constexpr std::uint64_t kSlots = 8;

    std::uint64_t below(std::uint64_t limit) { return random_.next() % limit; }

    state::StateChanges random_changes() {
        state::StateChanges out;
        for (std::uint64_t i = 0; i < 3; ++i) {
            const Address address = address_at(below(kAccounts));
            const auto before = *memory_.account(address);
            state::AccountChange change;
            change.deleted = before && below(6) == 0;
            if (change.deleted) {
                out.accounts[address] = change;
                continue;
            }
            change.storage_cleared = before && below(6) == 0;
            change.nonce = below(100);
            change.balance = uint256(below(1000) + 1);
            for (std::uint64_t slot = 0; slot < kSlots; ++slot) {
                if (below(3) == 0) change.storage[slot] = uint256(below(4));
            }
            out.accounts[address] = change;
        }
        return out;
    }

    void add_block(std::uint64_t number) {
        const state::StateChanges changes = number == 0 ? state::StateChanges() : random_changes();
        memory_.apply(changes);
        const auto update = state::update_state(nodes(), root_, changes);
        ASSERT_TRUE(update.ok()) << update.error().text();
        store::WriteBatch batch;
        ASSERT_TRUE(put_update(batch, *store_, *update, number).ok());
        ASSERT_TRUE(store_->write(batch, true).ok());
        root_ = update->root;
        ASSERT_EQ(root_, state::state_root(memory_.as_changes())) << number;
        HeaderInfo block;
        block.header.number = number;
        block.header.state_root = root_;
        blocks_.push_back(block);
        history_.push_back(memory_);
    }

    StoredNodes nodes() { return {*store_, cache_}; }

    static void expect_same(const state::StateView& a, const state::StateView& b) {
        for (std::uint64_t i = 0; i < kAccounts; ++i) {
            const Address address = address_at(i);
            const auto left = *a.account(address);
            const auto right = *b.account(address);
            ASSERT_EQ(left.has_value(), right.has_value());
            if (!left) continue;
            EXPECT_EQ(left->nonce, right->nonce);
            EXPECT_EQ(left->balance, right->balance);
            for (std::uint64_t slot = 0; slot < kSlots; ++slot) {
                EXPECT_EQ(*a.storage(address, slot), *b.storage(address, slot));
            }
        }
    }

    std::size_t count(Kind kind) {
        std::size_t out = 0;
        EXPECT_TRUE(store_->scan(column(kind), {}, [&](ByteView, ByteView) { return ++out; }).ok());
        return out;
    }

    SeededRandom random_{11};
    std::unique_ptr<store::KeyValue> store_ = store::open_memory(Chain::columns());
    NodeCache cache_;
    state::MemoryState memory_;
    Hash32 root_ = crypto::kEmptyTrieRoot;
    std::vector<HeaderInfo> blocks_;
    std::vector<state::MemoryState> history_;
};

TEST_F(FlatStateTest, EveryPastStateReadsAndProvesAsItWas) {
    constexpr std::uint64_t kNewest = 60;
    for (std::uint64_t number = 0; number <= kNewest; ++number) add_block(number);
    expect_same(FlatState(*store_), memory_);
    for (std::uint64_t number = 0; number <= kNewest; ++number) {
        SCOPED_TRACE(number);
        expect_same(PastState(*store_, number), history_[number]);
        const auto back = update_back_to(*store_, kNewest, nodes(), root_, blocks_[number]);
        ASSERT_TRUE(back.ok()) << back.error().text();
        EXPECT_EQ(back->root, blocks_[number].header.state_root);
    }
}

// The store holds what the tries of the newest state need, and nothing else.
TEST_F(FlatStateTest, NoNodeIsLeftOver) {
    for (std::uint64_t number = 0; number <= 200; ++number) add_block(number);
    const state::MemoryNodes none;
    const auto fresh = state::update_state(none, crypto::kEmptyTrieRoot, memory_.as_changes());
    ASSERT_TRUE(fresh.ok());
    std::map<Bytes, Bytes> wanted, stored;
    for (const state::NodeChange& change : fresh->nodes) wanted[change.key] = change.node;
    ASSERT_TRUE(store_
                    ->scan(column(Kind::nodes), {},
                           [&](ByteView key, ByteView value) {
                               stored[to_bytes(key)] = to_bytes(value);
                               return true;
                           })
                    .ok());
    EXPECT_EQ(stored, wanted);
}

// Counts what is read of a column.
class CountingReader final : public store::Reader {
public:
    CountingReader(const store::Reader& below, Kind kind) : below_(below), kind_(kind) {}
    Result<std::optional<Bytes>> get(store::Column from, ByteView key) const override {
        if (from == column(kind_)) ++reads;
        return below_.get(from, key);
    }
    Status scan(store::Column from, ByteView first, const store::Visit& visit) const override {
        return below_.scan(from, first, visit);
    }
    mutable std::size_t reads = 0;

private:
    const store::Reader& below_;
    Kind kind_;
};

TEST_F(FlatStateTest, WhatARunHasReadIsWrittenAlikeAndNotReadAgain) {
    for (std::uint64_t number = 0; number <= 30; ++number) {
        const CountingReader again(*store_, Kind::storage);
        const NotedState noted(*store_);
        expect_same(noted, memory_); // reads every slot
        const auto update = state::update_state(nodes(), root_, random_changes());
        ASSERT_TRUE(update.ok());
        store::WriteBatch with, without;
        ASSERT_TRUE(put_update(with, again, *update, number, &noted.found()).ok());
        ASSERT_TRUE(put_update(without, *store_, *update, number).ok());
        ASSERT_EQ(with.operations().size(), without.operations().size());
        for (std::size_t i = 0; i < with.operations().size(); ++i) {
            EXPECT_EQ(with.operations()[i].column, without.operations()[i].column);
            EXPECT_EQ(with.operations()[i].key, without.operations()[i].key);
            EXPECT_EQ(with.operations()[i].value, without.operations()[i].value);
        }
        std::size_t unread = 0; // of accounts that are not there yet
        for (const auto& [account, change] : update->accounts) {
            if (!noted.found().contains(account)) unread += change.slots.size();
        }
        EXPECT_EQ(again.reads, unread);
        add_block(number);
    }
}

TEST_F(FlatStateTest, APastThatWasChangedIsFound) {
    for (std::uint64_t number = 0; number <= 20; ++number) add_block(number);
    Bytes key;
    ASSERT_TRUE(store_
                    ->scan(column(Kind::account_was), {},
                           [&](ByteView at, ByteView) {
                               key = to_bytes(at);
                               return true;
                           })
                    .ok());
    store::WriteBatch batch;
    put_record(batch, Kind::account_was, key, state::encode(state::Account{77, 77, {}, {}}));
    ASSERT_TRUE(store_->write(batch, true).ok());
    const std::uint64_t number = number_of_key(ByteView(key).subspan(32)) - 1;
    const auto back = update_back_to(*store_, 20, nodes(), root_, blocks_[number]);
    ASSERT_FALSE(back.ok());
    EXPECT_EQ(back.error().kind(), kDamaged);
}

TEST_F(FlatStateTest, TriesAreKeptForTheNewestBlocksAlone) {
    constexpr std::uint64_t kNewest = kTouchedBlocks + 5;
    for (std::uint64_t number = 0; number <= kNewest; ++number) add_block(number);
    EXPECT_EQ(count(Kind::touched), kTouchedBlocks);
    const auto oldest = kNewest - kTouchedBlocks;
    EXPECT_TRUE(update_back_to(*store_, kNewest, nodes(), root_, blocks_[oldest]).ok());
    const auto older = update_back_to(*store_, kNewest, nodes(), root_, blocks_[oldest - 1]);
    ASSERT_FALSE(older.ok());
    EXPECT_EQ(older.error().kind(), kTooOld);
    expect_same(PastState(*store_, oldest - 1), history_[oldest - 1]); // reads are for ever
}

} // namespace
} // namespace salus::chain
