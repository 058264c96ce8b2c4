#pragma once
// The Engine API over HTTP (POST /), on a server of its own (execution-apis, src/engine).

#include "api/eth/endpoint.hpp"
#include "crypto/secret.hpp"

namespace salus::api::engine {

struct EndpointOptions {
    std::string version = "v0.1.0";  // engine_getClientVersionV1
    std::string commit = "00000000"; // the first 4 bytes of the build's commit, hex
    std::size_t bodies_limit = 1024; // payload bodies in one answer; the specification's least: 32
    std::size_t blobs_limit = 128;   // blobs asked for at once
    eth::EndpointOptions rpc = [] {  // sizes, nesting, batches
        eth::EndpointOptions out;
        out.request_limit = 48 * 1024 * 1024; // a block of 8 MiB is 17 MB of hex, its JSON more
        out.response_limit = 256 * 1024 * 1024;
        return out;
    }();
};

// `chain` is driven (chain::Options::driven). Every request must carry a token made with `secret`
// (envelope/jwt.hpp), else HTTP 401. Lives as long as the server of `router`, ends before `chain`.
std::unique_ptr<eth::Endpoint> serve(http::Router& router, chain::Chain& chain, const Clock& clock,
                                     Random& random, const crypto::SecretKey32& secret,
                                     EndpointOptions options = {});

} // namespace salus::api::engine
