// The suites of states, blocks and VM code, every case of every fork. A suite is run in shards, so
// that ctest can spread it: SALUS_SHARD="2/4" runs the third quarter of its files, one for each
// place in the order of their paths. Cases that take minutes are left to `make conformance`
// (SALUS_SLOW_CASES=1).

#include <charconv>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/executor.hpp"
#include "state/suite.hpp"
#include "support/archives.hpp"

namespace salus {
namespace {

using state::SuiteResult;
using state::Verdict;

using Runner = Result<std::vector<SuiteResult>> (*)(const codec::Json&, const state::SuiteOptions&,
                                                    Executor&);

struct Suite {
    std::string_view name;
    std::string_view archive;
    Runner runner;
    std::size_t cases;
};

constexpr std::array kSuites{
    Suite{"StateLegacyConstantinople", "state-legacy-constantinople", state::run_state_tests,
          17603},
    Suite{"StateLegacyCancun", "state-legacy-cancun", state::run_state_tests, 69543},
    Suite{"StateEestOsaka", "state-eest-osaka", state::run_state_tests, 21929},
    Suite{"EvmBenchmarks", "evm-benchmarks", state::run_state_tests, 27},
    Suite{"VmTests", "vmtests-constantinople", state::run_state_tests, 418},
    Suite{"BlockchainLegacyCancun", "blockchain-legacy-cancun", state::run_block_tests, 1839},
    Suite{"BlockchainEestOsaka", "blockchain-eest-osaka", state::run_block_tests, 4322},
    Suite{"BlockchainEestStatic", "blockchain-eest-static-sample", state::run_block_tests, 1089},
};

// 2^32 - 1 rounds of BLAKE2b in each of six forks: over a minute each.
constexpr std::string_view kSlowFile = "CALLBlake2f_MaxRounds.json";

struct Shard {
    std::size_t index = 0, count = 1;
};

Shard shard() {
    const char* given = std::getenv("SALUS_SHARD");
    if (given == nullptr) return {};
    const std::string_view text = given;
    const auto slash = text.find('/');
    Shard out;
    std::from_chars(text.data(), text.data() + slash, out.index);
    std::from_chars(text.data() + slash + 1, text.data() + text.size(), out.count);
    return out;
}

std::vector<std::filesystem::path> chosen_files(const std::filesystem::path& root) {
    const Shard part = shard();
    const bool slow = std::getenv("SALUS_SLOW_CASES") != nullptr;
    const auto all = test::files_below(root, ".json");
    std::vector<std::filesystem::path> out;
    for (std::size_t i = part.index; i < all.size(); i += part.count) {
        if (slow || all[i].filename() != kSlowFile) out.push_back(all[i]);
    }
    return out;
}

struct Judged {
    std::size_t cases = 0;
    std::vector<std::string> failed;
};

void judge(Judged& judged, const std::filesystem::path& file, const SuiteResult& result) {
    ++judged.cases;
    if (result.verdict == Verdict::passed) return;
    judged.failed.push_back(file.string() + " " + result.name + " [" + result.fork +
                            "]: " + result.detail);
}

void run_file(const std::filesystem::path& file, Runner runner, Judged& judged) {
    const auto json =
        codec::parse_json(test::read_file(file), {.bytes = std::size_t{512} << 20, .depth = 64});
    ASSERT_TRUE(json.ok()) << file << ": " << json.error().text();
    InlineExecutor executor;
    const auto results = runner(*json, {}, executor);
    ASSERT_TRUE(results.ok()) << file << ": " << results.error().text();
    for (const SuiteResult& result : *results) judge(judged, file, result);
}

class Suites : public testing::TestWithParam<Suite> {};

TEST_P(Suites, EveryCasePasses) {
    const Suite& suite = GetParam();
    const std::string archive = "ethereum/" + std::string(suite.archive) + ".tar.zst";
    const auto root = test::unpacked(archive);
    if (!root) GTEST_SKIP() << archive << " is absent (SALUS_TEST_DATA)";
    Judged judged;
    for (const auto& file : chosen_files(*root)) run_file(file, suite.runner, judged);
    EXPECT_THAT(judged.failed, testing::IsEmpty());
    EXPECT_GT(judged.cases, 0U);
    if (shard().count == 1 && std::getenv("SALUS_SLOW_CASES") != nullptr) {
        EXPECT_EQ(judged.cases, suite.cases);
    }
    RecordProperty("cases", std::to_string(judged.cases));
}

INSTANTIATE_TEST_SUITE_P(All, Suites, testing::ValuesIn(kSuites),
                         [](const auto& at) { return std::string(at.param.name); });

} // namespace
} // namespace salus
