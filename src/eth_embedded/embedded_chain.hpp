#pragma once
// eth::Chain on the embedded chain, in process.

#include <memory>

#include "chain/chain.hpp"
#include "eth/chain.hpp"

namespace salus::eth_embedded {

// `chain` outlives the result. Errors are those of eth/chain.hpp, as a remote node's would be:
// a refusal without a kind of its own is kRpcError, with the reason in its detail. Submitting a
// transaction that is pending already gives its hash.
std::unique_ptr<eth::Chain> make_chain(chain::Chain& chain);

} // namespace salus::eth_embedded
