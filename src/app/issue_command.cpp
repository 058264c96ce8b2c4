#include <algorithm>

#include <fmt/format.h>

#include "app/files.hpp"
#include "app/node_client.hpp"
#include "app/terminal.hpp"
#include "codec/shc_text.hpp"
#include "passport/shc_file.hpp"

namespace salus::app {
namespace {

namespace fs = std::filesystem;
using codec::json::array;
using codec::json::object;

struct Totals {
    std::size_t immunizations = 0, issued = 0, already = 0, refused = 0, failed_files = 0;
    std::size_t pictures = 0; // files written so far, for their names
    array files;
};

// Folders stand for the .json files below them, in order of name.
Result<std::vector<std::string>> expand(const std::vector<std::string>& paths) {
    std::vector<std::string> out;
    for (const std::string& path : paths) {
        if (path == "-" || !fs::is_directory(path)) {
            out.push_back(path);
            continue;
        }
        std::vector<std::string> found;
        for (const auto& entry : fs::recursive_directory_iterator(path)) {
            if (entry.is_regular_file() && entry.path().extension() == ".json") {
                found.push_back(entry.path().string());
            }
        }
        if (found.empty()) return Error(kCannotRead, path + ": no .json file in this folder");
        std::sort(found.begin(), found.end());
        out.insert(out.end(), found.begin(), found.end());
    }
    return out;
}

Result<codec::QrSymbol> symbol_of(const std::string& code) {
    return code.starts_with("shc:/") ? codec::shc_symbol(code) : codec::qr_encode(code);
}

Status write_pictures(const fs::path& folder, const std::string& stem, const std::string& code) {
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed) return Error(kCannotWrite, folder.string() + ": " + failed.message());
    SALUS_TRY_ASSIGN(const codec::QrSymbol symbol, symbol_of(code));
    SALUS_TRY(write_file(folder / (stem + ".txt"), code + "\n", true));
    SALUS_TRY(write_file(folder / (stem + ".svg"), codec::qr_to_svg(symbol), true));
    return write_file(folder / (stem + ".png"), to_string(codec::qr_to_png(symbol)), true);
}

Status show_code(const IssueOptions& options, const std::string& stem, const std::string& code) {
    if (!options.out.empty()) SALUS_TRY(write_pictures(options.out, stem, code));
    if (!options.qr || options.client.json) return ok_status();
    SALUS_TRY_ASSIGN(const codec::QrSymbol symbol, symbol_of(code));
    fmt::print("{}{}\n", codec::qr_to_terminal(symbol), code);
    return ok_status();
}

// A SMART Health Card: its code, and beside it the file that wallets take.
Status show_card(const IssueOptions& options, const std::string& stem, const object& card) {
    const std::string jws = text_of(card, "jws");
    if (jws.empty()) {
        fmt::print(stderr, "  no SMART Health Card: {} ({})\n", text_of(card, "message"),
                   text_of(card, "rule"));
        return ok_status();
    }
    SALUS_TRY(show_code(options, stem, text_of(card, "text")));
    if (options.out.empty()) return ok_status();
    return write_file(fs::path(options.out) / (stem + std::string(passport::kShcExtension)),
                      passport::shc_file_print({&jws, 1}), true);
}

Status show_certificate(const IssueOptions& options, const std::string& file,
                        const object& certificate, Totals& totals) {
    const std::string stem = fmt::format(
        "{}-{:03}", file == "-" ? "stdin" : fs::path(file).stem().string(), ++totals.pictures);
    const std::string hcert = text_of(certificate, "hcert");
    if (!hcert.empty()) SALUS_TRY(show_code(options, stem, hcert));
    const codec::Json* card = codec::json_find(certificate, "shc");
    if (card == nullptr || !card->is_object()) return ok_status();
    return show_card(options, stem + "-shc", card->get_object());
}

// Each refused record with its reason, then every fault: FHIRPath, rule, message.
void show_refusals(const object& answer) {
    for (const codec::Json& refusal : answer.at("refused").as_array()) {
        fmt::print("  refused {}: {} ({})\n", plain(text_of(refusal.as_object(), "path")),
                   plain(text_of(refusal.as_object(), "message")),
                   text_of(refusal.as_object(), "rule"));
    }
    for (const std::string& line : issue_lines(answer)) fmt::print("    {}\n", plain(line));
}

// Takes one file's answer into the totals and shows it.
Status show_answer(const IssueOptions& options, const std::string& file, object answer,
                   Totals& totals) {
    SALUS_TRY_ASSIGN(const array* issued, codec::json_array(answer, "issued"));
    SALUS_TRY_ASSIGN(const array* refused, codec::json_array(answer, "refused"));
    std::size_t already = 0;
    for (const codec::Json& certificate : *issued) {
        const codec::Json* again = codec::json_find(certificate.as_object(), "alreadyIssued");
        already += again != nullptr && again->is_bool() && again->get_bool() ? 1 : 0;
        SALUS_TRY(show_certificate(options, file, certificate.as_object(), totals));
    }
    totals.immunizations += issued->size() + refused->size();
    totals.issued += issued->size();
    totals.already += already;
    totals.refused += refused->size();
    if (!options.client.json) {
        fmt::print("{}: {} issued{}, {} refused\n", file, issued->size(),
                   already != 0 ? fmt::format(" ({} before)", already) : "", refused->size());
        if (!refused->empty()) show_refusals(answer);
    }
    answer["file"] = file;
    totals.files.push_back(std::move(answer));
    return ok_status();
}

Status issue_file(const IssueOptions& options, NodeClient& node, const std::string& file,
                  Totals& totals) {
    SALUS_TRY_ASSIGN(const std::string text, read_file(file));
    SALUS_TRY_ASSIGN(codec::Json answer,
                     node.post_as_hospital("/api/v1/issue?format=" + options.format, text));
    if (!answer.is_object()) return Error(kNodeRefused, "an answer that is no object");
    return show_answer(options, file, std::move(answer.get_object()), totals);
}

// The items of one file's list, each with the file's name.
void append(array& to, const object& file, std::string_view list) {
    const codec::Json* items = codec::json_find(file, list);
    if (items == nullptr || !items->is_array()) return;
    for (const codec::Json& item : items->get_array()) {
        if (!item.is_object()) continue;
        object copy = item.get_object();
        copy["file"] = file.at("file");
        to.push_back(std::move(copy));
    }
}

// One document for programs: the totals, and all files' certificates, refusals and faults.
void print_json(const Totals& totals) {
    array issued;
    array refused;
    array issues;
    for (const codec::Json& file : totals.files) {
        append(issued, file.as_object(), "issued");
        append(refused, file.as_object(), "refused");
        append(issues, file.as_object(), "issues");
    }
    fmt::print("{}\n", codec::print_json(object{{"immunizations", totals.immunizations},
                                                {"issued", std::move(issued)},
                                                {"refused", std::move(refused)},
                                                {"issues", std::move(issues)},
                                                {"failedFiles", totals.failed_files}}));
}

} // namespace

// A file that fails is told and does not keep the others from being issued.
int issue_command(const IssueOptions& options) {
    const auto files = expand(options.fhir);
    if (!files.ok()) return fail("issue", files.error());
    auto node = NodeClient::connect(options.client);
    if (!node.ok()) return fail("issue", node.error());
    Totals totals;
    Progress progress("issuing", files->size());
    for (const std::string& file : *files) {
        const Status done = issue_file(options, **node, file, totals);
        if (!done.ok()) {
            ++totals.failed_files;
            fmt::print(stderr, "salus issue: {}: {}\n", file, done.error().text());
            if (done.error().kind() == kNoNode || done.error().kind() == kNoToken) return 1;
        }
        progress.advance();
    }
    if (options.client.json) {
        print_json(totals);
    } else {
        fmt::print("{} immunizations: {} issued ({} of them before), {} refused\n",
                   totals.immunizations, totals.issued, totals.already, totals.refused);
    }
    return totals.failed_files == 0 && totals.refused == 0 ? 0 : 1;
}

} // namespace salus::app
