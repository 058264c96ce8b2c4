#include "passport/certificate_rows.hpp"

#include "codec/cbor.hpp"

namespace salus::passport {

namespace {

constexpr std::string_view kSelect =
    "SELECT commitment, identity, content, batch, state, kind, transaction_hash, block_number, "
    "sealed FROM certificate WHERE ";

Bytes context_of(const Hash32& commitment) {
    return concat({view("certificate/1"), commitment.bytes});
}

} // namespace

Bytes CertificateRows::seal(const CertificateRow& row) {
    codec::Cbor plain = codec::Cbor::map();
    plain.set(1, codec::Cbor::text(row.hcert));
    plain.set(2, codec::Cbor::bytes(row.salt.bytes));
    return data_key_.seal(codec::cbor_encode(plain), context_of(row.commitment), random_);
}

Status CertificateRows::insert(const CertificateRow& row, ByteView sealed, std::int64_t now) {
    return database_.run(
        "INSERT INTO certificate(commitment, identity, content, batch, state, kind, created_at, "
        "sealed) VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7)",
        row.commitment, row.identity, row.content, row.batch, row.kind, now, sealed);
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
    out.kind = static_cast<ContentKind>(rows.integer(5));
    if (!rows.is_null(6)) {
        SALUS_TRY_ASSIGN(out.transaction_hash, rows.fixed<32>(6));
    }
    out.block_number = static_cast<std::uint64_t>(rows.integer(7));
    SALUS_TRY_ASSIGN(const Bytes plain, data_key_.open(rows.blob(8), context_of(out.commitment)));
    SALUS_TRY_ASSIGN(const codec::Cbor opened, codec::cbor_decode(plain));
    const codec::Cbor* text = opened.find(1);
    if (text == nullptr || text->if_text() == nullptr) {
        return Error(store::kSqlCorrupt, "a sealed certificate has another form");
    }
    out.hcert = *text->if_text();
    return std::optional<CertificateRow>(std::move(out));
}

Result<std::optional<CertificateRow>> CertificateRows::find_identity(const Hash32& identity) {
    SALUS_TRY_ASSIGN(auto rows, database_.query(std::string(kSelect) + "identity = ?1", identity));
    return read(*rows);
}

Result<std::optional<CertificateRow>> CertificateRows::find_commitment(const Hash32& commitment) {
    SALUS_TRY_ASSIGN(auto rows,
                     database_.query(std::string(kSelect) + "commitment = ?1", commitment));
    return read(*rows);
}

Status CertificateRows::set_issued(const FixedBytes<16>& batch, const Hash32& transaction_hash,
                                   std::uint64_t block_number) {
    return database_.run("UPDATE certificate SET state = 1, transaction_hash = ?2, block_number = "
                         "?3 WHERE batch = ?1 AND state = 0",
                         batch, transaction_hash, block_number);
}

Status CertificateRows::set_revoked(const Hash32& commitment) {
    return database_.run("UPDATE certificate SET state = 2, identity = NULL WHERE commitment = ?1",
                         commitment);
}

Status CertificateRows::remove_pending(const FixedBytes<16>& batch) {
    return database_.run("DELETE FROM certificate WHERE batch = ?1 AND state = 0", batch);
}

Result<std::vector<FixedBytes<16>>> CertificateRows::pending_batches() {
    std::vector<FixedBytes<16>> out;
    SALUS_TRY_ASSIGN(auto rows, database_.query("SELECT batch FROM certificate WHERE state = 0 "
                                                "GROUP BY batch ORDER BY min(id)"));
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return out;
        SALUS_TRY_ASSIGN(const FixedBytes<16> batch, rows->fixed<16>(0));
        out.push_back(batch);
    }
}

Result<std::vector<Hash32>> CertificateRows::commitments(const FixedBytes<16>& batch) {
    std::vector<Hash32> out;
    SALUS_TRY_ASSIGN(auto rows, database_.query("SELECT commitment FROM certificate WHERE batch = "
                                                "?1 AND state = 0 ORDER BY id",
                                                batch));
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return out;
        SALUS_TRY_ASSIGN(const Hash32 commitment, rows->fixed<32>(0));
        out.push_back(commitment);
    }
}

Result<Issuer::Counts> CertificateRows::counts() {
    Issuer::Counts out;
    SALUS_TRY_ASSIGN(auto rows,
                     database_.query("SELECT state, count(*) FROM certificate GROUP BY state"));
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

} // namespace salus::passport
