#pragma once
// What callers of Issuer::issue wait for, and how a statement becomes a signed certificate.

#include <condition_variable>
#include <mutex>

#include "passport/certificate_rows.hpp"

namespace salus::passport {

// One call of issue(): done when every job has its result.
class Call {
public:
    explicit Call(std::size_t count) : results_(count), left_(count) {}

    void finish(std::size_t index, Result<IssuedCertificate> result);
    // What is not there when the time is over is kNotYetOnChain.
    std::vector<Result<IssuedCertificate>> wait(std::chrono::milliseconds timeout);

private:
    std::mutex mutex_;
    std::condition_variable done_;
    std::vector<std::optional<Result<IssuedCertificate>>> results_;
    std::size_t left_;
};

struct Job {
    std::shared_ptr<Call> call;
    std::size_t index = 0;
    CertificateRow row; // ready to be inserted, but for its batch
    Bytes sealed;
    bool already_issued = false;
    Reissue reissue = Reissue::allowed;
    std::optional<Hash32> replaces; // said in the certificate

    void succeed(const Hash32& transaction_hash, std::uint64_t block_number) const;
    void fail(Error error) const { call->finish(index, std::move(error)); }
};

// Under which identity the companion of a certificate is kept.
Hash32 companion_identity(const DataKey& data_key, const Address& account,
                          const Hash32& certificate);

// The same hospital with another credential key.
IssuerProfile with_key(IssuerProfile profile, const crypto::x509::Certificate& certificate);

// Signs, with one key. Thread-safe.
class Press {
public:
    Press(IssuerProfile profile, crypto::SecretKey32 key, const DataKey& data_key,
          CertificateRows& rows, const Clock& clock, Random& random)
        : profile_(std::move(profile)), key_(std::move(key)), data_key_(data_key), rows_(rows),
          clock_(clock), random_(random) {}

    // kKeyPurpose, kNotForDcc, kTooMuch.
    Status print(const fhir::Statement& statement, Job& job) const;
    void take(const Companion& companion, Job& job) const;
    const IssuerProfile& profile() const { return profile_; }

private:
    Status check_purpose(const fhir::Statement& statement) const;

    const IssuerProfile profile_;
    const crypto::SecretKey32 key_;
    const DataKey& data_key_;
    CertificateRows& rows_;
    const Clock& clock_;
    Random& random_;
};

} // namespace salus::passport
