#include "chain/log_index.hpp"

#include <unordered_set>

namespace salus::chain {
namespace {

FixedBytes<8> prefix_of(ByteView item) {
    const Hash32 hash = crypto::keccak256(item);
    FixedBytes<8> out;
    std::copy_n(hash.begin(), out.size(), out.begin());
    return out;
}

FixedBytes<16> key_of(const FixedBytes<8>& prefix, std::uint64_t number) {
    FixedBytes<16> out;
    const FixedBytes<8> tail = number_key(number);
    std::copy(prefix.begin(), prefix.end(), out.begin());
    std::copy(tail.begin(), tail.end(), out.begin() + prefix.size());
    return out;
}

template <typename Items>
void add_choices(const Items& items, std::vector<FixedBytes<8>>& out) {
    for (const auto& item : items) out.push_back(prefix_of(item.bytes));
}

} // namespace

std::vector<FixedBytes<16>> log_index_keys(std::uint64_t number,
                                           std::span<const ReceiptInfo> receipts) {
    std::unordered_set<Address> addresses;
    std::unordered_set<Hash32> topics;
    for (const ReceiptInfo& receipt : receipts) {
        for (const state::Log& log : receipt.receipt.logs) {
            addresses.insert(log.address);
            topics.insert(log.topics.begin(), log.topics.end());
        }
    }
    std::vector<FixedBytes<8>> prefixes;
    prefixes.reserve(addresses.size() + topics.size());
    add_choices(addresses, prefixes);
    add_choices(topics, prefixes);
    std::vector<FixedBytes<16>> out;
    out.reserve(prefixes.size());
    for (const FixedBytes<8>& prefix : prefixes) out.push_back(key_of(prefix, number));
    return out;
}

void put_log_index(store::WriteBatch& batch, std::uint64_t number,
                   std::span<const ReceiptInfo> receipts) {
    for (const auto& key : log_index_keys(number, receipts)) {
        put_record(batch, Kind::log_index, key.bytes, {});
    }
}

void erase_log_index(store::WriteBatch& batch, std::uint64_t number,
                     std::span<const ReceiptInfo> receipts) {
    for (const auto& key : log_index_keys(number, receipts)) {
        batch.erase(column(Kind::log_index), key.bytes);
    }
}

LogBlocks::LogBlocks(const store::Reader& reader, const LogFilter& filter) : reader_(reader) {
    const auto add = [this](const auto& items) {
        if (items.empty()) return; // any will do
        std::vector<FixedBytes<8>> prefixes;
        add_choices(items, prefixes);
        Choices& choices = positions_.emplace_back();
        for (const FixedBytes<8>& prefix : prefixes) choices.push_back({prefix});
    };
    add(filter.addresses);
    for (const auto& topic : filter.topics) add(topic);
}

Status LogBlocks::seek(Item& item, std::uint64_t from) const {
    if (item.looked && (!item.at || *item.at >= from)) return ok_status();
    item.looked = true;
    item.at.reset();
    Status status = ok_status();
    const auto visit = [&](ByteView key, ByteView stored) {
        if (key.size() != 16 || !equal(key.first(item.prefix.size()), item.prefix.bytes)) {
            return false;
        }
        const auto record = open_record(Kind::log_index, key, to_bytes(stored));
        if (!record.ok()) return status = record.error(), false;
        item.at = number_of_key(key.subspan(item.prefix.size()));
        return false;
    };
    SALUS_TRY(reader_.scan(column(Kind::log_index), key_of(item.prefix, from).bytes, visit));
    return status;
}

Result<std::optional<std::uint64_t>> LogBlocks::next_of(Choices& choices,
                                                        std::uint64_t from) const {
    std::optional<std::uint64_t> out;
    for (Item& item : choices) {
        SALUS_TRY(seek(item, from));
        if (item.at && (!out || *item.at < *out)) out = item.at;
    }
    return out;
}

Result<std::optional<std::uint64_t>> LogBlocks::next(std::uint64_t from, std::uint64_t last) {
    SALUS_ASSERT(constrained());
    std::size_t agreed = 0; // positions that have block `from`
    for (std::size_t at = 0; from <= last; at = (at + 1) % positions_.size()) {
        SALUS_TRY_ASSIGN(const auto found, next_of(positions_[at], from));
        if (!found) break;
        agreed = *found == from ? agreed + 1 : 1;
        from = *found;
        if (agreed == positions_.size() && from <= last) return std::optional(from);
    }
    return std::optional<std::uint64_t>();
}

} // namespace salus::chain
