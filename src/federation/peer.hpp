#pragma once
// Another node, as the exchange meets it (docs/records-api.md, "Federation"). Everything that it
// answers is checked by who asks.

#include "ledger/ledger.hpp"
#include "ledger/tree_head.hpp"
#include "vault/vault.hpp"

namespace salus::federation {

// What came into the log of a node, from an index on.
struct Feed {
    std::uint64_t size = 0; // of the log
    std::vector<ledger::LogBlock> blocks;
};

// A block with the ciphertexts of the records that it adds. Of a record that was erased since, a
// node has its row alone.
struct Parcel {
    ledger::Block block;
    std::vector<vault::NewRecord> records;
    std::vector<vault::RecordInfo> erased;
};

inline constexpr std::size_t kMaxFeed = 1'000; // blocks of one answer

class Peer {
public:
    virtual ~Peer() = default;
    virtual Result<Feed> feed(std::uint64_t first, std::size_t most) = 0;
    virtual Result<Parcel> parcel(const ledger::PrivateChainId& chain,
                                  const ledger::BlockHash& block) = 0;
    // Hashes of a chain's blocks, parents before children; none where it does not keep the chain.
    virtual Result<std::vector<ledger::BlockHash>> chain(const ledger::PrivateChainId& chain) = 0;
    virtual Result<ledger::SignedTreeHead> log_head() = 0;
    virtual Result<merkle::Proof> log_consistency(std::uint64_t from, std::uint64_t to) = 0;
};

} // namespace salus::federation
