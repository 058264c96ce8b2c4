#include "app/desk_flags.hpp"

#include "app/flags.hpp"

namespace salus::app {
namespace {

void add_print(CLI::App& root, PrintCommandOptions& options, int& status) {
    CLI::App* app = root.add_subcommand("print", "Print a certificate as a PDF");
    app->add_option("certificate", options.certificate,
                    "Its code, a file that holds it, or \"-\": standard input")
        ->required();
    app->add_option("--out", options.out, "The PDF file")->required();
    app->add_option("--language", options.language, "Beside English")
        ->check(CLI::IsMember({"ar", "zh", "en", "fr", "ru", "es"}))
        ->capture_default_str();
    app->add_option("--layout", options.layout,
                    "sheet: a page of A4; card: to be cut out and folded to A7")
        ->check(CLI::IsMember({"sheet", "card"}))
        ->capture_default_str();
    name_environment(*app);
    app->footer("Examples:\n"
                "  salus print certificate.txt --out certificate.pdf\n"
                "  salus print certificate.txt --language ar --layout card --out card.pdf");
    app->callback([&] { status = print_command(options); });
}

void add_history(CLI::App& root, HistoryOptions& options, int& status) {
    CLI::App* app = root.add_subcommand(
        "history", "One history of doses out of a person's certificates, whoever issued them");
    app->add_option("certificates", options.inputs,
                    "Codes, files of codes (one a line) or pictures; \"-\": standard input")
        ->required();
    app->add_flag("--json", options.json, "Print JSON for programs");
    name_environment(*app);
    app->footer("What the certificates say, not whether they are genuine: see salus verify.\n"
                "Examples:\n"
                "  salus history dose1.txt dose2.png booster.txt\n"
                "  salus history --json certificates.txt");
    app->callback([&] { status = history_command(options); });
}

void add_correct(CLI::App& root, CorrectOptions& options, int& status) {
    CLI::App* app = root.add_subcommand(
        "correct", "Put a new certificate in the place of one that says something wrong");
    app->add_option("certificate", options.certificate,
                    "The wrong one: its commitment, its code, or a file with its code")
        ->required();
    app->add_option("--fhir", options.fhir, "The corrected record, FHIR R4 JSON")->required();
    app->add_option("--out", options.out, "File for the new code");
    add_client_options(*app, options.client);
    name_environment(*app);
    app->footer(
        "The old one is revoked as superseded once the new one is on chain; interrupted, it "
        "goes on by itself.\n"
        "A certificate that ought never to have been: salus revoke --reason 2 (wrong "
        "patient).\n"
        "Example:\n"
        "  salus correct wrong.txt --fhir corrected.json --out certificate.txt");
    app->callback([&] { status = correct_command(options); });
}

} // namespace

void add_bulk_flags(CLI::App& app, BulkOptions& options) {
    CLI::Option* bulk = app.add_option(
        "--bulk", options.inputs,
        "Very many: CSV tables (see --template) or FHIR ndjson files, one resource or Bundle a "
        "line. Goes on where it was interrupted; no record gets two certificates");
    CLI::Option* empty = app.add_flag("--template", options.make_template,
                                      "Print an example table, and what its columns mean");
    CLI::Option* fhir = app.get_option("--fhir");
    bulk->excludes(fhir)->excludes("--out")->excludes("--qr");
    empty->excludes(fhir)->excludes(bulk);
    app.add_flag("--preview", options.preview,
                 "With --bulk: say what would be issued, and every fault; change nothing")
        ->needs(bulk);
    app.add_option("--certificates", options.certificates,
                   "With --bulk: file for the certificates (INPUT.certificates.ndjson)")
        ->needs(bulk);
    app.add_option("--errors", options.errors,
                   "With --bulk: file for what is refused, to be mended and fed again "
                   "(INPUT.errors.csv, .ndjson)")
        ->needs(bulk);
    app.add_option("--journal", options.journal,
                   "With --bulk: file that remembers where it stands (INPUT.journal)")
        ->needs(bulk);
    app.add_option("--batch", options.batch, "With --bulk: records a request")
        ->needs(bulk)
        ->check(CLI::Range(1, 2000))
        ->capture_default_str();
    app.add_option("--parallel", options.parallel, "With --bulk: requests at a time")
        ->needs(bulk)
        ->check(CLI::Range(1, 32))
        ->capture_default_str();
    app.add_option("--wait", options.wait, "With --bulk: seconds to wait for a node that is away")
        ->needs(bulk)
        ->capture_default_str();
}

void add_desk(CLI::App& root, DeskOptions& options, int& status) {
    add_print(root, options.print, status);
    add_history(root, options.history, status);
    add_correct(root, options.correct, status);
}

} // namespace salus::app
