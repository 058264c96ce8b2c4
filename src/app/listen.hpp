#pragma once
// The server of `salus serve`, with what the command line says of it.

#include "app/options.hpp"
#include "http/server.hpp"

namespace salus::app {

// Started. The error names the flags.
// As --http.* say. Raises this process's limit of open files as far as it may, and takes no more
// connections than that leaves room for beside the databases' files.
http::ServerOptions server_options(const ServeOptions& options);

Result<std::unique_ptr<http::Server>> listen(const ServeOptions& options, http::Router router,
                                             const Clock& clock, Random& random,
                                             http::Metrics& metrics);

} // namespace salus::app
