#include "app/flags.hpp"

namespace salus::app {
namespace {

struct Family {
    CLI::App& keys;
    KeysOptions& options;
    int& status;

    CLI::App* add(const char* action, const char* about, const char* example) {
        CLI::App* app = keys.add_subcommand(action, about);
        app->fallthrough(); // --datadir and the others stand after the action as well
        app->callback([this_options = &options, this_status = &status, action] {
            this_options->action = action;
            *this_status = keys_command(*this_options);
        });
        app->footer(example);
        return app;
    }
    void add_purposes(CLI::App& app) {
        app.add_option("--purpose", options.purposes,
                       "What it may sign, comma-separated: test, vaccination, recovery; all three "
                       "where not given")
            ->delimiter(',')
            ->check(CLI::IsMember({"test", "vaccination", "recovery"}));
        app.add_option("--issuer-url", options.issuer_url,
                       "Of SMART Health Cards: stands in the certificate as a name");
        app.add_flag("--replace", options.replace, "In place of a next key that waits");
    }
    void add_days(CLI::App& app, const char* about) {
        app.add_option("--days", options.days, about)->check(CLI::Range(1, 36500));
    }
};

} // namespace

void add_keys(CLI::App& root, KeysOptions& options, int& status) {
    CLI::App* app = root.add_subcommand(
        "keys", "This node's accounts and credential key: show, renew; made if there are none");
    options.datadir = default_datadir();
    app->add_option("--datadir", options.datadir, "Where keys are kept")->capture_default_str();
    app->add_option("--password-file", options.password_file, "File with the keystore password");
    app->add_flag("--dev", options.dev, "Of a data directory of serve --dev");
    app->add_option("--hospital.name", options.hospital_name, "In certificates that are made")
        ->capture_default_str();
    app->add_option("--hospital.country", options.hospital_country, "ISO 3166 alpha-2")
        ->capture_default_str();
    app->add_flag("--json", options.json, "Print JSON for programs");
    name_environment(*app);
    app->require_subcommand(0, 1);
    Family family{*app, options, status};
    family.add("show", "Show them; the same as salus keys alone",
               "Example:\n  salus keys show --datadir /var/lib/salus --password-file password");
    CLI::App* renew = family.add("renew",
                                 "A new credential key, with a certificate from this "
                                 "node's CSCA, before the old one ends",
                                 "Example:\n  salus keys renew --purpose vaccination,test");
    family.add_purposes(*renew);
    family.add_days(*renew, "Days of validity; 730 if not given");
    CLI::App* request = family.add("make-request",
                                   "A new credential key, and a request (PKCS#10) "
                                   "for a certificate from a country's CSCA",
                                   "Example:\n  salus keys make-request --out request.pem");
    family.add_purposes(*request);
    request->add_option("--out", options.out, "File for the request; standard output if not given");
    CLI::App* install = family.add("install", "Take the certificate that such a request brought",
                                   "Example:\n  salus keys install dsc.pem --csca csca.pem");
    install->add_option("certificate", options.certificate, "DER or PEM")->required();
    install->add_option("--csca", options.csca, "The authority's certificate, to check it by");
    CLI::App* csca = family.add("make-csca", "A new CSCA, for certificates to come",
                                "Example:\n  salus keys make-csca --days 1460");
    family.add_days(*csca, "Days of validity; 1460 if not given");
    app->footer("Examples:\n  salus keys --datadir /var/lib/salus --password-file password\n"
                "  salus keys renew --datadir /var/lib/salus");
    app->callback([app, &options, &status] {
        if (app->get_subcommands().empty()) status = keys_command(options);
    });
}

} // namespace salus::app
