#include "gateway/journal.hpp"

#include "codec/wire.hpp"

namespace salus::gateway {

Hash32 Journal::resource_of(std::string_view type, std::string_view id) const {
    codec::WireWriter name;
    return keys_.lookup("resource-name", name.sized(view(type)).sized(view(id)).take());
}

Hash32 Journal::type_of(std::string_view type) const {
    return keys_.lookup("resource-type", view(type));
}

Hash32 Journal::content_of(const Hash32& digest) const {
    return keys_.lookup("content", digest.bytes);
}

Result<std::optional<JournalRow>> Journal::newest(const Hash32& patient,
                                                  const Hash32& resource) const {
    SALUS_TRY_ASSIGN(auto rows,
                     database_.query("SELECT record, content, block, time, done "
                                     "FROM gateway_record WHERE resource = ?1 AND patient = ?2 "
                                     "ORDER BY time DESC, block DESC LIMIT 1",
                                     resource, patient));
    SALUS_TRY_ASSIGN(const bool more, rows->step());
    if (!more) return std::optional<JournalRow>();
    JournalRow out;
    out.patient = patient;
    out.resource = resource;
    SALUS_TRY_ASSIGN(out.record, rows->fixed<16>(0));
    SALUS_TRY_ASSIGN(out.content, rows->fixed<32>(1));
    SALUS_TRY_ASSIGN(out.block, rows->fixed<32>(2));
    out.time = static_cast<std::uint64_t>(rows->integer(3));
    out.done = rows->integer(4) != 0;
    return std::optional(out);
}

Status Journal::begin(std::span<const JournalRow> rows) {
    SALUS_TRY_ASSIGN(store::Transaction transaction, database_.begin());
    for (const JournalRow& row : rows) {
        SALUS_TRY(database_.run("INSERT INTO gateway_record(record, patient, resource, content, "
                                "block, time, done) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0) "
                                "ON CONFLICT DO NOTHING",
                                row.record, row.patient, row.resource, row.content, row.block,
                                row.time));
        if (database_.changed_rows() == 0) return Error(kWriteUnderWay);
        SALUS_TRY(insert_seen(row.patient, {row.record, row.resource, row.type}));
    }
    return transaction.commit();
}

Status Journal::done(const ledger::BlockHash& block) {
    return database_.run("UPDATE gateway_record SET done = 1 WHERE block = ?1", block);
}

Status Journal::forget(const ledger::BlockHash& block) {
    SALUS_TRY_ASSIGN(store::Transaction transaction, database_.begin());
    SALUS_TRY(database_.run("DELETE FROM gateway_seen WHERE record IN (SELECT record FROM "
                            "gateway_record WHERE block = ?1 AND done = 0)",
                            block));
    SALUS_TRY(database_.run("DELETE FROM gateway_record WHERE block = ?1 AND done = 0", block));
    return transaction.commit();
}

Status Journal::insert_seen(const Hash32& patient, const SeenRecord& record) {
    return database_.run("INSERT INTO gateway_seen(record, patient, resource, type) "
                         "VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                         record.record, patient, record.resource, record.type);
}

Status Journal::seen(const Hash32& patient, std::span<const SeenRecord> records) {
    if (records.empty()) return ok_status();
    SALUS_TRY_ASSIGN(store::Transaction transaction, database_.begin());
    for (const SeenRecord& record : records) SALUS_TRY(insert_seen(patient, record));
    return transaction.commit();
}

Result<std::map<vault::RecordId, SeenRecord>> Journal::known(const Hash32& patient) const {
    SALUS_TRY_ASSIGN(auto rows, database_.query("SELECT record, resource, type FROM gateway_seen "
                                                "WHERE patient = ?1",
                                                patient));
    std::map<vault::RecordId, SeenRecord> out;
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return out;
        SeenRecord one;
        SALUS_TRY_ASSIGN(one.record, rows->fixed<16>(0));
        SALUS_TRY_ASSIGN(one.resource, rows->fixed<32>(1));
        SALUS_TRY_ASSIGN(one.type, rows->fixed<32>(2));
        out.emplace(one.record, one);
    }
}

Result<std::vector<Hash32>> Journal::patients_of(const Hash32& resource) const {
    SALUS_TRY_ASSIGN(
        auto rows,
        database_.query("SELECT DISTINCT patient FROM gateway_seen WHERE resource = ?1", resource));
    std::vector<Hash32> out;
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return out;
        SALUS_TRY_ASSIGN(const Hash32 patient, rows->fixed<32>(0));
        out.push_back(patient);
    }
}

} // namespace salus::gateway
