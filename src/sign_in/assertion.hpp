#pragma once
// Client assertions of hospitals' systems: RFC 7523 section 3 with the profile of SMART Backend
// Services (HL7 SMART App Launch 2.2, "Client Authentication: Asymmetric"). Pure; thread-safe.
//
// A client is registered by a file:
//
//     {"client_id": "ehr-1", "account": "0x…", "jwks": {"keys": [{"kty": "EC", "kid": "1",
//      "crv": "P-384", "x": "…", "y": "…"}]}}
//
// Keys are EC, on P-256 (ES256) or P-384 (ES384), public, each with a kid. Who is at the keyboard
// stands in the claim `fhirUser`: a Practitioner or PractitionerRole, relative or absolute.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "crypto/ecdsa.hpp"
#include "crypto/p256.hpp"

namespace salus::sign_in {

inline constexpr ErrorKind kBadClient{"sign_in.client_malformed",
                                      "docs/patient.md: a client's file"};
inline constexpr ErrorKind kAssertionMalformed{"sign_in.assertion_malformed",
                                               "RFC 7523 3, RFC 7515 7.1"};
inline constexpr ErrorKind kUnknownClient{"sign_in.unknown_client",
                                          "RFC 6749 2.2: a client that is registered here"};
inline constexpr ErrorKind kUnknownKey{"sign_in.unknown_key", "RFC 7517 4.5: a kid of the client"};
inline constexpr ErrorKind kAssertionAlgorithm{
    "sign_in.assertion_algorithm", "RFC 7518 3.1: ES256 or ES384, as the key's curve says"};
inline constexpr ErrorKind kAssertionSignature{"sign_in.assertion_signature",
                                               "RFC 7523 3: signed by the client"};
inline constexpr ErrorKind kAssertionSubject{"sign_in.assertion_subject",
                                             "RFC 7523 3: iss and sub are the client's id"};
inline constexpr ErrorKind kAssertionAudience{"sign_in.assertion_audience",
                                              "RFC 7523 3: aud is this token endpoint"};
inline constexpr ErrorKind kAssertionExpired{"sign_in.assertion_expired", "RFC 7523 3: exp"};
inline constexpr ErrorKind kAssertionTooLong{
    "sign_in.assertion_too_long", "SMART App Launch 2.2: exp at most five minutes ahead"};
inline constexpr ErrorKind kAssertionNotYet{"sign_in.assertion_not_yet", "RFC 7519: nbf, iat"};
inline constexpr ErrorKind kAssertionId{"sign_in.assertion_id",
                                        "SMART App Launch 2.2: jti of 1 to 128 characters"};
inline constexpr ErrorKind kClinician{
    "sign_in.clinician", "fhirUser: [https://…/]Practitioner/id or PractitionerRole/id"};

inline constexpr std::size_t kMaxAssertion = 8192;                          // characters
inline constexpr std::size_t kMaxClient = 64 * 1024;                        // bytes of a file
inline constexpr std::int64_t kMaxAssertionLife = 300, kAssertionSkew = 30; // seconds

struct ClientKey {
    std::string kid;
    std::variant<crypto::p256::PublicKey, std::shared_ptr<const crypto::ecdsa::Verifier>> key;
};
struct Client {
    std::string id;
    Address account; // of the hospital: its role is what the chain says of it
    std::vector<ClientKey> keys;
};
Result<Client> read_client(std::string_view text); // kBadClient

struct Assertion {
    std::string client;
    Address account;
    std::string id; // jti: whoever takes the assertion takes it once
    std::int64_t expires = 0;
    std::string clinician; // fhirUser; empty: the system itself
};
using FindClient = std::function<const Client*(std::string_view id)>; // nullptr: none
// `now` in Unix seconds.
Result<Assertion> check_assertion(std::string_view text, const FindClient& find,
                                  std::string_view token_url, std::int64_t now);

} // namespace salus::sign_in
