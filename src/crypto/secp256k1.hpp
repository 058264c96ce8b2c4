#pragma once
// ECDSA on secp256k1 as Ethereum uses it, on libsecp256k1 (constant time where a secret is used).
// All functions are thread-safe.

#include "base/bytes.hpp"
#include "base/uint256.hpp"
#include "crypto/secret.hpp"

namespace salus::crypto::secp256k1 {

inline constexpr ErrorKind kBadSecretKey{"secp256k1.bad_secret_key", "SEC 1: 1 <= d < n"};
inline constexpr ErrorKind kBadSignature{"secp256k1.bad_signature",
                                         "SEC 1 4.1.6; EIP-2 for high s"};

struct Signature {
    Hash32 r, s;
    Byte y_parity = 0; // 0 or 1
};

// Deterministic (RFC 6979) with low s (EIP-2).
Result<Signature> sign(const SecretKey32& key, const Hash32& digest);
// The 64-byte x‖y public key. High s is accepted here: the caller applies EIP-2 where it holds.
Result<FixedBytes<64>> recover_public_key(const Hash32& digest, const Signature& signature);
Result<Address> recover(const Hash32& digest, const Signature& signature);

Result<FixedBytes<64>> public_key(const SecretKey32& key);
Address address_of(const FixedBytes<64>& public_key); // last 20 bytes of keccak256(x‖y)
Result<Address> address_of(const SecretKey32& key);

// n and n/2, for the range checks of the Yellow Paper, appendix F, and EIP-2.
extern const uint256 kOrder;
extern const uint256 kHalfOrder;

} // namespace salus::crypto::secp256k1
