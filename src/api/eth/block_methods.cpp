#include "api/eth/methods.hpp"
#include "api/eth/shapes.hpp"
#include "state/transaction.hpp"

namespace salus::api::eth {
namespace {

Result<chain::BlockId> read_block_hash(const Json& value) {
    SALUS_TRY_ASSIGN(const Hash32 hash, read_hash(value));
    return chain::BlockId(hash);
}

// The first parameter: a hash alone, or what else names a block.
Result<chain::BlockId> block_of(const Params& params, By by) {
    return params.get(0, by == By::hash ? read_block_hash : read_block);
}

Result<Json> block_json(const chain::Chain& chain, const chain::BlockId& id, bool full) {
    SALUS_TRY_ASSIGN(const auto block, chain.block(id));
    return block == nullptr ? Json(nullptr) : Json(to_json(*block, full));
}

Result<Json> count_json(const chain::Chain& chain, const chain::BlockId& id) {
    SALUS_TRY_ASSIGN(const auto header, chain.header(id));
    return header ? Json(quantity(header->transaction_count)) : Json(nullptr);
}

Result<Json> uncle_count_json(const chain::Chain& chain, const chain::BlockId& id) {
    SALUS_TRY_ASSIGN(const auto block, chain.block(id));
    return block == nullptr ? Json(nullptr) : Json(quantity(std::uint64_t{block->ommers.size()}));
}

Result<Json> uncle_json(const chain::Chain& chain, const chain::BlockId& id, std::uint64_t index) {
    SALUS_TRY_ASSIGN(const auto block, chain.block(id));
    if (block == nullptr || index >= block->ommers.size()) return Json(nullptr);
    chain::Block alone; // an ommer has no body of its own
    alone.header = block->ommers[index];
    alone.hash = state::hash(alone.header);
    state::Block bare;
    bare.header = alone.header;
    alone.size = state::encode(bare).size();
    json::object out = to_json(alone, false);
    out.erase("transactions");
    return Json(std::move(out));
}

Result<Json> header_json(const chain::Chain& chain, const chain::BlockId& id) {
    SALUS_TRY_ASSIGN(const auto header, chain.header(id));
    return header ? Json(to_json(header->header, header->hash)) : Json(nullptr);
}

Result<Json> transaction_json(const chain::Chain& chain, const chain::BlockId& id,
                              std::uint64_t index) {
    SALUS_TRY_ASSIGN(const auto transaction, chain.transaction(id, index));
    return transaction ? Json(to_json(*transaction)) : Json(nullptr);
}

// Blobs' fields (EIP-4844) follow from the transaction and its block.
Result<Json> receipt_json(const chain::Chain& chain, const chain::ReceiptInfo& info) {
    json::object out = to_json(info);
    if (info.receipt.type != state::TransactionType::blob) return Json(std::move(out));
    const chain::BlockId block(info.place.block_hash);
    SALUS_TRY_ASSIGN(const auto header, chain.header(block));
    SALUS_TRY_ASSIGN(const auto transaction, chain.transaction(block, info.place.index));
    if (!header || !transaction) return Json(std::move(out)); // left for another branch just now
    const state::Rules rules =
        chain.config().rules_at(header->header.number, header->header.timestamp);
    const std::uint64_t excess = header->header.excess_blob_gas.value_or(0);
    out["blobGasUsed"] = quantity(transaction->transaction.blob_hashes.size() * state::kGasPerBlob);
    out["blobGasPrice"] = quantity(state::blob_base_fee(excess, rules.blobs));
    return Json(std::move(out));
}

} // namespace

template <By kBy>
Result<Json> Methods::block(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const chain::BlockId id, block_of(params, kBy));
    SALUS_TRY_ASSIGN(const bool full, params.boolean_or_false(1));
    return block_json(chain_, id, full);
}

Result<Json> Methods::block_receipts(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const chain::BlockId id, params.get(0, read_block));
    SALUS_TRY_ASSIGN(const auto receipts, chain_.receipts(id));
    if (receipts == nullptr) return Json(nullptr);
    json::array out;
    out.reserve(receipts->size());
    for (const chain::ReceiptInfo& receipt : *receipts) {
        SALUS_TRY_ASSIGN(Json one, receipt_json(chain_, receipt));
        out.push_back(std::move(one));
    }
    return Json(std::move(out));
}

template <By kBy>
Result<Json> Methods::transaction_count(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const chain::BlockId id, block_of(params, kBy));
    return count_json(chain_, id);
}

template <By kBy>
Result<Json> Methods::uncle_count(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const chain::BlockId id, block_of(params, kBy));
    return uncle_count_json(chain_, id);
}

template <By kBy>
Result<Json> Methods::uncle(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const chain::BlockId id, block_of(params, kBy));
    SALUS_TRY_ASSIGN(const std::uint64_t index, params.get(1, read_u64));
    return uncle_json(chain_, id, index);
}

template <By kBy>
Result<Json> Methods::header(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const chain::BlockId id, block_of(params, kBy));
    return header_json(chain_, id);
}

Result<Json> Methods::transaction_by_hash(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const Hash32 hash, params.get(0, read_hash));
    SALUS_TRY_ASSIGN(const auto transaction, chain_.transaction(hash));
    return transaction ? Json(to_json(*transaction)) : Json(nullptr);
}

template <By kBy>
Result<Json> Methods::transaction_at(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const chain::BlockId id, block_of(params, kBy));
    SALUS_TRY_ASSIGN(const std::uint64_t index, params.get(1, read_u64));
    return transaction_json(chain_, id, index);
}

Result<Json> Methods::raw_transaction(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const Hash32 hash, params.get(0, read_hash));
    SALUS_TRY_ASSIGN(const auto transaction, chain_.transaction(hash));
    return transaction ? Json(to_hex0x(state::encode(transaction->transaction))) : Json(nullptr);
}

Result<Json> Methods::transaction_receipt(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const Hash32 hash, params.get(0, read_hash));
    SALUS_TRY_ASSIGN(const auto receipt, chain_.receipt(hash));
    if (!receipt) return Json(nullptr);
    return receipt_json(chain_, *receipt);
}

Result<Json> Methods::send_raw_transaction(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const Bytes raw, params.get(0, read_data));
    SALUS_TRY_ASSIGN(const Hash32 hash, take_transaction(raw));
    return Json(to_hex0x(hash.bytes));
}

// The sealer's detached signature of a block (EIP-712 over chain id, genesis, height and hash).
Result<Json> Methods::seal(const Params& params, const Caller&) {
    SALUS_TRY_ASSIGN(const chain::BlockId id, params.get(0, read_block));
    SALUS_TRY_ASSIGN(const auto header, chain_.header(id));
    if (!header) return Json(nullptr);
    SALUS_TRY_ASSIGN(const auto signature, chain_.seal(header->header.number));
    if (!signature) return Json(nullptr);
    json::object out{{"chainId", quantity(chain_.chain_id())},
                     {"genesisHash", to_hex0x(chain_.genesis_hash().bytes)},
                     {"blockNumber", quantity(header->header.number)},
                     {"blockHash", to_hex0x(header->hash.bytes)},
                     {"header", to_hex0x(state::encode(header->header))},
                     {"signature", to_hex0x(signature->bytes)}};
    out["sealer"] = options_.sealer ? Json(to_hex0x(options_.sealer->bytes)) : Json(nullptr);
    return Json(std::move(out));
}

// For the table.
template Result<Json> Methods::block<By::hash>(const Params&, const Caller&);
template Result<Json> Methods::block<By::number>(const Params&, const Caller&);
template Result<Json> Methods::transaction_count<By::hash>(const Params&, const Caller&);
template Result<Json> Methods::transaction_count<By::number>(const Params&, const Caller&);
template Result<Json> Methods::uncle_count<By::hash>(const Params&, const Caller&);
template Result<Json> Methods::uncle_count<By::number>(const Params&, const Caller&);
template Result<Json> Methods::uncle<By::hash>(const Params&, const Caller&);
template Result<Json> Methods::uncle<By::number>(const Params&, const Caller&);
template Result<Json> Methods::header<By::hash>(const Params&, const Caller&);
template Result<Json> Methods::header<By::number>(const Params&, const Caller&);
template Result<Json> Methods::transaction_at<By::hash>(const Params&, const Caller&);
template Result<Json> Methods::transaction_at<By::number>(const Params&, const Caller&);

} // namespace salus::api::eth
