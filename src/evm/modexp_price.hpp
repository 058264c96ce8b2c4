#pragma once
// The price of the precompile 0x05 (EIP-198, 2565, 7823, 7883).

#include "evm/host.hpp"

namespace salus::evm {

struct ModexpHeader {
    uint256 base_size, exponent_size, modulus_size;
};
ModexpHeader modexp_header(ByteView input); // absent bytes are zeros

// The largest int64 where the price does not fit.
std::int64_t modexp_price(Revision revision, ByteView input);

} // namespace salus::evm
