#include "base/log.hpp"
#include "fuzz.hpp"
#include "http/raw_socket.hpp"
#include "http/server.hpp"

namespace salus::fuzz {
namespace {

constexpr std::size_t kMessageLimit = 4096;

// Says every message back, and again until the queue is full.
class Echo final : public http::WebSocketClient {
public:
    explicit Echo(std::shared_ptr<http::WebSocketSession> session) : session_(std::move(session)) {}
    void on_message(std::string text) override {
        SALUS_ASSERT(text.size() <= kMessageLimit && !closed_);
        const std::size_t times = text.starts_with("many") ? 64 : 1;
        for (std::size_t i = 0; i < times; ++i) session_->send(text);
        if (text.starts_with("bye")) session_->close(http::kCloseNormal, "bye");
    }
    void on_close() override {
        SALUS_ASSERT(!closed_);
        closed_ = true;
        session_.reset();
    }

private:
    std::shared_ptr<http::WebSocketSession> session_;
    bool closed_ = false;
};

struct Node {
    SystemClock clock;
    SeededRandom random{1};
    http::Metrics metrics;
    std::unique_ptr<http::Server> server;

    Node() {
        http::ServerOptions options;
        options.port = 0;
        options.body_limit = kMessageLimit;
        options.handler_threads = 1;
        options.read_timeout = options.silent_timeout = std::chrono::milliseconds(500);
        options.websocket_message_limit = kMessageLimit;
        options.websocket_queue_messages = 32;
        http::Router router;
        router.add("POST", "/",
                   [](const http::Request& request) { return http::Response::text(request.body); });
        router.add("GET", "/{name}",
                   [](const http::Request&) { return http::Response::text("hello"); });
        router.add_websocket("/", [](auto session, const http::Request&) {
            return std::make_shared<Echo>(std::move(session));
        });
        server = std::make_unique<http::Server>(std::move(options), std::move(router), clock,
                                                random, metrics);
        SALUS_ASSERT(server->start().ok());
    }
};

constexpr std::string_view kUpgrade = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                                      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

} // namespace

// The first byte says what goes before the rest: nothing (bytes of HTTP), an upgrade without its
// end (more header lines), or a whole one (WebSocket frames). Whatever comes, the server ends the
// connection and goes on to serve the next.
SALUS_FUZZ_TARGET(http) {
    static Node* const node = new Node; // never freed: its threads outlive main
    if (input.empty()) return;
    http::testing::RawSocket client(node->server->port());
    SALUS_ASSERT(client.connected());
    client.reset_on_close();
    const int mode = input[0] % 3;
    if (mode > 0) client.send(kUpgrade);
    if (mode > 1) client.send("\r\n");
    client.send(to_string(input.subspan(1)));
    client.end_sending();
    client.read();
}

} // namespace salus::fuzz
