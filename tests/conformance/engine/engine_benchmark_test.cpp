// Engine tests of execution-spec-tests (blockchain_test_engine): each payload is sent with
// engine_newPayload, the status or error is the expected one, each valid one becomes the head by
// engine_forkchoiceUpdated, and the head at the end is the expected one. Prints each case's speed.

#include <chrono>
#include <iostream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/engine/engine_node.hpp"
#include "support/archives.hpp"

namespace salus {
namespace {

namespace json = boost::json;
using codec::Json;
using test::EngineNode;
using test::number;
using test::text;

struct Run {
    std::string fault; // empty: as expected
    std::uint64_t gas = 0;
    std::chrono::duration<double> time{};
};

// Empty where the payload was answered as the case wants it.
std::string send_payload(EngineNode& node, const json::object& step, Run& run) {
    const std::string body = EngineNode::request(
        "engine_newPayloadV" + text(step.at("newPayloadVersion")), step.at("params").as_array());
    const auto start = std::chrono::steady_clock::now();
    const json::object answer = node.ask(body);
    run.time += std::chrono::steady_clock::now() - start;
    const Json& payload = step.at("params").at(0);
    run.gas += number(payload.at("gasUsed"));
    if (const Json* code = codec::json_find(step, "errorCode")) {
        const Json* error = codec::json_find(answer, "error");
        const std::int64_t wanted = code->is_string() ? std::stoll(text(*code)) : code->as_int64();
        const bool same = error != nullptr && error->at("code").as_int64() == wanted;
        return same ? "" : "no error " + std::to_string(wanted);
    }
    std::string status = EngineNode::status_of(answer);
    const bool valid = !step.contains("validationError");
    if (!status.starts_with(valid ? "VALID" : "INVALID")) return status;
    if (!valid) return "";
    const std::string chosen = node.choose(text(payload.at("blockHash")),
                                           std::stoi(text(step.at("forkchoiceUpdatedVersion"))));
    return chosen == "VALID" ? "" : "forkchoiceUpdated: " + chosen;
}

Run run_case(const json::object& test, const state::ChainConfig& config) {
    Run out;
    EngineNode node(test::genesis_of(test, config));
    for (const Json& step : test.at("engineNewPayloads").as_array()) {
        out.fault = send_payload(node, step.as_object(), out);
        if (!out.fault.empty()) return out;
    }
    if (node.head() != hash32(text(test.at("lastblockhash")))) out.fault = "another head";
    return out;
}

struct Judged {
    std::size_t passed = 0;
    std::uint64_t gas = 0;
    double seconds = 0;
    std::vector<std::string> failed;
};

void judge(Judged& judged, const std::string& name, const json::object& test) {
    const auto config = test::config_of(test);
    const Run run = config ? run_case(test, *config) : Run{"an unknown network"};
    const bool passed = run.fault.empty();
    if (passed) ++judged.passed;
    if (!passed) judged.failed.push_back(name + ": " + run.fault);
    const double seconds = run.time.count();
    const double mgas = static_cast<double>(run.gas) / 1e6;
    std::cout << fmt::format("{:8.1f} Mgas {:7.3f} s {:8.0f} Mgas/s {}  {}\n", mgas, seconds,
                             mgas / seconds, passed ? "passed" : "FAILED", name);
    judged.gas += run.gas;
    judged.seconds += seconds;
}

TEST(EngineBenchmarkEest, EveryPayload) {
    const auto root = test::unpacked("ethereum/engine-benchmark-eest.tar.zst");
    if (!root) GTEST_SKIP() << "ethereum/engine-benchmark-eest.tar.zst is absent (SALUS_TEST_DATA)";
    Judged judged;
    for (const auto& file : test::files_below(*root, ".json")) {
        const auto cases = codec::parse_json(test::read_file(file),
                                             {.bytes = std::size_t{512} << 20, .depth = 64});
        ASSERT_TRUE(cases.ok()) << file << ": " << cases.error().text();
        for (const auto& item : cases->as_object()) {
            judge(judged, std::string(item.key()), item.value().as_object());
        }
    }
    std::cout << fmt::format("{} passed, {} failed; {:.0f} Mgas in {:.1f} s\n", judged.passed,
                             judged.failed.size(), static_cast<double>(judged.gas) / 1e6,
                             judged.seconds);
    RecordProperty("cases", std::to_string(judged.passed + judged.failed.size()));
    EXPECT_THAT(judged.failed, testing::IsEmpty());
    EXPECT_EQ(judged.passed, 315u);
}

} // namespace
} // namespace salus
