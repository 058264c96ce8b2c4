#pragma once
// What still fits into the block in the making: gas, bytes up to EIP-7934.

#include "chain/pool.hpp"
#include "state/parameters.hpp"

namespace salus::chain {

class Packing {
public:
    explicit Packing(std::uint64_t gas_room) : gas_room_(gas_room) {} // Core::gas_room

    // Whether the transaction may follow when `gas_used` is taken already.
    bool fits(const Pooled& entry, std::uint64_t gas_used) const {
        return gas_used + entry.info->transaction.gas_limit <= gas_room_ &&
               bytes_ + size_of(entry) <= state::kMaxBlockSize;
    }
    void add(const Pooled& entry) { bytes_ += size_of(entry); }

private:
    static constexpr std::uint64_t kHeaderBytes = 4096; // a header has about 700, lists the rest
    static constexpr std::uint64_t kRlpHeader = 5;      // of a typed transaction's string
    static std::uint64_t size_of(const Pooled& entry) { return entry.raw.size() + kRlpHeader; }

    std::uint64_t gas_room_;
    std::uint64_t bytes_ = kHeaderBytes;
};

} // namespace salus::chain
