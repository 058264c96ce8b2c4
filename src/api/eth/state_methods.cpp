#include <fmt/format.h>

#include "api/eth/methods.hpp"
#include "api/eth/shapes.hpp"
#include "eth/revert.hpp"

namespace salus::api::eth {
namespace {

Json text_json(std::string_view text) {
    return Json(text);
}

// A call that ended otherwise than well: a revert has its data, all else its name.
Error failed(evm::Status status, const Bytes& output) {
    if (status == evm::Status::revert) return salus::eth::reverted(output);
    return Error(kExecutionFailed, std::string(evm::name(status)));
}

Result<std::vector<double>> read_percentiles(const Json& value) {
    if (!value.is_array()) return Error(kInvalidParams, "must be an array of numbers");
    std::vector<double> out;
    for (const Json& item : value.get_array()) {
        if (!item.is_number()) return Error(kInvalidParams, "must be an array of numbers");
        out.push_back(item.to_number<double>());
    }
    return out;
}

} // namespace

Result<Json> Methods::chain_id(const Params&, const Caller&) {
    return text_json(quantity(chain_.chain_id()));
}

Result<Json> Methods::block_number(const Params&, const Caller&) {
    return text_json(quantity(chain_.head().header.number));
}

Result<Json> Methods::gas_price(const Params&, const Caller&) {
    const uint256 base = state::next_base_fee(chain_.head().header);
    return text_json(quantity(base + chain_.suggested_priority_fee()));
}

Result<Json> Methods::base_fee(const Params&, const Caller&) {
    return text_json(quantity(state::next_base_fee(chain_.head().header)));
}

std::function<bool()> Methods::call_deadline() const {
    const std::int64_t end = options_.now_ms() + options_.call_time.count();
    return [this, end] { return options_.now_ms() >= end; };
}

Result<Json> Methods::max_priority_fee(const Params&, const Caller&) {
    return text_json(quantity(chain_.suggested_priority_fee()));
}

Result<Json> Methods::blob_base_fee(const Params&, const Caller&) {
    SALUS_TRY_ASSIGN(const chain::FeeHistory history,
                     chain_.fee_history(1, chain::Tag::latest, {}));
    return text_json(
        quantity(history.blob_base_fees.empty() ? uint256() : history.blob_base_fees.back()));
}

Result<Json> Methods::fee_history(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const std::uint64_t count, params.get(0, read_u64));
    SALUS_TRY_ASSIGN(const chain::BlockId newest, params.get(1, read_block));
    SALUS_TRY_ASSIGN(const std::vector<double> percentiles,
                     params.get_or<std::vector<double>>(2, read_percentiles, {}));
    SALUS_TRY_ASSIGN(const chain::FeeHistory history,
                     chain_.fee_history(count, newest, percentiles));
    return Json(to_json(history, !percentiles.empty()));
}

Result<Json> Methods::get_balance(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const Address address, params.get(0, read_address));
    SALUS_TRY_ASSIGN(const chain::BlockId id, params.block(1));
    SALUS_TRY_ASSIGN(const auto reading, chain_.at(id));
    SALUS_TRY_ASSIGN(const uint256 balance, reading->balance(address));
    return text_json(quantity(balance));
}

Result<Json> Methods::get_transaction_count(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const Address address, params.get(0, read_address));
    SALUS_TRY_ASSIGN(const chain::BlockId id, params.block(1));
    SALUS_TRY_ASSIGN(const auto reading, chain_.at(id));
    SALUS_TRY_ASSIGN(const std::uint64_t nonce, reading->nonce(address));
    return text_json(quantity(nonce));
}

Result<Json> Methods::get_code(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const Address address, params.get(0, read_address));
    SALUS_TRY_ASSIGN(const chain::BlockId id, params.block(1));
    SALUS_TRY_ASSIGN(const auto reading, chain_.at(id));
    SALUS_TRY_ASSIGN(const Bytes code, reading->code(address));
    return text_json(to_hex0x(code));
}

Result<Json> Methods::get_storage_at(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const Address address, params.get(0, read_address));
    SALUS_TRY_ASSIGN(const uint256 key, params.get(1, read_storage_key));
    SALUS_TRY_ASSIGN(const chain::BlockId id, params.block(2));
    SALUS_TRY_ASSIGN(const auto reading, chain_.at(id));
    SALUS_TRY_ASSIGN(const uint256 value, reading->storage(address, key));
    return text_json(to_hex0x(to_hash(value).bytes));
}

namespace {

Result<std::vector<uint256>> read_keys(const Json& value) {
    if (!value.is_array()) return Error(kInvalidParams, "must be an array of storage keys");
    if (value.get_array().size() > 1024) return Error(kLimitExceeded, "too many storage keys");
    std::vector<uint256> out;
    for (const Json& item : value.get_array()) {
        SALUS_TRY_ASSIGN(const uint256 key, read_storage_key(item));
        out.push_back(key);
    }
    return out;
}

using StorageRequest = std::map<Address, std::vector<uint256>>;

Result<StorageRequest> read_storage_request(const Json& value) {
    constexpr std::size_t kMost = 1024; // slots of one request
    if (!value.is_object()) return Error(kInvalidParams, "must be an object");
    StorageRequest out;
    std::size_t count = 0;
    for (const auto& [key, keys] : value.get_object()) {
        SALUS_TRY_ASSIGN(const Address address, read_address(Json(key)));
        SALUS_TRY_ASSIGN(out[address], read_keys(keys));
        count += out[address].size();
        if (count > kMost) return Error(kLimitExceeded, "too many storage keys");
    }
    if (count == 0) return Error(kInvalidParams, "no storage keys");
    return out;
}

json::array nodes_json(const std::vector<Bytes>& nodes) {
    json::array out;
    for (const Bytes& node : nodes) out.push_back(Json(to_hex0x(node)));
    return out;
}

// A key of 32 bytes is given back as it came, a shorter one as a quantity (EIP-1186).
std::string key_text(const Json& asked, const uint256& key) {
    constexpr std::size_t kFull = 66;
    return asked.get_string().size() == kFull ? to_hex0x(to_hash(key).bytes) : quantity(key);
}

// `asked`: the keys as the client wrote them.
json::object proof_json(const Address& address, const state::AccountProof& proof,
                        const json::array& asked) {
    const state::Account account = proof.account.value_or(state::Account{});
    json::array slots;
    for (std::size_t i = 0; i < proof.slots.size(); ++i) {
        const auto& slot = proof.slots[i];
        slots.push_back(json::object{{"key", key_text(asked.at(i), slot.key)},
                                     {"value", quantity(slot.value)},
                                     {"proof", nodes_json(slot.proof)}});
    }
    return {{"address", to_hex0x(address.bytes)},
            {"accountProof", nodes_json(proof.account_proof)},
            {"balance", quantity(account.balance)},
            {"codeHash", to_hex0x(account.code_hash.bytes)},
            {"nonce", quantity(account.nonce)},
            {"storageHash", to_hex0x(account.storage_root.bytes)},
            {"storageProof", std::move(slots)}};
}

} // namespace

Result<Json> Methods::get_storage_values(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const StorageRequest wanted, params.get(0, read_storage_request));
    SALUS_TRY_ASSIGN(const chain::BlockId id, params.block(1));
    SALUS_TRY_ASSIGN(const auto reading, chain_.at(id));
    json::object out;
    for (const auto& [address, keys] : wanted) {
        json::array values;
        for (const uint256& key : keys) {
            SALUS_TRY_ASSIGN(const uint256 value, reading->storage(address, key));
            values.push_back(Json(to_hex0x(to_hash(value).bytes)));
        }
        out[to_hex0x(address.bytes)] = std::move(values);
    }
    return Json(std::move(out));
}

Result<Json> Methods::get_proof(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const Address address, params.get(0, read_address));
    SALUS_TRY_ASSIGN(const std::vector<uint256> keys, params.get(1, read_keys));
    SALUS_TRY_ASSIGN(const chain::BlockId id, params.block(2));
    SALUS_TRY_ASSIGN(const auto reading, chain_.at(id));
    SALUS_TRY_ASSIGN(const state::AccountProof proof, reading->proof(address, keys));
    return Json(proof_json(address, proof, params.at(1)->get_array()));
}

namespace {

// The arguments from the third on: overrides of the state, and of the block.
Result<chain::CallOptions> read_options(const Params& params, std::function<bool()> expired) {
    chain::CallOptions out;
    SALUS_TRY_ASSIGN(out.state, params.get_or<chain::StateOverrides>(2, read_overrides, {}));
    SALUS_TRY_ASSIGN(out.block, params.get_or<chain::BlockOverrides>(3, read_block_overrides, {}));
    out.expired = std::move(expired);
    return out;
}

} // namespace

Result<Json> Methods::call(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(state::SimulationRequest request, params.get(0, read_call));
    SALUS_TRY_ASSIGN(const chain::BlockId id, params.block(1));
    SALUS_TRY_ASSIGN(const chain::CallOptions options, read_options(params, call_deadline()));
    SALUS_TRY_ASSIGN(const auto reading, chain_.at(id));
    SALUS_TRY_ASSIGN(const state::SimulationOutcome outcome,
                     reading->call(std::move(request), options));
    if (outcome.status != evm::Status::success) return failed(outcome.status, outcome.output);
    return text_json(to_hex0x(outcome.output));
}

Result<Json> Methods::estimate_gas(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(state::SimulationRequest request, params.get(0, read_call));
    SALUS_TRY_ASSIGN(const chain::BlockId id, params.block(1));
    SALUS_TRY_ASSIGN(const chain::CallOptions options, read_options(params, call_deadline()));
    SALUS_TRY_ASSIGN(const auto reading, chain_.at(id));
    SALUS_TRY_ASSIGN(const chain::Estimate estimate,
                     reading->estimate(std::move(request), options));
    if (estimate.status != evm::Status::success) return failed(estimate.status, estimate.output);
    return text_json(quantity(estimate.gas));
}

// EIP-2930 lists leave out what is warm anyway: sender, recipient and precompiles without keys.
Result<Json> Methods::create_access_list(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(state::SimulationRequest request, params.get(0, read_call));
    SALUS_TRY_ASSIGN(const chain::BlockId id, params.block(1));
    SALUS_TRY_ASSIGN(const auto reading, chain_.at(id));
    SALUS_TRY_ASSIGN(const chain::CallOptions options, read_options(params, call_deadline()));
    const Address from = request.from;
    const std::optional<Address> to = request.to;
    SALUS_TRY_ASSIGN(const state::SimulationOutcome outcome,
                     reading->call(std::move(request), options));
    json::array list;
    for (const state::AccessEntry& entry : outcome.accessed) {
        const bool warm = entry.address == from || entry.address == to ||
                          entry.address == reading->header().coinbase ||
                          evm::is_precompile(evm::Revision::osaka, entry.address);
        if (warm && entry.keys.empty()) continue;
        json::array keys;
        for (const uint256& key : entry.keys) keys.push_back(Json(to_hex0x(to_hash(key).bytes)));
        list.push_back(json::object{{"address", to_hex0x(entry.address.bytes)},
                                    {"storageKeys", std::move(keys)}});
    }
    json::object out{{"accessList", std::move(list)}, {"gasUsed", quantity(outcome.gas_used)}};
    if (outcome.status != evm::Status::success) {
        out["error"] = to_rpc_error(failed(outcome.status, outcome.output)).message;
    }
    return Json(std::move(out));
}

} // namespace salus::api::eth
