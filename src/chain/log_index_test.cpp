#include "chain/log_index.hpp"

#include <gtest/gtest.h>

#include "chain/chain.hpp"

namespace salus::chain {
namespace {

constexpr std::uint64_t kBlocks = 60;

Address address_no(std::size_t n) {
    Address out;
    out[19] = static_cast<Byte>(n);
    return out;
}
Hash32 topic_no(std::size_t n) {
    Hash32 out;
    out[31] = static_cast<Byte>(n + 100);
    return out;
}

// Blocks with logs of few addresses and topics, so that filters hit and miss.
class LogIndexTest : public testing::Test {
protected:
    LogIndexTest() {
        for (std::uint64_t number = 0; number < kBlocks; ++number) {
            std::vector<ReceiptInfo> receipts(pick(3));
            for (ReceiptInfo& receipt : receipts) {
                receipt.receipt.logs.resize(pick(3));
                for (state::Log& log : receipt.receipt.logs) log = some_log();
            }
            store::WriteBatch batch;
            put_log_index(batch, number, receipts);
            EXPECT_TRUE(store_->write(batch, false).ok());
            blocks_.push_back(std::move(receipts));
        }
    }
    std::size_t pick(std::size_t below) {
        seed_ = seed_ * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<std::size_t>(seed_ >> 33) % below;
    }
    state::Log some_log() {
        state::Log out;
        out.address = address_no(pick(5));
        for (std::size_t i = pick(4); i > 0; --i) out.topics.push_back(topic_no(pick(6)));
        return out;
    }
    LogFilter some_filter() {
        LogFilter out;
        for (std::size_t i = pick(3); i > 0; --i) out.addresses.push_back(address_no(pick(6)));
        out.topics.resize(pick(3));
        for (auto& topic : out.topics) {
            for (std::size_t i = pick(3); i > 0; --i) topic.push_back(topic_no(pick(7)));
        }
        return out;
    }
    std::vector<std::uint64_t> found(const LogFilter& filter, std::uint64_t from,
                                     std::uint64_t last) const {
        std::vector<std::uint64_t> out;
        LogBlocks index(*store_, filter);
        for (;;) {
            const auto number = index.next(from, last);
            EXPECT_TRUE(number.ok());
            if (!number.ok() || !*number) return out;
            out.push_back(**number);
            from = **number + 1;
        }
    }
    bool has_match(std::uint64_t number, const LogFilter& filter) const {
        return !matching_logs(blocks_[number], filter).empty();
    }

    std::uint64_t seed_ = 7;
    std::unique_ptr<store::KeyValue> store_ = store::open_memory(Chain::columns());
    std::vector<std::vector<ReceiptInfo>> blocks_;
};

TEST_F(LogIndexTest, LeavesOutNoBlockThatMatches) {
    std::size_t skipped = 0;
    std::size_t matched = 0;
    for (int turn = 0; turn < 500; ++turn) {
        const LogFilter filter = some_filter();
        if (!LogBlocks(*store_, filter).constrained()) continue;
        const std::uint64_t from = pick(kBlocks);
        const std::uint64_t last = from + pick(kBlocks - from);
        const auto numbers = found(filter, from, last);
        for (std::uint64_t number = 0; number < kBlocks; ++number) {
            const bool given = std::find(numbers.begin(), numbers.end(), number) != numbers.end();
            const bool in_range = number >= from && number <= last;
            EXPECT_TRUE(in_range || !given);
            const bool matches = in_range && has_match(number, filter);
            EXPECT_TRUE(!matches || given);
            matched += matches ? 1 : 0;
            skipped += in_range && !given ? 1 : 0;
        }
        EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
    }
    EXPECT_GT(matched, 100u);
    EXPECT_GT(skipped, 100u);
}

TEST_F(LogIndexTest, OneItemGivesExactlyItsBlocks) {
    LogFilter filter;
    filter.addresses = {address_no(3)};
    std::vector<std::uint64_t> wanted;
    for (std::uint64_t number = 0; number < kBlocks; ++number) {
        if (has_match(number, filter)) wanted.push_back(number);
    }
    EXPECT_EQ(found(filter, 0, kBlocks - 1), wanted);
    EXPECT_TRUE(found(filter, 5, 4).empty());
}

TEST_F(LogIndexTest, AnErasedBlockIsGone) {
    LogFilter filter;
    filter.addresses = {address_no(3)};
    const auto before = found(filter, 0, kBlocks - 1);
    ASSERT_FALSE(before.empty());
    store::WriteBatch batch;
    erase_log_index(batch, before[0], blocks_[before[0]]);
    ASSERT_TRUE(store_->write(batch, false).ok());
    EXPECT_EQ(found(filter, 0, kBlocks - 1),
              std::vector<std::uint64_t>(before.begin() + 1, before.end()));
}

TEST_F(LogIndexTest, ADamagedEntryIsToldByName) {
    LogFilter filter;
    filter.addresses = {address_no(3)};
    const auto numbers = found(filter, 0, kBlocks - 1);
    store::WriteBatch batch;
    for (const auto& key : log_index_keys(numbers[0], blocks_[numbers[0]])) {
        batch.put(column(Kind::log_index), key.bytes, Bytes{1, 2, 3, 4});
    }
    ASSERT_TRUE(store_->write(batch, false).ok());
    const auto answer = LogBlocks(*store_, filter).next(0, kBlocks - 1);
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().kind(), kDamaged);
}

} // namespace
} // namespace salus::chain
