// testing_* (execution-apis): for conformance suites, only where EndpointOptions::testing is set.

#include "api/eth/methods.hpp"
#include "api/eth/shapes.hpp"

namespace salus::api::eth {
namespace {

// Where other clients let the gas limit drift to by default.
constexpr std::uint64_t kGasTarget = 60'000'000;

std::uint64_t next_gas_limit(std::uint64_t parent) {
    const std::uint64_t step = parent / 1024 - 1; // Yellow Paper 4.4.3
    if (parent < kGasTarget) return std::min(parent + step, kGasTarget);
    return std::max(parent - step, kGasTarget);
}

struct Attributes {
    state::BlockChoice choice;
    std::vector<state::Withdrawal> withdrawals;
};

Result<Attributes> read_attributes(const Json& value) {
    if (!value.is_object()) return Error(kInvalidParams, "must be an object");
    const json::object& object = value.get_object();
    const auto need = [&object](std::string_view name) -> Result<const Json*> {
        const Json* found = codec::json_find(object, name);
        if (found == nullptr) return Error(kInvalidParams, std::string(name) + " is missing");
        return found;
    };
    Attributes out;
    SALUS_TRY_ASSIGN(const Json* const time, need("timestamp"));
    SALUS_TRY_ASSIGN(const Json* const randao, need("prevRandao"));
    SALUS_TRY_ASSIGN(const Json* const recipient, need("suggestedFeeRecipient"));
    SALUS_TRY_ASSIGN(out.choice.timestamp, read_u64(*time));
    SALUS_TRY_ASSIGN(out.choice.prev_randao, read_hash(*randao));
    SALUS_TRY_ASSIGN(out.choice.coinbase, read_address(*recipient));
    if (const Json* root = codec::json_find(object, "parentBeaconBlockRoot")) {
        SALUS_TRY_ASSIGN(out.choice.parent_beacon_block_root, read_hash(*root));
    }
    if (const Json* withdrawals = codec::json_find(object, "withdrawals")) {
        SALUS_TRY_ASSIGN(out.withdrawals, read_withdrawals(*withdrawals));
    }
    return out;
}

Error unbuildable(const Error& error) {
    return Error(kExecutionFailed, std::string(error.name()) + ": " + error.detail());
}

struct Built {
    state::ExecutedBlock executed;
    std::vector<Bytes> transactions;
    uint256 value;
};

Result<Built> build(const chain::Chain& chain, const chain::Reading& parent,
                    const Attributes& attributes, std::vector<Bytes> transactions) {
    const state::Environment environment = parent.environment();
    state::BlockExecutor executor(chain.config(), parent.view(), parent.header(), attributes.choice,
                                  environment.block_hashes, environment.cache);
    SALUS_TRY(executor.begin());
    Built out;
    for (const Bytes& raw : transactions) {
        SALUS_TRY_ASSIGN(const auto transaction, state::decode_transaction(raw));
        SALUS_TRY_ASSIGN(const Address sender, state::recover_sender(transaction));
        SALUS_TRY_ASSIGN(const auto* const outcome, executor.execute(transaction, sender));
        const uint256 tip = outcome->effective_gas_price - executor.environment().block.base_fee;
        out.value += tip * uint256(outcome->gas_used);
    }
    SALUS_TRY_ASSIGN(out.executed, executor.finish(attributes.withdrawals,
                                                   [&](const state::StateChanges& changes) {
                                                       return parent.root_after(changes);
                                                   }));
    out.transactions = std::move(transactions);
    return out;
}

json::array data_json(const std::vector<Bytes>& list) {
    json::array out;
    out.reserve(list.size());
    for (const Bytes& one : list) out.emplace_back(to_hex0x(one));
    return out;
}

json::object payload_json(const Built& built, const Attributes& attributes) {
    const state::BlockHeader& header = built.executed.header;
    chain::Block block;
    block.header = header;
    block.withdrawals = attributes.withdrawals;
    json::object out{{"parentHash", to_hex0x(header.parent_hash.bytes)},
                     {"feeRecipient", to_hex0x(header.coinbase.bytes)},
                     {"stateRoot", to_hex0x(header.state_root.bytes)},
                     {"receiptsRoot", to_hex0x(header.receipts_root.bytes)},
                     {"logsBloom", to_hex0x(header.logs_bloom.bytes)},
                     {"prevRandao", to_hex0x(header.prev_randao.bytes)},
                     {"blockNumber", quantity(header.number)},
                     {"gasLimit", quantity(header.gas_limit)},
                     {"gasUsed", quantity(header.gas_used)},
                     {"timestamp", quantity(header.timestamp)},
                     {"extraData", to_hex0x(header.extra_data)},
                     {"baseFeePerGas", quantity(header.base_fee_per_gas.value_or(uint256()))},
                     {"blockHash", to_hex0x(state::hash(header).bytes)},
                     {"transactions", data_json(built.transactions)}};
    if (header.withdrawals_root) out["withdrawals"] = to_json(block, false).at("withdrawals");
    if (header.blob_gas_used) out["blobGasUsed"] = quantity(*header.blob_gas_used);
    if (header.excess_blob_gas) out["excessBlobGas"] = quantity(*header.excess_blob_gas);
    return out;
}

Result<std::vector<Bytes>> read_raws(const Json& value) {
    if (!value.is_array()) return Error(kInvalidParams, "must be an array of transactions");
    std::vector<Bytes> out;
    for (const Json& item : value.get_array()) {
        SALUS_TRY_ASSIGN(Bytes raw, read_data(item));
        out.push_back(std::move(raw));
    }
    return out;
}

} // namespace

// A block of these transactions, or where they are null of the pool's.
Result<Json> Methods::build_block(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const Hash32 parent, params.get(0, read_hash));
    SALUS_TRY_ASSIGN(Attributes attributes, params.get(1, read_attributes));
    SALUS_TRY_ASSIGN(attributes.choice.extra_data, params.get_or<Bytes>(3, read_data, Bytes()));
    const auto reading = chain_.at(chain::BlockId(parent));
    if (!reading.ok()) return unbuildable(reading.error());
    attributes.choice.gas_limit = next_gas_limit((*reading)->header().gas_limit);
    std::vector<Bytes> raws;
    if (params.at(2) != nullptr) {
        SALUS_TRY_ASSIGN(raws, params.get(2, read_raws));
    } else {
        SALUS_TRY_ASSIGN(const auto pooled,
                         chain_.build_block(attributes.choice, attributes.withdrawals));
        for (const auto& one : pooled.block.transactions) raws.push_back(state::encode(one));
    }
    const auto built = build(chain_, **reading, attributes, std::move(raws));
    if (!built.ok()) return unbuildable(built.error());
    json::object out{{"executionPayload", payload_json(*built, attributes)},
                     {"blockValue", quantity(built->value)},
                     {"blobsBundle", json::object{{"commitments", json::array()},
                                                  {"proofs", json::array()},
                                                  {"blobs", json::array()}}},
                     {"executionRequests", data_json(built->executed.requests)},
                     {"shouldOverrideBuilder", false}};
    return Json(std::move(out));
}

} // namespace salus::api::eth
