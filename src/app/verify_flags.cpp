#include "app/flags.hpp"

namespace salus::app {
namespace {

void add_trust_options(CLI::App& app, VerifyOptions& options) {
    app.add_flag(
        "--offline", options.offline,
        "Never ask a node: verify with what lies in the data directory, put there by salus "
        "trust refresh and salus trust import");
    app.add_option("--trust-list", options.trust_list,
                   "Offline with this file, made by salus trust export, instead of the data "
                   "directory's");
    app.add_option("--list-key", options.list_key,
                   "The account that must have signed the trust list");
    app.add_option("--contract", options.contract, "The VaccinePassport that it must speak of");
    app.add_option("--chain-id", options.chain_id, "The chain that it must speak of");
    app.add_option("--source", options.sources,
                   "Offline: trust of other countries and issuers, made by salus trust import, "
                   "instead of all in the data directory; may be repeated")
        ->allow_extra_args(false)
        ->check(CLI::ExistingFile);
    app.add_option("--revocations", options.revocations,
                   "Offline: what was revoked, made by salus trust export --revocations, instead "
                   "of the data directory's")
        ->check(CLI::ExistingFile);
    app.add_option("--at", options.at,
                   "Offline: verify as of this instant, as 2026-11-22T10:00:00Z");
}

void add_journey_options(CLI::App& app, VerifyOptions& options) {
    app.add_option("--to", options.to, "Country of arrival, as DE: its rules are applied");
    app.add_option("--region", options.region, "Region of it, where its rules ask");
    app.add_option("--on", options.on, "Day of arrival, as 2026-12-24; today, if not given");
    app.add_option("--rules", options.rules,
                   "Rules of countries (CertLogic): a set signed by salus rules sign, or a "
                   "plain JSON list; by default that of the data directory for --to")
        ->check(CLI::ExistingFile);
    app.add_option("--value-sets", options.value_sets, "Value sets of a plain list, a JSON file")
        ->check(CLI::ExistingFile);
    app.add_option("--language", options.language, "Of what the rules say")->capture_default_str();
    app.add_option("--nonce", options.nonce,
                   "Of a presentation (SD1:…): what this verifier gave the holder; without it, it "
                   "must have been made within the last minute");
    app.add_option("--audience", options.audience, "Of a presentation: this verifier's name");
    app.add_option("--mrz", options.mrz,
                   "The machine-readable zone of the traveller's document: text, a file, or \"-\"; "
                   "it stays on this machine");
}

} // namespace

void add_verify(CLI::App& root, VerifyOptions& options, int& status) {
    CLI::App* app = root.add_subcommand(
        "verify", "Verify EU HCERT, SMART Health Cards, ICAO seals and presentations");
    app->add_option("input", options.inputs,
                    "The code as text (HC1:…, shc:/…, SD1:…), a text or image file, or \"-\" for "
                    "standard input; with --batch folders too")
        ->required();
    add_trust_options(*app, options);
    add_journey_options(*app, options);
    app->add_flag("--batch", options.batch,
                  "Many, offline, on all cores: a line of JSON each, and a summary");
    app->add_flag("--full", options.full, "With --batch: with what the certificates say");
    app->add_option("--threads", options.threads, "With --batch; 0: one for each core")
        ->capture_default_str();
    app->add_flag("--brief", options.brief, "One line a certificate");
    app->add_flag("--show-qr", options.show_qr, "Draw the QR code as well");
    add_client_options(*app, options.client);
    name_environment(*app);
    app->footer(
        "Without --offline or one of its flags a running node is asked; signers that it does not "
        "know are looked for among the data directory's foreign sources.\n"
        "Exit status: 0 valid (and accepted by the rules, and of the same person), 2 not, 1 could "
        "not verify.\n"
        "Examples:\n"
        "  salus verify certificate.png\n"
        "  salus verify --offline certificate.png\n"
        "  salus verify --trust-list trust.json --list-key 0x… certificate.txt\n"
        "  salus verify --trust-list trust.json --rules rules.json --value-sets sets.json \\\n"
        "      --to DE --on 2026-12-24 --mrz passport.txt certificate.png\n"
        "  salus verify --batch --trust-list trust.json codes.txt scans/ > verdicts.ndjson");
    app->callback([&] { status = verify_command(options); });
}

} // namespace salus::app
