#pragma once
// Names of contract functions, errors and events as they stand in calls and logs (Contract ABI
// Specification). Here and not beside codec/abi.hpp because they need a hash.

#include "base/bytes.hpp"

namespace salus::envelope {

using Selector = FixedBytes<4>;

Selector selector(std::string_view signature);  // "transfer(address,uint256)"
Hash32 event_topic(std::string_view signature); // "Transfer(address,address,uint256)"

} // namespace salus::envelope
