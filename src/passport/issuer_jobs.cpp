#include "passport/issuer_jobs.hpp"

#include "passport/commitment.hpp"
#include "passport/dcc.hpp"

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

Status Press::print(const fhir::Vaccination& vaccination, Job& job) const {
    CertificateContent content;
    content.issuer = profile_.country;
    content.issued = clock_.unix_seconds();
    content.expires = std::min(content.issued + profile_.validity, profile_.key_not_after);

    codec::json::object facts = fhir::facts_json(vaccination);
    SALUS_TRY_ASSIGN(const Hash32 digest, facts_digest(facts));
    CertificateRow& row = job.row;
    row.salt = random_.bytes<32>();
    const Hash32 facts_commitment = facts_commitment_of(row.salt, digest);
    row.content = data_key_.lookup("content", digest.bytes);
    row.identity =
        data_key_.lookup("identity", concat({profile_.account.bytes, view(vaccination.identity)}));

    content.binding = {profile_.chain_id, profile_.vaccine_passport, profile_.account,
                       facts_commitment};
    auto dcc = make_dcc(vaccination, {profile_.country, profile_.name, facts_commitment});
    content.kind = dcc ? ContentKind::dcc : ContentKind::facts;
    content.content = dcc ? std::move(*dcc) : std::move(facts);
    row.kind = content.kind;
    SALUS_TRY_ASSIGN(SignedCertificate certificate, encode_hcert(content, profile_.kid, key_));
    row.hcert = std::move(certificate.text);
    row.commitment = certificate.commitment;
    job.sealed = rows_.seal(row);
    return ok_status();
}

} // namespace salus::passport
