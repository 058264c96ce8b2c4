#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "chain/records.hpp"
#include "chain/testing/world.hpp"

namespace salus::chain {
namespace {

using testing::address_of;
using testing::ether;
using testing::Sent;

class Recovery : public ::testing::Test {
protected:
    void open() {
        const Status opened = world_.open();
        ASSERT_TRUE(opened.ok()) << opened.error().text();
    }
    Chain& chain() { return *world_.chain; }
    // What anybody can see of the chain's state, by the flat state and by the trie.
    void expect_consistent() {
        const HeaderInfo head = chain().head();
        for (std::uint64_t number = 0; number <= head.header.number; ++number) {
            const auto block = chain().block(number);
            ASSERT_TRUE(block.ok() && *block) << number;
            const auto receipts = chain().receipts(number);
            ASSERT_TRUE(receipts.ok());
            EXPECT_EQ((*receipts)->size(), (*block)->transactions.size());
        }
        const auto flat = chain().at(Tag::latest);
        ASSERT_TRUE(flat.ok());
        for (std::size_t account = 0; account < testing::kRichAccounts; ++account) {
            const auto proof = (*flat)->proof(address_of(account), {});
            ASSERT_TRUE(proof.ok()) << proof.error().text();
            EXPECT_EQ(proof->account->balance, *(*flat)->balance(address_of(account)));
            EXPECT_EQ(proof->account->nonce, *(*flat)->nonce(address_of(account)));
        }
    }
    // Flips a bit of some value of this kind on disk (the last one that `choose` likes).
    void damage(Kind kind, const std::function<bool(ByteView key)>& choose) {
        Bytes found_key, found_value;
        ASSERT_TRUE(world_.disk
                        ->scan(column(kind), {},
                               [&](ByteView key, ByteView value) {
                                   if (!choose(key)) return true;
                                   found_key = to_bytes(key);
                                   found_value = to_bytes(value);
                                   return true;
                               })
                        .ok());
        ASSERT_FALSE(found_value.empty());
        found_value[found_value.size() / 2] ^= 4;
        store::WriteBatch batch;
        batch.put(column(kind), found_key, found_value);
        ASSERT_TRUE(world_.disk->write(batch, true).ok());
    }
    static bool any(ByteView) { return true; }
    const ErrorKind& opening_error() {
        const Status opened = world_.open();
        SALUS_ASSERT(!opened.ok());
        return opened.error().kind();
    }

    testing::World world_;
};

TEST_F(Recovery, ReopenedTheChainGoesOnWhereItWas) {
    open();
    const ReceiptInfo receipt = world_.sealed({.value = ether(2)});
    const HeaderInfo head = chain().head();
    open();
    EXPECT_EQ(chain().head().hash, head.hash);
    EXPECT_EQ(world_.balance(1), ether(10'002));
    EXPECT_TRUE(chain().receipt(receipt.transaction_hash)->has_value());
    EXPECT_TRUE(chain().seal(1)->has_value());
    EXPECT_EQ(world_.sealed({.nonce = 1}).place.block_number, 2u);
    expect_consistent();
}

TEST_F(Recovery, AcceptedButUnsealedTransactionsArePendingAgain) {
    world_.options.instant = false;
    open();
    const auto first = world_.submit({.nonce = 0});
    const auto queued = world_.submit({.nonce = 2});
    ASSERT_TRUE(first.ok() && queued.ok());
    open();
    EXPECT_EQ(chain().pool_status().pending, 1u);
    EXPECT_EQ(chain().pool_status().queued, 1u);
    ASSERT_TRUE(world_.submit({.nonce = 1}).ok());
    world_.clock.advance(std::chrono::seconds(1));
    EXPECT_EQ(world_.wait(*queued).place.block_number, 1u);
    EXPECT_EQ(world_.wait(*first).place.index, 0u);
    open();
    EXPECT_EQ(chain().pool_status().pending, 0u) << "sealed ones left the journal";
}

TEST_F(Recovery, AReadErrorAtTheStartGivesUpNoTransaction) {
    world_.options.instant = false;
    open();
    ASSERT_TRUE(world_.submit({.value = 7}).ok());
    world_.chain.reset();
    const auto whole = *world_.disk->get(column(Kind::accounts), address_of(0).bytes);
    damage(Kind::accounts, [](ByteView key) { return equal(key, address_of(0).bytes); });
    EXPECT_EQ(opening_error(), kDamaged);
    store::WriteBatch repair;
    repair.put(column(Kind::accounts), address_of(0).bytes, *whole);
    ASSERT_TRUE(world_.disk->write(repair, true).ok());
    open();
    EXPECT_EQ(chain().pool_status().pending, 1u);
}

TEST_F(Recovery, WhatOneStartsLimitsRefuseIsThereForTheNext) {
    world_.options.instant = false;
    open();
    ASSERT_TRUE(world_.submit({.nonce = 0, .data = Bytes(500, 1), .gas = 100'000}).ok());
    world_.options.limits.transaction_bytes = 300;
    open();
    EXPECT_EQ(chain().pool_status().pending, 0u);
    world_.options.limits.transaction_bytes = 3000;
    open();
    EXPECT_EQ(chain().pool_status().pending, 1u);
}

TEST_F(Recovery, TheOrderOfArrivalAndReplacementsSurvive) {
    world_.options.instant = false;
    open();
    ASSERT_TRUE(world_.submit({.from = 1}).ok());
    ASSERT_TRUE(world_.submit({.from = 0, .value = 5}).ok());
    ASSERT_TRUE(world_.submit({.from = 0, .value = 6, .fee = 1}).ok());
    ASSERT_TRUE(world_.submit({.from = 2}).ok());
    open();
    open();
    std::vector<std::pair<Address, uint256>> order;
    const auto pending = *chain().block(Tag::pending);
    for (const TransactionInfo& info : pending->transactions) {
        order.emplace_back(info.sender, info.transaction.value);
    }
    const std::vector<std::pair<Address, uint256>> expected{
        {address_of(0), 6}, {address_of(1), 1}, {address_of(2), 1}};
    EXPECT_EQ(order, expected);
}

TEST_F(Recovery, AnotherGenesisIsRefused) {
    open();
    world_.genesis = testing::make_genesis(999);
    world_.genesis.header.timestamp += 1;
    EXPECT_EQ(opening_error(), kOtherGenesis);
}

TEST_F(Recovery, AGenesisWhoseRootIsNotItsAllocsIsRefused) {
    world_.genesis.header.state_root = Hash32{};
    EXPECT_EQ(opening_error(), state::kBadGenesis);
}

TEST_F(Recovery, AnotherFormatIsRefused) {
    open();
    store::WriteBatch batch;
    put_record(batch, Kind::meta, view(kMetaFormat), to_bytes(number_key(kFormat + 1).bytes));
    ASSERT_TRUE(world_.disk->write(batch, true).ok());
    EXPECT_EQ(opening_error(), kOtherFormat);
}

// The same work, broken at each of its writes in both ways: what was acknowledged is there, what
// was not is absent or whole, and the chain goes on to the same end.
class CrashAt : public Recovery, public ::testing::WithParamInterface<store::Fault> {
protected:
    static constexpr std::uint64_t kTransactions = 6;

    // Submits until the disk breaks; the hashes that were acknowledged, and those with a receipt.
    void work(std::uint64_t first_nonce) {
        for (std::uint64_t nonce = first_nonce; nonce < kTransactions; ++nonce) {
            const auto hash =
                world_.submit(nonce == 0 ? testing::creation(0, testing::counter_code())
                                         : Sent{.nonce = nonce, .value = 10});
            if (!hash.ok()) {
                EXPECT_EQ(hash.error().kind(), store::kStoreIo) << hash.error().text();
                return;
            }
            acknowledged_.push_back(*hash);
            if (nonce % 2 == 0) continue; // two in flight at a time
            const auto sealed = chain().seal_now();
            if (!sealed.ok()) return;
            sealed_.push_back(acknowledged_.back());
        }
    }
    void check_after_restart() {
        for (const Hash32& hash : sealed_) {
            EXPECT_TRUE(chain().receipt(hash)->has_value());
        }
        for (const Hash32& hash : acknowledged_) {
            EXPECT_TRUE(chain().transaction(hash)->has_value());
        }
        expect_consistent();
    }
    std::vector<Hash32> acknowledged_, sealed_;
};

TEST_P(CrashAt, EveryWriteNothingAcknowledgedIsLost) {
    std::uint64_t crashes = 0;
    for (std::uint64_t write = 1; write < 60; ++write) {
        SCOPED_TRACE(write);
        world_.disk = store::open_memory(Chain::columns());
        acknowledged_.clear();
        sealed_.clear();
        open();
        world_.faults->fail_at(write, GetParam());
        work(0);
        const bool broke = world_.faults->broken();
        open();
        check_after_restart();
        const std::uint64_t next = *(*chain().at(Tag::pending))->nonce(address_of(0));
        EXPECT_GE(next, acknowledged_.size());
        work(next);
        ASSERT_TRUE(chain().seal_now().ok());
        EXPECT_EQ(*(*chain().at(Tag::latest))->nonce(address_of(0)), kTransactions);
        EXPECT_EQ(world_.balance(1), ether(10'000) + uint256(10 * (kTransactions - 1)));
        expect_consistent();
        if (!broke) break; // the whole work needs fewer writes
        ++crashes;
    }
    EXPECT_GE(crashes, 6u);
}

INSTANTIATE_TEST_SUITE_P(Faults, CrashAt,
                         ::testing::Values(store::Fault::lost, store::Fault::kept_but_error),
                         [](const ::testing::TestParamInfo<store::Fault>& tested) {
                             return tested.param == store::Fault::lost ? "lost" : "kept_but_error";
                         });

TEST_F(Recovery, ABrokenGenesisWriteLeavesAnEmptyStoreThatCanBegin) {
    auto view = std::make_unique<store::FaultyKeyValue>(world_.disk);
    view->fail_at(1, store::Fault::lost);
    const auto broken = Chain::open(std::move(view), world_.genesis, world_.options, world_.clock,
                                    world_.random, nullptr);
    ASSERT_FALSE(broken.ok());
    EXPECT_EQ(broken.error().kind(), store::kStoreIo);
    open();
    EXPECT_EQ(chain().head().header.number, 0u);
}

TEST_F(Recovery, DamagedHeadMetaHeaderAndRootAreFoundOnOpening) {
    open();
    world_.sealed({});
    const Hash32 root = chain().head().header.state_root;
    world_.chain.reset();
    const auto intact = world_.disk;
    const auto copy_of = [&] {
        auto copy = store::open_memory(Chain::columns());
        store::WriteBatch batch;
        for (std::size_t i = 0; i < Chain::columns().size(); ++i) {
            const auto c = static_cast<store::Column>(i);
            EXPECT_TRUE(intact
                            ->scan(c, {},
                                   [&](ByteView key, ByteView value) {
                                       batch.put(c, key, value);
                                       return true;
                                   })
                            .ok());
        }
        EXPECT_TRUE(copy->write(batch, true).ok());
        return copy;
    };
    world_.disk = copy_of();
    damage(Kind::meta, [](ByteView key) { return equal(key, view(kMetaHead)); });
    EXPECT_EQ(opening_error(), kDamaged);
    world_.disk = copy_of();
    damage(Kind::headers, [](ByteView key) { return number_of_key(key) == 1; });
    EXPECT_EQ(opening_error(), kDamaged);
    world_.disk = copy_of();
    damage(Kind::nodes, [&](ByteView key) { return equal(key, root.bytes); });
    EXPECT_EQ(opening_error(), kDamaged);
    world_.disk = copy_of();
    open();
}

TEST_F(Recovery, DamageElsewhereIsAnErrorOfTheReadThatMeetsIt) {
    open();
    const ReceiptInfo created = world_.sealed(testing::creation(0, testing::counter_code()));
    const Address counter = *created.contract_address;
    world_.sealed(testing::call_of(1, counter, Hash32{}));
    world_.chain.reset();
    for (const Kind kind : {Kind::transactions, Kind::receipts, Kind::accounts, Kind::storage,
                            Kind::code, Kind::seals, Kind::places, Kind::numbers}) {
        damage(kind,
               [&](ByteView key) { return kind != Kind::accounts || equal(key, counter.bytes); });
    }
    open();
    const auto state = *chain().at(Tag::latest);
    EXPECT_EQ(chain().block(std::uint64_t{2}).error().kind(), kDamaged);
    EXPECT_EQ(chain().receipts(std::uint64_t{2}).error().kind(), kDamaged);
    EXPECT_EQ(state->balance(counter).error().kind(), kDamaged);
    EXPECT_EQ(state->storage(counter, uint256(0)).error().kind(), kDamaged);
    EXPECT_EQ(state->view().code(crypto::keccak256(testing::counter_code())).error().kind(),
              kDamaged);
    EXPECT_EQ(chain().seal(2).error().kind(), kDamaged);
}

TEST_F(Recovery, ADamagedStateStopsSealingAndBlamesNoTransaction) {
    world_.options.instant = false;
    open();
    world_.sealer.refuse = false;
    ASSERT_TRUE(world_.submit({}).ok());
    world_.chain.reset();
    damage(Kind::accounts, [](ByteView key) { return equal(key, address_of(1).bytes); });
    open();
    world_.clock.advance(std::chrono::seconds(1));
    EXPECT_EQ(chain().seal_now().error().kind(), kDamaged);
    EXPECT_EQ(chain().failure()->kind(), kDamaged);
    EXPECT_EQ(chain().pool_status().pending, 1u);
    EXPECT_EQ(chain().head().header.number, 0u);
}

// A process of its own that submits and reports each acknowledged hash until it is killed.
[[noreturn]] void submit_until_killed(const std::string& directory, int report) {
    testing::World world;
    auto opened = store::open_rocksdb(directory, Chain::columns());
    SALUS_ASSERT(opened.ok());
    world.disk = std::move(*opened);
    SALUS_ASSERT(world.open().ok());
    std::uint64_t nonce = *(*world.chain->at(Tag::pending))->nonce(address_of(0));
    while (true) {
        const auto hash = world.submit({.nonce = nonce++});
        SALUS_ASSERT(hash.ok());
        SALUS_ASSERT(write(report, hash->data(), 32) == 32);
    }
}

TEST_F(Recovery, KilledAtAnyMomentItHasWhatItAcknowledged) {
    std::string name = (std::filesystem::temp_directory_path() / "salus-kill-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    std::vector<Hash32> acknowledged;
    for (const std::size_t reports : {1u, 14u, 5u, 23u}) { // killed after so many
        std::array<int, 2> pipe_ends{};
        ASSERT_EQ(pipe(pipe_ends.data()), 0);
        const pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) submit_until_killed(name, pipe_ends[1]);
        close(pipe_ends[1]);
        Hash32 hash;
        for (std::size_t i = 0; i < reports; ++i) {
            ASSERT_EQ(read(pipe_ends[0], hash.data(), 32), 32);
            acknowledged.push_back(hash);
        }
        ASSERT_EQ(kill(child, SIGKILL), 0);
        ASSERT_EQ(waitpid(child, nullptr, 0), child);
        while (read(pipe_ends[0], hash.data(), 32) == 32) acknowledged.push_back(hash);
        close(pipe_ends[0]);
    }
    auto opened = store::open_rocksdb(name, Chain::columns());
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    world_.disk = std::move(*opened);
    open();
    for (const Hash32& hash : acknowledged) EXPECT_TRUE(chain().transaction(hash)->has_value());
    EXPECT_GE(acknowledged.size(), 43u);
    ASSERT_TRUE(chain().seal_now().ok());
    EXPECT_GE(*(*chain().at(Tag::latest))->nonce(address_of(0)), acknowledged.size());
    expect_consistent();
    world_.chain.reset();
    world_.disk.reset();
    std::filesystem::remove_all(name);
}

TEST_F(Recovery, OnDiskTheChainIsTheSameAfterReopening) {
    std::string name = (std::filesystem::temp_directory_path() / "salus-chain-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    const auto open_disk = [&] {
        world_.chain.reset();
        world_.disk.reset();
        auto opened = store::open_rocksdb(name, Chain::columns());
        ASSERT_TRUE(opened.ok()) << opened.error().text();
        world_.disk = std::move(*opened);
        open();
    };
    open_disk();
    const Address counter =
        *world_.sealed(testing::creation(0, testing::counter_code())).contract_address;
    world_.sealed(testing::call_of(1, counter, Hash32{}));
    const Hash32 head = chain().head().hash;
    open_disk();
    EXPECT_EQ(chain().head().hash, head);
    EXPECT_EQ(*(*chain().at(Tag::latest))->storage(counter, uint256(0)), uint256(1));
    world_.sealed(testing::call_of(2, counter, Hash32{}));
    EXPECT_EQ(*(*chain().at(Tag::latest))->storage(counter, uint256(0)), uint256(2));
    expect_consistent();
    world_.chain.reset();
    world_.disk.reset();
    std::filesystem::remove_all(name);
}

} // namespace
} // namespace salus::chain
