#pragma once
// A server on a free loopback port. For tests of this room.

#include <gtest/gtest.h>

#include "http/raw_socket.hpp"
#include "http/server.hpp"

namespace salus::http::testing {

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
