#include "passport/commitment_tree.hpp"

#include <gtest/gtest.h>

#include "crypto/hash.hpp"

namespace salus::passport {
namespace {

Hash32 node(Byte prefix, ByteView a, ByteView b = {}) {
    return crypto::sha256(concat({ByteView(&prefix, 1), a, b}));
}

std::vector<Hash32> leaves(std::size_t count) {
    std::vector<Hash32> out;
    out.reserve(count);
    for (std::size_t i = 0; i < count; ++i) out.push_back(crypto::sha256(view(std::to_string(i))));
    return out;
}

// RFC 9162 2.1.3.2, as VaccinePassport checks it.
bool included(const Hash32& leaf, std::size_t index, std::size_t count,
              const std::vector<Hash32>& proof, const Hash32& root) {
    std::size_t fn = index;
    std::size_t sn = count - 1;
    Hash32 hash = node(0, leaf.bytes);
    for (const Hash32& step : proof) {
        if (sn == 0) return false;
        if ((fn & 1) == 1 || fn == sn) {
            hash = node(1, step.bytes, hash.bytes);
            for (; (fn & 1) == 0 && fn != 0; fn >>= 1) sn >>= 1;
        } else {
            hash = node(1, hash.bytes, step.bytes);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && hash == root;
}

TEST(CommitmentTree, RootsOfSmallTrees) {
    const auto l = leaves(3);
    const Hash32 a = node(0, l[0].bytes);
    const Hash32 b = node(0, l[1].bytes);
    const Hash32 c = node(0, l[2].bytes);
    EXPECT_EQ(commitment_root(std::span(l).first(1)), a);
    EXPECT_EQ(commitment_root(std::span(l).first(2)), node(1, a.bytes, b.bytes));
    EXPECT_EQ(commitment_root(l), node(1, node(1, a.bytes, b.bytes).bytes, c.bytes));
}

TEST(CommitmentTree, EveryLeafOfEverySizeIsProved) {
    for (std::size_t count = 1; count <= 33; ++count) {
        const auto l = leaves(count);
        const Hash32 root = commitment_root(l);
        for (std::size_t i = 0; i < count; ++i) {
            const auto proof = commitment_proof(l, i);
            EXPECT_TRUE(included(l[i], i, count, proof, root)) << i << " of " << count;
            EXPECT_FALSE(included(l[i], (i + 1) % count, count, proof, root) && count > 1);
        }
    }
}

} // namespace
} // namespace salus::passport
