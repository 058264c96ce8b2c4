#include "passport/issuer_revoker.hpp"

#include <set>

#include "crypto/hash.hpp"
#include "eth/contracts/vaccine_passport.hpp"
#include "passport/issuer_jobs.hpp"

namespace salus::passport {

namespace {

namespace contract = eth::contracts::vaccine_passport;

// About 9,000 gas each, with the Sender's margin far below EIP-7825's limit of a transaction.
constexpr std::size_t kInTransaction = 1'000;
// Of more than so many, the transactions that revoked them before are not looked for.
constexpr std::size_t kLookedFor = 16;

std::vector<Hash32> commitments_of(const std::vector<CertificateRow>& rows) {
    std::vector<Hash32> out;
    out.reserve(rows.size());
    for (const CertificateRow& row : rows) out.push_back(row.commitment);
    return out;
}

// The same certificates for the same reason are one purpose.
std::string purpose_of(const std::vector<Hash32>& commitments, std::uint8_t reason) {
    Bytes all{reason};
    for (const Hash32& one : commitments) all.insert(all.end(), one.begin(), one.end());
    return "revoke/" + to_hex(crypto::sha256(all).bytes);
}

} // namespace

std::vector<Result<Revocation>> IssuerRevoker::revoke(std::span<const Hash32> commitments,
                                                      std::uint8_t reason) {
    Plan planned = plan(commitments);
    send(planned.pieces, reason, planned.results);
    add_presentations(commitments, reason, planned.results);
    std::vector<Result<Revocation>> out;
    out.reserve(commitments.size());
    for (const Hash32& commitment : commitments) out.push_back(planned.results.at(commitment));
    return out;
}

Result<Issuer::BatchRevocation> IssuerRevoker::revoke_batch(const Hash32& id, std::uint8_t reason) {
    Issuer::BatchRevocation out;
    SALUS_TRY_ASSIGN(out.commitments, rows_.of_transaction(id));
    if (!out.commitments.empty()) {
        out.certificates = revoke(out.commitments, reason);
        return out;
    }
    std::optional<std::size_t> credentials;
    if (presentations_ != nullptr) {
        SALUS_TRY_ASSIGN(credentials, presentations_->revoke_anchor(id, reason));
    }
    if (!credentials) return Error(kUnknownBatch, to_hex0x(id.bytes));
    out.presentations = *credentials;
    return out;
}

IssuerRevoker::Plan IssuerRevoker::plan(std::span<const Hash32> commitments) {
    Plan out;
    std::set<Hash32> planned;
    for (const Hash32& commitment : commitments) {
        if (out.results.contains(commitment) || planned.contains(commitment)) continue;
        const auto rows = rows_of(commitment);
        if (!rows.ok()) {
            out.results.emplace(commitment, rows.error());
            continue;
        }
        const bool live = !rows->empty() && rows->back().commitment == commitment;
        if (!live) {
            out.results.emplace(commitment, revoked_before(commitment, commitments.size()));
        }
        const bool full =
            out.pieces.empty() || out.pieces.back().size() + rows->size() > kInTransaction;
        if (full) out.pieces.emplace_back();
        for (const CertificateRow& row : *rows) {
            if (planned.insert(row.commitment).second) out.pieces.back().push_back(row);
        }
    }
    std::erase_if(out.pieces, [](const Piece& piece) { return piece.empty(); });
    return out;
}

Result<IssuerRevoker::Piece> IssuerRevoker::rows_of(const Hash32& commitment) {
    SALUS_TRY_ASSIGN(auto row, rows_.find_commitment(commitment));
    if (!row || row->state == RowState::pending) {
        return Error(kUnknownCertificate, "no such certificate stands issued here");
    }
    Piece out;
    SALUS_TRY_ASSIGN(auto card, rows_.find_identity(
                                    companion_identity(data_key_, profile_.account, commitment)));
    if (card && card->state == RowState::issued) out.push_back(std::move(*card));
    if (row->state == RowState::issued) out.push_back(std::move(*row));
    return out;
}

void IssuerRevoker::send(const std::vector<Piece>& pieces, std::uint8_t reason, Results& results) {
    std::vector<Result<eth::Sender::Handle>> sent;
    sent.reserve(pieces.size());
    for (const Piece& piece : pieces) {
        const std::vector<Hash32> commitments = commitments_of(piece);
        eth::Intent intent;
        intent.to = profile_.vaccine_passport;
        intent.data = contract::encode_revoke_many(profile_.account, commitments, reason);
        intent.purpose_key = purpose_of(commitments, reason);
        sent.push_back(sender_.submit(intent));
    }
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        end(pieces[i], reason,
            sent[i].ok() ? sent[i]->wait() : Result<eth::Receipt>(sent[i].error()), results);
    }
}

void IssuerRevoker::end(const Piece& piece, std::uint8_t reason,
                        const Result<eth::Receipt>& receipt, Results& results) {
    if (receipt.ok()) return settle(piece, *receipt, false, results);
    const ErrorKind& kind = receipt.error().kind();
    if (kind == eth::kReverted || kind == eth::kFailed) {
        return end_refused(piece, reason, receipt.error(), results);
    }
    for (const CertificateRow& row : piece) {
        results.insert_or_assign(row.commitment, receipt.error());
    }
}

void IssuerRevoker::end_refused(const Piece& piece, std::uint8_t reason, const Error& refusal,
                                Results& results) {
    Piece rest;
    for (const CertificateRow& row : piece) {
        const auto state = trace_.state_of(row.commitment);
        if (!state.ok()) {
            results.insert_or_assign(row.commitment, state.error());
        } else if (state->revoked_at == 0) {
            rest.push_back(row);
        } else {
            const auto before = revoked_before(row.commitment, piece.size());
            eth::Receipt receipt;
            if (before.ok()) {
                receipt.transaction_hash = before->transaction_hash;
                receipt.block_number = before->block_number;
            }
            settle({row}, receipt, true, results);
        }
    }
    if (rest.size() < piece.size() && !rest.empty()) return send({rest}, reason, results);
    for (const CertificateRow& row : rest) results.insert_or_assign(row.commitment, refusal);
}

void IssuerRevoker::settle(const Piece& piece, const eth::Receipt& receipt, bool before,
                           Results& results) {
    const auto store = [&]() -> Status {
        SALUS_TRY_ASSIGN(store::Transaction transaction, database_.begin());
        for (const CertificateRow& row : piece) {
            SALUS_TRY(rows_.set_revoked(row, clock_.unix_seconds()));
        }
        return transaction.commit();
    };
    const Status stored = store();
    for (const CertificateRow& row : piece) {
        if (!stored.ok()) {
            results.insert_or_assign(row.commitment, stored.error());
            continue;
        }
        Revocation one;
        one.commitment = row.commitment;
        one.transaction_hash = receipt.transaction_hash;
        one.block_number = receipt.block_number;
        one.before = before;
        results.insert_or_assign(row.commitment, std::move(one));
    }
}

Result<Revocation> IssuerRevoker::revoked_before(const Hash32& commitment, std::size_t among) {
    Revocation out;
    out.commitment = commitment;
    out.before = true;
    if (among > kLookedFor) return out;
    SALUS_TRY_ASSIGN(const auto log, trace_.find_event(contract::Revoked::topic(), commitment));
    if (log) {
        out.transaction_hash = log->transaction_hash;
        out.block_number = log->block_number;
    }
    return out;
}

void IssuerRevoker::add_presentations(std::span<const Hash32> commitments, std::uint8_t reason,
                                      Results& results) {
    if (presentations_ == nullptr) return;
    std::vector<Hash32> revoked;
    std::set<Hash32> once;
    for (const Hash32& commitment : commitments) {
        const auto found = results.find(commitment);
        const bool good = found != results.end() && found->second.ok();
        if (good && once.insert(commitment).second) revoked.push_back(commitment);
    }
    const auto counts = presentations_->revoke(revoked, reason);
    for (std::size_t i = 0; i < revoked.size(); ++i) {
        Revocation& one = results.at(revoked[i]).value();
        if (counts[i].ok()) {
            one.presentations = *counts[i];
        } else {
            one.presentations_fault = counts[i].error();
        }
    }
}

} // namespace salus::passport
