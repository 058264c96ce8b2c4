#pragma once
// KZG commitments of EIP-4844: the check that a committed polynomial has a value at a point,
// against the trusted setup of the Ethereum ceremony. Variable time: for public values only.
// Thread-safe.

#include "base/bytes.hpp"
#include "base/uint256.hpp"

namespace salus::crypto::kzg {

inline constexpr ErrorKind kBadScalar{"kzg.bad_scalar", "EIP-4844: z, y below BLS_MODULUS"};
inline constexpr ErrorKind kBadPoint{"kzg.bad_point",
                                     "EIP-4844, consensus-specs validate_kzg_g1: compressed, on "
                                     "the curve, of order r"};
inline constexpr ErrorKind kWrongProof{"kzg.wrong_proof", "EIP-4844 verify_kzg_proof"};

using Point = FixedBytes<48>; // of G1, compressed as in the BLS signature draft, appendix C

extern const uint256 kModulus; // BLS_MODULUS
inline constexpr std::uint64_t kFieldElementsPerBlob = 4096;

// kzg_to_versioned_hash: 0x01 and the last 31 bytes of SHA-256.
Hash32 versioned_hash(const Point& commitment);
// Whether p(z) = y for the polynomial p behind the commitment. Errors: all above.
Status verify_proof(const Point& commitment, const Hash32& z, const Hash32& y, const Point& proof);

} // namespace salus::crypto::kzg
