#pragma once
// How transactions and system calls run on a journal; used by apply_transaction, simulate and
// BlockExecutor.

#include <limits>

#include "state/execution_host.hpp"

namespace salus::state {

// Gas is counted in signed 64-bit numbers.
inline constexpr std::uint64_t kMaxGas = std::numeric_limits<std::int64_t>::max();

// Init code size (EIP-3860), intrinsic gas and floor.
Status check_intrinsic_gas(const Transaction& transaction, evm::Revision revision);

inline bool offers_no_fee(const Transaction& tx) {
    return !tx.max_fee_per_gas && !tx.max_priority_fee_per_gas;
}

// What a message does before its fees are settled.
struct MessageRun {
    evm::CallResult result;
    std::uint64_t gas_used = 0;     // after refunds and floor
    std::uint64_t gas_refunded = 0; // refunds that counted
    std::uint64_t gas_peak = 0;     // before refunds
};
// Warms what EIP-2929 and 2930 say, applies authorizations (EIP-7702), runs. The gas limit holds
// the intrinsic gas.
// The sender's nonce is raised.
MessageRun run_message(Journal& journal, const Environment& environment,
                       const Transaction& transaction, const Address& sender,
                       const uint256& gas_price);

// A whole transaction: checked, bought, run, settled; the journal is at the next transaction
// then. A refused one leaves the journal unchanged. `gas_available`, `blobs_available`: what is
// left in the block. The receipt's cumulative gas is this transaction's alone.
struct BlockSpace {
    std::uint64_t gas = 0;
    std::uint64_t blob_gas = 0;
    Rigour rigour = Rigour::block;
};
Result<TransactionOutcome> execute_transaction(Journal& journal, const Environment& environment,
                                               const Transaction& transaction,
                                               const Address& sender, const BlockSpace& space);

// A call by the system (EIP-4788 and its like): no fee, 30,000,000 gas, not counted. None where
// the contract has no code.
std::optional<evm::CallResult> system_call(Journal& journal, const Environment& environment,
                                           const Address& contract, ByteView input);

} // namespace salus::state
