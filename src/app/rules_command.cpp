#include <algorithm>
#include <fmt/format.h>

#include "app/files.hpp"
#include "app/node_client.hpp"
#include "app/one_shot.hpp"
#include "app/terminal.hpp"
#include "app/trust_store.hpp"
#include "base/clock.hpp"
#include "envelope/date_time.hpp"
#include "passport/rule_file.hpp"

namespace salus::app {
namespace {

namespace fs = std::filesystem;
using codec::Json;
using codec::json::array;

Result<Json> read_json(const fs::path& path) {
    SALUS_TRY_ASSIGN(const std::string text, read_file(path, passport::kMaxRuleFile));
    auto out = codec::parse_json(text, {.bytes = passport::kMaxRuleFile, .depth = 160});
    if (!out.ok()) return std::move(out).error().at(path.string());
    return out;
}

Result<std::vector<Json>> read_documents(const std::vector<std::string>& paths) {
    std::vector<fs::path> files;
    for (const std::string& path : paths) {
        std::error_code failed;
        if (!fs::is_directory(path, failed)) {
            files.emplace_back(path);
            continue;
        }
        for (const auto& entry : fs::directory_iterator(path, failed)) {
            if (entry.path().extension() == ".json") files.push_back(entry.path());
        }
        if (failed) return Error(kCannotRead, path + ": " + failed.message());
    }
    std::ranges::sort(files);
    std::vector<Json> out;
    out.reserve(files.size());
    for (const fs::path& file : files) {
        SALUS_TRY_ASSIGN(Json document, read_json(file));
        out.push_back(std::move(document));
    }
    return out;
}

// One document a file, or arrays of them.
array flattened(std::vector<Json> documents) {
    array out;
    for (Json& document : documents) {
        if (!document.is_array()) {
            out.push_back(std::move(document));
            continue;
        }
        for (Json& item : document.get_array()) out.push_back(std::move(item));
    }
    return out;
}

// {"<id>": ["<code>", …]} in one file, or published documents.
Json value_sets_of(std::vector<Json> documents) {
    const bool compact = documents.size() == 1 && documents[0].is_object() &&
                         !documents[0].get_object().contains("valueSetId");
    if (compact) return std::move(documents[0]);
    return flattened(std::move(documents));
}

Result<std::int64_t> instant_of(const std::string& text, const char* flag) {
    const auto at = envelope::parse_rfc3339(text);
    if (!at) return Error(kBadUsage, std::string(flag) + ": as 2026-11-22T10:00:00Z");
    return *at;
}

// Which chain and contract the rules are of: those of the node.
Status ask_node(const RulesSignOptions& options, passport::RuleFile& file) {
    ClientOptions client;
    client.node = options.node;
    SALUS_TRY_ASSIGN(const auto node, NodeClient::connect(client));
    SALUS_TRY_ASSIGN(const Json status, node->get("/api/v1/status"));
    if (!status.is_object()) return Error(kNodeRefused, "/api/v1/status");
    SALUS_TRY_ASSIGN(file.chain_id, codec::json_u64(status.get_object(), "chainId"));
    SALUS_TRY_ASSIGN(const auto* contracts, codec::json_object(status.get_object(), "contracts"));
    SALUS_TRY_ASSIGN(const std::string address, codec::json_string(*contracts, "accreditation"));
    SALUS_TRY_ASSIGN(file.accreditation, address_from_hex(address));
    return ok_status();
}

Result<passport::RuleFile> draft(const RulesSignOptions& options) {
    passport::RuleFile out;
    out.name = options.name;
    out.revision = options.revision;
    out.destinations = options.destinations;
    SALUS_TRY_ASSIGN(out.valid_from, instant_of(options.from, "--from"));
    SALUS_TRY_ASSIGN(out.valid_until, instant_of(options.until, "--until"));
    SALUS_TRY_ASSIGN(std::vector<Json> rules, read_documents(options.rules));
    out.rules = flattened(std::move(rules));
    SALUS_TRY_ASSIGN(std::vector<Json> sets, read_documents(options.value_sets));
    out.value_sets = value_sets_of(std::move(sets));
    SALUS_TRY(ask_node(options, out));
    return out;
}

Result<eth::Signer> list_signer(const RulesSignOptions& options) {
    const SystemClock clock;
    SystemRandom random;
    SALUS_TRY_ASSIGN(const KeyRing keys, authority_keys(options.datadir, options.password_file,
                                                        options.dev, clock, random));
    return eth::Signer::from_key(keys.list.copy());
}

Status sign(const RulesSignOptions& options) {
    SALUS_TRY_ASSIGN(const passport::RuleFile file, draft(options));
    SALUS_TRY_ASSIGN(const eth::Signer signer, list_signer(options));
    SALUS_TRY_ASSIGN(const std::string text, passport::sign_rule_file(file, signer));
    SALUS_TRY_ASSIGN(const passport::SignedRules made, passport::open_rule_file(text, {}));
    if (!options.previous.empty()) {
        SALUS_TRY_ASSIGN(const std::string old, read_file(options.previous));
        SALUS_TRY_ASSIGN(const passport::SignedRules before, passport::open_rule_file(old, {}));
        SALUS_TRY(passport::check_rules_successor(before, made));
    }
    SALUS_TRY(write_file(options.out, text));
    fmt::print(stderr, "{}: {} revision {}, {} rules, signed by {}\n", options.out, file.name,
               file.revision, made.set.rules().size(), to_hex0x(made.signer.bytes));
    return ok_status();
}

Status show_plain(const RulesShowOptions& options) {
    SALUS_TRY_ASSIGN(const passport::TrustPins pins, pins_of(options.pins));
    SALUS_TRY_ASSIGN(const std::string text, read_file(options.file, passport::kMaxRuleFile));
    SALUS_TRY_ASSIGN(const passport::SignedRules rules, passport::open_rule_file(text, pins));
    for (const rules::Rule& rule : rules.set.rules()) {
        fmt::print("{} {}.{}.{} {}: {}\n", rule.identifier, rule.version.parts[0],
                   rule.version.parts[1], rule.version.parts[2], name_of(rule.certificate_type),
                   rule.description("en"));
    }
    return ok_status();
}

Status take(const RulesImportOptions& options) {
    SALUS_TRY_ASSIGN(const passport::TrustPins pins, pins_of(options.pins));
    SALUS_TRY_ASSIGN(const std::string text, read_file(options.file, passport::kMaxRuleFile));
    TrustStore store(options.datadir);
    SALUS_TRY_ASSIGN(const passport::SignedRules rules, store.accept_rules(text, pins));
    std::string destinations;
    for (const std::string& one : rules.file.destinations) destinations += " " + one;
    fmt::print("{} revision {}: {} rules for{}\nStored in {}\n", rules.file.name,
               rules.file.revision, rules.set.rules().size(), destinations,
               store.rules_path(rules.file.name).string());
    return ok_status();
}

} // namespace

int rules_import_command(const RulesImportOptions& options) {
    const Status done = take(options);
    return done.ok() ? 0 : fail("rules import", done.error());
}

int rules_sign_command(const RulesSignOptions& options) {
    const Status done = sign(options);
    return done.ok() ? 0 : fail("rules sign", done.error());
}

int rules_show_command(const RulesShowOptions& options) {
    if (!options.plain) {
        TrustShowOptions show;
        show.files = {options.file};
        show.pins = options.pins;
        show.json = options.json;
        return trust_show_command(show);
    }
    const Status done = show_plain(options);
    return done.ok() ? 0 : fail("rules show", done.error());
}

} // namespace salus::app
