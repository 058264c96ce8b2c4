// The request and response files of ethereum/execution-apis, replayed over HTTP on the node that
// execution_apis.py started with their chain (SALUS_RPC_URL), and judged as the hive simulator
// does: JSON by structure, of errors code and data but not the message; answers that a file calls
// `speconly` by the schema of rpc.discover.

#include <cstdlib>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "codec/json.hpp"
#include "http/client.hpp"
#include "support/archives.hpp"
#include "support/json_schema.hpp"

namespace salus {
namespace {

using codec::Json;

// What is not answered as the file says, and why an Ethereum developer would accept it.
const std::map<std::string, std::string>& exceptions() {
    static const std::map<std::string, std::string> kExceptions = {
        {"eth_sendRawTransaction/send-blob-tx",
         "the pool of this chain takes no blobs (EIP-4844 sidecars): no consensus layer would "
         "spread them; blocks with blob transactions are imported, validated and priced"},
    };
    return kExceptions;
}

// The node of execution_apis.py.
class Node {
public:
    explicit Node(http::Url url) : client_(std::move(url)) {}
    Json ask(std::string_view body) {
        http::Client::Call call;
        call.method = "POST";
        call.body = std::string(body);
        call.headers.add("Content-Type", "application/json");
        const auto answer = client_.send(call);
        SALUS_ASSERT(answer.ok());
        auto out = codec::parse_json(answer->body, {std::size_t{64} << 20, 64});
        SALUS_ASSERT(out.ok());
        return *std::move(out);
    }

private:
    http::Client client_;
};

// --- the files ----------------------------------------------------------------------------------

struct Exchange {
    std::string request;
    Json expected;
};
struct Case {
    std::string name; // "eth_call/call-contract"
    bool by_schema = false;
    std::vector<Exchange> exchanges;
};

Case read_case(const std::filesystem::path& file) {
    Case out;
    out.name = file.parent_path().filename().string() + "/" + file.stem().string();
    std::istringstream lines(test::read_file(file));
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("//")) {
            out.by_schema = out.by_schema || line.find("speconly") != std::string::npos;
        } else if (line.starts_with(">> ")) {
            out.exchanges.push_back({line.substr(3), {}});
        } else if (line.starts_with("<< ")) {
            auto expected = codec::parse_json(line.substr(3), {std::size_t{64} << 20, 64});
            SALUS_ASSERT(expected.ok() && !out.exchanges.empty());
            out.exchanges.back().expected = *std::move(expected);
        }
    }
    return out;
}

// Those that change the pool come last.
std::vector<Case> read_cases(const std::filesystem::path& folder) {
    std::vector<Case> first;
    std::vector<Case> last;
    for (const auto& file : test::files_below(folder, ".io")) {
        Case one = read_case(file);
        const bool changes = one.name.starts_with("eth_send") || one.name.starts_with("txpool_");
        (changes ? last : first).push_back(std::move(one));
    }
    first.insert(first.end(), last.begin(), last.end());
    return first;
}

// --- judging ------------------------------------------------------------------------------------

std::string cut(std::string text) {
    if (text.size() > 300) text.resize(300);
    return text;
}

// Where two values differ first; empty: nowhere.
std::string difference(const Json& expected, const Json& actual, const std::string& place) {
    const auto differ = [&] {
        return place + ": expected " + cut(codec::print_json(expected)) + ", got " +
               cut(codec::print_json(actual));
    };
    if (expected.is_object() && actual.is_object()) {
        for (const auto& [key, value] : expected.as_object()) {
            const Json* found = codec::json_find(actual.as_object(), key);
            if (found == nullptr) return place + "." + std::string(key) + " is missing";
            std::string deeper = difference(value, *found, place + "." + std::string(key));
            if (!deeper.empty()) return deeper;
        }
        for (const auto& [key, value] : actual.as_object()) {
            if (codec::json_find(expected.as_object(), key) == nullptr) {
                return place + "." + std::string(key) + " is too much";
            }
        }
        return {};
    }
    if (expected.is_array() && actual.is_array()) {
        if (expected.as_array().size() != actual.as_array().size()) return differ();
        for (std::size_t i = 0; i < expected.as_array().size(); ++i) {
            std::string deeper =
                difference(expected.at(i), actual.at(i), place + "[" + std::to_string(i) + "]");
            if (!deeper.empty()) return deeper;
        }
        return {};
    }
    return expected == actual ? std::string() : differ();
}

// Messages are for people: hive does not compare them.
Json without_messages(Json value) {
    if (value.is_object()) {
        auto& object = value.as_object();
        if (codec::json_find(object, "code") != nullptr) object.erase("message");
        for (auto& [key, inner] : object) inner = without_messages(inner);
    } else if (value.is_array()) {
        for (Json& inner : value.as_array()) inner = without_messages(inner);
    }
    return value;
}

class Judge {
public:
    explicit Judge(const Json& discovered) : discovered_(discovered) {}

    std::string judge(const Case& test, const Exchange& exchange, const Json& answer) const {
        if (!test.by_schema) {
            return difference(without_messages(exchange.expected), without_messages(answer), "$");
        }
        const bool failed = codec::json_find(exchange.expected.as_object(), "error") != nullptr;
        if (failed) {
            return difference(without_messages(exchange.expected), without_messages(answer), "$");
        }
        const Json* result = codec::json_find(answer.as_object(), "result");
        if (result == nullptr) return "no result: " + cut(codec::print_json(answer));
        const std::string method = test.name.substr(0, test.name.find('/'));
        const Json* schema = result_schema(method);
        if (schema == nullptr) return "rpc.discover does not know " + method;
        const test::JsonSchema checker(discovered_);
        // A schema that refuses the official answer is wrong itself.
        const std::string official = checker.fault(*schema, exchange.expected.at("result"));
        if (!official.empty()) return "the schema refuses the official answer: " + official;
        return checker.fault(*schema, *result);
    }

private:
    const Json* result_schema(const std::string& method) const {
        for (const Json& one : discovered_.at("methods").as_array()) {
            if (one.at("name").as_string() == method) return &one.at("result").at("schema");
        }
        return nullptr;
    }

    const Json& discovered_;
};

TEST(ExecutionApis, AnswersAsTheFilesSay) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing changes the environment
    const char* url = std::getenv("SALUS_RPC_URL");
    const auto files = test::unpacked("ethereum/execution-apis.tar.zst");
    ASSERT_NE(url, nullptr) << "SALUS_RPC_URL is not set: run execution_apis.py";
    if (!files) GTEST_SKIP() << "ethereum/execution-apis.tar.zst is absent (SALUS_TEST_DATA)";
    const auto parsed = http::parse_url(url);
    ASSERT_TRUE(parsed.ok()) << parsed.error().text();
    Node node(*parsed);
    const Json discovered =
        node.ask(R"({"jsonrpc":"2.0","id":1,"method":"rpc.discover"})").at("result");
    const Judge judge(discovered);
    std::size_t passed = 0;
    std::size_t excepted = 0;
    for (const Case& one : read_cases(*files)) {
        std::string fault;
        for (const Exchange& exchange : one.exchanges) {
            if (fault.empty()) fault = judge.judge(one, exchange, node.ask(exchange.request));
        }
        const auto exception = exceptions().find(one.name);
        const bool is_excepted = exception != exceptions().end();
        EXPECT_EQ(fault.empty(), !is_excepted)
            << one.name << (is_excepted ? " is excepted, yet it passes" : "") << "\n  " << fault;
        if (is_excepted) {
            std::cout << "excepted: " << one.name << ": " << exception->second << "\n";
        }
        (is_excepted ? excepted : passed) += fault.empty() || is_excepted ? 1 : 0;
    }
    std::cout << "execution-apis: " << passed << " passed, " << excepted << " excepted\n";
    RecordProperty("cases", std::to_string(passed + excepted));
    RecordProperty("excepted", std::to_string(excepted));
    EXPECT_GE(passed + excepted, 150U);
}

} // namespace
} // namespace salus
