#include "chain/assembly.hpp"
#include "chain/log_index.hpp"

namespace salus::chain {
namespace {

Bytes bytes_of(const FixedBytes<8>& key) {
    return to_bytes(ByteView(key.bytes));
}

// Calls `read` on each item of the block in its order.
template <typename Read>
Status read_items(const store::Reader& reader, Kind kind, const HeaderInfo& block, Read read) {
    const std::uint64_t number = block.header.number;
    std::uint64_t next = 0;
    Status status = ok_status();
    const auto visit = [&](ByteView key, ByteView stored) {
        const Position position = position_of_key(key);
        if (position.number != number) return false;
        if (position.index != next) return false;
        auto value = open_record(kind, key, to_bytes(stored));
        status = value.ok() ? read(*value, place_of(block, next)) : Status(value.error());
        ++next;
        return status.ok() && next < block.transaction_count;
    };
    if (block.transaction_count == 0) return status;
    SALUS_TRY(reader.scan(column(kind), item_key(number, 0).bytes, visit));
    if (status.ok() && next != block.transaction_count) {
        return Error(kDamaged, "items missing of block " + std::to_string(number));
    }
    return status;
}

std::uint64_t rlp_header_size(std::uint64_t payload) {
    if (payload < 56) return 1;
    std::uint64_t bytes = 1;
    while (payload >>= 8) ++bytes;
    return 1 + bytes;
}
std::uint64_t rlp_size(std::uint64_t payload) {
    return rlp_header_size(payload) + payload;
}

} // namespace

Result<HeaderInfo> stored_block(const store::Reader& reader) {
    SALUS_TRY_ASSIGN(const auto number, get_record(reader, Kind::meta, view(kMetaState)));
    if (!number || number->size() != 8) return Error(kDamaged, "no mark of the stored state");
    SALUS_TRY_ASSIGN(auto header, Archive(reader).header(number_of_key(*number)));
    if (!header) return Error(kDamaged, "the header of the stored state is missing");
    return std::move(*header);
}

Place place_of(const HeaderInfo& block, std::uint64_t index) {
    return {block.header.number, block.hash, index, block.header.timestamp};
}

Result<std::optional<HeaderInfo>> Archive::header(std::uint64_t number) const {
    SALUS_TRY_ASSIGN(auto value, get_record(reader_, Kind::headers, number_key(number).bytes));
    if (!value) return std::optional<HeaderInfo>();
    SALUS_TRY_ASSIGN(HeaderInfo header, decode_header_record(*value));
    return std::optional<HeaderInfo>(std::move(header));
}

Result<std::optional<std::uint64_t>> Archive::number_of(const Hash32& block_hash) const {
    SALUS_TRY_ASSIGN(auto value, get_record(reader_, Kind::numbers, block_hash.bytes));
    if (!value) return std::optional<std::uint64_t>();
    return std::optional<std::uint64_t>(number_of_key(*value));
}

Result<std::optional<Position>> Archive::position_of(const Hash32& transaction_hash) const {
    SALUS_TRY_ASSIGN(auto value, get_record(reader_, Kind::places, transaction_hash.bytes));
    if (!value) return std::optional<Position>();
    return std::optional<Position>(position_of_key(*value));
}

Result<std::optional<TransactionInfo>> Archive::transaction(const HeaderInfo& block,
                                                            std::uint64_t index) const {
    if (index >= block.transaction_count) return std::optional<TransactionInfo>();
    const auto key = item_key(block.header.number, index);
    SALUS_TRY_ASSIGN(auto value, get_record(reader_, Kind::transactions, key.bytes));
    if (!value) return Error(kDamaged, "a transaction is missing");
    SALUS_TRY_ASSIGN(auto out, decode_transaction_record(*value, place_of(block, index)));
    return std::optional<TransactionInfo>(std::move(out));
}

Result<std::optional<ReceiptInfo>> Archive::receipt(const HeaderInfo& block,
                                                    std::uint64_t index) const {
    if (index >= block.transaction_count) return std::optional<ReceiptInfo>();
    const auto key = item_key(block.header.number, index);
    SALUS_TRY_ASSIGN(auto value, get_record(reader_, Kind::receipts, key.bytes));
    if (!value) return Error(kDamaged, "a receipt is missing");
    SALUS_TRY_ASSIGN(auto out, decode_receipt_record(*value, place_of(block, index)));
    return std::optional<ReceiptInfo>(std::move(out));
}

Result<std::vector<TransactionInfo>> Archive::transactions(const HeaderInfo& block) const {
    std::vector<TransactionInfo> out;
    const auto read = [&](ByteView value, const Place& place) -> Status {
        SALUS_TRY_ASSIGN(TransactionInfo item, decode_transaction_record(value, place));
        out.push_back(std::move(item));
        return ok_status();
    };
    SALUS_TRY(read_items(reader_, Kind::transactions, block, read));
    return out;
}

Result<std::vector<ReceiptInfo>> Archive::receipts(const HeaderInfo& block) const {
    std::vector<ReceiptInfo> out;
    const auto read = [&](ByteView value, const Place& place) -> Status {
        SALUS_TRY_ASSIGN(ReceiptInfo item, decode_receipt_record(value, place));
        out.push_back(std::move(item));
        return ok_status();
    };
    SALUS_TRY(read_items(reader_, Kind::receipts, block, read));
    return out;
}

Result<BodyRest> Archive::body_rest(std::uint64_t number) const {
    SALUS_TRY_ASSIGN(const auto value, get_record(reader_, Kind::bodies, number_key(number).bytes));
    return value ? decode_body_record(*value) : Result<BodyRest>(BodyRest());
}

Result<std::optional<Signature65>> Archive::seal(std::uint64_t number) const {
    SALUS_TRY_ASSIGN(auto value, get_record(reader_, Kind::seals, number_key(number).bytes));
    if (!value) return std::optional<Signature65>();
    if (value->size() != Signature65::size()) return Error(kDamaged, "length of a seal");
    return std::optional<Signature65>(right_aligned<65>(*value));
}

Result<Bytes> Archive::code(const Hash32& code_hash) const {
    SALUS_TRY_ASSIGN(auto code, reader_.get(column(Kind::code), code_hash.bytes));
    if (!code) return Error(state::kMissingCode, to_hex0x(code_hash.bytes));
    if (crypto::keccak256(*code) != code_hash) {
        return Error(kDamaged, "code " + to_hex0x(code_hash.bytes));
    }
    return std::move(*code);
}

Status Archive::headers(std::uint64_t first, std::uint64_t last,
                        const std::function<bool(const HeaderInfo&)>& visit) const {
    Status status = ok_status();
    const auto each = [&](ByteView key, ByteView stored) {
        if (number_of_key(key) > last) return false;
        auto value = open_record(Kind::headers, key, to_bytes(stored));
        if (!value.ok()) return status = std::move(value).error(), false;
        auto header = decode_header_record(*value);
        if (!header.ok()) return status = std::move(header).error(), false;
        return visit(*header);
    };
    SALUS_TRY(reader_.scan(column(Kind::headers), number_key(first).bytes, each));
    return status;
}

std::uint64_t block_size(const state::BlockHeader& header, std::span<const ByteView> raws) {
    std::uint64_t transactions = 0;
    for (const ByteView raw : raws) {
        const bool legacy = raw[0] >= 0xc0; // a list by itself; others are wrapped in a string
        transactions += legacy ? raw.size() : rlp_size(raw.size());
    }
    const std::uint64_t withdrawals = header.withdrawals_root ? 1 : 0;
    return rlp_size(state::encode(header).size() + rlp_size(transactions) + 1 + withdrawals);
}

void put_block(store::WriteBatch& batch, const Assembled& of, std::span<const ByteView> raws,
               const std::optional<Signature65>& seal) {
    const HeaderInfo& header = of.info;
    const Block& block = *of.block;
    const std::uint64_t number = header.header.number;
    const FixedBytes<8> key = number_key(number);
    put_record(batch, Kind::headers, key.bytes, encode_record(header));
    put_record(batch, Kind::numbers, header.hash.bytes, bytes_of(key));
    for (std::size_t i = 0; i < block.transactions.size(); ++i) {
        const FixedBytes<12> item = item_key(number, i);
        const TransactionInfo& transaction = block.transactions[i];
        put_record(batch, Kind::transactions, item.bytes, encode_record(transaction, raws[i]));
        put_record(batch, Kind::receipts, item.bytes, encode_record((*of.receipts)[i]));
        put_record(batch, Kind::places, transaction.hash.bytes, to_bytes(ByteView(item.bytes)));
    }
    put_log_index(batch, number, *of.receipts);
    if (!block.ommers.empty() || !block.withdrawals.empty()) {
        put_record(batch, Kind::bodies, key.bytes,
                   encode_record(BodyRest{block.ommers, block.withdrawals}));
    }
    if (seal) put_record(batch, Kind::seals, key.bytes, to_bytes(ByteView(seal->bytes)));
    put_record(batch, Kind::meta, view(kMetaHead), bytes_of(key));
}

void erase_block(store::WriteBatch& batch, const Assembled& of) {
    const HeaderInfo& header = of.info;
    const std::vector<TransactionInfo>& transactions = of.block->transactions;
    const FixedBytes<8> key = number_key(header.header.number);
    for (const Kind kind : {Kind::headers, Kind::bodies, Kind::seals}) {
        batch.erase(column(kind), key.bytes);
    }
    batch.erase(column(Kind::numbers), header.hash.bytes);
    erase_log_index(batch, header.header.number, *of.receipts);
    for (std::size_t i = 0; i < transactions.size(); ++i) {
        const FixedBytes<12> item = item_key(header.header.number, i);
        batch.erase(column(Kind::transactions), item.bytes);
        batch.erase(column(Kind::receipts), item.bytes);
        batch.erase(column(Kind::places), transactions[i].hash.bytes);
    }
}

} // namespace salus::chain
