#include <gtest/gtest.h>

#include "api/eth/endpoint.hpp"
#include "codec/json.hpp"
#include "follow/testing/world.hpp"

namespace salus::api::eth {
namespace {

using codec::Json;
using follow::testing::FollowerNode;
using follow::testing::SealingChain;

// A sealer with four blocks, and the JSON-RPC of a follower that has verified two of them.
class SealMethods : public ::testing::Test {
protected:
    SealMethods() {
        sealer.grow_to(4);
        node.source.most = 2;
        node.follower->step();
        options.follower = node.follower.get();
        options.sealer = node.options.sealer;
        following = serve_chain(router, *node.chain, node.world.clock, node.world.random, options);
        http::Router other;
        sealing = serve_chain(other, *sealer.chain, sealer.world.clock, sealer.world.random, {});
    }
    static Json ask(Endpoint& of, const std::string& method, const Json& params) {
        const Json request = codec::json::object{
            {"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", params}};
        return *codec::parse_json(of.answer(codec::print_json(request)));
    }
    static Json result(Endpoint& of, const std::string& method, const Json& params) {
        return ask(of, method, params).at("result");
    }

    SealingChain sealer;
    FollowerNode node{sealer.chain};
    EndpointOptions options;
    http::Router router;
    std::unique_ptr<Endpoint> following, sealing;
    const Json none = codec::json::array();
};

TEST_F(SealMethods, ASealerServesItsBlocksInBulk) {
    const auto blocks = follow::read_sealed_blocks(
        result(*sealing, "salus_getSealedBlocks", codec::json::array{"0x2", "0x10"}));
    ASSERT_TRUE(blocks.ok()) << blocks.error().text();
    EXPECT_EQ(blocks->head_number, 4u);
    ASSERT_EQ(blocks->blocks.size(), 3u);
    EXPECT_EQ(blocks->blocks[0].seal, *sealer.chain->seal(2));
    for (const Json& bad : {Json(codec::json::array{"0x0", "0x1"}), Json(codec::json::array{"0x1"}),
                            Json(codec::json::array{"latest", "0x1"})}) {
        EXPECT_EQ(ask(*sealing, "salus_getSealedBlocks", bad).at("error").at("code").as_int64(),
                  -32602);
    }
    const auto header =
        follow::read_sealed_header(result(*sealing, "salus_getSeal", codec::json::array{"0x3"}));
    ASSERT_TRUE(header.ok()) << "a seal comes with the header that it is of";
    EXPECT_EQ(header->number, 3u);
    EXPECT_TRUE(result(*sealing, "salus_followStatus", none).is_null());
    EXPECT_EQ(result(*sealing, "salus_getFaultProofs", none), none);
    EXPECT_EQ(result(*sealing, "eth_syncing", none), Json(false));
}

TEST_F(SealMethods, AFollowerSaysHowFarItIs) {
    const Json syncing = result(*following, "eth_syncing", none);
    EXPECT_EQ(syncing.at("startingBlock").as_string(), "0x0");
    EXPECT_EQ(syncing.at("currentBlock").as_string(), "0x2");
    EXPECT_EQ(syncing.at("highestBlock").as_string(), "0x4");
    const Json status = result(*following, "salus_followStatus", none);
    EXPECT_EQ(status.at("state").as_string(), "catching_up");
    EXPECT_EQ(status.at("url").as_string(), "http://sealer.example");
    node.steps(2);
    EXPECT_EQ(result(*following, "eth_syncing", none), Json(false));
    EXPECT_EQ(result(*following, "eth_blockNumber", none), Json("0x4"));
    node.source.key = follow::testing::kOther;
    sealer.grow_to(5);
    node.steps(1);
    EXPECT_EQ(result(*following, "salus_followStatus", none).at("fault").at("name").as_string(),
              "follow.other_sealer");
}

TEST_F(SealMethods, AFollowerRefusesTransactionsAlsoInBatches) {
    const Json raw = codec::json::array{to_hex0x(follow::testing::world::raw({.nonce = 4}))};
    const Json error = ask(*following, "eth_sendRawTransaction", raw).at("error");
    EXPECT_EQ(error.at("code").as_int64(), -32000);
    EXPECT_NE(std::string(error.at("message").as_string()).find("http://sealer.example"),
              std::string::npos);
    const Json one = codec::json::object{
        {"jsonrpc", "2.0"}, {"id", 1}, {"method", "eth_sendRawTransaction"}, {"params", raw}};
    const Json answers =
        *codec::parse_json(following->answer(codec::print_json(codec::json::array{one, one})));
    ASSERT_EQ(answers.as_array().size(), 2u);
    for (const Json& answer : answers.as_array()) EXPECT_EQ(answer.at("error"), error);
    EXPECT_EQ(node.chain->pool_status().pending, 0u);
}

} // namespace
} // namespace salus::api::eth
