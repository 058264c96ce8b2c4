#include "api/engine/payload.hpp"

#include "api/engine/fields.hpp"
#include "api/eth/shapes.hpp"
#include "crypto/hash.hpp"
#include "state/requests.hpp"
#include "state/trie.hpp"

namespace salus::api::engine {

namespace {

Result<state::Withdrawal> read_withdrawal(const Json& value) {
    Fields fields(value);
    state::Withdrawal out;
    fields.take("index", read_strict_u64, out.index);
    fields.take("validatorIndex", read_strict_u64, out.validator_index);
    fields.take("address", read_fixed<20>, out.address);
    fields.take("amount", read_strict_u64, out.amount_gwei);
    SALUS_TRY(fields.finish());
    return out;
}

Result<std::vector<state::Withdrawal>> read_withdrawals(const Json& value) {
    return read_array(value, read_withdrawal);
}

Result<std::vector<Bytes>> read_datas(const Json& value) {
    return read_array(value, eth::read_data);
}

template <typename T>
std::string hex_of(const T& bytes) {
    return to_hex0x(ByteView(bytes.data(), bytes.size()));
}

} // namespace

Result<uint256> read_strict_quantity(const Json& value) {
    SALUS_TRY_ASSIGN(const uint256 out, eth::read_quantity(value));
    const auto& text = value.get_string(); // read_quantity takes nothing else
    if (text.size() > 3 && text[2] == '0') {
        return Error(eth::kInvalidParams, "quantity with leading zeros");
    }
    return out;
}

Result<std::uint64_t> read_strict_u64(const Json& value) {
    SALUS_TRY_ASSIGN(const uint256 out, read_strict_quantity(value));
    if (!out.fits_u64()) return Error(eth::kInvalidParams, "does not fit in 64 bits");
    return out.low64();
}

Result<Payload> read_payload(const Json& value, Structure structure) {
    Fields fields(value);
    Payload out;
    state::BlockHeader& header = out.header;
    fields.take("parentHash", read_fixed<32>, header.parent_hash);
    fields.take("feeRecipient", read_fixed<20>, header.coinbase);
    fields.take("stateRoot", read_fixed<32>, header.state_root);
    fields.take("receiptsRoot", read_fixed<32>, header.receipts_root);
    fields.take("logsBloom", read_fixed<256>, header.logs_bloom);
    fields.take("prevRandao", read_fixed<32>, header.prev_randao);
    fields.take("blockNumber", read_strict_u64, header.number);
    fields.take("gasLimit", read_strict_u64, header.gas_limit);
    fields.take("gasUsed", read_strict_u64, header.gas_used);
    fields.take("timestamp", read_strict_u64, header.timestamp);
    fields.take("extraData", eth::read_data, header.extra_data);
    fields.take("baseFeePerGas", read_strict_quantity, header.base_fee_per_gas);
    fields.take("blockHash", read_fixed<32>, out.block_hash);
    fields.take("transactions", read_datas, out.transactions);
    const bool may_have = structure == Structure::v1_or_v2 && fields.has("withdrawals");
    if (structure == Structure::v3 || may_have) {
        fields.take("withdrawals", read_withdrawals, out.withdrawals);
    }
    if (structure == Structure::v3) {
        fields.take("blobGasUsed", read_strict_u64, header.blob_gas_used);
        fields.take("excessBlobGas", read_strict_u64, header.excess_blob_gas);
    }
    SALUS_TRY(fields.finish());
    return out;
}

Result<std::vector<Bytes>> read_requests(const Json& value) {
    SALUS_TRY_ASSIGN(std::vector<Bytes> out, read_datas(value));
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (out[i].size() < 2) return Error(eth::kInvalidParams, "executionRequests: empty");
        if (i != 0 && out[i][0] <= out[i - 1][0]) {
            return Error(eth::kInvalidParams, "executionRequests: types must ascend");
        }
    }
    return out;
}

Result<std::vector<Hash32>> read_hashes(const Json& value) {
    return read_array(value, read_fixed<32>);
}

Status complete_header(Payload& payload) {
    payload.header.transactions_root = state::ordered_trie_root(payload.transactions);
    if (payload.withdrawals) {
        payload.header.withdrawals_root = state::withdrawals_root(*payload.withdrawals);
    }
    const Hash32 hash = state::hash(payload.header);
    if (hash == payload.block_hash) return ok_status();
    return Error(kBlockHash, "the header has " + hex_of(hash));
}

Result<state::Block> to_block(Payload payload) {
    state::Block out;
    std::vector<Hash32> blob_hashes;
    out.transactions.reserve(payload.transactions.size());
    for (std::size_t i = 0; i < payload.transactions.size(); ++i) {
        auto transaction = state::decode_transaction(payload.transactions[i]);
        if (!transaction.ok()) {
            return std::move(transaction).error().at("transaction " + std::to_string(i));
        }
        blob_hashes.insert(blob_hashes.end(), transaction->blob_hashes.begin(),
                           transaction->blob_hashes.end());
        out.transactions.push_back(*std::move(transaction));
    }
    if (payload.blob_hashes && *payload.blob_hashes != blob_hashes) return Error(kBlobHashes);
    out.header = std::move(payload.header);
    out.withdrawals = std::move(payload.withdrawals);
    return out;
}

namespace {

Json withdrawals_json(const std::vector<state::Withdrawal>& withdrawals) {
    json::array out;
    for (const state::Withdrawal& one : withdrawals) {
        out.push_back(json::object{{"index", eth::quantity(one.index)},
                                   {"validatorIndex", eth::quantity(one.validator_index)},
                                   {"address", hex_of(one.address)},
                                   {"amount", eth::quantity(one.amount_gwei)}});
    }
    return out;
}

} // namespace

json::object payload_json(const state::Block& block) {
    const state::BlockHeader& header = block.header;
    json::array transactions;
    for (const state::Transaction& one : block.transactions) {
        transactions.push_back(Json(hex_of(state::encode(one))));
    }
    json::object out{{"parentHash", hex_of(header.parent_hash)},
                     {"feeRecipient", hex_of(header.coinbase)},
                     {"stateRoot", hex_of(header.state_root)},
                     {"receiptsRoot", hex_of(header.receipts_root)},
                     {"logsBloom", hex_of(header.logs_bloom)},
                     {"prevRandao", hex_of(header.prev_randao)},
                     {"blockNumber", eth::quantity(header.number)},
                     {"gasLimit", eth::quantity(header.gas_limit)},
                     {"gasUsed", eth::quantity(header.gas_used)},
                     {"timestamp", eth::quantity(header.timestamp)},
                     {"extraData", hex_of(header.extra_data)},
                     {"baseFeePerGas", eth::quantity(header.base_fee_per_gas.value_or(uint256()))},
                     {"blockHash", hex_of(state::hash(header))},
                     {"transactions", std::move(transactions)}};
    if (block.withdrawals) out["withdrawals"] = withdrawals_json(*block.withdrawals);
    if (header.blob_gas_used) out["blobGasUsed"] = eth::quantity(*header.blob_gas_used);
    if (header.excess_blob_gas) out["excessBlobGas"] = eth::quantity(*header.excess_blob_gas);
    return out;
}

json::object body_json(const chain::Block& block) {
    json::array transactions;
    for (const chain::TransactionInfo& one : block.transactions) {
        transactions.push_back(Json(hex_of(state::encode(one.transaction))));
    }
    const bool from_shanghai = block.header.withdrawals_root.has_value();
    return {{"transactions", std::move(transactions)},
            {"withdrawals", from_shanghai ? withdrawals_json(block.withdrawals) : Json(nullptr)}};
}

Result<Attributes> read_attributes(const Json& value, Structure structure) {
    Fields fields(value);
    Attributes out;
    fields.take("timestamp", read_strict_u64, out.timestamp);
    fields.take("prevRandao", read_fixed<32>, out.prev_randao);
    fields.take("suggestedFeeRecipient", read_fixed<20>, out.fee_recipient);
    const bool may_have = structure == Structure::v1_or_v2 && fields.has("withdrawals");
    if (structure == Structure::v3 || may_have) {
        fields.take("withdrawals", read_withdrawals, out.withdrawals);
    }
    if (structure == Structure::v3) {
        fields.take("parentBeaconBlockRoot", read_fixed<32>, out.parent_beacon_block_root);
    }
    SALUS_TRY(fields.finish());
    return out;
}

Result<ForkchoiceState> read_forkchoice_state(const Json& value) {
    Fields fields(value);
    ForkchoiceState out;
    fields.take("headBlockHash", read_fixed<32>, out.head);
    fields.take("safeBlockHash", read_fixed<32>, out.safe);
    fields.take("finalizedBlockHash", read_fixed<32>, out.finalized);
    SALUS_TRY(fields.finish());
    return out;
}

} // namespace salus::api::engine
