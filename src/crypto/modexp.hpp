#pragma once
#include "base/bytes.hpp"

namespace salus::crypto {

// base^exponent mod modulus (EIP-198), all big-endian of any length; the result has the length of
// `modulus`; zero where the modulus is zero. GMP, variable time: public values only.
Bytes modexp(ByteView base, ByteView exponent, ByteView modulus);

} // namespace salus::crypto
