#pragma once
// The table `certificate`: what was issued on one chain under one contract, sealed. Calls belong
// into a transaction of the caller.

#include <optional>

#include "passport/issuer.hpp"

namespace salus::passport {

enum class RowState { pending = 0, issued = 1, revoked = 2 };

struct CertificateRow {
    Hash32 commitment, identity, content;
    FixedBytes<16> batch;
    RowState state = RowState::pending;
    Hash32 transaction_hash; // zero while pending
    std::uint64_t block_number = 0;
    // Sealed:
    std::string hcert; // or "shc:/…"
    Hash32 salt;
    ContentKind kind = ContentKind::facts;
};

class CertificateRows {
public:
    // Where that network cannot be looked up, every call gives the reason. No transaction is open.
    CertificateRows(store::Database& database, const IssuerProfile& profile,
                    const DataKey& data_key, Random& random);

    Bytes seal(const CertificateRow& row);
    Status insert(const CertificateRow& row, ByteView sealed, std::int64_t now);
    Result<std::optional<CertificateRow>> find_identity(const Hash32& identity);
    Result<std::optional<CertificateRow>> find_commitment(const Hash32& commitment);
    // Whether a certificate of these facts was revoked, whatever record they were of.
    Result<bool> was_revoked(const Hash32& content);
    Status set_issued(const FixedBytes<16>& batch, const Hash32& transaction_hash,
                      std::uint64_t block_number);
    // Frees the identity; a SMART Health Card gets its entry in the revocation list: what began
    // before `now` (Unix seconds) or in that second.
    Status set_revoked(const CertificateRow& row, std::int64_t now);
    Status remove_pending(const FixedBytes<16>& batch);
    Result<std::vector<FixedBytes<16>>> pending_batches();
    Result<std::vector<Hash32>> commitments(const FixedBytes<16>& batch); // in their order
    // What one transaction issued, revoked or not, in their order.
    Result<std::vector<Hash32>> of_transaction(const Hash32& transaction_hash);
    Result<Issuer::Counts> counts();

    // Corrections under way and done; see Corrector.
    struct Correction {
        Hash32 old, interim, identity;     // identity: of the record, to be the new certificate's
        std::optional<Hash32> replacement; // where done
    };
    Result<std::optional<Correction>> find_correction(const Hash32& old);
    Result<std::vector<Correction>> open_corrections();
    Status begin_correction(const Correction& correction);
    // The record is the new certificate's from now on. Both in one transaction of the caller.
    Status hand_over(const Correction& correction, const Hash32& replacement);
    Status end_correction(const Hash32& old, const Hash32& replacement);

private:
    Result<std::optional<CertificateRow>> find(std::string_view column, const Hash32& value);
    static Result<std::vector<Hash32>> read_commitments(store::Statement& rows);
    Result<std::optional<CertificateRow>> read(store::Statement& rows);
    static Result<std::optional<Correction>> read_correction(store::Statement& rows);

    store::Database& database_;
    const Result<std::int64_t> network_; // its row
    const DataKey& data_key_;
    Random& random_;
};

} // namespace salus::passport
