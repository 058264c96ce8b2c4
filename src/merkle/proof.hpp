#pragma once
// The Merkle tree of RFC 9162 2.1 with SHA-256: its hashes, and how a proof is checked. All pure.

#include <span>
#include <vector>

#include "base/bytes.hpp"

namespace salus::merkle {

inline constexpr ErrorKind kBadInclusion{"merkle.inclusion", "RFC 9162 2.1.3.2"};
inline constexpr ErrorKind kBadConsistency{"merkle.consistency", "RFC 9162 2.1.4.2"};

Hash32 leaf_hash(ByteView data);                           // SHA-256(00 ‖ data)
Hash32 node_hash(const Hash32& left, const Hash32& right); // SHA-256(01 ‖ left ‖ right)
Hash32 empty_root();                                       // SHA-256()
Hash32 root_of(std::span<const Hash32> leaves);            // of leaves' hashes, in their order

using Proof = std::vector<Hash32>; // from the leaf to the root

// That the leaf with this hash stands at `index` of a log of `size` leaves with this root.
// kBadInclusion, also where the proof has too few or too many members.
Status verify_inclusion(std::uint64_t index, std::uint64_t size, const Hash32& leaf,
                        std::span<const Hash32> proof, const Hash32& root);

// That the log of size2 leaves begins with the log of size1 leaves. Nothing is consistent with an
// empty log, since it proves nothing. kBadConsistency.
Status verify_consistency(std::uint64_t size1, std::uint64_t size2, const Hash32& root1,
                          const Hash32& root2, std::span<const Hash32> proof);

} // namespace salus::merkle
