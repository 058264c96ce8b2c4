#include "vault/vault.hpp"

#include <fstream>
#include <iterator>

#include "vault/world_test.hpp"

namespace salus::vault::test {
namespace {

using ledger::EntryKind;

class VaultTest : public VaultWorld {};
INSTANTIATE_TEST_SUITE_P(Backends, VaultTest, testing::Values(Backend::sqlite, Backend::postgres),
                         testing::PrintToStringParamName());
// Files and a disk of its own, which a server keeps from its clients.
class VaultOnSqlite : public VaultWorld {};
INSTANTIATE_TEST_SUITE_P(Backends, VaultOnSqlite, testing::Values(Backend::sqlite),
                         testing::PrintToStringParamName());

TEST_P(VaultTest, WhatIsPutIsReadAfterARestart) {
    ASSERT_TRUE(put({record(1, "one"), record(2, "two")}).ok());
    reopen();
    EXPECT_EQ(read(1).value(), "one");
    EXPECT_EQ(read(2).value(), "two");
    const RecordInfo info = vault().info(place(2)).value();
    EXPECT_EQ(info.size, 3U);
    EXPECT_EQ(info.block, ledger::hash_of(tip_.header));
    EXPECT_EQ(info.writer, tip_.header.author);
    EXPECT_EQ(info.folder, folder_.bytes());
    EXPECT_EQ(info.digest, tip_.entries[1].digest);
    EXPECT_TRUE(vault().check_chain(chain_).ok());
    expect_refused(vault().get(place(3)), kUnknownRecord);
}

TEST_P(VaultTest, TheSameAgainIsSuccess) {
    const std::vector<NewRecord> records{record(1)};
    ASSERT_TRUE(put(records).ok());
    const auto again = vault().put(records, tip_);
    ASSERT_TRUE(again.ok());
    EXPECT_FALSE(again->fresh);
    EXPECT_EQ(count(*node_.database, "vault_record"), 1);
    EXPECT_EQ(vault().drop_orphans(ledger::kNow + 1).value(), 1U);
    EXPECT_EQ(read(1).value(), "systolic 120 mmHg");
    const std::vector<NewRecord> other{record(1, "something else")};
    expect_refused(vault().put(other, adding(other)), kRecordDiffers);
}

TEST_P(VaultTest, RecordsAndBlockAreThereTogetherOrNotAtAll) {
    const std::vector<NewRecord> records{record(1), record(2)};
    expect_refused(vault().put(records, adding(std::span(records).first(1))), kBlockDiffers);
    expect_refused(vault().put(std::span(records).first(1), adding(records)), kBlockDiffers);
    expect_refused(vault().put(records, ledger::genesis()), kGenesis);
    ledger::Block forged = adding(records);
    forged.header.author = Address{};
    expect_refused(vault().put(records, forged), ledger::kBadAuthor);
    tip_.header.nonce[0] ^= 1; // a parent that nobody has
    expect_refused(vault().put(records, adding(records)), ledger::kUnknownParent);
    EXPECT_EQ(count(*node_.database, "vault_record"), 0);
    EXPECT_EQ(node_.ledger->log_size().value(), 1U);
    // Keys that were made for what was then refused are found and destroyed.
    EXPECT_EQ(vault().drop_orphans(ledger::kNow + 1).value(), 2U);
    EXPECT_EQ(vault().drop_orphans(ledger::kNow + 1).value(), 0U);
}

TEST_P(VaultTest, ListsAndCountsByChainAndFolder) {
    std::vector<NewRecord> records;
    for (Byte i = 1; i <= 5; ++i) records.push_back(record(i));
    const FolderKey other = crypto::secp256k1::generate(crypto::secp256k1::Scalar::random(random_));
    records.push_back({place(6).record, seal(view("x"), other, place(6), random_).value(), {}});
    ASSERT_TRUE(put(records).ok());
    std::vector<RecordInfo> all;
    while (true) {
        const auto page = vault().list({chain_, {}, {}}, all.empty() ? 0 : all.back().number, 2);
        if (page->empty()) break;
        all.insert(all.end(), page->begin(), page->end());
    }
    ASSERT_EQ(all.size(), 6U);
    for (Byte i = 0; i < 6; ++i) EXPECT_EQ(all[i].id, place(i + 1).record);
    EXPECT_EQ(vault().list({chain_, other.bytes(), {}}, 0, 10)->size(), 1U);
    EXPECT_EQ(vault().list({Hash32{}, {}, {}}, 0, 10)->size(), 0U);
    EXPECT_EQ(vault().count({chain_, {}, {}})->records, 6U);
    const Counts counts = vault().count({chain_, folder_.bytes(), {}}).value();
    EXPECT_EQ(counts.records, 5U);
    EXPECT_EQ(counts.bytes, 5 * std::string_view("systolic 120 mmHg").size());
    EXPECT_EQ(vault().count({chain_, folder_.bytes(), place(6).record})->records, 0U);
}

TEST_P(VaultTest, EveryChangedColumnIsFoundByName) {
    ASSERT_TRUE(put({record(1)}).ok());
    for (const char* column :
         {"folder", "digest", "writer", "block", "nonce", "capsule", "ciphertext"}) {
        auto row = node_.database->prepare(std::string("SELECT ") + column + " FROM vault_record");
        ASSERT_TRUE((*row)->step().value());
        const Bytes good = (*row)->blob(0);
        row->reset();
        const std::string update = std::string("UPDATE vault_record SET ") + column + " = ?1";
        for (std::size_t i = 0; i < good.size(); ++i) {
            Bytes bad = good;
            bad[i] ^= 1;
            ASSERT_TRUE(node_.database->run(update, bad).ok());
            expect_refused(vault().get(place(1)), kTampered);
        }
        ASSERT_TRUE(node_.database->run(update, Bytes{}).ok());
        expect_refused(vault().get(place(1)), kTampered);
        ASSERT_TRUE(node_.database->run(update, good).ok());
        ASSERT_TRUE(vault().get(place(1)).ok()) << column;
    }
    for (const char* column : {"size", "time"}) {
        const std::string update =
            std::string("UPDATE vault_record SET ") + column + " = " + column;
        ASSERT_TRUE(node_.database->execute(update + " + 1").ok());
        expect_refused(vault().get(place(1)), kTampered);
        ASSERT_TRUE(node_.database->execute(update + " - 1").ok());
    }
    for (const int state : {2, 3, -1}) {
        ASSERT_TRUE(node_.database->run("UPDATE vault_record SET state = ?1", state).ok());
        expect_refused(vault().get(place(1)), kTampered);
    }
    ASSERT_TRUE(node_.database->run("UPDATE vault_record SET state = 0, shred = 9").ok());
    expect_refused(vault().get(place(1)), kShredKeyMissing);
    ASSERT_TRUE(node_.database->run("UPDATE vault_record SET id = ?1", place(2).record).ok());
    expect_refused(vault().get(place(1)), kUnknownRecord);
    expect_refused(vault().get(place(2)), kShredKeyMissing);
    ASSERT_TRUE(node_.database->run("DELETE FROM vault_record").ok());
    expect_refused(vault().check_chain(chain_), kDisagree);
}

TEST_P(VaultTest, AChangedShredKeyAndAnotherShredStoreAreFound) {
    ASSERT_TRUE(put({record(1)}).ok());
    ASSERT_TRUE(node_.shred_database->run("UPDATE shred_key SET key = ?1", Hash32{{1}}).ok());
    expect_refused(vault().get(place(1)), kTampered);
    ASSERT_TRUE(node_.shred_database->run("DELETE FROM shred_key").ok());
    expect_refused(vault().get(place(1)), kShredKeyMissing);
    ASSERT_TRUE(node_.shred_database->run("UPDATE shred_store SET id = ?1", FixedBytes<16>{}).ok());
    expect_refused(open_vault(), kShredStoreOther);
}

TEST_P(VaultTest, ARecordTooLargeIsAnObject) {
    std::vector<NewRecord> records{record(1, std::string(kMaxCiphertext, 'x'))};
    expect_refused(vault().put(records, adding(records)), kTooLarge);
    records[0].box.ciphertext.resize(15);
    expect_refused(vault().put(records, adding(records)), kBoxMalformed);
}

// ---- erasing

TEST_P(VaultTest, ErasingOneRecordLeavesTheOthersAndTheDigests) {
    const std::vector<NewRecord> records{record(1, "one"), record(2, "two")};
    ASSERT_TRUE(put(records).ok());
    const Hash32 digest = vault().info(place(1))->digest;
    const ledger::Block block = next({entry(EntryKind::record_erased, digest)});
    EXPECT_EQ(vault().erase({chain_, {}, place(1).record}, &block).value(), std::vector{digest});
    tip_ = block;
    // Once more is success: the answer may have been lost.
    EXPECT_EQ(vault().erase({chain_, {}, place(1).record}, &block).value(), std::vector{digest});
    reopen();
    expect_refused(vault().get(place(1)), kErased);
    EXPECT_EQ(read(2).value(), "two");
    EXPECT_TRUE(vault().info(place(1))->erased);
    EXPECT_TRUE(vault().check_chain(chain_).ok());
    EXPECT_EQ(vault().count({chain_, {}, {}})->erased, 1U);
    expect_refused(vault().put(records, adding(records)), kErased);
    expect_refused(vault().erase({chain_, {}, place(9).record}), kUnknownRecord);
}

TEST_P(VaultTest, TheErasingBlockNamesWhatIsErased) {
    ASSERT_TRUE(put({record(1), record(2)}).ok());
    const ledger::Block one =
        next({entry(EntryKind::record_erased, vault().info(place(1))->digest)});
    expect_refused(vault().erase({chain_, {}, {}}, &one), kBlockDiffers);
    expect_refused(vault().erase({chain_, {}, place(2).record}, &one), kBlockDiffers);
    const ledger::Block nothing = next({entry(EntryKind::record_read, {})});
    expect_refused(vault().erase({chain_, {}, place(2).record}, &nothing), kBlockDiffers);
    EXPECT_TRUE(vault().get(place(1)).ok());
    EXPECT_TRUE(vault().get(place(2)).ok());
    EXPECT_EQ(vault().erase({chain_, folder_.bytes(), {}})->size(), 2U);
    expect_refused(vault().get(place(1)), kErased);
}

TEST_P(VaultTest, ABlockErasesExactlyWhatItNames) {
    ASSERT_TRUE(put({record(1), record(2), record(3)}).ok());
    const auto names = [&](const std::vector<Hash32>& digests) {
        std::vector<ledger::Entry> entries;
        for (const Hash32& one : digests) {
            entries.push_back(entry(EntryKind::record_erased, one));
        }
        return next(std::move(entries));
    };
    const Hash32 first = vault().info(place(1))->digest;
    const Hash32 third = vault().info(place(3))->digest;
    expect_refused(Result<bool>(vault().erase_named(names({first, Hash32{{1}}})).error()),
                   kUnknownRecord);
    EXPECT_TRUE(read(1).ok());
    EXPECT_EQ(node_.ledger->heads(chain_)->heads.at(0), ledger::hash_of(tip_.header))
        << "the block that was refused is not there";
    const ledger::Block block = names({first, third});
    ASSERT_TRUE(vault().erase_named(block).ok());
    ASSERT_TRUE(vault().erase_named(block).ok());
    tip_ = block;
    expect_refused(vault().get(place(1)), kErased);
    expect_refused(vault().get(place(3)), kErased);
    EXPECT_TRUE(read(2).ok());
    EXPECT_TRUE(vault().check_chain(chain_).ok());
    const auto none = vault().erase_named(next({entry(EntryKind::record_read, {})}));
    EXPECT_EQ(none.error().kind(), kBlockDiffers);
}

TEST_P(VaultTest, WhatWasErasedElsewhereComesAsItsRowAlone) {
    const std::vector<NewRecord> both{record(1), record(2)};
    const ledger::Block block = adding(both);
    RecordInfo gone;
    gone.id = place(1).record;
    gone.folder = folder_.bytes();
    gone.digest = digest_of(both[0].box);
    gone.size = 17;
    const auto put_with = [&](const RecordInfo& erased) {
        return vault().put(std::span(both).subspan(1), block, std::span(&erased, 1));
    };
    RecordInfo other = gone;
    other.digest.bytes[0] ^= 1;
    expect_refused(put_with(other), kBlockDiffers);
    ASSERT_TRUE(put_with(gone).ok());
    ASSERT_TRUE(put_with(gone).ok()) << "again is success";
    tip_ = block;
    expect_refused(vault().get(place(1)), kErased);
    EXPECT_TRUE(read(2).ok());
    EXPECT_EQ(vault().count({chain_, {}, {}})->erased, 1U);
    EXPECT_TRUE(vault().check_chain(chain_).ok());
    expect_refused(vault().put(both, block), kErased);
}

TEST_P(VaultTest, AnInterruptedErasureIsEndedAtTheNextStart) {
    ASSERT_TRUE(put({record(1), record(2)}).ok());
    ASSERT_TRUE(
        node_.database->run("UPDATE vault_record SET state = 1 WHERE id = ?1", place(1).record)
            .ok());
    expect_refused(vault().get(place(1)), kErased);
    reopen();
    EXPECT_EQ(count(*node_.database, "vault_record WHERE state = 2"), 1);
    EXPECT_TRUE(vault().get(place(2)).ok());
    auto row =
        node_.shred_database->query("SELECT count(*) FROM shred_key WHERE key = ?1", Hash32{});
    ASSERT_TRUE((*row)->step().value());
    EXPECT_EQ((*row)->integer(0), 1);
}

// Key, capsule, nonce and ciphertext are on the disk before, and nowhere on it after.
TEST_P(VaultOnSqlite, WhatIsErasedIsOverwritten) {
    std::vector<NewRecord> records;
    for (Byte i = 1; i < 60; ++i) records.push_back(record(i, std::string(i * 200U, 'x')));
    ASSERT_TRUE(put(records).ok());
    std::vector<Bytes> needles;
    for (auto* of : {node_.database.get(), node_.shred_database.get()}) {
        auto rows = of->prepare(of == node_.database.get()
                                    ? "SELECT capsule, ciphertext, nonce FROM vault_record"
                                    : "SELECT key, key, key FROM shred_key");
        while ((*rows)->step().value()) {
            for (int i = 0; i < 3; ++i) {
                needles.push_back(to_bytes(ByteView((*rows)->blob(i)).first(16)));
            }
        }
    }
    const auto found = [&] {
        std::size_t out = 0;
        for (const auto& file : std::filesystem::directory_iterator(directory_)) {
            std::ifstream in(file.path(), std::ios::binary);
            const std::string bytes{std::istreambuf_iterator<char>(in), {}};
            for (const Bytes& one : needles) {
                if (bytes.find(to_string(one)) != std::string::npos) ++out;
            }
        }
        return out;
    };
    EXPECT_GE(found(), needles.size());
    ASSERT_TRUE(vault().erase({chain_, {}, {}}).ok());
    EXPECT_EQ(found(), 0U);
}

TEST_P(VaultTest, TheReceiptIsCheckedByAnybody) {
    ASSERT_TRUE(put({record(1), record(2), record(3)}).ok());
    PurgeReceipt receipt;
    receipt.chain = chain_;
    receipt.time = ledger::kNow;
    receipt.digests = vault().erase({chain_, {}, {}}).value();
    receipt = sign_receipt(receipt, ledger::key(9), ledger::kDomain).value();
    const PurgeReceipt read = decode_receipt(encode(receipt)).value();
    EXPECT_EQ(read, receipt);
    EXPECT_TRUE(check_receipt(read, ledger::kDomain).ok());
    ledger::Domain other = ledger::kDomain;
    other.chain_id += 1;
    expect_refused(check_receipt(read, other), kBadReceiptSignature);
    const Bytes good = encode(receipt);
    for (std::size_t i = 0; i < good.size(); ++i) {
        Bytes bad = good;
        bad[i] ^= 1;
        const auto changed = decode_receipt(bad);
        EXPECT_FALSE(changed.ok() && check_receipt(*changed, ledger::kDomain).ok()) << i;
        expect_refused(decode_receipt(ByteView(good).first(i)), kBadReceipt);
    }
    std::swap(receipt.digests[0], receipt.digests[1]);
    expect_refused(check_receipt(receipt, ledger::kDomain), kBadReceipt);
}

// ---- faults below

TEST_P(VaultOnSqlite, AFullDiskRefusesWholeAndLaterWorks) {
    ASSERT_TRUE(put({record(1)}).ok());
    ASSERT_TRUE(node_.database->execute("PRAGMA max_page_count = 1").ok()); // as many as there are
    const std::vector<NewRecord> large{record(2, std::string(500'000, 'x'))};
    const ledger::Block block = adding(large);
    expect_refused(vault().put(large, block), store::kSqlFull);
    EXPECT_EQ(node_.ledger->log_size().value(), 2U);
    expect_refused(vault().get(place(2)), kUnknownRecord);
    EXPECT_TRUE(vault().check_chain(chain_).ok());
    ASSERT_TRUE(node_.database->execute("PRAGMA max_page_count = 1000000").ok());
    EXPECT_TRUE(put(large, block).ok());
    EXPECT_EQ(read(2)->size(), 500'000U);
    // The shred store's: nothing comes into the vault either.
    ASSERT_TRUE(node_.shred_database->execute("PRAGMA max_page_count = 1").ok());
    std::vector<NewRecord> many;
    for (Byte i = 10; i < 210; ++i) many.push_back(record(i));
    expect_refused(vault().put(many, adding(many)), store::kSqlFull);
    EXPECT_EQ(node_.ledger->log_size().value(), 3U);
    EXPECT_EQ(vault().count({chain_, {}, {}})->records, 2U);
}

TEST_P(VaultOnSqlite, ADamagedFileIsAnErrorByName) {
    for (Byte i = 1; i < 20; ++i) ASSERT_TRUE(put({record(i, std::string(9000, 'x'))}).ok());
    node_ = {};
    const auto file = directory_ / "node";
    const auto size = std::filesystem::file_size(file);
    {
        std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
        for (std::uint64_t at = 8192; at < size; at += 4096) {
            out.seekp(static_cast<std::streamoff>(at));
            const std::string noise(64, '\x5a');
            out.write(noise.data(), 64);
        }
    }
    node_.database = open_database("");
    node_.shred_database = open_database("_shred");
    node_.commits = std::make_unique<store::GroupCommit>(*node_.database);
    auto ledger = ledger::Ledger::open(*node_.database, ledger::kDomain);
    if (!ledger.ok()) return expect_refused(ledger, store::kSqlCorrupt);
    node_.ledger = std::move(*ledger);
    auto vault = open_vault();
    if (!vault.ok()) return expect_refused(vault, store::kSqlCorrupt);
    const auto read = (*vault)->get(place(5));
    ASSERT_FALSE(read.ok());
    EXPECT_TRUE(read.error().kind() == store::kSqlCorrupt || read.error().kind() == kTampered)
        << read.error().text();
}

// ---- objects

class UploadTest : public VaultWorld {
protected:
    // Gives each chunk to `add` until it says no.
    static Status sealed_chunks(ObjectSealer& sealer, std::uint64_t size,
                                const std::function<Status(std::uint32_t, ByteView)>& add) {
        const auto count = static_cast<std::uint32_t>(chunks_of(size));
        for (std::uint32_t i = 0; i < count; ++i) {
            const bool last = i + 1 == count;
            const Bytes plain(last ? size - i * kChunkSize : kChunkSize, static_cast<Byte>(i));
            SALUS_TRY(add(i, sealer.seal_chunk(plain, last)));
        }
        return ok_status();
    }
    ledger::Block adding_object(const SealedBox& box, const ObjectSummary& object) const {
        return next({entry(EntryKind::record_added, digest_of(box, object))});
    }
    UploadId upload_{{7}};
};
INSTANTIATE_TEST_SUITE_P(Backends, UploadTest, testing::Values(Backend::sqlite, Backend::postgres),
                         testing::PrintToStringParamName());

TEST_P(UploadTest, SixtyFourMebibytesResumedReadAndErased) {
    const std::uint64_t size = 64 * kChunkSize + 100;
    ObjectSealer sealer = ObjectSealer::start(folder_, place(1), random_).value();
    Uploads uploads(vault());
    ASSERT_TRUE(uploads.begin(upload_, place(1)).ok());
    ASSERT_TRUE(uploads.begin(upload_, place(1)).ok());
    const Status stopped = sealed_chunks(sealer, size, [&](std::uint32_t i, ByteView sealed) {
        return i == 30 ? Status(Error(kChunkOrder, "the line broke"))
                       : uploads.add(upload_, i, sealed);
    });
    ASSERT_FALSE(stopped.ok());
    const auto kept = sealer.state();
    reopen();
    Uploads resumed(vault());
    EXPECT_EQ(resumed.state(upload_)->chunks, 30U);
    ObjectSealer again = ObjectSealer::resume(kept, folder_, place(1)).value();
    ASSERT_TRUE(sealed_chunks(again, size, [&](std::uint32_t i, ByteView sealed) {
                    if (i == 29) {
                        EXPECT_EQ(again.so_far().root, resumed.state(upload_)->root);
                    }
                    return i < 30 ? ok_status() : resumed.add(upload_, i, sealed);
                }).ok());
    const SealedBox box = again.finish(random_);
    const ledger::Block block = adding_object(box, again.so_far());
    ASSERT_TRUE(resumed.finish(upload_, box, block).ok());
    ASSERT_TRUE(resumed.finish(upload_, box, block).ok());
    tip_ = block;
    ASSERT_TRUE(vault().check_chain(chain_).ok());

    const Record record = vault().get(place(1)).value();
    ASSERT_TRUE(record.info.object);
    EXPECT_EQ(record.info.size, size);
    const auto opener = ObjectOpener::open(record.box, data_key(record.box, folder_secret_).value(),
                                           place(1), *record.info.object);
    std::uint64_t seen = 0;
    ASSERT_TRUE(opener
                    ->read(
                        0, size, [&](std::uint32_t i) { return resumed.chunk(record.info, i); },
                        [&](ByteView part) {
                            EXPECT_EQ(part[0], static_cast<Byte>(seen / kChunkSize));
                            seen += part.size();
                            return ok_status();
                        })
                    .ok());
    EXPECT_EQ(seen, size);
    for (const std::uint32_t i : {0U, 31U, 64U}) {
        ProvedChunk chunk = resumed.proved_chunk(record.info, i).value();
        EXPECT_TRUE(check_chunk(chunk, i, *record.info.object).ok());
        EXPECT_FALSE(check_chunk(chunk, i + 1, *record.info.object).ok());
        chunk.sealed[0] ^= 1;
        expect_refused(check_chunk(chunk, i, *record.info.object), merkle::kBadInclusion);
    }
    ASSERT_TRUE(vault().erase({chain_, {}, place(1).record}).ok());
    EXPECT_EQ(count(*node_.database, "vault_chunk"), 0);
    expect_refused(resumed.chunk(vault().info(place(1)).value(), 0), kErased);
}

TEST_P(UploadTest, RefusesByName) {
    Uploads uploads(vault());
    const Bytes chunk(kSealedChunkSize, 1);
    const Bytes last(100, 2);
    expect_refused(uploads.add(upload_, 0, last), kUnknownUpload);
    expect_refused(uploads.state(upload_), kUnknownUpload);
    ASSERT_TRUE(uploads.begin(upload_, place(1)).ok());
    expect_refused(uploads.begin(upload_, place(2)), kUploadDiffers);
    const std::vector<NewRecord> early{{place(1).record, record(1).box, upload_}};
    expect_refused(vault().put(early, adding(early)), kChunkOrder);
    expect_refused(uploads.add(upload_, 1, chunk), kChunkOrder);
    expect_refused(uploads.add(upload_, 0, Bytes(kSealedChunkSize + 1)), kChunkOrder);
    expect_refused(uploads.add(upload_, 0, Bytes(15)), kChunkOrder);
    ASSERT_TRUE(uploads.add(upload_, 0, chunk).ok());
    ASSERT_TRUE(uploads.add(upload_, 0, chunk).ok());
    expect_refused(uploads.add(upload_, 0, last), kChunkDiffers);
    ASSERT_TRUE(uploads.add(upload_, 1, last).ok());
    expect_refused(uploads.add(upload_, 2, last), kChunkOrder);
    expect_refused(uploads.finish(upload_, record(1).box, adding(early)), kBlockDiffers);
    const std::vector<NewRecord> other{{place(2).record, record(2).box, upload_}};
    expect_refused(vault().put(other, adding(other)), kUploadDiffers);
    EXPECT_EQ(uploads.drop_unfinished(ledger::kNow).value(), 0U);
    EXPECT_EQ(uploads.drop_unfinished(ledger::kNow + 1).value(), 1U);
    expect_refused(uploads.state(upload_), kUnknownUpload);
    EXPECT_EQ(count(*node_.database, "vault_chunk"), 0);
}

TEST_P(UploadTest, AChangedOrLostChunkIsFoundByName) {
    ObjectSealer sealer = ObjectSealer::start(folder_, place(1), random_).value();
    Uploads uploads(vault());
    ASSERT_TRUE(uploads.begin(upload_, place(1)).ok());
    ASSERT_TRUE(sealed_chunks(sealer, 2 * kChunkSize, [&](std::uint32_t i, ByteView sealed) {
                    return uploads.add(upload_, i, sealed);
                }).ok());
    const SealedBox box = sealer.finish(random_);
    const ledger::Block block = adding_object(box, sealer.so_far());
    ASSERT_TRUE(uploads.finish(upload_, box, block).ok());
    expect_refused(uploads.add(upload_, 2, box.ciphertext), kUploadFinished);
    const RecordInfo info = vault().info(place(1)).value();
    expect_refused(uploads.chunk(info, 2), kBadRange);
    ASSERT_TRUE(
        node_.database->run("UPDATE vault_chunk SET digest = ?1 WHERE number = 1", Hash32{}).ok());
    expect_refused(uploads.chunk(info, 1), kTampered);
    expect_refused(uploads.proved_chunk(info, 0), kTampered);
    expect_refused(vault().check_chain(chain_), kTampered);
    ASSERT_TRUE(node_.database->run("DELETE FROM vault_chunk WHERE number = 1").ok());
    expect_refused(uploads.chunk(info, 1), kTampered);
    expect_refused(vault().check_chain(chain_), kTampered);
}

} // namespace
} // namespace salus::vault::test
