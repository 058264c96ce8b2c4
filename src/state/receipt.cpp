#include "state/receipt.hpp"

#include <algorithm>

#include "codec/rlp.hpp"
#include "crypto/hash.hpp"

namespace salus::state {

using codec::rlp::Reader;
using codec::rlp::Writer;

namespace {

// The three bits of `item`: 11-bit numbers from the first three byte pairs of its hash, counted
// from the least significant bit of the filter.
std::array<std::size_t, 3> bloom_bits(ByteView item) {
    const Hash32 digest = crypto::keccak256(item);
    std::array<std::size_t, 3> out{};
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = ((std::size_t{digest[2 * i]} << 8) | digest[2 * i + 1]) & 0x7ff;
    }
    return out;
}

std::size_t byte_of(std::size_t bit) {
    return Bloom::size() - 1 - bit / 8;
}

void write_logs(Writer& out, std::span<const Log> logs) {
    out.open_list();
    for (const Log& log : logs) {
        out.open_list().fixed(log.address).open_list();
        for (const Hash32& topic : log.topics) out.fixed(topic);
        out.close_list().bytes(log.data).close_list();
    }
    out.close_list();
}

Result<Log> read_log(Reader& list) {
    SALUS_TRY_ASSIGN(Reader in, list.list());
    Log out;
    SALUS_TRY_ASSIGN(out.address, in.fixed<20>());
    SALUS_TRY_ASSIGN(Reader topics, in.list());
    while (!topics.done()) {
        SALUS_TRY_ASSIGN(const Hash32 topic, topics.fixed<32>());
        out.topics.push_back(topic);
    }
    SALUS_TRY_ASSIGN(const ByteView data, in.bytes());
    out.data = to_bytes(data);
    SALUS_TRY(in.end());
    return out;
}

Status read_outcome(Reader& in, Receipt& receipt) {
    SALUS_TRY_ASSIGN(const ByteView value, in.bytes());
    if (value.size() == Hash32::size()) {
        receipt.post_state = right_aligned<32>(value);
        receipt.success = true;
        return ok_status();
    }
    if (value.size() > 1 || (value.size() == 1 && value[0] != 1)) {
        return Error(kMalformed, "receipt status");
    }
    receipt.success = value.size() == 1;
    return ok_status();
}

} // namespace

void add_to_bloom(Bloom& bloom, ByteView item) {
    for (const std::size_t bit : bloom_bits(item)) {
        bloom[byte_of(bit)] = static_cast<Byte>(bloom[byte_of(bit)] | (1U << (bit % 8)));
    }
}

void add_to_bloom(Bloom& bloom, const Bloom& other) {
    for (std::size_t i = 0; i < Bloom::size(); ++i) {
        bloom[i] = static_cast<Byte>(bloom[i] | other[i]);
    }
}

Bloom logs_bloom(std::span<const Log> logs) {
    Bloom out;
    const Log* last = nullptr; // what stands at the same place there is in the bloom already
    for (const Log& log : logs) {
        if (last == nullptr || log.address != last->address) add_to_bloom(out, log.address.bytes);
        for (std::size_t i = 0; i < log.topics.size(); ++i) {
            const bool again =
                last != nullptr && i < last->topics.size() && log.topics[i] == last->topics[i];
            if (!again) add_to_bloom(out, log.topics[i].bytes);
        }
        last = &log;
    }
    return out;
}

Bytes encode(const Receipt& receipt) {
    Writer out;
    const Byte type = static_cast<Byte>(receipt.type);
    if (receipt.type != TransactionType::legacy) out.raw({&type, 1});
    out.open_list();
    if (receipt.post_state) {
        out.fixed(*receipt.post_state);
    } else {
        out.integer(std::uint64_t{receipt.success ? 1U : 0U});
    }
    out.integer(receipt.cumulative_gas_used).fixed(receipt.bloom);
    write_logs(out, receipt.logs);
    return out.close_list().take();
}

Result<Receipt> decode_receipt(ByteView raw) {
    if (raw.empty()) return Error(kMalformed, "empty receipt");
    Receipt out;
    if (raw[0] < 0xc0) {
        if (raw[0] == 0 || raw[0] > 4) return Error(kUnknownType, std::to_string(raw[0]));
        out.type = static_cast<TransactionType>(raw[0]);
        raw = raw.subspan(1);
    }
    SALUS_TRY_ASSIGN(Reader in, Reader::list_of(raw));
    SALUS_TRY(read_outcome(in, out));
    SALUS_TRY_ASSIGN(out.cumulative_gas_used, in.u64());
    SALUS_TRY_ASSIGN(out.bloom, in.fixed<256>());
    SALUS_TRY_ASSIGN(Reader logs, in.list());
    while (!logs.done()) {
        SALUS_TRY_ASSIGN(Log log, read_log(logs));
        out.logs.push_back(std::move(log));
    }
    SALUS_TRY(in.end());
    return out;
}

Hash32 logs_hash(std::span<const Log> logs) {
    Writer out;
    write_logs(out, logs);
    return crypto::keccak256(out.take());
}

} // namespace salus::state
