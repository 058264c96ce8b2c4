#pragma once
// RSASSA-PSS with SHA-256 (RFC 8017 8.1; PS256 of RFC 8230), verification only, on OpenSSL.

#include <memory>

#include "base/bytes.hpp"

namespace salus::crypto::rsa {

inline constexpr ErrorKind kBadKey{"rsa.bad_key", "RFC 8230 2: an RSA key of 2048 to 8192 bits"};

// A parsed public key. Thread-safe.
class Verifier {
public:
    // DER of a SubjectPublicKeyInfo (RFC 5280 4.1.2.7) with an RSA key of 2048 to 8192 bits.
    static Result<Verifier> from_spki(ByteView der);
    // Salt as long as the hash, MGF1 with SHA-256.
    bool verify_pss_sha256(ByteView message, ByteView signature) const;

    Verifier(Verifier&&) noexcept;
    Verifier& operator=(Verifier&&) noexcept;
    ~Verifier();

private:
    struct Impl;
    explicit Verifier(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace salus::crypto::rsa
