#include "app/listen.hpp"

namespace salus::app {
namespace {
constexpr std::chrono::seconds kIssueTimeout{300}; // a request with thousands of certificates
}

Result<std::unique_ptr<http::Server>> listen(const ServeOptions& options, http::Router router,
                                             const Clock& clock, Random& random,
                                             http::Metrics& metrics) {
    http::ServerOptions settings;
    settings.address = options.http_addr;
    settings.port = options.http_port;
    settings.cors_origins = options.cors_domains;
    settings.vhosts = options.vhosts;
    settings.handler_threads = options.handler_threads;
    settings.handler_timeout = kIssueTimeout;
    auto out = std::make_unique<http::Server>(settings, std::move(router), clock, random, metrics);
    auto started = out->start();
    if (started.ok()) return out;
    return std::move(started).error().at("--http.addr " + options.http_addr + " --http.port " +
                                         std::to_string(options.http_port));
}

} // namespace salus::app
