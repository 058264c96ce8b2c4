// One transaction or one simulated message on a view.

#include <algorithm>

#include "state/execution.hpp"

namespace salus::state {

namespace {

BlockSpace whole_block(const Environment& environment, Rigour rigour) {
    return {environment.block.gas_limit, environment.rules.blobs.max * kGasPerBlob, rigour};
}

// As a transaction of type 2 would pay in this block.
uint256 price_of(const SimulationRequest& request, const Environment& environment) {
    if (!request.priority_fee || !request.gas_price) return request.gas_price;
    return std::min(request.gas_price, environment.block.base_fee + *request.priority_fee);
}

Transaction as_transaction(const SimulationRequest& request) {
    Transaction out = message_of(request);
    out.type =
        request.authorizations.empty() ? TransactionType::dynamic_fee : TransactionType::set_code;
    out.max_fee_per_gas = out.max_priority_fee_per_gas = request.gas_price;
    out.gas_limit = std::min(request.gas, kMaxGas);
    return out;
}

// Where a gas price is given the sender must afford gas at it; nothing is taken from the account.
Status check_funds(Journal& journal, const SimulationRequest& request) {
    const uint256 balance = journal.entry(request.from).balance;
    if (journal.error()) return Error(*journal.error());
    if (balance < request.value) return Error(kInsufficientFunds, "value");
    const uint256 left = balance - request.value;
    if (request.gas_price && left / request.gas_price < uint256(request.gas)) {
        return Error(kInsufficientFunds, "gas * price + value");
    }
    return ok_status();
}

} // namespace

Transaction message_of(const SimulationRequest& request) {
    Transaction out;
    out.to = request.to;
    out.value = request.value;
    out.data = request.input;
    out.access_list = request.access_list;
    out.authorizations = request.authorizations;
    out.blob_hashes = request.blob_hashes;
    return out;
}

Result<Executed> apply_transaction(const StateView& view, const Environment& environment,
                                   const Transaction& transaction, const Address& sender,
                                   Rigour rigour) {
    Journal journal(view, environment.cache);
    SALUS_TRY_ASSIGN(TransactionOutcome outcome,
                     execute_transaction(journal, environment, transaction, sender,
                                         whole_block(environment, rigour)));
    if (journal.error()) return Error(*journal.error());
    return Executed{std::move(outcome), journal.changes()};
}

Result<SimulationOutcome> simulate(const StateView& view, const Environment& environment,
                                   const SimulationRequest& request) {
    Journal journal(view, environment.cache);
    const Transaction transaction = as_transaction(request);
    SALUS_TRY(check_intrinsic_gas(transaction, environment.rules.revision));
    SALUS_TRY(check_funds(journal, request));
    MessageRun run = run_message(journal, environment, transaction, request.from,
                                 price_of(request, environment));
    if (journal.error()) return Error(*journal.error());
    SimulationOutcome out;
    out.status = run.result.status;
    out.output = std::move(run.result.output);
    out.gas_used = run.gas_used;
    out.gas_refunded = run.gas_refunded;
    out.logs = journal.logs();
    if (!request.to && out.status == evm::Status::success) out.created = run.result.created;
    out.accessed = journal.accessed();
    journal.end_transaction(environment.rules.revision);
    out.changes = journal.changes();
    return out;
}

} // namespace salus::state
