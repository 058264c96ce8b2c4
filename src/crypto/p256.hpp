#pragma once
// ECDSA on P-256 (FIPS 186-5, ES256 of RFC 7518 3.4 and RFC 9053 2.1), on OpenSSL.

#include <memory>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "crypto/secret.hpp"

namespace salus::crypto::p256 {

inline constexpr ErrorKind kBadKey{"p256.bad_key", "SEC 1 3.2.2.1: a point on the curve"};

using PublicKey = FixedBytes<64>; // x‖y
using Signature = FixedBytes<64>; // r‖s

// A parsed public key: parse once, verify often. Thread-safe.
class Verifier {
public:
    static Result<Verifier> from(const PublicKey& key);
    bool verify(const Hash32& digest, const Signature& signature) const;

    Verifier(Verifier&&) noexcept;
    Verifier& operator=(Verifier&&) noexcept;
    ~Verifier();

private:
    struct Impl;
    explicit Verifier(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

bool verify(const PublicKey& key, const Hash32& digest, const Signature& signature);
Result<Signature> sign(const SecretKey32& key, const Hash32& digest);
Result<PublicKey> public_key(const SecretKey32& key);
SecretKey32 generate(Random& random);

} // namespace salus::crypto::p256
