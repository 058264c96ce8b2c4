#pragma once
// The curve BLS12-381 and its optimal ate pairing, in the encodings of EIP-2537: field elements are
// 64 bytes big-endian below p (the first 16 are zero); an element of Fp2 is c0 ‖ c1; a point is
// x ‖ y; zeros are the point at infinity.
//
// Variable time: for public values only. Pure functions, thread-safe.

#include "base/bytes.hpp"

namespace salus::crypto::bls12_381 {

inline constexpr ErrorKind kBadLength{"bls12_381.bad_length", "EIP-2537: one item or more, whole"};
inline constexpr ErrorKind kNotInField{"bls12_381.not_in_field", "EIP-2537: coordinates below p"};
inline constexpr ErrorKind kNotOnCurve{"bls12_381.not_on_curve", "EIP-2537"};
inline constexpr ErrorKind kNotInSubgroup{"bls12_381.not_in_subgroup", "EIP-2537: order q"};

using FpBytes = FixedBytes<64>;
using Fp2Bytes = FixedBytes<128>;
using G1Bytes = FixedBytes<128>;
using G2Bytes = FixedBytes<256>;

// No subgroup check. Errors: kNotInField, kNotOnCurve.
Result<G1Bytes> add(const G1Bytes& a, const G1Bytes& b);
Result<G2Bytes> add(const G2Bytes& a, const G2Bytes& b);
// The sum of scalar · point over `items`, each a point and a scalar of 32 bytes, which may be any
// number. Errors: all above; no item is kBadLength.
Result<G1Bytes> g1_sum_of_multiples(ByteView items); // 160 bytes each
Result<G2Bytes> g2_sum_of_multiples(ByteView items); // 288 bytes each
// Whether the product of the pairings of all pairs (G1 ‖ G2, 384 bytes each) is one. Errors: all.
Result<bool> pairing_product_is_one(ByteView pairs);
// The maps of RFC 9380 (SSWU, isogeny, cofactor), without hashing. Errors: kNotInField.
Result<G1Bytes> map_to_g1(const FpBytes& element);
Result<G2Bytes> map_to_g2(const Fp2Bytes& element);

} // namespace salus::crypto::bls12_381
