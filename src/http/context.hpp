#pragma once
// What all connections of a server share. Internal to http.

#include <unordered_set>

#include "http/fair_pool.hpp"
#include "http/guard.hpp"
#include "http/quickness.hpp"

namespace salus::http {

// A connection as the server sees it: something with a deadline that can be told to end.
class Closable {
public:
    virtual ~Closable() = default;
    virtual void check_deadline(std::int64_t now_ms) = 0; // steady milliseconds; any thread
    virtual void drain() = 0;                             // end when nothing is under way
    virtual void abort() = 0;                             // end now
};

struct RouteMetrics {
    Histogram* seconds = nullptr;
    std::array<Counter*, 6> by_status{}; // index: the first digit
};

// Counts the open connections of each client. Thread-safe.
class ClientSlots {
public:
    using Slot = std::shared_ptr<const void>; // holds the place until the connection is gone

    // nullptr where the client has `most` already.
    Slot take(const std::string& client, std::size_t most);

private:
    struct Table {
        std::mutex mutex;
        std::unordered_map<std::string, std::size_t> open;
    };
    std::shared_ptr<Table> table_ = std::make_shared<Table>();
};

class Context {
public:
    Context(ServerOptions options_, Router router_, const Clock& clock_, Random& random,
            Metrics& metrics);

    const ServerOptions options;
    const Router router;
    const Clock& clock;
    const Guard guard;
    RateLimiter limiter;
    ClientSlots slots;
    Quickness quickness;
    std::atomic<bool> draining{false};
    std::unique_ptr<FairPool> pool;
    std::atomic<std::size_t> unsent{0}; // bytes, of ServerOptions::unsent_limit
    Gauge& connections;
    Gauge& websockets;

    std::string next_id();
    const RouteMetrics& metrics_of(const Route* route) const; // nullptr: of no route
    std::string http_date() const;

    void enter(const std::shared_ptr<Closable>& connection);
    void leave(const Closable* connection);
    std::vector<std::shared_ptr<Closable>> all() const;
    std::size_t count() const;

private:
    const std::uint64_t id_base_;
    std::atomic<std::uint64_t> id_count_{0};
    std::unordered_map<const Route*, RouteMetrics> route_metrics_;
    mutable std::mutex mutex_;
    std::unordered_map<const Closable*, std::weak_ptr<Closable>> open_;
};

std::int64_t steady_ms(); // for deadlines

// Status line and header fields up to and with the empty line.
struct Reply {
    Response response;
    std::string head;
    bool head_only = false; // HEAD, or a status without a body
    bool close = false;
};
struct ReplyContext {
    std::string_view id;
    std::string_view origin; // to be named in CORS fields; empty: none
    bool cacheable = false;
    bool keep_alive = true;
    bool head_request = false;
    std::string_view date;
    std::string_view content_security_policy;
};
Reply make_reply(Response response, const ReplyContext& context);

} // namespace salus::http
