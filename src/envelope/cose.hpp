#pragma once
// COSE_Sign1 (RFC 9052 4.2) with ES256 and PS256 (RFC 9053 2.1, RFC 8230 2), as HCERT uses it.

#include <optional>
#include <variant>

#include "base/bytes.hpp"
#include "crypto/ecdsa.hpp"
#include "crypto/p256.hpp"
#include "crypto/rsa.hpp"
#include "crypto/x509.hpp"

namespace salus::envelope {

inline constexpr ErrorKind kBadCose{"cose.malformed", "RFC 9052 4.2"};
inline constexpr ErrorKind kCoseAlgorithm{"cose.algorithm", "HCERT 3.3.2: ES256 or PS256"};
inline constexpr ErrorKind kCoseCritical{"cose.critical_header", "RFC 9052 3.1: crit"};
inline constexpr ErrorKind kCoseSignature{"cose.signature_wrong", "RFC 9052 4.4"};

inline constexpr std::int64_t kEs256 = -7;
inline constexpr std::int64_t kPs256 = -37;

struct CoseSign1 {
    Bytes protected_header;     // the bytes that are signed, as received
    std::int64_t algorithm = 0; // of the protected header, else of the unprotected one
    bool algorithm_protected = false;
    Bytes kid; // likewise; empty where there is none
    bool kid_protected = false;
    Bytes payload;
    Bytes signature;
};

// Signs with ES256; `alg` and `kid` stand in the protected header. The result carries tag 18.
Result<Bytes> cose_sign1(ByteView payload, ByteView kid, const crypto::SecretKey32& key);
// Accepts tag 18, no tag, and 61(18(…)). Nothing is verified.
Result<CoseSign1> cose_decode(ByteView input);
// The bytes under the signature: Sig_structure of RFC 9052 4.4 with empty external data.
Bytes cose_signed_bytes(const CoseSign1& message);

// A key of either algorithm, parsed once. Thread-safe. ES256 is taken under a P-384 or P-521 key
// as well: COSE names the hash and leaves the curve to the key (RFC 9053 2.1).
class CoseKey {
public:
    static Result<CoseKey> from(const crypto::p256::PublicKey& key);
    static Result<CoseKey> from(const crypto::x509::Certificate& certificate);
    // kCoseAlgorithm where the message's algorithm is not the key's, else kCoseSignature.
    Status verify(const CoseSign1& message) const;

private:
    using Key =
        std::variant<crypto::p256::Verifier, crypto::rsa::Verifier, crypto::ecdsa::Verifier>;
    explicit CoseKey(Key key) : key_(std::move(key)) {}
    Key key_;
};

} // namespace salus::envelope
