#pragma once
// The Ethereum account of a public key that is written as a compressed point.

#include "crypto/secp256k1_group.hpp"

namespace salus::crypto::secp256k1 {

// Last 20 bytes of keccak256(x‖y). Variable time: the point is public.
Address account_of(const Point& point);

} // namespace salus::crypto::secp256k1
