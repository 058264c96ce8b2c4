#pragma once
// A server on a free loopback port and a raw socket to talk to it. For tests of this room.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "http/server.hpp"

namespace salus::http::testing {

// Sends and receives bytes as they are; every read waits for five seconds at most.
class RawSocket {
public:
    explicit RawSocket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval limit{5, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        connected_ =
            ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    ~RawSocket() { ::close(fd_); }
    RawSocket(const RawSocket&) = delete;
    RawSocket& operator=(const RawSocket&) = delete;

    bool connected() const { return connected_; }
    void send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
    }
    // Until the peer closes, or `until` has been seen.
    std::string read(std::string_view until = {}) {
        std::array<char, 4096> part{};
        while (until.empty() || text_.find(until) == std::string::npos) {
            const auto n = ::recv(fd_, part.data(), part.size(), 0);
            if (n <= 0) break;
            text_.append(part.data(), static_cast<std::size_t>(n));
        }
        return text_;
    }

private:
    int fd_;
    bool connected_ = false;
    std::string text_;
};

// A running server; a test changes options and adds routes, then calls start().
struct TestServer {
    ServerOptions options;
    Router router;
    ManualClock clock{1'700'000'000};
    SeededRandom random{1};
    Metrics metrics;
    std::unique_ptr<Server> server;

    TestServer() {
        options.port = 0;
        router.add("GET", "/hello", [](const Request&) { return Response::text("hello"); });
        router.add("POST", "/echo",
                   [](const Request& request) { return Response::text(request.body); });
    }
    void start() {
        server = std::make_unique<Server>(options, std::move(router), clock, random, metrics);
        ASSERT_TRUE(server->start().ok());
    }
    // One exchange over a connection of its own, all bytes of the answer.
    std::string ask(std::string_view request) const {
        RawSocket socket(server->port());
        socket.send(request);
        return socket.read();
    }
    // The same with Host and Connection fields: ask("GET /hello", "X: 1\r\n", "").
    std::string ask(std::string_view line, std::string_view fields, std::string_view body) const {
        std::string text(line);
        text += " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
        if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        return ask(text.append(fields).append("\r\n").append(body));
    }
};

} // namespace salus::http::testing
