#pragma once
// What the gateway wrote, so that a bundle that is posted again is not written again: a row for
// each record, noted before its block is sent and settled by whether the nodes have the block. Ids,
// names of resources and contents stand in it as HMACs. Thread-safe as the database is.

#include <map>

#include "gateway/keys.hpp"
#include "ledger/block.hpp"
#include "store/sql.hpp"

namespace salus::gateway {

inline constexpr ErrorKind kWriteUnderWay{
    "gateway.write_under_way", "docs/records-api.md: the same resources are being written; post "
                               "them again when that has ended"};

struct JournalRow {
    vault::RecordId record; // the version's id
    Hash32 patient;         // PatientBook::row_of
    Hash32 resource;        // Journal::resource_of
    Hash32 type;            // Journal::type_of
    Hash32 content;         // Journal::content_of
    ledger::BlockHash block;
    std::uint64_t time = 0; // milliseconds, the block's
    bool done = false;      // the nodes have the block
};

// Which resource a record of a patient is, so that nothing is opened to find that out twice.
struct SeenRecord {
    vault::RecordId record;
    Hash32 resource, type; // zero: no resource
};

class Journal {
public:
    // The database is migrated (gateway/patient_book.hpp); all outlive it.
    Journal(store::Database& database, const GatewayKeys& keys)
        : database_(database), keys_(keys) {}

    Hash32 resource_of(std::string_view type, std::string_view id) const;
    Hash32 type_of(std::string_view type) const;
    Hash32 content_of(const Hash32& digest) const;

    // Of the patient's versions of a resource the newest; also one whose writing is under way.
    Result<std::optional<JournalRow>> newest(const Hash32& patient, const Hash32& resource) const;
    // Before the block is sent. kWriteUnderWay where one of the records is there already.
    Status begin(std::span<const JournalRow> rows);
    Status done(const ledger::BlockHash& block);
    Status forget(const ledger::BlockHash& block); // it was not taken, and never will be

    // Read or written from here.
    Status seen(const Hash32& patient, std::span<const SeenRecord> records);
    Result<std::map<vault::RecordId, SeenRecord>> known(const Hash32& patient) const;
    // The patients (rows) who have a resource of this name.
    Result<std::vector<Hash32>> patients_of(const Hash32& resource) const;

private:
    Status insert_seen(const Hash32& patient, const SeenRecord& record);

    store::Database& database_;
    const GatewayKeys& keys_;
};

} // namespace salus::gateway
