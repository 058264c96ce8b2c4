// debug_*: raw objects, and blocks and calls run again under a tracer.

#include <fmt/format.h>

#include "api/eth/methods.hpp"
#include "api/eth/shapes.hpp"
#include "api/eth/tracing.hpp"
#include "chain/flat_state.hpp"
#include "state/transaction.hpp"

namespace salus::api::eth {
namespace {

Error not_found(const char* what) {
    return Error(kExecutionFailed, std::string(what) + " not found");
}

// Writes the traces of a block's transactions, or of one of them.
class TracingObserver final : public chain::BlockObserver {
public:
    TracingObserver(const TraceOptions& options, TraceBudget& budget, const Address& coinbase,
                    std::optional<std::uint64_t> wanted)
        : options_(options), budget_(budget), coinbase_(coinbase), wanted_(wanted) {}

    evm::Tracer* before(const chain::TransactionInfo& info) override {
        trace_.reset();
        if (wanted_ && info.place->index != *wanted_) return nullptr;
        trace_ = make_trace(options_, budget_);
        return trace_.get();
    }
    Result<bool> after(const chain::TransactionInfo& info, const state::StateView& state,
                       const state::Executed& executed) override {
        if (!trace_) return true;
        const state::TransactionOutcome& outcome = executed.outcome;
        SALUS_TRY_ASSIGN(
            std::string text,
            trace_->finish({state, executed.changes, info.sender, coinbase_, info.transaction.to,
                            info.transaction.gas_limit, outcome.gas_used, outcome.status}));
        if (wanted_) {
            out = std::move(text);
            return false;
        }
        out += fmt::format(R"({}{{"txHash":"{}","result":{}}})", out.empty() ? "" : ",",
                           to_hex0x(info.hash.bytes), text);
        return true;
    }
    bool expired() override { return budget_.expired(); }

    std::string out;

private:
    const TraceOptions& options_;
    TraceBudget& budget_;
    Address coinbase_;
    std::optional<std::uint64_t> wanted_;
    std::unique_ptr<Trace> trace_;
};

Result<chain::BlockId> read_block_hash(const Json& value) {
    SALUS_TRY_ASSIGN(const Hash32 hash, read_hash(value));
    return chain::BlockId(hash);
}

} // namespace

TraceBudget Methods::trace_budget(const TraceOptions& options) const {
    const auto most = options_.trace_time;
    const std::int64_t end =
        options_.now_ms() + std::min(options.timeout.value_or(most), most).count();
    TraceBudget out;
    out.bytes = options_.response_limit;
    out.expired = [this, end] { return options_.now_ms() >= end; };
    return out;
}

Result<std::string> Methods::trace_in_block(const chain::BlockId& id, const TraceOptions& options,
                                            std::optional<std::uint64_t> wanted) {
    SALUS_TRY_ASSIGN(const auto header, chain_.header(id));
    if (!header) return not_found("block");
    TraceBudget budget = trace_budget(options);
    TracingObserver observer(options, budget, header->header.coinbase, wanted);
    SALUS_TRY(chain_.replay(chain::BlockId(header->hash), observer));
    return wanted ? std::move(observer.out) : "[" + observer.out + "]";
}

Result<std::string> Methods::trace_transaction(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const Hash32 hash, params.get(0, read_hash));
    SALUS_TRY_ASSIGN(const TraceOptions options,
                     params.get_or<TraceOptions>(1, read_trace_options, {}));
    SALUS_TRY_ASSIGN(const auto found, chain_.transaction(hash));
    if (!found || !found->place) return not_found("transaction");
    return trace_in_block(chain::BlockId(found->place->block_hash), options, found->place->index);
}

Result<std::string> Methods::trace_block_by_hash(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const chain::BlockId id, params.get(0, read_block_hash));
    SALUS_TRY_ASSIGN(const TraceOptions options,
                     params.get_or<TraceOptions>(1, read_trace_options, {}));
    return trace_in_block(id, options, {});
}

Result<std::string> Methods::trace_block_by_number(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const chain::BlockId id, params.get(0, read_block));
    SALUS_TRY_ASSIGN(const TraceOptions options,
                     params.get_or<TraceOptions>(1, read_trace_options, {}));
    return trace_in_block(id, options, {});
}

// As eth_call, with "stateOverrides" and "blockOverrides" among the tracer's options.
Result<std::string> Methods::trace_call(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(state::SimulationRequest request, params.get(0, read_call));
    SALUS_TRY_ASSIGN(const chain::BlockId id, params.block(1));
    SALUS_TRY_ASSIGN(const TraceOptions options,
                     params.get_or<TraceOptions>(2, read_trace_options, {}));
    chain::CallOptions call;
    if (params.at(2) != nullptr) {
        SALUS_TRY_ASSIGN(call, params.get(2, read_call_overrides));
    }
    SALUS_TRY_ASSIGN(const auto reading, chain_.at(id));
    TraceBudget budget = trace_budget(options);
    const auto trace = make_trace(options, budget);
    call.tracer = trace.get();
    call.expired = budget.expired;
    const Address from = request.from;
    const std::optional<Address> to = request.to;
    const std::uint64_t cap = chain_.limits().call_gas;
    const std::uint64_t gas = request.gas == 0 ? cap : std::min(request.gas, cap);
    SALUS_TRY_ASSIGN(const auto outcome, reading->call(std::move(request), call));
    const chain::OverriddenState before(reading->view(), call.state);
    return trace->finish({before, outcome.changes, from, reading->header().coinbase, to, gas,
                          outcome.gas_used, outcome.status});
}

// --- raw objects --------------------------------------------------------------------------------

Result<Json> Methods::raw_header(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const chain::BlockId id, params.get(0, read_block));
    SALUS_TRY_ASSIGN(const auto header, chain_.header(id));
    if (!header) return not_found("block");
    return Json(to_hex0x(state::encode(header->header)));
}

Result<Json> Methods::raw_block(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const chain::BlockId id, params.get(0, read_block));
    SALUS_TRY_ASSIGN(const auto block, chain_.block(id));
    if (block == nullptr) return not_found("block");
    state::Block out;
    out.header = block->header;
    out.ommers = block->ommers;
    out.transactions.reserve(block->transactions.size());
    for (const auto& info : block->transactions) out.transactions.push_back(info.transaction);
    if (block->header.withdrawals_root) out.withdrawals = block->withdrawals;
    return Json(to_hex0x(state::encode(out)));
}

Result<Json> Methods::raw_receipts(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const chain::BlockId id, params.get(0, read_block));
    SALUS_TRY_ASSIGN(const auto receipts, chain_.receipts(id));
    if (receipts == nullptr) return not_found("block");
    json::array out;
    out.reserve(receipts->size());
    for (const auto& info : *receipts) out.emplace_back(to_hex0x(state::encode(info.receipt)));
    return Json(std::move(out));
}

} // namespace salus::api::eth
