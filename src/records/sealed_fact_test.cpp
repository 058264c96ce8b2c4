#include "records/sealed_fact.hpp"

#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "ledger/world_test.hpp"

namespace salus::records {
namespace {

using ledger::EntryKind;

class SealedFact : public testing::Test {
protected:
    // A block with this fact as its second entry.
    ledger::Block block_with(EntryKind kind, const Hash32& digest = {}) {
        ledger::Header header;
        header.chain = Hash32{{1}};
        header.height = 1;
        header.parents = {Hash32{{2}}};
        header.time = ledger::kNow;
        header.nonce = random_.bytes<16>();
        const vault::BoxPlace place = kind == EntryKind::key_rotated
                                          ? statement_place(header.chain, digest)
                                          : fact_place(header.chain, header.nonce, 1);
        const ledger::Entry first = ledger::entry(EntryKind::particulars, "other");
        const ledger::Entry second =
            seal_fact(kind, digest, {{"b", 2}, {"a", "one"}}, key_, place, random_).value();
        return ledger::seal(header, {first, second}, ledger::key(1), ledger::kDomain).value();
    }

    SeededRandom random_{4};
    crypto::umbral::SecretKey secret_ = crypto::secp256k1::Scalar::random(random_);
    vault::FolderKey key_ = crypto::secp256k1::generate(secret_);
};

TEST_F(SealedFact, OpensInItsPlaceAlone) {
    for (const EntryKind kind :
         {EntryKind::record_added, EntryKind::record_read, EntryKind::key_rotated}) {
        const ledger::Block block = block_with(kind, Hash32{{9, 8}});
        const auto opened = open_fact(block, 1, secret_);
        ASSERT_TRUE(opened.ok()) << opened.error().text();
        EXPECT_EQ(opened->at("a"), "one");
        ledger::Block moved = block;
        std::swap(moved.entries[0], moved.entries[1]);
        const auto elsewhere = open_fact(moved, 0, secret_);
        // A statement stands by its digest, every other fact by nonce and index.
        EXPECT_EQ(elsewhere.ok(), kind == EntryKind::key_rotated);
        moved = block;
        moved.header.chain = Hash32{{7}};
        EXPECT_EQ(open_fact(moved, 1, secret_).error().kind(), vault::kBoxNotAuthentic);
        const auto other = crypto::secp256k1::Scalar::random(random_);
        EXPECT_EQ(open_fact(block, 1, other).error().kind(), vault::kBoxOtherKey);
        EXPECT_EQ(open_fact(block, 0, secret_).error().kind(), vault::kBoxMalformed);
        EXPECT_EQ(open_fact(block, 2, secret_).error().kind(), kBadFact);
    }
}

TEST_F(SealedFact, ThePlaceIsAsDocumented) {
    const ledger::Block block = block_with(EntryKind::record_read);
    Bytes named = to_bytes(block.header.nonce.bytes);
    append(named, Bytes{0, 0, 0, 1});
    const Hash32 digest = crypto::sha256(named);
    const vault::BoxPlace place = fact_place(block, 1);
    EXPECT_EQ(place.chain, block.header.chain);
    EXPECT_TRUE(equal(place.record.bytes, ByteView(digest.bytes).first(16)));
}

TEST_F(SealedFact, TheGenesisHoldsTheStatement) {
    const ledger::Block genesis =
        make_genesis(Hash32{{5}}, {{"account", "0x01"}}, key_, ledger::kNow, ledger::key(1),
                     ledger::kDomain, random_)
            .value();
    EXPECT_TRUE(ledger::check_author(genesis, ledger::kDomain).ok());
    EXPECT_EQ(genesis.header.height, 0U);
    EXPECT_EQ(fact_place(genesis, 0), vault::BoxPlace{});
    EXPECT_EQ(open_fact(genesis, 0, secret_)->at("account"), "0x01");
    EXPECT_EQ(genesis.entries[0].digest, Hash32{{5}});
}

TEST_F(SealedFact, IsBoundedAndIJson) {
    const auto seal = [&](const codec::json::object& fact) {
        return seal_fact(EntryKind::emergency, {}, fact, key_, {}, random_);
    };
    EXPECT_EQ(seal({{"x", std::string(ledger::kMaxSealed, 'x')}}).error().kind(), kBadFact);
    EXPECT_EQ(seal({{"x", std::uint64_t{1} << 60}}).error().kind(), kBadFact);
}

TEST_F(SealedFact, ReadFactsAreReadAsWritten) {
    ReadFact fact;
    fact.reader.bytes.fill(1);
    fact.client = "ehr";
    fact.clinician = "Practitioner/1";
    fact.document.bytes.fill(2);
    fact.version = 1;
    fact.reason = "granted";
    fact.purpose = "TREAT";
    fact.action = ReadAction::reencrypt;
    fact.keys = {key_.bytes()};
    fact.records = {consent::RecordId{{3}}};
    fact.count = 1;
    fact.time = 1'790'000'000;
    fact.node.bytes.fill(4);
    EXPECT_EQ(read_read_fact(to_json(fact)).value(), fact);
    for (const ReadAction action : {ReadAction::list, ReadAction::read, ReadAction::reencrypt,
                                    ReadAction::count, ReadAction::chunk}) {
        ReadFact plain;
        plain.reason = "owner";
        plain.action = action;
        EXPECT_EQ(read_read_fact(to_json(plain)).value(), plain);
    }
    for (const char* member :
         {"type", "reader", "reason", "purpose", "action", "count", "time", "node"}) {
        codec::json::object bad = to_json(fact);
        bad.erase(member);
        EXPECT_EQ(read_read_fact(bad).error().kind(), kBadFact) << member;
        bad[member] = codec::json::array{};
        EXPECT_EQ(read_read_fact(bad).error().kind(), kBadFact) << member;
    }
}

} // namespace
} // namespace salus::records
