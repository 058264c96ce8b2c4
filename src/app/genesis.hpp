#pragma once
// Salus's own genesis, as geth-style JSON (what --genesis takes from a file).

#include "codec/json.hpp"

namespace salus::app {

inline constexpr std::uint64_t kChainId = 73127;

// With `dev` the well-known development accounts hold ether.
codec::Json default_genesis(bool dev);

} // namespace salus::app
