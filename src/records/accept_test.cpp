// Blocks between two nodes: what one has, the other takes, judged by the time of the block.
#include <gtest/gtest.h>

#include "records/parcel.hpp"
#include "records/records_world_test.hpp"
#include "vault/object.hpp"

namespace salus::records::test {
namespace {

using consent::Access;
using consent::Reason;
using ledger::BlockHash;

class AcceptTest : public RecordsWorld {
protected:
    void SetUp() override {
        RecordsWorld::SetUp();
        if (IsSkipped()) return;
        found();
        open_other();
        ASSERT_TRUE(other_->found(genesis_).ok());
    }
    void TearDown() override {
        other_.reset();
        RecordsWorld::TearDown();
    }
    void open_other() {
        there_.database = store::open_sqlite(":memory:").value();
        there_.shred_database = store::open_sqlite(":memory:").value();
        there_.commits = std::make_unique<store::GroupCommit>(*there_.database);
        there_.ledger = ledger::Ledger::open(*there_.database, ledger::kDomain).value();
        there_.vault =
            vault::Vault::open({*there_.database, *there_.commits, *there_.shred_database,
                                *there_.ledger, system_random_, clock_})
                .value();
        other_ = RecordNode::make({*there_.vault, consents_, other_key_, system_random_, clock_})
                     .value();
    }
    const Caller second_{account(kSecondHospital), {}, {}};

    // As it travels.
    Result<Parcel> parcel_of(const ledger::Block& block) {
        SALUS_TRY_ASSIGN(const Parcel parcel,
                         node().parcel(second_, chain_, ledger::hash_of(block.header)));
        return read_parcel(to_json(parcel));
    }
    Parcel sent(const AppendRequest& request) {
        EXPECT_TRUE(append(request).ok());
        return parcel_of(request.block).value();
    }
    void refused_there(const ErrorKind& kind, const Parcel& parcel) {
        const std::uint64_t before = there_.ledger->log_size().value();
        const Status done = other_->accept(parcel, none_);
        ASSERT_FALSE(done.ok()) << "due was " << kind.name;
        EXPECT_EQ(done.error().name(), kind.name) << done.error().text();
        EXPECT_EQ(there_.ledger->log_size().value(), before);
    }
    void refused_there(Reason reason, const Parcel& parcel) {
        refused_there(refusal_kind(reason), parcel);
    }
    const FetchChunk none_ = [](const vault::RecordId&, std::uint32_t) {
        return Result<vault::ProvedChunk>(Error(vault::kBadRange));
    };
    AppendRequest visit(Byte id = 1) { return adding_of({record_of(id, folder())}, kHospital); }

    vault::test::Node there_;
    crypto::SecretKey32 other_key_ = ledger::key(kSecondHospital);
    std::unique_ptr<RecordNode> other_;
};
INSTANTIATE_TEST_SUITE_P(Backends, AcceptTest, testing::Values(Backend::sqlite),
                         testing::PrintToStringParamName());

TEST_P(AcceptTest, ABlockAndItsCiphertextsTravel) {
    give(kHospital, Access::write, {folder_bytes()});
    const AppendRequest request =
        adding_of({record_of(1, folder(), "one"), record_of(2, folder(), "two")}, kHospital);
    const Parcel parcel = sent(request);
    EXPECT_EQ(parcel.block, request.block);
    ASSERT_TRUE(other_->accept(parcel, none_).ok());
    ASSERT_TRUE(other_->accept(parcel, none_).ok()) << "again is success";
    const auto secret = root_.folder_key("vitals", 1).value();
    const auto plain = vault::open(there_.vault->get(place(2))->box, secret, place(2)).value();
    EXPECT_EQ(to_string(plain), "two");
    EXPECT_EQ(there_.ledger->heads(chain_)->heads, node_.ledger->heads(chain_)->heads);
    EXPECT_TRUE(there_.vault->check_chain(chain_).ok());
}

TEST_P(AcceptTest, WhatHeldWhenItWasWrittenCounts) {
    give(kHospital, Access::write, {folder_bytes()});
    const Parcel one = sent(visit(1));
    consents_.now = consents_.head_time = consents_.grants[0].grant.until + 1000;
    ASSERT_TRUE(other_->accept(one, none_).ok()) << "the grant ended since";
    consents_.now = consents_.head_time = ledger::kNow / 1000;
    const Parcel two = sent(visit(2));
    consents_.suspended = {account(kHospital)};
    ASSERT_TRUE(other_->accept(two, none_).ok()) << "it was accredited then";
    consents_.suspended.clear();
    const Parcel three = sent(visit(3));
    consents_.closed = {folder_bytes()};
    ASSERT_TRUE(other_->accept(three, none_).ok()) << "the epoch was closed since";
}

TEST_P(AcceptTest, WhatNobodyAllowedIsRefused) {
    const Hash32 hash = give(kHospital, Access::write, {folder_bytes()});
    const Parcel parcel = sent(visit());
    const auto given = consents_.grants;
    consents_.grants.clear();
    refused_there(Reason::no_grant, parcel);
    consents_.grants = given;
    ASSERT_EQ(consent::grant_hash(consents_.grants[0].grant), hash);
    consents_.grants[0].status = consent::OnChain::revoked;
    refused_there(Reason::revoked, parcel);
    consents_.grants[0].status = consent::OnChain::none;
    refused_there(Reason::not_on_chain, parcel);
    consents_.grants = given;
    consents_.grants[0].grant.from = consents_.grants[0].chain_from = ledger::kNow / 1000 + 10;
    refused_there(Reason::not_yet, parcel);
    consents_.grants = given;
    EXPECT_TRUE(other_->accept(parcel, none_).ok());
}

TEST_P(AcceptTest, AGrantForAnyPurposeOfWritingCounts) {
    consent::Grant grant = grant_for(kHospital, Access::write, {folder_bytes()});
    grant.purpose = "HPAYMT";
    give(grant);
    AppendRequest request = visit();
    request.purpose = "HPAYMT";
    EXPECT_TRUE(other_->accept(sent(request), none_).ok());
}

TEST_P(AcceptTest, AnAuditIsTakenFromWhoWasAccredited) {
    const auto audit = [&](Byte author) {
        return telling({EntryKind::record_read}, ledger::key(author));
    };
    const AppendRequest good = audit(kHospital);
    EXPECT_TRUE(other_->accept({good.block, {}, {}, {}, {}}, none_).ok());
    const AppendRequest bad = audit(kInsurer);
    refused_there(kNotAllowed, {bad.block, {}, {}, {}, {}});
    const AppendRequest forged = telling({EntryKind::access_revoked}, ledger::key(kSecondHospital));
    refused_there(kNotForAuthor, {forged.block, {}, {}, {}, {}});
}

TEST_P(AcceptTest, AForgedBlockIsRefused) {
    give(kHospital, Access::write, {folder_bytes()});
    Parcel parcel = sent(visit());
    parcel.block.header.author = owner();
    refused_there(ledger::kBadAuthor, parcel);
    parcel.block.header.author = account(kHospital);
    Parcel without = parcel;
    without.records.clear();
    refused_there(vault::kBlockDiffers, without);
    Parcel swapped = parcel;
    swapped.records[0] = record_of(1, folder(), "other");
    refused_there(vault::kBlockDiffers, swapped);
    EXPECT_TRUE(other_->accept(parcel, none_).ok());
}

TEST_P(AcceptTest, TheMissingParentComesFirst) {
    give(kHospital, Access::write, {folder_bytes()});
    const Parcel one = sent(visit(1));
    const Parcel two = sent(visit(2));
    refused_there(ledger::kUnknownParent, two);
    ASSERT_TRUE(other_->accept(one, none_).ok());
    EXPECT_TRUE(other_->accept(two, none_).ok());
}

TEST_P(AcceptTest, WhatThePatientErasedComesAsItsRow) {
    give(kHospital, Access::write, {folder_bytes()});
    const AppendRequest request =
        adding_of({record_of(1, folder()), record_of(2, folder())}, kHospital);
    ASSERT_TRUE(append(request).ok());
    const ledger::Header header = next_header();
    const Hash32 digest = vault::digest_of(request.records[0].box);
    const auto erasing = [&](const crypto::SecretKey32& author) {
        AppendRequest out;
        out.block = ledger::seal(header, {fact(EntryKind::record_erased, header, 0, digest)},
                                 author, ledger::kDomain)
                        .value();
        return out;
    };
    refused(kNotForAuthor, [&] { return append(erasing(ledger::key(kHospital))); });
    const AppendRequest erasure = erasing(root_.ledger_key());
    ASSERT_TRUE(append(erasure).ok());
    EXPECT_EQ(vault().get(place(1)).error().kind(), vault::kErased);

    const Parcel parcel = parcel_of(request.block).value();
    ASSERT_EQ(parcel.records.size(), 1u);
    ASSERT_EQ(parcel.erased.size(), 1u);
    ASSERT_EQ(parcel.erasures, std::vector{erasure.block});
    Parcel lie = parcel;
    lie.erasures.clear();
    refused_there(kNoErasure, lie);
    lie.erasures = {erasing(ledger::key(kHospital)).block};
    refused_there(kNoErasure, lie);
    ASSERT_TRUE(other_->accept(parcel, none_).ok());
    ASSERT_TRUE(other_->accept(parcel_of(erasure.block).value(), none_).ok());
    EXPECT_EQ(there_.vault->get(place(1)).error().kind(), vault::kErased);
    EXPECT_TRUE(there_.vault->get(place(2)).ok());
    EXPECT_TRUE(there_.vault->check_chain(chain_).ok());
}

TEST_P(AcceptTest, AnErasureReachesWhoHasTheRecord) {
    put_record(1, folder());
    const Parcel record = parcel_of(history().back()).value();
    ASSERT_TRUE(other_->accept(record, none_).ok());
    const ledger::Header header = next_header();
    AppendRequest erasure;
    erasure.block =
        ledger::seal(header,
                     {fact(EntryKind::record_erased, header, 0, vault().info(place(1))->digest)},
                     root_.ledger_key(), ledger::kDomain)
            .value();
    ASSERT_TRUE(append(erasure).ok());
    ASSERT_TRUE(other_->accept(parcel_of(erasure.block).value(), none_).ok());
    EXPECT_EQ(there_.vault->get(place(1)).error().kind(), vault::kErased);
}

TEST_P(AcceptTest, AnObjectTravelsChunkByChunk) {
    const Bytes plain(2 * vault::kChunkSize + 17, 7);
    const vault::UploadId upload{random_.bytes<16>()};
    const Caller patient{owner(), {}, {}};
    const UploadRequest begins{place(1).record, folder_bytes(), "TREAT"};
    ASSERT_TRUE(node().begin_upload(patient, chain_, upload, begins).ok());
    auto sealer = vault::ObjectSealer::start(folder(), place(1), random_).value();
    for (std::uint32_t i = 0; i < 3; ++i) {
        const std::size_t from = i * vault::kChunkSize;
        const std::size_t size = std::min(vault::kChunkSize, plain.size() - from);
        const Bytes sealed = sealer.seal_chunk(ByteView(plain).subspan(from, size), i == 2);
        ASSERT_TRUE(node().add_chunk(patient, chain_, upload, i, sealed).ok());
    }
    const vault::SealedBox box = sealer.finish(random_);
    const ledger::Header header = next_header();
    const Hash32 digest = vault::digest_of(box, sealer.so_far());
    AppendRequest request;
    request.block = ledger::seal(header, {fact(EntryKind::record_added, header, 0, digest)},
                                 root_.ledger_key(), ledger::kDomain)
                        .value();
    request.records.push_back({place(1).record, box, upload});
    const Parcel parcel = sent(request);
    ASSERT_EQ(parcel.objects.size(), 1u);

    int asked = 0;
    bool broken = true;
    const FetchChunk fetch = [&](const vault::RecordId& record,
                                 std::uint32_t index) -> Result<vault::ProvedChunk> {
        ++asked;
        if (broken && index == 1) return Error(store::kSqlBusy, "the connection was lost");
        return node().member_chunk(second_, chain_, record, index);
    };
    EXPECT_EQ(other_->accept(parcel, fetch).error().kind(), store::kSqlBusy);
    broken = false;
    Parcel other = parcel;
    other.objects[0].object->root.bytes[0] ^= 1;
    EXPECT_EQ(other_->accept(other, fetch).error().kind(), kOtherObject);
    ASSERT_TRUE(other_->accept(parcel, fetch).ok());
    EXPECT_EQ(asked, 4) << "it goes on where it was interrupted";
    EXPECT_TRUE(there_.vault->check_chain(chain_).ok());
    const Caller insurer{account(kInsurer), {}, {}};
    refused(kNotAllowed, [&] { return node().member_chunk(insurer, chain_, place(1).record, 0); });
}

TEST_P(AcceptTest, WhoMayAsk) {
    put_record(1, folder());
    const BlockHash hash = ledger::hash_of(history().back().header);
    const Caller insurer{account(kInsurer), {}, {}};
    refused(kNotAllowed, [&] { return node().feed(insurer, 0, 10); });
    refused(kNotAllowed, [&] { return node().parcel(insurer, chain_, hash); });
    refused(kAskedWrongly, [&] { return node().feed(second_, 0, 0); });
    refused(kAskedWrongly, [&] { return node().feed(second_, 0, kMaxFeed + 1); });
    refused(ledger::kUnknownBlock, [&] { return node().parcel(second_, chain_, Hash32{}); });
    refused(kUnknownPatientChain, [&] { return node().parcel(second_, hash, hash); });
    EXPECT_TRUE(node().parcel({owner(), {}, {}}, chain_, hash).ok());
    const Feed feed = node().feed(second_, 0, 10).value();
    EXPECT_EQ(feed.size, 3u); // another patient's genesis, this one's, the record
    ASSERT_EQ(feed.blocks.size(), 3u);
    EXPECT_EQ(feed.blocks[2], (ledger::LogBlock{2, chain_, hash}));
    EXPECT_EQ(read_feed(to_json(feed)).value(), feed);
}

} // namespace
} // namespace salus::records::test
