#include "passport/issuer_jobs.hpp"

#include <algorithm>

#include "crypto/x509.hpp"
#include "passport/commitment.hpp"
#include "passport/dcc.hpp"
#include "passport/icvp.hpp"
#include "passport/setup.hpp"

namespace salus::passport {

void Call::finish(std::size_t index, Result<IssuedCertificate> result) {
    const std::lock_guard lock(mutex_);
    if (results_[index]) return;
    results_[index] = std::move(result);
    if (--left_ == 0) done_.notify_all();
}

std::vector<Result<IssuedCertificate>> Call::wait(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    done_.wait_for(lock, timeout, [this] { return left_ == 0; });
    std::vector<Result<IssuedCertificate>> out;
    out.reserve(results_.size());
    for (auto& result : results_) {
        if (!result) {
            result = Error(kNotYetOnChain, "the transaction is not in a block yet");
            --left_;
        }
        out.push_back(*result);
    }
    return out;
}

void Job::succeed(const Hash32& transaction_hash, std::uint64_t block_number) const {
    call->finish(index, IssuedCertificate{row.commitment, row.hcert, row.kind, transaction_hash,
                                          block_number, already_issued});
}

namespace {

struct Purpose {
    std::string_view oid, name;
};

Purpose purpose_of(const fhir::Statement& statement) {
    if (std::holds_alternative<fhir::TestResult>(statement)) {
        return {crypto::x509::kUsageTest, "test"};
    }
    if (std::holds_alternative<fhir::Recovery>(statement)) {
        return {crypto::x509::kUsageRecovery, "recovery"};
    }
    return {crypto::x509::kUsageVaccination, "vaccination"};
}

std::optional<codec::json::object> dcc_of(const fhir::Statement& statement,
                                          const DccContext& context) {
    return std::visit([&](const auto& one) { return make_dcc(one, context); }, statement);
}

} // namespace

// Usages that do not speak of health certificates (as "server authentication") limit nothing.
Status Press::check_purpose(const fhir::Statement& statement) const {
    using crypto::x509::kUsageRecovery, crypto::x509::kUsageTest, crypto::x509::kUsageVaccination;
    const auto is_there = [this](std::string_view oid) {
        return std::find(profile_.key_usages.begin(), profile_.key_usages.end(), oid) !=
               profile_.key_usages.end();
    };
    const bool limited =
        is_there(kUsageTest) || is_there(kUsageVaccination) || is_there(kUsageRecovery);
    const Purpose purpose = purpose_of(statement);
    if (!limited || is_there(purpose.oid)) return ok_status();
    return Error(kKeyPurpose, "the certificate of the credential key " +
                                  to_hex(profile_.kid.bytes) + " is not for the purpose " +
                                  std::string(purpose.name) +
                                  ": renew it with salus keys renew --purpose");
}

Status Press::print(const fhir::Statement& statement, Job& job) const {
    SALUS_TRY(check_purpose(statement));
    CertificateContent content;
    content.issuer = profile_.country;
    content.issued = clock_.unix_seconds();
    content.expires = std::min(content.issued + profile_.validity, profile_.key_not_after);

    codec::json::object facts = fhir::facts_json(statement);
    SALUS_TRY_ASSIGN(const Hash32 digest, facts_digest(facts));
    CertificateRow& row = job.row;
    row.salt = random_.bytes<32>();
    const Hash32 facts_commitment = facts_commitment_of(row.salt, digest);
    row.content = data_key_.lookup("content", digest.bytes);
    row.identity = data_key_.lookup(
        "identity", concat({profile_.account.bytes, view(fhir::subject_of(statement).identity)}));

    content.binding = {profile_.chain_id, profile_.vaccine_passport, profile_.account,
                       facts_commitment, job.replaces};
    const DccContext context{profile_.country, profile_.name, facts_commitment};
    auto dcc = dcc_of(statement, context);
    if (!dcc && !std::holds_alternative<fhir::Vaccination>(statement)) {
        return Error(kNotForDcc, "the name cannot be written in the letters A to Z, or the birth "
                                 "lies before 1900: no EU certificate can hold it");
    }
    const auto* shot = std::get_if<fhir::Vaccination>(&statement);
    auto icvp = shot == nullptr ? std::nullopt : make_icvp(*shot, context);
    if (dcc) {
        content.kind = ContentKind::dcc;
        content.content = std::move(*dcc);
    } else if (icvp) { // for life: as long as its signer lives
        content.kind = ContentKind::icvp;
        content.content = std::move(icvp->content);
        content.expires = profile_.key_not_after;
        if (icvp->valid_from > content.issued) content.not_before = icvp->valid_from;
    } else {
        content.content = std::move(facts);
    }
    row.kind = content.kind;
    SALUS_TRY_ASSIGN(SignedCertificate certificate, encode_hcert(content, profile_.kid, key_));
    row.hcert = std::move(certificate.text);
    row.commitment = certificate.commitment;
    job.sealed = rows_.seal(row);
    return ok_status();
}

IssuerProfile with_key(IssuerProfile profile, const crypto::x509::Certificate& certificate) {
    profile.kid = kid_of(certificate);
    profile.key_not_before = certificate.not_before;
    profile.key_not_after = certificate.not_after;
    profile.key_usages = certificate.extended_key_usage;
    return profile;
}

Hash32 companion_identity(const DataKey& data_key, const Address& account,
                          const Hash32& certificate) {
    return data_key.lookup("identity",
                           concat({account.bytes, view("companion|"), certificate.bytes}));
}

void Press::take(const Companion& companion, Job& job) const {
    CertificateRow& row = job.row;
    row.commitment = companion.commitment;
    row.identity = companion_identity(data_key_, profile_.account, companion.certificate);
    row.content = data_key_.lookup("content", companion.commitment.bytes);
    row.kind = ContentKind::other;
    row.hcert = companion.text;
    job.sealed = rows_.seal(row);
}

} // namespace salus::passport
