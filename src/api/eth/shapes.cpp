#include "api/eth/shapes.hpp"

#include <fmt/format.h>

namespace salus::api::eth {

namespace json = boost::json;
using codec::Json;

std::string quantity(std::uint64_t value) {
    return fmt::format("{:#x}", value);
}

std::string quantity(const uint256& value) {
    return value.fits_u64() ? quantity(value.low64()) : to_quantity(value);
}

namespace {

template <typename T>
std::string hex_of(const T& value) {
    return to_hex0x(ByteView(value.data(), value.size()));
}

template <typename T>
Json hex_or_null(const std::optional<T>& value) {
    return value ? Json(hex_of(*value)) : Json(nullptr);
}

json::array access_list_json(const std::vector<state::AccessEntry>& list) {
    json::array out;
    for (const state::AccessEntry& entry : list) {
        json::array keys;
        for (const uint256& key : entry.keys) keys.push_back(Json(hex_of(to_hash(key))));
        out.push_back(
            json::object{{"address", hex_of(entry.address)}, {"storageKeys", std::move(keys)}});
    }
    return out;
}

json::array authorizations_json(const std::vector<state::Authorization>& list) {
    json::array out;
    for (const state::Authorization& one : list) {
        out.push_back(json::object{{"chainId", quantity(one.chain_id)},
                                   {"address", hex_of(one.address)},
                                   {"nonce", quantity(one.nonce)},
                                   {"yParity", quantity(std::uint64_t{one.y_parity})},
                                   {"r", quantity(one.r)},
                                   {"s", quantity(one.s)}});
    }
    return out;
}

// EIP-155 puts the chain id into a legacy transaction's v; other types have the parity alone.
uint256 v_of(const state::Transaction& transaction) {
    const uint256 parity(std::uint64_t{transaction.y_parity});
    if (transaction.type != state::TransactionType::legacy) return parity;
    if (!transaction.chain_id) return parity + uint256(27);
    return *transaction.chain_id * uint256(2) + uint256(35) + parity;
}

void add_place(json::object& out, const std::optional<chain::Place>& place) {
    out["blockHash"] = place ? Json(hex_of(place->block_hash)) : Json(nullptr);
    out["blockNumber"] = place ? Json(quantity(place->block_number)) : Json(nullptr);
    out["blockTimestamp"] = place ? Json(quantity(place->timestamp)) : Json(nullptr);
    out["transactionIndex"] = place ? Json(quantity(place->index)) : Json(nullptr);
}

void add_type_fields(json::object& out, const state::Transaction& transaction) {
    using Type = state::TransactionType;
    if (transaction.chain_id) out["chainId"] = quantity(*transaction.chain_id);
    if (transaction.type == Type::legacy) return;
    out["accessList"] = access_list_json(transaction.access_list);
    out["yParity"] = quantity(std::uint64_t{transaction.y_parity});
    if (!transaction.has_dynamic_fee()) return;
    out["maxFeePerGas"] = quantity(transaction.max_fee_per_gas);
    out["maxPriorityFeePerGas"] = quantity(transaction.max_priority_fee_per_gas);
    if (transaction.type == Type::set_code) {
        out["authorizationList"] = authorizations_json(transaction.authorizations);
    }
    if (transaction.type != Type::blob) return;
    out["maxFeePerBlobGas"] = quantity(transaction.max_fee_per_blob_gas);
    json::array hashes;
    for (const Hash32& hash : transaction.blob_hashes) hashes.push_back(Json(hex_of(hash)));
    out["blobVersionedHashes"] = std::move(hashes);
}

json::object log_json(const state::Log& log, const chain::Place& place,
                      const Hash32& transaction_hash, std::uint64_t log_index) {
    json::array topics;
    for (const Hash32& topic : log.topics) topics.push_back(Json(hex_of(topic)));
    return {{"address", hex_of(log.address)},
            {"topics", std::move(topics)},
            {"data", hex_of(log.data)},
            {"blockNumber", quantity(place.block_number)},
            {"transactionHash", hex_of(transaction_hash)},
            {"transactionIndex", quantity(place.index)},
            {"blockHash", hex_of(place.block_hash)},
            {"blockTimestamp", quantity(place.timestamp)},
            {"logIndex", quantity(log_index)},
            {"removed", false}};
}

void add_fork_fields(json::object& out, const state::BlockHeader& header) {
    if (header.base_fee_per_gas) out["baseFeePerGas"] = quantity(*header.base_fee_per_gas);
    if (header.withdrawals_root) out["withdrawalsRoot"] = hex_of(*header.withdrawals_root);
    if (header.blob_gas_used) out["blobGasUsed"] = quantity(*header.blob_gas_used);
    if (header.excess_blob_gas) out["excessBlobGas"] = quantity(*header.excess_blob_gas);
    if (header.parent_beacon_block_root) {
        out["parentBeaconBlockRoot"] = hex_of(*header.parent_beacon_block_root);
    }
    if (header.requests_hash) out["requestsHash"] = hex_of(*header.requests_hash);
}

} // namespace

json::object to_json(const state::BlockHeader& header, const Hash32& hash) {
    json::object out{{"number", quantity(header.number)},
                     {"hash", hex_of(hash)},
                     {"parentHash", hex_of(header.parent_hash)},
                     {"nonce", hex_of(header.nonce)},
                     {"mixHash", hex_of(header.prev_randao)},
                     {"sha3Uncles", hex_of(header.ommers_hash)},
                     {"logsBloom", hex_of(header.logs_bloom)},
                     {"transactionsRoot", hex_of(header.transactions_root)},
                     {"stateRoot", hex_of(header.state_root)},
                     {"receiptsRoot", hex_of(header.receipts_root)},
                     {"miner", hex_of(header.coinbase)},
                     {"difficulty", quantity(header.difficulty)},
                     {"extraData", hex_of(header.extra_data)},
                     {"gasLimit", quantity(header.gas_limit)},
                     {"gasUsed", quantity(header.gas_used)},
                     {"timestamp", quantity(header.timestamp)}};
    add_fork_fields(out, header);
    return out;
}

json::object to_json(const chain::Block& block, bool full_transactions) {
    json::object out = to_json(block.header, block.hash);
    if (block.hash.is_zero()) { // pending
        for (const char* unknown : {"hash", "nonce", "miner"}) out[unknown] = nullptr;
    }
    out["size"] = quantity(block.size);
    json::array transactions;
    for (const chain::TransactionInfo& one : block.transactions) {
        transactions.push_back(full_transactions ? Json(to_json(one)) : Json(hex_of(one.hash)));
    }
    out["transactions"] = std::move(transactions);
    json::array ommers;
    for (const state::BlockHeader& one : block.ommers)
        ommers.push_back(Json(hex_of(state::hash(one))));
    out["uncles"] = std::move(ommers);
    if (!block.header.withdrawals_root) return out;
    json::array withdrawals;
    for (const state::Withdrawal& one : block.withdrawals) {
        withdrawals.push_back(json::object{{"index", quantity(one.index)},
                                           {"validatorIndex", quantity(one.validator_index)},
                                           {"address", hex_of(one.address)},
                                           {"amount", quantity(one.amount_gwei)}});
    }
    out["withdrawals"] = std::move(withdrawals);
    return out;
}

json::object to_json(const chain::TransactionInfo& info) {
    const state::Transaction& transaction = info.transaction;
    json::object out{{"hash", hex_of(info.hash)},
                     {"type", quantity(static_cast<std::uint64_t>(transaction.type))},
                     {"nonce", quantity(transaction.nonce)},
                     {"from", hex_of(info.sender)},
                     {"to", hex_or_null(transaction.to)},
                     {"value", quantity(transaction.value)},
                     {"gas", quantity(transaction.gas_limit)},
                     {"gasPrice", quantity(info.effective_gas_price)},
                     {"input", hex_of(transaction.data)},
                     {"v", quantity(v_of(transaction))},
                     {"r", quantity(transaction.r)},
                     {"s", quantity(transaction.s)}};
    add_place(out, info.place);
    add_type_fields(out, transaction);
    return out;
}

json::object to_json(const chain::ReceiptInfo& info) {
    const state::Receipt& receipt = info.receipt;
    json::array logs;
    for (std::size_t i = 0; i < receipt.logs.size(); ++i) {
        logs.push_back(
            log_json(receipt.logs[i], info.place, info.transaction_hash, info.first_log_index + i));
    }
    json::object out{{"transactionHash", hex_of(info.transaction_hash)},
                     {"transactionIndex", quantity(info.place.index)},
                     {"blockHash", hex_of(info.place.block_hash)},
                     {"blockNumber", quantity(info.place.block_number)},
                     {"from", hex_of(info.sender)},
                     {"to", hex_or_null(info.to)},
                     {"cumulativeGasUsed", quantity(receipt.cumulative_gas_used)},
                     {"gasUsed", quantity(info.gas_used)},
                     {"effectiveGasPrice", quantity(info.effective_gas_price)},
                     {"contractAddress", hex_or_null(info.contract_address)},
                     {"logs", std::move(logs)},
                     {"logsBloom", hex_of(receipt.bloom)},
                     {"type", quantity(static_cast<std::uint64_t>(receipt.type))}};
    if (receipt.post_state) {
        out["root"] = hex_of(*receipt.post_state);
    } else {
        out["status"] = receipt.success ? "0x1" : "0x0";
    }
    return out;
}

json::object to_json(const chain::LogInfo& info, bool removed) {
    json::object out = log_json(info.log, info.place, info.transaction_hash, info.log_index);
    out["removed"] = removed;
    return out;
}

json::array to_json(const std::vector<chain::LogInfo>& logs) {
    json::array out;
    for (const chain::LogInfo& log : logs) out.push_back(to_json(log));
    return out;
}

namespace {

json::array quantities(const std::vector<uint256>& values) {
    json::array out;
    for (const uint256& value : values) out.push_back(Json(quantity(value)));
    return out;
}

json::array numbers(const std::vector<double>& values) {
    json::array out;
    for (const double value : values) out.push_back(value);
    return out;
}

} // namespace

json::object to_json(const chain::FeeHistory& history, bool with_rewards) {
    json::object out{{"oldestBlock", quantity(history.oldest_block)},
                     {"baseFeePerGas", quantities(history.base_fees)},
                     {"gasUsedRatio", numbers(history.gas_used_ratios)},
                     {"baseFeePerBlobGas", quantities(history.blob_base_fees)},
                     {"blobGasUsedRatio", numbers(history.blob_gas_used_ratios)}};
    if (!with_rewards) return out;
    json::array rewards;
    for (const auto& of_block : history.rewards) rewards.push_back(quantities(of_block));
    out["reward"] = std::move(rewards);
    return out;
}

} // namespace salus::api::eth
