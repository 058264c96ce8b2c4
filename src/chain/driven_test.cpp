#include <future>

#include <gtest/gtest.h>

#include "chain/testing/world.hpp"

namespace salus::chain {
namespace {

using testing::address_of;
using testing::ether;

state::Block whole(const chain::Block& block) {
    state::Block out;
    out.header = block.header;
    for (const TransactionInfo& info : block.transactions) {
        out.transactions.push_back(info.transaction);
    }
    out.withdrawals = block.withdrawals;
    return out;
}

class Driven : public ::testing::Test {
protected:
    Driven() {
        world_.options.driven = true;
        SALUS_ASSERT(world_.open().ok());
    }
    Chain& chain() { return *world_.chain; }

    // A block on the head with what the pool has; `spice` makes blocks of one height differ.
    state::Block build(Byte spice = 0, std::span<const state::Withdrawal> withdrawals = {}) {
        const state::BlockHeader parent = chain().head().header;
        state::BlockChoice choice;
        choice.timestamp = parent.timestamp + 12;
        choice.gas_limit = parent.gas_limit;
        choice.extra_data = {spice};
        auto built = chain().build_block(choice, withdrawals);
        SALUS_ASSERT(built.ok());
        return built->block;
    }
    HeaderInfo import(const state::Block& block) {
        const auto info = chain().import_block(block);
        SALUS_ASSERT(info.ok());
        return *info;
    }
    HeaderInfo extend(Byte spice = 0) {
        const HeaderInfo info = import(build(spice));
        SALUS_ASSERT(chain().set_head(info.hash, {}).ok());
        return info;
    }
    Hash32 send(std::uint64_t nonce, std::uint64_t value, std::size_t to = 1) {
        const auto hash = world_.submit(
            {.nonce = nonce, .to = address_of(to), .value = value, .fee = uint256(2'000'000'000)});
        SALUS_ASSERT(hash.ok());
        return *hash;
    }
    void expect_proofs_fit() {
        const auto at = *chain().at(Tag::latest);
        for (std::size_t account = 0; account < 10; ++account) {
            const auto proof = at->proof(address_of(account), {});
            ASSERT_TRUE(proof.ok()) << proof.error().text();
            EXPECT_EQ(proof->account ? proof->account->balance : uint256(),
                      *at->balance(address_of(account)));
        }
    }

    testing::World world_;
};

TEST_F(Driven, FollowsASealedChainBlockByBlock) {
    testing::World sealer;
    ASSERT_TRUE(sealer.open().ok());
    const Address counter =
        *sealer.sealed(testing::creation(0, testing::counter_code())).contract_address;
    for (std::uint64_t nonce = 1; nonce < 10; ++nonce) {
        sealer.sealed(testing::call_of(nonce, counter, Hash32{}));
    }
    world_.options.kept_layers = 0;
    ASSERT_TRUE(world_.open().ok());
    for (std::uint64_t number = 1; number <= 10; ++number) {
        const auto block = *sealer.chain->block(number);
        const auto info = chain().import_block(whole(*block), *sealer.chain->seal(number));
        ASSERT_TRUE(info.ok()) << info.error().text();
        ASSERT_TRUE(chain().set_head(info->hash, {}).ok());
    }
    EXPECT_EQ(chain().head().hash, sealer.chain->head().hash);
    EXPECT_EQ(*chain().seal(7), *sealer.chain->seal(7));
    ASSERT_TRUE(world_.open().ok());
    for (std::uint64_t number = 0; number <= 10; ++number) {
        const auto ours = *chain().at(number);
        const auto theirs = *sealer.chain->at(number);
        EXPECT_EQ(*ours->storage(counter, uint256(0)), *theirs->storage(counter, uint256(0)));
        const std::vector<uint256> slots{uint256(0)};
        const auto left = ours->proof(counter, slots);
        const auto right = theirs->proof(counter, slots);
        ASSERT_TRUE(left.ok() && right.ok()) << number;
        EXPECT_EQ(left->account_proof, right->account_proof);
        EXPECT_EQ(left->slots[0].proof, right->slots[0].proof);
    }
}

TEST_F(Driven, ImportedBlocksAreSeenFromSetHeadOn) {
    send(0, 5);
    const HeaderInfo info = import(build());
    EXPECT_EQ(chain().head().header.number, 0u);
    EXPECT_FALSE((*chain().header(info.hash)).has_value());
    EXPECT_TRUE((*chain().known_header(info.hash)).has_value());
    ASSERT_TRUE(chain().set_head(info.hash, {}).ok());
    EXPECT_EQ(chain().head().hash, info.hash);
    EXPECT_EQ(chain().pool_status().pending, 0u);
    EXPECT_EQ(world_.balance(1), ether(10'000) + uint256(5));
    EXPECT_EQ(import(whole(**chain().block(info.hash))).hash, info.hash) << "again, at once";
}

TEST_F(Driven, ABranchOf64BlocksGivesWayToALongerOne) {
    std::vector<Hash32> left;
    std::vector<HeaderInfo> first;
    for (std::uint64_t i = 0; i < 64; ++i) {
        left.push_back(send(i, 100));
        first.push_back(extend(1));
    }
    EXPECT_EQ(world_.balance(1), ether(10'000) + uint256(6400));
    // The other branch, made on a chain of its own: it takes the first 10 payments and others.
    testing::World other;
    other.options.driven = true;
    ASSERT_TRUE(other.open().ok());
    std::swap(world_.chain, other.chain);
    std::vector<state::Block> second;
    for (std::uint64_t i = 0; i < 65; ++i) {
        send(i, i < 10 ? 100 : 7, i < 10 ? 1 : 2);
        second.push_back(build(2));
        ASSERT_TRUE(chain().set_head(import(second.back()).hash, {}).ok());
    }
    const Hash32 root = chain().head().header.state_root;
    std::swap(world_.chain, other.chain);

    std::vector<std::pair<bool, std::uint64_t>> told;
    std::promise<void> all;
    const Subscription subscription =
        chain().subscribe({[&](const NewHead& event) {
                               told.emplace_back(event.removed, event.block->header.number);
                               if (told.size() == 129) all.set_value();
                           },
                           {}});
    for (const state::Block& block : second) import(block);
    EXPECT_EQ(chain().head().hash, first.back().hash);
    ASSERT_TRUE(chain().set_head(state::hash(second.back().header), {}).ok());
    EXPECT_EQ(chain().head().header.state_root, root);
    EXPECT_EQ(world_.balance(1), ether(10'000) + uint256(1000));
    EXPECT_EQ(world_.balance(2), ether(10'000) + uint256(55 * 7));
    EXPECT_EQ((*chain().receipt(left[3]))->place.block_hash, state::hash(second[3].header));
    EXPECT_FALSE((*chain().receipt(left[30])).has_value()) << "its nonce is taken";
    EXPECT_FALSE((*chain().header(first[40].hash)).has_value());
    EXPECT_EQ(world_.balance(1, std::uint64_t{5}), ether(10'000) + uint256(500));
    expect_proofs_fit();

    all.get_future().wait();
    for (std::size_t i = 0; i < 64; ++i) {
        EXPECT_EQ(told[i], std::make_pair(true, std::uint64_t{64 - i}));
    }
    for (std::size_t i = 0; i < 65; ++i) {
        EXPECT_EQ(told[64 + i], std::make_pair(false, std::uint64_t{i + 1}));
    }
    // Back again: what the second branch alone had is pending.
    ASSERT_TRUE(chain().set_head(first.back().hash, {}).ok());
    EXPECT_EQ(world_.balance(1), ether(10'000) + uint256(6400));
    EXPECT_TRUE((*chain().receipt(left[30])).has_value());
    EXPECT_EQ(chain().pool_status().pending, 1u) << "nonce 64";
    expect_proofs_fit();
}

TEST_F(Driven, AfterARestartTheUnsunkBlocksRunAgain) {
    for (std::uint64_t i = 0; i < 6; ++i) {
        send(i, 10);
        extend();
    }
    const HeaderInfo head = chain().head();
    ASSERT_TRUE(world_.open().ok());
    EXPECT_EQ(chain().head().hash, head.hash);
    EXPECT_EQ(world_.balance(1), ether(10'000) + uint256(60));
    EXPECT_EQ(world_.balance(1, std::uint64_t{2}), ether(10'000) + uint256(20));
    expect_proofs_fit();
    send(6, 10);
    extend();
    EXPECT_EQ(world_.balance(1), ether(10'000) + uint256(70));
}

TEST_F(Driven, WhatIsFinalIsNotLeft) {
    std::vector<HeaderInfo> blocks;
    for (std::uint64_t i = 0; i < 4; ++i) blocks.push_back(extend());
    const state::Block fork = [&] {
        testing::World other;
        other.options.driven = true;
        SALUS_ASSERT(other.open().ok());
        std::swap(world_.chain, other.chain);
        const state::Block out = build(9);
        std::swap(world_.chain, other.chain);
        return out;
    }();
    EXPECT_FALSE((*chain().header(Tag::finalized)).has_value());
    const HeaderInfo last = import(build());
    ASSERT_TRUE(chain().set_head(last.hash, {blocks[2].hash, blocks[1].hash}).ok());
    EXPECT_EQ((*chain().header(Tag::finalized))->hash, blocks[1].hash);
    EXPECT_EQ((*chain().header(Tag::safe))->hash, blocks[2].hash);
    EXPECT_EQ(chain().import_block(fork).error().kind(), kTooOld);
    EXPECT_EQ(world_.balance(0, std::uint64_t{1}), ether(10'000));
    ASSERT_TRUE(chain().set_head(blocks[3].hash, {}).ok());
    EXPECT_EQ(chain().head().hash, last.hash) << "an ancestor of the head changes nothing";
}

TEST_F(Driven, WithdrawalsAreKept) {
    const std::vector<state::Withdrawal> paid{{3, 4, address_of(20), 77}};
    const HeaderInfo info = import(build(0, paid));
    ASSERT_TRUE(chain().set_head(info.hash, {}).ok());
    EXPECT_EQ(world_.balance(20), uint256(77'000'000'000));
    ASSERT_TRUE(world_.open().ok());
    EXPECT_EQ((*chain().block(Tag::latest))->withdrawals, paid);
    EXPECT_EQ((*chain().block(Tag::latest))->size, info.size);
    EXPECT_EQ(world_.balance(20), uint256(77'000'000'000));
}

TEST_F(Driven, RefusesByName) {
    send(0, 5);
    const state::Block good = build();
    state::Block bad = good;
    bad.header.parent_hash[0] ^= 1;
    EXPECT_EQ(chain().import_block(bad).error().kind(), kUnknownParent);
    EXPECT_FALSE(blames_block(chain().import_block(bad).error()));
    bad = good;
    bad.header.state_root[0] ^= 1;
    EXPECT_EQ(chain().import_block(bad).error().kind(), state::kStateRoot);
    EXPECT_TRUE(blames_block(chain().import_block(bad).error()));
    bad = good;
    bad.header.gas_used += 1;
    EXPECT_EQ(chain().import_block(bad).error().kind(), state::kGasUsed);
    EXPECT_EQ(chain().set_head(state::hash(bad.header), {}).error().kind(), kUnknownBlock);
    EXPECT_EQ(
        chain().set_head(chain().head().hash, {Hash32{}, state::hash(bad.header)}).error().kind(),
        kUnknownBlock);
    EXPECT_EQ(chain().seal_now().error().kind(), kClosed);
    testing::World sealing;
    ASSERT_TRUE(sealing.open().ok());
    EXPECT_EQ(sealing.chain->import_block(good).error().kind(), kNotDriven);
    EXPECT_EQ(sealing.chain->set_head(chain().head().hash, {}).error().kind(), kNotDriven);
    EXPECT_EQ(sealing.chain->build_block({}, {}).error().kind(), kNotDriven);
}

// A disk that fails anywhere in set_head leaves what a restart makes whole.
TEST_F(Driven, AFailingDiskLosesNoCanonicalBlock) {
    for (const store::Fault fault : {store::Fault::lost, store::Fault::kept_but_error}) {
        for (std::uint64_t nth = 1; nth <= 3; ++nth) {
            world_.disk = store::open_memory(Chain::columns());
            world_.options.kept_layers = 8;
            ASSERT_TRUE(world_.open().ok());
            for (std::uint64_t i = 0; i < 3; ++i) {
                send(i, 10);
                extend();
            }
            const Hash32 before = chain().head().hash;
            send(3, 10);
            const HeaderInfo next = import(build());
            world_.faults->fail_at(nth, fault);
            // All four sink: the first with the block, then one a write.
            EXPECT_FALSE(chain().set_head(next.hash, {{}, next.hash}).ok());
            EXPECT_TRUE(chain().failure().has_value());
            ASSERT_TRUE(world_.open().ok());
            const bool moved = nth > 1 || fault == store::Fault::kept_but_error;
            EXPECT_EQ(chain().head().hash, moved ? next.hash : before);
            EXPECT_EQ(world_.balance(1), ether(10'000) + uint256(moved ? 40 : 30));
            EXPECT_EQ(chain().pool_status().pending, moved ? 0u : 1u);
            expect_proofs_fit();
        }
    }
}

} // namespace
} // namespace salus::chain
