#include "app/device_command.hpp"
#include "app/flags.hpp"

namespace salus::app {
namespace {

using Run = int (*)(const DeviceOptions&);

CLI::App* add(CLI::App& parent, const std::string& action, const char* about, const char* footer,
              DeviceOptions& options, int& status, Run run = device_command) {
    CLI::App* app = parent.add_subcommand(action, about);
    app->add_option("--envelope", options.envelope, "The envelope's file")->capture_default_str();
    app->add_option("--device", options.device,
                    "The file of what the device keeps; by default beside the envelope");
    app->add_option("--secret-file", options.secret_file,
                    "File with the recovery code or passphrase; else SALUS_SECRET, else asked for");
    app->add_option("--second-share", options.second_share,
                    "File with the second share of a chosen passphrase");
    app->add_option("--wrap", options.wrap, "Open this wrap alone (its id)");
    app->add_option("--ca-file", options.ca_file, "PEM trust anchors for the nodes' certificates");
    app->add_flag("--json", options.json, "Print JSON for programs");
    app->footer(footer);
    app->callback([&options, &status, action, run] {
        options.action = action;
        status = run(options);
    });
    return app;
}

// One without flags of its own.
void add_plain(CLI::App& parent, const std::string& action, const char* about, const char* footer,
               DeviceOptions& options, int& status, Run run = device_command) {
    name_environment(*add(parent, action, about, footer, options, status, run));
}

void add_scope(CLI::App& app, DeviceOptions& options) {
    app.add_option("--folders", options.folders,
                   "Names, with commas; \"all\": all but the sensitive ones, emergency and audit")
        ->delimiter(',');
    app.add_option("--records", options.records, "Single records instead: ids, with commas")
        ->delimiter(',');
}

void add_proxies(CLI::App& app, DeviceOptions& options) {
    app.add_option("--nodes", options.nodes, "URLs of the nodes that get fragments; else all yours")
        ->delimiter(',');
    app.add_option("--threshold", options.threshold,
                   "So many nodes together serve a read; by default 2, or your only one");
}

void add_term(CLI::App& app, DeviceOptions& options) {
    app.add_option("--until", options.until, "Last day, 2027-01-31, or an RFC 3339 time");
    app.add_option("--days", options.days, "Instead of --until: so long from now")
        ->capture_default_str();
}

// ---- founding

void add_founding(CLI::App& patient, DeviceOptions& options, int& status) {
    CLI::App* app =
        add(patient, "register", "Found your record at one or more nodes",
            "Makes your chain and your public keys, and announces them. The first node is home;\n"
            "with several, no single one can serve a read to others (salus patient grant).\n"
            "Interrupted, it goes on with the next command.\n"
            "Example:\n  salus patient register --nodes https://a.example,https://b.example",
            options, status);
    app->add_option("--nodes", options.nodes, "URLs of the nodes, with commas")
        ->delimiter(',')
        ->required();
    name_environment(*app);
    app = add(patient, "nodes", "List your nodes, and add some",
              "Grants given before do not use a node that is added.\n"
              "Example:\n  salus patient nodes --add https://c.example",
              options, status);
    app->add_option("--add", options.nodes, "URL of a further node");
    name_environment(*app);
    app = add(patient, "card", "Write your card: what others need to ask you for access",
              "It opens nothing.\nExample:\n  salus patient card --out me.card.json", options,
              status);
    app->add_option("--out", options.out, "File; else it is printed");
    name_environment(*app);
}

// ---- giving

void add_grant(CLI::App& patient, DeviceOptions& options, int& status) {
    CLI::App* app = add(
        patient, "grant", "Let somebody read, or write to, a part of your record",
        "The grantee gets a letter with all that is needed. Nobody learns from the public chain\n"
        "who it is, or that two grants are yours.\n"
        "Examples:\n"
        "  salus patient grant --hospital https://a.example --folders laboratory,vitals \\\n"
        "      --access \"read write\" --days 30\n"
        "  salus patient grant --grantee insurer.card.json --purpose HPAYMT \\\n"
        "      --records 6f1c…,90ab… --until 2027-01-31",
        options, status);
    app->add_option("--grantee", options.grantee, "File with the grantee's card");
    app->add_option("--hospital", options.hospital, "A hospital, by the URL of its node");
    app->add_option("--account", options.account, "Else: the grantee's account, 0x…");
    app->add_option("--key", options.key, "… and its public key, 0x… (33 bytes)");
    app->add_option("--label", options.label, "What you call the grantee");
    app->add_option("--purpose", options.purpose,
                    "HL7 v3 PurposeOfUse: TREAT (default), HPAYMT, HRESCH, PUBHLTH, …");
    app->add_option("--access", options.access, "read (default), write, or \"read write\"");
    app->add_option("--from", options.from, "First day; now where it is left out");
    app->add_flag("--from-now-on", options.from_now_on,
                  "Only what is written from the present epoch on");
    add_scope(*app, options);
    add_term(*app, options);
    add_proxies(*app, options);
    name_environment(*app);
    add_plain(patient, "grants", "List the grants that you gave",
              "As this device knows them, without asking a node.\nExample:\n  salus patient grants",
              options, status);
}

void add_revoke_action(CLI::App& patient, DeviceOptions& options, int& status) {
    CLI::App* app =
        add(patient, "revoke", "Take a grant back",
            "All nodes are told at once and destroy their fragments; then the chain. The epochs of "
            "its\nfolders are closed, and who may still read gets keys of the next. What was read "
            "cannot be\nunread.\nExample:\n  salus patient revoke 0x5b2f…",
            options, status);
    app->add_option("grant", options.id, "Its hash (salus patient grants)")->required();
    app->add_flag("--rotate-later", options.rotate_later,
                  "Do not open the next epochs now, but with salus patient statement: transactions "
                  "of one minute can be linked");
    name_environment(*app);
    app = add(patient, "statement", "Publish new public keys, with new epochs where they are due",
              "After a revocation with --rotate-later, when grants have ended, or on suspicion.\n"
              "Example:\n  salus patient statement --folders laboratory",
              options, status);
    app->add_option("--folders", options.folders, "Folders that get a new epoch in any case")
        ->delimiter(',');
    name_environment(*app);
}

// ---- reading

void add_reading(CLI::App& patient, DeviceOptions& options, int& status) {
    add_plain(patient, "records", "List your record",
              "Compared with the chain: records that are missing, or stand in no block, are told.\n"
              "Example:\n  salus patient records",
              options, status);
    CLI::App* app = add(patient, "show", "Open records",
                        "Checks digest, block, signature and the node's log.\n"
                        "Example:\n  salus patient show 6f1c4f0e-…",
                        options, status);
    app->add_option("records", options.ids, "Their ids (salus patient records)")->required();
    app = add(patient, "write", "Put a FHIR resource into your record",
              "Example:\n  salus patient write allergy.json\n"
              "  salus patient write summary.json --folder emergency",
              options, status);
    app->add_option("file", options.file, "FHIR R4 JSON, one resource")->required();
    app->add_option("--folder", options.folder, "Else the one that it belongs to");
    name_environment(*app);
    add_plain(patient, "timeline", "Who read, wrote and changed what",
              "Example:\n  salus patient timeline", options, status);
    app = add(patient, "export", "Write all records, opened, to a file",
              "A FHIR Bundle. It is not encrypted: keep it well.\n"
              "Example:\n  salus patient export --out record.json",
              options, status);
    app->add_option("--out", options.out, "The file")->required();
    name_environment(*app);
}

// ---- being asked

void add_answering(CLI::App& patient, DeviceOptions& options, int& status) {
    add_plain(patient, "requests", "Fetch and list requests for access",
              "Example:\n  salus patient requests", options, status);
    CLI::App* app = add(patient, "answer", "Answer a request: with a grant, or a refusal",
                        "Less than was asked for is always possible, more never.\n"
                        "Examples:\n  salus patient answer 6f1c4f0e-… --folders laboratory\n"
                        "  salus patient answer 6f1c4f0e-… --refuse",
                        options, status);
    app->add_option("request", options.id, "Its id (salus patient requests)")->required();
    app->add_flag("--refuse", options.refuse, "No");
    add_scope(*app, options);
    app->add_option("--until", options.until, "An earlier last day than was asked for");
    add_proxies(*app, options);
    name_environment(*app);
    app = add(patient, "emergency", "Let two institutions together open your emergency summary",
              "Only the folder \"emergency\", which you fill (salus patient write --folder "
              "emergency).\nEvery opening is public and told to you.\n"
              "Examples:\n"
              "  salus patient emergency --institutions https://a.example,https://b.example\n"
              "  salus patient emergency --opt-out",
              options, status);
    app->add_option("--institutions", options.institutions, "URLs of their nodes, with commas")
        ->delimiter(',');
    app->add_flag("--opt-out", options.opt_out, "No more");
    app->add_option("--threshold", options.threshold, "So many of your nodes together");
    app->add_option("--delay", options.delay, "Seconds before it opens, in which you can opt out")
        ->capture_default_str();
    app->add_option("--window", options.window, "Seconds that an opening lasts")
        ->capture_default_str();
    name_environment(*app);
}

// ---- grantees

void add_grantee_reading(CLI::App& grantee, DeviceOptions& options, int& status) {
    CLI::App* app = add(grantee, "list", "List what a grant lets you read",
                        "Example:\n  salus grantee list 0x5b2f…", options, status, grantee_command);
    app->add_option("grant", options.id, "Its hash (salus grantee grants)")->required();
    app->add_option("--purpose", options.purpose, "Else the grant's own");
    name_environment(*app);
    app = add(grantee, "read", "Read and open records",
              "As many of the patient's nodes as the grant's threshold have to answer. Each read "
              "is told\nto the patient.\nExample:\n  salus grantee read 0x5b2f… --json",
              options, status, grantee_command);
    app->add_option("grant", options.id, "Its hash (salus grantee grants)")->required();
    app->add_option("records", options.ids, "Ids; all where none are named");
    app->add_option("--purpose", options.purpose, "Else the grant's own");
    name_environment(*app);
    app = add(grantee, "write", "Write a FHIR resource into a patient's record",
              "For accredited hospitals without a gateway: into the folder where a grant lets it, "
              "else\ninto the inbox.\n"
              "Example:\n  salus grantee write report.json --card patient.card.json",
              options, status, grantee_command);
    app->add_option("file", options.file, "FHIR R4 JSON, one resource")->required();
    app->add_option("--card", options.card, "The patient's card")->required();
    app->add_option("--purpose", options.purpose, "TREAT by default");
    name_environment(*app);
}

void add_asking(CLI::App& grantee, DeviceOptions& options, int& status) {
    CLI::App* app = add(
        grantee, "ask", "Ask a patient for access",
        "Encrypted to the patient; salus grantee inbox fetches the answer.\n"
        "Example:\n  salus grantee ask --card patient.card.json --kind insurer --name \"Care Ltd\" "
        "\\\n      --purpose HPAYMT --folders claims --reason \"Claim 17\" --days 30",
        options, status, grantee_command);
    app->add_option("--card", options.card, "The patient's card (salus patient card)")->required();
    app->add_option("--kind", options.kind, "hospital, insurer, government or researcher")
        ->required();
    app->add_option("--name", options.name, "Who you are, as the patient reads it")->required();
    app->add_option("--purpose", options.purpose, "HL7 v3 PurposeOfUse")->required();
    app->add_option("--reason", options.reason, "Why, for the patient")->required();
    app->add_option("--access", options.access, "read (default); hospitals: \"read write\", write");
    add_scope(*app, options);
    add_term(*app, options);
    name_environment(*app);
    add_plain(grantee, "requests", "List what you asked for", "Example:\n  salus grantee requests",
              options, status, grantee_command);
}

} // namespace

void add_device_actions(CLI::App& patient, DeviceOptions& options, int& status) {
    add_founding(patient, options, status);
    add_grant(patient, options, status);
    add_revoke_action(patient, options, status);
    add_reading(patient, options, status);
    add_answering(patient, options, status);
}

void add_grantee(CLI::App& root, DeviceOptions& options, int& status) {
    options.envelope = "grantee.json";
    CLI::App* grantee = root.add_subcommand(
        "grantee", "Read patients' records with their grants, without a gateway");
    grantee->require_subcommand(1);
    CLI::App* app = add(*grantee, "new", "Make your account and key, in an envelope",
                        "Prints a recovery code, once. Write it down.\n"
                        "Example:\n  salus grantee new",
                        options, status, grantee_command);
    name_environment(*app);
    app = add(*grantee, "card", "Write your card: what a patient needs to grant you something",
              "Example:\n  salus grantee card --name \"Care Ltd\" --out care.card.json", options,
              status, grantee_command);
    app->add_option("--name", options.name, "Who you are");
    app->add_option("--out", options.out, "File; else it is printed");
    name_environment(*app);
    app = add(*grantee, "inbox", "Fetch letters: grants, answers",
              "Example:\n  salus grantee inbox --nodes https://a.example", options, status,
              grantee_command);
    app->add_option("--nodes", options.nodes, "URLs; remembered")->delimiter(',');
    name_environment(*app);
    add_plain(*grantee, "grants", "List the grants that you have",
              "Example:\n  salus grantee grants", options, status, grantee_command);
    add_asking(*grantee, options, status);
    add_grantee_reading(*grantee, options, status);
    grantee->footer("Examples:\n  salus grantee new\n  salus grantee inbox --nodes "
                    "https://a.example\n  salus grantee read 0x5b2f…");
}

} // namespace salus::app
