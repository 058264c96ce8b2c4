#include "vault/vault.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "vault/rows.hpp"

namespace salus::vault {
namespace {

// The ciphertext comes last: what stands before it is read without it.
constexpr store::Migration kMigrations[] = {
    {1, R"sql(
CREATE TABLE vault_record (
    number      INTEGER PRIMARY KEY,
    id          BLOB NOT NULL,
    chain       BLOB NOT NULL,
    folder      BLOB NOT NULL,
    digest      BLOB NOT NULL,
    size        INTEGER NOT NULL,
    writer      BLOB NOT NULL,
    block       BLOB NOT NULL,
    time        INTEGER NOT NULL,
    state       INTEGER NOT NULL,
    shred       INTEGER NOT NULL,
    upload      BLOB,
    root        BLOB,
    chunks      INTEGER,
    nonce       BLOB NOT NULL,
    capsule     BLOB NOT NULL,
    ciphertext  BLOB NOT NULL,
    UNIQUE (id, chain)
) STRICT;
CREATE INDEX vault_chain ON vault_record(chain, number, folder);
CREATE INDEX vault_digest ON vault_record(chain, digest);
CREATE INDEX vault_erasing ON vault_record(number) WHERE state = 1;

CREATE TABLE vault_upload (
    id          BLOB PRIMARY KEY,
    chain       BLOB NOT NULL,
    record      BLOB NOT NULL,
    began       INTEGER NOT NULL,
    done        INTEGER NOT NULL
) STRICT;

CREATE TABLE vault_chunk (
    upload      BLOB NOT NULL REFERENCES vault_upload(id),
    number      INTEGER NOT NULL,
    digest      BLOB NOT NULL,
    size        INTEGER NOT NULL,
    sealed      BLOB NOT NULL,
    PRIMARY KEY (upload, number)
) STRICT;

CREATE TABLE vault_shred_store (
    id          BLOB NOT NULL
) STRICT;
)sql"},
};

constexpr std::string_view kInsert =
    "INSERT INTO vault_record(id, chain, folder, digest, size, writer, block, time, state, shred, "
    "upload, root, chunks, nonce, capsule, ciphertext) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, "
    "?9, ?10, ?11, ?12, ?13, ?14, ?15)";

// A key wraps one capsule in its life, whence the nonce may be fixed.
constexpr crypto::AeadNonce kWrapNonce{};

// A shred store belongs to the database that it was first opened with.
Status bind_shred_store(store::Database& database, const FixedBytes<16>& id) {
    SALUS_TRY_ASSIGN(store::Transaction transaction, database.begin());
    SALUS_TRY(database.run("INSERT INTO vault_shred_store SELECT ?1 WHERE NOT EXISTS "
                           "(SELECT 1 FROM vault_shred_store)",
                           id));
    {
        SALUS_TRY_ASSIGN(const auto row, database.prepare("SELECT id FROM vault_shred_store"));
        SALUS_TRY(row->step());
        SALUS_TRY_ASSIGN(const auto bound, row->fixed<16>(0));
        if (bound != id) return Error(kShredStoreOther);
    }
    return transaction.commit();
}

// A record on its way into its row.
struct Writing {
    RecordInfo info;
    const NewRecord* record = nullptr;
    ShredNumber shred = 0;
    Bytes capsule; // wrapped
};

RecordInfo info_of(const NewRecord& record, const ledger::Block& block,
                   const std::optional<ObjectSummary>& object) {
    RecordInfo out;
    out.id = record.id;
    out.chain = ledger::chain_of(block.header);
    out.folder = record.box.folder.bytes();
    out.digest = digest_of(record.box, object);
    out.size = object ? object->size : record.box.ciphertext.size() - crypto::kAeadTagSize;
    out.writer = block.header.author;
    out.block = ledger::hash_of(block.header);
    out.time = block.header.time;
    out.upload = record.upload;
    out.object = object;
    return out;
}

// The digests that a block's entries of one kind name, rising; zero names none.
std::vector<Hash32> digests_in(const ledger::Block& block, ledger::EntryKind kind) {
    std::vector<Hash32> out;
    for (const ledger::Entry& entry : block.entries) {
        if (entry.kind == kind && !entry.digest.is_zero()) out.push_back(entry.digest);
    }
    std::ranges::sort(out);
    return out;
}

Status check_named(const std::vector<Writing>& writing, std::span<const RecordInfo> erased,
                   const ledger::Block& block) {
    std::vector<Hash32> digests;
    for (const Writing& one : writing) digests.push_back(one.info.digest);
    for (const RecordInfo& one : erased) digests.push_back(one.digest);
    std::ranges::sort(digests);
    if (digests != digests_in(block, ledger::EntryKind::record_added)) {
        return Error(kBlockDiffers);
    }
    return ok_status();
}

// Whether it is there already, as it is.
Result<bool> is_there(store::Database& database, const RecordInfo& info) {
    SALUS_TRY_ASSIGN(const auto row, find_row(database, {info.chain, info.id}));
    if (!row) return false;
    if (row->info.digest != info.digest) return Error(kRecordDiffers);
    if (row->info.erased) return Error(kErased, "it does not come back");
    return true;
}

Status insert(store::Database& database, const Writing& one) {
    const RecordInfo& info = one.info;
    std::optional<Hash32> root;
    std::optional<std::int64_t> chunks;
    if (info.object) {
        SALUS_TRY(finish_upload(database, *info.upload, *info.object));
        root = info.object->root;
        chunks = info.object->chunks;
    }
    return database.run(kInsert, info.id, info.chain, info.folder, info.digest, info.size,
                        info.writer, info.block, info.time, one.shred, info.upload, root, chunks,
                        one.record->box.nonce, one.capsule, one.record->box.ciphertext);
}

// A row that says what was here once, as erasing leaves it.
Status insert_erased(store::Database& database, const RecordInfo& record,
                     const ledger::Block& block) {
    RecordInfo info = record;
    info.chain = ledger::chain_of(block.header);
    SALUS_TRY_ASSIGN(const auto row, find_row(database, {info.chain, info.id}));
    if (row) return row->info.digest == info.digest ? ok_status() : Status(Error(kRecordDiffers));
    SALUS_TRY(database.run(kInsert, info.id, info.chain, info.folder, info.digest, info.size,
                           block.header.author, ledger::hash_of(block.header), block.header.time, 0,
                           std::optional<UploadId>(), std::optional<Hash32>(),
                           std::optional<std::int64_t>(), Bytes{}, Bytes{}, Bytes{}));
    return database.run("UPDATE vault_record SET state = 2 WHERE id = ?1 AND chain = ?2", info.id,
                        info.chain);
}

// The rows as they will be, but for their keys.
Result<std::vector<Writing>> prepared(store::Database& database, std::span<const NewRecord> records,
                                      const ledger::Block& block) {
    std::vector<Writing> out;
    out.reserve(records.size());
    for (const NewRecord& record : records) {
        if (record.box.ciphertext.size() > kMaxCiphertext) return Error(kTooLarge);
        if (record.box.ciphertext.size() < crypto::kAeadTagSize) return Error(kBoxMalformed);
        std::optional<ObjectSummary> object;
        if (record.upload) {
            const BoxPlace place{ledger::chain_of(block.header), record.id};
            SALUS_TRY_ASSIGN(object, summary_of(database, *record.upload, place));
        }
        out.push_back({info_of(record, block, object), &record, 0, {}});
    }
    return out;
}

} // namespace

Result<std::unique_ptr<Vault>> Vault::open(const Parts& parts) {
    SALUS_TRY(parts.database.migrate(kMigrations, "vault"));
    SALUS_TRY_ASSIGN(auto shred, ShredStore::open(parts.shred, parts.random));
    SALUS_TRY(bind_shred_store(parts.database, shred->id()));
    std::unique_ptr<Vault> out(new Vault(parts, std::move(shred)));
    SALUS_TRY(out->finish_erasing());
    return out;
}

Result<ledger::Placed> Vault::put(std::span<const NewRecord> records, const ledger::Block& block,
                                  std::span<const RecordInfo> erased) {
    if (block.header.height == 0) return Error(kGenesis);
    SALUS_TRY_ASSIGN(std::vector<Writing> writing, prepared(parts_.database, records, block));
    SALUS_TRY(check_named(writing, erased, block));
    SALUS_TRY(ledger::check_author(block, parts_.ledger.domain())); // before a key is made
    // No look at the database before: it would wait for whoever is writing.
    std::vector<RecordId> ids;
    for (const Writing& one : writing) ids.push_back(one.info.id);
    const auto now = static_cast<std::uint64_t>(parts_.clock.since_epoch().count());
    SALUS_TRY_ASSIGN(const auto keys, shred_->add(ids, now));
    for (std::size_t i = 0; i < writing.size(); ++i) {
        writing[i].shred = keys[i].number;
        writing[i].capsule =
            crypto::aead_seal(keys[i].key, kWrapNonce, writing[i].record->box.capsule.bytes().bytes,
                              associated(writing[i].info));
    }
    ledger::Placed placed;
    const store::GroupCommit::Job write = [&](store::Database& database) -> Status {
        SALUS_TRY_ASSIGN(placed, parts_.ledger.append(block, now));
        for (const Writing& one : writing) {
            SALUS_TRY_ASSIGN(const bool there, is_there(database, one.info));
            if (there) continue;
            SALUS_TRY(insert(database, one));
        }
        for (const RecordInfo& one : erased) SALUS_TRY(insert_erased(database, one, block));
        return ok_status();
    };
    SALUS_TRY(parts_.commits.run(write));
    return placed;
}

Result<RecordInfo> Vault::info(const BoxPlace& place) const {
    SALUS_TRY_ASSIGN(auto row, find_row(parts_.database, place));
    if (!row) return Error(kUnknownRecord);
    return std::move(row->info);
}

namespace {

struct Content {
    crypto::AeadNonce nonce;
    Bytes capsule, ciphertext;
};

Result<Content> read_content(store::Database& database, std::uint64_t number) {
    SALUS_TRY_ASSIGN(const auto row,
                     database.query("SELECT nonce, capsule, ciphertext FROM vault_record "
                                    "WHERE number = ?1",
                                    number));
    SALUS_TRY_ASSIGN(const bool found, row->step());
    if (!found) return Error(kUnknownRecord);
    Content out{{}, row->blob(1), row->blob(2)};
    const Bytes nonce = row->blob(0);
    if (nonce.size() == out.nonce.size()) out.nonce = right_aligned<24>(nonce);
    return out;
}

Result<SealedBox> unwrapped(const RecordInfo& info, const Content& content,
                            const crypto::SecretKey32& key) {
    const auto capsule = crypto::aead_open(key, kWrapNonce, content.capsule, associated(info));
    if (!capsule.ok()) return Error(kTampered, "its shred key does not open the row");
    Bytes bytes{1};
    for (const ByteView part : {ByteView(info.folder.bytes), ByteView(*capsule),
                                ByteView(content.nonce.bytes), ByteView(content.ciphertext)}) {
        append(bytes, part);
    }
    auto box = decode_box(bytes);
    if (!box.ok()) return Error(kTampered, std::string(box.error().name()));
    if (digest_of(*box, info.object) != info.digest) return Error(kTampered, "its digest");
    return box;
}

} // namespace

Result<Record> Vault::get(const BoxPlace& place) const {
    auto found = find_row(parts_.database, place);
    if (!found.ok() && found.error().kind() == store::kSqlCorrupt) {
        return Error(kTampered, found.error().detail());
    }
    if (!found.ok()) return found.error();
    if (!*found) return Error(kUnknownRecord);
    Row& row = **found;
    SALUS_TRY_ASSIGN(const Content content, read_content(parts_.database, row.info.number));
    if (row.state == RowState::erased && !content.ciphertext.empty()) {
        return Error(kTampered, "erased, and yet there");
    }
    if (row.info.erased) return Error(kErased);
    SALUS_TRY_ASSIGN(const crypto::SecretKey32 key, shred_->find(row.shred));
    SALUS_TRY_ASSIGN(SealedBox box, unwrapped(row.info, content, key));
    return Record{std::move(row.info), std::move(box)};
}

Result<std::vector<RecordInfo>> Vault::list(const Selection& of, std::uint64_t after,
                                            std::size_t most) const {
    SALUS_TRY_ASSIGN(auto rows, select_rows(parts_.database, of, after, most));
    std::vector<RecordInfo> out;
    out.reserve(rows.size());
    for (Row& row : rows) out.push_back(std::move(row.info));
    return out;
}

Result<std::vector<RecordInfo>> Vault::records_of(const ledger::Block& block) const {
    const std::string text =
        fmt::format("SELECT {} FROM vault_record WHERE chain = ?1 AND digest = ?2", kRowColumns);
    std::vector<RecordInfo> out;
    for (const ledger::Entry& entry : block.entries) {
        if (entry.kind != ledger::EntryKind::record_added || entry.digest.is_zero()) continue;
        SALUS_TRY_ASSIGN(const auto row,
                         parts_.database.query(text, ledger::chain_of(block.header), entry.digest));
        SALUS_TRY_ASSIGN(const bool found, row->step());
        if (!found) return Error(kDisagree, "no row for " + to_hex0x(entry.digest.bytes));
        SALUS_TRY_ASSIGN(Row one, read_row(*row));
        out.push_back(std::move(one.info));
    }
    return out;
}

Result<Counts> Vault::count(const Selection& of) const {
    SALUS_TRY_ASSIGN(
        const auto rows,
        parts_.database.query(
            fmt::format("SELECT state, count(*), CAST(sum(size) AS BIGINT) FROM vault_record "
                        "WHERE chain = ?1 {} {} GROUP BY state",
                        of.folder ? "AND folder = ?2" : "",
                        of.record ? fmt::format("AND id = ?{}", of.folder ? 3 : 2) : ""),
            of.chain));
    int parameter = 1;
    if (of.folder) rows->bind(++parameter, *of.folder);
    if (of.record) rows->bind(++parameter, *of.record);
    Counts out;
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return out;
        const auto number = static_cast<std::uint64_t>(rows->integer(1));
        out.records += number;
        if (rows->integer(0) == static_cast<std::int64_t>(RowState::live)) {
            out.bytes += static_cast<std::uint64_t>(rows->integer(2));
        } else {
            out.erased += number;
        }
    }
}

} // namespace salus::vault
