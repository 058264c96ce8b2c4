#include "passport/corrector.hpp"

#include "base/log.hpp"
#include "passport/commitment.hpp"

namespace salus::passport {

namespace {

using Correction = CertificateRows::Correction;

std::string interim_of(const Hash32& old) {
    return "corrects|" + to_hex(old.bytes);
}

bool replaces(const CertificateRow& row, const Hash32& old) {
    const auto read = decode_hcert(row.hcert);
    return read.ok() && read->binding && read->binding->replaces == old;
}

} // namespace

class Corrector::Hold {
public:
    Hold(Corrector& owner, const Hash32& old) : owner_(owner), old_(old) {
        std::unique_lock lock(owner_.mutex_);
        owner_.changed_.wait(lock, [&] { return owner_.held_.insert(old_).second; });
    }
    ~Hold() {
        const std::lock_guard lock(owner_.mutex_);
        owner_.held_.erase(old_);
        owner_.changed_.notify_all();
    }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

private:
    Corrector& owner_;
    const Hash32 old_;
};

Corrector::Corrector(Issuer& issuer, const IssuerTools& tools)
    : issuer_(issuer), data_key_(tools.data_key), database_(tools.database),
      rows_(tools.database, issuer.profile(), tools.data_key, tools.random) {}

Corrector::~Corrector() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (finisher_.joinable()) finisher_.join();
}

Hash32 Corrector::identity_of(std::string_view identity) const {
    return data_key_.lookup("identity", concat({issuer_.profile().account.bytes, view(identity)}));
}

Result<Correction> Corrector::begin(const Hash32& old, const fhir::Statement& statement) {
    const Correction wanted{old, identity_of(interim_of(old)),
                            identity_of(fhir::subject_of(statement).identity), std::nullopt};
    SALUS_TRY_ASSIGN(store::Transaction transaction, database_.begin());
    SALUS_TRY_ASSIGN(const auto begun, rows_.find_correction(old));
    if (begun) {
        if (begun->identity == wanted.identity) return *begun;
        return Error(kCorrectedOtherwise, "its correction has begun with another record");
    }
    SALUS_TRY_ASSIGN(const auto row, rows_.find_commitment(old));
    if (!row || row->state != RowState::issued) {
        return Error(kUnknownCertificate, "no such certificate stands issued here");
    }
    SALUS_TRY_ASSIGN(const Hash32 digest, facts_digest(fhir::facts_json(statement)));
    if (row->content == data_key_.lookup("content", digest.bytes)) {
        return Error(kNothingToCorrect, "the record says what the certificate says");
    }
    SALUS_TRY_ASSIGN(const auto other, rows_.find_identity(wanted.identity));
    if (other && other->commitment != old) {
        return Error(kIdentityTaken, "the corrected record has a certificate of its own: " +
                                         to_hex0x(other->commitment.bytes));
    }
    SALUS_TRY(rows_.begin_correction(wanted));
    SALUS_TRY(transaction.commit());
    return wanted;
}

Result<std::optional<CertificateRow>> Corrector::replacement_of(const Correction& correction) {
    for (const Hash32& identity : {correction.interim, correction.identity}) {
        SALUS_TRY_ASSIGN(auto row, rows_.find_identity(identity));
        if (row && replaces(*row, correction.old)) return row;
    }
    return std::optional<CertificateRow>();
}

Status Corrector::finish(const Correction& correction, const Hash32& replacement) {
    {
        SALUS_TRY_ASSIGN(store::Transaction transaction, database_.begin());
        SALUS_TRY(rows_.hand_over(correction, replacement));
        SALUS_TRY(transaction.commit());
    }
    // Asked again it goes on, where one-time credentials of it were left.
    SALUS_TRY_ASSIGN(const Revocation revoked, issuer_.revoke(correction.old, kSuperseded));
    if (revoked.presentations_fault) return *revoked.presentations_fault;
    SALUS_TRY_ASSIGN(store::Transaction transaction, database_.begin());
    SALUS_TRY(rows_.end_correction(correction.old, replacement));
    return transaction.commit();
}

Result<Corrected> Corrector::correct(const Hash32& old, fhir::Statement statement) {
    const Hold hold(*this, old);
    SALUS_TRY_ASSIGN(const Correction correction, begin(old, statement));
    SALUS_TRY_ASSIGN(const Hash32 digest, facts_digest(fhir::facts_json(statement)));
    auto made = correction.replacement ? rows_.find_commitment(*correction.replacement)
                                       : replacement_of(correction);
    SALUS_TRY(made);
    if (*made && (*made)->content != data_key_.lookup("content", digest.bytes)) {
        return Error(kCorrectedOtherwise,
                     "it was replaced by " + to_hex0x((*made)->commitment.bytes));
    }
    if (*made && (*made)->state != RowState::pending) {
        const CertificateRow& row = **made;
        if (!correction.replacement) SALUS_TRY(finish(correction, row.commitment));
        return Corrected{
            {row.commitment, row.hcert, row.kind, row.transaction_hash, row.block_number, true},
            old};
    }
    std::visit([&](auto& one) { one.identity = interim_of(old); }, statement);
    auto issued = issuer_.issue({&statement, 1}, Reissue::allowed, old);
    if (!issued[0].ok()) return issued[0].error();
    SALUS_TRY(finish(correction, issued[0]->commitment));
    return Corrected{std::move(*issued[0]), old};
}

Status Corrector::resume() {
    SALUS_TRY_ASSIGN(const auto open, rows_.open_corrections());
    if (open.empty()) return ok_status();
    finisher_ = std::thread([this] { finish_open(); });
    return ok_status();
}

// Of a correction whose certificate was never signed nothing is left to do: it was told to nobody.
bool Corrector::finish_one(const Correction& correction) {
    const Hold hold(*this, correction.old);
    const auto row = replacement_of(correction);
    if (row.ok() && !*row) return true;
    if (!row.ok() || (*row)->state == RowState::pending) return false;
    const Status done = finish(correction, (*row)->commitment);
    if (!done.ok()) {
        log::warn("passport.correction_waits", {{"error", std::string(done.error().name())}});
    }
    return done.ok();
}

void Corrector::finish_open() {
    constexpr std::chrono::seconds kPause{2};
    while (true) {
        const auto open = rows_.open_corrections();
        bool waiting = !open.ok();
        for (const Correction& correction : open.ok() ? *open : std::vector<Correction>()) {
            waiting = !finish_one(correction) || waiting;
        }
        std::unique_lock lock(mutex_);
        if (!waiting || stopping_) return;
        changed_.wait_for(lock, kPause, [this] { return stopping_; });
        if (stopping_) return;
    }
}

} // namespace salus::passport
