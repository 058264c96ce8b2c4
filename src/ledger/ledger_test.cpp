#include "ledger/ledger.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "ledger/engines_test.hpp"

namespace salus::ledger {
namespace {

class LedgerTest : public OnBothEngines {
protected:
    Placed take(const Block& block) {
        const auto placed = ledger_->append(block, kNow);
        SALUS_ASSERT(placed.ok());
        return *placed;
    }
    void expect_refused(const Block& block, const ErrorKind& kind, std::uint64_t now = kNow) {
        const auto placed = ledger_->append(block, now);
        ASSERT_FALSE(placed.ok());
        EXPECT_EQ(placed.error().kind(), kind) << placed.error().text();
    }
    static Block changed(Block block, const std::function<void(Header&)>& change) {
        change(block.header);
        return seal(block.header, block.entries, key(2), kDomain).value();
    }
};

TEST_P(LedgerTest, TwoWhoWriteAtOnceBothSucceed) {
    const Block first = genesis();
    const Block left = child({first}, "left", 2);
    const Block right = child({first}, "right", 3);
    const Block both = child({left, right}, "both", 2);
    for (const Block& block : {first, left, right}) EXPECT_TRUE(take(block).fresh);
    EXPECT_EQ(ledger_->heads(chain_of(first.header))->heads.size(), 2U);
    EXPECT_EQ(take(both).index, 3U);
    const ChainHeads heads = ledger_->heads(chain_of(first.header)).value();
    EXPECT_EQ(heads.heads, std::vector{hash_of(both.header)});
    EXPECT_EQ(heads.height, 2U);
}

TEST_P(LedgerTest, EveryNodeGivesTheSameOrder) {
    const Block first = genesis();
    const std::vector<Block> blocks{child({first}, "a"), child({first}, "b"), child({first}, "c")};
    take(first);
    for (const Block& block : blocks) take(block);
    const auto here = ledger_->history(chain_of(first.header), 100).value();
    const auto other_db = store::open_sqlite(":memory:").value();
    const auto other = Ledger::open(*other_db, kDomain).value();
    ASSERT_TRUE(other->append(first, kNow).ok());
    for (const std::size_t i : {2U, 0U, 1U}) ASSERT_TRUE(other->append(blocks[i], kNow).ok());
    EXPECT_EQ(other->history(chain_of(first.header), 100).value(), here);
    // In pieces, too.
    std::vector<Block> pieces;
    std::optional<BlockHash> after;
    while (true) {
        const auto more = ledger_->history(chain_of(first.header), 1, after).value();
        if (more.empty()) break;
        pieces.push_back(more[0]);
        after = hash_of(more[0].header);
    }
    EXPECT_EQ(pieces, here);
}

TEST_P(LedgerTest, ABlockIsTakenOnce) {
    const Block first = genesis();
    take(first);
    const Placed again = take(first);
    EXPECT_FALSE(again.fresh);
    EXPECT_EQ(again.index, 0U);
    EXPECT_EQ(ledger_->log_size().value(), 1U);
}

TEST_P(LedgerTest, RefusesByName) {
    const Block first = genesis();
    const Block good = child({first});
    expect_refused(good, kUnknownParent);
    take(first);
    Block forged = good;
    forged.header.author = Address{};
    expect_refused(forged, kBadAuthor);
    expect_refused(changed(good, [](Header& h) { h.height = 2; }), kBadHeight);
    expect_refused(changed(good, [](Header& h) { h.time = kNow - 1; }), kBadTime);
    expect_refused(changed(good, [](Header& h) { h.time = kNow + kClockSkew + 1; }), kBadTime);
    expect_refused(changed(good, [](Header& h) { h.chain[0] ^= 1; }), kUnknownParent);
    take(genesis(5));
    const Block foreign = child({genesis(5)});
    expect_refused(changed(good, [&](Header& h) { h.parents = foreign.header.parents; }),
                   kUnknownParent);
    EXPECT_EQ(ledger_->heads(Hash32{}).error().kind(), kUnknownChain);
    EXPECT_EQ(ledger_->block(Hash32{}).error().kind(), kUnknownBlock);
    EXPECT_EQ(ledger_->history(chain_of(first.header), 1, Hash32{}).error().kind(), kUnknownBlock);
    EXPECT_EQ(ledger_->log_size().value(), 2U);
}

TEST_P(LedgerTest, EveryBlockIsProvedInTheLog) {
    std::vector<Block> blocks{genesis()};
    take(blocks[0]);
    for (int i = 0; i < 20; ++i) {
        blocks.push_back(child({blocks.back()}, std::to_string(i)));
        take(blocks.back());
    }
    const std::uint64_t size = ledger_->log_size().value();
    const Hash32 root = ledger_->log_root(size).value();
    for (std::uint64_t i = 0; i < size; ++i) {
        const BlockHash hash = hash_of(blocks[i].header);
        EXPECT_EQ(ledger_->index_of(hash).value(), i);
        EXPECT_EQ(ledger_->block(hash).value(), blocks[i]);
        const auto proof = ledger_->log_inclusion(i, size).value();
        EXPECT_TRUE(merkle::verify_inclusion(i, size, log_leaf(hash), proof, root).ok());
        const auto growth = ledger_->log_consistency(i + 1, size).value();
        const Hash32 before = ledger_->log_root(i + 1).value();
        EXPECT_TRUE(merkle::verify_consistency(i + 1, size, before, root, growth).ok());
    }
}

// What a transaction wrote and rolled back leaves no trace in the log that goes on.
TEST_P(LedgerTest, ARollBackTakesTheLogBackAsWell) {
    const Block first = genesis();
    take(first);
    {
        auto transaction = db_->begin().value();
        take(child({first}, "lost"));
        take(child({first}, "lost as well"));
    }
    const Block kept = child({first}, "kept");
    EXPECT_EQ(take(kept).index, 1U);
    const std::vector leaves{log_leaf(hash_of(first.header)), log_leaf(hash_of(kept.header))};
    EXPECT_EQ(ledger_->log_root(2).value(), merkle::root_of(leaves));
}

ON_BOTH_ENGINES(LedgerTest);

} // namespace
} // namespace salus::ledger
