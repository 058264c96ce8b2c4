#include "chain/notifier.hpp"

#include <gtest/gtest.h>

#include <future>

namespace salus::chain {
namespace {

constexpr std::size_t kMost = 10'000;

// A listener that stays in its first head until it is let go, while others queue up.
class Lagging : public ::testing::Test {
protected:
    Lagging() {
        subscription_ = notifier_.subscribe(
            {[this](const NewHead& head) {
                 heads_.push_back(head.block->header.number);
                 if (heads_.size() > 1) return;
                 entered_.set_value();
                 released_.get_future().wait();
             },
             [this](const std::shared_ptr<const TransactionInfo>&) { ++pending_; }});
        head(0, 1);
        entered_.get_future().wait();
    }
    void head(std::uint64_t number, std::size_t bytes) {
        auto block = std::make_shared<Block>();
        block->header.number = number;
        notifier_.head({false, std::move(block), nullptr}, bytes);
    }
    void pending(std::size_t data) {
        auto info = std::make_shared<TransactionInfo>();
        info->transaction.data = Bytes(data, 1);
        notifier_.pending(std::move(info));
    }
    void release_and_finish() {
        released_.set_value();
        notifier_.stop();
    }
    std::promise<void> entered_, released_;
    std::vector<std::uint64_t> heads_;
    int pending_ = 0;
    Notifier notifier_{kMost};
    Subscription subscription_;
};

TEST_F(Lagging, PendingOnesBeyondTheBytesAreNotToldOf) {
    for (int i = 0; i < 100; ++i) pending(1'500);
    release_and_finish();
    EXPECT_EQ(pending_, 4) << "2,012 bytes each";
}

TEST_F(Lagging, HeadsComeBeforePendingOnes) {
    for (int i = 0; i < 4; ++i) pending(1'500);
    for (std::uint64_t number = 1; number <= 3; ++number) head(number, 3'000);
    release_and_finish();
    EXPECT_EQ(heads_, (std::vector<std::uint64_t>{0, 1, 2, 3}));
    EXPECT_EQ(pending_, 0);
}

TEST_F(Lagging, OfTooManyHeadsTheNewestAreHeard) {
    for (std::uint64_t number = 1; number <= 50; ++number) head(number, 3'000);
    release_and_finish();
    EXPECT_EQ(heads_, (std::vector<std::uint64_t>{0, 48, 49, 50}));
}

TEST_F(Lagging, TheNewestHeadIsHeardWhateverItsSize) {
    head(1, 3'000);
    head(2, 50'000);
    release_and_finish();
    EXPECT_EQ(heads_, (std::vector<std::uint64_t>{0, 2}));
}

} // namespace
} // namespace salus::chain
