// Subscriptions over the proxy, against a node that answers what the test wants.

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "api/eth/endpoint.hpp"
#include "api/eth/rpc.hpp"
#include "api/eth/shapes.hpp"
#include "api/eth/test_socket.hpp"
#include "http/server.hpp"

namespace salus::api::eth {
namespace {

using testing::Socket;

// Has a block for each number up to `head`, and in each one log for any filter.
struct FakeNode {
    std::atomic<std::uint64_t> head = 5;
    std::atomic<int> refusals = 0; // of eth_getLogs to come

    Json answer(const std::string& method, const json::array& params) {
        if (method == "eth_blockNumber") return Json(quantity(head.load()));
        if (method == "eth_getBlockByNumber") return json::object{{"number", params[0]}};
        if (refusals > 0) {
            --refusals;
            return nullptr;
        }
        return json::array{json::object{{"blockNumber", params[0].at("fromBlock")}}};
    }
    http::Response serve(const http::Request& request) {
        const Json asked = codec::parse_json(request.body).value();
        const Json result =
            answer(std::string(asked.at("method").as_string()), asked.at("params").as_array());
        json::object out{{"jsonrpc", "2.0"}, {"id", asked.at("id")}};
        if (result.is_null()) {
            out["error"] = json::object{{"code", -32000}, {"message", "not now"}};
        } else {
            out["result"] = result;
        }
        return http::Response::json(codec::print_json(out));
    }
};

struct PolledTest : ::testing::Test {
    FakeNode node;
    ManualClock clock{1'700'000'000};
    SeededRandom random{1};
    http::Metrics metrics, front_metrics;
    std::unique_ptr<http::Server> server, front_server;
    std::unique_ptr<Endpoint> front;

    PolledTest() {
        http::Router router;
        router.add("POST", "/",
                   [this](const http::Request& request) { return node.serve(request); });
        server = start(std::move(router), metrics);
        http::Router front_router;
        front = serve_proxy(front_router, {false, "127.0.0.1", server->port(), "/"}, random);
        front_server = start(std::move(front_router), front_metrics);
    }
    ~PolledTest() override {
        front_server->stop();
        front.reset();
        server->stop();
    }
    std::unique_ptr<http::Server> start(http::Router router, http::Metrics& counts) {
        http::ServerOptions options;
        options.port = 0;
        auto out =
            std::make_unique<http::Server>(options, std::move(router), clock, random, counts);
        EXPECT_TRUE(out->start().ok());
        return out;
    }
    static std::string subscription(const std::string& params) {
        return R"({"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":)" + params + "}";
    }
    static void let_it_look() { std::this_thread::sleep_for(std::chrono::milliseconds(700)); }
    // The block that the next notification is about.
    static std::string told(Socket& socket, const char* field) {
        return std::string(socket.receive().at("params").at("result").at(field).as_string());
    }
};

TEST_F(PolledTest, AListenerThatFailsIsServedLaterAndSilencesNobody) {
    Socket logs(front_server->port());
    Socket heads(front_server->port());
    logs.ask(subscription(R"(["logs",{}])"));
    heads.ask(subscription(R"(["newHeads"])"));
    let_it_look();
    node.refusals = 2;
    node.head = 7;
    EXPECT_EQ(told(heads, "number"), "0x6");
    EXPECT_EQ(told(heads, "number"), "0x7");
    EXPECT_EQ(told(logs, "blockNumber"), "0x6");
    EXPECT_EQ(told(logs, "blockNumber"), "0x7");
    EXPECT_EQ(node.refusals, 0);
}

TEST_F(PolledTest, AHeadThatGoesBackIsFollowed) {
    Socket heads(front_server->port());
    heads.ask(subscription(R"(["newHeads"])"));
    let_it_look();
    node.head = 2;
    let_it_look();
    node.head = 3;
    EXPECT_EQ(told(heads, "number"), "0x3");
}

TEST_F(PolledTest, RefusesBlockHashInASubscription) {
    Socket socket(front_server->port());
    const Json answer =
        socket.ask(subscription(R"(["logs",{"blockHash":"0x)" + std::string(64, '7') + "\"}]"));
    EXPECT_EQ(answer.at("error").at("code").as_int64(), -32602);
}

} // namespace
} // namespace salus::api::eth
