#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.hpp"
#include "fuzz.hpp"
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

int connect_to(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit{2, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    // Closing resets the connection: no port waits in TIME_WAIT.
    const linger reset{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    SALUS_ASSERT(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return fd;
}

void send_all(int fd, ByteView bytes) {
    while (!bytes.empty()) {
        const auto count = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) return;
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
}

void read_to_end(int fd) {
    std::array<char, 4096> part{};
    while (::recv(fd, part.data(), part.size(), 0) > 0) continue;
}

constexpr std::string_view kUpgrade = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                                      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

} // namespace

// The first byte says what goes before the rest: nothing (bytes of HTTP), an upgrade without its
// end (more header lines), or a whole one (WebSocket frames). Whatever comes, the server ends the
// connection and goes on to serve the next.
void run(ByteView input) {
    static Node* const node = new Node; // never freed: its threads outlive main
    if (input.empty()) return;
    const int fd = connect_to(node->server->port());
    const int mode = input[0] % 3;
    if (mode > 0) send_all(fd, view(kUpgrade));
    if (mode > 1) send_all(fd, view("\r\n"));
    send_all(fd, input.subspan(1));
    ::shutdown(fd, SHUT_WR);
    read_to_end(fd);
    ::close(fd);
}

} // namespace salus::fuzz
