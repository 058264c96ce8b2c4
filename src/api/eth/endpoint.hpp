#pragma once
// Ethereum JSON-RPC 2.0 over HTTP (POST / and /rpc) and WebSocket (the same paths).
// Methods, shapes and error codes: execution-apis; EIP-1474, EIP-1898.

#include <functional>
#include <memory>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "http/client.hpp"
#include "http/router.hpp"

namespace salus::chain {
class Chain;
}
namespace salus::follow {
class Follower;
}

namespace salus::api::eth {

std::int64_t steady_ms(); // milliseconds of a clock that never goes back

struct EndpointOptions {
    std::string client_version = "Salus/v0.1.0";   // web3_clientVersion
    std::size_t batch_limit = 1000;                // requests in a batch
    std::size_t response_limit = 25 * 1024 * 1024; // bytes of all answers of a batch
    std::chrono::milliseconds batch_time{5'000};   // no request of a batch begins after it
    std::function<std::int64_t()> now_ms = steady_ms;
    std::chrono::milliseconds call_time{5'000};  // of one eth_call, eth_simulateV1 and the like
    std::chrono::milliseconds trace_time{5'000}; // and of one debug_trace*
    bool testing = false;                        // offers testing_*, for the conformance suites
    std::size_t request_limit = 5 * 1024 * 1024; // bytes; more: HTTP 413
    std::size_t depth_limit = 32;                // nesting of a request's JSON
    std::chrono::seconds filter_timeout{300};    // a filter that nobody asks is forgotten
    std::size_t filter_limit = 1024;             // filters of the whole server
    std::size_t subscription_limit = 64;         // of one WebSocket connection
    std::optional<Address> sealer;               // whose signatures salus_getSeal gives
    follow::Follower* follower = nullptr;        // of a node that follows; outlives the server
    // Proxy: requests for methods outside the list are refused with -32601.
    std::chrono::milliseconds proxy_timeout{30'000};
};

// Lives as long as the server whose router it has registered itself with; ends before `chain`.
class Endpoint {
public:
    virtual ~Endpoint() = default;
    // The answer to one HTTP body; empty for notifications alone. For tests and tools.
    virtual std::string answer(std::string_view body) = 0;
};

std::unique_ptr<Endpoint> serve_chain(http::Router& router, chain::Chain& chain, const Clock& clock,
                                      Random& random, EndpointOptions options = {});

// For --eth-rpc: the same methods, answered by the node at `remote`. Subscriptions are polled.
std::unique_ptr<Endpoint> serve_proxy(http::Router& router, http::Url remote, Random& random,
                                      EndpointOptions options = {});

} // namespace salus::api::eth
