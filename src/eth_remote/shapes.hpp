#pragma once
// JSON of execution-apis ↔ values of eth. All errors are kBadAnswer. Internal to eth_remote.

#include "codec/json.hpp"
#include "eth_remote/remote_chain.hpp"

namespace salus::eth {

codec::Json block_json(const BlockRef& at);
codec::Json call_json(const CallRequest& request);
codec::Json filter_json(const LogFilter& filter, std::uint64_t from, std::uint64_t to);
std::string quantity_text(std::uint64_t value);

Result<std::uint64_t> u64_of(const codec::Json& value);
Result<uint256> uint256_of(const codec::Json& value);
Result<Bytes> bytes_of(const codec::Json& value);
Result<Hash32> hash_of(const codec::Json& value);
Result<Head> head_of(const codec::Json& value);
Result<Receipt> receipt_of(const codec::Json& value);
Result<std::vector<Log>> logs_of(const codec::Json& value);

} // namespace salus::eth
