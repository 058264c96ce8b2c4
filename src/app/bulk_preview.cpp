#include "app/bulk_preview.hpp"

#include <map>
#include <unordered_map>

#include <fmt/format.h>

#include "app/bulk_journal.hpp"
#include "app/terminal.hpp"
#include "crypto/hash.hpp"

namespace salus::app {
namespace {

namespace json = codec::json;

constexpr std::size_t kFirstRows = 5;
constexpr std::size_t kFaultsShown = 20;

std::uint64_t short_digest(std::string_view text) {
    const Hash32 digest = crypto::sha256(view(text));
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < sizeof out; ++i) out = out << 8U | digest.bytes[i];
    return out;
}

class Preview {
public:
    Preview(BulkSource& source, const BulkOptions& options) : source_(source), options_(options) {}

    Status take(const BulkBatch& batch) {
        for (std::size_t i = 0; i < batch.items.size(); ++i) {
            SALUS_TRY(take(batch.items[i], batch.results[i]));
        }
        return ok_status();
    }

    bool refused() const { return refused_ != 0; }

    void print() const {
        fmt::print("{} items: {} would be issued, {} were issued before, {} stand twice in the "
                   "input, {} are refused\n",
                   source_.total(), fresh_, known_, repeated_, refused_);
        if (!vaccines_.empty()) fmt::print("\nTo be issued:\n");
        for (const auto& [vaccine, count] : vaccines_)
            fmt::print("  {:>9}  {}\n", count, plain(vaccine));
        if (!first_.empty()) fmt::print("\nThe first:\n");
        for (const json::object& row : first_) {
            fmt::print("  {} · {} · {} · {}\n", plain(text_of(row, "name")),
                       plain(text_of(row, "birthDate")), plain(text_of(row, "what")),
                       plain(text_of(row, "date")));
        }
        if (refused_ != 0) {
            fmt::print("\nRefused (all of them with row, column and rule: {}):\n",
                       errors_path(options_, source_.format()));
        }
        for (const std::string& line : shown_) fmt::print("  {}\n", plain(line));
        if (refused_ > shown_.size()) fmt::print("  and {} more\n", refused_ - shown_.size());
        fmt::print("\nNothing was issued. Without --preview this would be done.\n");
    }

    json::object summary() const {
        json::array vaccines, first;
        for (const auto& [vaccine, count] : vaccines_) {
            vaccines.push_back(json::object{{"vaccine", vaccine}, {"count", count}});
        }
        for (const json::object& row : first_) first.push_back(row);
        json::object out{{"items", source_.total()}, {"new", fresh_},
                         {"known", known_},          {"repeated", repeated_},
                         {"refused", refused_},      {"vaccines", std::move(vaccines)},
                         {"first", std::move(first)}};
        if (refused_ != 0) out["errors"] = errors_path(options_, source_.format());
        return out;
    }

private:
    Status take(const BulkItem& item, const json::array& results) {
        std::vector<BulkFault> faults = faults_of(source_, item, results);
        for (const codec::Json& result : results) {
            const json::object& one = result.get_object();
            const std::string state = text_of(one, "state");
            if (state == "refused") continue;
            if (!stands_twice(item, one, faults)) count(one, state == "new");
        }
        return faults.empty() ? ok_status() : refuse(item, faults);
    }

    // The same record again; with other content it is a fault.
    bool stands_twice(const BulkItem& item, const json::object& one,
                      std::vector<BulkFault>& faults) {
        const std::uint64_t content = short_digest(item.body + text_of(one, "path"));
        const auto [at, fresh] =
            seen_.try_emplace(short_digest(text_of(one, "identity")), Seen{content, item.line});
        if (fresh) return false;
        if (at->second.content == content) {
            ++repeated_;
            return true;
        }
        faults.push_back({source_.format() == BulkFormat::csv ? "id" : item.type + ".identifier",
                          "issue.identity_taken",
                          fmt::format("the same identifier stands on line {} with other content: "
                                      "give this vaccination one of its own, or take one out",
                                      at->second.line)});
        return true;
    }

    void count(const json::object& one, bool is_new) {
        ++(is_new ? fresh_ : known_);
        if (!is_new) return;
        ++vaccines_[text_of(one, "what")];
        if (first_.size() < kFirstRows) first_.push_back(one);
    }

    Status refuse(const BulkItem& item, const std::vector<BulkFault>& faults) {
        ++refused_;
        if (shown_.size() < kFaultsShown) {
            const BulkFault& fault = faults.front();
            shown_.push_back(fmt::format("line {}{}{}: {} ({})", item.line,
                                         fault.column.empty() ? "" : ", ", fault.column,
                                         fault.message, fault.rule));
        }
        if (!errors_) {
            SALUS_TRY_ASSIGN(AppendFile file,
                             AppendFile::open(errors_path(options_, source_.format()), 0));
            errors_.emplace(std::move(file));
            SALUS_TRY(errors_->append(source_.error_head()));
        }
        return errors_->append(source_.error_entry(item, faults));
    }

    struct Seen {
        std::uint64_t content, line;
    };

    BulkSource& source_;
    const BulkOptions& options_;
    std::uint64_t fresh_ = 0, known_ = 0, repeated_ = 0, refused_ = 0;
    std::map<std::string, std::uint64_t> vaccines_;
    std::vector<json::object> first_;
    std::vector<std::string> shown_;
    std::unordered_map<std::uint64_t, Seen> seen_; // by identity
    std::optional<AppendFile> errors_;
};

} // namespace

Status preview_bulk(BulkSource& source, NodeClient& node, const BulkOptions& options, bool as_json,
                    bool& refused) {
    std::error_code failed;
    std::filesystem::remove(errors_path(options, source.format()), failed); // of an earlier preview
    Preview preview(source, options);
    BulkSender sender(source, node, options);
    {
        Progress progress("checking", source.total());
        while (true) {
            SALUS_TRY_ASSIGN(const auto batch, sender.next());
            if (!batch) break;
            SALUS_TRY(preview.take(*batch));
            progress.advance(batch->items.size());
        }
    }
    refused = preview.refused();
    if (as_json) {
        fmt::print("{}\n", codec::print_json(preview.summary()));
    } else {
        preview.print();
    }
    return ok_status();
}

} // namespace salus::app
