#pragma once
// Salus's own genesis, as geth-style JSON (what --genesis takes from a file).

#include "state/genesis.hpp"

namespace salus::app {

inline constexpr std::uint64_t kChainId = 73127;

// With `dev` the well-known development accounts hold ether.
codec::Json default_genesis(bool dev);

// The genesis of a geth-style JSON file; of an empty path Salus's own.
Result<state::Genesis> load_genesis(const std::string& path, bool dev);

} // namespace salus::app
