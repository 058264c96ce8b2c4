#include "merkle/proof.hpp"

#include <bit>

#include <fmt/format.h>

#include "crypto/hash.hpp"

namespace salus::merkle {
namespace {

bool is_odd(std::uint64_t n) {
    return (n & 1U) != 0;
}

// A place on the right edge of the part that is proved, climbing towards the root: `at` on its
// level of a tree whose last place there is `last`.
struct Climb {
    std::uint64_t at, last;

    void up() {
        at >>= 1U;
        last >>= 1U;
    }
    // Whether the sibling stands on the left, past the levels where there is none.
    bool sibling_on_left() {
        if (!is_odd(at) && at != last) return false;
        while (!is_odd(at) && at != 0) up();
        return true;
    }
};

} // namespace

Hash32 leaf_hash(ByteView data) {
    const Byte prefix = 0;
    return crypto::sha256(concat({ByteView(&prefix, 1), data}));
}

Hash32 node_hash(const Hash32& left, const Hash32& right) {
    std::array<Byte, 65> text{};
    text[0] = 1;
    std::memcpy(text.data() + 1, left.data(), 32);
    std::memcpy(text.data() + 33, right.data(), 32);
    return crypto::sha256(text);
}

Hash32 empty_root() {
    return crypto::sha256(ByteView{});
}

Hash32 root_of(std::span<const Hash32> leaves) {
    if (leaves.empty()) return empty_root();
    if (leaves.size() == 1) return leaves[0];
    const std::size_t left = std::bit_floor(leaves.size() - 1);
    return node_hash(root_of(leaves.first(left)), root_of(leaves.subspan(left)));
}

Status verify_inclusion(std::uint64_t index, std::uint64_t size, const Hash32& leaf,
                        std::span<const Hash32> proof, const Hash32& root) {
    if (index >= size) {
        return Error(kBadInclusion, fmt::format("leaf {} of a log of {}", index, size));
    }
    Climb climb{index, size - 1};
    Hash32 hash = leaf;
    for (const Hash32& sibling : proof) {
        if (climb.last == 0) return Error(kBadInclusion, "the proof is too long");
        hash = climb.sibling_on_left() ? node_hash(sibling, hash) : node_hash(hash, sibling);
        climb.up();
    }
    if (climb.last != 0) return Error(kBadInclusion, "the proof is too short");
    if (hash != root) return Error(kBadInclusion, "it leads to another root");
    return ok_status();
}

Status verify_consistency(std::uint64_t size1, std::uint64_t size2, const Hash32& root1,
                          const Hash32& root2, std::span<const Hash32> proof) {
    if (size1 == 0 || size1 > size2) {
        return Error(kBadConsistency, fmt::format("from {} leaves to {}", size1, size2));
    }
    if (size1 == size2) {
        if (proof.empty() && root1 == root2) return ok_status();
        return Error(kBadConsistency, "one size, two roots");
    }
    if (proof.empty()) return Error(kBadConsistency, "the proof is too short");
    Climb climb{size1 - 1, size2 - 1};
    while (is_odd(climb.at)) climb.up();
    // A whole left part is its own first node.
    const bool whole = std::has_single_bit(size1);
    Hash32 first = whole ? root1 : proof[0];
    Hash32 second = first;
    for (const Hash32& sibling : whole ? proof : proof.subspan(1)) {
        if (climb.last == 0) return Error(kBadConsistency, "the proof is too long");
        if (climb.sibling_on_left()) {
            first = node_hash(sibling, first);
            second = node_hash(sibling, second);
        } else {
            second = node_hash(second, sibling);
        }
        climb.up();
    }
    if (climb.last != 0) return Error(kBadConsistency, "the proof is too short");
    if (first != root1) return Error(kBadConsistency, "it leads to another first root");
    if (second != root2) return Error(kBadConsistency, "it leads to another second root");
    return ok_status();
}

} // namespace salus::merkle
