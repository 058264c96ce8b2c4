#include "app/presentation_command.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/code_source.hpp"
#include "app/files.hpp"
#include "app/flags.hpp"
#include "app/key_ring.hpp"
#include "app/node_client.hpp"
#include "app/presentation_chain_command.hpp"
#include "app/presentation_desk.hpp"
#include "app/terminal.hpp"
#include "app/wallet.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"
#include "codec/base64url.hpp"
#include "passport/commitment.hpp"
#include "passport/presentation_holder.hpp"
#include "passport/presentation_issue.hpp"
#include "passport/setup.hpp"

namespace salus::app {
namespace {

using codec::Json;
namespace json = codec::json;

constexpr std::string_view kRequestType = "salus/holder-keys/1";
constexpr std::string_view kBatchType = "salus/presentations/1";

// Static: CLI11 keeps references to them until the program ends.
struct HolderOptions {
    WalletOptions wallet;
    std::uint64_t count = 20;          // request
    std::string out;                   // request, present
    std::string batch;                 // take
    std::vector<std::string> fields;   // present
    std::string nonce, audience;       // present
    std::size_t which = 0;             // present: as listed; 0: where there is one alone
    bool json = false, sd_jwt = false; // present, list
};

struct HospitalOptions {
    ClientOptions client;
    std::string certificate, keys, out, password_file;
    bool dev = false;
    std::int64_t days = passport::kPresentationDays;
};

json::object jwk_of(const crypto::p256::PublicKey& key) {
    const ByteView point(key.bytes);
    return {{"kty", "EC"},
            {"crv", "P-256"},
            {"x", codec::base64url_encode(point.first(32))},
            {"y", codec::base64url_encode(point.subspan(32))}};
}

Result<crypto::p256::PublicKey> key_of(const Json& jwk) {
    return envelope::sd_holder_key(json::object{{"cnf", json::object{{"jwk", jwk}}}});
}

Result<json::object> read_document(const std::string& path, std::string_view type) {
    SALUS_TRY_ASSIGN(const std::string text, read_file(path, 16 * 1024 * 1024));
    SALUS_TRY_ASSIGN(Json content, codec::parse_json(text, {16 * 1024 * 1024, 16}));
    const auto found = content.is_object() ? codec::json_string(content.get_object(), "type")
                                           : Result<std::string>(Error(codec::kBadJson));
    if (!found.ok() || *found != type) {
        return Error(kCannotRead, fmt::format("{}: not a file of type {}", path, type));
    }
    return std::move(content.get_object());
}

// To a file, or to standard output where none is named.
Status put_document(const std::string& out, const json::object& document) {
    const std::string text = codec::print_json(Json(document)) + "\n";
    if (!out.empty()) return write_file(out, text);
    fmt::print("{}", text);
    return ok_status();
}

Status request(const HolderOptions& options) {
    SystemRandom random;
    SALUS_TRY_ASSIGN(Wallet wallet, Wallet::open(options.wallet, random, true));
    SALUS_TRY_ASSIGN(const std::uint64_t first, wallet.reserve(options.count));
    json::array keys;
    for (std::uint64_t i = first; i < first + options.count; ++i) {
        keys.push_back(jwk_of(wallet.holder_public(i)));
    }
    return put_document(options.out, {{"type", kRequestType}, {"keys", std::move(keys)}});
}

Result<WalletCredential> received(const Wallet& wallet, const std::string& text,
                                  const crypto::p256::PublicKey& issuer, std::int64_t now) {
    WalletCredential out;
    SALUS_TRY_ASSIGN(out.sd_jwt, envelope::sd_jwt_split(text));
    SALUS_TRY_ASSIGN(const auto jwt, envelope::sd_read_issuer_jwt(out.sd_jwt.issuer_jwt));
    SALUS_TRY_ASSIGN(const auto holder, envelope::sd_holder_key(jwt.payload));
    const auto number = wallet.find(holder);
    if (!number) return Error(passport::kNotMine);
    SALUS_TRY_ASSIGN(auto content, passport::receive_credential(out.sd_jwt, issuer, holder, now));
    out.key = *number;
    out.claims = std::move(content.claims);
    out.issued = content.issued;
    out.expires = content.expires;
    return out;
}

Status take(const HolderOptions& options) {
    SystemRandom random;
    SALUS_TRY_ASSIGN(Wallet wallet, Wallet::open(options.wallet, random));
    SALUS_TRY_ASSIGN(const json::object batch, read_document(options.batch, kBatchType));
    const Json* issuer = codec::json_find(batch, "issuer");
    SALUS_TRY_ASSIGN(const auto key, key_of(issuer == nullptr ? Json() : *issuer));
    SALUS_TRY_ASSIGN(const json::array* texts, codec::json_array(batch, "credentials"));
    const std::int64_t now = SystemClock().unix_seconds();
    std::size_t taken = 0;
    Progress progress("checking", texts->size());
    for (const Json& text : *texts) {
        if (!text.is_string()) return Error(kCannotRead, options.batch + ": a credential is text");
        SALUS_TRY_ASSIGN(auto credential,
                         received(wallet, std::string(text.get_string()), key, now));
        SALUS_TRY_ASSIGN(const bool added, wallet.add(std::move(credential)));
        taken += added ? 1 : 0;
        progress.advance();
    }
    fmt::print("{} credentials taken{}\n", taken,
               taken < texts->size() ? ", the others were here before" : "");
    return ok_status();
}

struct Group { // of credentials of one vaccination
    std::string name;
    const WalletCredential* example = nullptr;
    std::vector<std::size_t> usable;
    std::size_t shown = 0, expired = 0;
};

// In the order in which they were taken.
std::vector<Group> groups_of(const Wallet& wallet, std::int64_t now) {
    std::vector<Group> out;
    for (std::size_t i = 0; i < wallet.credentials().size(); ++i) {
        const WalletCredential& credential = wallet.credentials()[i];
        const std::string name = credential.group();
        auto at = std::find_if(out.begin(), out.end(),
                               [&](const Group& group) { return group.name == name; });
        if (at == out.end()) at = out.insert(out.end(), {name, &credential, {}, 0, 0});
        if (credential.shown_at != 0) {
            ++at->shown;
        } else if (credential.expires <= now) {
            ++at->expired;
        } else {
            at->usable.push_back(i);
        }
    }
    return out;
}

// The first of these claims that is there.
std::string words(const json::object& claims, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        const Json* value = codec::json_find(claims, name);
        if (value == nullptr) continue;
        return plain(value->is_string() ? std::string(value->get_string())
                                        : codec::print_json(*value));
    }
    return "-";
}

Status list(const HolderOptions& options) {
    SystemRandom random;
    SALUS_TRY_ASSIGN(const Wallet wallet, Wallet::open(options.wallet, random));
    const auto groups = groups_of(wallet, SystemClock().unix_seconds());
    json::array out;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        const json::object& claims = groups[i].example->claims;
        if (options.json) {
            out.push_back(json::object{{"which", i + 1},
                                       {"claims", claims},
                                       {"unused", groups[i].usable.size()},
                                       {"shown", groups[i].shown},
                                       {"expired", groups[i].expired}});
            continue;
        }
        fmt::print("{}  {} of {}, {} {}, dose {}: {} to show, {} shown, {} expired\n", i + 1,
                   words(claims, {"disease", "product", "vaccine"}), words(claims, {"date"}),
                   words(claims, {"given_name"}), words(claims, {"family_name"}),
                   words(claims, {"dose"}), groups[i].usable.size(), groups[i].shown,
                   groups[i].expired);
    }
    if (options.json) fmt::print("{}\n", codec::print_json(Json(out)));
    if (groups.empty() && !options.json) {
        fmt::print("no credentials yet: salus wallet request --out keys.json, give it to the "
                   "hospital, and salus wallet take what it gives back\n");
    }
    return ok_status();
}

Status put_code(const HolderOptions& options, const passport::Shown& shown,
                const codec::QrSymbol& symbol) {
    const std::string text = options.sd_jwt ? shown.sd_jwt.text() : shown.text;
    if (options.json) {
        fmt::print("{}\n", codec::print_json(json::object{{"code", shown.text},
                                                          {"sdJwt", shown.sd_jwt.text()},
                                                          {"version", symbol.version}}));
    } else if (options.out.empty()) {
        fmt::print("{}{}\n", options.sd_jwt ? "" : codec::qr_to_terminal(symbol), text);
    }
    if (options.out.ends_with(".png")) {
        return write_file(options.out, to_string(codec::qr_to_png(symbol)), true);
    }
    if (options.out.ends_with(".svg"))
        return write_file(options.out, codec::qr_to_svg(symbol), true);
    return options.out.empty() ? ok_status() : write_file(options.out, text + "\n", true);
}

Result<const Group*> choose(const std::vector<Group>& groups, std::size_t which) {
    if (groups.empty()) return Error(kNothingToShow);
    if (which > groups.size() || (which == 0 && groups.size() > 1)) {
        return Error(kBadUsage, fmt::format("there are {} vaccinations: name one with --which, by "
                                            "its number in salus wallet list",
                                            groups.size()));
    }
    const Group& out = groups[which == 0 ? 0 : which - 1];
    if (out.usable.empty()) return Error(kNothingToShow, "all were shown, or expired");
    return &out;
}

Status show(const HolderOptions& options) {
    SystemRandom random;
    SALUS_TRY_ASSIGN(Wallet wallet, Wallet::open(options.wallet, random));
    const std::int64_t now = SystemClock().unix_seconds();
    const auto groups = groups_of(wallet, now);
    SALUS_TRY_ASSIGN(const Group* group, choose(groups, options.which));
    const std::size_t index = group->usable.front();
    const std::size_t left = group->usable.size() - 1;
    const WalletCredential& credential = wallet.credentials()[index];
    passport::Showing showing;
    showing.fields = options.fields;
    showing.now = now;
    showing.audience = options.audience;
    if (!options.nonce.empty()) showing.nonce = options.nonce;
    auto shown =
        passport::present(credential.sd_jwt, wallet.holder_key(credential.key), showing, random);
    if (!shown.ok()) {
        if (!(shown.error().kind() == passport::kNoSuchField)) return std::move(shown).error();
        std::string fields = shown.error().detail() + "; it holds";
        for (const auto& claim : credential.claims) fields += " " + std::string(claim.key());
        return Error(passport::kNoSuchField, fields);
    }
    SALUS_TRY_ASSIGN(const codec::QrSymbol symbol, codec::qr_encode(shown->text));
    SALUS_TRY(wallet.mark_shown(index, now)); // first: nothing is shown twice
    fmt::print(stderr, "{}; {} credentials left\n",
               options.nonce.empty() ? "good for 60 seconds" : "good for this nonce alone", left);
    if (left < 3) fmt::print(stderr, "ask the hospital for more: salus wallet request\n");
    return put_code(options, *shown, symbol);
}

// Whether a credential key of this hospital, the present one or one before it, has signed.
bool signed_here(const passport::Certificate& certificate, const KeyRing& ring) {
    const auto by = [&](const crypto::x509::Certificate& signer) {
        if (signer.p256_key() == nullptr) return false;
        const auto key = envelope::CoseKey::from(*signer.p256_key());
        return key.ok() && key->verify(certificate.message).ok();
    };
    return by(ring.credential_certificate) ||
           std::any_of(ring.old_credentials.begin(), ring.old_credentials.end(), by);
}

// A certificate of this hospital that its node calls valid now.
Result<passport::Certificate> checked_certificate(const HospitalOptions& options,
                                                  const KeyRing& ring) {
    SALUS_TRY_ASSIGN(const std::string code, one_code(options.certificate));
    SALUS_TRY_ASSIGN(passport::Certificate certificate, passport::decode_hcert(code));
    if (!signed_here(certificate, ring) || !certificate.binding) {
        return Error(passport::kNoVaccination, "this hospital's key did not sign it");
    }
    SALUS_TRY_ASSIGN(const auto node, NodeClient::connect(options.client));
    SALUS_TRY_ASSIGN(const Json verdict,
                     node->post("/api/v1/verify", codec::print_json(json::object{{"code", code}})));
    const auto overall = verdict.is_object() ? codec::json_string(verdict.get_object(), "overall")
                                             : Result<std::string>(Error(kNodeRefused));
    if (!overall.ok() || *overall != "valid") {
        return Error(passport::kNoVaccination, "the node does not call it valid: salus verify");
    }
    return certificate;
}

// One line for each, so that what was issued for a certificate can be revoked with it.
Status record(const HospitalOptions& options, const passport::Certificate& certificate,
              const std::vector<envelope::SdJwt>& batch) {
    const auto folder = options.client.datadir / "presentations";
    SALUS_TRY_ASSIGN(const FolderLock lock, lock_presentations(folder));
    const Hash32 commitment = passport::commitment_of(certificate.message.payload);
    const auto file = folder / (to_hex(commitment.bytes) + ".ndjson");
    std::string text;
    if (std::filesystem::exists(file)) {
        SALUS_TRY_ASSIGN(text, read_file(file));
    }
    for (const envelope::SdJwt& sd_jwt : batch) {
        SALUS_TRY_ASSIGN(const auto read, passport::read_presentation(sd_jwt.text()));
        text += codec::print_json(json::object{{"commitment", to_hex0x(read.commitment.bytes)},
                                               {"expires", read.expires}}) +
                "\n";
    }
    return write_file(file, text, true);
}

Result<std::vector<crypto::p256::PublicKey>> requested_keys(const std::string& file) {
    SALUS_TRY_ASSIGN(const json::object document, read_document(file, kRequestType));
    SALUS_TRY_ASSIGN(const json::array* list, codec::json_array(document, "keys"));
    std::vector<crypto::p256::PublicKey> out;
    out.reserve(list->size());
    for (const Json& jwk : *list) {
        auto key = key_of(jwk);
        if (!key.ok()) return std::move(key).error().at(file);
        out.push_back(*key);
    }
    return out;
}

Status issue(const HospitalOptions& options) {
    const SystemClock clock;
    SystemRandom random;
    KeyRingOptions ring_options;
    ring_options.datadir = options.client.datadir;
    ring_options.password_file = options.password_file;
    ring_options.dev = options.dev;
    ring_options.make = options.dev;
    SALUS_TRY_ASSIGN(const KeyRing ring, open_key_ring(ring_options, clock, random));
    SALUS_TRY_ASSIGN(const auto key, crypto::p256::public_key(ring.credential));
    SALUS_TRY_ASSIGN(const auto certificate, checked_certificate(options, ring));
    SALUS_TRY_ASSIGN(const auto holders, requested_keys(options.keys));
    passport::PresentationTerms terms;
    terms.chain = *certificate.binding;
    terms.kid = passport::kid_of(ring.credential_certificate);
    terms.now = clock.unix_seconds();
    terms.key_not_before = ring.credential_certificate.not_before;
    terms.key_not_after = ring.credential_certificate.not_after;
    if (certificate.expires)
        terms.key_not_after = std::min(terms.key_not_after, *certificate.expires);
    terms.days = options.days;
    SALUS_TRY_ASSIGN(const auto claims, passport::presentation_claims(certificate, terms.now));
    SALUS_TRY_ASSIGN(const auto batch, passport::issue_presentations(terms, claims, holders,
                                                                     ring.credential, random));
    SALUS_TRY(record(options, certificate, batch));
    // Whoever revoked it meanwhile did not know of these yet; from now on everybody does.
    SALUS_TRY(checked_certificate(options, ring));
    json::array texts;
    texts.reserve(batch.size());
    for (const envelope::SdJwt& sd_jwt : batch) texts.emplace_back(sd_jwt.text());
    SALUS_TRY(put_document(
        options.out,
        {{"type", kBatchType}, {"issuer", jwk_of(key)}, {"credentials", std::move(texts)}}));
    fmt::print(stderr, "{} one-time credentials, good for {} days\n", batch.size(), options.days);
    return ok_status();
}

int done(const char* command, const Status& status) {
    return status.ok() ? 0 : fail(command, status.error());
}

void add_wallet_options(CLI::App& app, HolderOptions& options) {
    options.wallet.folder = default_datadir() / "wallet";
    app.add_option("--wallet", options.wallet.folder, "The wallet's folder")->capture_default_str();
    app.add_option("--password-file", options.wallet.password_file,
                   "File with the wallet's password");
    app.add_flag("--dev", options.wallet.dev, "For trying out ONLY: a password everybody knows");
}

void add_wallet(CLI::App& root, HolderOptions& options, int& status) {
    CLI::App* wallet = root.add_subcommand("wallet", "A holder's one-time credentials");
    wallet->require_subcommand(1);
    CLI::App* app = wallet->add_subcommand("request", "Make keys for the hospital to issue to");
    app->add_option("--count", options.count, "How many credentials")
        ->check(CLI::Range(std::size_t{1}, passport::kMaxHolderKeys))
        ->capture_default_str();
    app->add_option("--out", options.out, "File to write; standard output by default");
    add_wallet_options(*app, options);
    name_environment(*app);
    app->footer("Example:\n  salus wallet request --count 20 --out keys.json");
    app->callback([&] { status = done("wallet request", request(options)); });
    app = wallet->add_subcommand("take", "Check a batch that the hospital issued, and keep it");
    app->add_option("batch", options.batch, "The file of salus presentations issue")->required();
    add_wallet_options(*app, options);
    name_environment(*app);
    app->footer("Example:\n  salus wallet take batch.json");
    app->callback([&] { status = done("wallet take", take(options)); });
    app = wallet->add_subcommand("list", "Show what can be shown");
    app->add_flag("--json", options.json, "Print JSON for programs");
    add_wallet_options(*app, options);
    name_environment(*app);
    app->footer("Example:\n  salus wallet list");
    app->callback([&] { status = done("wallet list", list(options)); });
}

void add_present(CLI::App& root, HolderOptions& options, int& status) {
    CLI::App* app =
        root.add_subcommand("present", "Show chosen fields of a vaccination, once, in one QR code");
    app->add_option("--fields", options.fields,
                    "Comma-separated: name, family_name, given_name, birthdate, disease, vaccine, "
                    "product, manufacturer, lot, dose, doses, date, country, hospital, "
                    "age_over_12, _16, _18, _65, all")
        ->delimiter(',')
        ->required();
    app->add_option("--nonce", options.nonce,
                    "What the verifier gave out; without it the code is good for 60 seconds");
    app->add_option("--audience", options.audience, "The verifier it is for; any by default");
    app->add_option("--which", options.which, "Which vaccination, by its number in wallet list");
    app->add_option("--out", options.out, "Write .png, .svg or text there");
    app->add_flag("--sd-jwt", options.sd_jwt, "Print the SD-JWT+KB of RFC 9901 instead");
    app->add_flag("--json", options.json, "Print JSON for programs");
    add_wallet_options(*app, options);
    name_environment(*app);
    app->footer("Examples:\n"
                "  salus present --fields name,disease,dose,date\n"
                "  salus present --fields age_over_18,disease --nonce 7Gk2 --out code.png");
    app->callback([&] { status = done("present", show(options)); });
}

void add_hospital(CLI::App& root, HospitalOptions& options, int& status) {
    CLI::App* parent =
        root.add_subcommand("presentations", "One-time credentials for holders' wallets");
    parent->require_subcommand(1);
    CLI::App* app = parent->add_subcommand("issue", "Issue a batch for a valid certificate");
    app->add_option("--certificate", options.certificate,
                    "The patient's certificate of this hospital: HC1:… or a file")
        ->required();
    app->add_option("--keys", options.keys, "The wallet's file of salus wallet request")
        ->required();
    app->add_option("--out", options.out, "File to write; standard output by default");
    app->add_option("--days", options.days,
                    "How long they are good; the same for all patients, or it tells them apart")
        ->check(CLI::Range(1, 366))
        ->capture_default_str();
    app->add_option("--node", options.client.node, "Address of the running node")
        ->capture_default_str();
    options.client.datadir = default_datadir();
    app->add_option("--datadir", options.client.datadir, "Where the hospital's keys are kept")
        ->capture_default_str();
    app->add_option("--password-file", options.password_file, "File with the keystore password");
    app->add_flag("--dev", options.dev, "The keystore of salus serve --dev");
    name_environment(*app);
    app->footer("Example:\n"
                "  salus presentations issue --certificate certificate.txt --keys keys.json "
                "--out batch.json");
    app->callback([&] { status = done("presentations issue", issue(options)); });
    add_presentation_chain(*parent, status);
}

} // namespace

void add_presentations(CLI::App& root, int& status) {
    static HolderOptions holder;
    static HospitalOptions hospital;
    add_wallet(root, holder, status);
    add_present(root, holder, status);
    add_hospital(root, hospital, status);
}

} // namespace salus::app
