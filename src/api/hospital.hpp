#pragma once
// What the endpoints of a hospital's node share: its parts, and the way of a submission from JSON
// to certificates.

#include <mutex>

#include "api/authorise.hpp"
#include "base/clock.hpp"
#include "eth/signer.hpp"
#include "fhir/submission.hpp"
#include "http/metrics.hpp"
#include "passport/corrector.hpp"
#include "passport/identity_desk.hpp"
#include "passport/issuer.hpp"
#include "passport/patient_store.hpp"
#include "passport/revocation_keeper.hpp"
#include "passport/shc_issuer.hpp"
#include "passport/trust_keeper.hpp"

namespace salus::api {

// All outlive the server. `issuer`, `patients` and `list_key` may be nullptr: a node that verifies
// alone.
struct Parts {
    salus::eth::Chain& chain;
    salus::passport::TrustKeeper& trust;
    const Clock& clock;
    const Authoriser& authoriser;
    http::Metrics& metrics;
    salus::passport::Issuer* issuer = nullptr;
    salus::passport::PatientStore* patients = nullptr;
    const salus::eth::Signer* list_key = nullptr;
    Address accreditation, medical_identity, vaccine_passport, consent, ledger_anchor;
    std::string version;
    std::string mode;         // "embedded" or "remote"
    bool development = false; // accounts that everybody knows: said in /api/v1/status
    salus::passport::ShcIssuer* shc = nullptr;                // nullptr: no SMART Health Cards
    salus::passport::RevocationKeeper* revocations = nullptr; // nullptr: without a list key
    salus::passport::Corrector* corrector = nullptr;          // nullptr: as of `issuer`
    salus::passport::IdentityDesk* identities = nullptr;      // nullptr: no registrar's node
};

// One candidate's end: its certificate, or why there is none.
struct Settled {
    const salus::fhir::Candidate* candidate = nullptr;
    std::optional<Result<salus::passport::IssuedCertificate>> certificate; // none: refused by FHIR
    // Where a SMART Health Card was asked for, of what has a certificate.
    std::optional<Result<salus::passport::SignedShc>> card;
};

// Reads a submission, with the Patient that this hospital knows where one is needed.
fhir::Submission read(const Parts& parts, const codec::Json& resource);
inline constexpr ErrorKind kNoShcIssuer{"issue.no_shc_issuer",
                                        "SMART Health Cards need serve --issuer-url"};

// What a hospital asks for. The certificate on chain is made in each case.
enum class CardFormat { hcert, shc, both };
Result<CardFormat> card_format(const http::Request& request); // ?format=…; kBadRequest

// Issues for every candidate that has a statement; in their order. Where cards alone are asked for
// and none can be made, nothing is issued: `certificate` is the reason then.
std::vector<Settled> settle(const Parts& parts, const salus::fhir::Submission& submission,
                            CardFormat format = CardFormat::hcert);

inline constexpr std::size_t kMaxSubmission = 32 * 1024 * 1024; // bytes

// The body as JSON: kMediaType, kBadRequest (with the reader's reason).
Result<codec::Json> read_body(const http::Request& request);

} // namespace salus::api
