#pragma once
// WebSocket (RFC 6455) sessions as applications see them; text messages only.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "http/message.hpp"

namespace salus::http {

inline constexpr std::uint16_t kCloseNormal = 1000;
inline constexpr std::uint16_t kCloseGoingAway = 1001;   // the server shuts down
inline constexpr std::uint16_t kCloseUnsupported = 1003; // a binary message
inline constexpr std::uint16_t kClosePolicy = 1008;      // too slow a consumer, rate limit
inline constexpr std::uint16_t kCloseTooBig = 1009;      // a message over the limit

// The server's side of one connection. Thread-safe; may outlive the connection.
class WebSocketSession {
public:
    virtual ~WebSocketSession() = default;
    // Queues a text message. False when the session is closed, or when its queue passes the
    // limit, which closes it with kClosePolicy "slow consumer".
    virtual bool send(std::string text) = 0;
    virtual void close(std::uint16_t code, std::string reason) = 0;
    virtual bool take_tokens(std::size_t count) = 0; // as Request::take_tokens
};

// The application's side; one object a connection. Calls come one at a time, on a pool thread.
// The object holds the session weakly or drops it in on_close, else neither is ever freed.
class WebSocketClient {
public:
    virtual ~WebSocketClient() = default;
    virtual void on_message(std::string text) = 0;
    virtual void on_close() = 0; // the last call
};

using WebSocketAccept = std::function<std::shared_ptr<WebSocketClient>(
    std::shared_ptr<WebSocketSession> session, const Request& upgrade)>;

} // namespace salus::http
