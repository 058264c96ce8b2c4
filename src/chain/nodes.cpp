#include "chain/nodes.hpp"

namespace salus::chain {

Result<Bytes> Nodes::node(const Hash32& hash) const {
    if (auto found = cached(hash)) return std::move(*found);
    SALUS_TRY_ASSIGN(auto stored, reader_.get(column(Kind::nodes), hash.bytes));
    if (!stored) return Error(state::kMissingNode, to_hex0x(hash.bytes));
    if (crypto::keccak256(*stored) != hash) {
        return Error(kDamaged, "trie node " + to_hex0x(hash.bytes));
    }
    remember(hash, *stored);
    return std::move(*stored);
}

std::optional<Bytes> Nodes::cached(const Hash32& hash) const {
    Shard& shard = shards_[hash[0] % kShards];
    const std::lock_guard lock(shard.mutex);
    if (const auto found = shard.young.find(hash); found != shard.young.end()) {
        return found->second;
    }
    const auto found = shard.old.find(hash);
    if (found == shard.old.end()) return std::nullopt;
    Bytes node = std::move(found->second);
    shard.old.erase(found);
    add(shard, hash, node);
    return node;
}

void Nodes::remember(const Hash32& hash, ByteView node) const {
    Shard& shard = shards_[hash[0] % kShards];
    const std::lock_guard lock(shard.mutex);
    add(shard, hash, to_bytes(node));
}

void Nodes::add(Shard& shard, const Hash32& hash, Bytes node) const {
    const std::size_t size = node.size() + sizeof(Hash32) + 64;
    if (!shard.young.emplace(hash, std::move(node)).second) return;
    shard.young_bytes += size;
    if (shard.young_bytes < shard_bytes_) return;
    shard.old = std::move(shard.young);
    shard.young.clear();
    shard.young_bytes = 0;
}

} // namespace salus::chain
