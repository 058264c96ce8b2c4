#pragma once
// What the system does around the transactions of a block: roots into ring buffers before them
// (EIP-4788, EIP-2935), requests to the consensus layer after them (EIP-7685).

#include "state/block.hpp"
#include "state/execution.hpp"

namespace salus::state {

// The calls at the start of a block; contracts without code are passed over.
void start_block(Journal& journal, const Environment& environment, const BlockHeader& parent,
                 const Hash32& parent_beacon_block_root);

// The non-empty requests in the order of their types: deposits (EIP-6110), withdrawals
// (EIP-7002), consolidations (EIP-7251). kSystemCall, kDepositLog.
Result<std::vector<Bytes>> collect_requests(Journal& journal, const Environment& environment,
                                            const Address& deposit_contract,
                                            std::span<const TransactionOutcome> outcomes);

Address deposit_contract(const ChainConfig& config); // EIP-6110

Hash32 transactions_root(std::span<const Transaction> transactions);
Hash32 withdrawals_root(std::span<const Withdrawal> withdrawals);

} // namespace salus::state
