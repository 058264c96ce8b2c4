#include "chain/nodes.hpp"

namespace salus::chain {

namespace {

// Keys as the standard library hashes them.
std::string_view text_of(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
std::size_t place_of(ByteView key) {
    return std::hash<std::string_view>()(text_of(key));
}

} // namespace

std::optional<Bytes> NodeCache::find(ByteView key, const Hash32& hash) {
    const Place place = place_of(key);
    Shard& shard = shard_of(place);
    const std::lock_guard lock(shard.mutex);
    if (const auto found = shard.young.find(place); found != shard.young.end()) {
        if (found->second.hash != hash) return std::nullopt;
        return found->second.node;
    }
    const auto found = shard.old.find(place);
    if (found == shard.old.end() || found->second.hash != hash) return std::nullopt;
    Entry entry = std::move(found->second);
    shard.old.erase(found);
    Bytes out = entry.node;
    add(shard, place, std::move(entry));
    return out;
}

void NodeCache::put(ByteView key, const Hash32& hash, ByteView node) {
    const Place place = place_of(key);
    Shard& shard = shard_of(place);
    const std::lock_guard lock(shard.mutex);
    add(shard, place, {hash, to_bytes(node)});
}

void NodeCache::put(const state::NodeChanges& changes) {
    for (const state::NodeChange& change : changes) {
        if (change.node.size() >= kWorthKeeping) put(change.key, change.hash, change.node);
    }
}

void NodeCache::add(Shard& shard, Place place, Entry entry) {
    constexpr std::size_t kAround = sizeof(Entry) + 64; // what the table and the heap add
    const std::size_t size = entry.node.size() + kAround;
    const auto [at, fresh] = shard.young.insert_or_assign(place, std::move(entry));
    if (!fresh) return; // the place is counted
    shard.young_bytes += size;
    if (shard.young_bytes < shard_bytes_) return;
    shard.old = std::move(shard.young);
    shard.young.clear();
    shard.young.reserve(shard.old.size());
    shard.young_bytes = 0;
}

Result<Bytes> StoredNodes::node(const state::NodePlace& place, const Hash32& hash) const {
    const Bytes key = state::node_key(place);
    if (auto found = cache_.find(key, hash)) return std::move(*found);
    SALUS_TRY_ASSIGN(auto stored, reader_.get(column(Kind::nodes), key));
    if (!stored) return Error(state::kMissingNode, to_hex0x(hash.bytes));
    if (crypto::keccak256(*stored) != hash) {
        return Error(kDamaged, "trie node " + to_hex0x(hash.bytes));
    }
    cache_.put(key, hash, *stored);
    return std::move(*stored);
}

ChangedNodes::ChangedNodes(const state::NodeSource& below, const state::NodeChanges& changes)
    : below_(below) {
    for (const state::NodeChange& change : changes) {
        if (!change.erased()) changes_.emplace(text_of(change.key), &change);
    }
}

Result<Bytes> ChangedNodes::node(const state::NodePlace& place, const Hash32& hash) const {
    const Bytes key = state::node_key(place);
    const auto found = changes_.find(text_of(key));
    if (found != changes_.end() && found->second->hash == hash) return found->second->node;
    return below_.node(place, hash);
}

} // namespace salus::chain
