#include <gtest/gtest.h>

#include <thread>

#include <atomic>
#include <mutex>

#include "chain/testing/world.hpp"

namespace salus::chain {
namespace {

using namespace std::chrono_literals;
using testing::address_of;
using testing::ether;
using testing::raw;
using testing::Sent;

class Sealing : public ::testing::Test {
protected:
    void open() {
        const Status opened = world_.open();
        SALUS_ASSERT(opened.ok());
    }
    Chain& chain() { return *world_.chain; }
    std::uint64_t height() { return chain().head().header.number; }

    testing::World world_;
};

TEST_F(Sealing, ATransferMovesValueAndItsReceiptNamesItsPlace) {
    open();
    const ReceiptInfo receipt = world_.sealed({.value = ether(3)});
    EXPECT_TRUE(receipt.receipt.success);
    EXPECT_EQ(receipt.gas_used, 21'000u);
    EXPECT_EQ(receipt.place.block_number, 1u);
    EXPECT_EQ(receipt.sender, address_of(0));
    EXPECT_EQ(receipt.to, address_of(1));
    EXPECT_FALSE(receipt.contract_address.has_value());
    EXPECT_EQ(world_.balance(1), ether(10'003));
    EXPECT_EQ(world_.balance(1, std::uint64_t{0}), ether(10'000));
    const auto block = chain().block(receipt.place.block_hash);
    ASSERT_TRUE(block.ok() && *block);
    EXPECT_EQ((*block)->transactions.at(0).hash, receipt.transaction_hash);
    EXPECT_EQ((*block)->transactions.at(0).place->block_number, 1u);
}

TEST_F(Sealing, HeadersFollowMainnetsRules) {
    open();
    const state::BlockHeader parent = chain().head().header;
    world_.sealed({.value = 0, .data = Bytes(1000, 1), .gas = 100'000});
    const HeaderInfo head = chain().head();
    EXPECT_TRUE(state::check_header(chain().config(), parent, head.header).ok());
    EXPECT_EQ(state::hash(head.header), head.hash);
    EXPECT_EQ(head.header.parent_hash, chain().genesis_hash());
    EXPECT_EQ(head.header.base_fee_per_gas, uint256());
    EXPECT_EQ(head.transaction_count, 1u);
    state::Block block;
    block.header = head.header;
    block.withdrawals.emplace();
    block.transactions = {(*chain().block(Tag::latest))->transactions[0].transaction};
    EXPECT_TRUE(state::check_body(chain().config(), block).ok());
    EXPECT_EQ(state::encode(block).size(), head.size);
}

TEST_F(Sealing, EveryBlockHasItsSealAndTheGenesisNone) {
    open();
    const ReceiptInfo receipt = world_.sealed({});
    const auto seal = chain().seal(1);
    ASSERT_TRUE(seal.ok() && *seal);
    EXPECT_TRUE(equal(ByteView((*seal)->bytes).first(32), receipt.place.block_hash.bytes));
    EXPECT_EQ((**seal)[33], 1);
    EXPECT_FALSE(chain().seal(0)->has_value());
    EXPECT_FALSE(chain().seal(2)->has_value());
}

TEST_F(Sealing, BlocksKeepToOneASecondAndNeverRunAheadOfTheClock) {
    world_.options.instant = false;
    open();
    const auto first = world_.submit({.nonce = 0});
    std::this_thread::sleep_for(60ms);
    EXPECT_EQ(height(), 0u) << "the clock still shows the genesis' second";
    world_.clock.advance(1000ms);
    EXPECT_EQ(world_.wait(*first).place.timestamp, testing::kGenesisTime + 1);
    const auto second = world_.submit({.nonce = 1});
    const auto third = world_.submit({.nonce = 2});
    std::this_thread::sleep_for(60ms);
    EXPECT_EQ(height(), 1u);
    world_.clock.advance(5500ms);
    EXPECT_EQ(world_.wait(*second).place.timestamp, testing::kGenesisTime + 6);
    EXPECT_EQ(world_.wait(*third).place.block_number, 2u);
}

TEST_F(Sealing, WithABlockTimeEmptyBlocksComeAtItsPace) {
    world_.options.instant = false;
    world_.options.block_time = 3s;
    open();
    world_.clock.advance(2000ms);
    std::this_thread::sleep_for(60ms);
    EXPECT_EQ(height(), 0u);
    world_.clock.advance(1000ms);
    const HeaderInfo head = chain().wait_for_head(chain().genesis_hash(), 10s);
    EXPECT_EQ(head.header.number, 1u);
    EXPECT_EQ(head.transaction_count, 0u);
    EXPECT_EQ(head.header.timestamp, testing::kGenesisTime + 3);
}

TEST_F(Sealing, ABlockTimeAfterInstantBlocksDoesNotWaitForTheirTimestamps) {
    open();
    for (std::uint64_t nonce = 0; nonce < 50; ++nonce) world_.sealed({.nonce = nonce});
    const std::uint64_t ahead = chain().head().header.timestamp;
    ASSERT_GE(ahead, testing::kGenesisTime + 50);
    world_.options.block_time = 2s;
    open();
    const auto pending = world_.submit({.nonce = 50});
    std::this_thread::sleep_for(60ms);
    EXPECT_EQ(height(), 50u) << "its pace is kept";
    world_.clock.advance(2000ms);
    EXPECT_EQ(world_.wait(*pending).place.timestamp, ahead + 1);
}

TEST_F(Sealing, InstantBlocksDoNotWaitAndStillHaveRisingTimestamps) {
    open();
    const ReceiptInfo first = world_.sealed({.nonce = 0});
    const ReceiptInfo second = world_.sealed({.nonce = 1});
    EXPECT_EQ(second.place.block_number, 2u);
    EXPECT_GT(second.place.timestamp, first.place.timestamp);
}

TEST_F(Sealing, SealNowMakesAnEmptyBlock) {
    open();
    const auto hash = chain().seal_now();
    ASSERT_TRUE(hash.ok());
    EXPECT_EQ(chain().head().hash, *hash);
    EXPECT_EQ(height(), 1u);
}

TEST_F(Sealing, BlocksStayBelowHalfOfTheirGasSoThatGasStaysFree) {
    world_.genesis.header.gas_limit = 500'000;
    open();
    std::vector<Bytes> raws;
    for (std::uint64_t nonce = 0; nonce < 40; ++nonce) raws.push_back(raw({.nonce = nonce}));
    const auto results = chain().submit_many(raws);
    const ReceiptInfo last = world_.wait(*results.back());
    for (std::uint64_t number = 1; number <= last.place.block_number; ++number) {
        const auto header = chain().header(number);
        EXPECT_LE((*header)->header.gas_used, 250'000u);
        EXPECT_EQ((*header)->header.base_fee_per_gas, uint256());
    }
    EXPECT_GE(last.place.block_number, 4u);
}

TEST_F(Sealing, NoBlockExceedsTheSizeOfEip7934) {
    world_.options.instant = false;
    open();
    std::vector<Bytes> raws; // 9 MB together, 240 million gas: half of the block's are 300
    for (std::uint64_t nonce = 0; nonce < 72; ++nonce) {
        raws.push_back(raw({.nonce = nonce, .data = Bytes(125'000, 0), .gas = 3'300'000}));
    }
    const auto results = chain().submit_many(raws);
    for (const auto& result : results) ASSERT_TRUE(result.ok()) << result.error().text();
    EXPECT_LT((*chain().header(Tag::pending))->transaction_count, 72u);
    EXPECT_LE((*chain().block(Tag::pending))->size, 8'388'608u);
    world_.clock.advance(1000ms);
    EXPECT_EQ(world_.wait(*results.front()).place.block_number, 1u);
    EXPECT_LE(chain().head().size, 8'388'608u);
    EXPECT_GT(chain().head().size, 8'000'000u);
    world_.clock.advance(1000ms);
    EXPECT_EQ(world_.wait(*results.back()).place.block_number, 2u);
}

TEST_F(Sealing, TheNewestBlocksInMemoryAreBoundedInBytes) {
    world_.options.limits.recent_bytes = 10'000;
    open();
    // A block is remembered when the next one is sealed, a moment after its receipts are there.
    world_.sealed({.nonce = 0, .data = Bytes(6'000, 1), .gas = 300'000});
    ASSERT_TRUE(chain().seal_now().ok());
    EXPECT_EQ(*chain().block(std::uint64_t{1}), *chain().block(std::uint64_t{1})) << "in memory";
    world_.sealed({.nonce = 1, .data = Bytes(6'000, 1), .gas = 300'000});
    ASSERT_TRUE(chain().seal_now().ok());
    EXPECT_NE(*chain().block(std::uint64_t{1}), *chain().block(std::uint64_t{1})) << "read anew";
    EXPECT_EQ(*chain().block(std::uint64_t{3}), *chain().block(std::uint64_t{3}));
}

TEST_F(Sealing, ANonceGapWaitsUntilItIsFilled) {
    open();
    const auto later = world_.submit({.nonce = 1});
    std::this_thread::sleep_for(60ms);
    EXPECT_FALSE(chain().receipt(*later)->has_value());
    ASSERT_TRUE(world_.submit({.nonce = 0}).ok());
    EXPECT_TRUE(world_.wait(*later).receipt.success);
    EXPECT_EQ(chain().submit(raw({.nonce = 0, .value = 9})).error().kind(), state::kNonceTooLow);
}

TEST_F(Sealing, WhatBecomesImpossibleIsDroppedWithItsReason) {
    world_.options.instant = false;
    open();
    const Address poor = address_of(testing::kRichAccounts);
    ASSERT_TRUE(world_.submit({.to = poor, .value = 100}).ok());
    world_.clock.advance(1000ms);
    ASSERT_TRUE(chain().wait_for_head(chain().genesis_hash(), 10s).header.number == 1);
    // In one block: account 8's transaction, and before it, by its fee, an EIP-7702 authorization
    // of account 8 that uses the same nonce.
    const auto spends = world_.submit({.from = testing::kRichAccounts, .nonce = 0, .value = 100});
    ASSERT_TRUE(spends.ok());
    state::Transaction takes = testing::make_transaction({.nonce = 1, .value = 0, .fee = 9});
    takes.type = state::TransactionType::set_code;
    takes.gas_limit = 200'000;
    state::Authorization authorization;
    authorization.chain_id = testing::kTestChainId;
    authorization.address = address_of(2);
    ASSERT_TRUE(state::sign(authorization, testing::key_of(testing::kRichAccounts)).ok());
    takes.authorizations = {authorization};
    ASSERT_TRUE(state::sign(takes, testing::key_of(0)).ok());
    const auto taken = chain().submit(state::encode(takes));
    ASSERT_TRUE(taken.ok()) << taken.error().text();
    world_.clock.advance(1000ms);
    EXPECT_TRUE(world_.wait(*taken).receipt.success);
    EXPECT_FALSE(chain().receipt(*spends)->has_value());
    ASSERT_TRUE(chain().dropped(*spends).has_value());
    EXPECT_EQ(chain().dropped(*spends)->kind(), state::kNonceTooLow);
    EXPECT_EQ(chain().pool_status().pending, 0u);
}

TEST_F(Sealing, AContractIsCreatedCalledAndLogs) {
    open();
    const ReceiptInfo created = world_.sealed(testing::creation(0, testing::counter_code()));
    ASSERT_TRUE(created.receipt.success);
    const Address counter = *created.contract_address;
    EXPECT_EQ(*(*chain().at(Tag::latest))->code(counter), testing::counter_code());
    const Hash32 topic = hash32("0x" + std::string(64, 'a'));
    const ReceiptInfo called = world_.sealed(testing::call_of(1, counter, topic));
    ASSERT_TRUE(called.receipt.success);
    ASSERT_EQ(called.receipt.logs.size(), 1u);
    EXPECT_EQ(called.receipt.logs[0].topics, std::vector<Hash32>{topic});
    EXPECT_EQ(load_be(ByteView(called.receipt.logs[0].data)), uint256(1));
    EXPECT_EQ(*(*chain().at(Tag::latest))->storage(counter, uint256(0)), uint256(1));
    EXPECT_EQ(*(*chain().at(std::uint64_t{1}))->storage(counter, uint256(0)), uint256(0));
}

TEST_F(Sealing, ARevertedTransactionIsSealedWithStatusZero) {
    open();
    const Address reverter =
        *world_.sealed(testing::creation(0, testing::reverter_code())).contract_address;
    const ReceiptInfo receipt = world_.sealed(testing::call_of(1, reverter, Hash32{}));
    EXPECT_FALSE(receipt.receipt.success);
    EXPECT_GT(receipt.gas_used, 21'000u);
    EXPECT_EQ(receipt.place.block_number, 2u);
}

TEST_F(Sealing, ASealerThatRefusesStopsSealingAndIsNamed) {
    open();
    world_.sealer.refuse = true;
    const auto hash = world_.submit({});
    ASSERT_TRUE(hash.ok());
    EXPECT_EQ(chain().seal_now().error().kind(), store::kStoreIo);
    ASSERT_TRUE(chain().failure().has_value());
    EXPECT_EQ(height(), 0u);
    EXPECT_FALSE(chain().submit(raw({.nonce = 1})).ok());
}

TEST_F(Sealing, ListenersHearOfPendingOnesThenOfTheBlockAndStopWhenTold) {
    open();
    std::mutex mutex;
    std::vector<std::string> heard;
    const auto note = [&](std::string what) {
        const std::lock_guard lock(mutex);
        heard.push_back(std::move(what));
    };
    const auto heads = [&] {
        const std::lock_guard lock(mutex);
        return std::count(heard.begin(), heard.end(), "head");
    };
    Subscription subscription = chain().subscribe(
        {[&](const NewHead& head) {
             EXPECT_EQ(head.receipts->size(), head.block->transactions.size());
             EXPECT_TRUE(chain().receipt(head.receipts->at(0).transaction_hash)->has_value());
             note("head");
         },
         [&](const std::shared_ptr<const TransactionInfo>& info) {
             EXPECT_EQ(info->sender, address_of(0));
             note("pending");
         }});
    world_.sealed({.nonce = 0});
    for (int i = 0; i < 500 && heads() == 0; ++i) std::this_thread::sleep_for(2ms);
    EXPECT_EQ(heads(), 1);
    EXPECT_EQ(heard.size(), 2u);
    subscription = Subscription();
    world_.sealed({.nonce = 1});
    std::this_thread::sleep_for(20ms);
    EXPECT_EQ(heads(), 1);
}

TEST_F(Sealing, ASubscriptionMayEndInItsOwnCallbackAndAfterTheChain) {
    open();
    auto inside = std::make_shared<Subscription>();
    std::atomic<int> calls = 0;
    *inside = chain().subscribe({[&calls, inside](const NewHead&) {
                                     ++calls;
                                     *inside = Subscription();
                                 },
                                 {}});
    Subscription outlives = chain().subscribe({[&](const NewHead&) { ++calls; }, {}});
    world_.sealed({.nonce = 0});
    world_.sealed({.nonce = 1});
    world_.chain.reset();
    EXPECT_EQ(calls, 3) << "one and two";
}

TEST_F(Sealing, ManySendersFromManyThreadsAllArrive) {
    open();
    constexpr std::size_t kThreads = 4;
    constexpr std::uint64_t kEach = 50;
    std::vector<std::thread> threads;
    std::atomic<int> refused = 0;
    for (std::size_t t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            for (std::uint64_t nonce = 0; nonce < kEach; ++nonce) {
                const Sent sent{.from = t, .nonce = nonce, .to = address_of(7), .value = 2};
                if (!world_.submit(sent).ok()) ++refused;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(refused, 0);
    HeaderInfo head = chain().head();
    while (chain().pool_status().pending != 0) head = chain().wait_for_head(head.hash, 100ms);
    EXPECT_EQ(world_.balance(7), ether(10'000) + uint256(2 * kThreads * kEach));
}

} // namespace
} // namespace salus::chain
