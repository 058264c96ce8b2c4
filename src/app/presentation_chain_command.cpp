#include "app/presentation_chain_command.hpp"

#include <set>

#include <fmt/format.h>

#include "app/code_source.hpp"
#include "app/files.hpp"
#include "app/flags.hpp"
#include "app/one_shot.hpp"
#include "app/options.hpp"
#include "app/terminal.hpp"
#include "eth_remote/remote_chain.hpp"
#include "passport/commitment.hpp"
#include "passport/hcert.hpp"
#include "passport/presentation_anchor.hpp"
#include "passport/verifier.hpp"

namespace salus::app {
namespace {

namespace fs = std::filesystem;
namespace json = codec::json;

struct Options {
    ClientOptions client;
    std::string password_file;
    bool dev = false;
    std::string certificate; // revoke
    int reason = 0;          // revoke
};

struct IssuedCredential {
    Hash32 commitment;
    std::int64_t expires = 0;
};

// What was issued for one certificate: a line each.
Result<std::vector<IssuedCredential>> read_issued(const fs::path& file) {
    SALUS_TRY_ASSIGN(const std::string text, read_file(file));
    std::vector<IssuedCredential> out;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        if (line.empty()) continue;
        const auto value = codec::parse_json(line, {4096, 2});
        if (!value.ok() || !value->is_object()) return Error(passport::kBadAnchor, file.string());
        SALUS_TRY_ASSIGN(const std::string hex_text,
                         codec::json_string(value->get_object(), "commitment"));
        SALUS_TRY_ASSIGN(const std::uint64_t expires,
                         codec::json_u64(value->get_object(), "expires"));
        SALUS_TRY_ASSIGN(const Hash32 commitment, hash_from_hex(hex_text));
        out.push_back({commitment, static_cast<std::int64_t>(expires)});
    }
    return out;
}

// The hospital's folder of presentations, its account, and the chain.
class Desk {
public:
    static Result<std::unique_ptr<Desk>> open(const Options& options) {
        auto out = std::unique_ptr<Desk>(new Desk);
        out->folder_ = options.client.datadir / "presentations";
        SALUS_TRY(make_private_folder(out->folder_ / "anchored"));
        SALUS_TRY_ASSIGN(const KeyRing keys,
                         authority_keys(options.client.datadir, options.password_file, options.dev,
                                        out->clock_, out->random_));
        SALUS_TRY_ASSIGN(const auto contracts, contracts_of_node(options.client.node));
        out->contract_ = contracts.vaccine_passport;
        SALUS_TRY_ASSIGN(http::Url url, http::parse_url(options.client.node));
        out->chain_ = eth::make_remote_chain(std::move(url));
        SALUS_TRY_ASSIGN(out->sender_,
                         make_sender(*out->chain_, keys.hospital, out->journal_, out->clock_));
        SALUS_TRY_ASSIGN(const auto signer, eth::Signer::from_key(keys.hospital.copy()));
        out->account_ = signer.address();
        SALUS_TRY(out->read_anchors());
        return out;
    }

    // Finishes what was interrupted, then puts all that is new under one root. How many.
    Result<std::size_t> anchor() {
        for (const passport::PresentationAnchor& anchor : anchors_) SALUS_TRY(settle(anchor));
        SALUS_TRY_ASSIGN(std::vector<Hash32> fresh, not_anchored());
        if (fresh.empty()) return std::size_t{0};
        const std::size_t count = fresh.size();
        auto anchor = passport::PresentationAnchor::of(std::move(fresh), random_);
        const std::string text = codec::print_json(codec::Json(passport::anchor_json(anchor)));
        SALUS_TRY(write_file(file_of(anchor), text + "\n", true));
        SALUS_TRY(settle(anchor));
        anchors_.push_back(std::move(anchor));
        return count;
    }

    // Of the certificate with this commitment; how many were revoked now.
    Result<std::size_t> revoke(const Hash32& certificate, std::uint8_t reason) {
        const fs::path file = folder_ / (to_hex(certificate.bytes) + ".ndjson");
        if (!fs::exists(file)) {
            return Error(kCannotRead, "no credentials were issued for this certificate here");
        }
        SALUS_TRY_ASSIGN(const auto issued, read_issued(file));
        SALUS_TRY(anchor());
        passport::ChainCommitments states(*chain_, contract_);
        std::size_t out = 0;
        Progress progress("revoking", issued.size());
        for (const IssuedCredential& credential : issued) {
            progress.advance();
            if (credential.expires <= clock_.unix_seconds()) continue;
            SALUS_TRY_ASSIGN(const auto state, states.state(account_, credential.commitment));
            const passport::PresentationAnchor* anchor = anchor_of(credential.commitment);
            if (state.revoked_at != 0 || anchor == nullptr) continue;
            SALUS_TRY(passport::revoke_presentation(*sender_, account_, contract_, *anchor,
                                                    credential.commitment, reason));
            ++out;
        }
        return out;
    }

private:
    Desk() = default;

    fs::path file_of(const passport::PresentationAnchor& anchor) const {
        return folder_ / "anchored" / (to_hex(anchor.root.bytes) + ".json");
    }

    Status read_anchors() {
        for (const auto& entry : fs::directory_iterator(folder_ / "anchored")) {
            if (entry.path().extension() != ".json") continue;
            SALUS_TRY_ASSIGN(const std::string text, read_file(entry.path()));
            auto anchor = passport::read_anchor(text);
            if (!anchor.ok()) return std::move(anchor).error().at(entry.path().string());
            anchors_.push_back(std::move(*anchor));
        }
        return ok_status();
    }

    // On chain; a mark beside the file spares asking for it again.
    Status settle(const passport::PresentationAnchor& anchor) {
        const fs::path mark = file_of(anchor).replace_extension(".done");
        if (fs::exists(mark)) return ok_status();
        SALUS_TRY(passport::send_anchor(*chain_, *sender_, account_, contract_, anchor));
        return write_file(mark, "", true);
    }

    // Of all certificates, unexpired.
    Result<std::vector<Hash32>> not_anchored() const {
        std::set<Hash32> known;
        for (const auto& anchor : anchors_) {
            known.insert(anchor.commitments.begin(), anchor.commitments.end());
        }
        std::vector<Hash32> out;
        for (const auto& entry : fs::directory_iterator(folder_)) {
            if (entry.path().extension() != ".ndjson") continue;
            SALUS_TRY_ASSIGN(const auto issued, read_issued(entry.path()));
            for (const IssuedCredential& credential : issued) {
                const bool live = credential.expires > clock_.unix_seconds();
                if (live && known.insert(credential.commitment).second) {
                    out.push_back(credential.commitment);
                }
            }
        }
        return out;
    }

    const passport::PresentationAnchor* anchor_of(const Hash32& commitment) const {
        for (const auto& anchor : anchors_) {
            const auto& all = anchor.commitments;
            if (std::find(all.begin(), all.end(), commitment) != all.end()) return &anchor;
        }
        return nullptr;
    }

    fs::path folder_;
    SystemClock clock_;
    SystemRandom random_;
    Address contract_, account_;
    std::unique_ptr<eth::Chain> chain_;
    eth::MemoryJournal journal_;
    std::unique_ptr<eth::Sender> sender_;
    std::vector<passport::PresentationAnchor> anchors_;
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
    SALUS_TRY_ASSIGN(const std::size_t count, desk->anchor());
    fmt::print("{}\n", count == 0 ? "nothing new"
                                  : fmt::format("{} credentials anchored under one root", count));
    return ok_status();
}

Status revoke(const Options& options) {
    SALUS_TRY_ASSIGN(const Hash32 certificate, commitment_of(options.certificate));
    SALUS_TRY_ASSIGN(const auto desk, Desk::open(options));
    SALUS_TRY_ASSIGN(const std::size_t count,
                     desk->revoke(certificate, static_cast<std::uint8_t>(options.reason)));
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
        "revoke", "Revoke the credentials of one certificate that are still good");
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
