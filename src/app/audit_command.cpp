#include <fmt/format.h>

#include "app/files.hpp"
#include "app/ledger_command.hpp"
#include "app/node_client.hpp"
#include "app/terminal.hpp"
#include "eth_remote/remote_chain.hpp"
#include "ledger/audit.hpp"
#include "ledger/proof.hpp"

namespace salus::app {
namespace {

using codec::json::array;
using codec::json::object;

constexpr int kBroken = 2;

struct Asked {
    ledger::AuditOptions audit;
    ledger::Vouchers vouchers;
};

Result<std::unique_ptr<store::Database>> open_records(const AuditCommandOptions& options) {
    if (options.db.starts_with("postgres")) return store::open_postgres(options.db);
    const std::filesystem::path file =
        options.db.empty() ? options.datadir / "salus.sqlite" : std::filesystem::path(options.db);
    if (!std::filesystem::exists(file)) return Error(kNoLedger, file.string() + " is not there");
    return store::open_sqlite(file.string());
}

// What a salus at --rpc says of itself; nothing where it is another node, or a follower.
std::optional<object> said_by(const std::string& rpc, const std::string& path) {
    ClientOptions client;
    client.node = rpc;
    auto node = NodeClient::connect(client);
    if (!node.ok()) return {};
    auto said = (*node)->get(path);
    if (!said.ok() || !said->is_object()) return {};
    return said->get_object();
}

Result<std::string> log_of(const AuditCommandOptions& options) {
    if (!options.log.empty()) return options.log;
    const auto head = said_by(options.rpc, "/api/v1/log/head");
    const std::string log = head ? text_of(*head, "log") : std::string();
    if (!log.empty()) return log;
    return Error(kNoLedger, "--log 0x… is needed with this --rpc: the account that anchors");
}

Result<Address> contract_of(const AuditCommandOptions& options,
                            const std::optional<object>& status) {
    if (!options.contract.empty()) {
        auto given = address_from_hex(options.contract);
        if (!given.ok()) return std::move(given).error().at("--contract");
        return given;
    }
    if (!status) {
        return Error(kNoLedger, "--contract 0x… is needed: the LedgerAnchor under which its "
                                "blocks were signed");
    }
    SALUS_TRY_ASSIGN(const object* contracts, codec::json_object(*status, "contracts"));
    SALUS_TRY_ASSIGN(const std::string text, codec::json_string(*contracts, "ledgerAnchor"));
    return address_from_hex(text);
}

Status ask_chain(const AuditCommandOptions& options, Asked& asked) {
    SALUS_TRY_ASSIGN(const std::string account, log_of(options));
    auto log = address_from_hex(account);
    if (!log.ok()) return std::move(log).error().at("--log");
    SALUS_TRY_ASSIGN(http::Url url, http::parse_url(options.rpc));
    const auto chain = eth::make_remote_chain(std::move(url));
    ledger::AnchorContract contract(*chain, asked.audit.domain.anchor, *log);
    SALUS_TRY(contract.check_domain(asked.audit.domain));
    SALUS_TRY_ASSIGN(asked.audit.anchors, ledger::read_anchor_rows(contract));
    std::vector<Address> witnesses;
    for (const std::string& text : options.witnesses) {
        auto one = address_from_hex(text);
        if (!one.ok()) return std::move(one).error().at("--witness");
        witnesses.push_back(*one);
    }
    SALUS_TRY_ASSIGN(asked.vouchers.co_signatures,
                     contract.co_signatures(witnesses, asked.audit.domain));
    return ok_status();
}

Result<ledger::KnownRoot> known_root(const std::string& file, const ledger::Domain& domain) {
    SALUS_TRY_ASSIGN(const std::string text, read_file(file));
    SALUS_TRY_ASSIGN(const codec::Json json, codec::parse_json(text));
    SALUS_TRY_ASSIGN(const ledger::ProofBundle bundle, ledger::read_proof(json));
    SALUS_TRY(ledger::check_tree_head(bundle.tree_head, bundle.log, domain));
    return ledger::KnownRoot{bundle.tree_head.head.size, bundle.tree_head.head.root,
                             "the signed tree head of " + file};
}

Result<Asked> ask(const AuditCommandOptions& options) {
    Asked out;
    const auto status = options.rpc.empty() ? std::nullopt : said_by(options.rpc, "/api/v1/status");
    SALUS_TRY_ASSIGN(out.audit.domain.anchor, contract_of(options, status));
    out.audit.domain.chain_id = options.chain_id;
    if (options.chain_id == 0) {
        if (options.rpc.empty()) return Error(kNoLedger, "--chain-id is needed without --rpc");
        SALUS_TRY_ASSIGN(http::Url url, http::parse_url(options.rpc));
        SALUS_TRY_ASSIGN(out.audit.domain.chain_id,
                         eth::make_remote_chain(std::move(url))->chain_id());
    }
    if (!options.chain.empty()) {
        auto chain = hash_from_hex(options.chain);
        if (!chain.ok()) return std::move(chain).error().at("--chain");
        out.audit.chain = *chain;
    }
    if (!options.rpc.empty()) {
        SALUS_TRY(ask_chain(options, out));
        const codec::Json* mode = status ? codec::json_find(*status, "mode") : nullptr;
        out.vouchers.outside_chain = mode == nullptr || *mode != codec::Json("embedded");
    }
    for (const std::string& file : options.known) {
        auto known = known_root(file, out.audit.domain);
        if (!known.ok()) return std::move(known).error().at(file);
        out.audit.known.push_back(std::move(*known));
    }
    return out;
}

Result<ledger::AuditReport> run(store::Database& database, ledger::AuditOptions& options) {
    std::optional<Progress> progress;
    std::uint64_t before = 0;
    options.progress = [&](std::uint64_t done, std::uint64_t total) {
        if (!progress) progress.emplace("audit", total);
        progress->advance(done - before);
        before = done;
    };
    return ledger::audit(database, options);
}

object finding_json(const ledger::Finding& finding) {
    object out{{"table", finding.table}, {"row", finding.row}, {"what", finding.what}};
    if (!finding.column.empty()) out["column"] = finding.column;
    if (finding.block) out["block"] = to_hex0x(finding.block->bytes);
    return out;
}

void print_json(const ledger::AuditReport& report, const std::string& vouching) {
    array findings;
    for (const auto& one : report.findings) findings.push_back(finding_json(one));
    fmt::print("{}\n", codec::print_json(object{{"good", report.good()},
                                                {"blocks", report.blocks},
                                                {"entries", report.entries},
                                                {"chains", report.chains},
                                                {"logSize", report.log_size},
                                                {"logRoot", to_hex0x(report.log_root.bytes)},
                                                {"anchors", report.anchors},
                                                {"anchored", report.anchored},
                                                {"vouching", vouching},
                                                {"found", report.found},
                                                {"findings", std::move(findings)}}));
}

void print_text(const ledger::AuditReport& report, const std::string& vouching) {
    for (const auto& one : report.findings) {
        fmt::print("{}, {}{}: {}\n", one.table, one.row,
                   one.column.empty() ? "" : ", " + one.column, one.what);
        if (one.block) fmt::print("    block {}\n", to_hex0x(one.block->bytes));
    }
    if (report.found > report.findings.size()) {
        fmt::print("… and {} more\n", with_commas(report.found - report.findings.size()));
    }
    fmt::print("{} blocks with {} entries in {} chains verified; log of {}, root {}\n",
               with_commas(report.blocks), with_commas(report.entries), with_commas(report.chains),
               with_commas(report.log_size), to_hex0x(report.log_root.bytes));
    fmt::print("{}\n", vouching);
    fmt::print("{}\n", report.good() ? "All is whole."
                                     : fmt::format("{} faults.", with_commas(report.found)));
}

} // namespace

int audit_command(const AuditCommandOptions& options) {
    auto database = open_records(options);
    if (!database.ok()) return fail("audit", database.error());
    auto asked = ask(options);
    if (!asked.ok()) return fail("audit", asked.error());
    const auto opened = ledger::Ledger::open(**database, asked->audit.domain); // its tables
    if (!opened.ok()) return fail("audit", opened.error());
    const auto report = run(**database, asked->audit);
    if (!report.ok()) return fail("audit", report.error());
    const std::string vouching = ledger::vouching_text(*report, asked->vouchers);
    options.json ? print_json(*report, vouching) : print_text(*report, vouching);
    return report->good() ? 0 : kBroken;
}

} // namespace salus::app
