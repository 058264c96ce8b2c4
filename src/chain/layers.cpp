#include "chain/layers.hpp"

namespace salus::chain {

namespace {

std::string_view text_of(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; // to be hashed
}

} // namespace

Layer::Layer(Assembled block, state::StateUpdate block_update)
    : of(std::move(block)), update(std::move(block_update)) {
    nodes_.reserve(update.nodes.size());
    for (const state::NodeChange& change : update.nodes) {
        if (!change.erased()) nodes_.emplace(text_of(change.key), &change);
    }
}

const state::NodeChange* Layer::node(ByteView key, const Hash32& hash) const {
    const auto found = nodes_.find(text_of(key));
    return found != nodes_.end() && found->second->hash == hash ? found->second : nullptr;
}

Result<std::optional<state::Account>> LayeredState::account(const Address& address) const {
    if (layers_.empty()) return stored_.account(address);
    const Hash32 key = state::hashed_key(address);
    for (const LayerPtr& layer : layers_) {
        const auto found = layer->update.accounts.find(key);
        if (found != layer->update.accounts.end()) return found->second.account;
    }
    return stored_.account_at(key);
}

Result<uint256> LayeredState::storage(const Address& address, const uint256& key) const {
    if (layers_.empty()) return stored_.storage(address, key);
    const Hash32 account = state::hashed_key(address);
    const Hash32 slot = state::hashed_key(key);
    for (const LayerPtr& layer : layers_) {
        const auto found = layer->update.accounts.find(account);
        if (found == layer->update.accounts.end()) continue;
        const auto value = found->second.slots.find(slot);
        if (value != found->second.slots.end()) return value->second;
        if (found->second.storage_cleared) return uint256();
    }
    return stored_.slot_at(account, slot);
}

Result<Bytes> LayeredState::code(const Hash32& code_hash) const {
    for (const LayerPtr& layer : layers_) {
        const auto found = layer->update.code.find(code_hash);
        if (found != layer->update.code.end()) return found->second;
    }
    return stored_.code(code_hash);
}

Result<Bytes> LayeredNodes::node(const state::NodePlace& place, const Hash32& hash) const {
    if (layers_.empty()) return stored_.node(place, hash);
    const Bytes key = state::node_key(place);
    for (const LayerPtr& layer : layers_) {
        if (const auto* found = layer->node(key, hash)) return found->node;
    }
    return stored_.node(place, hash);
}

} // namespace salus::chain
