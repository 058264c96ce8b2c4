#include "app/patient_opening.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "app/files.hpp"
#include "app/options.hpp"
#include "app/password.hpp"
#include "base/clock.hpp"
#include "patient/phrase.hpp"

namespace salus::app {

namespace json = codec::json;
using patient::Envelope;
using patient::Root;
using patient::WrapKind;

Result<Envelope> envelope_in(const EnvelopeOptions& options) {
    SALUS_TRY_ASSIGN(const std::string text,
                     read_file(options.envelope, patient::kMaxEnvelope + 1));
    const std::string_view trimmed(text.data(), text.find_last_not_of("\r\n") + 1);
    return Envelope::read(trimmed);
}

Status save_envelope(const EnvelopeOptions& options, const Envelope& envelope) {
    return write_file(options.envelope, envelope.text() + "\n", true);
}

namespace {

Result<std::optional<patient::Second>> second_share(const EnvelopeOptions& options) {
    if (options.second_share.empty()) return std::optional<patient::Second>();
    SALUS_TRY_ASSIGN(const std::string text, read_file(options.second_share, 128));
    const std::string_view digits(text.data(), text.find_last_not_of("\r\n") + 1);
    const auto bytes = fixed_from_hex<32>(digits);
    if (!bytes.ok()) return Error(kBadUsage, "--second-share: 64 hex digits");
    return std::optional(patient::Second(*bytes));
}

Result<Root> open_wrap(const Envelope& envelope, const patient::WrapInfo& wrap,
                       std::string_view secret, const std::optional<patient::Second>& second) {
    if (wrap.kind == WrapKind::code) return envelope.open_code(wrap.id, secret);
    return envelope.open_phrase(wrap.id, secret, second ? &*second : nullptr);
}

} // namespace

Result<Root> open_root(const EnvelopeOptions& options, const Envelope& envelope) {
    SALUS_TRY_ASSIGN(const std::optional<patient::Second> second, second_share(options));
    SALUS_TRY_ASSIGN(const Password secret,
                     typed_secret(options.secret_file, "Recovery code or passphrase: "));
    Error last(patient::kNoSuchWrap, "codes and passphrases open an envelope here");
    for (const patient::WrapInfo& wrap : envelope.wraps()) {
        if (wrap.kind != WrapKind::code && wrap.kind != WrapKind::passphrase) continue;
        if (!options.wrap.empty() && to_hex(wrap.id.bytes) != options.wrap) continue;
        auto root = open_wrap(envelope, wrap, secret.view(), second);
        if (root.ok()) return root;
        last = root.error();
    }
    return last;
}

Result<Root> open_root(const EnvelopeOptions& options) {
    SALUS_TRY_ASSIGN(const Envelope envelope, envelope_in(options));
    return open_root(options, envelope);
}

// What is shown once: on standard output, so that it can go to a printer.
void show_secret(bool as_json, const char* what, const std::string& secret, json::object more) {
    if (as_json) {
        more[what] = secret;
        fmt::print("{}\n", codec::print_json(more));
        return;
    }
    fmt::print("{}: {}\nIt is shown once. Write it down and keep it apart from this device.\n",
               what, secret);
}

Status make_envelope(const EnvelopeOptions& options, bool as_json) {
    SystemRandom random;
    const SystemClock clock;
    if (std::filesystem::exists(options.envelope)) {
        return Error(kBadUsage, options.envelope + " exists already: give --envelope another name");
    }
    const Root root = Root::generate(random);
    Envelope envelope = Envelope::make(root, random);
    const std::string code = patient::generate_code(random);
    const auto now = static_cast<std::uint64_t>(clock.unix_seconds());
    SALUS_TRY(envelope.add_code(root, {"recovery code", now}, code, random));
    SALUS_TRY(save_envelope(options, envelope));
    const std::string account = to_hex0x(root.ledger_account().bytes);
    if (!as_json) fmt::print("wrote {}\naccount: {}\n", options.envelope, account);
    show_secret(as_json, "recoveryCode", code,
                {{"account", account}, {"envelope", options.envelope}});
    return ok_status();
}

} // namespace salus::app
