#include "app/suite_command.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "app/step_printer.hpp"
#include "base/thread_pool.hpp"
#include "state/suite_networks.hpp"

namespace salus::app {

namespace fs = std::filesystem;
using state::SuiteResult;
using state::Verdict;

namespace {

using Runner = Result<std::vector<SuiteResult>> (*)(const codec::Json&, const state::SuiteOptions&,
                                                    Executor&);

constexpr std::size_t kMaxFileBytes = std::size_t{2} << 30;

// Every .json file below a folder, but those of hidden folders (.meta holds an index).
void collect_folder(const fs::path& folder, std::vector<fs::path>& out) {
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder, error), end; it != end; it.increment(error)) {
        const std::string name = it->path().filename().string();
        if (it->is_directory(error) && name.starts_with(".")) it.disable_recursion_pending();
        if (it->is_regular_file(error) && it->path().extension() == ".json") {
            out.push_back(it->path());
        }
    }
}

std::vector<fs::path> collect(const std::vector<std::string>& paths) {
    std::vector<fs::path> out;
    for (const std::string& path : paths) {
        std::error_code error;
        if (fs::is_directory(path, error)) {
            collect_folder(path, out);
        } else {
            out.emplace_back(path);
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

Result<std::vector<SuiteResult>> run_file(const fs::path& file, Runner runner,
                                          const state::SuiteOptions& options, Executor& executor) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return Error(state::kBadSuiteFile, "cannot be read");
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    SALUS_TRY_ASSIGN(const codec::Json json,
                     codec::parse_json(text, {.bytes = kMaxFileBytes, .depth = 64}));
    return runner(json, options, executor);
}

// Prints as results arrive; called under one lock.
class Report {
public:
    Report(bool json, std::size_t files) : json_(json), files_(files) {}

    void add(const fs::path& file, const Result<std::vector<SuiteResult>>& results) {
        const std::lock_guard lock(mutex_);
        ++done_;
        if (results) {
            for (const SuiteResult& result : *results) add(file, result);
        } else {
            ++unreadable_;
            fmt::print(stderr, "{}: {}\n", file.string(), results.error().text());
        }
        if (!json_ && done_ % 200 == 0) {
            fmt::print(stderr, "… {} of {} files, {} cases, {} failed\n", done_, files_,
                       passed_ + failed_ + skipped_, failed_);
        }
    }

    int finish() const {
        for (const auto& [reason, count] : skips_) {
            if (!json_) fmt::print("skipped: {} ({})\n", count, reason);
        }
        if (unreadable_ != 0) fmt::print(stderr, "{} files could not be read\n", unreadable_);
        if (!json_) fmt::print("{} passed, {} failed, {} skipped\n", passed_, failed_, skipped_);
        return failed_ + unreadable_ == 0 ? 0 : 1;
    }

private:
    void add(const fs::path& file, const SuiteResult& result) {
        if (json_) print_as_json(result);
        switch (result.verdict) {
        case Verdict::passed: ++passed_; break;
        case Verdict::skipped:
            ++skipped_;
            ++skips_[result.detail + (result.fork.empty() ? "" : " " + result.fork)];
            break;
        case Verdict::failed:
            ++failed_;
            if (!json_) {
                fmt::print("FAILED {} {} [{}]: {}\n", file.string(), result.name, result.fork,
                           result.detail);
            }
        }
    }

    static void print_as_json(const SuiteResult& result) {
        codec::json::object line;
        line["name"] = result.name;
        line["fork"] = result.fork;
        line["pass"] = result.verdict == Verdict::passed;
        line["skipped"] = result.verdict == Verdict::skipped;
        if (result.verdict != Verdict::passed) line["error"] = result.detail;
        if (result.outcome) add_outcome(*result.outcome, line);
        fmt::print("{}\n", codec::print_json(line));
    }

    static void add_outcome(const state::SuiteOutcome& outcome, codec::json::object& line) {
        line["stateRoot"] = to_hex0x(outcome.state_root.bytes);
        line["logsHash"] = to_hex0x(outcome.logs_hash.bytes);
        line["gasUsed"] = outcome.gas_used;
        if (!outcome.refusal.empty()) line["refusal"] = outcome.refusal;
        if (outcome.steps == 0) return;
        line["steps"] = outcome.steps;
        line["digest"] = outcome.digest;
    }

    std::mutex mutex_;
    bool json_;
    std::size_t files_;
    std::size_t done_ = 0;
    std::size_t passed_ = 0;
    std::size_t failed_ = 0;
    std::size_t skipped_ = 0;
    std::size_t unreadable_ = 0;
    std::map<std::string, std::size_t> skips_; // by reason
};

// Whether options name things that are there; says what is not.
bool check(const SuiteCommandOptions& options) {
    const auto network = state::suite_network({}, options.fork);
    if (!options.fork.empty() && (!network || !*network)) {
        fmt::print(stderr, "no fork is called \"{}\"\n", options.fork);
        return false;
    }
    for (const std::string& path : options.paths) {
        std::error_code error;
        if (fs::exists(path, error)) continue;
        fmt::print(stderr, "{}: no such file or folder\n", path);
        return false;
    }
    return true;
}

int run(const SuiteCommandOptions& options, Runner runner) {
    if (!check(options)) return 2;
    const std::vector<fs::path> files = collect(options.paths);
    const std::size_t cores = std::max<std::size_t>(std::thread::hardware_concurrency(), 1);
    ThreadPool pool(options.trace ? 1 : options.threads == 0 ? cores : options.threads);
    StepPrinter printer;
    evm::Tracer* tracer = options.trace ? &printer : nullptr;
    const state::SuiteOptions suite{options.fork, tracer, options.digest};
    Report report(options.json, files.size());
    pool.parallel_for(files.size(), [&](std::size_t i) {
        report.add(files[i], run_file(files[i], runner, suite, pool));
    });
    return report.finish();
}

} // namespace

int statetest_command(const SuiteCommandOptions& options) {
    return run(options, state::run_state_tests);
}

int blocktest_command(const SuiteCommandOptions& options) {
    return run(options, state::run_block_tests);
}

} // namespace salus::app
