// The official VM tests (ethereum/legacytests, Constantinople/VMTests): one message's code. They
// lie in a folder named after Constantinople, yet their gas is Frontier's: EXP costs 10 a byte of
// the exponent and SELFDESTRUCT nothing.
#include <gtest/gtest.h>

#include "codec/json.hpp"
#include "codec/rlp.hpp"
#include "crypto/hash.hpp"
#include "evm/fake_host_test.hpp"
#include "support/archives.hpp"

namespace salus::evm::test {
namespace {

using codec::json::object;

std::string text(const object& from, std::string_view key) {
    return codec::json_string(from, key).value();
}
uint256 number(const object& from, std::string_view key) {
    return uint256_from_text(text(from, key)).value();
}
Bytes bytes(const object& from, std::string_view key) {
    return hex(text(from, key));
}
const object& child(const object& from, std::string_view key) {
    return *codec::json_object(from, key).value();
}

std::map<uint256, uint256> storage_of(const object& account) {
    std::map<uint256, uint256> out;
    for (const auto& [key, value] : child(account, "storage")) {
        out[uint256_from_text(key).value()] =
            uint256_from_text(std::string_view(value.as_string())).value();
    }
    return out;
}

FakeHost world_of(const object& test) {
    FakeHost host(Revision::frontier);
    for (const auto& [name, value] : child(test, "pre")) {
        const object& account = value.as_object();
        host.accounts[address(name)] = {number(account, "nonce").low64(),
                                        number(account, "balance"), bytes(account, "code"),
                                        storage_of(account)};
    }
    const object& env = child(test, "env");
    BlockContext& block = host.block_context;
    block.number = number(env, "currentNumber").low64();
    block.timestamp = number(env, "currentTimestamp").low64();
    block.gas_limit = number(env, "currentGasLimit").low64();
    block.coinbase = address(text(env, "currentCoinbase"));
    block.prev_randao = number(env, "currentDifficulty");
    for (std::uint64_t i = block.number > 256 ? block.number - 256 : 0; i < block.number; ++i) {
        host.block_hashes[i] = crypto::keccak256(view(std::to_string(i)));
    }
    const object& exec = child(test, "exec");
    host.transaction_context.origin = address(text(exec, "origin"));
    host.transaction_context.gas_price = number(exec, "gasPrice");
    return host;
}

Ran run_exec(FakeHost& host, const object& exec) {
    const Bytes input = bytes(exec, "data");
    Message message;
    message.gas = static_cast<std::int64_t>(number(exec, "gas").low64());
    message.sender = address(text(exec, "caller"));
    message.recipient = address(text(exec, "address"));
    message.code_address = message.recipient;
    message.value = number(exec, "value");
    message.input = input;
    return run(host, message, bytes(exec, "code"));
}

Hash32 hash_of(const std::vector<FakeLog>& logs) {
    codec::rlp::Writer out;
    out.open_list();
    for (const FakeLog& log : logs) {
        out.open_list().fixed(log.address).open_list();
        for (const Hash32& topic : log.topics) out.fixed(topic);
        out.close_list().bytes(log.data).close_list();
    }
    return crypto::keccak256(out.close_list().take());
}

void expect_storage(const FakeHost& host, const object& post) {
    for (const auto& [name, value] : post) {
        auto storage = host.accounts.at(address(name)).storage;
        std::erase_if(storage, [](const auto& slot) { return !slot.second; });
        EXPECT_EQ(storage, storage_of(value.as_object()));
    }
}

void check(const object& test) {
    FakeHost host = world_of(test);
    const Ran ran = run_exec(host, child(test, "exec"));
    const object* post = nullptr;
    if (const codec::Json* found = codec::json_find(test, "post")) post = &found->as_object();
    if (post == nullptr) {
        EXPECT_NE(ran.result.status, Status::success);
        return;
    }
    EXPECT_EQ(name(ran.result.status), "success");
    EXPECT_EQ(static_cast<std::uint64_t>(ran.result.gas_left), number(test, "gas").low64());
    EXPECT_EQ(to_hex0x(ran.result.output), text(test, "out"));
    EXPECT_EQ(to_hex0x(hash_of(host.logs).bytes), text(test, "logs"));
    expect_storage(host, *post);
}

TEST(OfficialVmTests, AgreeWithFrontier) {
    const auto folder = salus::test::unpacked("ethereum/vmtests-constantinople.tar.zst");
    if (!folder) GTEST_SKIP() << "no ethereum/vmtests-constantinople.tar.zst in the test data";
    int cases = 0;
    for (const auto& file : salus::test::files_below(*folder, ".json")) {
        const auto parsed = codec::parse_json(salus::test::read_file(file));
        ASSERT_TRUE(parsed.ok()) << file;
        for (const auto& [name, test] : parsed->as_object()) {
            SCOPED_TRACE(std::string(name));
            check(test.as_object());
            ++cases;
        }
    }
    EXPECT_EQ(cases, 418);
}

} // namespace
} // namespace salus::evm::test
