#pragma once
// SMART Health Cards 1.4 (https://spec.smarthealth.cards): the claims in a card, and how one is
// made: minified JSON → raw DEFLATE → JWS (ES256) → "shc:/" and digits.
//
// A card of ours carries the facts' commitment as its `vc.rid` (its first 16 bytes in base64url),
// never the salt; cards are known and revoked by it, never by a digest of the signed text, whose
// signature can be written in two ways.

#include <optional>
#include <span>

#include "envelope/jws.hpp"
#include "fhir/vaccination.hpp"

namespace salus::passport {

inline constexpr ErrorKind kShcDeflate{"shc.deflate", "SMART Health Cards 1.4: raw DEFLATE"};
inline constexpr ErrorKind kShcBomb{"shc.too_large_inside", "size limit of a card's payload"};
inline constexpr ErrorKind kShcPayload{"shc.payload", "SMART Health Cards 1.4: a JSON object"};
inline constexpr ErrorKind kShcClaim{"shc.claim",
                                     "SMART Health Cards 1.4: iss, nbf, exp, vc and its members"};
inline constexpr ErrorKind kShcIssuerUrl{"shc.issuer_url",
                                         "SMART Health Cards 1.4: https, without a trailing /"};
inline constexpr ErrorKind kShcPeriod{"shc.expires_before_start", "RFC 7519 4.1.4, 4.1.5"};
inline constexpr ErrorKind kShcType{"shc.no_health_card_type",
                                    "SMART Health Cards 1.4: #health-card SHALL be present"};
inline constexpr ErrorKind kShcFhirVersion{"shc.fhir_version", "SMART Health Cards 1.4: FHIR R4"};
inline constexpr ErrorKind kShcRid{"shc.bad_rid",
                                   "SMART Health Cards 1.4, Revocation: base64url, at most 24"};
inline constexpr ErrorKind kShcNotYetValid{"shc.not_yet_valid", "RFC 7519 4.1.5: nbf"};
inline constexpr ErrorKind kShcExpired{"shc.expired", "RFC 7519 4.1.4: exp"};
inline constexpr ErrorKind kShcTooLong{"shc.too_long_for_qr",
                                       "SMART Health Cards 1.4: 1195 characters of JWS"};

inline constexpr std::string_view kShcTypeCard = "https://smarthealth.cards#health-card";
inline constexpr std::string_view kShcTypeImmunization = "https://smarthealth.cards#immunization";
inline constexpr std::string_view kShcTypeCovid = "https://smarthealth.cards#covid19";
inline constexpr std::size_t kMaxShcCharacters = 64 * 1024; // of a JWS, in a file
inline constexpr std::size_t kMaxShcPayload = 256 * 1024;   // bytes, inflated

struct ShcCard {
    std::string issuer;            // iss
    double not_before = 0;         // Unix seconds; issuers write fractions
    std::optional<double> expires; // exp
    std::vector<std::string> types;
    std::string rid; // empty where the card has none
    codec::json::object bundle;

    bool has_type(std::string_view type) const;
};

bool is_shc_issuer(std::string_view url); // https, a host, no trailing '/', no query or fragment
bool is_shc_rid(std::string_view text);   // 1 to 24 characters of base64url

// The claims. Types that are not known are kept and mean nothing. The bundle is left to
// check_shc_bundle, the time to check_shc_time.
Result<ShcCard> shc_payload_read(std::string_view json);
Result<ShcCard> shc_payload_inflate(ByteView compressed);
// `leeway`: seconds that the issuer's clock may be ahead. The last second of exp still counts.
Status check_shc_time(const ShcCard& card, std::int64_t now, std::int64_t leeway = 0);
// The JWS of a card: header exactly alg ES256, zip DEF and a kid.
Result<envelope::Jws> shc_envelope(std::string_view jws);

struct ShcRequest {
    std::string issuer; // iss
    std::int64_t not_before = 0;
    std::optional<std::int64_t> expires;
    std::optional<Hash32> commitment; // of the facts: becomes the rid
    std::string performer;            // the hospital's name, where the record names nobody
};

struct SignedShc {
    std::string payload; // the minified JSON
    std::string jws;
    std::string text; // "shc:/…", for one QR code
    std::string rid;  // empty without a commitment
};

std::string shc_rid_of(const Hash32& commitment);
// All vaccinations are of one person. The kid is the thumbprint of `key`'s public part.
// kShcIssuerUrl, kShcPeriod, kShcTooLong, or what make_shc_bundle refuses.
Result<SignedShc> issue_shc(std::span<const fhir::Vaccination> vaccinations,
                            const ShcRequest& request, const crypto::SecretKey32& key);
// Any payload signed as a card, whatever its length; `issue_shc` is made of it.
Result<std::string> sign_shc(std::string_view payload, const crypto::SecretKey32& key);

} // namespace salus::passport
