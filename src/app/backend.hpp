#pragma once
// The chain that a node works on: the embedded one in its data directory, or an outside node.
// Nothing above eth::Chain knows which.

#include <memory>

#include "app/key_ring.hpp"
#include "app/options.hpp"
#include "app/sealer.hpp"
#include "chain/chain.hpp"
#include "eth/chain.hpp"

namespace salus::app {

struct Backend {
    std::unique_ptr<KeySealer> sealer;      // embedded alone
    std::unique_ptr<chain::Chain> embedded; // none with --eth-rpc
    std::unique_ptr<eth::Chain> chain;
};

// The embedded chain of --engine, which seals nothing. clock and random outlive it.
Result<std::unique_ptr<chain::Chain>> open_driven_chain(const ServeOptions& options, Clock& clock,
                                                        Random& random);

// clock and random outlive it.
Result<Backend> open_backend(const ServeOptions& options, const KeyRing& keys, Clock& clock,
                             Random& random);

} // namespace salus::app
