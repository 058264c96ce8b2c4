#include "chain/records.hpp"

#include "chain/chain.hpp"
#include "codec/rlp.hpp"

namespace salus::chain {

namespace rlp = codec::rlp;

namespace {

constexpr std::size_t kChecksumSize = 4;

void put_be(Byte* out, std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) {
        out[i] = static_cast<Byte>(value >> (8 * (bytes - 1 - i)));
    }
}
std::uint64_t load(ByteView bytes) {
    std::uint64_t out = 0;
    for (const Byte byte : bytes) out = (out << 8) | byte;
    return out;
}

std::uint32_t mix(std::uint32_t hash, ByteView bytes) { // FNV-1a
    for (const Byte byte : bytes) hash = (hash ^ byte) * 0x01000193u;
    return hash;
}
std::uint32_t checksum(Kind kind, ByteView key, ByteView value) {
    const Byte column_byte = column(kind);
    return mix(mix(mix(0x811c9dc5u, {&column_byte, 1}), key), value);
}

std::string describe(Kind kind) {
    return Chain::columns().at(column(kind));
}

Bytes optional_address(const std::optional<Address>& address) {
    return address ? to_bytes(ByteView(address->bytes)) : Bytes();
}
Result<std::optional<Address>> read_optional_address(rlp::Reader& in) {
    SALUS_TRY_ASSIGN(const ByteView bytes, in.bytes());
    if (bytes.empty()) return std::optional<Address>();
    if (bytes.size() != 20) return Error(rlp::kWrongLength, "address");
    return std::optional<Address>(right_aligned<20>(bytes));
}

void write_log(rlp::Writer& out, const state::Log& log) {
    out.open_list().fixed(log.address).open_list();
    for (const Hash32& topic : log.topics) out.fixed(topic);
    out.close_list().bytes(log.data).close_list();
}
Result<state::Log> read_log(rlp::Reader in) {
    state::Log log;
    SALUS_TRY_ASSIGN(log.address, in.fixed<20>());
    SALUS_TRY_ASSIGN(auto topics, in.list());
    while (!topics.done()) {
        SALUS_TRY_ASSIGN(const Hash32 topic, topics.fixed<32>());
        log.topics.push_back(topic);
    }
    SALUS_TRY_ASSIGN(const ByteView data, in.bytes());
    log.data = to_bytes(data);
    SALUS_TRY(in.end());
    return log;
}

} // namespace

FixedBytes<8> number_key(std::uint64_t number) {
    FixedBytes<8> out;
    put_be(out.data(), number, 8);
    return out;
}
std::uint64_t number_of_key(ByteView key) {
    SALUS_ASSERT(key.size() >= 8);
    return load(key.first(8));
}
FixedBytes<12> item_key(std::uint64_t number, std::uint64_t index) {
    FixedBytes<12> out;
    put_be(out.data(), number, 8);
    put_be(out.data() + 8, index, 4);
    return out;
}
Position position_of_key(ByteView key) {
    SALUS_ASSERT(key.size() == 12);
    return {load(key.first(8)), load(key.subspan(8))};
}
FixedBytes<64> slot_key(const Hash32& account, const Hash32& slot) {
    FixedBytes<64> out;
    std::memcpy(out.data(), account.data(), 32);
    std::memcpy(out.data() + 32, slot.data(), 32);
    return out;
}
FixedBytes<40> account_was_key(const Hash32& account, std::uint64_t number) {
    FixedBytes<40> out;
    std::memcpy(out.data(), account.data(), 32);
    put_be(out.data() + 32, number, 8);
    return out;
}
FixedBytes<72> storage_was_key(const Hash32& account, const Hash32& slot, std::uint64_t number) {
    FixedBytes<72> out;
    std::memcpy(out.data(), account.data(), 32);
    std::memcpy(out.data() + 32, slot.data(), 32);
    put_be(out.data() + 64, number, 8);
    return out;
}

void put_record(store::WriteBatch& batch, Kind kind, ByteView key, Bytes value) {
    const std::uint32_t sum = checksum(kind, key, value);
    value.resize(value.size() + kChecksumSize);
    put_be(value.data() + (value.size() - kChecksumSize), sum, kChecksumSize);
    batch.put(column(kind), key, std::move(value));
}

Result<Bytes> open_record(Kind kind, ByteView key, Bytes stored) {
    if (stored.size() >= kChecksumSize) {
        const std::size_t size = stored.size() - kChecksumSize;
        const ByteView all(stored);
        if (load(all.subspan(size)) == checksum(kind, key, all.first(size))) {
            stored.resize(size);
            return stored;
        }
    }
    return Error(kDamaged, "checksum of " + describe(kind) + "/" + to_hex(key));
}

Result<std::optional<Bytes>> get_record(const store::Reader& reader, Kind kind, ByteView key) {
    SALUS_TRY_ASSIGN(std::optional<Bytes> stored, reader.get(column(kind), key));
    if (!stored) return std::optional<Bytes>();
    SALUS_TRY_ASSIGN(Bytes value, open_record(kind, key, std::move(*stored)));
    return std::optional<Bytes>(std::move(value));
}

Bytes encode_record(const HeaderInfo& header) {
    rlp::Writer out;
    out.open_list().fixed(header.hash).integer(header.size).integer(header.transaction_count);
    out.raw(state::encode(header.header)).close_list();
    return out.take();
}

Result<HeaderInfo> decode_header_record(ByteView value) {
    SALUS_TRY_ASSIGN(auto in, rlp::Reader::list_of(value));
    HeaderInfo out;
    SALUS_TRY_ASSIGN(out.hash, in.fixed<32>());
    SALUS_TRY_ASSIGN(out.size, in.u64());
    SALUS_TRY_ASSIGN(out.transaction_count, in.u64());
    SALUS_TRY_ASSIGN(const rlp::Item header, in.item());
    SALUS_TRY_ASSIGN(out.header, state::decode_header(header.encoded));
    SALUS_TRY(in.end());
    if (crypto::keccak256(header.encoded) != out.hash) {
        return Error(kDamaged, "hash of block " + std::to_string(out.header.number));
    }
    return out;
}

Bytes encode_record(const TransactionInfo& transaction, ByteView raw) {
    rlp::Writer out;
    out.open_list().fixed(transaction.hash).fixed(transaction.sender);
    out.integer(transaction.effective_gas_price).bytes(raw).close_list();
    return out.take();
}

Result<TransactionInfo> decode_transaction_record(ByteView value, const Place& place) {
    SALUS_TRY_ASSIGN(auto in, rlp::Reader::list_of(value));
    TransactionInfo out;
    SALUS_TRY_ASSIGN(out.hash, in.fixed<32>());
    SALUS_TRY_ASSIGN(out.sender, in.fixed<20>());
    SALUS_TRY_ASSIGN(out.effective_gas_price, in.integer());
    SALUS_TRY_ASSIGN(const ByteView raw, in.bytes());
    SALUS_TRY_ASSIGN(out.transaction, state::decode_transaction(raw));
    SALUS_TRY(in.end());
    out.place = place;
    return out;
}

Bytes encode_record(const ReceiptInfo& receipt) {
    rlp::Writer out;
    out.open_list().fixed(receipt.transaction_hash).fixed(receipt.sender);
    out.bytes(optional_address(receipt.to)).bytes(optional_address(receipt.contract_address));
    out.integer(static_cast<std::uint64_t>(receipt.receipt.type));
    out.integer(std::uint64_t{receipt.receipt.success ? 1u : 0u});
    const auto& root = receipt.receipt.post_state;
    out.bytes(root ? ByteView(root->bytes) : ByteView());
    out.integer(receipt.receipt.cumulative_gas_used).integer(receipt.gas_used);
    out.integer(receipt.effective_gas_price).integer(receipt.first_log_index).open_list();
    for (const state::Log& log : receipt.receipt.logs) write_log(out, log);
    out.close_list().close_list();
    return out.take();
}

Result<ReceiptInfo> decode_receipt_record(ByteView value, const Place& place) {
    SALUS_TRY_ASSIGN(auto in, rlp::Reader::list_of(value));
    ReceiptInfo out;
    SALUS_TRY_ASSIGN(out.transaction_hash, in.fixed<32>());
    SALUS_TRY_ASSIGN(out.sender, in.fixed<20>());
    SALUS_TRY_ASSIGN(out.to, read_optional_address(in));
    SALUS_TRY_ASSIGN(out.contract_address, read_optional_address(in));
    SALUS_TRY_ASSIGN(const std::uint64_t type, in.u64());
    out.receipt.type = static_cast<state::TransactionType>(type);
    SALUS_TRY_ASSIGN(const std::uint64_t success, in.u64());
    out.receipt.success = success == 1;
    SALUS_TRY_ASSIGN(const ByteView root, in.bytes());
    if (!root.empty()) {
        if (root.size() != 32) return Error(rlp::kWrongLength, "state root");
        out.receipt.post_state = right_aligned<32>(root);
    }
    SALUS_TRY_ASSIGN(out.receipt.cumulative_gas_used, in.u64());
    SALUS_TRY_ASSIGN(out.gas_used, in.u64());
    SALUS_TRY_ASSIGN(out.effective_gas_price, in.integer());
    SALUS_TRY_ASSIGN(out.first_log_index, in.u64());
    SALUS_TRY_ASSIGN(auto logs, in.list());
    while (!logs.done()) {
        SALUS_TRY_ASSIGN(auto log_reader, logs.list());
        SALUS_TRY_ASSIGN(state::Log log, read_log(log_reader));
        out.receipt.logs.push_back(std::move(log));
    }
    SALUS_TRY(in.end());
    out.receipt.bloom = state::logs_bloom(out.receipt.logs);
    out.place = place;
    return out;
}

Bytes encode_record(const BodyRest& rest) {
    rlp::Writer out;
    out.open_list().open_list();
    for (const state::BlockHeader& ommer : rest.ommers) out.raw(state::encode(ommer));
    out.close_list().open_list();
    for (const state::Withdrawal& withdrawal : rest.withdrawals) out.raw(state::encode(withdrawal));
    return out.close_list().close_list().take();
}

Result<BodyRest> decode_body_record(ByteView value) {
    BodyRest out;
    SALUS_TRY_ASSIGN(auto in, rlp::Reader::list_of(value));
    SALUS_TRY_ASSIGN(auto ommers, in.list());
    while (!ommers.done()) {
        SALUS_TRY_ASSIGN(const rlp::Item item, ommers.item());
        SALUS_TRY_ASSIGN(state::BlockHeader ommer, state::decode_header(item.encoded));
        out.ommers.push_back(std::move(ommer));
    }
    SALUS_TRY_ASSIGN(auto withdrawals, in.list());
    while (!withdrawals.done()) {
        SALUS_TRY_ASSIGN(auto fields, withdrawals.list());
        state::Withdrawal withdrawal;
        SALUS_TRY_ASSIGN(withdrawal.index, fields.u64());
        SALUS_TRY_ASSIGN(withdrawal.validator_index, fields.u64());
        SALUS_TRY_ASSIGN(withdrawal.address, fields.fixed<20>());
        SALUS_TRY_ASSIGN(withdrawal.amount_gwei, fields.u64());
        out.withdrawals.push_back(withdrawal);
    }
    SALUS_TRY(in.end());
    return out;
}

Bytes encode_record(const Touched& touched) {
    rlp::Writer out;
    out.open_list();
    for (const auto& [account, slots] : touched.accounts) {
        out.open_list().fixed(account).open_list();
        for (const Hash32& slot : slots) out.fixed(slot);
        out.close_list().close_list();
    }
    return out.close_list().take();
}

Result<Touched> decode_touched_record(ByteView value) {
    Touched out;
    SALUS_TRY_ASSIGN(auto in, rlp::Reader::list_of(value));
    while (!in.done()) {
        SALUS_TRY_ASSIGN(auto item, in.list());
        SALUS_TRY_ASSIGN(const Hash32 account, item.fixed<32>());
        std::vector<Hash32>& slots = out.accounts[account];
        SALUS_TRY_ASSIGN(auto list, item.list());
        while (!list.done()) {
            SALUS_TRY_ASSIGN(const Hash32 slot, list.fixed<32>());
            slots.push_back(slot);
        }
    }
    return out;
}

} // namespace salus::chain
