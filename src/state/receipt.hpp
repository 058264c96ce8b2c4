#pragma once
// Logs and receipts (Yellow Paper 4.4.1; EIP-658 status, EIP-2718 types).

#include "state/transaction.hpp"

namespace salus::state {

struct Log {
    Address address;
    std::vector<Hash32> topics; // at most 4
    Bytes data;
    friend bool operator==(const Log&, const Log&) = default;
};

struct Receipt {
    TransactionType type = TransactionType::legacy;
    bool success = false;
    std::optional<Hash32> post_state; // before Byzantium instead of the status
    std::uint64_t cumulative_gas_used = 0;
    Bloom bloom;
    std::vector<Log> logs;
    friend bool operator==(const Receipt&, const Receipt&) = default;
};

void add_to_bloom(Bloom& bloom, ByteView item); // three bits of keccak256(item)
void add_to_bloom(Bloom& bloom, const Bloom& other);
Bloom logs_bloom(std::span<const Log> logs);

Bytes encode(const Receipt& receipt); // EIP-2718: type byte, then the list
Result<Receipt> decode_receipt(ByteView raw);
// keccak256(rlp(logs)), what state tests compare.
Hash32 logs_hash(std::span<const Log> logs);

} // namespace salus::state
