#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "app/code_source.hpp"
#include "app/files.hpp"
#include "app/flags.hpp"
#include "app/node_client.hpp"
#include "app/terminal.hpp"
#include "base/text.hpp"
#include "passport/document.hpp"

namespace salus::app {
namespace {

using codec::Json;
using codec::json::array;
using codec::json::object;

constexpr std::size_t kAtOnce = 1'000; // a transaction's worth

struct Wanted {
    std::string source; // as it was given, for people
    Hash32 commitment;
};

std::string text_of(const object& from, std::string_view key) {
    const Json* value = codec::json_find(from, key);
    return value != nullptr && value->is_string() ? std::string(value->get_string())
                                                  : std::string();
}

Result<Hash32> commitment_of(const std::string& code) {
    if (const auto given = hash_from_hex(code); given.ok()) return *given;
    SALUS_TRY_ASSIGN(const passport::Document document, passport::read_document(code));
    return passport::commitment_in(document);
}

// A commitment or a code; a file, a picture too, with codes.
Status add_given(const std::string& given, std::vector<Wanted>& out) {
    if (hash_from_hex(given).ok()) {
        out.push_back({given, *hash_from_hex(given)});
        return ok_status();
    }
    SALUS_TRY_ASSIGN(const std::vector<Code> codes, collect_codes({given}));
    for (const Code& code : codes) {
        auto commitment = commitment_of(code.text);
        if (!commitment.ok()) return std::move(commitment).error().at(code.source);
        out.push_back({code.source, *commitment});
    }
    return ok_status();
}

// A commitment, a code, or a line of JSON with "commitment", as salus issue --bulk writes them.
Result<Hash32> commitment_in_line(std::string_view line) {
    if (!line.starts_with("{")) return commitment_of(std::string(line));
    const auto value = codec::parse_json(line);
    if (!value.ok() || !value->is_object() || !value->get_object().contains("commitment")) {
        return commitment_of(std::string(line)); // an ICAO seal is JSON too
    }
    return hash_from_hex(text_of(value->get_object(), "commitment"));
}

Status add_list(const std::string& file, std::vector<Wanted>& out) {
    SALUS_TRY_ASSIGN(const std::string text, read_file(file));
    std::string_view rest = text;
    for (std::size_t number = 1; !rest.empty(); ++number) {
        const std::string_view whole = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), whole.size() + 1));
        const std::string_view line = trimmed(whole);
        if (line.empty() || line.starts_with('#')) continue;
        const std::string source = fmt::format("{}:{}", file, number);
        auto commitment = commitment_in_line(line);
        if (!commitment.ok()) return std::move(commitment).error().at(source);
        out.push_back({source, *commitment});
    }
    return ok_status();
}

// All are looked at before the first is revoked; each once.
Result<std::vector<Wanted>> wanted_of(const RevokeOptions& options) {
    std::vector<Wanted> all;
    for (const std::string& given : options.certificates) SALUS_TRY(add_given(given, all));
    for (const std::string& file : options.lists) SALUS_TRY(add_list(file, all));
    if (all.empty()) return Error(kBadUsage, "nothing to revoke: the lists are empty");
    std::vector<Wanted> out;
    std::set<Hash32> once;
    for (Wanted& one : all) {
        if (once.insert(one.commitment).second) out.push_back(std::move(one));
    }
    return out;
}

class Revoking {
public:
    explicit Revoking(const RevokeOptions& options) : options_(options) {}

    Status run() {
        SALUS_TRY_ASSIGN(node_, NodeClient::connect(options_.client));
        if (!options_.batch.empty()) return run_batch();
        SALUS_TRY_ASSIGN(const std::vector<Wanted> all, wanted_of(options_));
        Progress progress("revoking", all.size());
        for (std::size_t from = 0; from < all.size(); from += kAtOnce) {
            const std::size_t count = std::min(kAtOnce, all.size() - from);
            Status asked = run_some(std::span(all).subspan(from, count));
            if (!asked.ok()) {
                unasked_ = all.size() - from;
                return asked;
            }
            progress.advance(count);
        }
        return ok_status();
    }

    // The exit status.
    int tell(const Status& done) {
        if (options_.client.json) {
            object out{{"results", std::move(results_)},
                       {"presentations", presentations_},
                       {"unasked", unasked_}};
            if (done.ok() || asked_) fmt::print("{}\n", codec::print_json(out));
        } else if (asked_ && (states_.size() > 1 || total() != 1 || !options_.batch.empty())) {
            fmt::print("{} revoked, {} revoked before, {} not; {} one-time credentials\n",
                       states_["revoked"] + states_["incomplete"], states_["before"],
                       states_["refused"] + unasked_, presentations_);
        }
        if (!done.ok()) {
            if (unasked_ != 0 && asked_) {
                fmt::print(stderr, "{} were not asked for: the same command goes on there\n",
                           unasked_);
            }
            return fail("revoke", done.error());
        }
        return states_["refused"] + states_["incomplete"] == 0 ? 0 : 1;
    }

private:
    std::size_t total() const {
        std::size_t out = 0;
        for (const auto& [state, count] : states_) out += count;
        return out;
    }

    Status run_batch() {
        SALUS_TRY_ASSIGN(const Json answer, ask({{"batch", options_.batch}}));
        return take(answer, {});
    }

    Status run_some(std::span<const Wanted> some) {
        array commitments;
        for (const Wanted& one : some) {
            commitments.push_back(codec::json::string(to_hex0x(one.commitment.bytes)));
        }
        SALUS_TRY_ASSIGN(const Json answer, ask({{"commitments", std::move(commitments)}}));
        return take(answer, some);
    }

    Result<Json> ask(object body) {
        body["reason"] = options_.reason;
        return node_->post_as_hospital("/api/v1/revoke", codec::print_json(body));
    }

    Status take(const Json& answer, std::span<const Wanted> asked) {
        if (!answer.is_object()) return Error(kNodeRefused, "an answer that is no object");
        SALUS_TRY_ASSIGN(const array* results, codec::json_array(answer.get_object(), "results"));
        SALUS_TRY_ASSIGN(const std::uint64_t presentations,
                         codec::json_u64(answer.get_object(), "presentations"));
        asked_ = true;
        presentations_ += presentations;
        for (std::size_t i = 0; i < results->size(); ++i) {
            if (!(*results)[i].is_object()) return Error(kNodeRefused, "a result that is none");
            object one = (*results)[i].get_object();
            if (i < asked.size()) one["source"] = asked[i].source;
            ++states_[text_of(one, "state")];
            if (!options_.client.json) print(one);
            results_.push_back(std::move(one));
        }
        return ok_status();
    }

    static void print(const object& one) {
        const std::string state = text_of(one, "state");
        const std::string commitment = text_of(one, "commitment");
        const std::string why = text_of(one, "message") + " (" + text_of(one, "rule") + ")";
        const std::string source = text_of(one, "source");
        const std::string from =
            source.empty() || source == commitment ? std::string() : " from " + source;
        const auto credentials = codec::json_u64(one, "presentations");
        const std::string with = credentials.ok() && *credentials != 0
                                     ? fmt::format(", with {} one-time credentials", *credentials)
                                     : std::string();
        if (state == "refused") {
            fmt::print("NOT revoked {}{}: {}\n", commitment, from, why);
        } else if (state == "incomplete") {
            fmt::print("revoked {}{}, but NOT its one-time credentials: {}; the same command goes "
                       "on there\n",
                       commitment, from, why);
        } else {
            fmt::print("{} {}{}\n", state == "before" ? "revoked before" : "revoked", commitment,
                       with);
        }
    }

    const RevokeOptions& options_;
    std::unique_ptr<NodeClient> node_;
    bool asked_ = false; // at least one answer came
    array results_;
    std::map<std::string, std::size_t> states_;
    std::uint64_t presentations_ = 0;
    std::size_t unasked_ = 0;
};

} // namespace

int revoke_command(const RevokeOptions& options) {
    Revoking revoking(options);
    return revoking.tell(revoking.run());
}

void add_revoke(CLI::App& root, RevokeOptions& options, int& status) {
    CLI::App* app = root.add_subcommand(
        "revoke", "Revoke certificates of this hospital, with their one-time credentials");
    app->add_option("certificate", options.certificates,
                    "Their commitments, their codes (HC1:…, shc:/…), or files and pictures with "
                    "codes");
    app->add_option("--file", options.lists,
                    "Many: a commitment or code a line, or what salus issue --bulk wrote; may be "
                    "repeated")
        ->allow_extra_args(false);
    app->add_option("--batch", options.batch,
                    "All that one transaction issued (its hash), or all one-time credentials that "
                    "one root anchored");
    app->add_option("--reason", options.reason,
                    "0 unspecified, 1 entered in error, 2 wrong patient, 3 key compromised, "
                    "4 product or lot withdrawn, 5 superseded")
        ->check(CLI::Range(0, 255))
        ->capture_default_str();
    add_client_options(*app, options.client);
    name_environment(*app);
    app->footer("In force for ever, from the block on. Run again, it goes on where it failed.\n"
                "Exit status: 0 all are revoked, 1 not all.\n"
                "Examples:\n"
                "  salus revoke --reason 1 certificate.txt\n"
                "  salus revoke --reason 4 --file lot-7.certificates.ndjson\n"
                "  salus revoke --reason 3 --batch 0x5d1c…");
    app->callback([&] {
        const bool batch = !options.batch.empty();
        if (batch == (!options.certificates.empty() || !options.lists.empty())) {
            throw CLI::RequiredError("Certificates and --file, or --batch alone,");
        }
        status = revoke_command(options);
    });
}

} // namespace salus::app
