#include <gtest/gtest.h>

#include "base/random.hpp"
#include "follow/rpc_source.hpp"
#include "follow/runner.hpp"
#include "follow/testing/world.hpp"
#include "http/server.hpp"

namespace salus::follow {
namespace {

using testing::FollowerNode;
using testing::SealingChain;

// A node that answers everything with `answer`, and remembers what it was asked.
class RpcSourceTest : public ::testing::Test {
protected:
    RpcSourceTest() {
        http::Router router;
        router.add("POST", "/rpc", [this](const http::Request& request) {
            asked = request.body;
            return http::Response::json(answer, status);
        });
        http::ServerOptions options;
        options.port = 0;
        server = std::make_unique<http::Server>(options, std::move(router), clock, random, metrics);
        SALUS_ASSERT(server->start().ok());
        url = "http://127.0.0.1:" + std::to_string(server->port()) + "/rpc";
        source = *open_rpc_source(url);
    }
    void result(const codec::Json& value) {
        answer = codec::print_json(codec::json::object{{"result", value}});
    }

    ManualClock clock{1'700'000'000};
    SeededRandom random{1};
    http::Metrics metrics;
    std::string asked, answer, url;
    int status = 200;
    std::unique_ptr<http::Server> server;
    std::unique_ptr<Source> source;
};

TEST_F(RpcSourceTest, AsksAndReads) {
    SealingChain sealer;
    sealer.grow_to(3);
    result(to_json(*sealed_blocks(*sealer.chain, 2, 2)));
    const auto blocks = source->blocks(2, 2);
    ASSERT_TRUE(blocks.ok()) << blocks.error().text();
    EXPECT_EQ(blocks->blocks.size(), 2u);
    EXPECT_NE(asked.find(R"("method":"salus_getSealedBlocks","params":["0x2","0x2"])"),
              std::string::npos)
        << asked;
    EXPECT_EQ(source->blocks(2, 1).error().kind(), kBadAnswer) << "more than asked for";
    result(to_json(**sealed_header(*sealer.chain, 3)));
    EXPECT_EQ((*source->seal({}))->number, 3u);
    EXPECT_NE(asked.find(R"(["latest"])"), std::string::npos);
    EXPECT_TRUE(source->seal(3).ok());
    EXPECT_NE(asked.find(R"(["0x3"])"), std::string::npos);
    result(nullptr);
    EXPECT_FALSE((*source->seal(9)).has_value());
    result(codec::json::array{1, 2});
    EXPECT_EQ(source->proofs()->size(), 2u);
    result(codec::Json("0x" + std::string(64, 'a')));
    EXPECT_EQ(to_hex(source->send(hex("0x02"))->bytes), std::string(64, 'a'));
}

TEST_F(RpcSourceTest, WhatIsNoAnswerIsNoFault) {
    for (const char* text : {"", "<html>", "[]", "{}", R"({"result":7})", R"({"result":{}})",
                             R"({"error":{"code":-32601,"message":"no such method"}})"}) {
        answer = text;
        EXPECT_EQ(source->blocks(1, 1).error().kind(), kBadAnswer) << text;
        EXPECT_EQ(source->seal(1).error().kind(), kBadAnswer) << text;
        EXPECT_EQ(source->proofs().error().kind(), kBadAnswer) << text;
    }
    for (const int code : {429, 500, 503}) {
        status = code;
        EXPECT_EQ(source->blocks(1, 1).error().kind(), kUnreachable) << code;
    }
    server->stop();
    EXPECT_EQ(source->blocks(1, 1).error().kind(), kUnreachable);
    EXPECT_EQ(source->send({}).error().kind(), kUnreachable);
}

TEST_F(RpcSourceTest, ARefusedTransactionKeepsItsError) {
    answer = R"({"error":{"code":-32003,"message":"nonce too low"}})";
    const auto sent = source->send(hex("0x02"));
    EXPECT_EQ(sent.error().kind(), kTransactionRefused);
    EXPECT_EQ(sent.error().detail(), R"({"code":-32003,"message":"nonce too low"})");
    answer = "{}";
    EXPECT_EQ(source->send(hex("0x02")).error().kind(), kBadAnswer);
}

TEST(RpcSource, NeedsAUrl) {
    EXPECT_EQ(open_rpc_source("ftp://x").error().kind(), http::kBadUrl);
}

TEST(RunnerTest, GoesOnByItself) {
    SealingChain sealer;
    sealer.grow_to(4);
    FollowerNode node(sealer.chain);
    testing::FakeSource peer(sealer.chain, "http://peer.example");
    node.peers = {&peer};
    node.options.poll = std::chrono::milliseconds(1);
    ASSERT_TRUE(node.open().ok());
    const Runner runner(*node.follower, true, std::chrono::milliseconds(1));
    const auto reached = [&](std::uint64_t height) {
        for (int i = 0; i < 1000; ++i) {
            if (node.height() == height && node.follower->status().peers[0].agrees_at == height) {
                return true;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return false;
    };
    EXPECT_TRUE(reached(4));
    sealer.grow_to(6);
    EXPECT_TRUE(reached(6));
}

} // namespace
} // namespace salus::follow
