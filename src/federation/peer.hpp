#pragma once
// Another node, as the exchange meets it (docs/records-api.md, "Federation"). Everything that it
// answers is checked by who asks.

#include "ledger/tree_head.hpp"
#include "records/parcel.hpp"

namespace salus::federation {

using records::Feed;
using records::FetchChunk;
using records::kMaxFeed;
using records::Parcel;

class Peer {
public:
    virtual ~Peer() = default;
    virtual Result<Feed> feed(std::uint64_t first, std::size_t most) = 0;
    virtual Result<Parcel> parcel(const ledger::PrivateChainId& chain,
                                  const ledger::BlockHash& block) = 0;
    virtual Result<vault::ProvedChunk> chunk(const ledger::PrivateChainId& chain,
                                             const vault::RecordId& record,
                                             std::uint32_t index) = 0;
    // Hashes of a chain's blocks, parents before children; none where it does not keep the chain.
    virtual Result<std::vector<ledger::BlockHash>> chain(const ledger::PrivateChainId& chain) = 0;
    virtual Result<ledger::SignedTreeHead> log_head() = 0;
    virtual Result<merkle::Proof> log_consistency(std::uint64_t from, std::uint64_t to) = 0;
};

} // namespace salus::federation
