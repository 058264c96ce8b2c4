#pragma once
// Blocks whose state is not in the store yet: each holds what it changes, above its parent's. A
// chain that a consensus client drives may leave them again for others (a reorganisation); only
// what is old enough goes down into the store. All immutable, shared between threads.

#include "chain/assembly.hpp"
#include "chain/flat_state.hpp"
#include "chain/nodes.hpp"

namespace salus::chain {

struct Layer {
    Layer(Assembled block, state::StateUpdate block_update);
    Layer(const Layer&) = delete; // nodes_ points into `update`
    Layer& operator=(const Layer&) = delete;

    Assembled of;
    state::StateUpdate update;
    std::vector<Bytes> raws;        // its transactions
    std::vector<Address> addresses; // of the accounts that it changes
    std::optional<Signature65> seal;

    const HeaderInfo& info() const { return of.info; }
    std::uint64_t number() const { return of.info.header.number; }
    const Hash32& hash() const { return of.info.hash; }
    const Hash32& parent_hash() const { return of.info.header.parent_hash; }

    // Its node at the place, if it has one of this hash.
    const state::NodeChange* node(ByteView key, const Hash32& hash) const;

private:
    std::unordered_map<std::string_view, const state::NodeChange*> nodes_;
};
using LayerPtr = std::shared_ptr<const Layer>;
using Layers = std::vector<LayerPtr>; // newest first; the last one's parent is in the store

// The state after the newest of `layers`, or that of `reader` where there are none.
class LayeredState final : public state::StateView {
public:
    LayeredState(Layers layers, const store::Reader& reader)
        : layers_(std::move(layers)), stored_(reader) {}
    Result<std::optional<state::Account>> account(const Address& address) const override;
    Result<uint256> storage(const Address& address, const uint256& key) const override;
    Result<Bytes> code(const Hash32& code_hash) const override;

private:
    Layers layers_;
    FlatState stored_;
};

class LayeredNodes final : public state::NodeSource {
public:
    LayeredNodes(Layers layers, const store::Reader& reader, NodeCache& cache)
        : layers_(std::move(layers)), stored_(reader, cache) {}
    Result<Bytes> node(const state::NodePlace& place, const Hash32& hash) const override;

private:
    Layers layers_;
    StoredNodes stored_;
};

} // namespace salus::chain
