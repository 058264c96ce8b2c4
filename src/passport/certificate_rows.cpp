#include "passport/certificate_rows.hpp"

#include "codec/cbor.hpp"
#include "passport/document.hpp"

namespace salus::passport {

namespace {

constexpr std::string_view kSelect =
    "SELECT commitment, identity, content, batch, state, transaction_hash, block_number, sealed "
    "FROM certificate WHERE network = ?1 AND ";

Bytes context_of(const Hash32& commitment) {
    return concat({view("certificate/1"), commitment.bytes});
}

Result<std::int64_t> network_row(store::Database& database, const IssuerProfile& profile) {
    SALUS_TRY(database.run("INSERT INTO network(chain_id, genesis, contract) VALUES (?1, ?2, ?3) "
                           "ON CONFLICT DO NOTHING",
                           profile.chain_id, profile.genesis, profile.vaccine_passport));
    SALUS_TRY_ASSIGN(auto rows,
                     database.query("SELECT id FROM network WHERE chain_id = ?1 AND "
                                    "genesis = ?2 AND contract = ?3",
                                    profile.chain_id, profile.genesis, profile.vaccine_passport));
    SALUS_TRY_ASSIGN(const bool found, rows->step());
    if (!found) return Error(store::kSqlCorrupt, "a row just written is not there");
    return rows->integer(0);
}

Result<ContentKind> kind_of(const codec::Cbor* sealed) {
    const auto value = sealed == nullptr ? std::nullopt : sealed->as_unsigned();
    if (!value || *value > static_cast<std::uint64_t>(ContentKind::icvp)) {
        return Error(store::kSqlCorrupt, "a sealed certificate is of no known kind");
    }
    return static_cast<ContentKind>(*value);
}

// Of the SMART Health Card, where the row is one; else nothing is to be revoked there.
Result<std::string> rid_of(const CertificateRow& row) {
    if (!row.hcert.starts_with("shc:/")) return std::string();
    SALUS_TRY_ASSIGN(const Document document, read_document(row.hcert));
    const auto* card = std::get_if<SmartCard>(&document);
    return card == nullptr ? std::string() : card->card.rid;
}

} // namespace

CertificateRows::CertificateRows(store::Database& database, const IssuerProfile& profile,
                                 const DataKey& data_key, Random& random)
    : database_(database), network_(network_row(database, profile)), data_key_(data_key),
      random_(random) {}

Bytes CertificateRows::seal(const CertificateRow& row) {
    codec::Cbor plain = codec::Cbor::map();
    plain.set(1, codec::Cbor::text(row.hcert));
    plain.set(2, codec::Cbor::bytes(row.salt.bytes));
    plain.set(3, codec::Cbor::unsigned_integer(static_cast<std::uint64_t>(row.kind)));
    return data_key_.seal(codec::cbor_encode(plain), context_of(row.commitment), random_);
}

Status CertificateRows::insert(const CertificateRow& row, ByteView sealed, std::int64_t now) {
    SALUS_TRY_ASSIGN(const std::int64_t network, network_);
    return database_.run(
        "INSERT INTO certificate(network, commitment, identity, content, batch, state, created_at, "
        "sealed) VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7)",
        network, row.commitment, row.identity, row.content, row.batch, now, sealed);
}

Result<std::optional<CertificateRow>> CertificateRows::read(store::Statement& rows) {
    SALUS_TRY_ASSIGN(const bool more, rows.step());
    if (!more) return std::optional<CertificateRow>();
    CertificateRow out;
    SALUS_TRY_ASSIGN(out.commitment, rows.fixed<32>(0));
    if (!rows.is_null(1)) {
        SALUS_TRY_ASSIGN(out.identity, rows.fixed<32>(1));
    }
    SALUS_TRY_ASSIGN(out.content, rows.fixed<32>(2));
    SALUS_TRY_ASSIGN(out.batch, rows.fixed<16>(3));
    out.state = static_cast<RowState>(rows.integer(4));
    if (!rows.is_null(5)) {
        SALUS_TRY_ASSIGN(out.transaction_hash, rows.fixed<32>(5));
    }
    out.block_number = static_cast<std::uint64_t>(rows.integer(6));
    SALUS_TRY_ASSIGN(const Bytes plain, data_key_.open(rows.blob(7), context_of(out.commitment)));
    SALUS_TRY_ASSIGN(const codec::Cbor opened, codec::cbor_decode(plain));
    const codec::Cbor* text = opened.find(1);
    if (text == nullptr || text->if_text() == nullptr) {
        return Error(store::kSqlCorrupt, "a sealed certificate has another form");
    }
    out.hcert = *text->if_text();
    SALUS_TRY_ASSIGN(out.kind, kind_of(opened.find(3)));
    return std::optional<CertificateRow>(std::move(out));
}

Result<std::optional<CertificateRow>> CertificateRows::find(std::string_view column,
                                                            const Hash32& value) {
    SALUS_TRY_ASSIGN(const std::int64_t network, network_);
    SALUS_TRY_ASSIGN(
        auto rows,
        database_.query(std::string(kSelect) + std::string(column) + " = ?2", network, value));
    return read(*rows);
}

Result<std::optional<CertificateRow>> CertificateRows::find_identity(const Hash32& identity) {
    return find("identity", identity);
}

Result<std::optional<CertificateRow>> CertificateRows::find_commitment(const Hash32& commitment) {
    return find("commitment", commitment);
}

Result<bool> CertificateRows::was_revoked(const Hash32& content) {
    SALUS_TRY_ASSIGN(const std::int64_t network, network_);
    SALUS_TRY_ASSIGN(auto rows, database_.query("SELECT 1 FROM certificate WHERE network = ?1 AND "
                                                "content = ?2 AND state = 2 LIMIT 1",
                                                network, content));
    return rows->step();
}

Status CertificateRows::set_issued(const FixedBytes<16>& batch, const Hash32& transaction_hash,
                                   std::uint64_t block_number) {
    SALUS_TRY_ASSIGN(const std::int64_t network, network_);
    return database_.run("UPDATE certificate SET state = 1, transaction_hash = ?3, block_number = "
                         "?4 WHERE network = ?1 AND batch = ?2 AND state = 0",
                         network, batch, transaction_hash, block_number);
}

Status CertificateRows::set_revoked(const CertificateRow& row, std::int64_t now) {
    SALUS_TRY_ASSIGN(const std::int64_t network, network_);
    SALUS_TRY_ASSIGN(const std::string rid, rid_of(row));
    if (!rid.empty()) {
        SALUS_TRY(database_.run("INSERT INTO shc_revocation(rid, before) VALUES (?1, ?2) "
                                "ON CONFLICT DO NOTHING",
                                rid, now + 1));
    }
    return database_.run("UPDATE certificate SET state = 2, identity = NULL WHERE network = ?1 AND "
                         "commitment = ?2",
                         network, row.commitment);
}

Status CertificateRows::remove_pending(const FixedBytes<16>& batch) {
    SALUS_TRY_ASSIGN(const std::int64_t network, network_);
    return database_.run("DELETE FROM certificate WHERE network = ?1 AND batch = ?2 AND state = 0",
                         network, batch);
}

Result<std::vector<FixedBytes<16>>> CertificateRows::pending_batches() {
    std::vector<FixedBytes<16>> out;
    SALUS_TRY_ASSIGN(const std::int64_t network, network_);
    SALUS_TRY_ASSIGN(auto rows, database_.query("SELECT batch FROM certificate WHERE network = ?1 "
                                                "AND state = 0 GROUP BY batch ORDER BY min(id)",
                                                network));
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return out;
        SALUS_TRY_ASSIGN(const FixedBytes<16> batch, rows->fixed<16>(0));
        out.push_back(batch);
    }
}

Result<std::vector<Hash32>> CertificateRows::commitments(const FixedBytes<16>& batch) {
    SALUS_TRY_ASSIGN(const std::int64_t network, network_);
    SALUS_TRY_ASSIGN(auto rows, database_.query("SELECT commitment FROM certificate WHERE network "
                                                "= ?1 AND batch = ?2 AND state = 0 ORDER BY id",
                                                network, batch));
    return read_commitments(*rows);
}

Result<std::vector<Hash32>> CertificateRows::of_transaction(const Hash32& transaction_hash) {
    SALUS_TRY_ASSIGN(const std::int64_t network, network_);
    SALUS_TRY_ASSIGN(auto rows, database_.query("SELECT commitment FROM certificate WHERE network "
                                                "= ?1 AND transaction_hash = ?2 AND state != 0 "
                                                "ORDER BY id",
                                                network, transaction_hash));
    return read_commitments(*rows);
}

Result<std::vector<Hash32>> CertificateRows::read_commitments(store::Statement& rows) {
    std::vector<Hash32> out;
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows.step());
        if (!more) return out;
        SALUS_TRY_ASSIGN(const Hash32 commitment, rows.fixed<32>(0));
        out.push_back(commitment);
    }
}

Result<Issuer::Counts> CertificateRows::counts() {
    Issuer::Counts out;
    SALUS_TRY_ASSIGN(const std::int64_t network, network_);
    SALUS_TRY_ASSIGN(auto rows, database_.query("SELECT state, count(*) FROM certificate WHERE "
                                                "network = ?1 GROUP BY state",
                                                network));
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return out;
        const auto count = static_cast<std::uint64_t>(rows->integer(1));
        switch (static_cast<RowState>(rows->integer(0))) {
        case RowState::pending: out.pending = count; break;
        case RowState::issued: out.issued = count; break;
        case RowState::revoked: out.revoked = count; break;
        }
    }
}

Result<std::optional<CertificateRows::Correction>>
CertificateRows::read_correction(store::Statement& rows) {
    SALUS_TRY_ASSIGN(const bool more, rows.step());
    if (!more) return std::optional<Correction>();
    Correction out;
    SALUS_TRY_ASSIGN(out.old, rows.fixed<32>(0));
    SALUS_TRY_ASSIGN(out.interim, rows.fixed<32>(1));
    SALUS_TRY_ASSIGN(out.identity, rows.fixed<32>(2));
    if (!rows.is_null(3)) {
        SALUS_TRY_ASSIGN(out.replacement, rows.fixed<32>(3));
    }
    return std::optional<Correction>(std::move(out));
}

Result<std::optional<CertificateRows::Correction>>
CertificateRows::find_correction(const Hash32& old) {
    SALUS_TRY_ASSIGN(const std::int64_t network, network_);
    SALUS_TRY_ASSIGN(auto rows, database_.query("SELECT old, interim, identity, replacement "
                                                "FROM correction WHERE network = ?1 AND old = ?2",
                                                network, old));
    return read_correction(*rows);
}

Result<std::vector<CertificateRows::Correction>> CertificateRows::open_corrections() {
    std::vector<Correction> out;
    SALUS_TRY_ASSIGN(const std::int64_t network, network_);
    SALUS_TRY_ASSIGN(auto rows, database_.query("SELECT old, interim, identity, replacement "
                                                "FROM correction WHERE network = ?1 AND done = 0",
                                                network));
    while (true) {
        SALUS_TRY_ASSIGN(auto correction, read_correction(*rows));
        if (!correction) return out;
        out.push_back(std::move(*correction));
    }
}

Status CertificateRows::begin_correction(const Correction& correction) {
    SALUS_TRY_ASSIGN(const std::int64_t network, network_);
    return database_.run("INSERT INTO correction(old, network, interim, identity, done) VALUES "
                         "(?1, ?2, ?3, ?4, 0) ON CONFLICT DO NOTHING",
                         correction.old, network, correction.interim, correction.identity);
}

Status CertificateRows::hand_over(const Correction& correction, const Hash32& replacement) {
    SALUS_TRY_ASSIGN(const std::int64_t network, network_);
    SALUS_TRY(database_.run("UPDATE certificate SET identity = NULL WHERE network = ?1 AND "
                            "commitment = ?2",
                            network, correction.old));
    return database_.run("UPDATE certificate SET identity = ?3 WHERE network = ?1 AND commitment = "
                         "?2 AND identity = ?4",
                         network, replacement, correction.identity, correction.interim);
}

Status CertificateRows::end_correction(const Hash32& old, const Hash32& replacement) {
    SALUS_TRY_ASSIGN(const std::int64_t network, network_);
    return database_.run("UPDATE correction SET done = 1, replacement = ?3 WHERE network = ?1 AND "
                         "old = ?2",
                         network, old, replacement);
}

} // namespace salus::passport
