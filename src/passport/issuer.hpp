#pragma once
// The hospital's issuance service. A statement (vaccination, test, recovery) goes through three
// durable states:
//
//   pending  the signed certificate stands in the database, sealed, with its batch
//   issued   the batch's transaction is in a block; only now issue() answers
//   revoked  by revoke(); the record may be issued again
//
// Revoked with a certificate are its SMART Health Card and its one-time credentials.
//
// All that waits is put into one issueMany transaction (group commit), several of them in flight.
// After a crash, resume() takes up what is pending: what is on chain becomes issued, the rest is
// sent again under the same purpose key. Rows of another chain or contract are not seen. The same
// record issued twice gives the first certificate.

#include <memory>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/thread_pool.hpp"
#include "eth/sender.hpp"
#include "fhir/statement.hpp"
#include "passport/data_key.hpp"
#include "passport/hcert.hpp"
#include "passport/presentation_book.hpp"
#include "store/sql.hpp"

namespace salus::passport {

inline constexpr ErrorKind kIdentityTaken{
    "issue.identity_taken", "one record, one certificate: revoke the first before changing it"};
inline constexpr ErrorKind kChainRefused{"issue.chain_refused",
                                         "VaccinePassport: accredited issuers alone"};
inline constexpr ErrorKind kKeyExpired{"issue.key_expired", "X.509 validity of the credential key"};
inline constexpr ErrorKind kKeyRevoked{"issue.key_revoked", "Accreditation.keysOf: revokedAt"};
inline constexpr ErrorKind kKeySuspended{"issue.key_suspended", "Accreditation.keysOf: changes"};
inline constexpr ErrorKind kKeyUnknown{"issue.key_unknown", "Accreditation.keysOf: the kid"};
inline constexpr ErrorKind kKeyPurpose{
    "issue.key_purpose", "HCERT governance: the extended key usages of the signer's certificate"};
inline constexpr ErrorKind kNotForDcc{"issue.not_for_dcc",
                                      "EU DCC schema 1.3.0: a name in A-Z, a birth from 1900 on"};
inline constexpr ErrorKind kHospitalNotAccredited{"issue.hospital_not_accredited",
                                                  "Accreditation.isAccredited"};
inline constexpr ErrorKind kNotYetOnChain{
    "issue.pending", "not yet in a block: send the same record again to get the certificate"};
inline constexpr ErrorKind kUnknownCertificate{"issue.unknown_certificate",
                                               "issued by this hospital"};
inline constexpr ErrorKind kUnknownBatch{
    "issue.unknown_batch", "the transaction in which this hospital issued, or the root under which "
                           "it anchored one-time credentials"};
inline constexpr ErrorKind kWasRevoked{"issue.was_revoked",
                                       "bulk issue never issues again what was issued and revoked"};
inline constexpr ErrorKind kIssuerStopped{"issue.stopped", "the service is shutting down"};
inline constexpr ErrorKind kOverloaded{"issue.overloaded", "limit of certificates that wait"};

struct IssuerProfile {
    std::uint64_t chain_id = 0;
    Hash32 genesis; // with chain id and contract: which rows of the database are its own
    Address vaccine_passport;
    Address account; // the hospital's, whose Sender is used
    std::string name, country;
    Kid kid;
    std::int64_t key_not_before = 0, key_not_after = 0; // of the signer's X.509 certificate
    // OIDs of that certificate; none: for any kind of statement.
    std::vector<std::string> key_usages = {};
    std::int64_t validity = 365 * 86400; // seconds; never past key_not_after
};

struct IssuerOptions {
    std::size_t batch = 400;                // certificates in one transaction (EIP-7825 gas limit)
    std::size_t in_flight = 16;             // transactions that wait for a block
    std::size_t queue = 100'000;            // certificates that wait in all; above: kOverloaded
    std::chrono::milliseconds gather{2};    // how long a batch waits for company
    std::chrono::milliseconds wait{60'000}; // of issue(); then kNotYetOnChain
};

struct IssuedCertificate {
    Hash32 commitment;
    std::string hcert;
    ContentKind kind = ContentKind::facts;
    Hash32 transaction_hash;
    std::uint64_t block_number = 0;
    bool already_issued = false;
};

// Whether facts that were certified, and the certificate revoked, may be certified again: by a
// person who says so, not by a file that is fed a second time.
enum class Reissue : std::uint8_t { allowed, never };

enum class Foreseen : std::uint8_t {
    fresh, // issue() would issue it
    known, // it was issued before, or is under way
};

// A SMART Health Card of a certificate that was issued.
struct Companion {
    Hash32 certificate; // commitment of the certificate
    Hash32 commitment;  // its own: of its signed payload
    std::string text;   // "shc:/…"
};

// What an Issuer works with; all outlive it.
struct IssuerTools {
    const DataKey& data_key;
    store::Database& database; // migrated
    eth::Chain& chain;
    eth::Sender& sender; // of the hospital's account
    const Clock& clock;
    Random& random;
    Executor& executor; // signs
    // Revoked with their certificates; nullptr: there are none.
    PresentationBook* presentations = nullptr;
};

// What became of one certificate that was to be revoked.
struct Revocation {
    Hash32 commitment;
    Hash32 transaction_hash; // zero where it is not known any more, or not looked for (of many)
    std::uint64_t block_number = 0;
    bool before = false;           // it stood revoked already
    std::size_t presentations = 0; // one-time credentials that were revoked now
    // Where the certificate is revoked, but not all of those: to be revoked again.
    std::optional<Error> presentations_fault = {};
};

// Thread-safe. The destructor lets batches in flight finish their waiting, then stops.
class Issuer {
public:
    Issuer(IssuerProfile profile, crypto::SecretKey32 signing_key, const IssuerTools& tools,
           IssuerOptions options = {});
    ~Issuer();
    Issuer(const Issuer&) = delete;
    Issuer& operator=(const Issuer&) = delete;

    // Settles what an earlier run left pending. Before the first issue().
    Status resume();

    // One result each, in order. A key whose certificate is not for the kind of statement signs
    // none: kKeyPurpose. kNotForDcc where a test or a recovery fits no DCC (a vaccination is issued
    // with its FHIR facts then). Nothing new is signed for that verifiers would refuse: see
    // IssuerStanding. Blocks until all are durable on chain, or IssuerOptions::wait; eth::kHalted
    // and eth::kJournalFailed at once where the disk does not take them.
    // `replaces`: the certificate that a single new one corrects, said in it; see Corrector.
    std::vector<Result<IssuedCertificate>> issue(std::span<const fhir::Statement> statements,
                                                 Reissue reissue = Reissue::allowed,
                                                 const std::optional<Hash32>& replaces = {});
    std::vector<Result<IssuedCertificate>> issue(const std::vector<fhir::Vaccination>& vaccinations,
                                                 Reissue reissue = Reissue::allowed);

    // What issue(…, Reissue::never) would answer. Changes nothing.
    std::vector<Result<Foreseen>> foresee(std::span<const fhir::Statement> statements);

    // Puts each one's commitment on chain and keeps it, as issue() does with certificates; they
    // count as such. Revoking the certificate revokes it first.
    std::vector<Result<IssuedCertificate>> accompany(std::span<const Companion> companions);

    // On chain first (revokeMany, as many as fit a transaction), then here, each with its SMART
    // Health Card in the same transaction; then their one-time credentials. One result each, in
    // order. What was revoked before, here or by the authority, is answered with its transaction:
    // asked again, it goes on where it failed. kUnknownCertificate.
    std::vector<Result<Revocation>> revoke(std::span<const Hash32> commitments,
                                           std::uint8_t reason);
    Result<Revocation> revoke(const Hash32& commitment, std::uint8_t reason);
    // All that one transaction issued (by its hash), or all one-time credentials that were anchored
    // under one root. kUnknownBatch.
    struct BatchRevocation {
        std::vector<Hash32> commitments;              // of the transaction
        std::vector<Result<Revocation>> certificates; // likewise
        std::size_t presentations = 0;                // of the root
    };
    Result<BatchRevocation> revoke_batch(const Hash32& id, std::uint8_t reason);

    // From now on it signs with this key, whose certificate the chain knows; what is under way is
    // finished with the one before.
    void change_key(crypto::SecretKey32 key, const crypto::x509::Certificate& certificate);

    struct Counts {
        std::uint64_t pending = 0, issued = 0, revoked = 0;
    };
    Result<Counts> counts();
    IssuerProfile profile() const; // with the present key

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace salus::passport
