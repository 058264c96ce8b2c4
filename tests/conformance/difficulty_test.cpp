// The difficulty suites of ethereum/tests: DifficultyTests by fork, and the tables of BasicTests.

#include <gtest/gtest.h>

#include "codec/json.hpp"
#include "state/genesis.hpp"
#include "state/json_fields.hpp"
#include "state/suite_networks.hpp"
#include "state/transition.hpp"
#include "support/archives.hpp"

namespace salus {
namespace {

using codec::json::object;

object read_object(const std::filesystem::path& file) {
    auto json = codec::parse_json(test::read_file(file), {.bytes = std::size_t{64} << 20});
    EXPECT_TRUE(json.ok()) << file;
    return json.ok() && json->is_object() ? json->get_object() : object();
}

// "0x00" and "0x01", how many ommers the parent has, in newer files; their hash in older ones.
bool has_ommers(const object& row) {
    const codec::Json* value = codec::json_find(row, "parentUncles");
    if (value == nullptr || value->as_string() == to_hex0x(state::kEmptyOmmersHash.bytes)) {
        return false;
    }
    return bool(*state::json_number(*value));
}

void check(const std::string& name, const object& row, const state::Rules& rules) {
    state::BlockHeader parent;
    parent.number = *state::number64_field_or(row, "currentBlockNumber", 0) - 1;
    parent.difficulty = *state::number_field(row, "parentDifficulty");
    parent.timestamp = *state::number64_field_or(row, "parentTimestamp", 0);
    if (has_ommers(row)) parent.ommers_hash = Hash32{};
    const std::uint64_t now = *state::number64_field_or(row, "currentTimestamp", 0);
    EXPECT_EQ(state::next_difficulty(parent, now, rules),
              *state::number_field(row, "currentDifficulty"))
        << name;
}

std::size_t check_rows(const object& rows, std::string_view fork_name) {
    const auto fork = state::suite_fork(fork_name);
    EXPECT_TRUE(fork.has_value()) << fork_name;
    if (!fork) return 0;
    const auto rules = state::suite_network({}, fork_name).value()->config.rules_at(0, 0);
    for (const auto& row : rows) check(std::string(row.key()), row.value().as_object(), rules);
    return rows.size();
}

TEST(DifficultyTests, EveryRowAgrees) {
    const auto root = test::unpacked("ethereum/difficulty.tar.zst");
    if (!root) GTEST_SKIP() << "ethereum/difficulty.tar.zst is absent (SALUS_TEST_DATA)";
    std::size_t rows = 0;
    std::size_t files = 0;
    for (const auto& file : test::files_below(*root, ".json")) {
        ++files;
        for (const auto& item : read_object(file)) {
            for (const auto& fork : item.value().as_object()) {
                if (fork.key() == "_info") continue;
                rows += check_rows(fork.value().as_object(), fork.key());
            }
        }
    }
    EXPECT_EQ(files, 11U);
    EXPECT_GT(rows, 10'000U);
    RecordProperty("cases", std::to_string(rows));
}

// Mainnet's first forks: the older tables name no fork, their rows are mainnet's blocks.
state::ChainConfig mainnet() {
    const auto config = codec::parse_json(
        R"({"homesteadBlock":1150000,"eip150Block":2463000,"eip155Block":2675000,
            "eip158Block":2675000,"byzantiumBlock":4370000,"constantinopleBlock":7280000})");
    return state::parse_chain_config(config->get_object()).value();
}

TEST(DifficultyTests, BasicTablesAgree) {
    const auto root = test::unpacked("ethereum/small-suites.tar.zst");
    if (!root) GTEST_SKIP() << "ethereum/small-suites.tar.zst is absent (SALUS_TEST_DATA)";
    const auto folder = *root / "BasicTests";
    EXPECT_GT(check_rows(read_object(folder / "difficultyCustomHomestead.json"), "Homestead"), 0U);
    const state::ChainConfig config = mainnet();
    std::size_t cases = 0;
    for (const char* name : {"difficulty.json", "difficultyMainNetwork.json"}) {
        const object rows = read_object(folder / name);
        EXPECT_FALSE(rows.empty()) << name;
        for (const auto& row : rows) {
            const object& fields = row.value().as_object();
            const auto number = state::number64_field_or(fields, "currentBlockNumber", 0);
            check(std::string(row.key()), fields, config.rules_at(*number, 0));
            ++cases;
        }
    }
    RecordProperty("cases", std::to_string(cases));
}

} // namespace
} // namespace salus
