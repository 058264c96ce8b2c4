#pragma once
// RFC 9380, 6.6.2 and 6.6.3: from a field element to a point of the group, by the simplified SWU
// map to an isogenous curve, the isogeny, and the cofactor. For the sources of this room alone.

#include "crypto/bls12_381_curve.hpp"

namespace salus::crypto::bls12_381 {

G1 map(const Fp& u); // suite BLS12381G1 (8.8.1): the map of EIP-2537's MAP_FP_TO_G1
G2 map(const F2& u); // suite BLS12381G2 (8.8.2)

} // namespace salus::crypto::bls12_381
