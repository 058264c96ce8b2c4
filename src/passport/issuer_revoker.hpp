#pragma once
// How Issuer revokes: many certificates in a transaction, each with its SMART Health Card.

#include <map>

#include "passport/certificate_rows.hpp"
#include "passport/issuer_trace.hpp"

namespace salus::passport {

// Thread-safe.
class IssuerRevoker {
public:
    // All outlive it.
    IssuerRevoker(const IssuerTools& tools, const IssuerProfile& profile, CertificateRows& rows,
                  const IssuerTrace& trace)
        : data_key_(tools.data_key), database_(tools.database), sender_(tools.sender),
          clock_(tools.clock), presentations_(tools.presentations), profile_(profile), rows_(rows),
          trace_(trace) {}

    // As Issuer has them.
    std::vector<Result<Revocation>> revoke(std::span<const Hash32> commitments,
                                           std::uint8_t reason);
    Result<Issuer::BatchRevocation> revoke_batch(const Hash32& id, std::uint8_t reason);

private:
    using Piece = std::vector<CertificateRow>; // of one transaction
    using Results = std::map<Hash32, Result<Revocation>>;

    struct Plan {
        std::vector<Piece> pieces;
        Results results; // of what is revoked already, or unknown
    };
    Plan plan(std::span<const Hash32> commitments);
    // The rows that are to be revoked for a certificate: its card's, then its own.
    Result<Piece> rows_of(const Hash32& commitment);
    void send(const std::vector<Piece>& pieces, std::uint8_t reason, Results& results);
    void end(const Piece& piece, std::uint8_t reason, const Result<eth::Receipt>& receipt,
             Results& results);
    // Some of it may have been revoked by others: the rest is sent again.
    void end_refused(const Piece& piece, std::uint8_t reason, const Error& refusal,
                     Results& results);
    void settle(const Piece& piece, const eth::Receipt& receipt, bool before, Results& results);
    // `among`: how many are asked for.
    Result<Revocation> revoked_before(const Hash32& commitment, std::size_t among);
    void add_presentations(std::span<const Hash32> commitments, std::uint8_t reason,
                           Results& results);

    const DataKey& data_key_;
    store::Database& database_;
    eth::Sender& sender_;
    const Clock& clock_;
    PresentationBook* presentations_;
    const IssuerProfile& profile_;
    CertificateRows& rows_;
    const IssuerTrace& trace_;
};

} // namespace salus::passport
