#pragma once
// A vaccination shown with chosen fields alone: an SD-JWT+KB (RFC 9901) of one QR code.
//
// The hospital signs a batch of one-time credentials, one for each public key of the holder's
// wallet. They state the same facts under other salts, keys and signatures, and their dates are
// whole days that all credentials of that day share: two presentations of two of them have nothing
// in common but what is disclosed. The wallet uses each once. A key binding ties the presentation
// to the verifier's nonce, or to a moment: 60 seconds later it is a photograph.
//
// Text: "SD1:" and base45 of the compact form (docs/protocol.md), which gives back the SD-JWT+KB
// byte for byte; the SD-JWT+KB itself is read as well.
//
// On chain: a credential's commitment is one of the leaves of a Merkle root that the hospital
// anchors for all holders of a day (shuffled); by itself it appears when it is revoked, never
// before. So a verifier asks for the state of `commitment`: revoked or not; "never issued" says
// nothing here. See presentation_issue.hpp and presentation_holder.hpp for the other two roles.
// Pure; thread-safe.

#include <memory>

#include "envelope/sd_jwt.hpp"
#include "passport/hcert.hpp"

namespace salus::passport {

inline constexpr ErrorKind kPresentationForm{"presentation.malformed",
                                             "Salus presentation: SD1: and base45, or an SD-JWT"};
inline constexpr ErrorKind kPresentationVersion{"presentation.version",
                                                "Salus presentation: version 1"};
inline constexpr ErrorKind kPresentationClaims{"presentation.claims",
                                               "Salus presentation: iss, iat, exp, vct, contract"};
inline constexpr ErrorKind kPresentationTooMuch{
    "presentation.too_large_for_qr", "ISO/IEC 18004 table 7: version 22; show fewer fields"};
inline constexpr ErrorKind kPresentationNotCompact{
    "presentation.not_compact", "Salus presentation: an SD-JWT of this form alone has one"};
inline constexpr ErrorKind kPresentationStale{
    "presentation.stale", "shown more than 60 seconds ago or ahead: show it again"};
inline constexpr ErrorKind kPresentationUsed{"presentation.used_before",
                                             "a one-time credential is shown once"};

inline constexpr std::string_view kPresentationPrefix = "SD1:";
inline constexpr std::string_view kPresentationType = "dc+sd-jwt";
inline constexpr std::string_view kVaccinationType = "urn:salus:vaccination:1"; // vct
// The audience of a presentation that was made for nobody in particular.
inline constexpr std::string_view kAnyVerifier = "*";
inline constexpr std::int64_t kPresentationSeconds = 60;   // without a nonce
inline constexpr std::int64_t kNonceSeconds = 300;         // with one: the clocks of phones differ
inline constexpr std::size_t kMaxPresentation = 16 * 1024; // characters of either text

// As read: nothing is verified.
struct Presentation {
    envelope::SdJwt sd_jwt;
    Kid kid;                              // of the hospital's credential key, as in certificates
    ChainBinding chain;                   // its facts_commitment is zero
    std::int64_t issued = 0, expires = 0; // whole days
    Hash32 commitment; // SHA-256("salus/presentation/1" ‖ the signed payload): revoked by it
};
bool is_presentation(std::string_view text); // by its beginning
// kPresentationForm, kPresentationVersion, kPresentationClaims, sd_jwt.*.
Result<Presentation> read_presentation(std::string_view text);

struct PresentationPolicy {
    std::int64_t now = 0;             // Unix seconds
    std::optional<std::string> nonce; // what this verifier gave out; none: shown just now
    // This verifier's name. Empty: it takes what was made for any verifier.
    std::string audience;
    bool named_only = false; // with `audience`: refuse what was made for any verifier
};

struct VerifiedPresentation {
    codec::json::object claims; // disclosed, by the names of presentation_issue.hpp
    std::int64_t shown_at = 0;  // Unix seconds, by the holder's clock
    std::string audience, nonce;
};
// The issuer's signature under `key`, every disclosure, the time of validity, and the holder's
// binding. Errors: sd_jwt.*, key_binding.*, kPresentationStale.
Result<VerifiedPresentation> verify_presentation(const Presentation& presentation,
                                                 const crypto::p256::PublicKey& key,
                                                 const PresentationPolicy& policy);

// The one-time credentials that a verifier saw within the time in which one can be shown again.
// Bounded by forgetting what is older than that. Thread-safe.
class SeenPresentations {
public:
    SeenPresentations();
    ~SeenPresentations();
    // kPresentationUsed the second time. Only after verify_presentation.
    Status remember(const Hash32& commitment, std::int64_t now);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// "SD1:…" of an SD-JWT+KB that was made by present(); kPresentationNotCompact for others.
Result<std::string> compact_presentation(const envelope::SdJwt& sd_jwt);

} // namespace salus::passport
