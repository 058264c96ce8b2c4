#pragma once
// Renewal of the credential key and of the CSCA, each step whole or not at all:
//
//   renew      a next key, and its certificate from this node's CSCA
//   request    a next key, and a request (PKCS#10) for an outside CSCA; install takes its answer
//   activate   the next key becomes the credential key; the daemon does it, at its start or while
//              it runs, once the authority has the next key on chain
//   make_csca  a new CSCA for certificates to come
//
// The old key's certificate is kept: what it signed goes on being valid until it expires.

#include "app/key_ring.hpp"
#include "passport/purposes.hpp"

namespace salus::app {

inline constexpr ErrorKind kNextWaits{"keys.next_waits", "one next key at a time"};
inline constexpr ErrorKind kNoNext{"keys.no_next", "salus keys renew, or make-request and install"};
inline constexpr ErrorKind kOtherKey{"keys.certificate_of_other_key",
                                     "the certificate that the request was for"};
inline constexpr ErrorKind kNotASigner{"keys.not_a_signer",
                                       "a signer's certificate: P-256, not of an authority"};
inline constexpr ErrorKind kCscaEnds{"keys.csca_ends_before",
                                     "RFC 5280 6.1: a certificate outlives no authority"};
inline constexpr ErrorKind kNotValidNow{"keys.not_valid_now", "X.509 validity"};

struct RenewalOptions {
    KeyRingOptions ring;
    passport::Purposes purposes = passport::kEveryPurpose;
    std::int64_t days = 730; // of validity
    bool replace = false;    // a next key that waits
};

// kNextWaits, kCscaEnds.
Result<crypto::x509::Certificate> renew_credential(const RenewalOptions& options,
                                                   const Clock& clock, Random& random);
// The request in PEM, also in certificates/next/request.pem. kNextWaits. Asked again it is of the
// same key.
Result<std::string> request_credential(const RenewalOptions& options, const Clock& clock,
                                       Random& random);
// `certificate`, `issuer` (may be empty): contents of files, DER or PEM. kNoNext, kOtherKey,
// kNotASigner, kNotValidNow; x509.* where `issuer` did not sign it.
Result<crypto::x509::Certificate> install_credential(const RenewalOptions& options,
                                                     ByteView certificate, ByteView issuer,
                                                     const Clock& clock, Random& random);
Result<crypto::x509::Certificate> make_csca(const RenewalOptions& options, const Clock& clock,
                                            Random& random);

// Files and `ring`. The next key has its certificate (asserted). kNextWaits where another took its
// place since the ring was read.
Status activate_next(KeyRing& ring, const std::filesystem::path& datadir);

// What there is to say of a certificate that ends in 90, 30 or 7 days or has ended; empty before.
std::string expiry_warning(const KeyRing& ring, std::int64_t now);

} // namespace salus::app
