// set_head: which imported block is the head, what leaves the canonical chain for it, and what has
// become old enough to go down into the store.

#include <unordered_set>

#include "chain/engine.hpp"

namespace salus::chain {

// From the head before to the one to come.
struct Engine::Move {
    Layers layers;        // of the new head
    Layers unwound;       // newest first
    Layers added;         // oldest first
    std::size_t sunk = 0; // how many of `layers`, from the oldest, go down into the store
};

namespace {

std::vector<ByteView> views_of(const std::vector<Bytes>& raws) {
    return {raws.begin(), raws.end()};
}

} // namespace

Engine::Move Engine::plan_move(const Head& from, Layers to) const {
    Move out;
    const std::unordered_set<LayerPtr> before(from.layers.begin(), from.layers.end());
    const std::unordered_set<LayerPtr> after(to.begin(), to.end());
    for (const LayerPtr& layer : from.layers) {
        if (!after.contains(layer)) out.unwound.push_back(layer);
    }
    for (auto layer = to.rbegin(); layer != to.rend(); ++layer) {
        if (!before.contains(*layer)) out.added.push_back(*layer);
    }
    out.layers = std::move(to);
    return out;
}

// What is final, and what is more than kept_layers below the head.
std::size_t Engine::count_sunk(const Layers& layers, const Hash32& finalized) const {
    const std::size_t kept = core_.options.kept_layers;
    std::size_t out = layers.size() > kept ? layers.size() - kept : 0;
    for (std::size_t i = 0; i < layers.size(); ++i) { // newest first
        if (layers[i]->hash() == finalized) out = std::max(out, layers.size() - i);
    }
    return out;
}

Status Engine::set_head(const Hash32& hash, const Finality& finality) {
    if (!core_.options.driven) return Error(kNotDriven);
    const std::lock_guard lock(import_mutex_);
    SALUS_TRY(set_finality(finality));
    const HeadPtr head = core_.head();
    if (hash == head->info.hash) return ok_status();
    auto layers = layers_to(hash);
    if (!layers.ok()) {
        SALUS_TRY_ASSIGN(const auto canonical, canonical_header(hash));
        return canonical ? ok_status() : Status(Error(kUnknownBlock, to_hex0x(hash.bytes)));
    }
    Move move = plan_move(*head, std::move(*layers));
    if (move.added.empty()) return ok_status(); // an ancestor of the head
    move.sunk = count_sunk(move.layers, finality.finalized);
    Status moved = carry_out(move);
    if (!moved.ok()) { // the store may be ahead of what is published: only a restart mends that
        const std::lock_guard pool_lock(core_.pool_mutex);
        failure_ = halted(moved.error());
    }
    return moved;
}

Status Engine::carry_out(Move& move) {
    std::vector<PooledPtr> held;
    SALUS_TRY(write_canonical(move, held));
    SALUS_TRY(sink_layers(move));
    return announce(move, held);
}

// One write: the new branch instead of the old one, the head mark, and the first layer that sinks.
Status Engine::write_canonical(Move& move, std::vector<PooledPtr>& held) {
    store::WriteBatch batch;
    for (const LayerPtr& layer : move.unwound) {
        erase_block(batch, layer->of);
    }
    for (const LayerPtr& layer : move.added) {
        put_block(batch, layer->of, views_of(layer->raws), layer->seal);
        const std::lock_guard lock(core_.pool_mutex);
        for (const TransactionInfo& info : layer->of.block->transactions) {
            if (PooledPtr entry = core_.pool.find(info.hash)) held.push_back(std::move(entry));
        }
    }
    if (move.sunk != 0) {
        const Layer& oldest = *move.layers.back();
        SALUS_TRY(put_update(batch, *store_, oldest.update, oldest.number()));
    }
    SALUS_TRY(journal_.write_block(batch, held));
    if (move.sunk != 0) lower(move);
    return ok_status();
}

// The oldest layer is in the store now.
void Engine::lower(Move& move) {
    const LayerPtr oldest = move.layers.back();
    core_.node_cache.put(oldest->update.nodes);
    stored_ = oldest->info();
    layers_.erase(oldest->hash());
    move.layers.pop_back();
    --move.sunk;
}

// A crash between two of these leaves fewer in the store than there might be: they run again.
Status Engine::sink_layers(Move& move) {
    while (move.sunk != 0) {
        store::WriteBatch batch;
        const Layer& oldest = *move.layers.back();
        SALUS_TRY(put_update(batch, *store_, oldest.update, oldest.number()));
        SALUS_TRY(store_->write(batch, true));
        lower(move);
    }
    drop_orphans();
    return ok_status();
}

// Layers that do not stand on the stored state any more.
void Engine::drop_orphans() {
    std::erase_if(layers_, [this](const auto& item) {
        return item.second->number() <= stored_.header.number;
    });
    bool dropped = true;
    while (dropped) {
        dropped = std::erase_if(layers_, [this](const auto& item) {
                      const Hash32& parent = item.second->parent_hash();
                      return parent != stored_.hash && !layers_.contains(parent);
                  }) != 0;
    }
}

Status Engine::announce(const Move& move, const std::vector<PooledPtr>& held) {
    const Assembled& newest = move.added.back()->of;
    const HeadPtr head = make_head(newest.info, move.layers);
    std::unordered_set<Address> addresses;
    for (const Layers* layers : {&move.unwound, &move.added}) {
        for (const LayerPtr& layer : *layers) {
            addresses.insert(layer->addresses.begin(), layer->addresses.end());
        }
    }
    Nonces nonces;
    for (const Address& address : addresses) {
        SALUS_TRY_ASSIGN(const auto account, head->state.account(address));
        nonces.emplace_back(address, account ? account->nonce : 0);
    }
    publish_head(head, nonces, held);
    for (const LayerPtr& layer : move.unwound) {
        notifier_.head({true, layer->of.block, layer->of.receipts}, footprint(layer->of));
    }
    for (const LayerPtr& layer : move.added) {
        notifier_.head({false, layer->of.block, layer->of.receipts}, footprint(layer->of));
        remember_block(layer->of);
    }
    return_to_pool(move.unwound);
    return ok_status();
}

// What the branch that was left had and the new one has not is pending again.
void Engine::return_to_pool(const Layers& unwound) {
    for (auto layer = unwound.rbegin(); layer != unwound.rend(); ++layer) {
        const auto results = submit_many((*layer)->raws);
        for (const auto& result : results) {
            if (!result.ok() && !blames_transaction(result.error())) return; // storage: not owed
        }
    }
}

Status Engine::set_finality(const Finality& finality) {
    for (const Hash32& hash : {finality.safe, finality.finalized}) {
        if (hash == Hash32{}) continue;
        SALUS_TRY_ASSIGN(const auto known, known_block(hash));
        if (!known) return Error(kUnknownBlock, to_hex0x(hash.bytes));
    }
    const std::lock_guard lock(core_.head_mutex);
    core_.finality = finality;
    return ok_status();
}

// --- building -----------------------------------------------------------------------------------

Result<BuiltBlock> Engine::build_block(const state::BlockChoice& choice,
                                       std::span<const state::Withdrawal> withdrawals,
                                       std::size_t most) {
    if (!core_.options.driven) return Error(kNotDriven);
    Build build;
    build.parent = core_.head();
    build.choice = choice;
    const state::BlockHeader& parent = build.parent->info.header;
    {
        const std::lock_guard lock(core_.pool_mutex);
        const std::uint64_t fitting = std::min<std::uint64_t>(most, choice.gas_limit / 21000);
        build.candidates = core_.pool.candidates(state::next_base_fee(parent), fitting);
    }
    std::optional<Error> storage_error;
    SALUS_TRY(execute(build, withdrawals, storage_error));
    if (storage_error) return *storage_error;
    BuiltBlock out;
    out.block.header = build.executed->header;
    const uint256 base_fee = out.block.header.base_fee_per_gas.value_or(uint256());
    for (std::size_t i = 0; i < build.entries.size(); ++i) {
        out.block.transactions.push_back(build.entries[i]->info->transaction);
        const state::TransactionOutcome& outcome = build.executed->outcomes[i];
        out.value += (outcome.effective_gas_price - base_fee) * uint256(outcome.gas_used);
    }
    if (out.block.header.withdrawals_root) {
        out.block.withdrawals.emplace(withdrawals.begin(), withdrawals.end());
    }
    out.requests = std::move(build.executed->requests);
    return out;
}

} // namespace salus::chain
