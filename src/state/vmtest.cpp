#include "state/vmtest.hpp"

#include "crypto/hash.hpp"
#include "state/execution.hpp"
#include "state/json_fields.hpp"

namespace salus::state {

using codec::Json;
using codec::json::object;
using evm::Revision;

namespace {

Result<const object*> child(const object& fields, std::string_view key) {
    const Json* value = codec::json_find(fields, key);
    if (value == nullptr || !value->is_object()) return Error(kBadSuiteFile, std::string(key));
    return &value->get_object();
}

Result<Environment> read_environment(const object& test) {
    SALUS_TRY_ASSIGN(const object* env, child(test, "env"));
    Environment out;
    out.rules = {Revision::frontier, {}, 0};
    evm::BlockContext& block = out.block;
    SALUS_TRY_ASSIGN(block.number, number64_field_or(*env, "currentNumber", 0));
    SALUS_TRY_ASSIGN(block.timestamp, number64_field_or(*env, "currentTimestamp", 0));
    SALUS_TRY_ASSIGN(block.gas_limit, number64_field_or(*env, "currentGasLimit", 0));
    SALUS_TRY_ASSIGN(block.coinbase, fixed_field_or(*env, "currentCoinbase", Address{}));
    SALUS_TRY_ASSIGN(block.prev_randao, number_field_or(*env, "currentDifficulty", uint256()));
    out.block_hashes = [](std::uint64_t number) {
        return crypto::keccak256(view(std::to_string(number)));
    };
    return out;
}

struct Exec {
    evm::Message message; // its input points into `data`
    evm::TransactionContext transaction;
    Bytes code;
    Bytes data;
};

Status read_exec(const object& test, Exec& out) {
    SALUS_TRY_ASSIGN(const object* exec, child(test, "exec"));
    evm::Message& message = out.message;
    SALUS_TRY_ASSIGN(message.recipient, fixed_field_or(*exec, "address", Address{}));
    message.code_address = message.recipient;
    SALUS_TRY_ASSIGN(message.sender, fixed_field_or(*exec, "caller", Address{}));
    SALUS_TRY_ASSIGN(message.value, number_field_or(*exec, "value", uint256()));
    SALUS_TRY_ASSIGN(const std::uint64_t gas, number64_field_or(*exec, "gas", 0));
    if (gas > kMaxGas) return Error(kBadSuiteFile, "gas");
    message.gas = static_cast<std::int64_t>(gas);
    SALUS_TRY_ASSIGN(out.transaction.origin, fixed_field_or(*exec, "origin", Address{}));
    SALUS_TRY_ASSIGN(out.transaction.gas_price, number_field_or(*exec, "gasPrice", uint256()));
    SALUS_TRY_ASSIGN(out.code, bytes_field_or(*exec, "code", {}));
    SALUS_TRY_ASSIGN(out.data, bytes_field_or(*exec, "data", {}));
    message.input = out.data;
    return ok_status();
}

Status expect_storage(const object& post, const StateChanges& after) {
    SALUS_TRY_ASSIGN(const StateChanges expected, parse_alloc(post));
    for (const auto& [address, account] : expected.accounts) {
        const auto found = after.accounts.find(address);
        const bool same = found == after.accounts.end() ? account.storage.empty()
                                                        : found->second.storage == account.storage;
        if (!same) return Error(kWrongOutcome, "storage of " + to_hex0x(address.bytes));
    }
    return ok_status();
}

Status judge(const object& test, const evm::CallResult& result, Journal& journal,
             MemoryState& state) {
    const bool succeeds = test.contains("post");
    if (succeeds != (result.status == evm::Status::success)) {
        return Error(kWrongOutcome, std::string(evm::name(result.status)));
    }
    if (!succeeds) return ok_status();
    const auto left = static_cast<std::uint64_t>(result.gas_left);
    SALUS_TRY_ASSIGN(const std::uint64_t gas, number64_field_or(test, "gas", left));
    if (gas != left) return Error(kWrongOutcome, "gas left " + std::to_string(left));
    SALUS_TRY_ASSIGN(const Bytes out, bytes_field_or(test, "out", result.output));
    if (out != result.output) return Error(kWrongOutcome, "out " + to_hex0x(result.output));
    const Hash32 logs = logs_hash(journal.logs());
    SALUS_TRY_ASSIGN(const Hash32 expected, fixed_field_or(test, "logs", logs));
    if (logs != expected) return Error(kWrongOutcome, "logs " + to_hex0x(logs.bytes));
    journal.end_transaction(Revision::frontier);
    state.apply(journal.changes());
    SALUS_TRY_ASSIGN(const object* post, child(test, "post"));
    return expect_storage(*post, state.as_changes());
}

Status run(const object& test) {
    SALUS_TRY_ASSIGN(const Environment environment, read_environment(test));
    SALUS_TRY_ASSIGN(const object* pre, child(test, "pre"));
    SALUS_TRY_ASSIGN(const StateChanges before, parse_alloc(*pre));
    Exec exec;
    SALUS_TRY(read_exec(test, exec));
    MemoryState state;
    state.apply(before);
    Journal journal(state, nullptr);
    ExecutionHost host(journal, environment, exec.transaction);
    const evm::AnalyzedCode code(exec.code);
    const auto result = evm::interpret(host, Revision::frontier, exec.message, code);
    return judge(test, result, journal, state);
}

} // namespace

SuiteResult run_vm_test(std::string_view name, const object& test) {
    SuiteResult out{std::string(name), std::string(kVmTestFork), Verdict::passed, {}};
    const Status status = run(test);
    if (status) return out;
    out.verdict = Verdict::failed;
    out.detail = status.error().text();
    return out;
}

} // namespace salus::state
