#include <gtest/gtest.h>

#include "api/eth/rpc.hpp"

namespace salus::api::eth {
namespace {

TEST(RequestKind, IsOfTheMethodTheContractAndTheFunction) {
    const auto call = [](const char* to, const char* data) {
        return request_kind(std::string(R"({"id":1,"method":"eth_call","params":[{"to":")") + to +
                            R"(","data":")" + data + R"("},"latest"]})");
    };
    EXPECT_EQ(call("0xaa", "0x0102030405"), call("0xaa", "0x0102030406"));
    EXPECT_NE(call("0xaa", "0x0102030405"), call("0xab", "0x0102030405"));
    EXPECT_NE(call("0xaa", "0x0102030405"), call("0xaa", "0x0102030505"));
    EXPECT_NE(request_kind(R"({"method":"eth_chainId"})"),
              request_kind(R"({"method":"eth_getLogs"})"));
    EXPECT_EQ(request_kind(R"([{"method":"eth_chainId"}])"), 0u);
    EXPECT_EQ(request_kind(""), 0u);
    for (const char* broken : {"{", R"({"method")", R"({"method":")", R"({"method":"a)"}) {
        request_kind(broken); // reads nothing beyond the end
    }
}

} // namespace
} // namespace salus::api::eth
