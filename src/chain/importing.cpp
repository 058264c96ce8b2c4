// Blocks from elsewhere: checked, run, and kept as layers until set_head makes them canonical.

#include "chain/engine.hpp"

namespace salus::chain {

bool blames_block(const Error& error) {
    return blames_transaction(error);
}

namespace {

struct Received { // a block with what is found out before it runs
    std::vector<Bytes> raws;
    std::vector<TransactionInfo> infos;
    std::vector<Address> senders;
};

Result<TransactionInfo> examine(const state::Transaction& transaction, ByteView raw,
                                evm::Revision revision) {
    TransactionInfo out;
    out.transaction = transaction;
    out.hash = crypto::keccak256(raw);
    SALUS_TRY_ASSIGN(out.sender, state::recover_sender(transaction, revision));
    return out;
}

Result<Received> receive(const state::Block& block, evm::Revision revision, ThreadPool& workers) {
    const std::size_t count = block.transactions.size();
    Received out;
    out.raws.resize(count);
    std::vector<std::optional<Result<TransactionInfo>>> examined(count);
    workers.parallel_for(count, [&](std::size_t i) {
        out.raws[i] = state::encode(block.transactions[i]);
        examined[i].emplace(examine(block.transactions[i], out.raws[i], revision));
    });
    for (std::size_t i = 0; i < count; ++i) {
        if (!examined[i]->ok()) {
            return std::move(*examined[i]).error().at("transaction " + std::to_string(i));
        }
        out.infos.push_back(std::move(**examined[i]));
        out.senders.push_back(out.infos.back().sender);
    }
    return out;
}

} // namespace

// --- which states there are ---------------------------------------------------------------------
// All with import_mutex_ held.

// From the block down to above the stored state, newest first.
Result<Layers> Engine::layers_to(const Hash32& hash) const {
    Layers out;
    Hash32 at = hash;
    while (at != stored_.hash) {
        const auto found = layers_.find(at);
        if (found == layers_.end()) return Error(kUnknownParent, to_hex0x(at.bytes));
        out.push_back(found->second);
        at = found->second->parent_hash();
    }
    return out;
}

Result<HeadPtr> Engine::state_after(const Hash32& hash) const {
    HeadPtr head = core_.head();
    if (head->info.hash == hash) return head;
    auto layers = layers_to(hash);
    if (!layers.ok()) {
        SALUS_TRY_ASSIGN(const auto canonical, canonical_header(hash));
        if (canonical) return Error(kTooOld, "the state of " + to_hex0x(hash.bytes));
        return std::move(layers).error();
    }
    HeaderInfo info = layers->empty() ? stored_ : layers->front()->info();
    return std::make_shared<const Head>(std::move(info), std::move(*layers), head->snapshot,
                                        core_.node_cache);
}

Result<std::optional<HeaderInfo>> Engine::canonical_header(const Hash32& hash) const {
    SALUS_TRY_ASSIGN(const auto number, core_.archive.number_of(hash));
    if (!number) return std::optional<HeaderInfo>();
    SALUS_TRY_ASSIGN(auto header, core_.archive.header(*number));
    if (!header || header->hash != hash) return std::optional<HeaderInfo>();
    return header;
}

Result<std::optional<HeaderInfo>> Engine::known_header(const Hash32& hash) const {
    const std::lock_guard lock(import_mutex_);
    return known_block(hash);
}

Result<std::optional<HeaderInfo>> Engine::known_block(const Hash32& hash) const {
    const auto found = layers_.find(hash);
    if (found != layers_.end()) return std::optional<HeaderInfo>(found->second->info());
    return canonical_header(hash);
}

// --- running ------------------------------------------------------------------------------------

namespace {

// Hashes of the ancestors of a block on `parent`, also where they are not canonical.
state::BlockHashes hashes_above(const Head& parent, state::BlockHashes below) {
    return [&parent, below = std::move(below)](std::uint64_t number) {
        const Layers& layers = parent.layers;
        if (layers.empty() || number < layers.back()->number()) return below(number);
        if (number > layers.front()->number()) return Hash32{};
        return layers[layers.front()->number() - number]->hash();
    };
}

// What the rules of ommers look at: the block at `parent` and those before it, newest first. Those
// below its layers are canonical.
Result<std::vector<state::Ancestor>> ancestors_of(const Head& parent, const Archive& archive) {
    std::vector<state::Ancestor> out;
    out.reserve(state::kOmmerGenerations);
    for (const LayerPtr& layer : parent.layers) {
        if (out.size() == state::kOmmerGenerations) return out;
        out.push_back({layer->of.block->header, layer->of.block->ommers});
    }
    std::uint64_t number = parent.info.header.number + 1 - out.size();
    while (out.size() < state::kOmmerGenerations && number-- > 0) {
        SALUS_TRY_ASSIGN(const auto header, archive.header(number));
        if (!header) return Error(kDamaged, "header " + std::to_string(number) + " is missing");
        SALUS_TRY_ASSIGN(BodyRest rest, archive.body_rest(number));
        out.push_back({header->header, std::move(rest.ommers)});
    }
    return out;
}

} // namespace

Result<LayerPtr> Engine::run_block(const Head& parent, const state::Block& block,
                                   const std::optional<Signature65>& seal) {
    const state::BlockHeader& header = block.header;
    const state::Rules rules = core_.config.rules_at(header.number, header.timestamp);
    SALUS_TRY_ASSIGN(Received received, receive(block, rules.revision, workers_));
    std::vector<state::Ancestor> ancestors;
    if (!block.ommers.empty()) {
        SALUS_TRY_ASSIGN(ancestors, ancestors_of(parent, core_.archive));
    }
    state::StateUpdate update;
    const auto root = [&](const state::StateChanges& changes) -> Result<Hash32> {
        SALUS_TRY_ASSIGN(update, state::update_state(parent.nodes, parent.info.header.state_root,
                                                     changes, &workers_));
        return update.root;
    };
    std::optional<Error> storage_error;
    auto executed = state::execute_block(core_.config, parent.state, parent.info.header, block,
                                         received.senders,
                                         hashes_above(parent, core_.block_hashes(&storage_error)),
                                         root, &core_.code_cache, ancestors);
    if (storage_error) return *storage_error;
    SALUS_TRY(executed);
    BodyRest rest{block.ommers, block.withdrawals.value_or(std::vector<state::Withdrawal>())};
    Assembled of =
        assemble(std::move(executed->header), state::encode(block).size(),
                 std::move(received.infos), std::move(executed->outcomes), std::move(rest));
    auto layer = std::make_shared<Layer>(std::move(of), std::move(update));
    layer->raws = std::move(received.raws);
    layer->seal = seal;
    for (const auto& [address, change] : executed->changes.accounts) {
        layer->addresses.push_back(address);
    }
    return LayerPtr(std::move(layer));
}

Result<HeaderInfo> Engine::import_block(const state::Block& block,
                                        const std::optional<Signature65>& seal) {
    if (!core_.options.driven) return Error(kNotDriven);
    const Hash32 hash = state::hash(block.header);
    const std::lock_guard lock(import_mutex_);
    SALUS_TRY_ASSIGN(const auto known, known_block(hash));
    if (known) return *known;
    SALUS_TRY_ASSIGN(const HeadPtr parent, state_after(block.header.parent_hash));
    SALUS_TRY_ASSIGN(const LayerPtr layer, run_block(*parent, block, seal));
    layers_[hash] = layer;
    return layer->info();
}

// After a restart: the canonical blocks above the stored state.
Status Engine::run_again(const HeaderInfo& head) {
    SALUS_TRY_ASSIGN(stored_, stored_block(*store_));
    for (std::uint64_t number = stored_.header.number + 1; number <= head.header.number; ++number) {
        SALUS_TRY_ASSIGN(const auto info, core_.archive.header(number));
        if (!info) return Error(kDamaged, "header " + std::to_string(number) + " is missing");
        state::Block block;
        block.header = info->header;
        SALUS_TRY_ASSIGN(const auto transactions, core_.archive.transactions(*info));
        for (const TransactionInfo& one : transactions) {
            block.transactions.push_back(one.transaction);
        }
        SALUS_TRY_ASSIGN(BodyRest rest, core_.archive.body_rest(number));
        block.ommers = std::move(rest.ommers);
        if (info->header.withdrawals_root) block.withdrawals = std::move(rest.withdrawals);
        SALUS_TRY_ASSIGN(const HeadPtr parent, state_after(info->header.parent_hash));
        SALUS_TRY_ASSIGN(const auto seal, core_.archive.seal(number));
        SALUS_TRY_ASSIGN(LayerPtr layer, run_block(*parent, block, seal));
        layers_[info->hash] = std::move(layer);
    }
    if (head.hash == stored_.hash) return ok_status();
    SALUS_TRY_ASSIGN(Layers layers, layers_to(head.hash));
    core_.head_pointer = make_head(head, std::move(layers));
    return ok_status();
}

} // namespace salus::chain
