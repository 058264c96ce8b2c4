#pragma once
// X.509 certificates (RFC 5280) of document signers: making them under an own CA, reading them,
// checking one under another. On OpenSSL. Time is an argument; all functions are thread-safe.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "crypto/p256.hpp"

namespace salus::crypto::x509 {

inline constexpr ErrorKind kBadCertificate{"x509.malformed", "RFC 5280 4.1"};
inline constexpr ErrorKind kUnsupportedKey{"x509.unsupported_key",
                                           "P-256, P-384, P-521, or RSA of 2048 bits and more"};
inline constexpr ErrorKind kBadName{"x509.bad_name", "RFC 5280 A.1: ub-country-name, ub-name"};
inline constexpr ErrorKind kBadValidity{"x509.bad_validity", "RFC 5280 4.1.2.5"};
inline constexpr ErrorKind kWrongIssuer{"x509.wrong_issuer", "RFC 5280 6.1.3 (a)(4)"};
inline constexpr ErrorKind kWrongSignature{"x509.wrong_signature", "RFC 5280 6.1.3 (a)(1)"};
inline constexpr ErrorKind kNotCa{"x509.not_a_ca", "RFC 5280 6.1.4 (k), (n)"};
inline constexpr ErrorKind kNotYetValid{"x509.not_yet_valid", "RFC 5280 6.1.3 (a)(2)"};
inline constexpr ErrorKind kExpired{"x509.expired", "RFC 5280 6.1.3 (a)(2)"};

// Extended key usages of document signers (eHealth network, HCERT governance).
inline constexpr std::string_view kUsageTest = "1.3.6.1.4.1.1847.2021.1.1";
inline constexpr std::string_view kUsageVaccination = "1.3.6.1.4.1.1847.2021.1.2";
inline constexpr std::string_view kUsageRecovery = "1.3.6.1.4.1.1847.2021.1.3";

struct RsaPublicKey {
    Bytes spki; // DER, for rsa::Verifier::from_spki
    friend bool operator==(const RsaPublicKey&, const RsaPublicKey&) = default;
};
struct LargeEcPublicKey { // P-384 or P-521
    Bytes spki;           // DER, for ecdsa::Verifier::from_spki
    friend bool operator==(const LargeEcPublicKey&, const LargeEcPublicKey&) = default;
};

struct Name {
    std::string country; // ISO 3166 alpha-2; may be empty in a foreign certificate
    std::string organisation;
    std::string common_name;
    friend bool operator==(const Name&, const Name&) = default;
};

struct Certificate {
    Bytes der;
    std::variant<p256::PublicKey, RsaPublicKey, LargeEcPublicKey> public_key;
    std::int64_t not_before = 0; // seconds since 1970, both ends included
    std::int64_t not_after = 0;
    Name subject, issuer;
    std::string serial;                          // hex of the magnitude
    std::vector<std::string> extended_key_usage; // OIDs, dotted
    bool is_ca = false;
    std::vector<std::string> uri_names; // uniformResourceIdentifier of subjectAltName, at most 16

    const p256::PublicKey* p256_key() const { return std::get_if<p256::PublicKey>(&public_key); }
    bool valid_at(std::int64_t time) const { return not_before <= time && time <= not_after; }
};

struct Request {
    Name subject; // country of two capital letters, organisation and common name not empty
    std::int64_t not_before = 0;
    std::int64_t not_after = 0;
    std::vector<std::string> extended_key_usage; // not for a CA
    // URIs of subjectAltName, for a signer alone; of letters, digits and -._~:/ (RFC 3986).
    std::vector<std::string> uri_names = {};
};

// A self-signed certificate authority with `key`; pathlen 0.
Result<Certificate> make_ca(const Request& request, const SecretKey32& key, Random& random);
// A document signer of `subject_key` under `ca`, whose secret key is `ca_key`.
Result<Certificate> make_signer(const Request& request, const p256::PublicKey& subject_key,
                                const Certificate& ca, const SecretKey32& ca_key, Random& random);

// A request for a signer's certificate to an outside authority (PKCS#10, RFC 2986), in DER, signed
// with `key`; of `request` all but the validity, which the authority decides.
Result<Bytes> make_request(const Request& request, const SecretKey32& key);
// "-----BEGIN <label>-----", base64, END (RFC 7468); labels as "CERTIFICATE", "CERTIFICATE
// REQUEST".
std::string to_pem(std::string_view label, ByteView der);
// One certificate, in DER or PEM.
Result<Certificate> parse_file(ByteView content);

// One DER certificate of at most 16 KiB, with nothing after it.
Result<Certificate> parse(ByteView der);

// `leaf` is signed by `ca` and `ca` is a CA; times are left to the caller.
Status signed_by(const Certificate& leaf, const Certificate& ca);
// `leaf` is signed by `ca`, `ca` is a CA, and both are valid at `time`.
Status verify_under(const Certificate& leaf, const Certificate& ca, std::int64_t time);

} // namespace salus::crypto::x509
