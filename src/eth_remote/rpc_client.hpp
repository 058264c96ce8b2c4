#pragma once
// JSON-RPC calls with retries, and the map from nodes' errors to ours. Internal to eth_remote.

#include "codec/json.hpp"
#include "eth_remote/remote_chain.hpp"

namespace salus::eth {

class RpcClient {
public:
    RpcClient(http::Url url, const RemoteOptions& options);

    // `repeat`: whether the call may be sent again after a failure on the way.
    Result<codec::Json> call(std::string_view method, codec::json::array params,
                             bool repeat = true);

private:
    Result<codec::Json> call_once(const std::string& body);

    const RemoteOptions options_;
    http::Client client_;
    std::atomic<std::uint64_t> next_id_{1};
};

// The error object of an answer: {"code", "message", "data"} as anvil, geth, besu, nethermind and
// erigon word it.
Error map_rpc_error(const codec::json::object& error);

} // namespace salus::eth
