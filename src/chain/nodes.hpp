#pragma once
// Trie nodes by hash, from the store through a cache. Thread-safe.

#include <mutex>

#include "chain/records.hpp"

namespace salus::chain {

class Nodes final : public state::NodeSource {
public:
    explicit Nodes(const store::Reader& reader, std::size_t cache_bytes = std::size_t{128} << 20)
        : reader_(reader), shard_bytes_(cache_bytes / kShards / 2) {}

    Result<Bytes> node(const Hash32& hash) const override; // state::kMissingNode, kDamaged
    void remember(const Hash32& hash, ByteView node) const;

private:
    static constexpr std::size_t kShards = 16;
    // Two generations: what the old one still serves moves to the young one; the old one is
    // dropped whole when the young one is full.
    struct Shard {
        std::mutex mutex;
        std::unordered_map<Hash32, Bytes> young, old;
        std::size_t young_bytes = 0;
    };

    std::optional<Bytes> cached(const Hash32& hash) const;
    void add(Shard& shard, const Hash32& hash, Bytes node) const;

    const store::Reader& reader_;
    std::size_t shard_bytes_;
    mutable std::array<Shard, kShards> shards_;
};

} // namespace salus::chain
