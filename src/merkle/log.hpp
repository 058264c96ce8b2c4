#pragma once
// A log that grows (RFC 9162 2.1): roots and proofs from the hashes of its perfect subtrees, which
// its owner keeps. Node (level, index) is the root over the leaves [index·2^level,
// (index+1)·2^level); once there it never changes, and a log of n leaves has less than 2n of them.

#include <functional>

#include "merkle/proof.hpp"

namespace salus::merkle {

struct Place {
    unsigned level = 0; // 0: leaves' hashes
    std::uint64_t index = 0;
    friend auto operator<=>(const Place&, const Place&) = default;
};

// Where the nodes lie.
class Nodes {
public:
    virtual ~Nodes() = default;
    // Asked only for nodes whose leaves are all in the log; errors are the owner's.
    virtual Result<Hash32> node(const Place& place) const = 0;
};

// The right edge of a log: all that is needed to append and to know the root. Not thread-safe.
class Frontier {
public:
    Frontier() = default; // of the empty log
    // Of the first `size` leaves.
    static Result<Frontier> read(std::uint64_t size, const Nodes& nodes);

    std::uint64_t size() const { return size_; }
    Hash32 root() const;
    // `added` sees each new node, leaf first: one or more, two on average.
    void append(const Hash32& leaf, const std::function<void(const Place&, const Hash32&)>& added);

private:
    std::uint64_t size_ = 0;
    std::vector<Hash32> peaks_; // a node for each bit of size_, the largest first
};

// `size` is at most the leaves that `nodes` has. Index and sizes out of range are a programmer's
// error.
Result<Hash32> root_at(std::uint64_t size, const Nodes& nodes);
Result<Proof> inclusion_proof(std::uint64_t index, std::uint64_t size, const Nodes& nodes);
// 1 <= size1 <= size2; empty for equal sizes.
Result<Proof> consistency_proof(std::uint64_t size1, std::uint64_t size2, const Nodes& nodes);

// Nodes in memory: 64 bytes a leaf.
class MemoryNodes final : public Nodes {
public:
    Result<Hash32> node(const Place& place) const override;
    // In any order that append gives.
    void add(const Place& place, const Hash32& hash);

private:
    std::vector<std::vector<Hash32>> levels_;
};

} // namespace salus::merkle
