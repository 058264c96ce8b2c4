#include "app/dkg_command.hpp"

#include <fmt/format.h>

#include "app/evaluator_files.hpp"
#include "app/files.hpp"
#include "app/flags.hpp"
#include "app/password.hpp"
#include "app/terminal.hpp"
#include "passport/evaluator_dkg.hpp"

namespace salus::app {
namespace {

namespace fs = std::filesystem;
namespace oprf = crypto::oprf;

constexpr std::size_t kMaxFile = 256 * 1024;

struct DkgOptions {
    std::uint32_t evaluator = 0;
    std::size_t threshold = 2, count = 3;
    std::string session, password_file, fingerprint;
    std::string node = "http://127.0.0.1:8545";
    fs::path folder; // that all read
    fs::path own;    // this evaluator's
    bool dev = false;
};

fs::path offer_file(const DkgOptions& options, std::uint32_t evaluator) {
    return options.folder / fmt::format("dkg-offer-{}.json", evaluator);
}
fs::path shares_file(const DkgOptions& options, std::uint32_t evaluator) {
    return options.folder / fmt::format("dkg-shares-{}.json", evaluator);
}
fs::path seed_file(const DkgOptions& options) {
    return options.own / fmt::format("dkg-seed-{}.json", options.evaluator);
}
fs::path key_file(const DkgOptions& options) {
    return options.own / "nullifier-key.json";
}

Status refuse_existing(const DkgOptions& options) {
    if (fs::exists(key_file(options)) || fs::exists(options.own / share_file(options.evaluator))) {
        return Error(kBadUsage, options.own.string() + " holds a key: another one would give every "
                                                       "document another nullifier");
    }
    return ok_status();
}

Status write_public(const fs::path& file, const codec::json::object& content) {
    return write_file(file, codec::print_json_pretty(codec::Json(content)) + "\n");
}

// The file's errors name it; what it says of others names these.
template <typename T>
Result<T> read_public(const fs::path& file, Result<T> (*read)(std::string_view)) {
    SALUS_TRY_ASSIGN(const std::string text, read_file(file, kMaxFile));
    auto out = read(text);
    if (!out.ok()) return std::move(out).error().at(file.string());
    return out;
}

Status check_number(const fs::path& file, std::uint32_t expected, std::uint32_t said) {
    if (expected == said) return ok_status();
    return Error(passport::kDkgFile,
                 fmt::format("{} says that it is of evaluator {}", file.string(), said));
}

Result<std::vector<passport::DkgOffer>> read_offers(const DkgOptions& options) {
    SALUS_TRY_ASSIGN(auto own,
                     read_public(offer_file(options, options.evaluator), passport::read_dkg_offer));
    std::vector<passport::DkgOffer> out;
    for (std::uint32_t number = 1; number <= own.terms.evaluators; ++number) {
        const fs::path file = offer_file(options, number);
        if (!fs::exists(file)) {
            return Error(passport::kDkgIncomplete,
                         fmt::format("evaluator {}: {} is not there yet", number, file.string()));
        }
        SALUS_TRY_ASSIGN(auto offer, read_public(file, passport::read_dkg_offer));
        SALUS_TRY(check_number(file, number, offer.evaluator));
        out.push_back(std::move(offer));
    }
    return out;
}

Result<std::vector<passport::DkgShares>> read_shares(const DkgOptions& options, std::size_t count) {
    std::vector<passport::DkgShares> out;
    for (std::uint32_t number = 1; number <= count; ++number) {
        if (number == options.evaluator) continue;
        const fs::path file = shares_file(options, number);
        if (!fs::exists(file)) {
            return Error(passport::kDkgIncomplete,
                         fmt::format("evaluator {}: {} is not there yet", number, file.string()));
        }
        SALUS_TRY_ASSIGN(auto shares, read_public(file, passport::read_dkg_shares));
        SALUS_TRY(check_number(file, number, shares.evaluator));
        out.push_back(std::move(shares));
    }
    return out;
}

// "1234 5678 …", to be read to each other.
std::string fingerprint(std::span<const passport::DkgOffer> offers) {
    const std::string hex = to_hex(passport::dkg_transcript(offers).bytes);
    std::string out;
    for (std::size_t i = 0; i < 32; i += 4) out += (i == 0 ? "" : " ") + hex.substr(i, 4);
    return out;
}

Status start(const DkgOptions& options) {
    SALUS_TRY(refuse_existing(options));
    if (fs::exists(seed_file(options))) {
        return Error(kBadUsage, seed_file(options).string() +
                                    " is of a key generation under way: finish it, or delete it "
                                    "and begin anew with all others");
    }
    SystemRandom random;
    passport::DkgTerms terms;
    terms.session = options.session;
    SALUS_TRY_ASSIGN(const passport::NullifierKey chain, key_of_node(options.node));
    terms.chain_id = chain.chain_id;
    terms.accreditation = chain.accreditation;
    terms.evaluators = options.count;
    terms.threshold = options.threshold;
    std::error_code failed;
    fs::create_directories(options.folder, failed);
    if (failed) return Error(kCannotWrite, options.folder.string() + ": " + failed.message());
    const oprf::SecretScalar seed = oprf::random_scalar(random);
    SALUS_TRY_ASSIGN(const auto offer, passport::dkg_offer(terms, options.evaluator, seed));
    SALUS_TRY_ASSIGN(const Password password,
                     keystore_password(options.password_file, true, options.dev));
    SALUS_TRY(make_private_folder(options.own));
    SALUS_TRY(write_share(seed_file(options), seed, password, options.dev, random));
    const fs::path file = offer_file(options, options.evaluator);
    SALUS_TRY(write_public(file, dkg_offer_json(offer)));
    fmt::print("wrote {}: give it to all others\n"
               "when {} of {} offers are in {}: salus evaluator dkg share\n",
               file.string(), options.count, options.count, options.folder.string());
    return ok_status();
}

// A courier who put offers of his own between them would be sent the shares.
Result<bool> was_compared(const DkgOptions& options, std::span<const passport::DkgOffer> offers) {
    const std::string ours = fingerprint(offers);
    const auto plain = [](std::string text) {
        std::erase_if(text, [](char c) { return c == ' ' || c == '-'; });
        return text;
    };
    if (options.fingerprint.empty()) {
        SALUS_TRY(passport::check_dkg_offers(offers));
        fmt::print(
            "{} offers are good. Nothing was dealt yet. Let all others read to you what they "
            "see; it must be\n  {}\n"
            "then: salus evaluator dkg share … --fingerprint \"{}\"\n",
            offers.size(), ours, ours);
        return false;
    }
    if (plain(options.fingerprint) == plain(ours)) return true;
    return Error(passport::kDkgTranscript, "here the offers give " + ours);
}

Result<oprf::SecretScalar> read_seed(const DkgOptions& options) {
    SALUS_TRY_ASSIGN(const Password password,
                     keystore_password(options.password_file, false, options.dev));
    return read_share(seed_file(options), password);
}

Status share(const DkgOptions& options) {
    SALUS_TRY_ASSIGN(const auto offers, read_offers(options));
    SALUS_TRY_ASSIGN(const bool compared, was_compared(options, offers));
    if (!compared) return ok_status();
    SALUS_TRY_ASSIGN(const oprf::SecretScalar seed, read_seed(options));
    SystemRandom random;
    SALUS_TRY_ASSIGN(const auto shares,
                     passport::dkg_shares(offers, options.evaluator, seed, random));
    const fs::path file = shares_file(options, options.evaluator);
    SALUS_TRY(write_public(file, dkg_shares_json(shares)));
    fmt::print("wrote {}: give it to all others (each share is encrypted for its evaluator)\n"
               "when all are in {}: salus evaluator dkg finish\n",
               file.string(), options.folder.string());
    return ok_status();
}

Status finish(const DkgOptions& options) {
    SALUS_TRY(refuse_existing(options));
    SALUS_TRY_ASSIGN(const auto offers, read_offers(options));
    SALUS_TRY_ASSIGN(const auto shares, read_shares(options, offers.size()));
    SALUS_TRY_ASSIGN(const Password password,
                     keystore_password(options.password_file, false, options.dev));
    SALUS_TRY_ASSIGN(const oprf::SecretScalar seed, read_share(seed_file(options), password));
    SALUS_TRY_ASSIGN(const auto outcome,
                     passport::dkg_outcome(offers, shares, options.evaluator, seed));
    SystemRandom random;
    SALUS_TRY(write_share(options.own / share_file(options.evaluator), outcome.share.secret,
                          password, options.dev, random));
    SALUS_TRY(write_public(key_file(options), nullifier_key_json(outcome.key)));
    std::error_code gone;
    fs::remove(seed_file(options), gone);
    if (gone) return Error(kCannotWrite, seed_file(options).string() + " must be deleted");
    fmt::print("wrote {} and {}\nfingerprint {}\n"
               "use the key once all {} have finished; where one could not, all begin anew\n",
               (options.own / share_file(options.evaluator)).string(), key_file(options).string(),
               fingerprint(offers), offers.size());
    return ok_status();
}

CLI::App* add_step(CLI::App& dkg, const std::string& name, const char* about, DkgOptions& options,
                   int& status, Status (*run)(const DkgOptions&)) {
    CLI::App* app = dkg.add_subcommand(name, about);
    app->add_option("--evaluator", options.evaluator, "This evaluator's number, from 1")
        ->required();
    app->add_option("--folder", options.folder, "Where the files of all evaluators are put")
        ->required();
    app->add_option("--out", options.own, "This evaluator's own folder, for its secret")
        ->required();
    app->add_option("--password-file", options.password_file, "File with the secret's password");
    app->add_flag("--dev", options.dev, "For trying out ONLY: a password that everybody knows");
    app->callback([&options, &status, name, run] {
        const Status done = run(options);
        status = done.ok() ? 0 : fail("evaluator dkg " + name, done.error());
    });
    return app;
}

} // namespace

// Static: CLI11 keeps references to them until the program ends.
void add_dkg(CLI::App& evaluator, int& status) {
    static DkgOptions options;
    CLI::App* dkg = evaluator.add_subcommand(
        "dkg", "Make the key of nullifiers together, so that nobody ever has it (by evaluators)");
    dkg->require_subcommand(1);
    CLI::App* app =
        add_step(*dkg, "start", "Offer a part of the key: step 1", options, status, start);
    app->add_option("--session", options.session, "A name all agree on, new for each attempt")
        ->required();
    app->add_option("--threshold", options.threshold, "How many evaluators must answer")
        ->capture_default_str();
    app->add_option("--count", options.count, "How many evaluators there are")
        ->capture_default_str();
    app->add_option("--node", options.node, "A node of the chain whose hospitals may ask")
        ->capture_default_str();
    name_environment(*app);
    app->footer(
        "Example:\n  salus evaluator dkg start --evaluator 2 --threshold 2 --count 3 "
        "--session 2026-12-01 \\\n      --folder exchange --out mine --password-file password");
    app = add_step(*dkg, "share", "Check all offers and deal the others their shares: step 2",
                   options, status, share);
    app->add_option("--fingerprint", options.fingerprint,
                    "Of all offers, as the others read it to you; without it, it is shown and "
                    "nothing is dealt");
    name_environment(*app);
    app->footer(
        "Examples:\n  salus evaluator dkg share --evaluator 2 --folder exchange --out mine\n"
        "  salus evaluator dkg share --evaluator 2 --folder exchange --out mine \\\n"
        "      --fingerprint \"…\" --password-file password");
    app = add_step(*dkg, "finish", "Check what was dealt and keep the share: step 3", options,
                   status, finish);
    name_environment(*app);
    app->footer("Example:\n  salus evaluator dkg finish --evaluator 2 --folder exchange --out mine "
                "--password-file password");
}

} // namespace salus::app
