#include "passport/commitment_tree.hpp"

#include <bit>

#include "crypto/hash.hpp"

namespace salus::passport {
namespace {

constexpr Byte kLeaf = 0x00;
constexpr Byte kNode = 0x01;

// Where a tree of so many leaves parts: the largest power of two below the number.
std::size_t split(std::size_t count) {
    return std::bit_floor(count - 1);
}

} // namespace

Hash32 commitment_root(std::span<const Hash32> commitments) {
    SALUS_ASSERT(!commitments.empty());
    if (commitments.size() == 1) {
        return crypto::sha256(concat({ByteView(&kLeaf, 1), commitments.front().bytes}));
    }
    const std::size_t left = split(commitments.size());
    const Hash32 a = commitment_root(commitments.first(left));
    const Hash32 b = commitment_root(commitments.subspan(left));
    return crypto::sha256(concat({ByteView(&kNode, 1), a.bytes, b.bytes}));
}

std::vector<Hash32> commitment_proof(std::span<const Hash32> commitments, std::size_t index) {
    SALUS_ASSERT(index < commitments.size());
    if (commitments.size() == 1) return {};
    const std::size_t left = split(commitments.size());
    const auto first = commitments.first(left);
    const auto second = commitments.subspan(left);
    std::vector<Hash32> out =
        index < left ? commitment_proof(first, index) : commitment_proof(second, index - left);
    out.push_back(commitment_root(index < left ? second : first));
    return out;
}

} // namespace salus::passport
