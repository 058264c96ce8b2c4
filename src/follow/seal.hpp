#pragma once
// The sealer's signature of a block (docs/protocol.md, "Seal"): EIP-712 over chain id, genesis
// hash, height and block hash, by a key that signs nothing else.

#include "chain/types.hpp"

namespace salus::follow {

inline constexpr ErrorKind kBadSeal{"follow.bad_seal", "docs/protocol.md, Seal: r, s, v; low s"};
inline constexpr ErrorKind kOtherSealer{"follow.other_sealer",
                                        "the account of --sealer signs every block"};

// Whose seals of which chain.
struct SealScope {
    std::uint64_t chain_id = 0;
    Hash32 genesis;
    Address sealer;
    friend bool operator==(const SealScope&, const SealScope&) = default;
};

// What is signed.
Hash32 seal_digest(std::uint64_t chain_id, const Hash32& genesis, std::uint64_t height,
                   const Hash32& block_hash);
// kBadSeal where no signer can be recovered, kOtherSealer where it is somebody else.
Status check_seal(const SealScope& scope, std::uint64_t height, const Hash32& block_hash,
                  const chain::Signature65& seal);

} // namespace salus::follow
