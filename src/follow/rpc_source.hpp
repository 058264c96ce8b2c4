#pragma once
// A Source over a node's JSON-RPC port.

#include "follow/source.hpp"
#include "http/client.hpp"

namespace salus::follow {

struct RpcOptions {
    std::chrono::milliseconds timeout{10'000};        // of one request
    std::chrono::milliseconds blocks_timeout{20'000}; // of one for blocks
    std::string ca_file;                              // of https; the system's where empty
};

Result<std::unique_ptr<Source>> open_rpc_source(const std::string& url,
                                                const RpcOptions& options = {}); // http.bad_url

} // namespace salus::follow
