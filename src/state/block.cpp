#include "state/block.hpp"

#include "codec/rlp.hpp"
#include "crypto/hash.hpp"

namespace salus::state {

using codec::rlp::Reader;
using codec::rlp::Writer;

namespace {

void write_header(Writer& out, const BlockHeader& h) {
    out.open_list().fixed(h.parent_hash).fixed(h.ommers_hash).fixed(h.coinbase);
    out.fixed(h.state_root).fixed(h.transactions_root).fixed(h.receipts_root);
    out.fixed(h.logs_bloom).integer(h.difficulty).integer(h.number).integer(h.gas_limit);
    out.integer(h.gas_used).integer(h.timestamp).bytes(h.extra_data);
    out.fixed(h.prev_randao).fixed(h.nonce);
    if (h.base_fee_per_gas) out.integer(*h.base_fee_per_gas);
    if (h.withdrawals_root) out.fixed(*h.withdrawals_root);
    if (h.blob_gas_used) out.integer(*h.blob_gas_used);
    if (h.excess_blob_gas) out.integer(*h.excess_blob_gas);
    if (h.parent_beacon_block_root) out.fixed(*h.parent_beacon_block_root);
    if (h.requests_hash) out.fixed(*h.requests_hash);
    out.close_list();
}

Status read_roots(Reader& in, BlockHeader& h) {
    SALUS_TRY_ASSIGN(h.parent_hash, in.fixed<32>());
    SALUS_TRY_ASSIGN(h.ommers_hash, in.fixed<32>());
    SALUS_TRY_ASSIGN(h.coinbase, in.fixed<20>());
    SALUS_TRY_ASSIGN(h.state_root, in.fixed<32>());
    SALUS_TRY_ASSIGN(h.transactions_root, in.fixed<32>());
    SALUS_TRY_ASSIGN(h.receipts_root, in.fixed<32>());
    SALUS_TRY_ASSIGN(h.logs_bloom, in.fixed<256>());
    return ok_status();
}

Status read_numbers(Reader& in, BlockHeader& h) {
    SALUS_TRY_ASSIGN(h.difficulty, in.integer());
    SALUS_TRY_ASSIGN(h.number, in.u64());
    SALUS_TRY_ASSIGN(h.gas_limit, in.u64());
    SALUS_TRY_ASSIGN(h.gas_used, in.u64());
    SALUS_TRY_ASSIGN(h.timestamp, in.u64());
    SALUS_TRY_ASSIGN(const ByteView extra, in.bytes());
    h.extra_data = to_bytes(extra);
    SALUS_TRY_ASSIGN(h.prev_randao, in.fixed<32>());
    SALUS_TRY_ASSIGN(h.nonce, in.fixed<8>());
    return ok_status();
}

Status read_later_forks(Reader& in, BlockHeader& h) {
    if (in.done()) return ok_status();
    SALUS_TRY_ASSIGN(h.base_fee_per_gas, in.integer());
    if (in.done()) return ok_status();
    SALUS_TRY_ASSIGN(h.withdrawals_root, in.fixed<32>());
    if (in.done()) return ok_status();
    SALUS_TRY_ASSIGN(h.blob_gas_used, in.u64());
    SALUS_TRY_ASSIGN(h.excess_blob_gas, in.u64());
    SALUS_TRY_ASSIGN(h.parent_beacon_block_root, in.fixed<32>());
    if (in.done()) return ok_status();
    SALUS_TRY_ASSIGN(h.requests_hash, in.fixed<32>());
    return in.end();
}

Result<BlockHeader> read_header(Reader& in) {
    BlockHeader out;
    SALUS_TRY(read_roots(in, out));
    SALUS_TRY(read_numbers(in, out));
    SALUS_TRY(read_later_forks(in, out));
    return out;
}

Result<Withdrawal> read_withdrawal(Reader& list) {
    SALUS_TRY_ASSIGN(Reader in, list.list());
    Withdrawal out;
    SALUS_TRY_ASSIGN(out.index, in.u64());
    SALUS_TRY_ASSIGN(out.validator_index, in.u64());
    SALUS_TRY_ASSIGN(out.address, in.fixed<20>());
    SALUS_TRY_ASSIGN(out.amount_gwei, in.u64());
    SALUS_TRY(in.end());
    return out;
}

void write_withdrawal(Writer& out, const Withdrawal& withdrawal) {
    out.open_list().integer(withdrawal.index).integer(withdrawal.validator_index);
    out.fixed(withdrawal.address).integer(withdrawal.amount_gwei).close_list();
}

// In a block a legacy transaction is a list, a typed one a string (EIP-2718).
void write_transaction(Writer& out, const Transaction& transaction) {
    const Bytes encoded = encode(transaction);
    if (transaction.type == TransactionType::legacy) {
        out.raw(encoded);
    } else {
        out.bytes(encoded);
    }
}

Result<Transaction> read_transaction(Reader& list) {
    SALUS_TRY_ASSIGN(const auto item, list.item());
    if (item.is_list) return decode_transaction(item.encoded);
    if (!item.payload.empty() && item.payload[0] >= 0xc0) {
        return Error(kMalformed, "a legacy transaction inside a string");
    }
    return decode_transaction(item.payload);
}

Status read_transactions(Reader& in, Block& block) {
    SALUS_TRY_ASSIGN(Reader list, in.list());
    while (!list.done()) {
        SALUS_TRY_ASSIGN(Transaction transaction, read_transaction(list));
        block.transactions.push_back(std::move(transaction));
    }
    return ok_status();
}

Status read_ommers(Reader& in, Block& block) {
    SALUS_TRY_ASSIGN(Reader list, in.list());
    while (!list.done()) {
        SALUS_TRY_ASSIGN(Reader header, list.list());
        SALUS_TRY_ASSIGN(BlockHeader ommer, read_header(header));
        block.ommers.push_back(std::move(ommer));
    }
    return ok_status();
}

Status read_withdrawals(Reader& in, Block& block) {
    if (in.done()) return ok_status();
    SALUS_TRY_ASSIGN(Reader list, in.list());
    block.withdrawals.emplace();
    while (!list.done()) {
        SALUS_TRY_ASSIGN(const Withdrawal withdrawal, read_withdrawal(list));
        block.withdrawals->push_back(withdrawal);
    }
    return in.end();
}

} // namespace

Bytes encode(const BlockHeader& header) {
    Writer out;
    write_header(out, header);
    return out.take();
}

Bytes encode(const Withdrawal& withdrawal) {
    Writer out;
    write_withdrawal(out, withdrawal);
    return out.take();
}

Bytes encode(const Block& block) {
    Writer out;
    out.open_list();
    write_header(out, block.header);
    out.open_list();
    for (const Transaction& transaction : block.transactions) write_transaction(out, transaction);
    out.close_list().open_list();
    for (const BlockHeader& ommer : block.ommers) write_header(out, ommer);
    out.close_list();
    if (block.withdrawals) {
        out.open_list();
        for (const Withdrawal& withdrawal : *block.withdrawals) write_withdrawal(out, withdrawal);
        out.close_list();
    }
    return out.close_list().take();
}

Result<BlockHeader> decode_header(ByteView raw) {
    SALUS_TRY_ASSIGN(Reader in, Reader::list_of(raw));
    return read_header(in);
}

Result<Block> decode_block(ByteView raw) {
    SALUS_TRY_ASSIGN(Reader in, Reader::list_of(raw));
    Block out;
    SALUS_TRY_ASSIGN(Reader header, in.list());
    SALUS_TRY_ASSIGN(out.header, read_header(header));
    SALUS_TRY(read_transactions(in, out));
    SALUS_TRY(read_ommers(in, out));
    SALUS_TRY(read_withdrawals(in, out));
    return out;
}

Hash32 hash(const BlockHeader& header) {
    return crypto::keccak256(encode(header));
}

Hash32 ommers_hash(std::span<const BlockHeader> ommers) {
    if (ommers.empty()) return kEmptyOmmersHash;
    Writer out;
    out.open_list();
    for (const BlockHeader& ommer : ommers) write_header(out, ommer);
    return crypto::keccak256(out.close_list().take());
}

} // namespace salus::state
