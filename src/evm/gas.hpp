#pragma once
// Prices that are not an instruction's base gas. Sources: Yellow Paper appendix G and the EIPs
// named.

#include "evm/host.hpp"

namespace salus::evm::gas {

inline constexpr std::int64_t kWordCopy = 3;
inline constexpr std::int64_t kKeccakWord = 6;
inline constexpr std::int64_t kInitCodeWord = 2; // EIP-3860
inline constexpr std::int64_t kLogByte = 8;
inline constexpr std::int64_t kNewAccount = 25'000;
inline constexpr std::int64_t kCallValue = 9'000;
inline constexpr std::int64_t kCallStipend = 2'300;
inline constexpr std::int64_t kSelfDestructRefund = 24'000;
inline constexpr std::int64_t kColdAccount = 2'600; // EIP-2929
inline constexpr std::int64_t kColdStorage = 2'100;
inline constexpr std::int64_t kWarmAccess = 100;
inline constexpr std::int64_t kColdAccountExtra = kColdAccount - kWarmAccess;
inline constexpr std::int64_t kColdStorageExtra = kColdStorage - kWarmAccess;
inline constexpr std::int64_t kStorageSentry = 2'300; // EIP-2200: SSTORE needs more than this left

constexpr std::uint64_t words(std::uint64_t bytes) {
    return (bytes + 31) / 32;
}
// Of a whole memory of that many words (Yellow Paper, appendix H).
constexpr std::int64_t memory(std::uint64_t word_count) {
    return static_cast<std::int64_t>(3 * word_count + word_count * word_count / 512);
}

struct StorageCost {
    std::int64_t gas = 0;
    std::int64_t refund = 0; // may be negative
};
// Of SSTORE without the cold surcharge (EIP-1283, 2200, 2929, 3529).
StorageCost storage_cost(Revision revision, StorageChange change);

} // namespace salus::evm::gas
