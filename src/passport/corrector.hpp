#pragma once
// Puts a new certificate in the place of one that says something wrong. The new one names the one
// it replaces (claim -65601, 6); the old one is revoked with reason 5, "superseded", and only after
// the new one is on chain, so that at no moment the patient has none. Each step is durable before
// the next one begins; what a crash left under way resume() ends:
//
//   begun         the correction stands in the database, with the record's identity
//   issued        the new certificate is on chain, under an identity of its own
//   handed over   the record's identity is the new certificate's
//   done          the old certificate is revoked on chain and here
//
// For a certificate that ought never to have been (another patient's), revoke it with reason 2.

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "passport/certificate_rows.hpp"

namespace salus::passport {

inline constexpr ErrorKind kNothingToCorrect{"correct.nothing",
                                             "the corrected record differs from the certificate"};
inline constexpr ErrorKind kCorrectedOtherwise{
    "correct.otherwise", "a certificate is replaced once: correct the one that replaced it"};
inline constexpr std::uint8_t kSuperseded = 5; // VaccinePassport.revoke

struct Corrected {
    IssuedCertificate certificate; // the new one
    Hash32 replaced;
};

// Thread-safe.
class Corrector {
public:
    // All outlive it.
    Corrector(Issuer& issuer, const IssuerTools& tools);
    ~Corrector();
    Corrector(const Corrector&) = delete;
    Corrector& operator=(const Corrector&) = delete;

    // Goes on with what an earlier run left, in a thread of its own. After Issuer::resume().
    Status resume();

    // Asked again it gives the same. kUnknownCertificate, kNothingToCorrect, kCorrectedOtherwise;
    // kIdentityTaken where the corrected record has another certificate; what Issuer::issue and
    // revoke refuse.
    Result<Corrected> correct(const Hash32& old, fhir::Statement statement);

private:
    Result<CertificateRows::Correction> begin(const Hash32& old, const fhir::Statement& statement);
    // The new certificate, once it is signed; whatever step the correction is at.
    Result<std::optional<CertificateRow>>
    replacement_of(const CertificateRows::Correction& correction);
    Status finish(const CertificateRows::Correction& correction, const Hash32& replacement);
    Hash32 identity_of(std::string_view identity) const;
    void finish_open();
    bool finish_one(const CertificateRows::Correction& correction); // false: later

    // Held while something is done about a certificate: two corrections of one would sign twice.
    class Hold;

    Issuer& issuer_;
    const DataKey& data_key_;
    store::Database& database_;
    CertificateRows rows_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::set<Hash32> held_;
    std::thread finisher_;
};

} // namespace salus::passport
