#include "app/verify_batch.hpp"

#include <chrono>
#include <cstdio>
#include <map>

#include <fmt/format.h>
#include <unistd.h>

#include "app/code_source.hpp"
#include "app/files.hpp"
#include "app/terminal.hpp"
#include "app/verdict_text.hpp"
#include "base/thread_pool.hpp"

namespace salus::app {
namespace {

using codec::json::array;
using codec::json::object;

constexpr std::size_t kBlock = 4096; // certificates at a time

struct Judged {
    std::string line; // of JSON, with its line feed
    std::vector<std::string> reasons;
    std::string overall;
    bool passes = false;
};

object short_form(const passport::Verdict& verdict) {
    array codes;
    for (const passport::Check& check : verdict.checks) {
        const bool counts = check.outcome == passport::Outcome::failed ||
                            check.outcome == passport::Outcome::unproven;
        if (counts) codes.push_back(codec::json::string(check.code));
    }
    object out{{"overall", passport::name_of(verdict.overall)}, {"codes", std::move(codes)}};
    if (verdict.document) out["format"] = passport::name_of(format_of(*verdict.document));
    if (!verdict.hospital.empty()) out["issuer"] = verdict.hospital;
    return out;
}

// Entry and person in one word each.
void shorten(object& verdict, std::string_view part, std::string_view member) {
    if (const codec::Json* value = codec::json_find(verdict, part)) {
        const std::string word = text_member(value->get_object(), member);
        verdict[part] = word;
    }
}

class Batch {
public:
    Batch(const VerifyOptions& options, const Judge& judge)
        : options_(options), judge_(judge),
          pool_(options.threads != 0 ? options.threads : std::thread::hardware_concurrency()),
          terminal_(::isatty(STDERR_FILENO) != 0) {}

    bool act(std::vector<BatchItem>& items) {
        std::vector<std::vector<Judged>> judged(items.size());
        pool_.parallel_for(items.size(), [&](std::size_t i) { judged[i] = judge(items[i]); });
        for (const std::vector<Judged>& of_item : judged) {
            for (const Judged& one : of_item) {
                count(one);
                if (std::fwrite(one.line.data(), 1, one.line.size(), stdout) != one.line.size()) {
                    failed_ = true; // a full disk, or nobody reads any more
                    return false;
                }
            }
        }
        if (terminal_) fmt::print(stderr, "\r{} verified, {:.0f} a second", total_, rate());
        return true;
    }

    int summary() {
        if (terminal_) fmt::print(stderr, "\r\033[K");
        if (failed_ || std::fflush(stdout) != 0) {
            return fail("verify",
                        Error(kCannotWrite, "standard output, after " + std::to_string(total_) +
                                                " certificates: verdicts are missing"));
        }
        if (total_ == 0) {
            return fail("verify", Error(kCannotRead, "there is no certificate in the input"));
        }
        fmt::print(stderr, "{} certificates in {:.1f} s ({:.0f} a second)", total_, seconds(),
                   rate());
        for (const auto& [overall, number] : overall_) {
            fmt::print(stderr, "{} {} {}", overall == overall_.begin()->first ? ":" : ",", number,
                       overall);
        }
        fmt::print(stderr, "\n");
        for (const auto& [reason, number] : reasons_) {
            fmt::print(stderr, "  {:>8}  {}\n", number, reason);
        }
        return passed_ == total_ ? 0 : 2;
    }

private:
    std::vector<Judged> judge(const BatchItem& item) const {
        if (item.fault) return {unreadable(item, *item.fault)};
        if (!item.whole) return {judge_text(item, item.text)};
        const auto content = read_file(item.source);
        auto codes = content.ok() ? read_codes(item.source, *content)
                                  : Result<std::vector<Code>>(content.error());
        if (!codes.ok()) return {unreadable(item, codes.error())};
        std::vector<Judged> out;
        for (const Code& code : *codes) out.push_back(judge_text(item, code.text));
        return out;
    }

    Judged judge_text(const BatchItem& item, const std::string& text) const {
        const passport::Verdict verdict =
            judge_.verifier()->verify(text, judge_.now(), judge_.meeting());
        object out = options_.full ? passport::verdict_json(verdict) : short_form(verdict);
        if (verdict.document) judge_.add_journey(*verdict.document, out);
        Judged judged;
        judged.passes = passes(out);
        judged.overall = passport::name_of(verdict.overall);
        for (const passport::Check& check : verdict.checks) {
            const bool counts = check.outcome == passport::Outcome::failed ||
                                check.outcome == passport::Outcome::unproven;
            if (counts) judged.reasons.push_back(check.code);
        }
        if (!options_.full) {
            shorten(out, "entry", "overall");
            shorten(out, "person", "outcome");
        }
        judged.line = line_of(item, std::move(out));
        return judged;
    }

    static Judged unreadable(const BatchItem& item, const Error& error) {
        const std::string code(error.name());
        object out{{"overall", "unreadable"}, {"codes", array{codec::json::string(code)}}};
        return {line_of(item, std::move(out)), {code}, "unreadable", false};
    }

    static std::string line_of(const BatchItem& item, object out) {
        out["source"] = item.source;
        if (item.line != 0) out["line"] = item.line;
        return codec::print_json(out) + "\n";
    }

    void count(const Judged& one) {
        ++total_;
        passed_ += one.passes ? 1 : 0;
        ++overall_[one.overall];
        for (const std::string& reason : one.reasons) ++reasons_[reason];
    }

    double seconds() const {
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start_;
        return taken.count();
    }
    double rate() const { return static_cast<double>(total_) / std::max(seconds(), 1e-9); }

    const VerifyOptions& options_;
    const Judge& judge_;
    ThreadPool pool_;
    bool terminal_, failed_ = false;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::size_t total_ = 0, passed_ = 0;
    std::map<std::string, std::size_t> overall_, reasons_;
};

} // namespace

int verify_batch(const VerifyOptions& options, const Judge& judge) {
    Batch batch(options, judge);
    for_each_block(options.inputs, kBlock,
                   [&](std::vector<BatchItem>& items) { return batch.act(items); });
    return batch.summary();
}

} // namespace salus::app
