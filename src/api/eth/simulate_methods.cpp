// eth_simulateV1 (execution-apis).

#include "api/eth/methods.hpp"
#include "api/eth/shapes.hpp"
#include "api/eth/tracing.hpp"
#include "chain/simulation.hpp"
#include "eth/revert.hpp"

namespace salus::api::eth {
namespace {

Result<const json::object*> object_of(const Json& value) {
    if (!value.is_object()) return Error(kInvalidParams, "must be an object");
    return &value.get_object();
}

const Json* field(const json::object& object, std::string_view name) {
    const Json* found = codec::json_find(object, name);
    return found == nullptr || found->is_null() ? nullptr : found;
}

Result<chain::SimulatedCall> read_simulated_call(const Json& value) {
    chain::SimulatedCall out;
    SALUS_TRY_ASSIGN(out.request, read_call(value));
    const json::object& object = value.get_object();
    if (const Json* nonce = field(object, "nonce")) {
        SALUS_TRY_ASSIGN(out.nonce, read_u64(*nonce));
    }
    if (const Json* id = field(object, "chainId")) {
        SALUS_TRY_ASSIGN(out.chain_id, read_quantity(*id));
    }
    if (const Json* fee = field(object, "maxFeePerBlobGas")) {
        SALUS_TRY_ASSIGN(out.max_fee_per_blob_gas, read_quantity(*fee));
    }
    out.legacy = field(object, "gasPrice") != nullptr;
    return out;
}

Result<chain::SimulatedBlockPlan> read_block_plan(const Json& value) {
    SALUS_TRY_ASSIGN(const json::object* const object, object_of(value));
    chain::SimulatedBlockPlan out;
    if (const Json* block = field(*object, "blockOverrides")) {
        SALUS_TRY_ASSIGN(out.block, read_block_overrides(*block));
    }
    if (const Json* state = field(*object, "stateOverrides")) {
        SALUS_TRY_ASSIGN(out.state, read_overrides(*state));
    }
    const Json* calls = field(*object, "calls");
    if (calls == nullptr) return out;
    if (!calls->is_array()) return Error(kInvalidParams, "calls must be an array");
    out.calls.reserve(calls->get_array().size());
    for (const Json& call : calls->get_array()) {
        SALUS_TRY_ASSIGN(chain::SimulatedCall one, read_simulated_call(call));
        out.calls.push_back(std::move(one));
    }
    return out;
}

Result<bool> flag(const json::object& object, std::string_view name) {
    const Json* value = field(object, name);
    if (value == nullptr) return false;
    if (!value->is_bool()) return Error(kInvalidParams, "must be a boolean").at(name);
    return value->get_bool();
}

struct Wanted {
    chain::SimulationPlan plan;
    bool full_transactions = false;
};

Result<Wanted> read_simulation(const Json& value) {
    SALUS_TRY_ASSIGN(const json::object* const object, object_of(value));
    Wanted out;
    SALUS_TRY_ASSIGN(out.plan.validation, flag(*object, "validation"));
    SALUS_TRY_ASSIGN(out.plan.trace_transfers, flag(*object, "traceTransfers"));
    SALUS_TRY_ASSIGN(out.full_transactions, flag(*object, "returnFullTransactions"));
    const Json* blocks = field(*object, "blockStateCalls");
    if (blocks == nullptr || !blocks->is_array() || blocks->get_array().empty()) {
        return Error(kInvalidParams, "empty input");
    }
    if (blocks->get_array().size() > chain::kMostSimulatedBlocks) {
        return Error(chain::kSimulatedBlocks);
    }
    out.plan.blocks.reserve(blocks->get_array().size());
    for (const Json& block : blocks->get_array()) {
        SALUS_TRY_ASSIGN(chain::SimulatedBlockPlan one, read_block_plan(block));
        out.plan.blocks.push_back(std::move(one));
    }
    return out;
}

// A call that is refused has the codes of eth_simulateV1, not those of sending.
Error simulation_error(const Error& error) {
    struct Line {
        const ErrorKind& of;
        const ErrorKind& to;
    };
    static const std::vector<Line> kLines = {
        {state::kNonceTooLow, kSimulatedNonceLow},
        {state::kNonceTooHigh, kSimulatedNonceHigh},
        {state::kNonceOverflow, kSimulatedFault},
        {state::kFeeBelowBase, kSimulatedBaseFee},
        {state::kIntrinsicGas, kSimulatedIntrinsicGas},
        {state::kFloorGas, kSimulatedIntrinsicGas},
        {state::kInsufficientFunds, kSimulatedFunds},
        {state::kGasAboveBlock, chain::kSimulatedGas},
        {state::kInitCodeTooLarge, kSimulatedInitCode},
    };
    for (const Line& line : kLines) {
        if (line.of == error.kind()) {
            return Error(line.to, std::string(error.name()) + ": " + error.detail());
        }
    }
    return error;
}

json::object call_json(const chain::SimulatedResult& result) {
    const state::TransactionOutcome& outcome = result.outcome;
    const bool good = outcome.status == evm::Status::success;
    const bool reverted = outcome.status == evm::Status::revert;
    json::object out{{"returnData", good ? to_hex0x(outcome.output) : "0x"},
                     {"logs", to_json(result.logs)},
                     {"gasUsed", quantity(outcome.gas_used)},
                     {"maxUsedGas", quantity(outcome.gas_peak)},
                     {"status", good ? "0x1" : "0x0"}};
    if (good) return out;
    if (reverted) {
        const RpcError error = to_rpc_error(salus::eth::reverted(outcome.output));
        out["error"] = json::object{
            {"message", error.message}, {"code", error.code}, {"data", to_hex0x(outcome.output)}};
    } else {
        constexpr int kVmError = -32015;
        out["error"] = json::object{{"message", vm_error(outcome.status)}, {"code", kVmError}};
    }
    return out;
}

json::object block_json(const chain::SimulatedBlock& simulated, bool full_transactions) {
    json::object out = to_json(simulated.block, full_transactions);
    json::array calls;
    calls.reserve(simulated.calls.size());
    for (const chain::SimulatedResult& call : simulated.calls) calls.emplace_back(call_json(call));
    out["calls"] = std::move(calls);
    return out;
}

} // namespace

Result<std::string> Methods::simulate(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(Wanted request, params.get(0, read_simulation));
    SALUS_TRY_ASSIGN(const chain::BlockId id, params.block(1));
    SALUS_TRY_ASSIGN(const auto reading, chain_.at(id));
    request.plan.expired = call_deadline();
    const bool full = request.full_transactions;
    const auto blocks = chain::simulate(chain_.config(), chain_.limits().call_gas, *reading,
                                        std::move(request.plan));
    if (!blocks.ok()) return simulation_error(blocks.error());
    std::string out;
    for (const chain::SimulatedBlock& block : *blocks) {
        out += out.empty() ? "[" : ",";
        out += codec::print_json(block_json(block, full));
        if (out.size() > options_.response_limit)
            return Error(kLimitExceeded, "response too large");
    }
    return out + "]";
}

} // namespace salus::api::eth
