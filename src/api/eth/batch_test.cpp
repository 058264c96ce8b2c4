#include <gtest/gtest.h>

#include "api/eth/methods.hpp"
#include "chain/testing/world.hpp"

namespace salus::api::eth {
namespace {

// Each answer takes a second and is as long as it is told to be.
struct SlowBackend final : Backend {
    std::int64_t now_ms = 0;
    std::size_t answer_bytes = 1;
    std::vector<std::size_t> groups;

    bool together(const Request& first, const Request& second) const override {
        return first.method == "pair" && second.method == "pair";
    }
    std::vector<Result<Reply>> run(const std::vector<Request>& requests, const Caller&) override {
        if (!requests.empty()) groups.push_back(requests.size());
        now_ms += 1000 * static_cast<std::int64_t>(requests.size());
        return std::vector<Result<Reply>>(requests.size(),
                                          Reply(Json(std::string(answer_bytes, 'x'))));
    }
    // How many of the batch's answers are results; the others must be -32005.
    std::size_t answered(const std::vector<std::string>& methods, EndpointOptions limits) {
        limits.now_ms = [this] { return now_ms; };
        std::string body;
        for (const std::string& method : methods) {
            body += body.empty() ? "[" : ",";
            body += R"({"jsonrpc":"2.0","id":1,"method":")" + method + "\"}";
        }
        const Json answer = codec::parse_json(answer_rpc(body + "]", *this, limits, {})).value();
        EXPECT_EQ(answer.as_array().size(), methods.size());
        std::size_t out = 0;
        for (const Json& one : answer.as_array()) {
            const Json* error = codec::json_find(one.as_object(), "error");
            out += error == nullptr ? 1 : 0;
            EXPECT_TRUE(error == nullptr || error->at("code").as_int64() == -32005);
        }
        return out;
    }
};

TEST(RpcBatch, EndsAtItsDeadline) {
    SlowBackend backend;
    EndpointOptions limits;
    limits.batch_time = std::chrono::seconds(3);
    EXPECT_EQ(backend.answered(std::vector<std::string>(10, "one"), limits), 3u);
    EXPECT_EQ(backend.groups, std::vector<std::size_t>(3, 1));
}

TEST(RpcBatch, MakesNoAnswerBeyondTheResponseLimit) {
    SlowBackend backend;
    backend.answer_bytes = 1'000'000;
    EndpointOptions limits;
    limits.batch_time = std::chrono::hours(1);
    limits.response_limit = 2'500'000;
    EXPECT_EQ(backend.answered(std::vector<std::string>(200, "one"), limits), 3u);
    EXPECT_EQ(backend.groups.size(), 3u);
}

TEST(RpcBatch, GroupsOnlyWhatTheBackendWantsTogether) {
    SlowBackend backend;
    EndpointOptions limits;
    limits.batch_time = std::chrono::hours(1);
    EXPECT_EQ(backend.answered({"one", "pair", "pair", "one", "one", "pair"}, limits), 6u);
    EXPECT_EQ(backend.groups, (std::vector<std::size_t>{1, 2, 1, 1, 1}));
}

TEST(RpcBatch, GroupsOnlyTransactionsThatAreSent) {
    chain::testing::World world;
    ASSERT_TRUE(world.open().ok());
    const EndpointOptions options;
    const Methods methods(*world.chain, world.clock, world.random, options);
    const Backend::Request send{"eth_sendRawTransaction", {"0x"}};
    const Backend::Request none{"eth_sendRawTransaction", {}};
    const Backend::Request logs{"eth_getLogs", {json::object()}};
    EXPECT_TRUE(methods.together(send, send));
    EXPECT_FALSE(methods.together(send, none));
    EXPECT_FALSE(methods.together(logs, send));
    EXPECT_FALSE(methods.together(logs, logs));
}

} // namespace
} // namespace salus::api::eth
