#pragma once
// The Merkle tree under which VaccinePassport.anchor takes many commitments as one root: RFC 9162
// 2.1 with SHA-256, leaves in the given order.

#include <span>
#include <vector>

#include "base/bytes.hpp"

namespace salus::passport {

// At least one leaf.
Hash32 commitment_root(std::span<const Hash32> commitments);
// The inclusion proof of one of them, from the leaf up (2.1.3.1): at most one hash for each bit of
// their number. `index` is below it.
std::vector<Hash32> commitment_proof(std::span<const Hash32> commitments, std::size_t index);

} // namespace salus::passport
