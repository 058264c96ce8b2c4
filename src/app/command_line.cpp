#include "app/command_line.hpp"

#include <fmt/format.h>

#include "app/chain_command.hpp"
#include "app/desk_flags.hpp"
#include "app/evaluator_command.hpp"
#include "app/flags.hpp"
#include "app/identity_command.hpp"
#include "app/ledger_command.hpp"
#include "app/options.hpp"
#include "app/patient_command.hpp"
#include "app/presentation_command.hpp"
#include "app/suite_command.hpp"
#include "app/trust_flags.hpp"
#include "app/version.hpp"

namespace salus::app {
namespace {

// TOML whose keys are the flags' names: "http.port = 8545", or a table [http] with "port = 8545".
class FlagNamesToml final : public CLI::ConfigTOML {
public:
    std::vector<CLI::ConfigItem> from_config(std::istream& in) const override {
        auto parsed = CLI::ConfigTOML::from_config(in);
        std::vector<CLI::ConfigItem> out;
        for (CLI::ConfigItem& item : parsed) {
            if (item.name == "++" || item.name == "--") continue; // section marks
            std::string name;
            for (const std::string& parent : item.parents) name += parent + ".";
            item.name = name + item.name;
            item.parents = {"serve"};
            out.push_back(std::move(item));
        }
        return out;
    }
};

std::string environment_name(const std::string& flag) {
    std::string name = "SALUS_";
    for (const char c : flag) {
        const bool separator = c == '-' || c == '.';
        name += separator ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return name;
}

void add_chain_options(CLI::App& app, ServeOptions& options) {
    app.add_option("--eth-rpc", options.eth_rpc,
                   "Use this Ethereum node instead of the embedded chain");
    app.add_option("--genesis", options.genesis, "geth-style genesis JSON of the embedded chain")
        ->check(CLI::ExistingFile);
    app.add_option("--block-time", options.block_time,
                   "Seal a block every so many seconds; 0: when a transaction arrives, at most "
                   "one a second")
        ->capture_default_str();
}

void add_engine_options(CLI::App& app, ServeOptions& options) {
    CLI::Option* engine =
        app.add_flag("--engine", options.engine,
                     "Be the execution client of a consensus client (Lighthouse, Teku, Prysm, "
                     "Nimbus, Lodestar): it decides about blocks; JSON-RPC, no passports");
    for (const char* other : {"--eth-rpc", "--dev", "--block-time"}) {
        engine->excludes(app.get_option(other));
    }
    app.add_option("--authrpc.addr", options.engine_addr, "Address of the Engine API")
        ->capture_default_str();
    app.add_option("--authrpc.port", options.engine_port, "Port of the Engine API; 0: a free one")
        ->capture_default_str();
    app.add_option("--authrpc.jwtsecret", options.jwt_secret,
                   "File with the secret shared with the consensus client, 64 hex digits; made "
                   "where it is missing; default: jwt.hex in --datadir");
    app.add_flag(
           "--rpc.testing", options.rpc_testing,
           "For test suites ONLY: testing_buildBlockV1, which builds any block and keeps none")
        ->needs(engine);
}

void add_follow_options(CLI::App& app, ServeOptions& options) {
    CLI::Option* follow = app.add_option(
        "--follow", options.follow,
        "Verify and serve the chain that the salus at this URL seals, instead of one of our own");
    CLI::Option* sealer =
        app.add_option("--sealer", options.sealer,
                       "The account that seals it, told by its operator: salus keys, \"seal\"");
    follow->needs(sealer);
    follow->excludes("--eth-rpc")->excludes("--block-time")->excludes("--engine");
    sealer->needs(follow);
    app.add_option("--peers", options.peers,
                   "Other followers, comma-separated: their seals are compared with ours")
        ->delimiter(',')
        ->needs(follow);
    app.add_flag("--forward", options.forward, "Forward transactions to the sealer")->needs(follow);
}

void add_http_options(CLI::App& app, ServeOptions& options) {
    app.add_option("--http.addr", options.http_addr, "Address to listen on")->capture_default_str();
    app.add_option("--http.port", options.http_port, "Port to listen on; 0: a free one")
        ->capture_default_str();
    app.add_option("--http.corsdomain", options.cors_domains,
                   "Web origins that may call this node, comma-separated; \"*\": any")
        ->delimiter(',');
    app.add_option("--http.vhosts", options.vhosts,
                   "Host names under which it is reached, comma-separated; \"*\": any")
        ->delimiter(',');
    app.add_option("--http.threads", options.handler_threads, "Requests answered at a time")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    app.add_option("--http.connections", options.http_connections,
                   "Connections open at a time; one client has an eighth of them at most")
        ->check(CLI::Range(8, 1'000'000))
        ->capture_default_str();
    app.add_option(
           "--http.rate", options.http_rate,
           "Requests a second of one client, with four times as many in a burst; 0: no limit")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app.add_flag("--http.limit-loopback", options.limit_loopback,
                 "Limit this machine's clients like others; they are trusted otherwise");
    app.add_option("--web-dir", options.web_dir, "The built web app, if not found by itself")
        ->check(CLI::ExistingDirectory);
}

void add_serve(CLI::App& root, ServeOptions& options, int& status) {
    CLI::App* app = root.add_subcommand("serve", "Run Salus: chain, API and web app on one port");
    app->fallthrough(); // --config may stand after "serve" as well
    options.datadir = default_datadir();
    app->add_option("--datadir", options.datadir, "Where keys, chain and records are kept")
        ->capture_default_str();
    add_database_option(*app, options.db);
    add_records_options(*app, options);
    app->add_flag("--dev", options.dev,
                  "For trying out and tests ONLY: accounts that everybody knows");
    add_chain_options(*app, options);
    add_engine_options(*app, options);
    add_follow_options(*app, options);
    add_http_options(*app, options);
    app->add_option("--password-file", options.password_file, "File with the keystore password");
    app->add_option("--hospital.name", options.hospital_name, "This hospital, as accredited")
        ->capture_default_str();
    app->add_option("--hospital.country", options.hospital_country, "ISO 3166 alpha-2")
        ->capture_default_str();
    app->add_option("--issuer-url", options.issuer_url,
                    "Issue SMART Health Cards as this issuer, https://… without a / at the end; "
                    "it must lead verifiers to this node's /.well-known/jwks.json");
    app->add_option("--log.level", options.log_level, "debug, info, warn or error")
        ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
        ->capture_default_str();
    name_environment(*app);
    app->footer(
        "Examples:\n"
        "  salus serve --dev --datadir /tmp/salus\n"
        "  salus serve --password-file /etc/salus/password --hospital.country DE\n"
        "  salus serve --dev --eth-rpc http://127.0.0.1:9545\n"
        "  salus serve --db postgresql://salus@db.example/salus \\\n"
        "      --db-shred postgresql://salus@db.example/shred --public-url https://salus.example\n"
        "  salus serve --engine --genesis genesis.json --authrpc.jwtsecret jwt.hex\n"
        "    and beside it: lighthouse bn --testnet-dir network --execution-jwt jwt.hex "
        "--execution-endpoint http://127.0.0.1:8551\n"
        "  salus serve --follow https://salus.example --sealer 0x… --datadir follower \\\n"
        "      --peers https://other.example,https://third.example");
    app->callback([&] { status = serve_command(options); });
}

void add_issue(CLI::App& root, IssueOptions& options, BulkOptions& bulk, int& status) {
    CLI::App* app = root.add_subcommand(
        "issue", "Issue certificates for FHIR immunizations, tests and recoveries");
    app->add_option("--fhir", options.fhir,
                    "FHIR R4 JSON: files or folders; \"-\": standard input");
    app->add_option("--out", options.out, "Write each certificate there as .txt, .svg and .png");
    app->add_flag("--qr", options.qr, "Draw each QR code on the terminal");
    app->add_option("--format", options.format,
                    "hcert: EU certificates; shc: SMART Health Cards, if the node has an "
                    "--issuer-url; or both")
        ->check(CLI::IsMember({"hcert", "shc", "both"}))
        ->capture_default_str();
    add_client_options(*app, options.client);
    add_bulk_flags(*app, bulk);
    name_environment(*app);
    app->footer("Examples:\n"
                "  salus issue --fhir patient.json\n"
                "  salus issue --fhir bundles/ --out certificates/ --json\n"
                "  salus issue --fhir patient.json --format both --out certificates/\n" +
                std::string(kBulkExamples));
    app->callback([&] {
        if (!bulk.wanted() && options.fhir.empty()) {
            throw CLI::RequiredError("One of --fhir, --bulk and --template");
        }
        status = bulk.wanted() ? bulk_command(bulk, options.client) : issue_command(options);
    });
}

void add_deploy(CLI::App& root, DeployOptions& options, int& status) {
    CLI::App* app = root.add_subcommand(
        "deploy", "Deploy the contracts; what is deployed already is left alone");
    app->add_option("--eth-rpc", options.eth_rpc, "The Ethereum node, or a running salus")
        ->capture_default_str();
    options.datadir = default_datadir();
    app->add_option("--datadir", options.datadir, "Where keys and addresses are kept")
        ->capture_default_str();
    add_database_option(*app, options.db);
    app->add_flag("--dev", options.dev, "Use the well-known development accounts");
    app->add_option("--password-file", options.password_file, "File with the keystore password");
    app->add_flag("--json", options.json, "Print JSON for programs");
    name_environment(*app);
    app->footer("Example:\n  salus deploy --eth-rpc http://127.0.0.1:9545 --dev");
    app->callback([&] { status = deploy_command(options); });
}

void add_authority_action(CLI::App& authority, const std::string& action, const char* about,
                          AuthorityOptions& options, int& status) {
    CLI::App* app = authority.add_subcommand(action, about);
    app->add_option("hospital", options.hospital, "The hospital's account, 0x…")->required();
    app->add_option("--node", options.node, "Address of the running node")->capture_default_str();
    options.datadir = default_datadir();
    app->add_option("--datadir", options.datadir, "Where the authority's key is kept")
        ->capture_default_str();
    app->add_flag("--dev", options.dev, "Use the well-known development accounts");
    app->add_option("--password-file", options.password_file, "File with the keystore password");
    if (action == "accredit") {
        app->add_option("--name", options.name, "The hospital's name")->required();
        app->add_option("--country", options.country, "ISO 3166 alpha-2")->required();
    }
    if (action == "add-key") {
        app->add_option("--certificate", options.certificate,
                        "Its X.509 certificate (DER), as certificates/credential.der of its node")
            ->required()
            ->check(CLI::ExistingFile);
        app->add_option("--purpose", options.purposes,
                        "test, vaccination, recovery; by default what the certificate says")
            ->delimiter(',');
    } else if (action.ends_with("-key")) {
        app->add_option("--kid", options.kid, "The key's id, 16 hex digits")->required();
    }
    if (action == "revoke-key") {
        app->add_option("--from", options.from,
                        "It was stolen then: what it signed after this instant counts no longer "
                        "(2026-11-22T10:00:00Z); by default from now on");
    }
    name_environment(*app);
    app->callback([&options, &status, action] {
        options.action = action;
        status = authority_command(options);
    });
}

void add_authority(CLI::App& root, AuthorityOptions& options, int& status) {
    CLI::App* app = root.add_subcommand("authority", "What the health authority decides on chain");
    app->require_subcommand(1);
    add_authority_action(*app, "accredit", "Accredit a hospital", options, status);
    add_authority_action(*app, "add-key", "Add a credential key of a hospital", options, status);
    add_authority_action(*app, "suspend", "Suspend a hospital from now on", options, status);
    add_authority_action(*app, "reinstate", "Reinstate a suspended hospital", options, status);
    add_authority_action(*app, "suspend-key", "Suspend a credential key from now on", options,
                         status);
    add_authority_action(*app, "reinstate-key", "Reinstate a suspended credential key", options,
                         status);
    add_authority_action(*app, "revoke-key", "Revoke a credential key for ever", options, status);
    app->footer("Examples:\n"
                "  salus authority suspend 0x7099… --datadir /var/lib/salus\n"
                "  salus authority revoke-key 0x7099… --kid 51bbaa… --from 2026-11-20T00:00:00Z");
}

using ChainAction = int (*)(const ChainCommandOptions&);

CLI::App* add_chain_action(CLI::App& chain, const char* name, const char* what, ChainAction action,
                           ChainCommandOptions& options, int& status) {
    CLI::App* app = chain.add_subcommand(name, what);
    app->add_option("--datadir", options.datadir, "Folder of `salus serve`")->capture_default_str();
    app->callback([&options, &status, action] { status = action(options); });
    name_environment(*app);
    return app;
}

void add_genesis(CLI::App& app, ChainCommandOptions& options) {
    app.add_option("--genesis", options.genesis, "geth-style genesis JSON, if not Salus's own");
    app.add_flag("--dev", options.dev, "The genesis of `salus serve --dev`");
}

void add_chain(CLI::App& root, ChainCommandOptions& options, int& status) {
    CLI::App* chain = root.add_subcommand("chain", "Check, mend, copy the embedded chain's store");
    chain->require_subcommand(1);
    options.datadir = default_datadir();
    CLI::App* app = add_chain_action(*chain, "check", "Read everything and say whether it is whole",
                                     chain_check_command, options, status);
    app->add_flag("--json", options.json, "Print JSON for programs");
    app->footer("Works beside a running node. Exit status 2: damaged.\n"
                "Example:\n  salus chain check --datadir /var/lib/salus");
    app = add_chain_action(*chain, "repair", "Go back to the last good block", chain_repair_command,
                           options, status);
    add_genesis(*app, options);
    app->footer("Stop the node first. The damaged store is kept beside the new one.\n"
                "Example:\n  salus chain repair --datadir /var/lib/salus");
    app = add_chain_action(*chain, "export", "Write blocks to a file, as geth does",
                           chain_export_command, options, status);
    app->add_option("file", options.file, "The file; - for standard output")->required();
    app->add_option("--from", options.from, "First block")->capture_default_str();
    app->add_option("--to", options.to, "Last block; the head if not given");
    app->footer("Works beside a running node.\nExample:\n  salus chain export blocks.rlp");
    app = add_chain_action(*chain, "import", "Check and take blocks from a file",
                           chain_import_command, options, status);
    app->add_option("file", options.file, "The file; - for standard input")->required();
    add_genesis(*app, options);
    app->footer("Example:\n  salus chain import blocks.rlp --genesis genesis.json --datadir new");
    app = add_chain_action(*chain, "backup", "Copy the chain while the node runs, and check it",
                           chain_backup_command, options, status);
    app->add_option("folder", options.file, "A new folder")->required();
    app->footer("Example:\n  salus chain backup /mnt/backup/2026-11-22");
}

void add_suite(CLI::App& root, const std::string& name, const char* about, const char* examples,
               int (*command)(const SuiteCommandOptions&), SuiteCommandOptions& options,
               int& status) {
    CLI::App* app = root.add_subcommand(name, about);
    app->add_option("path", options.paths, "Test files, or folders of them")->required();
    app->add_option("--fork", options.fork, "Only this fork's cases, such as Osaka");
    app->add_option("--threads", options.threads, "Cases run at a time; 0: one for each core")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
    app->add_flag("--json", options.json, "Print a line of JSON for each case");
    app->footer(
        "Prints a line for each case that fails, then: N passed, N failed, N skipped.\n"
        "Exit status: 0 none failed, 1 one did or a file could not be read, 2 wrong use.\n" +
        std::string(examples));
    app->callback([&status, &options, command] { status = command(options); });
}

void add_suites(CLI::App& root, SuiteCommandOptions& statetest, SuiteCommandOptions& blocktest,
                int& status) {
    add_suite(root, "statetest", "Run official Ethereum state tests (and VM tests)",
              "Examples:\n"
              "  salus statetest GeneralStateTests/\n"
              "  salus statetest --fork Osaka state_tests/ more/test.json",
              statetest_command, statetest, status);
    CLI::App* app = root.get_subcommand("statetest");
    app->add_flag("--trace", statetest.trace,
                  "Print every instruction before it runs, one case after the other (EIP-3155)");
    app->add_flag("--digest", statetest.digest,
                  "With --json: number and digest of each case's instructions")
        ->excludes("--trace");
    add_suite(root, "blocktest", "Run official Ethereum blockchain tests",
              "Examples:\n"
              "  salus blocktest BlockchainTests/\n"
              "  salus blocktest --fork CancunToPragueAtTime15k blockchain_tests/",
              blocktest_command, blocktest, status);
}

void add_verify_fault(CLI::App& root, VerifyFaultOptions& options, int& status) {
    CLI::App* app = root.add_subcommand(
        "verify-fault", "Check a proof that a sealer sealed two blocks of one height, offline");
    app->add_option("file", options.file,
                    "A file of a follower's datadir/follow, or the answer to "
                    "salus_getFaultProofs; \"-\": standard input")
        ->required();
    app->add_option("--sealer", options.sealer, "The account that must be the accused");
    app->add_flag("--json", options.json, "Print the proof as JSON for programs");
    app->footer("Exit status: 0 the proof holds, 2 it does not, 1 it could not be read.\n"
                "Example:\n"
                "  salus verify-fault --sealer 0x… follower/follow/proof-….json");
    app->callback([&] { status = verify_fault_command(options); });
}

} // namespace

void name_environment(CLI::App& app) {
    for (CLI::Option* option : app.get_options()) {
        if (option->get_lnames().empty() || option->get_lnames().front() == "help") continue;
        option->envname(environment_name(option->get_lnames().front()));
    }
}

void add_client_options(CLI::App& app, ClientOptions& client) {
    app.add_option("--node", client.node, "Address of the running node")->capture_default_str();
    app.add_option("--token", client.token,
                   "The hospital's API token; by default read from the data directory");
    client.datadir = default_datadir();
    app.add_option("--datadir", client.datadir, "Where the node keeps its data")
        ->capture_default_str();
    app.add_flag("--json", client.json, "Print JSON for programs");
}

namespace {

// The environment speaks to the subcommand that is run. CLI11 asks it for all of them, and where
// two share their options the variable for one would beat the flag of the other.
void forget_other_environment(CLI::App& app, const std::vector<std::string_view>& words) {
    for (CLI::App* sub : app.get_subcommands({})) {
        forget_other_environment(*sub, words);
        if (std::find(words.begin(), words.end(), sub->get_name()) != words.end()) continue;
        for (CLI::Option* option : sub->get_options()) option->envname("");
    }
}

} // namespace

int run_command_line(int argc, char** argv) {
    CLI::App root("Salus: own your medical record, prove your vaccinations anywhere", "salus");
    root.set_version_flag("--version", std::string(kVersionText));
    root.require_subcommand(1);
    root.config_formatter(std::make_shared<FlagNamesToml>());
    root.set_config("--config", "", "TOML file with flags of serve");
    root.allow_config_extras(false);
    root.footer("salus SUBCOMMAND --help shows each one's flags and examples.");
    int status = 0;
    ServeOptions serve;
    IssueOptions issue;
    BulkOptions bulk;
    DeskOptions desk;
    VerifyOptions verify;
    DeployOptions deploy;
    RevokeOptions revoke;
    AuthorityOptions authority;
    KeysOptions keys;
    VerifyFaultOptions verify_fault;
    IdentityOptions identity;
    PatientOptions patient;
    DeviceOptions grantee;
    ChainCommandOptions chain;
    SuiteCommandOptions statetest;
    SuiteCommandOptions blocktest;
    add_serve(root, serve, status);
    add_issue(root, issue, bulk, status);
    add_desk(root, desk, status);
    add_verify(root, verify, status);
    const auto trust = add_trust_and_rules(root, status);
    add_deploy(root, deploy, status);
    add_revoke(root, revoke, status);
    add_authority(root, authority, status);
    add_keys(root, keys, status);
    add_verify_fault(root, verify_fault, status);
    add_ledger(root, status);
    add_identity(root, identity, status);
    add_presentations(root, status);
    add_patient(root, patient, status);
    add_grantee(root, grantee, status);
    add_evaluators(root, status);
    add_chain(root, chain, status);
    add_suites(root, statetest, blocktest, status);
    add_codes(root);
    forget_other_environment(root, {argv, argv + argc});
    try {
        root.parse(argc, argv);
    } catch (const CLI::ConfigError& error) {
        fmt::print(stderr,
                   "salus: the file of --config has a key that serve does not know: {}\n"
                   "salus serve --help lists the flags; a key is a flag's name\n",
                   error.what());
        return 1;
    } catch (const CLI::ParseError& error) {
        return root.exit(error);
    }
    return status;
}

} // namespace salus::app
