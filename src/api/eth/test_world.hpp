#pragma once
// A served chain to ask over JSON-RPC. For tests of this room.

#include <gtest/gtest.h>

#include "api/eth/endpoint.hpp"
#include "api/eth/rpc.hpp"
#include "chain/testing/world.hpp"
#include "http/router.hpp"

namespace salus::api::eth::testing {

struct RpcWorld : ::testing::Test {
    chain::testing::World world;
    EndpointOptions options;
    http::Router router;
    std::unique_ptr<Endpoint> endpoint;

    void begin() {
        ASSERT_TRUE(world.open().ok());
        router = {};
        endpoint = serve_chain(router, *world.chain, world.clock, world.random, options);
    }
    Json ask(std::string_view method, std::string_view params = "[]") const {
        std::string body = R"({"jsonrpc":"2.0","id":1,"method":")";
        body.append(method).append(R"(","params":)").append(params).append("}");
        auto parsed = codec::parse_json(endpoint->answer(body), {std::size_t{64} << 20, 2000});
        EXPECT_TRUE(parsed.ok()) << body;
        return parsed.ok() ? *parsed : Json(json::object{});
    }
    Json result(std::string_view method, std::string_view params = "[]") const {
        const Json answer = ask(method, params);
        const Json* found = codec::json_find(answer.as_object(), "result");
        EXPECT_NE(found, nullptr) << codec::print_json(answer);
        return found == nullptr ? Json() : *found;
    }
    std::int64_t error_code(std::string_view method, std::string_view params = "[]") const {
        const Json answer = ask(method, params);
        const Json* error = codec::json_find(answer.as_object(), "error");
        return error == nullptr ? 0 : error->at("code").as_int64();
    }
};

inline std::string quoted(ByteView bytes) {
    return "\"" + to_hex0x(bytes) + "\"";
}

} // namespace salus::api::eth::testing
