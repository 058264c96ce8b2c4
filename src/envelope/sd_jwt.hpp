#pragma once
// Selective Disclosure for JWTs (RFC 9901), compact form, read and verified: a JWT that its issuer
// signed over salted digests of claims, the disclosures of those that the holder shows, and a JWT
// of the holder's own key that binds them to this verifier and this moment (SD-JWT+KB).
//
//     <issuer's JWT> ~ <disclosure> ~ … ~                 an SD-JWT
//     <issuer's JWT> ~ <disclosure> ~ … ~ <key binding>   an SD-JWT+KB
//
// ES256 and SHA-256 alone. What a reader must refuse (sections 4, 7.1 to 7.3) has a name each.
// How one is made: sd_jwt_make.hpp. Pure; thread-safe.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "envelope/jws.hpp"

namespace salus::envelope {

inline constexpr ErrorKind kSdJwtMalformed{"sd_jwt.malformed", "RFC 9901 4: parts that end in ~"};
inline constexpr ErrorKind kSdJwtTooLong{"sd_jwt.too_long", "size limits of an SD-JWT"};
inline constexpr ErrorKind kSdJwtAlgorithm{"sd_jwt.algorithm",
                                           "RFC 9901 7.1, 2.1: ES256, never none"};
inline constexpr ErrorKind kSdJwtHeader{"sd_jwt.header",
                                        "RFC 7515 4.1.11, RFC 7797 3: crit, b64 not understood"};
inline constexpr ErrorKind kSdJwtType{"sd_jwt.type", "RFC 9901 9.11: the agreed typ"};
inline constexpr ErrorKind kSdJwtIssuer{"sd_jwt.issuer_key",
                                        "RFC 9901 7.1, 2.3: a key that belongs to the issuer"};
inline constexpr ErrorKind kSdJwtSignature{"sd_jwt.signature_wrong", "RFC 9901 7.1, 2.2"};
inline constexpr ErrorKind kSdJwtHash{"sd_jwt.hash_algorithm",
                                      "RFC 9901 7.1, 2.4 and 4.1.1: _sd_alg sha-256"};
inline constexpr ErrorKind kSdJwtHashPlace{"sd_jwt.hash_algorithm_nested",
                                           "RFC 9901 4.1.1: _sd_alg at the top level alone"};
inline constexpr ErrorKind kSdJwtDisclosure{"sd_jwt.disclosure_malformed",
                                            "RFC 9901 4.2: base64url of [salt, name, value]"};
inline constexpr ErrorKind kSdJwtProperty{"sd_jwt.property_disclosure",
                                          "RFC 9901 7.1, 3.3.2.1: three elements"};
inline constexpr ErrorKind kSdJwtReserved{"sd_jwt.reserved_name",
                                          "RFC 9901 7.1, 3.3.2.2: never _sd or ..."};
inline constexpr ErrorKind kSdJwtExists{"sd_jwt.claim_exists",
                                        "RFC 9901 7.1, 3.3.2.3: a name once in its object"};
inline constexpr ErrorKind kSdJwtElement{"sd_jwt.element_disclosure",
                                         "RFC 9901 7.1, 3.3.3.1: two elements"};
inline constexpr ErrorKind kSdJwtDigests{"sd_jwt.digests_malformed",
                                         "RFC 9901 4.1, 4.2.4: _sd and ... hold digests alone"};
inline constexpr ErrorKind kSdJwtDigestTwice{"sd_jwt.digest_twice", "RFC 9901 7.1, 4"};
inline constexpr ErrorKind kSdJwtDisclosedTwice{"sd_jwt.disclosed_twice",
                                                "RFC 9901 4: each disclosure once"};
inline constexpr ErrorKind kSdJwtUnreferenced{"sd_jwt.disclosure_unreferenced",
                                              "RFC 9901 7.1, 5: a digest for each disclosure"};
inline constexpr ErrorKind kSdJwtNoExpiry{"sd_jwt.no_expiry",
                                          "RFC 9901 7.1, 6: the validity claims required here"};
inline constexpr ErrorKind kSdJwtTime{"sd_jwt.bad_time", "RFC 7519 2: NumericDate"};
inline constexpr ErrorKind kSdJwtExpired{"sd_jwt.expired", "RFC 9901 7.1, 6: exp"};
inline constexpr ErrorKind kSdJwtNotYet{"sd_jwt.not_yet_valid", "RFC 9901 7.1, 6: nbf, iat"};
inline constexpr ErrorKind kSdJwtAudience{"sd_jwt.audience", "RFC 9901 7.1, 6: aud"};

inline constexpr ErrorKind kBindingUnexpected{"key_binding.unexpected",
                                              "RFC 9901 4 and 7.2: an SD-JWT was expected"};
inline constexpr ErrorKind kBindingMissing{"key_binding.missing", "RFC 9901 7.3, 2"};
inline constexpr ErrorKind kBindingMalformed{"key_binding.malformed", "RFC 9901 4.3: a JWT"};
inline constexpr ErrorKind kBindingHolderKey{"key_binding.holder_key",
                                             "RFC 9901 7.3, 5.1; RFC 7800 3.2: cnf.jwk on P-256"};
inline constexpr ErrorKind kBindingAlgorithm{"key_binding.algorithm",
                                             "RFC 9901 7.3, 5.2: ES256, never none"};
inline constexpr ErrorKind kBindingHeader{"key_binding.header",
                                          "RFC 7515 4.1.11, RFC 7797 3: crit, b64"};
inline constexpr ErrorKind kBindingSignature{"key_binding.signature_wrong", "RFC 9901 7.3, 5.3"};
inline constexpr ErrorKind kBindingType{"key_binding.type", "RFC 9901 7.3, 5.4: kb+jwt"};
inline constexpr ErrorKind kBindingClaims{"key_binding.claims",
                                          "RFC 9901 4.3: iat, aud, nonce, sd_hash"};
inline constexpr ErrorKind kBindingTime{"key_binding.issued_at",
                                        "RFC 9901 7.3, 5.5: iat within the accepted window"};
inline constexpr ErrorKind kBindingNonce{"key_binding.nonce", "RFC 9901 7.3, 5.6"};
inline constexpr ErrorKind kBindingAudience{"key_binding.audience", "RFC 9901 7.3, 5.6"};
inline constexpr ErrorKind kBindingHash{"key_binding.sd_hash", "RFC 9901 7.3, 5.7"};
inline constexpr ErrorKind kBindingValidity{"key_binding.validity",
                                            "RFC 9901 7.3, 5.8; RFC 7519 4.1: exp, nbf"};

inline constexpr std::size_t kMaxSdJwt = 64 * 1024; // characters
inline constexpr std::size_t kMaxDisclosures = 256; // of one SD-JWT
inline constexpr std::size_t kMaxSdJwtDepth = 32;   // of the processed payload
inline constexpr std::string_view kBindingTyp = "kb+jwt";

struct SdJwt { // the parts as they stand in the text
    std::string issuer_jwt;
    std::vector<std::string> disclosures;
    std::string key_binding; // empty: an SD-JWT without it

    std::string text() const;
    std::string bound_text() const; // without the key binding: what sd_hash covers
};
// kSdJwtMalformed, kSdJwtTooLong, kSdJwtDisclosedTwice.
Result<SdJwt> sd_jwt_split(std::string_view text);
// base64url of SHA-256 over the text's characters: of a disclosure, or of bound_text().
std::string sd_digest(std::string_view text);

// A disclosure's content: [salt, name, value] of an object's property, [salt, value] of an array's
// element.
struct Disclosure {
    std::string salt;
    std::optional<std::string> name; // none: an array's element
    codec::Json value;
};
Result<Disclosure> sd_read_disclosure(std::string_view text);

// A JWT that is read but not verified. Its header may hold any members; crit and b64 are refused.
struct ReadJwt {
    codec::json::object header, payload;
    crypto::p256::Signature signature;
    Hash32 digest;

    std::string member(std::string_view name) const; // of the header; empty where absent
};
Result<ReadJwt> sd_read_issuer_jwt(std::string_view text);

// Section 7.1, steps 3 to 5: the claims with what is disclosed put in place; `_sd`, `...` and
// `_sd_alg` are gone. `payload` is that of the issuer's JWT.
Result<codec::json::object> sd_process(const codec::json::object& payload,
                                       const std::vector<std::string>& disclosures);

// The holder's key in `cnf.jwk` of the processed payload: P-256, without a private part.
Result<crypto::p256::PublicKey> sd_holder_key(const codec::json::object& payload);

struct KeyBinding {
    std::int64_t issued_at = 0; // Unix seconds
    std::string audience, nonce;
};
struct KeyBindingPolicy {
    std::int64_t now = 0;                // Unix seconds
    std::int64_t older = 60, newer = 60; // seconds that iat may lie before and after now
    std::vector<std::string> audiences;  // any of these
    std::optional<std::string> nonce;    // none: whatever it is
};
// Section 7.3, step 5. `payload` is the processed one, and already verified.
Result<KeyBinding> sd_verify_binding(const SdJwt& sd_jwt, const codec::json::object& payload,
                                     const KeyBindingPolicy& policy);

// Which key is the issuer's, by the header and payload of its JWT as they were read. An error of
// its own stands for "no such issuer".
using IssuerKeyLookup = std::function<Result<crypto::p256::PublicKey>(const ReadJwt& jwt)>;

struct SdJwtPolicy {
    std::string_view type;      // typ of the issuer's JWT; empty: any
    std::int64_t now = 0;       // Unix seconds
    std::int64_t leeway = 60;   // seconds that the clocks may differ
    bool require_expiry = true; // exp must be there
    std::string_view audience;  // where the payload has an aud, it is or holds this one
    std::optional<KeyBindingPolicy> binding; // none: an SD-JWT is expected, without it
};
struct VerifiedSdJwt {
    codec::json::object header, payload; // of the issuer's JWT; payload as sd_process leaves it
    std::optional<KeyBinding> binding;
};
// Section 7.3 for a verifier, whole; with no `binding` in the policy also section 7.2 for a holder
// who receives one. The steps come in the order of the RFC, the first that fails is the error.
Result<VerifiedSdJwt> sd_jwt_verify(std::string_view text, const IssuerKeyLookup& issuer,
                                    const SdJwtPolicy& policy);

} // namespace salus::envelope
