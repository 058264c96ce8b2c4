#pragma once
// What a follower asks of the sealer and of other followers, whatever carries it. Nothing that
// comes from a Source is believed: seals and execution decide.

#include "codec/json.hpp"
#include "follow/seal.hpp"

namespace salus::follow {

// Not faults of the sealer: they are tried again.
inline constexpr ErrorKind kUnreachable{"follow.unreachable", "the other node must answer"};
inline constexpr ErrorKind kBadAnswer{"follow.bad_answer", "docs/protocol.md, Following"};
// The node's JSON-RPC error object for a transaction, as JSON in the detail.
inline constexpr ErrorKind kTransactionRefused{"follow.transaction_refused",
                                               "the sealer's rules for transactions"};

struct SealedHeader {
    std::uint64_t number = 0; // as the header says
    Hash32 hash;              // computed from the header
    Bytes header;             // RLP
    chain::Signature65 seal;
    friend bool operator==(const SealedHeader&, const SealedHeader&) = default;
};

struct SealedBlock {
    Bytes block; // RLP
    std::optional<chain::Signature65> seal;
};

struct SealedBlocks {
    std::uint64_t chain_id = 0;
    Hash32 genesis;
    std::uint64_t head_number = 0;
    Hash32 head_hash;
    std::vector<SealedBlock> blocks; // in order
};

// Thread-safe. Every call: kUnreachable, kBadAnswer.
class Source {
public:
    virtual ~Source() = default;
    virtual const std::string& url() const = 0;
    // Blocks from `first` on, at most `count`; the node may give fewer, but one where there is one.
    virtual Result<SealedBlocks> blocks(std::uint64_t first, std::uint64_t count) = 0;
    // Of the block with this number, or of the newest; none: no such block, or it has no seal.
    virtual Result<std::optional<SealedHeader>> seal(std::optional<std::uint64_t> number) = 0;
    // Proofs of fault that the node knows, as JSON.
    virtual Result<std::vector<codec::Json>> proofs() = 0;
    // Hands a transaction on; its hash. kTransactionRefused.
    virtual Result<Hash32> send(ByteView raw_transaction) = 0;
};

} // namespace salus::follow
