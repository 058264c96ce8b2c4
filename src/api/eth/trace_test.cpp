#include "api/eth/test_world.hpp"

namespace salus::api::eth {
namespace {

using chain::testing::address_of;
using chain::testing::counter_code;
using testing::quoted;
using testing::RpcWorld;

struct Traces : RpcWorld {
    Traces() {
        begin();
        counter = *world.sealed(chain::testing::creation(0, counter_code())).contract_address;
        called = world.sealed(chain::testing::call_of(1, counter, {}));
    }
    Json trace(const std::string& wanted) const { return trace(called, wanted); }
    Json trace(const chain::ReceiptInfo& of, const std::string& wanted) const {
        return result("debug_traceTransaction",
                      "[" + quoted(of.transaction_hash.bytes) + "," + wanted + "]");
    }
    // Code that calls the contract with 32 bytes and 1000 gas beyond, then reverts or returns.
    static Bytes caller_of(const Address& callee, bool reverts) {
        Bytes out = hex("60005f60205f5f73");
        append(out, ByteView(callee.bytes));
        append(out, hex("62030d40f1"));
        append(out, reverts ? hex("5f5ffd") : hex("00"));
        return out;
    }
    Address counter;
    chain::ReceiptInfo called;
};

TEST_F(Traces, StructLogsCostWhatTheTransactionCost) {
    const Json out = trace("{}");
    EXPECT_EQ(out.at("gas").to_number<std::uint64_t>(), called.gas_used);
    EXPECT_FALSE(out.at("failed").as_bool());
    EXPECT_EQ(out.at("returnValue").as_string(), "0x" + std::string(63, '0') + "1");
    const json::array& logs = out.at("structLogs").as_array();
    ASSERT_GT(logs.size(), 10U);
    EXPECT_EQ(logs.at(0).at("op").as_string(), "CALLDATASIZE");
    for (std::size_t i = 0; i + 1 < logs.size(); ++i) {
        EXPECT_EQ(logs[i].at("gas").as_int64() - logs[i].at("gasCost").as_int64(),
                  logs[i + 1].at("gas").as_int64());
    }
    std::size_t stores = 0;
    for (const Json& log : logs) {
        if (log.at("op").as_string() != "SSTORE") continue;
        ++stores;
        EXPECT_EQ(log.at("storage").at("0x" + std::string(64, '0')).as_string(),
                  "0x" + std::string(63, '0') + "1");
    }
    EXPECT_EQ(stores, 1U);
}

TEST_F(Traces, StructLogsLeaveOutWhatIsNotWanted) {
    const Json out = trace(R"({"disableStack":true,"disableStorage":true,"limit":3})");
    const json::array& logs = out.at("structLogs").as_array();
    EXPECT_EQ(logs.size(), 3U);
    for (const Json& log : logs) {
        EXPECT_EQ(codec::json_find(log.as_object(), "stack"), nullptr);
        EXPECT_EQ(codec::json_find(log.as_object(), "storage"), nullptr);
    }
    const Json whole = trace(R"({"enableMemory":true,"enableReturnData":true})");
    EXPECT_NE(codec::json_find(whole.at("structLogs").as_array().back().as_object(), "memory"),
              nullptr);
}

TEST_F(Traces, TheCallTracerNestsCallsAndTheirLogs) {
    const auto receipt = world.sealed(chain::testing::creation(2, caller_of(counter, false)));
    const auto outer = world.sealed(chain::testing::call_of(3, *receipt.contract_address, {}));
    const Json out = trace(outer, R"({"tracer":"callTracer","tracerConfig":{"withLog":true}})");
    EXPECT_EQ(out.at("type").as_string(), "CALL");
    EXPECT_EQ(out.at("gas").as_string(), "0x30d40");
    EXPECT_EQ(out.at("gasUsed").as_string(),
              codec::json_find(
                  ask("eth_getTransactionReceipt", "[" + quoted(outer.transaction_hash.bytes) + "]")
                      .at("result")
                      .as_object(),
                  "gasUsed")
                  ->as_string());
    const Json& inner = out.at("calls").at(0);
    EXPECT_EQ(inner.at("to").as_string(), to_hex0x(counter.bytes));
    EXPECT_EQ(inner.at("logs").at(0).at("address").as_string(), to_hex0x(counter.bytes));
    const Json top = trace(outer, R"({"tracer":"callTracer","tracerConfig":{"onlyTopCall":true}})");
    EXPECT_EQ(codec::json_find(top.as_object(), "calls"), nullptr);
}

TEST_F(Traces, TheCallTracerTellsWhyAndDropsTheLogsOfWhatFailed) {
    const auto receipt = world.sealed(chain::testing::creation(2, caller_of(counter, true)));
    const auto outer = world.sealed(chain::testing::call_of(3, *receipt.contract_address, {}));
    const Json out = trace(outer, R"({"tracer":"callTracer","tracerConfig":{"withLog":true}})");
    EXPECT_EQ(out.at("error").as_string(), "execution reverted");
    EXPECT_EQ(codec::json_find(out.as_object(), "logs"), nullptr);
    EXPECT_EQ(codec::json_find(out.at("calls").at(0).as_object(), "error"), nullptr);
}

TEST_F(Traces, ThePrestateIsThatBeforeTheTransaction) {
    const std::string slot = "0x" + std::string(64, '0');
    const Json out = trace(R"({"tracer":"prestateTracer"})");
    const Json& account = out.at(to_hex0x(counter.bytes));
    EXPECT_EQ(account.at("storage").at(slot).as_string(), slot);
    EXPECT_EQ(account.at("code").as_string(), to_hex0x(counter_code()));
    EXPECT_EQ(out.at(to_hex0x(address_of(0).bytes)).at("nonce").as_int64(), 1);
    const Json diff = trace(R"({"tracer":"prestateTracer","tracerConfig":{"diffMode":true}})");
    EXPECT_EQ(diff.at("post").at(to_hex0x(counter.bytes)).at("storage").at(slot).as_string(),
              "0x" + std::string(63, '0') + "1");
    EXPECT_EQ(codec::json_find(diff.at("pre").at(to_hex0x(counter.bytes)).as_object(), "storage"),
              nullptr); // there was nothing in the slot
    EXPECT_EQ(diff.at("post").at(to_hex0x(address_of(0).bytes)).at("nonce").as_int64(), 2);
}

TEST_F(Traces, BlocksAreTracedByNumberAndByHash) {
    const Json by_number = result("debug_traceBlockByNumber", R"(["0x2",{}])");
    ASSERT_EQ(by_number.as_array().size(), 1U);
    EXPECT_EQ(by_number.at(0).at("txHash").as_string(), to_hex0x(called.transaction_hash.bytes));
    EXPECT_EQ(by_number.at(0).at("result"), trace("{}"));
    EXPECT_EQ(result("debug_traceBlockByHash", "[" + quoted(called.place.block_hash.bytes) + "]"),
              by_number);
}

TEST_F(Traces, CallsAreTracedWithOverrides) {
    const std::string call = R"([{"to":)" + quoted(counter.bytes) + R"(,"input":"0x01"},"latest",)";
    const Json plain = result("debug_traceCall", call + R"({"tracer":"callTracer"}])");
    EXPECT_EQ(plain.at("output").as_string(), "0x" + std::string(63, '0') + "2");
    const Json changed =
        result("debug_traceCall", call + R"({"tracer":"callTracer","stateOverrides":{)" +
                                      quoted(counter.bytes) + R"(:{"code":"0x435f5260205ff3"}},)" +
                                      R"("blockOverrides":{"number":"0x1234"}}])");
    EXPECT_EQ(changed.at("output").as_string(), "0x" + std::string(60, '0') + "1234");
}

TEST_F(Traces, RefusesByName) {
    const std::string hash = quoted(called.transaction_hash.bytes);
    EXPECT_EQ(error_code("debug_traceTransaction", "[" + quoted(Hash32{}.bytes) + "]"), -32000);
    EXPECT_EQ(error_code("debug_traceTransaction", "[" + hash + R"(,{"tracer":"4byteTracer"}])"),
              -32602);
    EXPECT_EQ(error_code("debug_traceTransaction", "[" + hash + R"(,{"timeout":"soon"}])"), -32602);
    EXPECT_EQ(error_code("debug_traceBlockByNumber", R"(["0x0"])"), -32000);
    EXPECT_EQ(error_code("debug_traceBlockByNumber", R"(["0x99"])"), -32000);
}

TEST_F(Traces, StopAtTheLimitOfBytes) {
    options.response_limit = 500;
    router = {};
    endpoint = serve_chain(router, *world.chain, world.clock, world.random, options);
    EXPECT_EQ(
        error_code("debug_traceTransaction", "[" + quoted(called.transaction_hash.bytes) + "]"),
        -32005);
}

TEST_F(Traces, StopAtTheLimitOfTime) {
    std::int64_t now = 0;
    options.now_ms = [&now] { return now += 1000; }; // each look at the clock is a second
    router = {};
    endpoint = serve_chain(router, *world.chain, world.clock, world.random, options);
    EXPECT_EQ(error_code("debug_traceTransaction",
                         "[" + quoted(called.transaction_hash.bytes) + R"(,{"timeout":"10ms"}])"),
              -32005);
    // A call that reads thousands of accounts: the clock is looked at at each.
    const std::string loop = R"([{"to":)" + quoted(address_of(60).bytes) + R"(},"latest",{)" +
                             quoted(address_of(60).bytes) + R"(:{"code":"0x5b5a31505f56"}}])";
    EXPECT_EQ(error_code("eth_call", loop), -32005);
    EXPECT_EQ(error_code("eth_simulateV1", R"([{"blockStateCalls":[{},{},{},{},{},{},{}]}])"),
              -32005);
}

} // namespace
} // namespace salus::api::eth
