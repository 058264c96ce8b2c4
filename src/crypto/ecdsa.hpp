#pragma once
// ECDSA verification on the larger NIST curves, P-384 and P-521 (FIPS 186-5), on OpenSSL. Some
// issuers sign with them; P-256, the common case, has its own fast path in p256.hpp.

#include <memory>

#include "base/bytes.hpp"

namespace salus::crypto::ecdsa {

inline constexpr ErrorKind kBadKey{"ecdsa.bad_key", "RFC 5480: a key on P-384 or P-521"};

// A parsed public key. Thread-safe.
class Verifier {
public:
    static Result<Verifier> from_spki(ByteView der); // SubjectPublicKeyInfo
    // `digest` of SHA-256, SHA-384 or SHA-512; `signature` is r‖s, each as long as the order of the
    // curve: 96 or 132 bytes.
    bool verify(ByteView digest, ByteView signature) const;

    Verifier(Verifier&&) noexcept;
    Verifier& operator=(Verifier&&) noexcept;
    ~Verifier();

private:
    struct Impl;
    explicit Verifier(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace salus::crypto::ecdsa
