#pragma once
// Trie nodes by place, from the store through a cache. Thread-safe.

#include <mutex>

#include "chain/records.hpp"

namespace salus::chain {

// What was read or written last, by place. Readers of another block's state find another node at
// the place: it is theirs only where its hash fits.
class NodeCache {
public:
    explicit NodeCache(std::size_t bytes = std::size_t{128} << 20)
        : shard_bytes_(bytes / kShards / 2) {}

    std::optional<Bytes> find(ByteView key, const Hash32& hash);
    void put(ByteView key, const Hash32& hash, ByteView node);
    void put(const state::NodeChanges& changes); // those that are likely to be read again

private:
    static constexpr std::size_t kShards = 16;
    // A slot's leaf is smaller, of two children's hashes a branch is made: what is below one key
    // alone is hardly ever read again.
    static constexpr std::size_t kWorthKeeping = 80;
    using Place = std::size_t; // the key, hashed: a node of another place has another hash
    struct Entry {
        Hash32 hash;
        Bytes node;
    };
    // Two generations: what the old one still serves moves to the young one; the old one is
    // dropped whole when the young one is full.
    struct Shard {
        std::mutex mutex;
        std::unordered_map<Place, Entry> young, old;
        std::size_t young_bytes = 0;
    };

    Shard& shard_of(Place place) { return shards_[place % kShards]; }
    void add(Shard& shard, Place place, Entry entry);

    std::size_t shard_bytes_;
    std::array<Shard, kShards> shards_;
};

// The nodes in a store, or in a snapshot of it.
class StoredNodes final : public state::NodeSource {
public:
    StoredNodes(const store::Reader& reader, NodeCache& cache) : reader_(reader), cache_(cache) {}
    // state::kMissingNode, kDamaged
    Result<Bytes> node(const state::NodePlace& place, const Hash32& hash) const override;

private:
    const store::Reader& reader_;
    NodeCache& cache_;
};

// Nodes below with some replaced.
class ChangedNodes final : public state::NodeSource {
public:
    ChangedNodes(const state::NodeSource& below, const state::NodeChanges& changes);
    Result<Bytes> node(const state::NodePlace& place, const Hash32& hash) const override;

private:
    const state::NodeSource& below_;
    std::unordered_map<std::string_view, const state::NodeChange*> changes_;
};

} // namespace salus::chain
