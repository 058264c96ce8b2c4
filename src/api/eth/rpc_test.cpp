#include <cstdio>
#include <filesystem>

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/eth/endpoint.hpp"
#include "api/eth/rpc.hpp"
#include "api/eth/test_socket.hpp"
#include "chain/testing/world.hpp"
#include "http/server.hpp"

namespace salus::api::eth {
namespace {

using chain::testing::address_of;
using chain::testing::World;
using ::testing::HasSubstr;
using testing::Socket;

std::string hex_of(ByteView bytes) {
    return to_hex0x(bytes);
}

struct RpcTest : ::testing::Test {
    World world;
    EndpointOptions options;
    http::Router router;
    std::unique_ptr<Endpoint> endpoint;

    RpcTest() {
        EXPECT_TRUE(world.open().ok());
        options.batch_limit = 20;
        options.sealer = address_of(7);
        begin();
    }
    void begin() {
        router = {};
        endpoint = serve_chain(router, *world.chain, world.clock, world.random, options);
    }
    Json ask_text(std::string_view body) {
        auto parsed = codec::parse_json(endpoint->answer(body));
        EXPECT_TRUE(parsed.ok()) << body;
        return parsed.ok() ? *parsed : Json();
    }
    Json ask(std::string_view method, std::string_view params) {
        return ask_text(fmt_request(method, params));
    }
    static std::string fmt_request(std::string_view method, std::string_view params) {
        std::string out = R"({"jsonrpc":"2.0","id":1,"method":")";
        return out.append(method).append(R"(","params":)").append(params) + "}";
    }
    // The result as text: strings without quotes, all else as JSON.
    std::string result(std::string_view method, std::string_view params = "[]") {
        const Json answer = ask(method, params);
        const Json* value = codec::json_find(answer.as_object(), "result");
        if (value == nullptr) return "error: " + codec::print_json(answer);
        return value->is_string() ? std::string(value->get_string()) : codec::print_json(*value);
    }
    std::int64_t error_code(std::string_view method, std::string_view params = "[]") {
        const Json answer = ask(method, params);
        const Json* error = codec::json_find(answer.as_object(), "error");
        return error == nullptr ? 0 : error->at("code").as_int64();
    }
    chain::ReceiptInfo deploy(ByteView code, std::uint64_t nonce = 0) {
        return world.sealed(chain::testing::creation(nonce, code));
    }
};

TEST_F(RpcTest, AnswersWhatClientsAskFirst) {
    EXPECT_EQ(result("eth_chainId"), "0x11da7");
    EXPECT_EQ(result("net_version"), "73127");
    EXPECT_EQ(result("eth_blockNumber"), "0x0");
    EXPECT_EQ(result("eth_gasPrice"), "0x0");
    EXPECT_EQ(result("eth_maxPriorityFeePerGas"), "0x0");
    EXPECT_EQ(result("eth_accounts"), "[]");
    EXPECT_EQ(result("eth_syncing"), "false");
    EXPECT_EQ(result("net_listening"), "true");
    EXPECT_EQ(result("net_peerCount"), "0x0");
    EXPECT_EQ(result("web3_clientVersion"), "Salus/v0.1.0");
    EXPECT_EQ(result("web3_sha3", R"(["0x"])"), hex_of(crypto::kEmptyCodeHash.bytes));
    EXPECT_THAT(result("rpc_modules"), HasSubstr("\"eth\":\"1.0\""));
}

TEST_F(RpcTest, ReadsAccounts) {
    const std::string account = "\"" + hex_of(address_of(0).bytes) + "\"";
    EXPECT_EQ(result("eth_getBalance", "[" + account + ",\"latest\"]"), "0x21e19e0c9bab2400000");
    EXPECT_EQ(result("eth_getBalance", "[" + account + "]"), "0x21e19e0c9bab2400000");
    EXPECT_EQ(result("eth_getTransactionCount", "[" + account + ",{\"blockNumber\":\"0x0\"}]"),
              "0x0");
    EXPECT_EQ(result("eth_getCode", "[" + account + ",0]"), "0x");
    EXPECT_EQ(result("eth_getStorageAt", "[" + account + ",\"0x0\",\"latest\"]"),
              "0x" + std::string(64, '0'));
}

TEST_F(RpcTest, RefusesWithTheStandardCodes) {
    EXPECT_EQ(error_code("eth_fillTransaction", "[{}]"), -32601);
    EXPECT_EQ(error_code("eth_subscribe", R"(["newHeads"])"), -32601); // over HTTP
    for (const auto& [method, params] : std::vector<std::pair<const char*, const char*>>{
             {"eth_getBalance", "[]"},
             {"eth_getBalance", R"(["0x12"])"},
             {"eth_getBalance", R"(["0x00000000000000000000000000000000000000zz"])"},
             {"eth_getBalance", R"(["0x0000000000000000000000000000000000000000","newest"])"},
             {"eth_getBalance", R"(["0x0000000000000000000000000000000000000000",{}])"},
             {"eth_chainId", "[1]"},
             {"eth_chainId", "{}"},
             {"eth_getStorageAt", R"(["0xaa00000000000000000000000000000000000000","0xasdf"])"},
             {"eth_getStorageAt",
              R"(["0xaa00000000000000000000000000000000000000",)"
              R"("0x00000000000000000000000000000000000000000000000000000000000000000"])"},
             {"eth_call", R"([{"data":"0x123"}])"},
             {"eth_call", R"([{"data":"0x12","input":"0x34"}])"},
             {"eth_call", R"([{"gasPrice":"0x1","maxFeePerGas":"0x1"}])"},
             {"eth_getLogs", R"([{"fromBlock":"0x2","toBlock":"0x1"}])"},
             {"eth_getLogs", R"([{"fromBlock":"0x0","toBlock":"0x38"}])"},
             {"eth_getLogs", R"([{"topics":[null,null,null,null,null]}])"},
             {"eth_sendRawTransaction", R"(["0x"])"},
             {"eth_feeHistory", R"(["0x1","latest",[50,20]])"}}) {
        EXPECT_EQ(error_code(method, params), -32602) << method << params;
    }
    EXPECT_EQ(
        error_code("eth_getBalance", R"(["0x0000000000000000000000000000000000000000","0x99"])"),
        -32001);
    EXPECT_EQ(error_code("eth_getFilterChanges", R"(["0x1"])"), -32000);
}

TEST_F(RpcTest, RefusesWhatIsNoRequest) {
    const auto code = [this](std::string_view body) {
        return ask_text(body).at("error").at("code").as_int64();
    };
    EXPECT_EQ(code("{"), -32700);
    EXPECT_EQ(code(std::string(10, '[')), -32700);
    EXPECT_EQ(code(R"({"jsonrpc":"2.0","id":1e999,"method":"eth_chainId"})"), -32700);
    EXPECT_EQ(code("[]"), -32600);
    EXPECT_EQ(code("1"), -32600);
    EXPECT_EQ(code(R"({"id":1,"method":"eth_chainId"})"), -32600);
    EXPECT_EQ(code(R"({"jsonrpc":"2.0","id":1})"), -32600);
    EXPECT_EQ(code(R"({"jsonrpc":"2.0","id":[],"method":"eth_chainId"})"), -32600);
}

TEST_F(RpcTest, AnswersBatchesInOrderWithoutNotifications) {
    const Json answer = ask_text(R"([{"jsonrpc":"2.0","id":"a","method":"eth_chainId"},)"
                                 R"({"jsonrpc":"2.0","method":"eth_chainId"},7,)"
                                 R"({"jsonrpc":"2.0","id":null,"method":"none"}])");
    ASSERT_EQ(answer.as_array().size(), 3u);
    EXPECT_EQ(answer.at(0).at("id").as_string(), "a");
    EXPECT_EQ(answer.at(1).at("error").at("code").as_int64(), -32600);
    EXPECT_EQ(answer.at(2).at("error").at("code").as_int64(), -32601);
    EXPECT_EQ(endpoint->answer(R"({"jsonrpc":"2.0","method":"eth_chainId"})"), "");
}

TEST_F(RpcTest, LimitsBatches) {
    std::string batch = "[";
    for (int i = 0; i < 21; ++i) batch += (i == 0 ? "" : ",") + fmt_request("eth_chainId", "[]");
    EXPECT_EQ(ask_text(batch + "]").at("error").at("code").as_int64(), -32600);
    options.batch_limit = 1000;
    options.response_limit = 1000;
    begin();
    std::string large = "[";
    for (int i = 0; i < 300; ++i) large += (i == 0 ? "" : ",") + fmt_request("eth_chainId", "[]");
    const Json answer = ask_text(large + "]");
    EXPECT_EQ(answer.at(0).at("result").as_string(), "0x11da7");
    EXPECT_EQ(answer.at(299).at("error").at("code").as_int64(), -32005);
}

TEST_F(RpcTest, SendsTransactionsAndShowsThem) {
    const Bytes raw = chain::testing::raw({});
    const std::string hash = result("eth_sendRawTransaction", "[\"" + hex_of(raw) + "\"]");
    ASSERT_TRUE(hash.starts_with("0x")) << hash;
    world.wait(hash32(hash));
    const Json receipt = ask("eth_getTransactionReceipt", "[\"" + hash + "\"]").at("result");
    EXPECT_EQ(receipt.at("status").as_string(), "0x1");
    EXPECT_EQ(receipt.at("gasUsed").as_string(), "0x5208");
    const Json by_hash = ask("eth_getTransactionByHash", "[\"" + hash + "\"]").at("result");
    EXPECT_EQ(by_hash.at("blockNumber").as_string(), "0x1");
    EXPECT_EQ(ask("eth_getTransactionByBlockNumberAndIndex", R"(["0x1","0x0"])").at("result"),
              by_hash);
    EXPECT_EQ(result("eth_getRawTransactionByHash", "[\"" + hash + "\"]"), hex_of(raw));
    EXPECT_EQ(result("eth_getBlockTransactionCountByNumber", R"(["0x1"])"), "0x1");
    EXPECT_EQ(result("eth_getUncleCountByBlockNumber", R"(["0x1"])"), "0x0");
    EXPECT_EQ(result("eth_getBlockByNumber", R"(["0x99",true])"), "null");
    EXPECT_EQ(error_code("eth_sendRawTransaction", "[\"" + hex_of(raw) + "\"]"), -32003);
}

TEST_F(RpcTest, SendsABatchOfTransactionsTogether) {
    std::string batch = "[";
    for (std::uint64_t nonce = 0; nonce < 5; ++nonce) {
        batch += fmt_request("eth_sendRawTransaction",
                             "[\"" + hex_of(chain::testing::raw({.nonce = nonce})) + "\"]") +
                 ",";
    }
    const Json answer =
        ask_text(batch + fmt_request("eth_sendRawTransaction", R"(["0xzz"])") + "]");
    for (std::size_t i = 0; i < 5; ++i) {
        world.wait(hash32(std::string(answer.at(i).at("result").as_string())));
    }
    EXPECT_EQ(answer.at(5).at("error").at("code").as_int64(), -32602);
}

TEST_F(RpcTest, CallsAndEstimatesWithRevertData) {
    const Address counter = *deploy(chain::testing::counter_code()).contract_address;
    const std::string to = R"([{"to":")" + hex_of(counter.bytes) + "\"}]";
    EXPECT_EQ(result("eth_call", to), "0x" + std::string(64, '0'));
    EXPECT_TRUE(result("eth_estimateGas", to).starts_with("0x"));
    const Address reverter = *deploy(chain::testing::reverter_code(), 1).contract_address;
    const std::string bad = R"([{"to":")" + hex_of(reverter.bytes) + "\"}]";
    for (const char* method : {"eth_call", "eth_estimateGas"}) {
        const Json error = ask(method, bad).at("error");
        EXPECT_EQ(error.at("code").as_int64(), 3);
        EXPECT_EQ(error.at("message").as_string(), "execution reverted");
        EXPECT_EQ(error.at("data").as_string(), "0xdeadbeef");
    }
    EXPECT_THAT(result("eth_createAccessList", to), HasSubstr(hex_of(counter.bytes)));
}

TEST_F(RpcTest, FindsLogsAndFiltersThem) {
    const Address counter = *deploy(chain::testing::counter_code()).contract_address;
    const std::string request = R"([{"fromBlock":"0x0","address":")" + hex_of(counter.bytes) +
                                R"(","topics":[[")" + hex_of(hash32(std::string(64, '7')).bytes) +
                                "\",\"" + hex_of(hash32(std::string(64, '8')).bytes) + "\"]]}]";
    const std::string logs = result("eth_newFilter", request);
    const std::string blocks = result("eth_newBlockFilter");
    const std::string pending = result("eth_newPendingTransactionFilter");
    const Hash32 topic = hash32(std::string(64, '7'));
    const auto receipt = world.sealed(chain::testing::call_of(1, counter, topic));
    const Json found = ask("eth_getLogs", request).at("result");
    ASSERT_EQ(found.as_array().size(), 1u);
    EXPECT_EQ(found.at(0).at("topics").at(0).as_string(), hex_of(topic.bytes));
    EXPECT_EQ(ask("eth_getFilterChanges", "[\"" + logs + "\"]").at("result"), found);
    EXPECT_EQ(result("eth_getFilterChanges", "[\"" + logs + "\"]"), "[]");
    EXPECT_EQ(ask("eth_getFilterLogs", "[\"" + logs + "\"]").at("result"), found);
    EXPECT_EQ(result("eth_getFilterChanges", "[\"" + blocks + "\"]"),
              "[\"" + hex_of(receipt.place.block_hash.bytes) + "\"]");
    std::string sent = "[]"; // listeners are told after the block is there
    for (int tries = 0; tries < 500 && sent == "[]"; ++tries) {
        sent = result("eth_getFilterChanges", "[\"" + pending + "\"]");
        if (sent == "[]") std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_EQ(sent, "[\"" + hex_of(receipt.transaction_hash.bytes) + "\"]");
    EXPECT_EQ(result("eth_uninstallFilter", "[\"" + logs + "\"]"), "true");
    EXPECT_EQ(result("eth_uninstallFilter", "[\"" + logs + "\"]"), "false");
}

TEST_F(RpcTest, LimitsTheDepthOfARequest) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_EQ(error_code("eth_getLogs", nested(20)), -32602);
    EXPECT_EQ(error_code("eth_getLogs", nested(100)), -32005);
}

TEST_F(RpcTest, LimitsTheAlternativesOfALogFilter) {
    const auto list = [](std::size_t bytes, int count) {
        std::string out = "[";
        for (int i = 0; i < count; ++i) {
            out += (i == 0 ? "\"0x" : ",\"0x") + std::string(2 * bytes, '7') + "\"";
        }
        return out + "]";
    };
    for (const char* method : {"eth_getLogs", "eth_newFilter"}) {
        EXPECT_EQ(error_code(method, R"([{"address":)" + list(20, 1000) + "}]"), 0);
        EXPECT_EQ(error_code(method, R"([{"address":)" + list(20, 1001) + "}]"), -32602);
        EXPECT_EQ(error_code(method, R"([{"topics":[null,)" + list(32, 1000) + "]}]"), 0);
        EXPECT_EQ(error_code(method, R"([{"topics":[null,)" + list(32, 1001) + "]}]"), -32602);
    }
}

TEST_F(RpcTest, ForgetsFiltersThatNobodyAsks) {
    const std::string id = "[\"" + result("eth_newBlockFilter") + "\"]";
    world.clock.advance(std::chrono::seconds(299));
    EXPECT_EQ(result("eth_getFilterChanges", id), "[]");
    world.clock.advance(std::chrono::seconds(301));
    EXPECT_EQ(error_code("eth_getFilterChanges", id), -32000);
}

TEST_F(RpcTest, GivesFeeHistoryForNumbersAndHex) {
    world.sealed({});
    const Json history = ask("eth_feeHistory", R"(["0xa","latest",[20]])").at("result");
    EXPECT_EQ(history.at("baseFeePerGas").as_array().size(),
              history.at("gasUsedRatio").as_array().size() + 1);
    EXPECT_EQ(ask("eth_feeHistory", R"([10,"latest",[20]])").at("result"), history);
    EXPECT_EQ(codec::json_find(ask("eth_feeHistory", R"([1,"latest"])").at("result").as_object(),
                               "reward"),
              nullptr);
}

TEST_F(RpcTest, ServesTheSealBesideTheBlock) {
    const auto receipt = world.sealed({});
    const Json seal = ask("salus_getSeal", R"(["latest"])").at("result");
    EXPECT_EQ(seal.at("blockHash").as_string(), hex_of(receipt.place.block_hash.bytes));
    EXPECT_EQ(seal.at("sealer").as_string(), hex_of(address_of(7).bytes));
    EXPECT_EQ(seal.at("signature").as_string().size(), 2u + 130u);
    EXPECT_EQ(result("salus_getSeal", R"(["0x99"])"), "null");
}

// --- shapes, against execution-apis ----------------------------------------------------------

std::set<std::string> keys_of(const Json& value) {
    std::set<std::string> out;
    for (const auto& [key, ignored] : value.as_object()) out.insert(std::string(key));
    return out;
}

// SALUS_TEST_DATA, or shared/data beside the checkout that the tests run in.
std::filesystem::path data_folder() {
    if (const char* set = std::getenv("SALUS_TEST_DATA")) return set;
    std::filesystem::path at = std::filesystem::current_path();
    while (at.has_relative_path() && !std::filesystem::exists(at / "shared/data")) {
        at = at.parent_path();
    }
    return at / "shared/data";
}

// The result that the official example of this name has.
std::optional<Json> example(const std::string& name) {
    const std::string archive = data_folder() / "ethereum/execution-apis.tar.zst";
    const std::string command = "tar --zstd -xOf '" + archive + "' './" + name +
                                "' 2>/dev/null || " + "tar --zstd -xOf '" + archive + "' '" + name +
                                "' 2>/dev/null";
    std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string text;
    std::array<char, 4096> part{};
    std::size_t got = 0;
    do {
        got = fread(part.data(), 1, part.size(), pipe.get());
        text.append(part.data(), got);
    } while (got != 0);
    const std::size_t at = text.find("<< ");
    if (at == std::string::npos) return std::nullopt;
    const auto parsed = codec::parse_json(text.substr(at + 3, text.find('\n', at) - at - 3));
    return parsed.ok() ? std::optional<Json>(parsed->at("result")) : std::nullopt;
}

TEST_F(RpcTest, HasTheFieldsOfTheOfficialExamples) {
    const auto block = example("eth_getBlockByNumber/get-finalized.io");
    if (!block) GTEST_SKIP() << "no execution-apis data: set SALUS_TEST_DATA";
    const Address counter = *deploy(chain::testing::counter_code()).contract_address;
    world.sealed({.nonce = 1});
    world.sealed({.nonce = 2, .type = state::TransactionType::access_list});
    world.sealed({.nonce = 3, .type = state::TransactionType::legacy});
    world.sealed(chain::testing::call_of(4, counter, {}));
    const auto ours = [&](const char* method, const char* params) {
        return ask(method, params).at("result");
    };
    EXPECT_EQ(keys_of(ours("eth_getBlockByNumber", R"(["0x2",true])")), keys_of(*block));
    const auto transaction = [&](const char* number) {
        return keys_of(
            ours("eth_getBlockByNumber", (std::string("[\"") + number + "\",true]").c_str())
                .at("transactions")
                .at(0));
    };
    const auto official = [](const char* name) {
        return keys_of(*example(std::string("eth_getTransactionByHash/") + name));
    };
    EXPECT_EQ(transaction("0x2"), official("get-dynamic-fee.io"));
    EXPECT_EQ(transaction("0x3"), official("get-access-list.io"));
    EXPECT_EQ(transaction("0x4"), keys_of(block->at("transactions").at(0)));
    const auto receipt = example("eth_getTransactionReceipt/get-dynamic-fee.io");
    EXPECT_EQ(keys_of(ours("eth_getBlockReceipts", R"(["0x2"])").at(0)), keys_of(*receipt));
    const auto log = example("eth_getLogs/topic-wildcard.io");
    EXPECT_EQ(keys_of(ours("eth_getLogs", R"([{"fromBlock":"0x5"}])").at(0)), keys_of(log->at(0)));
}

// --- over sockets ------------------------------------------------------------------------------

struct ServedTest : RpcTest {
    http::Metrics metrics;
    std::unique_ptr<http::Server> server;

    ServedTest() {
        http::ServerOptions server_options;
        server_options.port = 0;
        server = std::make_unique<http::Server>(server_options, std::move(router), world.clock,
                                                world.random, metrics);
        EXPECT_TRUE(server->start().ok());
    }
    ~ServedTest() override { server->stop(); }
    http::Url url() const { return {false, "127.0.0.1", server->port(), "/rpc"}; }
    static http::Client::Call post(std::string body) {
        http::Client::Call out;
        out.method = "POST";
        out.body = std::move(body);
        return out;
    }
};

TEST_F(ServedTest, AnswersOverHttp) {
    http::Client client(url());
    const auto answer = client.send(post(fmt_request("eth_chainId", "[]")));
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->body, R"({"jsonrpc":"2.0","id":1,"result":"0x11da7"})");
    const auto large = client.send(post(std::string(6 * 1024 * 1024, ' ')));
    ASSERT_TRUE(large.ok());
    EXPECT_EQ(large->status, 413);
    EXPECT_THAT(large->body, HasSubstr("\"code\":-32600"));
}

TEST_F(ServedTest, TellsNewHeadsAndLogs) {
    const Address counter = *deploy(chain::testing::counter_code()).contract_address;
    Socket socket(server->port());
    const std::string heads = std::string(
        socket.ask(fmt_request("eth_subscribe", R"(["newHeads"])")).at("result").as_string());
    const std::string logs =
        std::string(socket
                        .ask(fmt_request("eth_subscribe", R"(["logs",{"address":")" +
                                                              hex_of(counter.bytes) + "\"}]"))
                        .at("result")
                        .as_string());
    const auto receipt = world.sealed(chain::testing::call_of(1, counter, {}));
    std::map<std::string, Json> told;
    for (int i = 0; i < 2; ++i) {
        const Json one = socket.receive();
        EXPECT_EQ(one.at("method").as_string(), "eth_subscription");
        const Json& params = one.at("params");
        told[std::string(params.at("subscription").as_string())] = params.at("result");
    }
    EXPECT_EQ(told.at(heads).at("hash").as_string(), hex_of(receipt.place.block_hash.bytes));
    EXPECT_EQ(told.at(logs).at("transactionHash").as_string(),
              hex_of(receipt.transaction_hash.bytes));
    EXPECT_TRUE(
        socket.ask(fmt_request("eth_unsubscribe", "[\"" + logs + "\"]")).at("result").as_bool());
    EXPECT_EQ(socket.ask(fmt_request("eth_unsubscribe", "[\"" + logs + "\"]"))
                  .at("error")
                  .at("code")
                  .as_int64(),
              -32000);
    EXPECT_EQ(socket.ask(fmt_request("eth_subscribe", R"(["weather"])"))
                  .at("error")
                  .at("code")
                  .as_int64(),
              -32602);
}

struct ProxyTest : ServedTest {
    http::Router front_router;
    EndpointOptions front_options;
    std::unique_ptr<Endpoint> front;
    http::Metrics front_metrics;
    std::unique_ptr<http::Server> front_server;

    ProxyTest() {
        front = serve_proxy(front_router, url(), world.random, front_options);
        http::ServerOptions server_options;
        server_options.port = 0;
        front_server = std::make_unique<http::Server>(server_options, std::move(front_router),
                                                      world.clock, world.random, front_metrics);
        EXPECT_TRUE(front_server->start().ok());
    }
    ~ProxyTest() override { front_server->stop(); }
};

TEST_F(ProxyTest, HandsOnWhatIsAllowed) {
    const std::string chain_id = fmt_request("eth_chainId", "[]");
    EXPECT_EQ(front->answer(chain_id), endpoint->answer(chain_id));
    const std::string batch = "[" + chain_id + "," + fmt_request("admin_peers", "[]") + "," +
                              fmt_request("eth_getBalance", "[]") + "]";
    const Json answer = codec::parse_json(front->answer(batch)).value();
    EXPECT_EQ(answer.at(0).at("result").as_string(), "0x11da7");
    EXPECT_EQ(answer.at(1).at("error").at("code").as_int64(), -32601);
    EXPECT_EQ(answer.at(2).at("error").at("code").as_int64(), -32602);
}

TEST_F(ProxyTest, KeepsRevertData) {
    const Address reverter = *deploy(chain::testing::reverter_code()).contract_address;
    const std::string call =
        fmt_request("eth_call", R"([{"to":")" + hex_of(reverter.bytes) + "\"}]");
    EXPECT_EQ(front->answer(call), endpoint->answer(call));
}

TEST_F(ProxyTest, SaysThatTheNodeIsAway) {
    server->stop();
    const Json answer = codec::parse_json(front->answer(fmt_request("eth_chainId", "[]"))).value();
    EXPECT_EQ(answer.at("error").at("code").as_int64(), -32603);
}

TEST_F(ProxyTest, PollsForSubscriptions) {
    Socket socket(front_server->port());
    const Json id = socket.ask(fmt_request("eth_subscribe", R"(["newHeads"])")).at("result");
    std::this_thread::sleep_for(std::chrono::milliseconds(600)); // the first look sets the start
    const auto receipt = world.sealed({});
    const Json told = socket.receive();
    EXPECT_EQ(told.at("params").at("subscription"), id);
    EXPECT_EQ(told.at("params").at("result").at("hash").as_string(),
              hex_of(receipt.place.block_hash.bytes));
}

} // namespace
} // namespace salus::api::eth
