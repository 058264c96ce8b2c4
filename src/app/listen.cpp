#include "app/listen.hpp"

#include <sys/resource.h>

#include "base/log.hpp"

namespace salus::app {
namespace {
constexpr std::chrono::seconds kIssueTimeout{300}; // a request with thousands of certificates

// The limit of open files, now as high as this process may set it.
std::size_t raise_file_limit() {
    constexpr std::size_t kEnough = std::size_t{1} << 20;
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return 1024;
    files.rlim_cur = files.rlim_max == RLIM_INFINITY ? kEnough : files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    ::getrlimit(RLIMIT_NOFILE, &files);
    return std::min<std::size_t>(files.rlim_cur, kEnough);
}

} // namespace

http::ServerOptions server_options(const ServeOptions& options) {
    http::ServerOptions out;
    out.address = options.http_addr;
    out.port = options.http_port;
    out.cors_origins = options.cors_domains;
    out.vhosts = options.vhosts;
    out.handler_threads = options.handler_threads;
    out.rate.per_second = options.http_rate;
    out.rate.burst = 4 * options.http_rate;
    out.rate.exempt_loopback = !options.limit_loopback;
    constexpr std::size_t kOwnFiles = 1024; // databases, listening sockets, logs, with a margin
    const std::size_t files = raise_file_limit();
    const std::size_t room = files - std::min(kOwnFiles, files / 2);
    out.connection_limit = std::min(options.http_connections, room);
    if (out.connection_limit < options.http_connections) {
        log::warn("fewer connections than --http.connections: the limit of open files is low",
                  {{"connections", std::to_string(out.connection_limit)},
                   {"files", std::to_string(files)}});
    }
    return out;
}

Result<std::unique_ptr<http::Server>> listen(const ServeOptions& options, http::Router router,
                                             const Clock& clock, Random& random,
                                             http::Metrics& metrics) {
    http::ServerOptions settings = server_options(options);
    settings.handler_timeout = kIssueTimeout;
    auto out = std::make_unique<http::Server>(settings, std::move(router), clock, random, metrics);
    auto started = out->start();
    if (started.ok()) return out;
    return std::move(started).error().at("--http.addr " + options.http_addr + " --http.port " +
                                         std::to_string(options.http_port));
}

} // namespace salus::app
