#pragma once
// Registers POST and WebSocket of one backend. Internal to api/eth.

#include "api/eth/socket.hpp"
#include "http/router.hpp"

namespace salus::api::eth {

void add_routes(http::Router& router, Backend& backend, const EndpointOptions& options,
                Random& random, FeedMaker make_feed);

} // namespace salus::api::eth
