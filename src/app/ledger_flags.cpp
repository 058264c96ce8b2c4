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
                    "salus.sqlite in --datadir");
    app->add_option("--rpc", options.rpc,
                    "The public chain: an Ethereum node or a salus, best one that somebody else "
                    "runs; without it no anchor is looked at");
    app->add_option("--contract", options.contract,
                    "LedgerAnchor, 0x…; default: as the salus at --rpc says");
    app->add_option("--chain-id", options.chain_id, "Of the public chain; default: as --rpc says");
    app->add_option(
        "--log", options.log,
        "The account that anchors this ledger, 0x…; default: as the salus at --rpc says");
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

void add_prove(CLI::App& root, ProveOptions& options, int& status) {
    CLI::App* app = root.add_subcommand(
        "prove", "Fetch the proof that an entry stands in a node's ledger, and check it");
    app->add_option("block", options.block, "The hash of the block, 0x…")->required();
    app->add_option("entry", options.entry, "Which of its entries, from 0")->required();
    app->add_option("--node,--server", options.client.node, "Address of the node that has it")
        ->capture_default_str();
    app->add_option("--out", options.out, "File for the proof; \"-\": standard output")->required();
    name_environment(*app);
    app->footer("Exit status: 0 written, 2 what the node gave proves nothing, 1 it gave nothing.\n"
                "Examples:\n  salus prove 0x… 0 --node https://salus.example --out proof.json\n"
                "  salus verify-proof proof.json --rpc https://ethereum.example --depth 64");
    app->callback([&] { status = prove_command(options); });
}

void add_anchor(CLI::App& root, ClientOptions& options, int& status) {
    CLI::App* app = root.add_subcommand(
        "anchor", "Have a running node anchor its log of records on the chain now");
    add_client_options(*app, options);
    name_environment(*app);
    app->footer("A node anchors by itself every --anchor-interval seconds; where its log has not "
                "grown, nothing is sent.\n"
                "Example:\n  salus anchor --node http://127.0.0.1:8545 --datadir /var/lib/salus");
    app->callback([&] { status = anchor_command(options); });
}

void add_co_sign(CLI::App& root, CoSignOptions& options, int& status) {
    CLI::App* app = root.add_subcommand(
        "co-sign", "Witness another's log: check that it only grew, and sign its newest anchor");
    app->add_option("--log", options.log, "The account whose log it is, 0x…")->required();
    app->add_option("--node", options.client.node, "Address of the node that keeps the log")
        ->capture_default_str();
    app->add_option("--rpc", options.rpc,
                    "The public chain, best through a node of your own; default: --node");
    app->add_option("--contract", options.contract, "LedgerAnchor, 0x…; default: as --node says");
    CLI::Option* key = app->add_option("--key", options.key,
                                       "Your key file (Web3 Secret Storage); its account pays");
    app->add_option("--password-file", options.password_file, "File with its password");
    app->add_option("--dev-account", options.dev_account, "Sign as a well-known account")
        ->check(CLI::Range(0, 9))
        ->excludes(key);
    app->add_option("--state", options.state,
                    "What you remember of this log; default: witness/… in the data directory. "
                    "Keep it: who forgets can be shown another history");
    name_environment(*app);
    app->footer("Exit status: 0 co-signed, 2 the log is not the one that was anchored or seen "
                "before (nothing is signed), 1 it could not be done.\n"
                "Example:\n  salus co-sign --log 0x… --node https://hospital.example --rpc "
                "https://ethereum.example --key witness.json");
    app->callback([&] { status = co_sign_command(options); });
}

} // namespace

void add_ledger(CLI::App& root, int& status) {
    static AuditCommandOptions audit_options;
    static VerifyProofOptions proof_options;
    static ProveOptions prove_options;
    static ClientOptions anchor_options;
    static CoSignOptions co_sign_options;
    add_audit(root, audit_options, status);
    add_prove(root, prove_options, status);
    add_verify_proof(root, proof_options, status);
    add_anchor(root, anchor_options, status);
    add_co_sign(root, co_sign_options, status);
}

} // namespace salus::app
