#pragma once
// An HTTP/1.1 and WebSocket server on one address and port (RFC 9112, RFC 6455).
//
// I/O runs on its own threads; handlers run on a pool, so that a slow one stalls nobody, but for
// those that are known to be quick (RouteOptions::kind).
// Requests of one connection are answered in their order (pipelining). Bodies are never logged.
// A handler that throws is answered with 500, a fixed message and the correlation id, which
// the log line holds as well.

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "http/metrics.hpp"
#include "http/router.hpp"

namespace salus::http {

inline constexpr ErrorKind kCannotListen{"http.cannot_listen", "the address must be free and ours"};

struct RateLimit { // a token bucket for each client address
    double per_second = 500;
    double burst = 2000;
    bool exempt_loopback = true; // local tools, and a proxy on this machine, which limits itself
};

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8545; // 0: a free one
    std::size_t io_threads = std::clamp(std::thread::hardware_concurrency(), 1U, 16U);
    std::size_t handler_threads = 4;

    std::size_t header_limit = 16 * 1024;      // bytes of all header lines → 431
    std::size_t body_limit = 10 * 1024 * 1024; // → 413
    // Above: 503 and closed. One client has an eighth of them at most; loopback that `rate` exempts
    // has all but an eighth.
    std::size_t connection_limit = 1024;
    std::chrono::milliseconds read_timeout{30'000};    // from the first byte to the last → 408
    std::chrono::milliseconds handler_timeout{60'000}; // → 503; the handler's answer is dropped
    std::chrono::milliseconds idle_timeout{75'000};    // between requests: closed silently
    std::chrono::milliseconds silent_timeout{10'000};  // before the first: the same
    RateLimit rate;

    // Names that the Host header may have besides localhost, loopback addresses and `address`
    // (DNS rebinding) → 403. "*": any.
    std::vector<std::string> vhosts;
    // Origins that may call from other pages (CORS): "https://example.org". "*": any.
    // Others are refused with 403 unless they only read without being answered (GET, HEAD).
    std::vector<std::string> cors_origins;

    std::size_t websocket_message_limit = 10 * 1024 * 1024;
    std::size_t websocket_queue_messages = 4096; // unsent; above: closed, kClosePolicy
    std::size_t websocket_queue_bytes = 32 * 1024 * 1024;
    std::size_t websocket_pause_bytes = 1024 * 1024; // unsent; above: its messages are not read
    // Bytes that clients were sent and have not taken, of all connections. Above: large answers are
    // refused with 503, WebSockets that hold more than their share closed with kClosePolicy.
    std::size_t unsent_limit = std::size_t{1} << 30;
    // Content-Security-Policy of every answer.
    std::string content_security_policy =
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
        "style-src 'self' 'unsafe-inline'; script-src 'self' 'wasm-unsafe-eval'; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
        "form-action 'self'";
};

// start() and stop() are for one thread; the destructor stops.
class Server {
public:
    // `metrics` gets salus_http_requests_total{class,status}, salus_http_request_seconds{class},
    // salus_http_connections and salus_http_websockets. All references must outlive the server.
    Server(ServerOptions options, Router router, const Clock& clock, Random& random,
           Metrics& metrics);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    Status start();             // kCannotListen
    std::uint16_t port() const; // the bound one, after start()
    // Stops accepting, closes idle connections and WebSockets (1001), lets running requests
    // finish for at most `drain`, then closes what is left.
    void stop(std::chrono::milliseconds drain = std::chrono::seconds(5));

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace salus::http
