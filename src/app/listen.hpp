#pragma once
// The server of `salus serve`, with what the command line says of it.

#include "app/options.hpp"
#include "http/server.hpp"

namespace salus::app {

// Started. The error names the flags.
Result<std::unique_ptr<http::Server>> listen(const ServeOptions& options, http::Router router,
                                             const Clock& clock, Random& random,
                                             http::Metrics& metrics);

} // namespace salus::app
