#include "app/statetest_command.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>

#include <fmt/format.h>

#include "base/thread_pool.hpp"
#include "state/statetest.hpp"

namespace salus::app {

namespace fs = std::filesystem;

namespace {

struct Totals {
    std::size_t files = 0;
    std::size_t cases = 0;
    std::size_t failed = 0;
    std::size_t unreadable = 0;
};

std::vector<fs::path> collect(const std::vector<std::string>& paths) {
    std::vector<fs::path> out;
    for (const std::string& path : paths) {
        std::error_code error;
        if (!fs::is_directory(path, error)) {
            out.emplace_back(path);
            continue;
        }
        for (fs::recursive_directory_iterator it(path, error), end; it != end;
             it.increment(error)) {
            if (it->path().extension() == ".json") out.push_back(it->path());
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

Result<std::vector<state::StateTestResult>> run_file(const fs::path& file,
                                                     const state::StateTestOptions& options) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return Error(state::kBadStateTest, "cannot be read");
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    SALUS_TRY_ASSIGN(const codec::Json json,
                     codec::parse_json(text, {.bytes = std::size_t{512} << 20, .depth = 64}));
    return state::run_state_tests(json, options);
}

// Prints as results arrive; called under one lock.
class Report {
public:
    explicit Report(bool json) : json_(json) {}

    void add(const fs::path& file, const Result<std::vector<state::StateTestResult>>& results) {
        const std::lock_guard lock(mutex_);
        ++totals_.files;
        if (!results) {
            ++totals_.unreadable;
            fmt::print(stderr, "{}: {}\n", file.string(), results.error().text());
            return;
        }
        for (const auto& result : *results) add(result);
        if (!json_ && totals_.files % 200 == 0) {
            fmt::print(stderr, "… {} files, {} cases, {} failed\n", totals_.files, totals_.cases,
                       totals_.failed);
        }
    }

    int finish() const {
        if (!json_) {
            fmt::print("{} files, {} cases: {} passed, {} failed, {} files unreadable\n",
                       totals_.files, totals_.cases, totals_.cases - totals_.failed, totals_.failed,
                       totals_.unreadable);
        }
        return totals_.failed + totals_.unreadable == 0 ? 0 : 1;
    }

private:
    void add(const state::StateTestResult& result) {
        ++totals_.cases;
        if (!result.passed) ++totals_.failed;
        if (json_) {
            print_as_json(result);
        } else if (!result.passed) {
            fmt::print("FAILED {} [{}]: {}\n", result.name, state::name(result.fork),
                       result.detail);
        }
    }

    static void print_as_json(const state::StateTestResult& result) {
        codec::json::object line;
        line["name"] = result.name;
        line["fork"] = state::name(result.fork);
        line["pass"] = result.passed;
        if (!result.passed) line["error"] = result.detail;
        fmt::print("{}\n", codec::print_json(line));
    }

    std::mutex mutex_;
    bool json_;
    Totals totals_;
};

} // namespace

int statetest_command(const std::vector<std::string>& paths,
                      const StateTestCommandOptions& options) {
    state::StateTestOptions run;
    if (!options.fork.empty()) {
        run.fork = state::revision_from_name(options.fork);
        if (!run.fork) {
            fmt::print(stderr, "no fork is called \"{}\"\n", options.fork);
            return 2;
        }
    }
    const std::vector<fs::path> files = collect(paths);
    Report report(options.json);
    ThreadPool pool(std::max<std::size_t>(options.threads, 1));
    pool.parallel_for(files.size(),
                      [&](std::size_t i) { report.add(files[i], run_file(files[i], run)); });
    return report.finish();
}

} // namespace salus::app
