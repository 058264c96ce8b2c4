// What clients are told when a driven chain leaves blocks for others.

#include "api/eth/test_socket.hpp"
#include "api/eth/test_world.hpp"
#include "http/server.hpp"

namespace salus::api::eth {
namespace {

using chain::testing::address_of;
using testing::quoted;
using testing::RpcWorld;
using testing::Socket;

struct Reorganised : RpcWorld {
    http::Metrics metrics;
    std::unique_ptr<http::Server> server;

    Reorganised() {
        world.options.driven = true;
        begin();
        http::ServerOptions server_options;
        server_options.port = 0;
        server = std::make_unique<http::Server>(server_options, router, world.clock, world.random,
                                                metrics);
        EXPECT_TRUE(server->start().ok());
    }
    ~Reorganised() override { server->stop(); }

    state::Block build(Byte spice, std::uint64_t more_seconds = 12) const {
        const state::BlockHeader parent = world.chain->head().header;
        state::BlockChoice choice;
        choice.timestamp = parent.timestamp + more_seconds;
        choice.gas_limit = parent.gas_limit;
        choice.extra_data = {spice};
        const auto built = world.chain->build_block(choice, {});
        SALUS_ASSERT(built.ok());
        return built->block;
    }
    Hash32 import(const state::Block& block) const {
        const auto info = world.chain->import_block(block);
        SALUS_ASSERT(info.ok());
        return info->hash;
    }
    void lead(const Hash32& hash) const { EXPECT_TRUE(world.chain->set_head(hash, {}).ok()); }
    // Polls until something comes.
    Json changes(const std::string& id) const {
        for (int tries = 0; tries < 500; ++tries) {
            Json out = result("eth_getFilterChanges", "[\"" + id + "\"]");
            if (!out.as_array().empty()) return out;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return json::array();
    }
    std::string text(const Json& value) const { return std::string(value.as_string()); }
};

// The counter is deployed and called in a block that is then left for an empty one.
TEST_F(Reorganised, LogsAreTakenBackAndHeadsAreNot) {
    const std::string logs = text(result("eth_newFilter", "[{}]"));
    const std::string blocks = text(result("eth_newBlockFilter"));
    Socket socket(server->port());
    const std::string subscribe = R"({"jsonrpc":"2.0","id":1,"method":"eth_subscribe","params":)";
    socket.ask(subscribe + R"(["logs",{}]})");
    const state::Block other = build(1);
    const Address counter = state::contract_address(address_of(0), 0);
    auto deploy = chain::testing::creation(0, chain::testing::counter_code());
    auto call = chain::testing::call_of(1, counter, {});
    deploy.fee = call.fee = uint256(2'000'000'000);
    ASSERT_TRUE(world.submit(deploy).ok());
    ASSERT_TRUE(world.submit(call).ok());
    const Hash32 with_logs = import(build(2));
    lead(with_logs);

    EXPECT_FALSE(socket.receive().at("params").at("result").at("removed").as_bool());
    const Json told = changes(logs);
    ASSERT_EQ(told.as_array().size(), 1U);
    EXPECT_FALSE(told.at(0).at("removed").as_bool());
    EXPECT_EQ(text(changes(blocks).at(0)), to_hex0x(with_logs.bytes));

    const Hash32 instead = import(other);
    lead(instead);
    const Json removed = socket.receive().at("params").at("result");
    EXPECT_TRUE(removed.at("removed").as_bool());
    EXPECT_EQ(text(removed.at("blockHash")), to_hex0x(with_logs.bytes));
    const Json taken_back = changes(logs);
    ASSERT_EQ(taken_back.as_array().size(), 1U);
    EXPECT_TRUE(taken_back.at(0).at("removed").as_bool());
    EXPECT_EQ(taken_back.at(0).at("transactionHash"), told.at(0).at("transactionHash"));
    const Json new_blocks = changes(blocks);
    ASSERT_EQ(new_blocks.as_array().size(), 1U);
    EXPECT_EQ(text(new_blocks.at(0)), to_hex0x(instead.bytes));
    EXPECT_TRUE(result("eth_getFilterChanges", "[\"" + logs + "\"]").as_array().empty());
}

TEST_F(Reorganised, WhatNobodyWasToldOfIsNotTakenBack) {
    const Hash32 first = import(build(1));
    const Hash32 second = import(build(2));
    lead(first);
    const std::string blocks = text(result("eth_newBlockFilter"));
    lead(second);
    const Json told = changes(blocks);
    ASSERT_EQ(told.as_array().size(), 1U);
    EXPECT_EQ(text(told.at(0)), to_hex0x(second.bytes));
}

} // namespace
} // namespace salus::api::eth
