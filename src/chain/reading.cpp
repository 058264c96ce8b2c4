#include "chain/core.hpp"

namespace salus::chain {
namespace {

class BlockReading : public Reading {
public:
    BlockReading(const Core& core, bool pending) : core_(core), pending_(pending) {}

    bool pending() const override { return pending_; }
    const state::BlockHeader& header() const override { return info().header; }
    const Hash32& hash() const override { return info().hash; }

    Result<uint256> balance(const Address& address) const override;
    Result<std::uint64_t> nonce(const Address& address) const override;
    Result<Bytes> code(const Address& address) const override;
    Result<uint256> storage(const Address& address, const uint256& key) const override {
        return view().storage(address, key);
    }
    state::Environment environment() const override {
        return pending_ ? core_.environment_after(header()) : core_.environment_of(header());
    }
    Result<state::SimulationOutcome> call(state::SimulationRequest request,
                                          const CallOptions& options) const override;
    Result<Estimate> estimate(state::SimulationRequest request,
                              const CallOptions& options) const override;

protected:
    virtual const HeaderInfo& info() const = 0;

private:
    struct Stage;
    Result<std::uint64_t> pending_nonce(const Address& address) const;

    const Core& core_;
    bool pending_;
};

class HeadReading final : public BlockReading {
public:
    HeadReading(const Core& core, HeadPtr head, bool pending)
        : BlockReading(core, pending), head_(std::move(head)) {}
    const state::StateView& view() const override { return head_->state; }
    Result<state::AccountProof> proof(const Address& address,
                                      std::span<const uint256> keys) const override {
        return state::prove_account(head_->nodes, header().state_root, address, keys);
    }
    Result<Hash32> root_after(const state::StateChanges& changes) const override {
        SALUS_TRY_ASSIGN(const auto update,
                         state::update_state(head_->nodes, header().state_root, changes));
        return update.root;
    }

protected:
    const HeaderInfo& info() const override { return head_->info; }

private:
    HeadPtr head_;
};

// Below what the snapshot of `head` holds.
class OldReading final : public BlockReading {
public:
    OldReading(const Core& core, HeadPtr head, HeaderInfo block)
        : BlockReading(core, false), cache_(core.node_cache), head_(std::move(head)),
          block_(std::move(block)), state_(*head_->snapshot, block_.header.number) {}
    const state::StateView& view() const override { return state_; }
    Result<state::AccountProof> proof(const Address& address,
                                      std::span<const uint256> keys) const override;
    Result<Hash32> root_after(const state::StateChanges& changes) const override;

protected:
    const HeaderInfo& info() const override { return block_; }

private:
    template <typename Use>
    auto with_nodes(Use use) const -> decltype(use(std::declval<const state::NodeSource&>()));

    NodeCache& cache_;
    HeadPtr head_;
    HeaderInfo block_;
    PastState state_;
};

// Calls `use` with the tries as they were then.
template <typename Use>
auto OldReading::with_nodes(Use use) const
    -> decltype(use(std::declval<const state::NodeSource&>())) {
    const store::Reader& stored = *head_->snapshot;
    SALUS_TRY_ASSIGN(const HeaderInfo newest, stored_block(stored));
    const StoredNodes nodes(stored, cache_);
    SALUS_TRY_ASSIGN(const auto back, update_back_to(stored, newest.header.number, nodes,
                                                     newest.header.state_root, block_));
    return use(ChangedNodes(nodes, back.nodes));
}

Result<state::AccountProof> OldReading::proof(const Address& address,
                                              std::span<const uint256> keys) const {
    return with_nodes([&](const state::NodeSource& then) {
        return state::prove_account(then, block_.header.state_root, address, keys);
    });
}

Result<Hash32> OldReading::root_after(const state::StateChanges& changes) const {
    return with_nodes([&](const state::NodeSource& then) -> Result<Hash32> {
        SALUS_TRY_ASSIGN(const auto update,
                         state::update_state(then, block_.header.state_root, changes));
        return update.root;
    });
}

Result<uint256> BlockReading::balance(const Address& address) const {
    SALUS_TRY_ASSIGN(const auto account, view().account(address));
    return account ? account->balance : uint256();
}

Result<std::uint64_t> BlockReading::nonce(const Address& address) const {
    if (pending_) return pending_nonce(address);
    SALUS_TRY_ASSIGN(const auto account, view().account(address));
    return account ? account->nonce : std::uint64_t{0};
}

// The pool forgets what a block holds in the moment in which that becomes the head: both are asked
// in one moment, or a nonce that was just used could be given again.
Result<std::uint64_t> BlockReading::pending_nonce(const Address& address) const {
    HeadPtr newest;
    {
        const std::lock_guard lock(core_.pool_mutex);
        if (const auto next = core_.pool.next_nonce(address)) return *next;
        newest = core_.head();
    }
    SALUS_TRY_ASSIGN(const auto account, newest->state.account(address));
    return account ? account->nonce : std::uint64_t{0};
}

Result<Bytes> BlockReading::code(const Address& address) const {
    SALUS_TRY_ASSIGN(const auto account, view().account(address));
    if (!account || !account->has_code()) return Bytes();
    return view().code(account->code_hash);
}

Result<state::SimulationOutcome> run(const state::StateView& view,
                                     const state::Environment& environment,
                                     const state::SimulationRequest& request) {
    return state::simulate(view, environment, request);
}

namespace {

void override_block(evm::BlockContext& block, const BlockOverrides& wanted) {
    if (wanted.number) block.number = *wanted.number;
    if (wanted.time) block.timestamp = *wanted.time;
    if (wanted.gas_limit) block.gas_limit = *wanted.gas_limit;
    if (wanted.coinbase) block.coinbase = *wanted.coinbase;
    if (wanted.prev_randao) block.prev_randao = load_be(*wanted.prev_randao);
    if (wanted.base_fee) block.base_fee = *wanted.base_fee;
    if (wanted.blob_base_fee) block.blob_base_fee = *wanted.blob_base_fee;
}

} // namespace

// What a call runs on.
struct BlockReading::Stage {
    Stage(const BlockReading& reading, const CallOptions& options)
        : limited(reading.view(), options.expired), state(limited, options.state),
          environment(reading.environment()) {
        override_block(environment.block, options.block);
        environment.tracer = options.tracer;
        if (!options.state.empty()) environment.moved_precompiles = &moved;
    }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    // A caller that names no price sees a base fee of 0, else it would be below it.
    Status prepare(const CallOptions& options, const state::SimulationRequest& request) {
        if (!request.gas_price) environment.block.base_fee = uint256();
        return move_precompiles(environment.rules.revision, options.state, moved);
    }

    LimitedState limited;
    OverriddenState state;
    state::MovedPrecompiles moved;
    state::Environment environment;
};

Result<state::SimulationOutcome> BlockReading::call(state::SimulationRequest request,
                                                    const CallOptions& options) const {
    const std::uint64_t cap = core_.options.limits.call_gas;
    request.gas = request.gas == 0 ? cap : std::min(request.gas, cap);
    Stage stage(*this, options);
    SALUS_TRY(stage.prepare(options, request));
    return run(stage.state, stage.environment, request);
}

// The most gas that a transaction of this request may have: block and pool limits, EIP-7825, and
// what the sender can pay for.
Result<std::uint64_t> gas_ceiling(const state::StateView& view,
                                  const state::Environment& environment, const Core& core,
                                  const state::SimulationRequest& request) {
    std::uint64_t most =
        std::min(core.options.limits.call_gas, core.gas_room(environment.block.gas_limit));
    if (environment.rules.revision >= evm::Revision::osaka) {
        most = std::min(most, state::kMaxTransactionGas);
    }
    if (request.gas != 0) most = std::min(most, request.gas);
    if (!request.gas_price) return most;
    SALUS_TRY_ASSIGN(const auto account, view.account(request.from));
    const uint256 balance = account ? account->balance : uint256();
    if (balance < request.value) {
        return Error(state::kInsufficientFunds, "balance " + to_decimal(balance));
    }
    const uint256 affordable = (balance - request.value) / request.gas_price;
    return affordable < uint256(most) ? affordable.low64() : most;
}

// Too little gas shows as a failed run, or as an error of the rules on intrinsic gas.
Result<bool> succeeds(const state::StateView& view, const state::Environment& environment,
                      state::SimulationRequest request, std::uint64_t gas) {
    request.gas = gas;
    auto outcome = state::simulate(view, environment, request);
    if (outcome.ok()) return outcome->status == evm::Status::success;
    const ErrorKind& kind = outcome.error().kind();
    if (kind == state::kIntrinsicGas || kind == state::kFloorGas) return false;
    return std::move(outcome).error();
}

Result<Estimate> search(const state::StateView& view, const state::Environment& environment,
                        state::SimulationRequest request, std::uint64_t most) {
    request.gas = most;
    SALUS_TRY_ASSIGN(const auto outcome, run(view, environment, request));
    if (outcome.status != evm::Status::success) {
        return Estimate{outcome.status, outcome.gas_used, outcome.output};
    }
    // What it used before refunds is enough unless it asks for gas or keeps 1/64 back (EIP-150).
    const std::uint64_t guess = std::min(most, outcome.gas_used + outcome.gas_refunded);
    std::uint64_t enough = most;
    std::uint64_t too_little = guess - 1;
    SALUS_TRY_ASSIGN(const bool guessed, succeeds(view, environment, request, guess));
    (guessed ? enough : too_little) = guess;
    // The need is mostly near the lower end: widen from there before halving.
    std::uint64_t stride = 1 + too_little / 64;
    while (too_little + 1 < enough) {
        const std::uint64_t half = (enough - too_little) / 2;
        const std::uint64_t middle = too_little + std::min(half, stride);
        SALUS_TRY_ASSIGN(const bool ok, succeeds(view, environment, request, middle));
        (ok ? enough : too_little) = middle;
        if (!ok) stride *= 2;
    }
    return Estimate{evm::Status::success, enough, outcome.output};
}

Result<Estimate> BlockReading::estimate(state::SimulationRequest request,
                                        const CallOptions& options) const {
    Stage stage(*this, options);
    SALUS_TRY(stage.prepare(options, request));
    SALUS_TRY_ASSIGN(const std::uint64_t most,
                     gas_ceiling(stage.state, stage.environment, core_, request));
    return search(stage.state, stage.environment, std::move(request), most);
}

} // namespace

std::shared_ptr<const Reading> read_head(const Core& core, HeadPtr head, bool pending) {
    return std::make_shared<HeadReading>(core, std::move(head), pending);
}

Result<std::shared_ptr<const Reading>> read_at(const Core& core, const HeadPtr& head,
                                               HeaderInfo block) {
    if (block.hash == head->info.hash) return read_head(core, head, false);
    for (auto layer = head->layers.begin(); layer != head->layers.end(); ++layer) {
        if ((*layer)->hash() != block.hash) continue;
        auto at = std::make_shared<Head>(std::move(block), Layers(layer, head->layers.end()),
                                         head->snapshot, core.node_cache);
        return read_head(core, std::move(at), false);
    }
    if (!head->layers.empty() && block.header.number >= head->layers.back()->number()) {
        return Error(kUnknownBlock); // of a branch that was just left, or is just coming
    }
    return std::shared_ptr<const Reading>(
        std::make_shared<OldReading>(core, head, std::move(block)));
}

} // namespace salus::chain
