#include "api/eth/test_world.hpp"
#include "state/transition.hpp"

namespace salus::api::eth {
namespace {

using chain::testing::address_of;
using chain::testing::counter_code;
using testing::quoted;
using testing::RpcWorld;

struct Simulated : RpcWorld {
    Simulated() { begin(); }
    static std::string account(std::size_t n) { return quoted(address_of(n).bytes); }
    Json simulate(const std::string& request) const {
        return result("eth_simulateV1", "[" + request + "]");
    }
    std::int64_t code(const std::string& request) const {
        return error_code("eth_simulateV1", "[" + request + "]");
    }
};

TEST_F(Simulated, BlocksBuildOnEachOther) {
    const std::string counter = account(50);
    const std::string call =
        R"({"to":)" + counter + R"(,"input":"0x)" + std::string(64, '0') + "\"}";
    const Json out = simulate(R"({"blockStateCalls":[{"stateOverrides":{)" + counter +
                              R"(:{"code":)" + quoted(counter_code()) + R"(}},"calls":[)" + call +
                              "," + call + R"(]},{"calls":[)" + call + R"(]}]})");
    ASSERT_EQ(out.as_array().size(), 2U);
    const std::string zeros(63, '0');
    EXPECT_EQ(out.at(0).at("calls").at(1).at("returnData").as_string(), "0x" + zeros + "2");
    EXPECT_EQ(out.at(1).at("calls").at(0).at("returnData").as_string(), "0x" + zeros + "3");
    EXPECT_EQ(out.at(0).at("calls").at(1).at("logs").at(0).at("logIndex").as_string(), "0x1");
    EXPECT_EQ(out.at(1).at("parentHash"), out.at(0).at("hash"));
    EXPECT_EQ(result("eth_getCode", "[" + counter + "]").as_string(), "0x"); // kept nowhere
}

TEST_F(Simulated, GapsAreFilledWithEmptyBlocks) {
    const Json out = simulate(R"({"blockStateCalls":[{"blockOverrides":{"number":"0x4"}}]})");
    ASSERT_EQ(out.as_array().size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(out.at(i).at("number").as_string(), "0x" + std::to_string(i + 1));
    }
}

TEST_F(Simulated, TransfersAreToldAsLogsWhereTheyHappened) {
    const std::string call =
        R"({"from":)" + account(0) + R"(,"to":)" + account(1) + R"(,"value":"0x5"})";
    const std::string blocks = R"({"blockStateCalls":[{"calls":[)" + call + "]}]";
    const Json told = simulate(blocks + R"(,"traceTransfers":true})").at(0).at("calls").at(0);
    EXPECT_EQ(told.at("logs").at(0).at("address").as_string(), "0x" + std::string(40, 'e'));
    EXPECT_TRUE(simulate(blocks + "}").at(0).at("calls").at(0).at("logs").as_array().empty());
}

TEST_F(Simulated, APrecompileMovesAndLeavesItsPlace) {
    const std::string identity = "\"0x" + std::string(39, '0') + "4\"";
    const auto call = [](const std::string& to) {
        return R"({"to":)" + to + R"(,"input":"0x1234"})";
    };
    const Json out = simulate(R"({"blockStateCalls":[{"stateOverrides":{)" + identity +
                              R"(:{"movePrecompileToAddress":)" + account(50) + R"(}},"calls":[)" +
                              call(account(50)) + "," + call(identity) + "]}]}");
    EXPECT_EQ(out.at(0).at("calls").at(0).at("returnData").as_string(), "0x1234");
    EXPECT_EQ(out.at(0).at("calls").at(1).at("returnData").as_string(), "0x");
    EXPECT_EQ(result("eth_call", "[" + call(account(50)) + R"(,"latest",{)" + identity +
                                     R"(:{"movePrecompileToAddress":)" + account(50) + "}}]")
                  .as_string(),
              "0x1234");
}

TEST_F(Simulated, RefusesByName) {
    const auto blocks = [](const std::string& inner, const std::string& more = "") {
        return R"({"blockStateCalls":[)" + inner + "]" + more + "}";
    };
    const std::string from = R"({"from":)" + account(0) + R"(,"to":)" + account(1);
    const std::string strict = R"(,"validation":true)";
    EXPECT_EQ(code("{}"), -32602);
    EXPECT_EQ(code(blocks(R"({"blockOverrides":{"number":"0x0"}})")), -38020);
    EXPECT_EQ(code(blocks(R"({"blockOverrides":{"time":"0x1"}})")), -38021);
    EXPECT_EQ(code(blocks(R"({"blockOverrides":{"number":"0x200"}})")), -38026);
    EXPECT_EQ(code(blocks(R"({"calls":[)" + from + R"(,"nonce":"0x5"}]})", strict)), -38011);
    EXPECT_EQ(code(blocks(R"({"stateOverrides":{)" + account(0) + R"(:{"nonce":"0x9"}},"calls":[)" +
                              from + R"(,"nonce":"0x5"}]})",
                          strict)),
              -38010);
    EXPECT_EQ(code(blocks(R"({"blockOverrides":{"baseFeePerGas":"0x7"},"calls":[)" + from + "}]}",
                          strict)),
              -38012);
    EXPECT_EQ(code(blocks(R"({"calls":[)" + from + R"(,"gas":"0x1"}]})")), -38013);
    EXPECT_EQ(code(blocks(R"({"calls":[{"from":)" + account(99) + R"(,"value":"0x1","to":)" +
                          account(1) + "}]}")),
              -38014);
    EXPECT_EQ(code(blocks(R"({"calls":[)" + from + R"(,"gas":"0xffffffffffff"}]})")), -38015);
    EXPECT_EQ(code(blocks(R"({"calls":[)" + from + R"(,"chainId":"0x1"}]})")), -32602);
    EXPECT_EQ(code(blocks(R"({"stateOverrides":{)" + account(0) +
                          R"(:{"movePrecompileToAddress":)" + account(1) + "}}}")),
              -32000);
}

TEST_F(Simulated, CallsSeeAnotherBlock) {
    const std::string call = R"([{"to":)" + account(50) + R"(},"latest",{)" + account(50) +
                             R"(:{"code":"0x42485f5260205ff3"}},)"; // TIMESTAMP BASEFEE MSTORE…
    EXPECT_EQ(result("eth_call", call + R"({"baseFeePerGas":"0x9"}])").as_string(),
              "0x" + std::string(64, '0')); // who pays no price sees a base fee of 0
    const std::string priced = R"([{"from":)" + account(0) + R"(,"gasPrice":"0x10","to":)" +
                               account(50) + R"(},"latest",{)" + account(50) +
                               R"(:{"code":"0x485f5260205ff3"}},{"baseFeePerGas":"0x9"}])";
    EXPECT_EQ(result("eth_call", priced).as_string(), "0x" + std::string(63, '0') + "9");
}

} // namespace
} // namespace salus::api::eth
