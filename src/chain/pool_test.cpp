#include <gtest/gtest.h>

#include "chain/testing/world.hpp"

namespace salus::chain {
namespace {

using testing::address_of;
using testing::raw;
using testing::Sent;

// Nothing is sealed here: the clock stands at the genesis' second.
class PoolTest : public ::testing::Test {
protected:
    PoolTest() {
        world_.options.instant = false;
        world_.options.limits.pool_transactions = 6;
        world_.options.limits.sender_transactions = 4;
        world_.options.limits.nonce_gap = 10;
        SALUS_ASSERT(world_.open().ok());
    }
    Result<Hash32> submit(const Sent& sent) { return world_.submit(sent); }
    const ErrorKind& refusal(const Sent& sent) {
        auto result = submit(sent);
        SALUS_ASSERT(!result.ok());
        return result.error().kind();
    }
    std::uint64_t pending_nonce(std::size_t account) {
        return *(*world_.chain->at(Tag::pending))->nonce(address_of(account));
    }
    testing::World world_;
};

TEST_F(PoolTest, AnAcceptedTransactionIsPendingAndFoundByItsHash) {
    const auto hash = submit({});
    ASSERT_TRUE(hash.ok()) << hash.error().text();
    const auto found = world_.chain->transaction(*hash);
    ASSERT_TRUE(found.ok() && *found);
    EXPECT_EQ((*found)->sender, address_of(0));
    EXPECT_FALSE((*found)->place.has_value());
    EXPECT_FALSE(world_.chain->receipt(*hash)->has_value());
    EXPECT_EQ((*world_.chain->block(Tag::pending))->transactions.size(), 1u);
    EXPECT_EQ(world_.chain->pool_status().pending, 1u);
}

TEST_F(PoolTest, ThePendingNonceCountsWithoutGapsAndTheLatestDoesNot) {
    ASSERT_TRUE(submit({.nonce = 0}).ok());
    ASSERT_TRUE(submit({.nonce = 1}).ok());
    ASSERT_TRUE(submit({.nonce = 3}).ok());
    EXPECT_EQ(pending_nonce(0), 2u);
    EXPECT_EQ(*(*world_.chain->at(Tag::latest))->nonce(address_of(0)), 0u);
    EXPECT_EQ(world_.chain->pool_status().pending, 2u);
    EXPECT_EQ(world_.chain->pool_status().queued, 1u);
    const PoolContent content = world_.chain->pool_content();
    EXPECT_EQ(content.queued.at(address_of(0)).begin()->first, 3u);
    ASSERT_TRUE(submit({.nonce = 2}).ok());
    EXPECT_EQ(pending_nonce(0), 4u);
}

TEST_F(PoolTest, TheSameTransactionAgainIsAlreadyKnown) {
    ASSERT_TRUE(submit({}).ok());
    EXPECT_EQ(refusal({}), kAlreadyKnown);
}

TEST_F(PoolTest, AReplacementNeedsTenPercentMore) {
    ASSERT_TRUE(submit({.fee = 100}).ok());
    EXPECT_EQ(refusal({.value = 2, .fee = 100}), kUnderpriced);
    EXPECT_EQ(refusal({.value = 2, .fee = 109}), kUnderpriced);
    ASSERT_TRUE(submit({.value = 2, .fee = 110}).ok());
    EXPECT_EQ(world_.chain->pool_status().pending, 1u);
    EXPECT_EQ((*world_.chain->block(Tag::pending))->transactions[0].transaction.value, uint256(2));
}

TEST_F(PoolTest, AFreeTransactionIsReplacedByAnyFee) {
    ASSERT_TRUE(submit({.fee = 0}).ok());
    EXPECT_EQ(refusal({.value = 2, .fee = 0}), kUnderpriced);
    EXPECT_TRUE(submit({.value = 2, .fee = 1}).ok());
}

TEST_F(PoolTest, RefusalsHaveNames) {
    EXPECT_EQ(refusal({.nonce = 11}), kNonceTooFar);
    EXPECT_EQ(refusal({.gas = 20'999}), state::kIntrinsicGas);
    EXPECT_EQ(refusal({.gas = state::kMaxTransactionGas + 1}), state::kGasAboveCap);
    EXPECT_EQ(refusal({.gas = testing::kTestGasLimit / 2 + 1}), kGasAbovePool);
    EXPECT_EQ(refusal({.chain_id = 1}), state::kWrongChain);
    EXPECT_EQ(refusal({.value = testing::ether(10'001)}), state::kInsufficientFunds);
    EXPECT_EQ(refusal({.fee = testing::ether(1)}), state::kInsufficientFunds);
    EXPECT_EQ(refusal({.fee = uint256(1) << 250}), state::kCostOverflow);
    EXPECT_EQ(refusal({.from = testing::kRichAccounts, .value = 1}), state::kInsufficientFunds);
    EXPECT_EQ(refusal({.data = Bytes(128 * 1024, 0), .gas = 16'000'000}), kOversized);
    EXPECT_EQ(refusal({.to = {}, .data = Bytes(49'153, 0), .gas = 16'000'000}),
              state::kInitCodeTooLarge);
}

TEST_F(PoolTest, WhoHasNothingMayActForFree) {
    EXPECT_TRUE(submit({.from = testing::kRichAccounts, .value = 0}).ok());
}

TEST_F(PoolTest, PendingOnesTogetherMustBePaidFor) {
    ASSERT_TRUE(submit({.nonce = 0, .value = testing::ether(6'000)}).ok());
    EXPECT_EQ(refusal({.nonce = 1, .value = testing::ether(6'000)}), state::kInsufficientFunds);
    ASSERT_TRUE(submit({.nonce = 1, .value = testing::ether(4'000)}).ok());
}

TEST_F(PoolTest, BytesThatAreNoTransactionAreRefusedByTheirFault) {
    const auto kind = [&](const Bytes& bytes) -> const ErrorKind& {
        auto result = world_.chain->submit(bytes);
        SALUS_ASSERT(!result.ok());
        return result.error().kind();
    };
    EXPECT_EQ(kind({0x03, 0xc0}), kBlobRefused);
    EXPECT_EQ(kind({0x05, 0xc0}), state::kUnknownType);
    EXPECT_EQ(kind(Bytes(200'000, 0x01)), kOversized);
    Bytes cut = raw(Sent{});
    cut.pop_back();
    EXPECT_FALSE(world_.chain->submit(cut).ok());
    EXPECT_FALSE(world_.chain->submit(Bytes{}).ok());
    state::Transaction high = testing::make_transaction({});
    high.s = crypto::secp256k1::kOrder - high.s;
    EXPECT_EQ(kind(state::encode(high)), state::kBadSignatureValue);
    EXPECT_EQ(world_.chain->pool_status().pending, 0u);
}

TEST_F(PoolTest, ALegacyTransactionWithoutChainIdIsRefused) {
    state::Transaction old;
    old.nonce = 0;
    old.gas_limit = 21'000;
    old.to = address_of(1);
    ASSERT_TRUE(state::sign(old, testing::key_of(0)).ok());
    EXPECT_EQ(world_.chain->submit(state::encode(old)).error().kind(), kUnprotected);
    old.chain_id = testing::kTestChainId;
    ASSERT_TRUE(state::sign(old, testing::key_of(0)).ok());
    EXPECT_TRUE(world_.chain->submit(state::encode(old)).ok());
}

TEST_F(PoolTest, LimitsHoldForASenderAndForAll) {
    for (std::uint64_t nonce = 0; nonce < 4; ++nonce) ASSERT_TRUE(submit({.nonce = nonce}).ok());
    EXPECT_EQ(refusal({.nonce = 4}), kSenderFull);
    ASSERT_TRUE(submit({.from = 1}).ok());
    ASSERT_TRUE(submit({.from = 2}).ok());
    EXPECT_EQ(refusal({.from = 3}), kPoolFull);
    EXPECT_TRUE(submit({.from = 2, .fee = 1}).ok()) << "a replacement needs no room";
}

TEST_F(PoolTest, GappedOnesHaveLimitsOfTheirOwn) {
    world_.options.limits.sender_gapped = 2;
    world_.options.limits.pool_gapped = 3;
    SALUS_ASSERT(world_.open().ok());
    ASSERT_TRUE(submit({.nonce = 2}).ok());
    ASSERT_TRUE(submit({.nonce = 4}).ok());
    EXPECT_EQ(refusal({.nonce = 6}), kGappedFull) << "of one sender";
    EXPECT_TRUE(submit({.nonce = 4, .fee = 1}).ok()) << "a replacement adds none";
    ASSERT_TRUE(submit({.from = 1, .nonce = 1}).ok());
    EXPECT_EQ(refusal({.from = 2, .nonce = 1}), kGappedFull) << "of all senders";
    ASSERT_TRUE(submit({.from = 1, .nonce = 0}).ok());
    EXPECT_TRUE(submit({.from = 2, .nonce = 1}).ok()) << "the gap of another was filled";
}

TEST_F(PoolTest, AFullPoolGivesUpItsOldestGappedOneForOneThatMayBeSealed) {
    const auto oldest = submit({.from = 0, .nonce = 5});
    ASSERT_TRUE(submit({.from = 1, .nonce = 7}).ok());
    for (std::uint64_t nonce = 0; nonce < 4; ++nonce) {
        ASSERT_TRUE(submit({.from = 2, .nonce = nonce}).ok());
    }
    EXPECT_EQ(refusal({.from = 3, .nonce = 1}), kPoolFull) << "it would wait as well";
    ASSERT_TRUE(submit({.from = 3, .nonce = 0}).ok());
    EXPECT_FALSE(world_.chain->transaction(*oldest)->has_value());
    EXPECT_EQ(world_.chain->dropped(*oldest)->kind(), kEvicted);
    EXPECT_EQ(world_.chain->pool_status().pending, 5u);
    ASSERT_TRUE(submit({.from = 4, .nonce = 0}).ok());
    EXPECT_EQ(world_.chain->pool_status().queued, 0u);
    EXPECT_EQ(refusal({.from = 5, .nonce = 0}), kPoolFull) << "nobody waits any more";
    ASSERT_TRUE(submit({.from = 2, .nonce = 3, .fee = 1}).ok()) << "this writes the journal";
    SALUS_ASSERT(world_.open().ok());
    EXPECT_FALSE(world_.chain->transaction(*oldest)->has_value()) << "it left the journal too";
    EXPECT_EQ(world_.chain->pool_status().pending, 6u);
}

TEST_F(PoolTest, AReplacementMayNotExceedTheBytes) {
    world_.options.limits.pool_bytes = 400;
    SALUS_ASSERT(world_.open().ok());
    ASSERT_TRUE(submit({.from = 0}).ok());
    ASSERT_TRUE(submit({.from = 1, .nonce = 3}).ok());
    EXPECT_EQ(refusal({.data = Bytes(400, 1), .gas = 100'000, .fee = 1}), kPoolFull);
    EXPECT_EQ(world_.chain->pool_status().queued, 1u) << "evicting it would not have been enough";
    EXPECT_TRUE(submit({.data = Bytes(230, 1), .gas = 100'000, .fee = 1}).ok());
    EXPECT_EQ(world_.chain->pool_status().queued, 0u);
}

TEST_F(PoolTest, ThePendingBlockHoldsWhatFitsAndItsHeaderCountsThem) {
    world_.genesis.header.gas_limit = 100'000;
    world_.disk = store::open_memory(Chain::columns());
    SALUS_ASSERT(world_.open().ok());
    for (std::uint64_t nonce = 0; nonce < 4; ++nonce) ASSERT_TRUE(submit({.nonce = nonce}).ok());
    const auto block = *world_.chain->block(Tag::pending);
    EXPECT_EQ(block->transactions.size(), 2u) << "42,000 of 50,000 gas";
    EXPECT_EQ((*world_.chain->header(Tag::pending))->transaction_count, 2u);
    EXPECT_EQ((*world_.chain->header(Tag::pending))->size, block->size);
    EXPECT_TRUE(world_.chain->transaction(Tag::pending, 1)->has_value());
    EXPECT_FALSE(world_.chain->transaction(Tag::pending, 2)->has_value());
}

TEST_F(PoolTest, ThePoolsContentIsSharedNotCopied) {
    ASSERT_TRUE(submit({}).ok());
    const PoolContent first = world_.chain->pool_content();
    const PoolContent second = world_.chain->pool_content();
    EXPECT_EQ(first.pending.at(address_of(0)).at(0), second.pending.at(address_of(0)).at(0));
}

TEST_F(PoolTest, WhatWasAcceptedIsRestoredWhateverTheLimits) {
    for (std::uint64_t nonce = 1; nonce < 4; ++nonce) ASSERT_TRUE(submit({.nonce = nonce}).ok());
    world_.options.limits.sender_gapped = 1;
    world_.options.limits.pool_transactions = 2;
    world_.options.limits.nonce_gap = 2;
    SALUS_ASSERT(world_.open().ok());
    EXPECT_EQ(world_.chain->pool_status().queued, 3u);
}

TEST_F(PoolTest, ManyAtOnceGetTheirAnswersInOrder) {
    const std::vector<Bytes> raws{raw({.nonce = 1}), raw({.nonce = 0, .chain_id = 5}),
                                  raw({.nonce = 0}), Bytes{1, 2, 3}};
    const auto results = world_.chain->submit_many(raws);
    ASSERT_EQ(results.size(), 4u);
    EXPECT_EQ(*results[0], crypto::keccak256(raws[0]));
    EXPECT_EQ(results[1].error().kind(), state::kWrongChain);
    EXPECT_EQ(*results[2], crypto::keccak256(raws[2]));
    EXPECT_FALSE(results[3].ok());
    EXPECT_EQ(pending_nonce(0), 2u);
}

TEST_F(PoolTest, ThePendingBlockIsOrderedByFeeThenArrivalWithNoncesInOrder) {
    ASSERT_TRUE(submit({.from = 0, .nonce = 0, .fee = 5}).ok());
    ASSERT_TRUE(submit({.from = 1, .nonce = 1, .fee = 900}).ok());
    ASSERT_TRUE(submit({.from = 2, .nonce = 0, .fee = 5}).ok());
    ASSERT_TRUE(submit({.from = 1, .nonce = 0, .fee = 7}).ok());
    std::vector<std::pair<Address, std::uint64_t>> order;
    const auto pending = *world_.chain->block(Tag::pending);
    for (const TransactionInfo& info : pending->transactions) {
        order.emplace_back(info.sender, info.transaction.nonce);
    }
    const std::vector<std::pair<Address, std::uint64_t>> expected{
        {address_of(1), 0}, {address_of(1), 1}, {address_of(0), 0}, {address_of(2), 0}};
    EXPECT_EQ(order, expected);
}

} // namespace
} // namespace salus::chain
