#pragma once
// JSON Web Keys (RFC 7517) for ES256 (RFC 7518 6.2), as SMART Health Cards 1.4 ("Determining keys
// associated with an issuer") asks for them: P-256, public, named by their RFC 7638 thumbprint,
// with X.509 chains where the issuer takes part in a PKI. A set with one bad key is refused whole.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "codec/json.hpp"
#include "crypto/x509.hpp"

namespace salus::envelope {

inline constexpr ErrorKind kJwkMalformed{"jwk.malformed", "RFC 7517 4, 5"};
inline constexpr ErrorKind kJwkTooLarge{"jwk.too_large", "size limit of a key set"};
inline constexpr ErrorKind kJwkTooMany{"jwk.too_many_keys", "size limit of a key set"};
inline constexpr ErrorKind kJwkEmpty{"jwk.no_keys", "RFC 7517 5.1: keys"};
inline constexpr ErrorKind kJwkPrivate{"jwk.private_part",
                                       "SMART Health Cards 1.4: d SHALL NOT be there"};
inline constexpr ErrorKind kJwkType{"jwk.key_type", "SMART Health Cards 1.4: kty EC"};
inline constexpr ErrorKind kJwkUse{"jwk.use", "RFC 7517 4.2: sig"};
inline constexpr ErrorKind kJwkAlgorithm{"jwk.algorithm", "RFC 7517 4.4: ES256"};
inline constexpr ErrorKind kJwkCurve{"jwk.curve", "RFC 7518 6.2.1.1: P-256"};
inline constexpr ErrorKind kJwkCoordinate{"jwk.coordinate",
                                          "RFC 7518 6.2.1.2: 32 bytes in base64url"};
inline constexpr ErrorKind kJwkOffCurve{"jwk.not_on_curve", "SEC 1 3.2.2.1: a point on the curve"};
inline constexpr ErrorKind kJwkKid{"jwk.kid_not_thumbprint", "RFC 7638 3"};
inline constexpr ErrorKind kJwkDuplicate{"jwk.duplicate_kid", "RFC 7517 4.5: distinct kids"};
inline constexpr ErrorKind kJwkChain{"jwk.x5c_malformed",
                                     "RFC 7517 4.7: certificates in base64 DER"};
inline constexpr ErrorKind kJwkChainKey{"jwk.x5c_other_key",
                                        "RFC 7517 4.7: the first one holds the key"};
inline constexpr ErrorKind kJwkNoChain{"jwk.no_chain", "RFC 7517 4.7: x5c"};
inline constexpr ErrorKind kJwkChainIssuer{
    "jwk.x5c_other_issuer", "SMART Health Cards 1.4, Certificates: a URI of the leaf's names"};

inline constexpr std::size_t kMaxKeySetBytes = 256 * 1024;
inline constexpr std::size_t kMaxKeys = 64;
inline constexpr std::size_t kMaxChain = 8; // certificates

using CertificateChain = std::vector<crypto::x509::Certificate>; // leaf first

struct Jwk {
    std::string kid; // the thumbprint
    crypto::p256::PublicKey key;
    // One for each PKI. Entries of one kid that differ in x5c alone are gathered here.
    std::vector<CertificateChain> chains;
    std::optional<std::uint64_t> crl_version; // SMART Health Cards: ctr of the key's CRL
};

struct JwkSet {
    std::vector<Jwk> keys;
    const Jwk* find(std::string_view kid) const; // nullptr where absent
};

// base64url of SHA-256 of the key's canonical form: 43 characters.
std::string jwk_thumbprint(const crypto::p256::PublicKey& key);

Result<Jwk> jwk_read(const codec::json::object& object);
Result<JwkSet> jwks_parse(std::string_view text);
// One entry for each chain, or one without; the text of /.well-known/jwks.json.
std::string jwks_print(const JwkSet& set);

// The leaf names `issuer` as a URI, each certificate is signed by the next, and all are valid at
// `time` (Unix seconds). The last certificate is returned: whether it is trusted is the caller's.
// kJwkNoChain, kJwkChainIssuer, or what crypto::x509 found (of the last chain that was tried).
Result<crypto::x509::Certificate> check_chain(const Jwk& key, std::string_view issuer,
                                              std::int64_t time);

} // namespace salus::envelope
