// Every Osaka case of execution-spec-tests' state tests.

#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/thread_pool.hpp"
#include "state/statetest.hpp"
#include "support/archives.hpp"

namespace salus {
namespace {

constexpr std::size_t kCases = 7017;

struct Judged {
    std::mutex mutex;
    std::size_t cases = 0;
    std::vector<std::string> failed;
};

void judge(Judged& judged, const std::filesystem::path& file) {
    const auto json =
        codec::parse_json(test::read_file(file), {.bytes = std::size_t{512} << 20, .depth = 64});
    ASSERT_TRUE(json.ok()) << file << ": " << json.error().text();
    const auto results = state::run_state_tests(*json, {evm::Revision::osaka});
    ASSERT_TRUE(results.ok()) << file << ": " << results.error().text();
    const std::lock_guard lock(judged.mutex);
    judged.cases += results->size();
    for (const auto& result : *results) {
        if (!result.passed) judged.failed.push_back(result.name + ": " + result.detail);
    }
}

TEST(StateEestOsaka, EveryCasePasses) {
    const auto root = test::unpacked("ethereum/state-eest-osaka.tar.zst");
    if (!root) GTEST_SKIP() << "ethereum/state-eest-osaka.tar.zst is absent (SALUS_TEST_DATA)";
    const auto files = test::files_below(*root, ".json");
    Judged judged;
    ThreadPool pool(2);
    pool.parallel_for(files.size(), [&](std::size_t i) { judge(judged, files[i]); });
    EXPECT_EQ(judged.cases, kCases);
    EXPECT_THAT(judged.failed, testing::IsEmpty());
}

} // namespace
} // namespace salus
