#include "app/patient_command.hpp"

#include <charconv>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "app/files.hpp"
#include "app/options.hpp"
#include "app/password.hpp"
#include "app/patient_opening.hpp"
#include "app/terminal.hpp"
#include "base/clock.hpp"
#include "patient/envelope.hpp"
#include "patient/phrase.hpp"
#include "patient/statement.hpp"

namespace salus::app {
namespace {

namespace json = codec::json;
using patient::Envelope;
using patient::Root;
using patient::WrapId;
using patient::WrapKind;

// ---- subcommands

Status show_open(const PatientOptions& options) {
    SALUS_TRY_ASSIGN(const Envelope envelope, envelope_in(options));
    SALUS_TRY_ASSIGN(const Root root, open_root(options, envelope));
    const std::string account = to_hex0x(root.ledger_account().bytes);
    const std::string inbox = to_hex0x(root.inbox_public().bytes().bytes);
    if (options.json) {
        fmt::print("{}\n", codec::print_json(json::object{{"account", account}, {"inbox", inbox}}));
    } else {
        fmt::print("account: {}\ninbox:   {}\n", account, inbox);
    }
    return ok_status();
}

Status list_wraps(const PatientOptions& options) {
    SALUS_TRY_ASSIGN(const Envelope envelope, envelope_in(options));
    json::array wraps;
    for (const patient::WrapInfo& wrap : envelope.wraps()) {
        const std::string id = to_hex(wrap.id.bytes);
        wraps.push_back(json::object{{"id", id},
                                     {"kind", name_of(wrap.kind)},
                                     {"label", wrap.label},
                                     {"made", wrap.made},
                                     {"secondShare", wrap.second_share}});
        if (options.json) continue;
        fmt::print("{}  {:<10}  {}{}\n", id, name_of(wrap.kind), plain(wrap.label),
                   wrap.second_share ? " (with a second share)" : "");
    }
    if (options.json) fmt::print("{}\n", codec::print_json(wraps));
    return ok_status();
}

// Asked for twice, and never the secret that opens.
Result<Password> new_passphrase(const PatientOptions& options) {
    if (options.new_secret_file.empty() && std::getenv("SALUS_SECRET") != nullptr) {
        return Error(kBadUsage, "--new-secret-file: SALUS_SECRET is what opens");
    }
    SALUS_TRY_ASSIGN(Password phrase, typed_secret(options.new_secret_file, "New passphrase: "));
    if (!options.new_secret_file.empty()) return phrase;
    SALUS_TRY_ASSIGN(const Password again, typed_secret({}, "The same again: "));
    if (again.view() != phrase.view()) return Error(kPasswordsDiffer, "nothing was added");
    return phrase;
}

Status add_chosen(const PatientOptions& options, const Root& root, Envelope& envelope,
                  const patient::NewWrap& wrap, Random& random) {
    if (options.out.empty()) return Error(kBadUsage, "--out: where the second share goes");
    if (std::filesystem::exists(options.out)) return Error(kBadUsage, options.out + " exists");
    SALUS_TRY_ASSIGN(const Password phrase, new_passphrase(options));
    patient::Second second;
    random.fill(second.expose().bytes);
    SALUS_TRY(envelope.add_chosen_phrase(root, wrap, phrase.view(), second, {}, random));
    SALUS_TRY(write_file(options.out, to_hex(second.expose().bytes) + "\n", true));
    SALUS_TRY(save_envelope(options, envelope));
    if (options.json) {
        fmt::print("{}\n", codec::print_json(json::object{{"secondShare", options.out}}));
    } else {
        fmt::print("wrote the second share to {}: keep it apart from this device\n", options.out);
    }
    return ok_status();
}

Status add_wrap(const PatientOptions& options) {
    SystemRandom random;
    const SystemClock clock;
    SALUS_TRY_ASSIGN(Envelope envelope, envelope_in(options));
    SALUS_TRY_ASSIGN(const Root root, open_root(options, envelope));
    const patient::NewWrap wrap{options.label, static_cast<std::uint64_t>(clock.unix_seconds())};
    if (options.kind == "chosen") return add_chosen(options, root, envelope, wrap, random);
    const bool code = options.kind == "code";
    const std::string secret =
        code ? patient::generate_code(random) : patient::generate_phrase(random);
    const auto id = code ? envelope.add_code(root, wrap, secret, random)
                         : envelope.add_phrase(root, wrap, secret, {}, random);
    if (!id.ok()) return id.error();
    SALUS_TRY(save_envelope(options, envelope));
    show_secret(options.json, code ? "recoveryCode" : "passphrase", secret,
                {{"id", to_hex(id->bytes)}});
    return ok_status();
}

Status remove_wrap(const PatientOptions& options) {
    SALUS_TRY_ASSIGN(Envelope envelope, envelope_in(options));
    const auto id = fixed_from_hex<8>(options.wrap);
    if (!id.ok()) return Error(kBadUsage, "a wrap's id: 16 hex digits (salus patient wraps)");
    SALUS_TRY(envelope.remove(*id));
    SALUS_TRY(save_envelope(options, envelope));
    if (!options.json) fmt::print("removed {}\n", options.wrap);
    return ok_status();
}

Result<patient::FolderEpoch> folder_of(const std::string& text) {
    patient::FolderEpoch out;
    const std::size_t colon = text.find(':');
    out.name = text.substr(0, colon);
    if (colon == std::string::npos) return out;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + colon + 1, end, out.epoch);
    if (read.ec != std::errc() || read.ptr != end) {
        return Error(kBadUsage, "--folders: a name, or name:epoch");
    }
    return out;
}

Status write_keys(const PatientOptions& options) {
    SystemRandom random;
    const SystemClock clock;
    patient::StatementPlan plan;
    plan.sequence = options.sequence;
    plan.issued = static_cast<std::uint64_t>(clock.unix_seconds());
    for (const std::string& text : options.folders) {
        SALUS_TRY_ASSIGN(patient::FolderEpoch folder, folder_of(text));
        plan.folders.push_back(std::move(folder));
    }
    auto contract = address_from_hex(options.contract);
    if (!contract.ok()) return std::move(contract).error().at("--contract");
    SALUS_TRY_ASSIGN(const Envelope envelope, envelope_in(options));
    SALUS_TRY_ASSIGN(const Root root, open_root(options, envelope));
    SALUS_TRY_ASSIGN(const patient::SignedStatement made,
                     patient::make_statement(root, plan, {options.chain_id, *contract}, random));
    SALUS_TRY(write_file(options.out,
                         codec::print_json_pretty(patient::statement_json(made)) + "\n", true));
    const std::string digest = to_hex0x(digest_of(made.statement).bytes);
    if (options.json) {
        fmt::print("{}\n", codec::print_json(json::object{{"digest", digest}}));
    } else {
        fmt::print("wrote {}\ndigest for the chain: {}\n", options.out, digest);
    }
    return ok_status();
}

Status act(const PatientOptions& options) {
    if (options.action == "new") return make_envelope(options, options.json);
    if (options.action == "open") return show_open(options);
    if (options.action == "wraps") return list_wraps(options);
    if (options.action == "add") return add_wrap(options);
    if (options.action == "remove") return remove_wrap(options);
    return write_keys(options);
}

} // namespace

int patient_command(const PatientOptions& options) {
    const Status done = act(options);
    return done.ok() ? 0 : fail("patient " + options.action, done.error());
}

} // namespace salus::app
