#pragma once
// Forks and networks as official suites name them: "Merge", "ConstantinopleFix", "ArrowGlacier",
// "BPO1", "FrontierToHomesteadAt5", "CancunToPragueAtTime15k", "ArrowGlacierToParisAtDiffC0000".

#include "codec/json.hpp"
#include "state/config.hpp"

namespace salus::state {

struct SuiteFork {
    evm::Revision revision = evm::Revision::frontier;
    std::optional<BlobParameters> blobs;
    std::optional<std::uint64_t> bomb_delay;
    bool dao = false;
};
// None for a name that is no single fork, or none that this version knows.
std::optional<SuiteFork> suite_fork(std::string_view name);

// The rules of a fork in a test, whose config.blobSchedule may say other blob parameters.
// kBadField where that is malformed.
Result<Rules> suite_rules(const codec::json::object& test, std::string_view name,
                          const SuiteFork& fork);

struct Network {
    ChainConfig config;
    // EIP-3675: from this total difficulty of the parent on, `merged` holds instead.
    std::optional<uint256> terminal_total_difficulty;
    ChainConfig merged;
};
// None for a network that this version does not know. kBadField as above.
Result<std::optional<Network>> suite_network(const codec::json::object& test,
                                             std::string_view name);

} // namespace salus::state
