#pragma once
// Method and path → handler. Filled before the server starts, then read by many threads.

#include <chrono>

#include "http/message.hpp"
#include "http/websocket.hpp"

namespace salus::http {

// What the server itself says when it refuses or a handler fails. The message is one of a fixed
// set: nothing from the request, nothing from an exception.
struct Fault {
    int status = 500;
    std::string_view code;    // "http.too_large", stable
    std::string_view message; // for people
    std::string_view id;      // correlation id
};
using FaultBody = std::function<Response(const Fault&)>;
// RFC 9457 problem JSON: {"type":"about:blank","title","status","code","detail","instance"}.
Response problem(const Fault& fault);

struct RouteOptions {
    std::string metric_class{};                         // label of metrics; the pattern where empty
    std::optional<std::size_t> body_limit{};            // bytes; the server's where absent
    std::optional<std::chrono::milliseconds> timeout{}; // of the handler; the server's where absent
    FaultBody fault_body{};                             // problem() where empty
    // A hash of what a request asks for, such that those of one hash take about as long as each
    // other; of a kind that was quick many times in a row the next is answered on the I/O thread.
    // 0: of no kind. Empty: none has one.
    std::function<std::uint64_t(const Request&)> kind{};
    bool cacheable = false; // true: the handler sets Cache-Control itself; else "no-store"
};

struct Route {
    std::string method;
    std::string pattern;
    Handler handler;
    RouteOptions options;
};

struct Match {
    const Route* route = nullptr; // nullptr: 404, or 405 where `allowed` is not empty
    std::map<std::string, std::string, std::less<>> parameters;
    std::vector<std::string> allowed; // methods of the path
};

// Patterns: literal segments, "{name}" for one segment, "{name*}" last for all that is left
// (also nothing). The most literal pattern wins, whatever the order of adding. HEAD is answered
// by the GET route without its body.
class Router {
public:
    void add(std::string method, std::string pattern, Handler handler, RouteOptions options = {});
    // Upgrades to WebSocket on exactly this path.
    void add_websocket(std::string path, WebSocketAccept accept);

    Match match(std::string_view method, std::string_view path) const;
    const WebSocketAccept* websocket(std::string_view path) const;
    std::vector<const Route*> routes() const; // valid until the next add() or a copy

private:
    struct Entry {
        std::vector<std::string> segments;
        Route route;
    };
    std::vector<Entry> entries_; // most literal first
    std::map<std::string, WebSocketAccept, std::less<>> sockets_;
};

} // namespace salus::http
