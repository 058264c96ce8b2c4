#pragma once
// eth::Chain over JSON-RPC (execution-apis) to any Ethereum node: anvil, geth, besu, erigon, …

#include <memory>

#include "eth/chain.hpp"
#include "http/client.hpp"

namespace salus::eth {

inline constexpr ErrorKind kBadAnswer{"eth.bad_answer", "execution-apis: shape of the result"};

struct RemoteOptions {
    http::ClientOptions http;
    int retries = 4;                          // of reads, and of sends known to be harmless
    std::chrono::milliseconds backoff{100};   // doubled each time, to 2 s at most
    std::chrono::milliseconds head_poll{200}; // of wait_for_head
    std::uint64_t log_blocks = 10'000;        // asked for at once; halved when the node refuses
};

// No connection is made before the first call. Thread-safe.
std::unique_ptr<Chain> make_remote_chain(http::Url url, RemoteOptions options = {});

} // namespace salus::eth
