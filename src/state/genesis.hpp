#pragma once
// Genesis files as geth reads them: config, header fields and alloc.

#include "codec/json.hpp"
#include "state/block.hpp"
#include "state/config.hpp"
#include "state/view.hpp"

namespace salus::state {

inline constexpr ErrorKind kBadGenesis{"genesis.malformed", "geth genesis JSON"};
inline constexpr ErrorKind kUnknownFork{"genesis.unknown_fork",
                                        "a fork key of config that this version does not know"};
inline constexpr ErrorKind kForkOrder{"genesis.fork_order",
                                      "forks activate in mainnet's order, none left out"};
inline constexpr ErrorKind kMissingTtd{"genesis.not_merged",
                                       "EIP-3675: terminalTotalDifficulty 0 for Paris rules"};

struct Genesis {
    ChainConfig config;
    BlockHeader header; // complete, state_root included
    StateChanges state; // the alloc, against the empty state
};

// kBadGenesis with the place, kUnknownFork, kForkOrder.
Result<Genesis> parse_genesis(const codec::Json& json);
Result<ChainConfig> parse_chain_config(const codec::json::object& config);

} // namespace salus::state
