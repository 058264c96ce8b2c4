#include "app/flags.hpp"
#include "app/patient_command.hpp"

namespace salus::app {
namespace {

CLI::App* add_action(CLI::App& patient, const std::string& action, const char* about,
                     PatientOptions& options, int& status) {
    CLI::App* app = patient.add_subcommand(action, about);
    app->add_option("--envelope", options.envelope, "The envelope's file")->capture_default_str();
    app->add_flag("--json", options.json, "Print JSON for programs");
    app->callback([&options, &status, action] {
        options.action = action;
        status = patient_command(options);
    });
    return app;
}

void add_opening(CLI::App& app, PatientOptions& options) {
    app.add_option("--secret-file", options.secret_file,
                   "File with the recovery code or passphrase; else SALUS_SECRET, else asked for");
    app.add_option("--second-share", options.second_share,
                   "File with the second share of a chosen passphrase");
    app.add_option("--wrap", options.wrap, "Open this wrap alone (its id)");
}

void add_adding(CLI::App& patient, PatientOptions& options, int& status) {
    CLI::App* app = add_action(patient, "add", "Add a way to open the envelope", options, status);
    app->add_option("--kind", options.kind,
                    "code: a printed recovery code; phrase: six words; chosen: a passphrase of "
                    "yours, with a second share")
        ->required()
        ->check(CLI::IsMember({"code", "phrase", "chosen"}));
    app->add_option("--label", options.label, "A name for it, such as \"safe\"");
    app->add_option("--new-secret-file", options.new_secret_file,
                    "With --kind chosen: file with the passphrase; else asked for");
    app->add_option("--out", options.out,
                    "With --kind chosen: where the second share goes; keep it elsewhere");
    add_opening(*app, options);
    name_environment(*app);
    app->footer("Codes and phrases are shown once. Write them down.\n"
                "Examples:\n  salus patient add --kind phrase --label safe\n"
                "  salus patient add --kind chosen --out /media/stick/share");
}

void add_keys_action(CLI::App& patient, PatientOptions& options, int& status) {
    CLI::App* app =
        add_action(patient, "keys", "Make the signed statement of public keys", options, status);
    app->add_option("--folders", options.folders, "Folders with their epochs: laboratory:3,vitals")
        ->delimiter(',')
        ->required();
    app->add_option("--sequence", options.sequence, "Number of this statement; it only grows")
        ->capture_default_str();
    app->add_option("--chain-id", options.chain_id, "Of the public chain")->required();
    app->add_option("--contract", options.contract, "LedgerAnchor's address, 0x…")->required();
    app->add_option("--out", options.out, "File for the statement")->required();
    add_opening(*app, options);
    name_environment(*app);
    app->footer("Example:\n  salus patient keys --folders vaccinations:0,laboratory:2 "
                "--chain-id 31337 --contract 0x… --out keys.json");
}

} // namespace

void add_patient(CLI::App& root, PatientOptions& options, int& status) {
    CLI::App* patient = root.add_subcommand("patient", "A patient's keys, on the patient's device");
    patient->require_subcommand(1);
    CLI::App* app =
        add_action(*patient, "new", "Make a root secret and its envelope", options, status);
    name_environment(*app);
    app->footer("Prints a recovery code, once. Write it down.\n"
                "Example:\n  salus patient new --envelope patient.json");
    app = add_action(*patient, "open", "Show the accounts and keys behind an envelope", options,
                     status);
    add_opening(*app, options);
    name_environment(*app);
    app->footer("Shows what is public of them.\n"
                "Example:\n  salus patient open --envelope patient.json");
    app = add_action(*patient, "wraps", "List the ways to open an envelope", options, status);
    name_environment(*app);
    app->footer("Example:\n  salus patient wraps --envelope patient.json");
    add_adding(*patient, options, status);
    app = add_action(*patient, "remove", "Remove a way to open an envelope", options, status);
    app->add_option("wrap", options.wrap, "Its id (salus patient wraps)")->required();
    name_environment(*app);
    app->footer("Copies of the envelope keep it: remove it there too.\n"
                "Example:\n  salus patient remove 5b2f…");
    add_keys_action(*patient, options, status);
    add_device_actions(*patient, options.device, status);
    patient->footer("Examples:\n  salus patient new\n  salus patient register --nodes "
                    "https://a.example\n  salus patient add --kind phrase\n"
                    "  salus patient wraps");
}

} // namespace salus::app
