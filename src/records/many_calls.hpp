#pragma once
// Many view calls of contracts at one block, in one eth_call where the endpoint allows it: the call
// is a creation whose code asks one after the other and reverts with all answers (a revert's data
// has no bounds of size and form, as the code of a contract has). An endpoint that refuses this is
// asked call by call.

#include "eth/chain.hpp"

namespace salus::records {

struct ViewCall {
    Address to;
    Bytes data;
};

// The answers in their order. eth.*: a call that reverts refuses all.
Result<std::vector<Bytes>> call_all(eth::Chain& chain, const std::vector<ViewCall>& calls,
                                    const eth::BlockRef& at);

// The creation code, for its test. At most kMaxAtOnce calls of at most 4 KiB.
inline constexpr std::size_t kMaxAtOnce = 64;
Bytes code_of(std::span<const ViewCall> calls);

} // namespace salus::records
