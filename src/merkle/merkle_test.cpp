#include <gtest/gtest.h>

#include "merkle/log.hpp"

namespace salus::merkle {
namespace {

constexpr std::uint64_t kMost = 70; // leaves: past two powers of two

Hash32 leaf(std::uint64_t i) {
    return leaf_hash(view(std::to_string(i)));
}

// A log and the root at each of its sizes, by the definition.
struct World {
    MemoryNodes nodes;
    std::vector<Hash32> leaves;
    std::vector<Hash32> roots{empty_root()};
    Frontier frontier;

    World() {
        for (std::uint64_t i = 0; i < kMost; ++i) {
            leaves.push_back(leaf(i));
            frontier.append(leaves.back(), [this](const Place& place, const Hash32& hash) {
                nodes.add(place, hash);
            });
            roots.push_back(root_of(leaves));
            EXPECT_EQ(frontier.root(), roots.back());
        }
    }
};

Proof changed(Proof proof, std::size_t at) {
    proof[at][at % 32] ^= 1;
    return proof;
}

Proof shorter(Proof proof) {
    if (!proof.empty()) proof.pop_back();
    return proof;
}

Proof longer(Proof proof) {
    proof.push_back(leaf(7));
    return proof;
}

TEST(Merkle, HashesAreThoseOfRfc9162) {
    EXPECT_EQ(to_hex(empty_root().bytes),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    // The roots of certificate transparency's reference tests (data/merkle/README.md).
    std::vector<Hash32> leaves;
    const std::vector<std::pair<std::string, std::string>> steps{
        {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
        {"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
        {"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
        {"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
        {"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
        {"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
        {"5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
        {"606162636465666768696a6b6c6d6e6f",
         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"}};
    for (const auto& [data, root] : steps) {
        leaves.push_back(leaf_hash(from_hex(data).value()));
        EXPECT_EQ(to_hex(root_of(leaves).bytes), root);
    }
}

TEST(Merkle, EveryRootAndFrontierOfEverySize) {
    const World world;
    for (std::uint64_t size = 0; size <= kMost; ++size) {
        EXPECT_EQ(root_at(size, world.nodes).value(), world.roots[size]);
        const Frontier frontier = Frontier::read(size, world.nodes).value();
        EXPECT_EQ(frontier.root(), world.roots[size]);
        EXPECT_EQ(frontier.size(), size);
    }
}

TEST(Merkle, EveryLeafOfEverySizeIsProved) {
    const World world;
    for (std::uint64_t size = 1; size <= kMost; ++size) {
        for (std::uint64_t i = 0; i < size; ++i) {
            const Proof proof = inclusion_proof(i, size, world.nodes).value();
            const auto check = [&](std::uint64_t index, const Hash32& hash, const Proof& p) {
                return verify_inclusion(index, size, hash, p, world.roots[size]);
            };
            EXPECT_TRUE(check(i, world.leaves[i], proof).ok()) << i << " of " << size;
            EXPECT_EQ(check(i, world.leaves[i], longer(proof)).error().kind(), kBadInclusion);
            EXPECT_EQ(check(i, leaf(kMost), proof).error().kind(), kBadInclusion);
            EXPECT_EQ(check(size, world.leaves[i], proof).error().kind(), kBadInclusion);
            if (size > 1) {
                EXPECT_FALSE(check((i + 1) % size, world.leaves[i], proof).ok());
                EXPECT_FALSE(check(i, world.leaves[i], shorter(proof)).ok());
                EXPECT_FALSE(check(i, world.leaves[i], changed(proof, i % proof.size())).ok());
            }
        }
    }
}

TEST(Merkle, EveryGrowthIsProved) {
    const World world;
    for (std::uint64_t size2 = 1; size2 <= kMost; ++size2) {
        for (std::uint64_t size1 = 1; size1 <= size2; ++size1) {
            const Proof proof = consistency_proof(size1, size2, world.nodes).value();
            const auto check = [&](const Hash32& root1, const Hash32& root2, const Proof& p) {
                return verify_consistency(size1, size2, root1, root2, p);
            };
            const Hash32& root1 = world.roots[size1];
            const Hash32& root2 = world.roots[size2];
            EXPECT_TRUE(check(root1, root2, proof).ok()) << size1 << " to " << size2;
            EXPECT_EQ(check(leaf(1), root2, proof).error().kind(), kBadConsistency);
            EXPECT_EQ(check(root1, leaf(1), proof).error().kind(), kBadConsistency);
            EXPECT_EQ(check(root1, root2, longer(proof)).error().kind(), kBadConsistency);
            if (proof.empty()) continue;
            EXPECT_FALSE(check(root1, root2, shorter(proof)).ok());
            EXPECT_FALSE(check(root1, root2, changed(proof, size1 % proof.size())).ok());
        }
    }
}

TEST(Merkle, NothingIsConsistentWithAnEmptyLogOrALongerOne) {
    const World world;
    EXPECT_EQ(verify_consistency(0, 1, empty_root(), world.roots[1], {}).error().kind(),
              kBadConsistency);
    EXPECT_EQ(verify_consistency(2, 1, world.roots[2], world.roots[1], {}).error().kind(),
              kBadConsistency);
}

// A disk that fails: the error is handed on.
TEST(Merkle, ErrorsOfNodesAreHandedOn) {
    static const ErrorKind kGone{"test.gone", "a disk that fails"};
    struct Broken : Nodes {
        Result<Hash32> node(const Place&) const override { return Error(kGone); }
    } broken;
    EXPECT_EQ(root_at(3, broken).error().kind(), kGone);
    EXPECT_EQ(inclusion_proof(1, 3, broken).error().kind(), kGone);
    EXPECT_EQ(consistency_proof(1, 3, broken).error().kind(), kGone);
    EXPECT_EQ(Frontier::read(3, broken).error().kind(), kGone);
}

} // namespace
} // namespace salus::merkle
