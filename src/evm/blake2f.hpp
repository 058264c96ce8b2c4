#pragma once
// The compression function F of BLAKE2b (RFC 7693 3.2) as the precompile 0x09 takes it (EIP-152).

#include <array>

#include "base/bytes.hpp"

namespace salus::evm {

using Blake2State = std::array<std::uint64_t, 8>;

void blake2b_compress(Blake2State& h, const std::array<std::uint64_t, 16>& message,
                      std::uint64_t offset_low, std::uint64_t offset_high, bool last,
                      std::uint32_t rounds);

} // namespace salus::evm
