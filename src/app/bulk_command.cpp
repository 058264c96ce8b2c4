#include "app/bulk_command.hpp"

#include <fmt/format.h>

#include "app/bulk_journal.hpp"
#include "app/bulk_preview.hpp"
#include "app/bulk_sender.hpp"
#include "app/files.hpp"
#include "app/terminal.hpp"

namespace salus::app {
namespace {

namespace fs = std::filesystem;
namespace json = codec::json;

std::string beside(const BulkOptions& options, const std::string& given, const char* ending) {
    return given.empty() ? options.inputs.front() + ending : given;
}

// Which inputs, and which chain and contract: a journal is of these alone.
Result<json::object> identity_of(const BulkSource& source, NodeClient& node) {
    json::array inputs;
    for (const BulkInputInfo& info : source.inputs()) {
        inputs.push_back(json::object{{"name", info.name},
                                      {"size", info.size},
                                      {"fingerprint", to_hex(info.fingerprint.bytes)}});
    }
    SALUS_TRY_ASSIGN(const codec::Json status, node.get("/api/v1/status"));
    const json::object& found = status.as_object();
    SALUS_TRY_ASSIGN(const std::string genesis, codec::json_string(found, "genesis"));
    SALUS_TRY_ASSIGN(const json::object* contracts, codec::json_object(found, "contracts"));
    SALUS_TRY_ASSIGN(const std::string contract, codec::json_string(*contracts, "vaccinePassport"));
    const auto hospital = codec::json_object(found, "hospital");
    if (!hospital.ok()) return Error(kNodeRefused, "this node is of no hospital: it cannot issue");
    return json::object{{"salusBulk", 1},
                        {"inputs", std::move(inputs)},
                        {"genesis", genesis},
                        {"vaccinePassport", contract},
                        {"account", text_of(**hospital, "account")}};
}

// No output may be an input or another output: it would be emptied.
Status check_outputs(const BulkOptions& options, BulkFormat format) {
    std::vector<std::string> taken = options.inputs;
    for (const std::string& path :
         {journal_path(options), certificates_path(options), errors_path(options, format)}) {
        for (const std::string& other : taken) {
            std::error_code failed;
            const bool same =
                fs::weakly_canonical(path, failed) == fs::weakly_canonical(other, failed) ||
                fs::equivalent(path, other, failed);
            if (!same) continue;
            return Error(kBulkOutput, path + " is written, and is an input or another output as "
                                             "well: nothing was done; choose another name");
        }
        taken.push_back(path);
    }
    return ok_status();
}

// What an earlier input left under this name is kept: under the first free one of NAME.1, NAME.2, …
Status set_aside(const std::string& path) {
    std::error_code failed;
    const auto size = fs::file_size(path, failed);
    if (failed || size == 0) return ok_status();
    std::string free;
    for (std::size_t i = 1; free.empty() || fs::exists(free, failed); ++i) {
        free = path + "." + std::to_string(i);
    }
    fs::rename(path, free, failed);
    if (failed) return Error(kCannotWrite, free + ": " + failed.message());
    fmt::print(stderr, "{} is of an earlier input: it is {} now\n", path, free);
    return ok_status();
}

class BulkRun {
public:
    BulkRun(BulkSource& source, NodeClient& node, const BulkOptions& options)
        : source_(source), node_(node), options_(options) {}

    Status run() {
        SALUS_TRY(open());
        if (mark_.done) return ok_status();
        SALUS_TRY(source_.go_to(mark_.place));
        Progress progress("issuing", source_.total(), mark_.place.items);
        BulkSender sender(source_, node_, options_);
        while (true) {
            SALUS_TRY_ASSIGN(const auto batch, sender.next());
            if (!batch) break;
            SALUS_TRY(settle(*batch));
            progress.advance(batch->items.size());
        }
        mark_.done = true;
        return journal_->add(mark_);
    }

    const BulkMark& mark() const { return mark_; }
    bool begun() const { return journal_.has_value(); }
    bool was_done() const { return was_done_; }
    std::uint64_t resumed_at() const { return resumed_at_; }

private:
    Status open() {
        SALUS_TRY_ASSIGN(const json::object identity, identity_of(source_, node_));
        const fs::path path = journal_path(options_);
        SALUS_TRY_ASSIGN(BulkJournal journal, BulkJournal::open(path, identity));
        journal_.emplace(std::move(journal));
        if (journal_->last()) mark_ = *journal_->last();
        was_done_ = mark_.done;
        resumed_at_ = mark_.place.items;
        if (journal_->replaced()) {
            fmt::print(stderr,
                       "the input is another than that of {}: begun anew; what was issued "
                       "before is known by its identifier\n",
                       path.string());
        } else if (resumed_at_ != 0 && !was_done_) {
            fmt::print(stderr, "going on behind item {} of {}\n", resumed_at_, source_.total());
        }
        if (was_done_) return ok_status();
        if (!journal_->last()) SALUS_TRY(begin());
        if (mark_.errors_size == 0) { // what a batch that was not marked has left
            std::error_code failed;
            fs::remove(errors_path(options_, source_.format()), failed);
        }
        SALUS_TRY_ASSIGN(certificates_,
                         AppendFile::open(certificates_path(options_), mark_.certificates_size));
        return ok_status();
    }

    // The first mark stands once nothing of an earlier input is in the way.
    Status begin() {
        SALUS_TRY(set_aside(certificates_path(options_)));
        SALUS_TRY(set_aside(errors_path(options_, source_.format())));
        return journal_->add(mark_);
    }

    // Results first, durable; then the mark that counts them.
    Status settle(const BulkBatch& batch) {
        std::string certificates, errors;
        for (std::size_t i = 0; i < batch.items.size(); ++i) {
            settle(batch.items[i], batch.results[i], certificates, errors);
        }
        SALUS_TRY(certificates_.append(certificates));
        SALUS_TRY(certificates_.sync());
        if (!errors.empty()) {
            SALUS_TRY(open_errors());
            SALUS_TRY(errors_->append(errors));
            SALUS_TRY(errors_->sync());
            mark_.errors_size = errors_->size();
        }
        mark_.certificates_size = certificates_.size();
        mark_.place = batch.items.back().after;
        return journal_->add(mark_);
    }

    Status open_errors() {
        if (errors_) return ok_status();
        SALUS_TRY_ASSIGN(AppendFile file, AppendFile::open(errors_path(options_, source_.format()),
                                                           mark_.errors_size));
        errors_.emplace(std::move(file));
        return mark_.errors_size == 0 ? errors_->append(source_.error_head()) : ok_status();
    }

    void settle(const BulkItem& item, const json::array& results, std::string& certificates,
                std::string& errors) {
        const std::vector<BulkFault> faults = faults_of(source_, item, results);
        for (const codec::Json& result : results) {
            const json::object& one = result.get_object();
            if (text_of(one, "state") != "issued") continue;
            const codec::Json* again = codec::json_find(one, "alreadyIssued");
            const bool before = again != nullptr && again->is_bool() && again->get_bool();
            ++(before ? mark_.already : mark_.issued);
            json::object line{{"line", item.line}, {"id", item.id}};
            if (source_.inputs().size() > 1) line["file"] = source_.inputs()[item.file].name;
            for (const char* key : {"path", "resourceId", "commitment", "transactionHash",
                                    "blockNumber", "alreadyIssued", "hcert"}) {
                if (const codec::Json* value = codec::json_find(one, key)) line[key] = *value;
            }
            certificates += codec::print_json(line) + "\n";
        }
        if (faults.empty()) return;
        ++mark_.refused;
        errors += source_.error_entry(item, faults);
    }

    BulkSource& source_;
    NodeClient& node_;
    const BulkOptions& options_;
    std::optional<BulkJournal> journal_;
    AppendFile certificates_;
    std::optional<AppendFile> errors_;
    BulkMark mark_;
    bool was_done_ = false;
    std::uint64_t resumed_at_ = 0;
};

json::object summary_of(const BulkRun& run, const BulkOptions& options, const BulkSource& source) {
    const BulkMark& mark = run.mark();
    json::object out{{"items", mark.place.items},
                     {"total", source.total()},
                     {"issued", mark.issued},
                     {"already", mark.already},
                     {"refused", mark.refused},
                     {"done", mark.done},
                     {"certificates", certificates_path(options)}};
    if (mark.refused != 0) out["errors"] = errors_path(options, source.format());
    return out;
}

void say(const BulkRun& run, const BulkOptions& options, const BulkSource& source,
         std::chrono::duration<double> took) {
    const BulkMark& mark = run.mark();
    if (run.was_done()) {
        fmt::print("All of this input was settled by an earlier run ({}).\n",
                   journal_path(options));
    }
    fmt::print("{} items: {} certificates issued, {} issued before, {} items refused\n",
               mark.place.items, mark.issued, mark.already, mark.refused);
    const double fresh = static_cast<double>(mark.place.items - run.resumed_at());
    if (!run.was_done() && took.count() > 0.0) {
        fmt::print("{:.0f} items a second\n", fresh / took.count());
    }
    fmt::print("Certificates: {}\n", certificates_path(options));
    if (mark.refused != 0) {
        fmt::print("Refused, with row, column and rule: {}\n"
                   "Mend them there and feed that file again.\n",
                   errors_path(options, source.format()));
    }
}

Status issue_all(BulkSource& source, NodeClient& node, const BulkOptions& options, bool as_json,
                 bool& refused) {
    const auto begin = std::chrono::steady_clock::now();
    BulkRun run(source, node, options);
    Status done = run.run();
    if (!done.ok()) {
        if (run.begun()) {
            fmt::print(stderr, "stopped behind item {}; the same command goes on from there\n",
                       run.mark().place.items);
        }
        return done;
    }
    refused = run.mark().refused != 0;
    if (as_json) {
        fmt::print("{}\n", codec::print_json(summary_of(run, options, source)));
    } else {
        say(run, options, source, std::chrono::steady_clock::now() - begin);
    }
    return ok_status();
}

Status run(const BulkOptions& options, const ClientOptions& client, bool& refused) {
    std::vector<fs::path> files(options.inputs.begin(), options.inputs.end());
    SALUS_TRY(check_outputs(options, format_of(files.front())));
    SALUS_TRY_ASSIGN(const auto source, open_bulk(files));
    SALUS_TRY_ASSIGN(const auto node, NodeClient::connect(client));
    if (options.preview) return preview_bulk(*source, *node, options, client.json, refused);
    return issue_all(*source, *node, options, client.json, refused);
}

} // namespace

std::string journal_path(const BulkOptions& options) {
    return beside(options, options.journal, ".journal");
}

std::string certificates_path(const BulkOptions& options) {
    return beside(options, options.certificates, ".certificates.ndjson");
}

std::string errors_path(const BulkOptions& options, BulkFormat format) {
    const std::string ending = options.preview ? ".preview-errors" : ".errors";
    const char* kind = format == BulkFormat::csv ? ".csv" : ".ndjson";
    return beside(options, options.errors, (ending + kind).c_str());
}

std::vector<BulkFault> faults_of(const BulkSource& source, const BulkItem& item,
                                 const json::array& results) {
    std::vector<BulkFault> out = item.faults;
    const auto add = [&](const json::object& fault) {
        const std::string at = text_of(fault, "at");
        const bool about_id = text_of(fault, "rule").starts_with("issue.");
        out.push_back(
            {about_id && source.format() == BulkFormat::csv ? "id" : source.place_of(item, at),
             text_of(fault, "rule"), text_of(fault, "message")});
    };
    for (const codec::Json& result : results) {
        const json::object& one = result.get_object();
        if (text_of(one, "state") != "refused") continue;
        add(one);
        const codec::Json* more = codec::json_find(one, "more");
        if (more == nullptr || !more->is_array()) continue;
        for (const codec::Json& fault : more->get_array()) {
            if (fault.is_object()) add(fault.get_object());
        }
    }
    return out;
}

int bulk_command(const BulkOptions& options, const ClientOptions& client) {
    if (options.make_template) {
        fmt::print("{}", bulk_template());
        fmt::print(stderr, "{}", bulk_columns_text());
        return 0;
    }
    bool refused = false;
    const Status done = run(options, client, refused);
    return done.ok() ? (refused ? 1 : 0) : fail("issue", done.error());
}

} // namespace salus::app
