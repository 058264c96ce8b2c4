#pragma once
// The record vault of a node: sealed records in the database of the ledger. A record and the block
// that tells of it are written in one transaction, so that both are there or neither is; what is
// acknowledged is durable. Thread-safe.
//
// Each row's capsule is wrapped with the record's key in the shred store; that key is durable
// before the row is. A crash between the two, or what was written already, leaves a key
// without a record, and nothing else (drop_orphans). The wrapping also authenticates the whole row.

#include "base/clock.hpp"
#include "ledger/ledger.hpp"
#include "vault/object.hpp"
#include "vault/receipt.hpp"
#include "vault/shred_store.hpp"

namespace salus::vault {

inline constexpr ErrorKind kUnknownRecord{"vault.unknown_record", "no such record here"};
inline constexpr ErrorKind kRecordDiffers{"vault.record_differs",
                                          "a record id is used once, for one content"};
inline constexpr ErrorKind kBlockDiffers{
    "vault.block_differs",
    "docs/records-vault.md: the block names these records' digests and no others"};
inline constexpr ErrorKind kGenesis{"vault.genesis",
                                    "records are bound to their chain: a genesis has none"};
inline constexpr ErrorKind kTampered{"vault.tampered", "the row is what was written"};
inline constexpr ErrorKind kTooLarge{"vault.too_large",
                                     "16 MiB a record: larger ones are objects, in chunks"};
inline constexpr ErrorKind kDisagree{"vault.disagrees_with_chain",
                                     "each record in its block, each entry in the vault"};

inline constexpr std::size_t kMaxCiphertext = 16 * 1024 * 1024;

using UploadId = FixedBytes<16>;

struct NewRecord {
    RecordId id;
    SealedBox box;
    std::optional<UploadId> upload; // of an object: its chunks (vault/upload.hpp)
};

// What a row says without any key.
struct RecordInfo {
    std::uint64_t number = 0; // rises with each record on this node
    RecordId id;
    ledger::PrivateChainId chain;
    FolderBytes folder;
    Hash32 digest;          // digest_of the box, as in the ledger
    std::uint64_t size = 0; // bytes of plain text
    Address writer;         // the block's author
    ledger::BlockHash block;
    std::uint64_t time = 0; // milliseconds, the block's
    bool erased = false;
    std::optional<UploadId> upload;
    std::optional<ObjectSummary> object;
};

struct Record {
    RecordInfo info;
    SealedBox box;
};

// Records of a chain, or of one folder of it, or one record.
struct Selection {
    ledger::PrivateChainId chain;
    std::optional<FolderBytes> folder;
    std::optional<RecordId> record;
};

struct Counts {
    std::uint64_t records = 0, erased = 0; // erased ones are counted in both
    std::uint64_t bytes = 0;               // of plain text, of those not erased
};

class Vault {
public:
    // References outlive the vault. `commits` is of `database`, which is the ledger's; `shred` is
    // another database.
    struct Parts {
        store::Database& database;
        store::GroupCommit& commits;
        store::Database& shred;
        ledger::Ledger& ledger;
        Random& random;
        const Clock& clock;
    };
    // Makes or renews the tables, and ends erasures that a crash interrupted.
    static Result<std::unique_ptr<Vault>> open(const Parts& parts);

    // All records and their block, or nothing. The block is the chain's next (ledger::append says
    // what it refuses) and its record_added entries are these records. The same once more is
    // success. kBlockDiffers, kGenesis, kRecordDiffers, kErased, kTooLarge, the ledger's and SQL.
    // `erased`: records that the block names as well and that were erased at another node before
    // they came here: their rows alone, of which id, folder, digest and size count. Who asks has
    // seen the block that erased them.
    Result<ledger::Placed> put(std::span<const NewRecord> records, const ledger::Block& block,
                               std::span<const RecordInfo> erased = {});

    // kUnknownRecord, kErased, kShredKeyMissing, kTampered.
    Result<Record> get(const BoxPlace& place) const;
    Result<RecordInfo> info(const BoxPlace& place) const; // kUnknownRecord
    // In the order of their numbers, those after `after`, at most `most`.
    Result<std::vector<RecordInfo>> list(const Selection& of, std::uint64_t after,
                                         std::size_t most) const;
    Result<Counts> count(const Selection& of) const;
    // The records that a block added, in the order of its entries.
    Result<std::vector<RecordInfo>> records_of(const ledger::Block& block) const;

    // Destroys keys, capsules and ciphertexts for good; digests stay. With a block: its
    // record_erased entries name all that are erased by this, and nothing outside of the
    // selection; it is appended first. Erased already is success. Gives the digests of all erased
    // records of the selection, for the receipt (vault/receipt.hpp).
    Result<std::vector<Hash32>> erase(const Selection& of, const ledger::Block* block = nullptr);

    // Exactly what the block's record_erased entries name, which it is appended for.
    // kUnknownRecord, kBlockDiffers where it names nothing.
    Status erase_named(const ledger::Block& block);

    // Keys in the shred store whose record never came, of writes that began before that time.
    Result<std::size_t> drop_orphans(std::uint64_t before_ms);

    // Chain and vault agree: every record_added of the chain's blocks has its row, every row its
    // entry, and every record that is not erased reads. kDisagree, or what reading says.
    Status check_chain(const ledger::PrivateChainId& chain) const;

    const Parts& parts() const { return parts_; }

private:
    Vault(const Parts& parts, std::unique_ptr<ShredStore> shred)
        : parts_(parts), shred_(std::move(shred)) {}
    Status mark_erased(const Selection& of, const ledger::Block* block);
    Status mark_named(const ledger::Block& block);
    Status finish_erasing();
    Status check_entries(const ledger::PrivateChainId& chain) const;
    Status check_rows(const ledger::PrivateChainId& chain) const;

    Parts parts_;
    std::unique_ptr<ShredStore> shred_;
};

} // namespace salus::vault
