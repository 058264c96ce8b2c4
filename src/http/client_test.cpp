#include "http/client.hpp"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include <future>

#include "http/test_server.hpp"

namespace salus::http::testing {
namespace {

using namespace std::chrono_literals;

TEST(ParseUrl, TakesHttpAndHttps) {
    const auto url = parse_url("http://localhost:8545/rpc?x=1#y");
    ASSERT_TRUE(url.ok());
    EXPECT_EQ(url->host, "localhost");
    EXPECT_EQ(url->port, 8545);
    EXPECT_EQ(url->path, "/rpc?x=1");
    EXPECT_EQ(url->authority(), "localhost:8545");
    const auto tls = parse_url("https://node.example");
    ASSERT_TRUE(tls.ok());
    EXPECT_TRUE(tls->tls);
    EXPECT_EQ(tls->port, 443);
    EXPECT_EQ(tls->path, "/");
    EXPECT_EQ(tls->authority(), "node.example");
    const auto v6 = parse_url("http://[::1]:9?a");
    ASSERT_TRUE(v6.ok());
    EXPECT_EQ(v6->host, "::1");
    EXPECT_EQ(v6->path, "/?a");
    EXPECT_EQ(v6->authority(), "[::1]:9");
}

TEST(ParseUrl, RefusesByName) {
    for (const char* text : {"", "localhost", "ftp://a", "http://", "http://:1", "http://a:0",
                             "http://a:65536", "http://a:x", "http://u:p@a", "http://a b",
                             "http://a/b c", "http://[::1", "http://[::1]x"}) {
        const auto url = parse_url(text);
        ASSERT_FALSE(url.ok()) << text;
        EXPECT_EQ(url.error().kind(), kBadUrl);
    }
}

struct ClientTest : ::testing::Test, TestServer {
    ClientOptions client_options;
    std::unique_ptr<Client> client;

    void begin() {
        start();
        connect(server->port());
    }
    void connect(std::uint16_t port) {
        client = std::make_unique<Client>(Url{false, "127.0.0.1", port, "/hello"}, client_options);
    }
    Client::Call call(std::string method, std::string target, std::string body = {}) {
        Client::Call out;
        out.method = std::move(method);
        out.target = std::move(target);
        out.body = std::move(body);
        return out;
    }
};

TEST_F(ClientTest, SendsAndReceives) {
    begin();
    const auto hello = client->send({});
    ASSERT_TRUE(hello.ok()) << hello.error().text();
    EXPECT_EQ(hello->body, "hello");
    EXPECT_EQ(hello->headers.get("x-content-type-options"), "nosniff");
    const std::string large(3'000'000, 'x');
    const auto echo = client->send(call("POST", "/echo", large));
    ASSERT_TRUE(echo.ok());
    EXPECT_EQ(echo->body, large);
}

TEST_F(ClientTest, KeepsItsConnection) {
    begin();
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(client->send({}).ok());
    EXPECT_EQ(metrics.gauge("salus_http_connections", "").value(), 1);
}

TEST_F(ClientTest, SendsAgainWhenAKeptConnectionWasClosed) {
    options.idle_timeout = 20ms;
    begin();
    ASSERT_TRUE(client->send({}).ok());
    std::this_thread::sleep_for(100ms);
    const auto again = client->send(call("POST", "/echo", "x")); // although not idempotent
    ASSERT_TRUE(again.ok()) << again.error().text();
}

TEST_F(ClientTest, NamesAServerThatIsNotThere) {
    start();
    const std::uint16_t port = server->port();
    server->stop();
    client_options.backoff = 1ms;
    connect(port);
    const auto answer = client->send({});
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().kind(), kConnectFailed);
}

TEST_F(ClientTest, EndsAtTheTimeLimit) {
    router.add("POST", "/slow", [](const Request&) {
        std::this_thread::sleep_for(300ms);
        return Response::text("late");
    });
    begin();
    auto slow = call("POST", "/slow");
    slow.timeout = 50ms;
    const auto answer = client->send(slow);
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().kind(), kTimedOut);
}

TEST_F(ClientTest, RefusesAnswersOverTheLimit) {
    client_options.answer_limit = 4;
    begin();
    const auto answer = client->send({});
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().kind(), kAnswerTooLarge);
}

TEST_F(ClientTest, RepeatsOnlyWhatIsSafeToRepeat) {
    std::atomic<int> count = 0;
    const auto overloaded = [&count](const Request&) {
        return Response::text("busy", ++count < 3 ? 503 : 200);
    };
    router.add("GET", "/busy", overloaded);
    router.add("POST", "/busy", overloaded);
    client_options.backoff = 1ms;
    begin();
    EXPECT_EQ(client->send(call("POST", "/busy"))->status, 503);
    EXPECT_EQ(count, 1);
    EXPECT_EQ(client->send(call("GET", "/busy"))->status, 200);
    EXPECT_EQ(count, 3);
    count = 0;
    auto safe = call("POST", "/busy");
    safe.idempotent = true;
    EXPECT_EQ(client->send(safe)->status, 200);
}

TEST_F(ClientTest, ServesManyThreads) {
    begin();
    std::atomic<int> good = 0;
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 50; ++i) {
                const auto answer = client->send({});
                if (answer.ok() && answer->body == "hello") ++good;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(good, 200);
}

TEST_F(ClientTest, ABrokenAnswerIsNamed) {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(listener, 1), 0);
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    std::thread peer([listener] {
        const int socket = ::accept(listener, nullptr, nullptr);
        std::array<char, 1024> request{};
        EXPECT_GT(::recv(socket, request.data(), request.size(), 0), 0);
        EXPECT_EQ(::send(socket, "no HTTP\r\n\r\n", 11, MSG_NOSIGNAL), 11);
        ::close(socket);
    });
    client_options.retries = 0;
    connect(ntohs(address.sin_port));
    const auto answer = client->send({});
    peer.join();
    ::close(listener);
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().kind(), kBrokenAnswer);
}

} // namespace
} // namespace salus::http::testing
