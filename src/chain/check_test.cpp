#include "chain/check.hpp"

#include <gtest/gtest.h>

#include "chain/testing/world.hpp"

namespace salus::chain {
namespace {

// Five blocks: a contract, three calls of it, a payment that waits.
class Check : public ::testing::Test {
protected:
    Check() {
        SALUS_ASSERT(world_.open().ok());
        counter_ = *world_.sealed(testing::creation(0, testing::counter_code())).contract_address;
        for (std::uint64_t nonce = 1; nonce <= 3; ++nonce) {
            world_.sealed(testing::call_of(nonce, counter_, Hash32{}));
        }
        world_.sealed({.nonce = 4});
        SALUS_ASSERT(world_.submit({.nonce = 6}).ok()); // stays in the journal
        world_.chain.reset();
    }
    CheckReport check() {
        const auto report =
            check_store(*world_.disk, state::hash(world_.genesis.header), [](auto, auto, auto) {});
        SALUS_ASSERT(report.ok());
        return *report;
    }
    void put(Kind kind, ByteView key, std::optional<Bytes> value) {
        store::WriteBatch batch;
        value ? batch.put(column(kind), key, std::move(*value)) : batch.erase(column(kind), key);
        SALUS_ASSERT(world_.disk->write(batch, true).ok());
    }
    std::map<Bytes, Bytes> all(Kind kind) {
        std::map<Bytes, Bytes> out;
        SALUS_ASSERT(world_.disk
                         ->scan(column(kind), {},
                                [&](ByteView key, ByteView value) {
                                    out[to_bytes(key)] = to_bytes(value);
                                    return true;
                                })
                         .ok());
        return out;
    }

    testing::World world_;
    Address counter_;
};

constexpr Kind kAllKinds[] = {
    Kind::headers,     Kind::numbers,     Kind::transactions, Kind::receipts,
    Kind::places,      Kind::nodes,       Kind::accounts,     Kind::storage,
    Kind::account_was, Kind::storage_was, Kind::touched,      Kind::code,
    Kind::seals,       Kind::journal,     Kind::log_index,    Kind::meta};

TEST_F(Check, AWholeChainIsGood) {
    const CheckReport report = check();
    EXPECT_TRUE(report.good()) << report.faults[0].where << ": " << report.faults[0].what;
    EXPECT_EQ(report.head, 5u);
    EXPECT_EQ(report.last_good, 5u);
    EXPECT_EQ(report.transactions, 5u);
    EXPECT_EQ(report.slots, all(Kind::storage).size());
    EXPECT_EQ(report.nodes, all(Kind::nodes).size());
}

TEST_F(Check, FindsAFlippedBitInEveryRecord) {
    for (const Kind kind : kAllKinds) {
        const auto records = all(kind);
        EXPECT_FALSE(records.empty()) << Chain::columns()[column(kind)];
        for (const auto& [key, value] : records) {
            Bytes flipped = value;
            flipped[flipped.size() / 2] ^= 8;
            put(kind, key, flipped);
            EXPECT_FALSE(check().good()) << Chain::columns()[column(kind)] << to_hex(key);
            put(kind, key, value);
        }
    }
    EXPECT_TRUE(check().good());
}

TEST_F(Check, FindsEveryRecordThatIsMissing) {
    for (const Kind kind : kAllKinds) {
        // What was before, seals and what waits are not named by anything else.
        if (kind == Kind::account_was || kind == Kind::storage_was || kind == Kind::touched ||
            kind == Kind::seals || kind == Kind::journal) {
            continue;
        }
        for (const auto& [key, value] : all(kind)) {
            put(kind, key, {});
            const auto report = check_store(*world_.disk, {}, [](auto, auto, auto) {});
            EXPECT_TRUE(!report.ok() || !report->good())
                << Chain::columns()[column(kind)] << to_hex(key);
            put(kind, key, value);
        }
    }
}

TEST_F(Check, FindsALogInTheIndexThatNoBlockHas) {
    Bytes key = all(Kind::log_index).begin()->first;
    key[0] ^= 1;
    store::WriteBatch batch;
    put_record(batch, Kind::log_index, key, {});
    ASSERT_TRUE(world_.disk->write(batch, true).ok());
    const CheckReport report = check();
    ASSERT_EQ(report.fault_count, 1u);
    EXPECT_EQ(report.faults[0].where, "log index");
    EXPECT_EQ(report.last_good, 5u);
}

TEST_F(Check, TellsHowFarTheChainIsWhole) {
    const auto receipts = all(Kind::receipts);
    Bytes key = receipts.begin()->first; // of block 1
    key[7] = 3;
    Bytes value = receipts.at(key);
    value[9] ^= 1;
    put(Kind::receipts, key, value);
    const CheckReport report = check();
    EXPECT_EQ(report.last_good, 2u);
    EXPECT_TRUE(report.state_good);
    ASSERT_EQ(report.fault_count, 1u);
    EXPECT_EQ(report.faults[0].where, "block 3");
}

TEST_F(Check, FindsWhatIsLeftOver) {
    put(Kind::nodes, Bytes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, Bytes(40, 1));
    EXPECT_EQ(check().fault_count, 1u);
    put(Kind::nodes, Bytes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {});
    store::WriteBatch batch;
    put_record(batch, Kind::storage, slot_key(Hash32{}, Hash32{}).bytes, {1});
    ASSERT_TRUE(world_.disk->write(batch, true).ok());
    const CheckReport report = check();
    EXPECT_FALSE(report.state_good);
    EXPECT_EQ(report.last_good, 5u);
}

TEST_F(Check, RefusesAnotherGenesisAndAnotherFormat) {
    EXPECT_EQ(check_store(*world_.disk, Hash32{}, [](auto, auto, auto) {}).error().kind(),
              kOtherGenesis);
    store::WriteBatch batch;
    put_record(batch, Kind::meta, view(kMetaFormat), to_bytes(number_key(kFormat + 1).bytes));
    ASSERT_TRUE(world_.disk->write(batch, true).ok());
    EXPECT_EQ(check_store(*world_.disk, {}, [](auto, auto, auto) {}).error().kind(), kOtherFormat);
}

} // namespace
} // namespace salus::chain
