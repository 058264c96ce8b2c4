#pragma once
// Proof of a sealer's fault: two of its seals for one height, over different blocks. It needs
// nothing else to be checked, and nobody without the sealer's key can make one.

#include "follow/wire.hpp"

namespace salus::follow {

inline constexpr ErrorKind kMalformedProof{"proof.malformed", "docs/protocol.md, Proof of fault"};
inline constexpr ErrorKind kSameBlock{"proof.same_block", "two seals over different blocks"};
inline constexpr ErrorKind kOtherHeight{"proof.other_height", "two blocks of one height"};

struct FaultProof {
    SealScope scope;            // whose fault, on which chain
    SealedHeader first, second; // first: the lesser hash
    // For people; proved by nothing.
    std::int64_t found = 0; // Unix seconds
    std::string from;       // the node that showed the other seal

    std::uint64_t height() const { return first.number; }
    bool same_as(const FaultProof& other) const; // the same two blocks, whoever found them
};

FaultProof make_proof(const SealScope& scope, SealedHeader one, SealedHeader other,
                      std::int64_t found, std::string from);
// Whether it holds: kSameBlock, kOtherHeight, kBadSeal, kOtherSealer.
Status verify(const FaultProof& proof);

codec::Json to_json(const FaultProof& proof);
Result<FaultProof> read_proof(const codec::Json& json); // kMalformedProof

} // namespace salus::follow
