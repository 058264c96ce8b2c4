#include "app/flags.hpp"
#include "app/identity_command.hpp"

namespace salus::app {
namespace {

void add_key_options(CLI::App& app, IdentityOptions& options) {
    options.datadir = default_datadir();
    app.add_option("--datadir", options.datadir, "Where the hospital's key is kept")
        ->capture_default_str();
    app.add_flag("--dev", options.dev, "Use the well-known development accounts");
    app.add_option("--password-file", options.password_file, "File with the keystore password");
}

CLI::App* add_action(CLI::App& identity, const std::string& action, const char* about,
                     IdentityOptions& options, int& status) {
    CLI::App* app = identity.add_subcommand(action, about);
    app->add_option("--node", options.node, "Address of the running node")->capture_default_str();
    app->add_flag("--json", options.json, "Print JSON for programs");
    app->callback([&options, &status, action] {
        options.action = action;
        status = identity_command(options);
    });
    return app;
}

void add_request_options(CLI::App& app, IdentityOptions& options) {
    app.add_option("--out", options.out, "File for the request, which all then sign")->required();
    app.add_option("--valid-days", options.valid_days, "Days until the signatures expire")
        ->check(CLI::Range(1, 365))
        ->capture_default_str();
}

void add_document_options(CLI::App& app, IdentityOptions& options) {
    app.add_option("--mrz", options.mrz,
                   "The document's machine-readable zone: a text file, or \"-\"; it stays here")
        ->required();
    app.add_option("--patient", options.patient, "The patient's account, 0x…")->required();
    app.add_option("--nullifier", options.nullifier,
                   "The document's nullifier, 64 hex digits (salus nullifier)")
        ->required();
    app.add_option("--salt", options.salt, "Of the commitment, 64 hex digits; random by default");
    add_request_options(app, options);
    add_key_options(app, options);
}

void add_documents(CLI::App& identity, IdentityOptions& options, int& status) {
    CLI::App* app =
        add_action(identity, "bind", "Bind a first document to an account", options, status);
    add_document_options(*app, options);
    app->footer("The hospital signs at once; the patient signs the file (salus identity sign, or a "
                "wallet's\neth_signTypedData_v4 over its typedData), and anybody sends it.\n"
                "Example:\n  salus identity bind --mrz passport.txt --patient 0x… --nullifier … "
                "--out request.json");
    app = add_action(identity, "renew", "Add a new document to a bound account", options, status);
    add_document_options(*app, options);
    app->footer("Example:\n  salus identity renew --mrz new-passport.txt --patient 0x… "
                "--nullifier … --out request.json");
    app = add_action(identity, "rebind", "Start the move from a lost account to a new one", options,
                     status);
    app->add_option("--lost", options.lost, "The account whose key is lost, 0x…")->required();
    add_document_options(*app, options);
    app->footer("The lost account can object once, until the move is completed.\n"
                "Example:\n  salus identity rebind --lost 0x… --patient 0x… --mrz passport.txt "
                "--nullifier … --out request.json");
}

void add_hearing(CLI::App& identity, IdentityOptions& options, int& status) {
    CLI::App* app = add_action(identity, "object", "Object to a move: the account is not lost",
                               options, status);
    app->add_option("--lost", options.lost, "The account that is said to be lost")->required();
    app->add_option("--patient", options.patient, "Where it would move to")->required();
    add_request_options(*app, options);
    app->footer("The move stops until a second hospital upholds it.\n"
                "Example:\n  salus identity object --lost 0x… --patient 0x… --out objection.json");
    app = add_action(identity, "uphold", "Overrule an objection, as a second hospital", options,
                     status);
    app->add_option("--lost", options.lost, "The account that objected")->required();
    app->add_option("--patient", options.patient, "Where it is to move to")->required();
    app->add_option("--nullifier", options.nullifier,
                    "Of the document that you have in your hands, 64 hex digits (salus nullifier)")
        ->required();
    add_request_options(*app, options);
    add_key_options(*app, options);
    app->footer("For whoever has lost a key to a thief, who objects. Hear both first; the waiting "
                "period begins again.\n"
                "Example:\n  salus identity uphold --lost 0x… --patient 0x… --nullifier … "
                "--out request.json");
}

void add_family(CLI::App& identity, IdentityOptions& options, int& status) {
    CLI::App* app =
        add_action(identity, "appoint", "Record a guardian of a child's account", options, status);
    app->add_option("--dependant", options.dependant, "The child's account, bound")->required();
    app->add_option("--guardian", options.guardian, "The guardian's account")->required();
    app->add_option("--majority-year", options.majority_year,
                    "The year after the birthday that brings majority")
        ->required();
    add_request_options(*app, options);
    add_key_options(*app, options);
    app->footer("Example:\n  salus identity appoint --dependant 0x… --guardian 0x… "
                "--majority-year 2036 --out request.json");
    app = add_action(identity, "hand-over", "Hand a child's binding over to its own account",
                     options, status);
    app->add_option("--dependant", options.dependant, "The account that a guardian holds")
        ->required();
    app->add_option("--patient", options.patient, "The own account")->required();
    app->add_option("--by", options.by, "The guardian; once of age, an account moves by rebind")
        ->required();
    add_request_options(*app, options);
    add_key_options(*app, options);
    app->footer("Example:\n  salus identity hand-over --dependant 0x… --patient 0x… --by 0x… "
                "--out request.json");
    app = add_action(identity, "end-guardianship", "End a guardianship, as the authority", options,
                     status);
    app->add_option("dependant", options.dependant, "The child's account")->required();
    app->add_option("guardian", options.guardian, "The guardian's account")->required();
    add_key_options(*app, options);
}

void add_rest(CLI::App& identity, IdentityOptions& options, int& status) {
    CLI::App* app = add_action(identity, "sign", "Sign a request", options, status);
    app->add_option("request", options.request, "The file")->required();
    CLI::Option* key = app->add_option("--key", options.key, "Key file (Web3 Secret Storage)");
    app->add_option("--password-file", options.password_file, "File with its password");
    app->add_option("--signature", options.signature, "Put in what a wallet has signed, 0x…")
        ->excludes(key);
    app->add_option("--dev-account", options.dev_account, "Sign as a well-known account")
        ->check(CLI::Range(0, 9));
    app->footer("Examples:\n  salus identity sign request.json --key wallet.json\n"
                "  salus identity sign request.json --signature 0x…");
    app = add_action(identity, "send", "Bring a request to the chain, as the hospital", options,
                     status);
    app->add_option("request", options.request, "The file")->required();
    add_key_options(*app, options);
    app->footer("Example:\n  salus identity send request.json");
    for (const auto& [name, about] :
         {std::pair{"complete", "Complete a move after the waiting period"},
          std::pair{"cancel", "Take a move back, as a hospital that started or upheld it"}}) {
        app = add_action(identity, name, about, options, status);
        app->add_option("lost", options.lost, "The lost account")->required();
        app->add_option("patient", options.patient, "The new account")->required();
        add_key_options(*app, options);
    }
    app = add_action(identity, "show", "Show what an account is bound to", options, status);
    app->add_option("account", options.patient, "The account, 0x…")->required();
    app->footer("Example:\n  salus identity show 0x…");
}

} // namespace

void add_identity(CLI::App& root, IdentityOptions& options, int& status) {
    CLI::App* app = root.add_subcommand(
        "identity", "Bind documents to accounts, renew, move after a loss, families");
    app->require_subcommand(1);
    add_documents(*app, options, status);
    add_hearing(*app, options, status);
    add_family(*app, options, status);
    add_rest(*app, options, status);
    for (CLI::App* action : app->get_subcommands({})) name_environment(*action);
    app->footer("salus identity ACTION --help shows each one's flags and examples.");
}

} // namespace salus::app
