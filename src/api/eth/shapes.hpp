#pragma once
// The JSON forms of blocks, transactions, receipts and logs (execution-apis, schemas).

#include "chain/types.hpp"
#include "codec/json.hpp"

namespace salus::api::eth {

std::string quantity(std::uint64_t value); // 0x…, no leading zeros
std::string quantity(const uint256& value);

boost::json::object to_json(const state::BlockHeader& header, const Hash32& hash);
boost::json::object to_json(const chain::Block& block, bool full_transactions);
boost::json::object to_json(const chain::TransactionInfo& transaction);
boost::json::object to_json(const chain::ReceiptInfo& receipt);
// `removed`: its block was left for another branch.
boost::json::object to_json(const chain::LogInfo& log, bool removed = false);
boost::json::array to_json(const std::vector<chain::LogInfo>& logs);
boost::json::object to_json(const chain::FeeHistory& history, bool with_rewards);

} // namespace salus::api::eth
