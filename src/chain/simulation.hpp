#pragma once
// eth_simulateV1 (execution-apis): blocks of calls above a block that exists, each with overrides.
// The blocks are complete, with roots and hashes, and kept nowhere.

#include "chain/chain.hpp"

namespace salus::chain {

inline constexpr ErrorKind kSimulatedNumber{"simulate.block_number",
                                            "execution-apis: block numbers rise"};
inline constexpr ErrorKind kSimulatedTime{"simulate.block_timestamp",
                                          "execution-apis: timestamps rise"};
inline constexpr ErrorKind kSimulatedGas{"simulate.block_gas_limit",
                                         "execution-apis: the calls fit the block's gas"};
inline constexpr ErrorKind kSimulatedBlocks{"simulate.too_many_blocks", "256 blocks at most"};
inline constexpr ErrorKind kSimulatedChain{"simulate.chain_id", "the chain's own id"};

inline constexpr std::uint64_t kMostSimulatedBlocks = 256;
inline constexpr std::uint64_t kSimulatedInterval = 12; // seconds to a block without a time

struct SimulatedCall {
    state::SimulationRequest request; // gas 0: what the block has left
    std::optional<std::uint64_t> nonce;
    std::optional<uint256> chain_id;
    uint256 max_fee_per_blob_gas;
    bool legacy = false; // gasPrice was given
};
struct SimulatedBlockPlan {
    BlockOverrides block;
    StateOverrides state;
    std::vector<SimulatedCall> calls;
};
struct SimulationPlan {
    std::vector<SimulatedBlockPlan> blocks;
    bool validation = false;       // nonces, funds and fees as in a block; else fees may be 0
    bool trace_transfers = false;  // ether that moves is told as ERC-20 logs of kEtherLogAddress
    std::function<bool()> expired; // as CallOptions::expired
};
inline constexpr Address kEtherLogAddress{{0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee,
                                           0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee,
                                           0xee, 0xee, 0xee, 0xee, 0xee, 0xee}};

struct SimulatedResult { // of one call
    state::TransactionOutcome outcome;
    std::vector<LogInfo> logs;
};
struct SimulatedBlock {
    Block block;
    std::vector<SimulatedResult> calls;
};
// Gaps between block numbers are filled with empty blocks. All calls together have `call_gas`.
// The kinds above; kNotPrecompile, kOverriddenTwice, kTimeout; of a call that is refused what
// `state` says.
Result<std::vector<SimulatedBlock>> simulate(const state::ChainConfig& config,
                                             std::uint64_t call_gas, const Reading& base,
                                             SimulationPlan plan);

} // namespace salus::chain
