#include <filesystem>

#include <fmt/format.h>

#include "app/device_command.hpp"
#include "app/device_input.hpp"
#include "app/device_text.hpp"
#include "app/files.hpp"
#include "app/options.hpp"
#include "app/terminal.hpp"
#include "consent/document.hpp"

namespace salus::app {
namespace {

namespace json = codec::json;
using device::Grantee;

constexpr std::string_view kKind = "grantee-device";
constexpr const char* kFile = "grantee-device.json";

struct Desk {
    patient::Root root;
    FolderLock lock;
    std::string file;
    SystemRandom random = {};
    SystemClock clock = {};
    std::optional<Grantee> grantee = {};
};

// A grantee without a file has been sent nothing yet.
Result<device::GranteeState> state_in(const Desk& desk) {
    if (!std::filesystem::exists(desk.file)) return device::GranteeState{};
    SALUS_TRY_ASSIGN(const std::string text, read_file(desk.file, 2 * device::kMaxState));
    SALUS_TRY_ASSIGN(const json::object content, device::open_file(desk.root, kKind, text));
    return device::read_grantee_state(content);
}

Result<std::unique_ptr<Desk>> open_desk(const DeviceOptions& options) {
    const std::string file = device_file(options, kFile);
    SALUS_TRY_ASSIGN(patient::Root root, open_root(options));
    SALUS_TRY_ASSIGN(FolderLock lock, lock_device(file));
    auto desk = std::unique_ptr<Desk>(new Desk{std::move(root), std::move(lock), file});
    SALUS_TRY_ASSIGN(device::GranteeState state, state_in(*desk));
    Desk& at = *desk;
    const auto save = [&at](const device::GranteeState& now) {
        return write_file(at.file,
                          device::seal_file(at.root, kKind, device::to_json(now), at.random), true);
    };
    desk->grantee.emplace(Grantee::Parts{at.root, at.random, at.clock, save, options.ca_file},
                          std::move(state));
    return desk;
}

Status do_card(const DeviceOptions& options, const Grantee& grantee) {
    const std::string text =
        codec::print_json_pretty(to_json({grantee.account(), grantee.key(), options.name})) + "\n";
    if (options.out.empty()) {
        fmt::print("{}", text);
        return ok_status();
    }
    return write_file(options.out, text);
}

Status do_inbox(const DeviceOptions& options, Grantee& grantee) {
    SALUS_TRY_ASSIGN(const auto notes, grantee.fetch(options.nodes));
    json::array all;
    for (const std::string& note : notes) all.emplace_back(note);
    return tell(options.json, {notes.empty() ? std::vector<std::string>{"no letters"} : notes,
                               json::object{{"letters", std::move(all)}}});
}

Result<consent::AskerKind> kind_of(const std::string& text) {
    using consent::AskerKind;
    for (const AskerKind kind :
         {AskerKind::hospital, AskerKind::insurer, AskerKind::government, AskerKind::researcher}) {
        if (consent::asker_kind_name(kind) == text) return kind;
    }
    return Error(kBadUsage, "--kind: hospital, insurer, government or researcher");
}

Result<device::Card> card_in(const std::string& file) {
    SALUS_TRY_ASSIGN(const json::object object, json_file(file));
    return device::read_card(object);
}

Status do_ask(const DeviceOptions& options, Grantee& grantee, const Clock& clock) {
    SALUS_TRY_ASSIGN(const device::Card card, card_in(options.card));
    const auto now = static_cast<std::uint64_t>(clock.unix_seconds());
    device::AskPlan plan;
    SALUS_TRY_ASSIGN(plan.kind, kind_of(options.kind));
    plan.name = options.name;
    plan.purpose = options.purpose;
    plan.reason = options.reason;
    SALUS_TRY_ASSIGN(plan.access, access_flag(options.access));
    SALUS_TRY_ASSIGN(plan.folders, folder_flags(options.folders));
    SALUS_TRY_ASSIGN(plan.records, uuid_flags(options.records, "--records"));
    plan.from = now;
    plan.until = now + options.days * 86'400;
    if (!options.until.empty()) {
        SALUS_TRY_ASSIGN(plan.until, time_flag(options.until, "--until", true));
    }
    plan.expires_at = now + 30 * 86'400;
    SALUS_TRY_ASSIGN(const vault::RecordId id, grantee.ask(card, plan));
    const std::string text = consent::uuid_text(id);
    return tell(options.json, {{"asked: " + text}, json::object{{"request", text}}});
}

Status do_read(const DeviceOptions& options, Grantee& grantee) {
    SALUS_TRY_ASSIGN(const Hash32 hash, hash_flag(options.id, "the grant"));
    SALUS_TRY_ASSIGN(const auto ids, uuid_flags(options.ids, "the record"));
    SALUS_TRY_ASSIGN(const auto opened, grantee.read(hash, ids, options.purpose));
    return tell(options.json, read_text(opened));
}

Status do_list(const DeviceOptions& options, Grantee& grantee) {
    SALUS_TRY_ASSIGN(const Hash32 hash, hash_flag(options.id, "the grant"));
    SALUS_TRY_ASSIGN(const auto listed, grantee.list(hash, options.purpose));
    return tell(options.json, listed_text(listed));
}

Status do_write(const DeviceOptions& options, Grantee& grantee) {
    SALUS_TRY_ASSIGN(const device::Card card, card_in(options.card));
    SALUS_TRY_ASSIGN(const json::object resource, json_file(options.file));
    SALUS_TRY_ASSIGN(
        const vault::RecordId id,
        grantee.write(card, resource, options.purpose.empty() ? "TREAT" : options.purpose));
    const std::string text = consent::uuid_text(id);
    return tell(options.json, {{"record: " + text}, json::object{{"record", text}}});
}

Status act(const DeviceOptions& options) {
    if (options.action == "new") return make_envelope(options, options.json);
    SALUS_TRY_ASSIGN(const auto desk, open_desk(options));
    Grantee& grantee = *desk->grantee;
    if (options.action == "card") return do_card(options, grantee);
    if (options.action == "inbox") return do_inbox(options, grantee);
    if (options.action == "grants") return tell(options.json, received_text(grantee.state()));
    if (options.action == "requests") return tell(options.json, asked_text(grantee.state()));
    if (options.action == "ask") return do_ask(options, grantee, desk->clock);
    if (options.action == "list") return do_list(options, grantee);
    if (options.action == "read") return do_read(options, grantee);
    return do_write(options, grantee);
}

} // namespace

int grantee_command(const DeviceOptions& options) {
    const Status done = act(options);
    return done.ok() ? 0 : fail("grantee " + options.action, done.error());
}

} // namespace salus::app
