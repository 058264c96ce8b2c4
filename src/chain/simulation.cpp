#include "chain/simulation.hpp"

#include "chain/flat_state.hpp"
#include "state/requests.hpp"

namespace salus::chain {
namespace {

// keccak256("Transfer(address,address,uint256)")
const Hash32 kTransferTopic = crypto::keccak256(view("Transfer(address,address,uint256)"));

Hash32 topic_of(const Address& address) {
    Hash32 out;
    std::memcpy(out.data() + 12, address.data(), address.size());
    return out;
}

// The logs of one call, with moved ether among them where that is wanted; what a failed message
// logged is gone.
class LogCollector final : public evm::Tracer {
public:
    explicit LogCollector(bool transfers) : transfers_(transfers) {}

    bool wants_steps() const override { return false; }
    void enter(const evm::Message& message) override {
        begun_.push_back(logs_.size());
        if (message.kind == evm::CallKind::delegatecall) return;
        transfer(message.sender, message.recipient, message.value);
    }
    void exit(const evm::Message&, const evm::CallResult& result) override {
        if (result.status != evm::Status::success) logs_.resize(begun_.back());
        begun_.pop_back();
    }
    void log(const Address& address, std::span<const Hash32> topics, ByteView data) override {
        add({address, {topics.begin(), topics.end()}, to_bytes(data)});
    }
    void self_destruct(const Address& address, const Address& beneficiary,
                       const uint256& balance) override {
        transfer(address, beneficiary, balance);
    }
    struct Numbered {
        state::Log log;
        std::uint64_t index = 0; // in the block; what is gone has been counted
    };
    void begin_block() { count_ = 0; }
    std::vector<Numbered> take() {
        begun_.clear();
        return std::exchange(logs_, {});
    }

private:
    void add(state::Log log) { logs_.push_back({std::move(log), count_++}); }
    void transfer(const Address& from, const Address& to, const uint256& value) {
        if (!transfers_ || !value) return;
        add({kEtherLogAddress,
             {kTransferTopic, topic_of(from), topic_of(to)},
             to_bytes(ByteView(to_hash(value).bytes))});
    }

    bool transfers_;
    std::vector<Numbered> logs_;
    std::uint64_t count_ = 0;
    std::vector<std::size_t> begun_;
};

// --- the chain of blocks ------------------------------------------------------------------------

// Numbers and times for all, empty blocks where numbers are left out.
Result<std::vector<SimulatedBlockPlan>> complete(const state::BlockHeader& base,
                                                 std::vector<SimulatedBlockPlan> wanted) {
    std::vector<SimulatedBlockPlan> out;
    std::uint64_t number = base.number;
    std::uint64_t time = base.timestamp;
    for (SimulatedBlockPlan& plan : wanted) {
        const std::uint64_t at = plan.block.number.value_or(number + 1);
        if (at <= number) {
            return Error(kSimulatedNumber, std::to_string(at) + " <= " + std::to_string(number));
        }
        if (at - base.number > kMostSimulatedBlocks) return Error(kSimulatedBlocks);
        for (++number; number < at; ++number) {
            SimulatedBlockPlan gap;
            gap.block.number = number;
            gap.block.time = time += kSimulatedInterval;
            out.push_back(std::move(gap));
        }
        const std::uint64_t then = plan.block.time.value_or(time + kSimulatedInterval);
        if (then <= time) {
            return Error(kSimulatedTime, std::to_string(then) + " <= " + std::to_string(time));
        }
        plan.block.number = at;
        plan.block.time = time = then;
        out.push_back(std::move(plan));
    }
    return out;
}

class Simulator {
public:
    Simulator(const state::ChainConfig& config, std::uint64_t call_gas, const Reading& base,
              const SimulationPlan& plan)
        : config_(config), base_(base), plan_(plan), gas_(call_gas), below_(base.environment()),
          limited_(base.view(), plan.expired), state_(limited_), logs_(plan.trace_transfers),
          parent_(base.header()), parent_hash_(base.hash()) {}

    Result<SimulatedBlock> run(const SimulatedBlockPlan& plan);

private:
    struct Work { // on one block
        SimulatedBlock out;
        state::BlockHeader header;
        state::Environment environment;
        state::MovedPrecompiles moved;
        std::vector<state::TransactionOutcome> outcomes;
        std::vector<Bytes> raws;
    };
    state::BlockHeader open_header(const BlockOverrides& wanted) const;
    Hash32 hash_of(std::uint64_t number) const;
    Result<state::Transaction> transaction_of(const SimulatedCall& call, const Work& work) const;
    Status run_call(const SimulatedCall& call, Work& work);
    void keep(const state::Transaction& transaction, const Address& sender, Work& work);
    Status close(const SimulatedBlockPlan& plan, Work& work);
    void number_logs(Work& work) const;

    const state::ChainConfig& config_;
    const Reading& base_;
    const SimulationPlan& plan_;
    std::uint64_t gas_; // that all further calls have
    state::Environment below_;
    LimitedState limited_;
    state::ChangedState state_;
    LogCollector logs_;
    state::BlockHeader parent_;
    Hash32 parent_hash_;
    std::vector<Hash32> hashes_; // of the simulated blocks
};

Hash32 Simulator::hash_of(std::uint64_t number) const {
    const std::uint64_t base = base_.header().number;
    if (number < base) return below_.block_hashes(number);
    if (number == base) return base_.hash();
    return number - base <= hashes_.size() ? hashes_[number - base - 1] : Hash32{};
}

state::BlockHeader Simulator::open_header(const BlockOverrides& wanted) const {
    state::BlockHeader out;
    out.parent_hash = parent_hash_;
    out.number = *wanted.number;
    out.timestamp = *wanted.time;
    out.coinbase = wanted.coinbase.value_or(parent_.coinbase);
    out.gas_limit = wanted.gas_limit.value_or(parent_.gas_limit);
    out.prev_randao = wanted.prev_randao.value_or(Hash32{});
    const state::Rules rules = config_.rules_at(out.number, out.timestamp);
    if (rules.revision < evm::Revision::paris) out.difficulty = parent_.difficulty;
    if (rules.revision >= evm::Revision::london) {
        const uint256 otherwise = plan_.validation ? state::next_base_fee(parent_) : uint256();
        out.base_fee_per_gas = wanted.base_fee.value_or(otherwise);
    }
    if (rules.revision >= evm::Revision::cancun) {
        out.excess_blob_gas =
            parent_.excess_blob_gas ? state::next_excess_blob_gas(parent_, rules) : 0;
        out.blob_gas_used = 0;
        out.parent_beacon_block_root = wanted.parent_beacon_root.value_or(Hash32{});
    }
    return out;
}

// What is not said is filled in; there is no signature.
Result<state::Transaction> Simulator::transaction_of(const SimulatedCall& call,
                                                     const Work& work) const {
    using Type = state::TransactionType;
    const state::SimulationRequest& request = call.request;
    if (call.chain_id && *call.chain_id != uint256(config_.chain_id)) {
        return Error(kSimulatedChain, to_decimal(*call.chain_id));
    }
    state::Transaction out = state::message_of(request);
    out.chain_id = uint256(config_.chain_id);
    out.type = Type::dynamic_fee;
    if (!request.blob_hashes.empty()) out.type = Type::blob;
    if (!request.authorizations.empty()) out.type = Type::set_code;
    if (call.legacy || !work.header.base_fee_per_gas) out.type = Type::legacy;
    if (out.type == Type::legacy) out.chain_id = std::nullopt;
    SALUS_TRY_ASSIGN(const auto account, state_.account(request.from));
    out.nonce = call.nonce.value_or(account ? account->nonce : 0);
    out.max_fee_per_gas = request.gas_price;
    out.max_priority_fee_per_gas =
        out.type == Type::legacy ? request.gas_price : request.priority_fee.value_or(uint256());
    const std::uint64_t left = work.header.gas_limit - work.header.gas_used;
    out.gas_limit = request.gas == 0 ? left : request.gas;
    if (out.gas_limit > left) return Error(kSimulatedGas, std::to_string(left) + " left");
    out.gas_limit = std::min(out.gas_limit, gas_);
    out.max_fee_per_blob_gas = call.max_fee_per_blob_gas;
    return out;
}

void Simulator::keep(const state::Transaction& transaction, const Address& sender, Work& work) {
    const state::TransactionOutcome& outcome = work.outcomes.back();
    TransactionInfo info;
    info.transaction = transaction;
    work.raws.push_back(state::encode(transaction));
    info.hash = crypto::keccak256(work.raws.back());
    info.sender = sender;
    info.effective_gas_price = outcome.effective_gas_price;
    info.place =
        Place{work.header.number, {}, work.out.block.transactions.size(), work.header.timestamp};
    SimulatedResult result{outcome, {}};
    for (auto& [log, index] : logs_.take()) {
        result.logs.push_back({std::move(log), *info.place, info.hash, index});
    }
    work.out.calls.push_back(std::move(result));
    work.out.block.transactions.push_back(std::move(info));
}

Status Simulator::run_call(const SimulatedCall& call, Work& work) {
    SALUS_TRY_ASSIGN(const state::Transaction transaction, transaction_of(call, work));
    const auto rigour = plan_.validation ? state::Rigour::validated : state::Rigour::loose;
    SALUS_TRY_ASSIGN(
        state::Executed executed,
        state::apply_transaction(state_, work.environment, transaction, call.request.from, rigour));
    state_.apply(executed.changes);
    gas_ -= std::min(gas_, executed.outcome.gas_used);
    work.header.gas_used += executed.outcome.gas_used;
    if (work.header.blob_gas_used) *work.header.blob_gas_used += executed.outcome.blob_gas_used;
    executed.outcome.receipt.cumulative_gas_used = work.header.gas_used;
    state::add_to_bloom(work.header.logs_bloom, executed.outcome.receipt.bloom);
    work.outcomes.push_back(std::move(executed.outcome));
    keep(transaction, call.request.from, work);
    return ok_status();
}

void Simulator::number_logs(Work& work) const {
    const Hash32& hash = work.out.block.hash;
    for (TransactionInfo& info : work.out.block.transactions) info.place->block_hash = hash;
    for (SimulatedResult& call : work.out.calls) {
        for (LogInfo& log : call.logs) log.place.block_hash = hash;
    }
}

Status Simulator::close(const SimulatedBlockPlan& plan, Work& work) {
    state::BlockHeader& header = work.header;
    const evm::Revision revision = work.environment.rules.revision;
    work.environment.tracer = nullptr;
    SALUS_TRY_ASSIGN(
        const state::BlockEnd end,
        state::end_block(state_, work.environment, config_, plan.block.withdrawals, work.outcomes));
    state_.apply(end.changes);
    if (revision >= evm::Revision::prague)
        header.requests_hash = state::requests_hash(end.requests);
    if (revision >= evm::Revision::shanghai) {
        header.withdrawals_root = state::withdrawals_root(plan.block.withdrawals);
    }
    header.transactions_root = state::ordered_trie_root(work.raws);
    std::vector<Bytes> receipts;
    receipts.reserve(work.outcomes.size());
    for (const auto& outcome : work.outcomes) receipts.push_back(state::encode(outcome.receipt));
    header.receipts_root = state::ordered_trie_root(receipts);
    SALUS_TRY_ASSIGN(header.state_root, base_.root_after(state_.changes()));
    Block& block = work.out.block;
    block.header = header;
    block.hash = state::hash(header);
    block.withdrawals = plan.block.withdrawals;
    state::Block whole;
    whole.header = header;
    for (const auto& info : block.transactions) whole.transactions.push_back(info.transaction);
    if (revision >= evm::Revision::shanghai) whole.withdrawals = plan.block.withdrawals;
    block.size = state::encode(whole).size();
    number_logs(work);
    return ok_status();
}

Result<SimulatedBlock> Simulator::run(const SimulatedBlockPlan& plan) {
    Work work;
    work.header = open_header(plan.block);
    work.environment = state::make_environment(
        config_, work.header, [this](std::uint64_t number) { return hash_of(number); },
        below_.cache);
    if (plan.block.blob_base_fee) work.environment.block.blob_base_fee = *plan.block.blob_base_fee;
    SALUS_TRY(move_precompiles(work.environment.rules.revision, plan.state, work.moved));
    SALUS_TRY_ASSIGN(const auto overridden, override_changes(state_, plan.state));
    state_.apply(overridden);
    SALUS_TRY_ASSIGN(const auto begun,
                     state::begin_block(state_, work.environment, config_, parent_,
                                        work.header.parent_beacon_block_root.value_or(Hash32{})));
    state_.apply(begun);
    work.environment.tracer = &logs_;
    logs_.begin_block();
    if (!work.moved.empty()) work.environment.moved_precompiles = &work.moved;
    for (const SimulatedCall& call : plan.calls) SALUS_TRY(run_call(call, work));
    SALUS_TRY(close(plan, work));
    parent_ = work.header;
    parent_hash_ = work.out.block.hash;
    hashes_.push_back(parent_hash_);
    return std::move(work.out);
}

} // namespace

Result<std::vector<SimulatedBlock>> simulate(const state::ChainConfig& config,
                                             std::uint64_t call_gas, const Reading& base,
                                             SimulationPlan plan) {
    SALUS_TRY_ASSIGN(const auto blocks, complete(base.header(), std::move(plan.blocks)));
    Simulator simulator(config, call_gas, base, plan);
    std::vector<SimulatedBlock> out;
    out.reserve(blocks.size());
    for (const SimulatedBlockPlan& block : blocks) {
        if (plan.expired && plan.expired()) return Error(kTimeout);
        SALUS_TRY_ASSIGN(SimulatedBlock one, simulator.run(block));
        out.push_back(std::move(one));
    }
    return out;
}

} // namespace salus::chain
