#pragma once
// JSON Web Signature, compact form (RFC 7515 7.1), with ES256 (RFC 7518 3.4) alone. The caller
// says which header it expects; any other is refused, so that no header ever picks an algorithm.

#include <optional>
#include <span>
#include <string>

#include "codec/json.hpp"
#include "crypto/p256.hpp"
#include "crypto/secret.hpp"

namespace salus::envelope {

inline constexpr ErrorKind kJwsMalformed{"jose.malformed",
                                         "RFC 7515 7.1: header.payload.signature in base64url"};
inline constexpr ErrorKind kJwsTooLong{"jose.too_long", "size limit of this signature's text"};
inline constexpr ErrorKind kJwsHeader{"jose.header", "RFC 7515 4: the members that are agreed on"};
inline constexpr ErrorKind kJwsAlgorithm{"jose.algorithm", "RFC 7518 3.1: ES256, never none"};
inline constexpr ErrorKind kJwsCritical{"jose.critical",
                                        "RFC 7515 4.1.11: extensions that are not understood"};
inline constexpr ErrorKind kJwsUnencoded{"jose.b64", "RFC 7797 3: the payload is base64url"};
inline constexpr ErrorKind kJwsSignatureForm{"jose.signature_form",
                                             "RFC 7518 3.4: r and s of 32 bytes, never DER"};
inline constexpr ErrorKind kJwsSignature{"jose.signature_wrong", "RFC 7518 3.4"};

// The three parts as they stand in the text, which must outlive them.
struct CompactJws {
    std::string_view header, payload, signature;
    std::string_view signed_text; // header '.' payload: what the signature covers
};
// Exactly two dots, or nothing. A part may be empty.
std::optional<CompactJws> split_compact(std::string_view text);
// A part that holds a JSON object; nothing where it does not.
std::optional<codec::json::object> read_json_part(std::string_view part,
                                                  const codec::JsonLimits& limits);

// A header member beside `alg`, which is always ES256: a string, of this value where one is given.
struct JwsMember {
    std::string_view name;
    std::string_view value; // empty: any of 1 to 128 characters
};

struct Jws { // as read: the signature is not verified
    codec::json::object header;
    Bytes payload;
    crypto::p256::Signature signature; // r‖s
    Hash32 digest;                     // SHA-256 of the signed text

    std::string member(std::string_view name) const; // of the header; empty where absent
};

// Refuses a header with any member missing, more or other than `alg` and `members`.
Result<Jws> jws_decode(std::string_view text, std::span<const JwsMember> members,
                       std::size_t most_characters);
// kJwsSignature where the key did not sign it.
Status jws_verify(const Jws& message, const crypto::p256::Verifier& key);
// The header is {"alg":"ES256", members…} in the order of `members`, each of which has a value.
Result<std::string> jws_sign(std::span<const JwsMember> members, ByteView payload,
                             const crypto::SecretKey32& key);

} // namespace salus::envelope
