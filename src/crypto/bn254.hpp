#pragma once
// The curve BN254 ("alt_bn128") and its optimal ate pairing, in the encodings of EIP-196 and
// EIP-197: field elements are 32 bytes big-endian below p; a point of G1 is x ‖ y; of G2 it is
// x1 ‖ x0 ‖ y1 ‖ y0, the imaginary part first; zeros are the point at infinity.
//
// Variable time: for public values only. Pure functions, thread-safe.

#include "base/bytes.hpp"

namespace salus::crypto::bn254 {

inline constexpr ErrorKind kBadLength{"bn254.bad_length", "EIP-197: 192 bytes a pair"};
inline constexpr ErrorKind kNotInField{"bn254.not_in_field", "EIP-196: coordinates below p"};
inline constexpr ErrorKind kNotOnCurve{"bn254.not_on_curve", "EIP-196, EIP-197"};
inline constexpr ErrorKind kNotInSubgroup{"bn254.not_in_subgroup", "EIP-197: order r"};

using G1Bytes = FixedBytes<64>;

// Errors: kNotInField, kNotOnCurve.
Result<G1Bytes> add(const G1Bytes& a, const G1Bytes& b);
// scalar · point; the scalar may be any number of 256 bits.
Result<G1Bytes> multiply(const G1Bytes& point, const Hash32& scalar);
// Whether the product of the pairings of all pairs (G1 ‖ G2, 192 bytes each) is one; true for
// none. Errors: all above.
Result<bool> pairing_product_is_one(ByteView pairs);

} // namespace salus::crypto::bn254
