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

// A key that has verified so many signatures gets a table of its multiples, with which each further
// one takes a third of the time. Making it takes as long as some 500 verifications gain by it: so
// no key ever costs twice of what it would have at best.
inline constexpr std::uint64_t kUsesBeforeTable = 512;
// How many keys have one at a time, in the whole process: the first to come. 150 KB each.
inline constexpr std::size_t kMaxTables = 64;

class KnownKey;

// A public key: parse once, verify often. All verifiers of one key, which are made anew whenever a
// trust list is read, share what is known of it as long as one of them is left. Thread-safe.
// Variable time: all that is verified is public.
class Verifier {
public:
    static Result<Verifier> from(const PublicKey& key);
    bool verify(const Hash32& digest, const Signature& signature) const;
    // Makes the key's table now, which takes some 30 ms; false where kMaxTables others have one.
    bool prepare() const;

private:
    explicit Verifier(std::shared_ptr<KnownKey> known) : known_(std::move(known)) {}
    std::shared_ptr<KnownKey> known_;
};

// Without a table: for keys that come once.
bool verify(const PublicKey& key, const Hash32& digest, const Signature& signature);
Result<Signature> sign(const SecretKey32& key, const Hash32& digest);
Result<PublicKey> public_key(const SecretKey32& key);
SecretKey32 generate(Random& random);

} // namespace salus::crypto::p256
