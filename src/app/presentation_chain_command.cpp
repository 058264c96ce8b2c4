#include "app/presentation_chain_command.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "app/code_source.hpp"
#include "app/files.hpp"
#include "app/flags.hpp"
#include "app/one_shot.hpp"
#include "app/options.hpp"
#include "app/presentation_desk.hpp"
#include "app/terminal.hpp"
#include "eth_remote/remote_chain.hpp"
#include "passport/commitment.hpp"
#include "passport/hcert.hpp"

namespace salus::app {
namespace {

struct Options {
    ClientOptions client;
    std::string password_file;
    bool dev = false;
    std::string certificate; // revoke
    int reason = 0;          // revoke
};

// The hospital's desk with its own account and chain.
class Desk {
public:
    static Result<std::unique_ptr<Desk>> open(const Options& options) {
        auto out = std::unique_ptr<Desk>(new Desk);
        SALUS_TRY_ASSIGN(const KeyRing keys,
                         authority_keys(options.client.datadir, options.password_file, options.dev,
                                        out->clock_, out->random_));
        SALUS_TRY_ASSIGN(const auto contracts, contracts_of_node(options.client.node));
        SALUS_TRY_ASSIGN(http::Url url, http::parse_url(options.client.node));
        out->chain_ = eth::make_remote_chain(std::move(url));
        SALUS_TRY_ASSIGN(out->sender_,
                         make_sender(*out->chain_, keys.hospital, out->journal_, out->clock_));
        const PresentationDeskParts parts{
            *out->chain_, *out->sender_, out->sender_->account(), contracts.vaccine_passport,
            out->clock_,  out->random_};
        out->desk_ =
            std::make_unique<PresentationDesk>(options.client.datadir / "presentations", parts);
        return out;
    }

    PresentationDesk& desk() { return *desk_; }

private:
    Desk() = default;

    SystemClock clock_;
    SystemRandom random_;
    std::unique_ptr<eth::Chain> chain_;
    eth::MemoryJournal journal_;
    std::unique_ptr<eth::Sender> sender_;
    std::unique_ptr<PresentationDesk> desk_;
};

// The commitment itself, or that of a code or of a file with a code.
Result<Hash32> commitment_of(const std::string& certificate) {
    if (const auto given = hash_from_hex(certificate); given.ok()) return *given;
    SALUS_TRY_ASSIGN(const std::string code, one_code(certificate));
    SALUS_TRY_ASSIGN(const passport::Certificate read, passport::decode_hcert(code));
    return passport::commitment_of(read.message.payload);
}

Status anchor(const Options& options) {
    SALUS_TRY_ASSIGN(const auto desk, Desk::open(options));
    SALUS_TRY_ASSIGN(const std::size_t count, desk->desk().anchor());
    fmt::print("{}\n", count == 0 ? "nothing new"
                                  : fmt::format("{} credentials anchored under one root", count));
    return ok_status();
}

Status revoke(const Options& options) {
    SALUS_TRY_ASSIGN(const Hash32 certificate, commitment_of(options.certificate));
    SALUS_TRY_ASSIGN(const auto desk, Desk::open(options));
    if (!desk->desk().knows(certificate)) {
        return Error(kCannotRead, "no credentials were issued for this certificate here");
    }
    const auto revoked =
        desk->desk().revoke({&certificate, 1}, static_cast<std::uint8_t>(options.reason));
    SALUS_TRY_ASSIGN(const std::size_t count, revoked[0]);
    fmt::print("{} credentials revoked; the others have expired or were revoked before\n", count);
    return ok_status();
}

int done(const char* command, const Status& status) {
    return status.ok() ? 0 : fail(command, status.error());
}

void add_options(CLI::App& app, Options& options) {
    app.add_option("--node", options.client.node, "Address of the running node")
        ->capture_default_str();
    options.client.datadir = default_datadir();
    app.add_option("--datadir", options.client.datadir, "Where the hospital's keys are kept")
        ->capture_default_str();
    app.add_option("--password-file", options.password_file, "File with the keystore password");
    app.add_flag("--dev", options.dev, "The keystore of salus serve --dev");
    name_environment(app);
}

} // namespace

// Static: CLI11 keeps references to them until the program ends.
void add_presentation_chain(CLI::App& presentations, int& status) {
    static Options options;
    CLI::App* app = presentations.add_subcommand(
        "anchor", "Put the commitments of all new credentials on chain under one root");
    add_options(*app, options);
    app->footer("Once a day: the more patients under one root, the less it tells.\n"
                "Example:\n  salus presentations anchor");
    app->callback([&] { status = done("presentations anchor", anchor(options)); });
    app = presentations.add_subcommand(
        "revoke", "Revoke the credentials of one certificate that are still good, but not itself: "
                  "salus revoke does both");
    app->add_option("certificate", options.certificate,
                    "Its commitment, its code (HC1:…), or a file with the code")
        ->required();
    app->add_option("--reason", options.reason, "As of salus revoke")
        ->check(CLI::Range(0, 255))
        ->capture_default_str();
    add_options(*app, options);
    app->footer("Example:\n  salus presentations revoke --reason 1 certificate.txt");
    app->callback([&] { status = done("presentations revoke", revoke(options)); });
}

} // namespace salus::app
