#include "app/flags.hpp"
#include "app/ledger_command.hpp"

namespace salus::app {
namespace {

void add_audit(CLI::App& root, AuditCommandOptions& options, int& status) {
    CLI::App* app = root.add_subcommand(
        "audit", "Verify a node's whole ledger of private records again, and where it breaks");
    options.datadir = default_datadir();
    app->add_option("--datadir", options.datadir, "Where the node keeps its data")
        ->capture_default_str();
    app->add_option("--db", options.db,
                    "The database of its records: a file, or postgresql://…; default: "
                    "records.sqlite in --datadir");
    app->add_option("--rpc", options.rpc,
                    "The public chain: an Ethereum node or a salus, best one that somebody else "
                    "runs; without it no anchor is looked at");
    app->add_option("--contract", options.contract,
                    "LedgerAnchor, 0x…; default: as the salus at --rpc says");
    app->add_option("--chain-id", options.chain_id, "Of the public chain; default: as --rpc says");
    app->add_option("--log", options.log, "The account that anchors this ledger, 0x…");
    app->add_option("--chain", options.chain, "Only this private chain: 64 hex digits");
    app->add_option("--witness", options.witnesses,
                    "An account whose co-signatures of anchors count; may be repeated");
    app->add_option("--known", options.known,
                    "A proof bundle: its tree head must still be true; may be repeated")
        ->check(CLI::ExistingFile);
    app->add_flag("--json", options.json, "Print JSON for programs");
    name_environment(*app);
    app->footer("Exit status: 0 all is whole, 2 something is not, 1 it could not be read.\n"
                "Examples:\n"
                "  salus audit --datadir /var/lib/salus --rpc https://follower.example --log 0x… "
                "--contract 0x…\n"
                "  salus audit --db postgresql://salus@db/records --contract 0x… --chain-id 1337");
    app->callback([&] { status = audit_command(options); });
}

void add_verify_proof(CLI::App& root, VerifyProofOptions& options, int& status) {
    CLI::App* app = root.add_subcommand(
        "verify-proof", "Check a proof that an entry stands in a node's ledger, offline");
    app->add_option("file", options.file, "The proof bundle; \"-\": standard input")->required();
    app->add_option("--rpc", options.rpc,
                    "An Ethereum node or a salus: its anchor is looked up there as well");
    app->add_option("--depth", options.depth,
                    "With --rpc: blocks that make an anchor final, its own counted")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    app->add_option("--log", options.log, "The account whose log it must be, 0x…");
    app->add_option("--contract", options.contract, "The LedgerAnchor that it must speak of");
    app->add_option("--chain-id", options.chain_id, "The chain that it must speak of");
    app->add_flag("--json", options.json, "Print JSON for programs");
    name_environment(*app);
    app->footer("Exit status: 0 it holds, 2 it does not, 1 it could not be read.\n"
                "Examples:\n"
                "  salus verify-proof proof.json\n"
                "  salus verify-proof proof.json --log 0x… --rpc https://node.example --depth 64");
    app->callback([&] { status = verify_proof_command(options); });
}

} // namespace

void add_ledger(CLI::App& root, int& status) {
    static AuditCommandOptions audit_options;
    static VerifyProofOptions proof_options;
    add_audit(root, audit_options, status);
    add_verify_proof(root, proof_options, status);
}

} // namespace salus::app
