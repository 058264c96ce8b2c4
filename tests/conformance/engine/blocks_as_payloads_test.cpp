// The blocks of blockchain suites as payloads: what is valid is VALID and becomes the head, what is
// not is INVALID or refused as malformed, and the head at the end is the expected one. From Paris
// on; left out by count are cases whose blocks no payload can express: those with execution
// requests, which a block's RLP does not hold.

#include <iostream>
#include <mutex>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/engine/payload.hpp"
#include "base/thread_pool.hpp"
#include "conformance/engine/engine_node.hpp"
#include "support/archives.hpp"

namespace salus {
namespace {

namespace json = boost::json;
using codec::Json;
using evm::Revision;
using test::EngineNode;
using test::text;

struct Judged {
    std::mutex mutex;
    std::size_t passed = 0;
    std::size_t before_paris = 0;
    std::size_t with_requests = 0;
    std::vector<std::string> failed;
};

int version_of(Revision revision) { // of newPayload
    return revision >= Revision::prague ? 4 : revision == Revision::cancun ? 3 : 2;
}

json::array params_of(const state::Block& block, Revision revision) {
    json::array out{api::engine::payload_json(block)};
    if (revision < Revision::cancun) return out;
    json::array hashes;
    for (const state::Transaction& one : block.transactions) {
        for (const Hash32& hash : one.blob_hashes) hashes.push_back(Json(to_hex0x(hash.bytes)));
    }
    out.push_back(std::move(hashes));
    out.push_back(Json(to_hex0x(block.header.parent_beacon_block_root.value_or(Hash32{}).bytes)));
    if (revision >= Revision::prague) out.push_back(json::array());
    return out;
}

enum class Outcome { passed, with_requests, failed };

// `why` where it failed.
Outcome send_block(EngineNode& node, const state::ChainConfig& config, const json::object& step,
                   std::string& why) {
    const bool valid = !step.contains("expectException");
    const auto raw = from_hex(text(step.at("rlp")));
    const auto block = raw ? state::decode_block(*raw) : Result<state::Block>(raw.error());
    if (!block.ok()) { // such a block cannot be sent at all
        if (valid) why = block.error().text();
        return valid ? Outcome::failed : Outcome::passed;
    }
    const state::BlockHeader& header = block->header;
    if (header.requests_hash && *header.requests_hash != state::requests_hash({})) {
        return Outcome::with_requests;
    }
    const Revision revision = config.rules_at(header.number, header.timestamp).revision;
    const int version = version_of(revision);
    why = EngineNode::status_of(node.ask(EngineNode::request(
        "engine_newPayloadV" + std::to_string(version), params_of(*block, revision))));
    const bool refused = why.starts_with("INVALID") || why.find("-32602") != std::string::npos;
    if (!valid) return refused ? Outcome::passed : Outcome::failed;
    if (why != "VALID") return Outcome::failed;
    why = node.choose(to_hex0x(state::hash(header).bytes), version >= 3 ? 3 : 2);
    return why == "VALID" ? Outcome::passed : Outcome::failed;
}

Outcome run_case(const json::object& test, const state::ChainConfig& config, std::string& why) {
    EngineNode node(test::genesis_of(test, config));
    for (const Json& step : test.at("blocks").as_array()) {
        const Outcome outcome = send_block(node, config, step.as_object(), why);
        if (outcome != Outcome::passed) return outcome;
    }
    why = "another head";
    const bool same = node.head() == hash32(text(test.at("lastblockhash")));
    return same ? Outcome::passed : Outcome::failed;
}

void judge_file(Judged& judged, const std::filesystem::path& file) {
    const auto cases =
        codec::parse_json(test::read_file(file), {.bytes = std::size_t{512} << 20, .depth = 64});
    SALUS_ASSERT(cases.ok());
    for (const auto& item : cases->as_object()) {
        const json::object& test = item.value().as_object();
        const auto config = test::config_of(test);
        std::string why;
        const Outcome outcome = config ? run_case(test, *config, why) : Outcome::passed;
        const std::lock_guard lock(judged.mutex);
        if (!config) {
            ++judged.before_paris;
        } else if (outcome == Outcome::failed) {
            judged.failed.push_back(std::string(item.key()) + ": " + why);
        } else {
            ++(outcome == Outcome::passed ? judged.passed : judged.with_requests);
        }
    }
}

void judge(const char* archive, std::size_t passed, std::size_t before_paris,
           std::size_t with_requests) {
    const auto root = test::unpacked(archive);
    if (!root) GTEST_SKIP() << archive << " is absent (SALUS_TEST_DATA)";
    const auto files = test::files_below(*root, ".json");
    Judged judged;
    ThreadPool pool(2);
    pool.parallel_for(files.size(), [&](std::size_t i) { judge_file(judged, files[i]); });
    std::cout << fmt::format("{} passed, {} failed, {} before Paris, {} with requests\n",
                             judged.passed, judged.failed.size(), judged.before_paris,
                             judged.with_requests);
    testing::Test::RecordProperty("cases", std::to_string(judged.passed + judged.failed.size()));
    EXPECT_THAT(judged.failed, testing::IsEmpty());
    EXPECT_EQ(judged.passed, passed);
    EXPECT_EQ(judged.before_paris, before_paris);
    EXPECT_EQ(judged.with_requests, with_requests);
}

TEST(BlocksAsPayloads, BlockchainEestOsaka) {
    judge("ethereum/blockchain-eest-osaka.tar.zst", 3452, 802, 68);
}

TEST(BlocksAsPayloads, BlockchainEestStatic) {
    judge("ethereum/blockchain-eest-static-sample.tar.zst", 1089, 0, 0);
}

} // namespace
} // namespace salus
