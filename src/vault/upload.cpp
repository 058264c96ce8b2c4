#include "vault/upload.hpp"

#include "crypto/hash.hpp"
#include "vault/rows.hpp"

namespace salus::vault {
namespace {

struct Upload {
    BoxPlace place;
    bool finished = false;
};

Result<Upload> find_upload(store::Database& database, const UploadId& upload) {
    SALUS_TRY_ASSIGN(const auto row, database.query("SELECT chain, record, done FROM vault_upload "
                                                    "WHERE id = ?1",
                                                    upload));
    SALUS_TRY_ASSIGN(const bool found, row->step());
    if (!found) return Error(kUnknownUpload);
    Upload out;
    SALUS_TRY_ASSIGN(out.place.chain, row->fixed<32>(0));
    SALUS_TRY_ASSIGN(out.place.record, row->fixed<16>(1));
    out.finished = row->integer(2) != 0;
    return out;
}

// What is known of a chunk without reading it.
struct Stored {
    Hash32 digest;
    std::uint64_t size = 0;
};

Result<std::optional<Stored>> find_chunk(store::Database& database, const UploadId& upload,
                                         std::uint32_t index) {
    SALUS_TRY_ASSIGN(const auto row,
                     database.query("SELECT digest, size FROM vault_chunk WHERE upload = ?1 AND "
                                    "number = ?2",
                                    upload, index));
    SALUS_TRY_ASSIGN(const bool found, row->step());
    if (!found) return std::optional<Stored>();
    SALUS_TRY_ASSIGN(const Hash32 digest, row->fixed<32>(0));
    return std::optional(Stored{digest, static_cast<std::uint64_t>(row->integer(1))});
}

Result<std::vector<Stored>> stored_chunks(store::Database& database, const UploadId& upload) {
    SALUS_TRY_ASSIGN(const auto rows,
                     database.query("SELECT digest, size FROM vault_chunk WHERE upload = ?1 "
                                    "ORDER BY number",
                                    upload));
    std::vector<Stored> out;
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return out;
        SALUS_TRY_ASSIGN(const Hash32 digest, rows->fixed<32>(0));
        out.push_back({digest, static_cast<std::uint64_t>(rows->integer(1))});
    }
}

ObjectSummary summary_of(const std::vector<Stored>& chunks) {
    ObjectSummary out;
    merkle::Frontier tree;
    for (const Stored& chunk : chunks) {
        tree.append(chunk_leaf(chunk.digest), [](const merkle::Place&, const Hash32&) {});
        out.size += chunk.size - crypto::kAeadTagSize;
    }
    out.root = tree.root();
    out.chunks = static_cast<std::uint32_t>(chunks.size());
    return out;
}

Result<std::uint32_t> count_chunks(store::Database& database, const UploadId& upload) {
    SALUS_TRY_ASSIGN(const auto row,
                     database.query("SELECT coalesce(max(number), -1) + 1 FROM vault_chunk WHERE "
                                    "upload = ?1",
                                    upload));
    SALUS_TRY(row->step());
    return static_cast<std::uint32_t>(row->integer(0));
}

Status add_chunk(store::Database& database, const UploadId& upload, std::uint32_t index,
                 const Hash32& digest, ByteView sealed) {
    SALUS_TRY_ASSIGN(const Upload known, find_upload(database, upload));
    SALUS_TRY_ASSIGN(const auto before, find_chunk(database, upload, index));
    if (before) {
        if (before->digest != digest) return Error(kChunkDiffers, std::to_string(index));
        return ok_status();
    }
    if (known.finished) return Error(kUploadFinished);
    SALUS_TRY_ASSIGN(const std::uint32_t due, count_chunks(database, upload));
    if (index != due) return Error(kChunkOrder, "due is " + std::to_string(due));
    if (index > 0) {
        SALUS_TRY_ASSIGN(const auto previous, find_chunk(database, upload, index - 1));
        if (!previous || previous->size != kSealedChunkSize) {
            return Error(kChunkOrder, "the chunk before was the last");
        }
    }
    return database.run("INSERT INTO vault_chunk(upload, number, digest, size, sealed) VALUES "
                        "(?1, ?2, ?3, ?4, ?5)",
                        upload, index, digest, sealed.size(), sealed);
}

} // namespace

Result<ObjectSummary> summary_of(store::Database& database, const UploadId& upload,
                                 const BoxPlace& place) {
    SALUS_TRY_ASSIGN(const Upload known, find_upload(database, upload));
    if (known.place != place) return Error(kUploadDiffers, "it is of another record");
    SALUS_TRY_ASSIGN(const auto chunks, stored_chunks(database, upload));
    if (chunks.empty()) return Error(kChunkOrder, "it has no chunk yet");
    return summary_of(chunks);
}

Status finish_upload(store::Database& database, const UploadId& upload,
                     const ObjectSummary& summary) {
    SALUS_TRY_ASSIGN(const Upload known, find_upload(database, upload));
    if (known.finished) return Error(kUploadFinished);
    SALUS_TRY_ASSIGN(const std::uint32_t chunks, count_chunks(database, upload));
    if (chunks != summary.chunks) return Error(kChunkOrder, "a chunk came meanwhile");
    return database.run("UPDATE vault_upload SET done = 1 WHERE id = ?1", upload);
}

Result<Bytes> read_chunk(store::Database& database, const UploadId& upload, std::uint32_t index) {
    SALUS_TRY_ASSIGN(const auto row,
                     database.query("SELECT digest, sealed FROM vault_chunk WHERE upload = ?1 AND "
                                    "number = ?2",
                                    upload, index));
    SALUS_TRY_ASSIGN(const bool found, row->step());
    if (!found) return Error(kTampered, "a chunk is missing");
    Bytes out = row->blob(1);
    if (!equal(crypto::sha256(out).bytes, row->blob(0))) {
        return Error(kTampered, "chunk " + std::to_string(index));
    }
    return out;
}

Status check_chunks(store::Database& database, const RecordInfo& record) {
    std::vector<Stored> chunks;
    for (std::uint32_t i = 0; i < record.object->chunks; ++i) {
        SALUS_TRY_ASSIGN(const Bytes chunk, read_chunk(database, *record.upload, i));
        chunks.push_back({crypto::sha256(chunk), chunk.size()});
    }
    SALUS_TRY_ASSIGN(const std::uint32_t count, count_chunks(database, *record.upload));
    if (summary_of(chunks) != *record.object || count != record.object->chunks) {
        return Error(kTampered, "the chunks of an object");
    }
    return ok_status();
}

Status check_chunk(const ProvedChunk& chunk, std::uint32_t index, const ObjectSummary& object) {
    return merkle::verify_inclusion(index, object.chunks, chunk_leaf(crypto::sha256(chunk.sealed)),
                                    chunk.proof, object.root);
}

Status Uploads::begin(const UploadId& upload, const BoxPlace& place) {
    const auto now = vault_.parts().clock.since_epoch().count();
    return vault_.parts().commits.run([&](store::Database& database) -> Status {
        const auto known = find_upload(database, upload);
        if (known.ok()) {
            return known->place == place ? ok_status() : Status(Error(kUploadDiffers));
        }
        if (known.error().kind() != kUnknownUpload) return known.error();
        return database.run("INSERT INTO vault_upload(id, chain, record, began, done) VALUES "
                            "(?1, ?2, ?3, ?4, 0)",
                            upload, place.chain, place.record, now);
    });
}

Result<UploadState> Uploads::state(const UploadId& upload) const {
    store::Database& database = vault_.parts().database;
    SALUS_TRY_ASSIGN(const Upload known, find_upload(database, upload));
    SALUS_TRY_ASSIGN(const auto chunks, stored_chunks(database, upload));
    const ObjectSummary summary = summary_of(chunks);
    return UploadState{summary.chunks, summary.root, known.finished};
}

Status Uploads::add(const UploadId& upload, std::uint32_t index, ByteView sealed) {
    if (sealed.size() < crypto::kAeadTagSize || sealed.size() > kSealedChunkSize ||
        index >= kMaxChunks) {
        return Error(kChunkOrder, "its size or index");
    }
    const Hash32 digest = crypto::sha256(sealed);
    return vault_.parts().commits.run([&](store::Database& database) {
        return add_chunk(database, upload, index, digest, sealed);
    });
}

Result<ledger::Placed> Uploads::finish(const UploadId& upload, const SealedBox& box,
                                       const ledger::Block& block) {
    SALUS_TRY_ASSIGN(const Upload known, find_upload(vault_.parts().database, upload));
    const NewRecord record{known.place.record, box, upload};
    return vault_.put({&record, 1}, block);
}

Result<std::size_t> Uploads::drop_unfinished(std::uint64_t before_ms) {
    std::size_t out = 0;
    const store::GroupCommit::Job drop = [&](store::Database& database) -> Status {
        SALUS_TRY(database.run("DELETE FROM vault_chunk WHERE upload IN (SELECT id FROM "
                               "vault_upload WHERE done = 0 AND began < ?1)",
                               before_ms));
        SALUS_TRY(
            database.run("DELETE FROM vault_upload WHERE done = 0 AND began < ?1", before_ms));
        out = static_cast<std::size_t>(database.changed_rows());
        return ok_status();
    };
    SALUS_TRY(vault_.parts().commits.run(drop));
    return out;
}

Result<Bytes> Uploads::chunk(const RecordInfo& record, std::uint32_t index) const {
    if (record.erased) return Error(kErased);
    if (!record.object || index >= record.object->chunks) return Error(kBadRange);
    return read_chunk(vault_.parts().database, *record.upload, index);
}

Result<ProvedChunk> Uploads::proved_chunk(const RecordInfo& record, std::uint32_t index) const {
    SALUS_TRY_ASSIGN(Bytes sealed, chunk(record, index));
    SALUS_TRY_ASSIGN(const auto chunks, stored_chunks(vault_.parts().database, *record.upload));
    merkle::MemoryNodes nodes;
    merkle::Frontier tree;
    for (const Stored& one : chunks) {
        tree.append(chunk_leaf(one.digest), [&](const merkle::Place& place, const Hash32& hash) {
            nodes.add(place, hash);
        });
    }
    if (tree.root() != record.object->root) return Error(kTampered, "the chunks of an object");
    SALUS_TRY_ASSIGN(merkle::Proof proof, merkle::inclusion_proof(index, tree.size(), nodes));
    return ProvedChunk{std::move(sealed), std::move(proof)};
}

} // namespace salus::vault
