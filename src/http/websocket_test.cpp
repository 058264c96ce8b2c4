#include <future>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include <thread>

#include <gtest/gtest.h>

#include "http/test_server.hpp"

namespace salus::http::testing {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using ErrorCode = boost::system::error_code;
using namespace std::chrono_literals;

// A blocking client of another make (Beast's).
class Peer {
public:
    Peer(std::uint16_t port, const std::string& path, const std::string& origin = {},
         int receive_buffer = 0) {
        asio::ip::tcp::socket& socket = stream_.next_layer();
        socket.open(asio::ip::tcp::v4());
        if (receive_buffer != 0) {
            socket.set_option(asio::socket_base::receive_buffer_size(receive_buffer));
        }
        socket.connect({asio::ip::address_v4::loopback(), port});
        if (!origin.empty()) {
            stream_.set_option(beast::websocket::stream_base::decorator(
                [origin](auto& request) { request.set("Origin", origin); }));
        }
        beast::websocket::response_type response;
        stream_.handshake(response, "localhost", path, failed_);
        status_ = static_cast<int>(response.result_int());
    }
    bool open() const { return !failed_; }
    int status() const { return status_; }
    void send(const std::string& text) { stream_.write(asio::buffer(text), failed_); }
    void send_binary(const std::string& text) {
        stream_.binary(true);
        send(text);
    }
    std::optional<std::string> receive() {
        beast::flat_buffer buffer;
        stream_.read(buffer, failed_);
        if (failed_) return std::nullopt;
        return beast::buffers_to_string(buffer.data());
    }
    int close_code() {
        while (receive()) {
        }
        return stream_.reason().code;
    }
    void close() { stream_.close(beast::websocket::close_code::normal, failed_); }

private:
    asio::io_context io_;
    beast::websocket::stream<asio::ip::tcp::socket> stream_{io_};
    ErrorCode failed_;
    int status_ = 0;
};

struct Echo final : WebSocketClient {
    std::weak_ptr<WebSocketSession> session;
    std::promise<void>* closed = nullptr;
    std::atomic<int>* handled = nullptr;
    void on_message(std::string text) override {
        ++*handled;
        if (text == "throw") throw std::runtime_error("secret");
        const auto open = session.lock();
        if (!open) return;
        if (text == "large") text = std::string(200'000, 'x');
        const int copies = text == "flood" ? 10'000 : 1;
        for (int i = 0; i < copies; ++i) {
            if (!open->send(copies == 1 ? text : std::string(10'000, 'x'))) return;
        }
    }
    void on_close() override {
        if (closed != nullptr) closed->set_value();
    }
};

struct WebSocketTest : ::testing::Test, TestServer {
    std::promise<void>* closed = nullptr;
    std::atomic<int> handled{0};
    WebSocketTest() {
        router.add_websocket("/rpc",
                             [this](std::shared_ptr<WebSocketSession> session, const Request&) {
                                 auto echo = std::make_shared<Echo>();
                                 echo->session = session;
                                 echo->closed = closed;
                                 echo->handled = &handled;
                                 return echo;
                             });
    }
};

TEST_F(WebSocketTest, CarriesMessagesInOrder) {
    std::promise<void> ended;
    closed = &ended;
    start();
    Peer peer(server->port(), "/rpc");
    ASSERT_TRUE(peer.open());
    for (int i = 0; i < 100; ++i) peer.send(std::to_string(i));
    for (int i = 0; i < 100; ++i) EXPECT_EQ(peer.receive(), std::to_string(i));
    EXPECT_EQ(metrics.gauge("salus_http_websockets", "").value(), 1);
    peer.close();
    EXPECT_EQ(ended.get_future().wait_for(5s), std::future_status::ready);
}

TEST_F(WebSocketTest, OpensOnItsPathAndForItsOriginsOnly) {
    options.cors_origins = {"https://app.example"};
    start();
    EXPECT_EQ(Peer(server->port(), "/hello").status(), 200); // answered as plain HTTP
    EXPECT_EQ(Peer(server->port(), "/none").status(), 404);
    EXPECT_EQ(Peer(server->port(), "/rpc", "https://evil.example").status(), 403);
    EXPECT_EQ(Peer(server->port(), "/rpc", "https://app.example").status(), 101);
}

TEST_F(WebSocketTest, ClosesASlowConsumer) {
    options.websocket_queue_messages = 100;
    start();
    Peer peer(server->port(), "/rpc", {}, 4096);
    peer.send("flood");
    std::this_thread::sleep_for(100ms);
    EXPECT_EQ(peer.close_code(), kClosePolicy);
}

TEST_F(WebSocketTest, DoesNotReadOnFromWhoTakesNoAnswers) {
    options.websocket_pause_bytes = 100'000;
    start();
    Peer slow(server->port(), "/rpc", {}, 4096);
    for (int i = 0; i < 200; ++i) slow.send("large"); // 40 MB of answers: more than sockets hold
    std::this_thread::sleep_for(200ms);
    EXPECT_LT(handled.load(), 100);
    for (int i = 0; i < 200; ++i) {
        const auto answer = slow.receive();
        ASSERT_TRUE(answer) << "it was closed";
        EXPECT_EQ(answer->size(), 200'000u);
    }
    EXPECT_EQ(handled.load(), 200);
}

TEST_F(WebSocketTest, ClosesWhoHoldsMoreThanItsShareOfWhatIsUnsent) {
    options.unsent_limit = 1'000'000;
    start();
    Peer good(server->port(), "/rpc");
    Peer slow(server->port(), "/rpc", {}, 4096);
    slow.send("flood"); // 100 MB
    EXPECT_EQ(slow.close_code(), kClosePolicy);
    good.send("x");
    EXPECT_EQ(good.receive(), "x");
}

TEST_F(WebSocketTest, ClosesByNameWhatItDoesNotTake) {
    options.websocket_message_limit = 1000;
    start();
    Peer large(server->port(), "/rpc");
    large.send(std::string(1001, 'x'));
    EXPECT_EQ(large.close_code(), kCloseTooBig);
    Peer binary(server->port(), "/rpc");
    binary.send_binary("x");
    EXPECT_EQ(binary.close_code(), kCloseUnsupported);
    Peer failing(server->port(), "/rpc");
    failing.send("throw");
    EXPECT_EQ(failing.close_code(), 1011);
}

TEST_F(WebSocketTest, LimitsTheRateOfAClient) {
    options.rate = {1, 3, false};
    start();
    Peer peer(server->port(), "/rpc"); // one token
    for (int i = 0; i < 3; ++i) peer.send("x");
    EXPECT_EQ(peer.receive(), "x");
    EXPECT_EQ(peer.receive(), "x");
    EXPECT_EQ(peer.close_code(), kClosePolicy);
}

TEST_F(WebSocketTest, SaysThatTheServerGoes) {
    start();
    Peer peer(server->port(), "/rpc");
    peer.send("x");
    EXPECT_EQ(peer.receive(), "x");
    std::thread stopper([this] { server->stop(5s); });
    EXPECT_EQ(peer.close_code(), kCloseGoingAway);
    stopper.join();
}

} // namespace
} // namespace salus::http::testing
