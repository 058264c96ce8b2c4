#pragma once
// Which rules hold at which block.

#include <optional>

#include "base/uint256.hpp"
#include "evm/host.hpp"

namespace salus::state {

struct BlobParameters { // EIP-7840, EIP-7892
    std::uint64_t target = 0;
    std::uint64_t max = 0;
    std::uint64_t base_fee_update_fraction = 0;
    friend bool operator==(const BlobParameters&, const BlobParameters&) = default;
};
inline constexpr BlobParameters kCancunBlobs{3, 6, 3338477};
inline constexpr BlobParameters kPragueBlobs{6, 9, 5007716}; // also Osaka's
inline constexpr BlobParameters kBpo1Blobs{10, 15, 8346193};
inline constexpr BlobParameters kBpo2Blobs{14, 21, 11684671};
BlobParameters default_blob_parameters(evm::Revision revision);

// The rules of one block.
struct Rules {
    evm::Revision revision = evm::Revision::osaka;
    BlobParameters blobs = kPragueBlobs;
    std::uint64_t bomb_delay = 0; // blocks by which the difficulty bomb is put off
};

struct Activation {
    enum class By : std::uint8_t { number, timestamp };
    By by = By::number;
    std::uint64_t at = 0;
    std::optional<evm::Revision> revision;   // none: only what follows changes
    std::optional<BlobParameters> blobs;     // EIP-7892
    std::optional<std::uint64_t> bomb_delay; // EIP-2384, 4345, 5133: the Glaciers
};

struct ChainConfig {
    std::uint64_t chain_id = 1;
    std::vector<Activation> activations;     // in order; block numbers before timestamps
    std::optional<Address> deposit_contract; // EIP-6110; none: mainnet's
    std::optional<std::uint64_t> dao_fork;   // EIP-779: the block of the irregular change

    Rules rules_at(std::uint64_t number, std::uint64_t timestamp) const;
    // Every fork up to and including `revision` from genesis on.
    static ChainConfig all_at_genesis(std::uint64_t chain_id,
                                      evm::Revision revision = evm::Revision::osaka);
};

std::string_view name(evm::Revision revision);                          // "Osaka"
std::optional<evm::Revision> revision_from_name(std::string_view name); // also test-suite names

} // namespace salus::state
