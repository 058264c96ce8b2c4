#include "app/trust_flags.hpp"

#include "app/flags.hpp"
#include "app/trust_options.hpp"

namespace salus::app {
namespace {

void add_pins(CLI::App& app, PinOptions& pins) {
    app.add_option("--list-key", pins.list_key, "The account that must have signed");
    app.add_option("--contract", pins.contract, "The VaccinePassport that it must speak of");
    app.add_option("--chain-id", pins.chain_id, "The chain that it must speak of");
}

void add_export(CLI::App& trust, TrustExportOptions& options, int& status) {
    CLI::App* app = trust.add_subcommand("export", "Write the signed trust list, or another form");
    app->add_option("--out", options.out, "File to write; standard output by default");
    app->add_option("--format", options.format,
                    "salus: signed, with all of the past; jwks, dsc (EU DCC gateway) or did (WHO "
                    "GDHCN): unsigned, the keys that are good now")
        ->check(CLI::IsMember({"salus", "jwks", "dsc", "did"}))
        ->capture_default_str();
    app->add_option("--did", options.did, "With --format did: the document's name, did:web:…");
    app->add_flag("--revocations", options.revocations,
                  "The signed list of revocations instead, for verifiers without a network");
    add_client_options(*app, options.client);
    name_environment(*app);
    app->footer("Examples:\n"
                "  salus trust export --out trust.json\n"
                "  salus trust export --revocations --out revocations.salus\n"
                "  salus trust export --format jwks --out jwks.json\n"
                "  salus trust export --format did --did did:web:health.example --out did.json");
    app->callback([&] { status = trust_export_command(options); });
}

void add_import(CLI::App& trust, TrustImportOptions& options, int& status) {
    CLI::App* app = trust.add_subcommand(
        "import", "Take other countries' signers and issuers as a source of its own");
    app->add_option("name", options.name, "Of the source: a-z, 0-9, '-', '_', '.'")->required();
    app->add_option("path", options.paths,
                    "Files or folders: certificates (DER, PEM), lists of the EU DCC gateway, DID "
                    "documents, JWK sets, the VCI directory's snapshot")
        ->required();
    options.datadir = default_datadir();
    app->add_option("--datadir", options.datadir, "Where the verifier keeps what it trusts")
        ->capture_default_str();
    app->add_option("--out", options.out, "Write the source there, not into the data directory");
    app->add_option("--iss", options.iss, "Issuer's https URL of a bare JWK set");
    app->add_option("--country", options.country, "Only this country's, as DE");
    app->add_option("--purpose", options.purposes, "Only for these; may be repeated")
        ->check(CLI::IsMember({"test", "vaccination", "recovery"}));
    app->add_option("--origin", options.origin, "Where it came from, for people");
    app->add_option("--sha256", options.sha256, "Pin: the digest that the files must have");
    app->add_option("--signer-key", options.signer_key,
                    "Pin: P-256 key (128 hex digits) or certificate that signed the list");
    app->add_option("--fetched", options.fetched, "When it was fetched (RFC 3339); now by default");
    app->add_option("--days", options.days, "How long it may be used")
        ->check(CLI::Range(1, 366))
        ->capture_default_str();
    app->add_flag("--force", options.force, "Though it lost most of its entries or its signer");
    app->add_flag("--json", options.json, "Print JSON for programs");
    name_environment(*app);
    app->footer("Examples:\n"
                "  salus trust import eu dsc-list.json --purpose vaccination --days 7\n"
                "  salus trust import utopia certificates/ --country UT --sha256 9f86…\n"
                "  salus trust import clinic jwks.json --iss https://clinic.example/shc");
    app->callback([&] { status = trust_import_command(options); });
}

void add_show(CLI::App& trust, TrustShowOptions& options, int& status) {
    CLI::App* app =
        trust.add_subcommand("show", "What is trusted: the data directory's, or files'");
    app->add_option("file", options.files, "Trust lists, revocations, sources, rule sets");
    options.datadir = default_datadir();
    app->add_option("--datadir", options.datadir, "Where the verifier keeps what it trusts")
        ->capture_default_str();
    add_pins(*app, options.pins);
    app->add_flag("--json", options.json, "Print JSON for programs");
    name_environment(*app);
    app->footer("Examples:\n  salus trust show\n  salus trust show trust.json --list-key 0x…");
    app->callback([&] { status = trust_show_command(options); });
}

void add_refresh(CLI::App& trust, TrustRefreshOptions& options, int& status) {
    CLI::App* app =
        trust.add_subcommand("refresh", "Take a newer trust list and newer revocations into use");
    app->add_option("--from", options.from, "The trust list as a file, instead of the node's");
    app->add_option("--revocations-from", options.revocations_from,
                    "The revocations as a file, instead of the node's");
    app->add_flag("--no-revocations", options.no_revocations, "The trust list alone");
    add_pins(*app, options.pins);
    app->add_flag("--force", options.force, "Though most issuers would be gone");
    add_client_options(*app, options.client);
    name_environment(*app);
    app->footer("The old list stays in use until the new one verifies; an older one, or another "
                "chain's, is refused.\n"
                "Examples:\n"
                "  salus trust refresh --node https://salus.example --list-key 0x…\n"
                "  salus trust refresh --from trust.json --revocations-from revocations.salus");
    app->callback([&] { status = trust_refresh_command(options); });
}

void add_sign(CLI::App& rules, RulesSignOptions& options, int& status) {
    CLI::App* app = rules.add_subcommand("sign", "Sign a country's rules with the list key");
    app->add_option("rules", options.rules, "EU DCC Validation Rules: JSON files or folders")
        ->required();
    app->add_option("--value-sets", options.value_sets, "Their value sets: JSON files or folders");
    app->add_option("--name", options.name, "Of the rule set: a-z, 0-9, '-', '_', '.'")->required();
    app->add_option("--revision", options.revision, "Higher than that of the set in use")
        ->required();
    app->add_option("--destination", options.destinations, "ISO 3166 alpha-2; may be repeated")
        ->required();
    app->add_option("--from", options.from, "Valid from (RFC 3339)")->required();
    app->add_option("--until", options.until, "Valid until (RFC 3339)")->required();
    app->add_option("--previous", options.previous, "The file in use: refuse what is not newer");
    app->add_option("--out", options.out, "File to write")->required();
    app->add_option("--node", options.node, "A running node: tells chain and contract")
        ->capture_default_str();
    options.datadir = default_datadir();
    app->add_option("--datadir", options.datadir, "With the list key")->capture_default_str();
    app->add_flag("--dev", options.dev, "The keys of `salus serve --dev`");
    app->add_option("--password-file", options.password_file, "File with the keystore password");
    name_environment(*app);
    app->footer(
        "Example:\n"
        "  salus rules sign rules/ --value-sets sets/ --name at-entry --revision 4 \\\n"
        "      --destination AT --from 2026-12-01T00:00:00Z --until 2027-03-01T00:00:00Z \\\n"
        "      --out at-entry.json");
    app->callback([&] { status = rules_sign_command(options); });
}

void add_rules_import(CLI::App& rules, RulesImportOptions& options, int& status) {
    CLI::App* app = rules.add_subcommand("import", "Take a signed rule set into use");
    app->add_option("file", options.file, "The rule set")->required();
    options.datadir = default_datadir();
    app->add_option("--datadir", options.datadir, "Where the verifier keeps what it trusts")
        ->capture_default_str();
    add_pins(*app, options.pins);
    name_environment(*app);
    app->footer("Then salus verify --to AT applies it. One that is older than the one in use, or "
                "signed by another than the trust list, is refused.\n"
                "Example:\n  salus rules import at-entry.json");
    app->callback([&] { status = rules_import_command(options); });
}

void add_rules_show(CLI::App& rules, RulesShowOptions& options, int& status) {
    CLI::App* app = rules.add_subcommand("show", "Verify a signed rule set and show it");
    app->add_option("file", options.file, "The rule set")->required();
    app->add_flag("--list", options.plain, "A line for each rule");
    add_pins(*app, options.pins);
    app->add_flag("--json", options.json, "Print JSON for programs");
    name_environment(*app);
    app->footer("Example:\n  salus rules show at-entry.json --list --list-key 0x…");
    app->callback([&] { status = rules_show_command(options); });
}

// Lives as long as the command line that refers to it.
struct Everything {
    TrustExportOptions trust_export;
    TrustImportOptions trust_import;
    TrustShowOptions trust_show;
    TrustRefreshOptions trust_refresh;
    RulesSignOptions rules_sign;
    RulesImportOptions rules_import;
    RulesShowOptions rules_show;
};

} // namespace

std::shared_ptr<void> add_trust_and_rules(CLI::App& root, int& status) {
    const auto all = std::make_shared<Everything>();
    CLI::App* trust =
        root.add_subcommand("trust", "What verifiers trust: lists, revocations, foreign sources");
    trust->require_subcommand(1);
    add_export(*trust, all->trust_export, status);
    add_import(*trust, all->trust_import, status);
    add_show(*trust, all->trust_show, status);
    add_refresh(*trust, all->trust_refresh, status);
    CLI::App* rules = root.add_subcommand("rules", "Signed rules of travel");
    rules->require_subcommand(1);
    add_sign(*rules, all->rules_sign, status);
    add_rules_import(*rules, all->rules_import, status);
    add_rules_show(*rules, all->rules_show, status);
    return all;
}

} // namespace salus::app
