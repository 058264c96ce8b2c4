// Large objects: up chunk by chunk, in with their record, out by ranges.
#include <gtest/gtest.h>

#include "records/records_world_test.hpp"

namespace salus::records::test {
namespace {

using consent::Access;
using consent::Reason;

class ObjectsTest : public RecordsWorld {
protected:
    void SetUp() override {
        RecordsWorld::SetUp();
        if (IsSkipped()) return;
        found();
        give(kHospital, Access::read_write, {folder_bytes()});
        for (std::size_t i = 0; i < plain_.size(); ++i) {
            plain_[i] = static_cast<Byte>(i * 31 + (i >> 12));
        }
    }
    Caller caller(Byte who = kHospital) const { return {account(who), "pacs", {}}; }
    UploadRequest request() const { return {place(1).record, folder_bytes(), "TREAT"}; }
    Result<vault::UploadState> begin(Byte who = kHospital) {
        return node().begin_upload(caller(who), chain_, upload_, request());
    }
    Status add(std::uint32_t index, const Bytes& sealed, Byte who = kHospital) {
        return node().add_chunk(caller(who), chain_, upload_, index, sealed);
    }
    // Seals all of it; gives the chunks.
    std::vector<Bytes> seal_all(vault::ObjectSealer& sealer) const {
        std::vector<Bytes> out;
        for (std::size_t at = 0; at < plain_.size(); at += vault::kChunkSize) {
            const std::size_t size = std::min(vault::kChunkSize, plain_.size() - at);
            out.push_back(
                sealer.seal_chunk(ByteView(plain_).subspan(at, size), at + size == plain_.size()));
        }
        return out;
    }
    AppendRequest finishing(const vault::ObjectSealer& sealer) {
        const vault::SealedBox box = sealer.finish(random_);
        AppendRequest out;
        const ledger::Header header = next_header();
        const auto digest = vault::digest_of(box, sealer.so_far());
        const auto entry = fact(EntryKind::record_added, header, 0, digest);
        out.block = ledger::seal(header, {entry}, ledger::key(kHospital), ledger::kDomain).value();
        out.records.push_back({place(1).record, box, upload_});
        return out;
    }
    vault::ObjectSealer put_object() {
        auto sealer = vault::ObjectSealer::start(folder(), place(1), random_).value();
        EXPECT_TRUE(begin().ok());
        const auto chunks = seal_all(sealer);
        for (std::uint32_t i = 0; i < chunks.size(); ++i) EXPECT_TRUE(add(i, chunks[i]).ok());
        const auto done = append(finishing(sealer));
        EXPECT_TRUE(done.ok()) << done.error().text();
        return sealer;
    }
    Result<std::vector<vault::ProvedChunk>> get(Byte who, std::uint32_t from, std::uint32_t count) {
        return node().chunks(caller(who), chain_, {"TREAT", place(1).record, from, count});
    }

    vault::UploadId upload_{{9, 9}};
    Bytes plain_ = Bytes(2 * vault::kChunkSize + 12'345);
};
INSTANTIATE_TEST_SUITE_P(Backends, ObjectsTest, testing::Values(Backend::sqlite, Backend::postgres),
                         testing::PrintToStringParamName());

TEST_P(ObjectsTest, GoInChunkByChunkAndComeOutByRanges) {
    const vault::ObjectSealer sealer = put_object();
    restart();
    const ReadAnswer answer = node().read(caller(), chain_, {"TREAT", {place(1).record}}).value();
    const ReadRecord& record = answer.records[0];
    ASSERT_TRUE(record.info.object.has_value());
    EXPECT_EQ(*record.info.object, sealer.so_far());
    const auto secret = root_.folder_key("vitals", 1).value();
    const auto data_key = vault::data_key(*record.box, secret).value();
    const auto opener =
        vault::ObjectOpener::open(*record.box, data_key, place(1), *record.info.object).value();
    Bytes out;
    const auto source = [&](std::uint32_t index) -> Result<Bytes> {
        SALUS_TRY_ASSIGN(auto one, get(kHospital, index, 1));
        SALUS_TRY(vault::check_chunk(one[0], index, *record.info.object));
        return std::move(one[0].sealed);
    };
    const auto sink = [&](ByteView part) {
        salus::append(out, part);
        return ok_status();
    };
    ASSERT_TRUE(opener.read(0, plain_.size(), source, sink).ok());
    EXPECT_EQ(out, plain_);
    const auto all = get(kHospital, 0, 3);
    ASSERT_TRUE(all.ok());
    ASSERT_EQ(all->size(), 3U);
    EXPECT_TRUE(vault::check_chunk((*all)[2], 2, *record.info.object).ok());
    const auto facts = reads();
    ASSERT_EQ(facts.size(), 5U); // the record, three chunks one by one, three at once
    EXPECT_EQ(facts.back().action, ReadAction::chunk);
    EXPECT_EQ(facts.back().records, std::vector{place(1).record});
    EXPECT_EQ(facts.back().client, "pacs");
}

TEST_P(ObjectsTest, GoOnAfterARestart) {
    auto sealer = vault::ObjectSealer::start(folder(), place(1), random_).value();
    const auto chunks = seal_all(sealer);
    EXPECT_EQ(begin()->chunks, 0U);
    ASSERT_TRUE(add(0, chunks[0]).ok());
    restart();
    EXPECT_EQ(node().upload_state(caller(), chain_, upload_)->chunks, 1U);
    EXPECT_EQ(begin()->chunks, 1U); // again is success
    ASSERT_TRUE(add(0, chunks[0]).ok());
    ASSERT_TRUE(add(1, chunks[1]).ok());
    refused(vault::kChunkOrder, [&] { return add(3, chunks[2]); });
    refused(vault::kChunkDiffers, [&] { return add(1, chunks[2]); });
    ASSERT_TRUE(add(2, chunks[2]).ok());
    ASSERT_TRUE(append(finishing(sealer)).ok());
    EXPECT_TRUE(node().upload_state(caller(), chain_, upload_)->finished);
}

TEST_P(ObjectsTest, AreForWhoMayWriteThere) {
    refused(refusal_kind(Reason::no_grant), [&] { return begin(kSecondHospital); });
    UploadRequest other = request();
    other.key = folder_bytes("laboratory");
    refused(refusal_kind(Reason::not_covered),
            [&] { return node().begin_upload(caller(), chain_, upload_, other); });
    refused(vault::kUnknownUpload, [&] { return add(0, Bytes(100)); });
    ASSERT_TRUE(begin().ok());
    other = request();
    other.record = place(2).record;
    refused(vault::kUploadDiffers,
            [&] { return node().begin_upload(caller(), chain_, upload_, other); });
    give(kSecondHospital, Access::read_write, {folder_bytes()});
    refused(vault::kUploadDiffers, [&] { return begin(kSecondHospital); });
    refused(vault::kUnknownUpload, [&] { return add(0, Bytes(100), kSecondHospital); });
    refused(vault::kUnknownUpload,
            [&] { return node().upload_state(caller(kSecondHospital), chain_, upload_); });
    vault::ObjectSealer sealer = vault::ObjectSealer::start(folder(), place(1), random_).value();
    ASSERT_TRUE(add(0, sealer.seal_chunk(view("x"), true)).ok());
    AppendRequest stolen = finishing(sealer);
    stolen.block = ledger::seal(stolen.block.header, stolen.block.entries,
                                ledger::key(kSecondHospital), ledger::kDomain)
                       .value();
    refused(vault::kUnknownUpload, [&] { return append(stolen); });
    consents_.grants[0].status = consent::OnChain::revoked; // in the middle of it
    refused(refusal_kind(Reason::revoked), [&] { return add(0, Bytes(100)); });
    refused(kUnknownPatientChain,
            [&] { return node().begin_upload(caller(), Hash32{{1}}, upload_, request()); });
}

TEST_P(ObjectsTest, ChunksAreReadByConsent) {
    put_object();
    refused(refusal_kind(Reason::no_grant), [&] { return get(kSecondHospital, 0, 1); });
    refused(kAskedWrongly, [&] { return get(kHospital, 0, 0); });
    refused(kAskedWrongly, [&] { return get(kHospital, 0, kMaxChunksRead + 1); });
    refused(vault::kBadRange, [&] { return get(kHospital, 1, 3); });
    refused(vault::kBadRange, [&] { return get(kHospital, 0xffffffff, 2); });
    const ChunkRequest unknown{"TREAT", place(7).record, 0, 1};
    refused(refusal_kind(Reason::not_covered),
            [&] { return node().chunks(caller(), chain_, unknown); });
    refused(vault::kUnknownRecord, [&] {
        return node().chunks({owner(), {}, {}}, chain_, unknown);
    });
    put_record(2, folder());
    refused(vault::kBadRange, [&] {
        return node().chunks(caller(), chain_, {"TREAT", place(2).record, 0, 1});
    });
    ASSERT_TRUE(vault().erase({chain_, {}, place(1).record}).ok());
    refused(vault::kErased, [&] { return get(kHospital, 0, 1); });
}

} // namespace
} // namespace salus::records::test
