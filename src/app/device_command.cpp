#include "app/device_command.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "app/device_input.hpp"
#include "app/device_text.hpp"
#include "app/files.hpp"
#include "app/options.hpp"
#include "app/terminal.hpp"
#include "consent/document.hpp"

namespace salus::app {
namespace {

namespace json = codec::json;
using device::Device;
using device::Outcome;

constexpr std::string_view kKind = "patient-device";
constexpr const char* kFile = "device.json";

inline constexpr ErrorKind kNoDevice{"device.none", "salus patient register makes it"};

// An open device, with all that it refers to.
struct Desk {
    patient::Root root;
    FolderLock lock;
    std::string file;
    SystemRandom random = {};
    SystemClock clock = {};
    std::optional<Device> device = {};

    Device::Parts parts(const DeviceOptions& options) {
        return {root, random, clock,
                [this](const device::State& state) {
                    return write_file(
                        file, device::seal_file(root, kKind, device::to_json(state), random), true);
                },
                options.ca_file};
    }
};

Result<std::unique_ptr<Desk>> open_desk(const DeviceOptions& options, bool fresh) {
    const std::string file = device_file(options, kFile);
    if (std::filesystem::exists(file) == fresh) {
        return fresh ? Error(kBadUsage, file + " exists: this patient is registered already; "
                                               "salus patient nodes --add takes further nodes")
                     : Error(kNoDevice, file);
    }
    SALUS_TRY_ASSIGN(patient::Root root, open_root(options));
    SALUS_TRY_ASSIGN(FolderLock lock, lock_device(file));
    auto desk = std::unique_ptr<Desk>(new Desk{std::move(root), std::move(lock), file});
    if (fresh) return desk;
    SALUS_TRY_ASSIGN(const std::string text, read_file(file, 2 * device::kMaxState));
    SALUS_TRY_ASSIGN(const json::object content, device::open_file(desk->root, kKind, text));
    SALUS_TRY_ASSIGN(device::State state, device::read_state(content));
    desk->device.emplace(desk->parts(options), std::move(state));
    return desk;
}

// ---- founding

Status do_register(const DeviceOptions& options) {
    SALUS_TRY_ASSIGN(const auto desk, open_desk(options, true));
    const Device::Parts parts = desk->parts(options);
    SALUS_TRY_ASSIGN(device::State state, Device::draft(parts, options.nodes));
    SALUS_TRY(parts.save(state));
    desk->device.emplace(parts, std::move(state));
    SALUS_TRY_ASSIGN(const Outcome done, desk->device->settle());
    tell_notes(done.notes);
    return tell(options.json, registered_text(desk->device->state()));
}

Status do_nodes(const DeviceOptions& options, Device& device) {
    for (const std::string& url : options.nodes) {
        SALUS_TRY_ASSIGN(const Outcome done, device.add_node(url));
        tell_notes(done.notes);
    }
    return tell(options.json, nodes_text(device.state()));
}

Status do_card(const DeviceOptions& options, Device& device) {
    const std::string text =
        codec::print_json_pretty(device::to_json(device::card_of(device.state()))) + "\n";
    if (options.out.empty()) {
        fmt::print("{}", text);
        return ok_status();
    }
    return write_file(options.out, text);
}

// ---- giving

Result<GranteeCard> grantee_of(const DeviceOptions& options, const Clock& clock) {
    const int ways =
        !options.grantee.empty() + !options.hospital.empty() + !options.account.empty();
    if (ways != 1) {
        return Error(kBadUsage, "to whom: --grantee FILE, --hospital URL, or --account and --key");
    }
    if (!options.grantee.empty()) return read_grantee_card(options.grantee);
    if (!options.hospital.empty()) return card_of_node(options.hospital, options.ca_file, clock);
    auto account = address_from_hex(options.account);
    auto key = fixed_from_hex<33>(options.key);
    if (!account.ok() || !key.ok() || !consent::is_point(*key)) {
        return Error(kBadUsage, "--account: 0x and 40 digits; --key: 0x and 66 digits, a point");
    }
    return GranteeCard{*account, *key, options.account};
}

std::uint64_t threshold_of(const DeviceOptions& options, std::size_t nodes) {
    return options.threshold != 0 ? options.threshold : std::min<std::uint64_t>(nodes, 2);
}

Status set_term(const DeviceOptions& options, std::uint64_t now, device::GrantPlan& plan) {
    plan.from = now;
    plan.until = now + options.days * 86'400;
    if (!options.from.empty()) {
        SALUS_TRY_ASSIGN(plan.from, time_flag(options.from, "--from", false));
    }
    if (!options.until.empty()) {
        SALUS_TRY_ASSIGN(plan.until, time_flag(options.until, "--until", true));
    }
    return ok_status();
}

Status do_grant(const DeviceOptions& options, Device& device, const Clock& clock) {
    device::GrantPlan plan;
    SALUS_TRY_ASSIGN(const GranteeCard grantee, grantee_of(options, clock));
    plan.grantee = grantee.account;
    plan.grantee_key = grantee.key;
    plan.label = options.label.empty() ? grantee.name : options.label;
    plan.purpose = options.purpose.empty() ? "TREAT" : options.purpose;
    SALUS_TRY_ASSIGN(plan.access, access_flag(options.access));
    SALUS_TRY_ASSIGN(plan.folders, folder_flags(options.folders));
    SALUS_TRY_ASSIGN(plan.records, uuid_flags(options.records, "--records"));
    plan.past = !options.from_now_on;
    SALUS_TRY(set_term(options, static_cast<std::uint64_t>(clock.unix_seconds()), plan));
    plan.nodes = options.nodes;
    plan.threshold =
        threshold_of(options, plan.nodes.empty() ? device.state().nodes.size() : plan.nodes.size());
    SALUS_TRY_ASSIGN(const Outcome done, device.grant(plan));
    tell_notes(done.notes);
    return tell(options.json, granted_text(device.state(), done.grant));
}

Status do_revoke(const DeviceOptions& options, Device& device) {
    SALUS_TRY_ASSIGN(const Hash32 hash, hash_flag(options.id, "the grant"));
    SALUS_TRY_ASSIGN(const Outcome done, device.revoke(hash, !options.rotate_later));
    tell_notes(done.notes);
    return tell(options.json, revoked_text(device.state(), done.grant));
}

Status do_statement(const DeviceOptions& options, Device& device) {
    SALUS_TRY_ASSIGN(const auto folders, folder_flags(options.folders));
    SALUS_TRY_ASSIGN(const Outcome done, device.rotate(folders));
    tell_notes(done.notes);
    return tell(options.json, statement_text(device.state()));
}

// ---- reading

Status do_records(const DeviceOptions& options, Device& device) {
    SALUS_TRY_ASSIGN(const device::OwnRecords found, device.records());
    tell_notes(found.notes);
    return tell(options.json, records_text(found));
}

Status do_show(const DeviceOptions& options, Device& device) {
    SALUS_TRY_ASSIGN(const auto ids, uuid_flags(options.ids, "the record"));
    SALUS_TRY_ASSIGN(const auto opened, device.open(ids));
    return tell(options.json, opened_text(opened));
}

Status do_write(const DeviceOptions& options, Device& device) {
    SALUS_TRY_ASSIGN(const json::object resource, json_file(options.file));
    std::optional<consent::Folder> folder;
    if (!options.folder.empty()) {
        SALUS_TRY_ASSIGN(const auto folders, folder_flags({options.folder}));
        if (folders.size() != 1) return Error(kBadUsage, "--folder: one folder");
        folder = folders.front();
    }
    SALUS_TRY_ASSIGN(const Outcome done, device.write(resource, folder));
    return tell(options.json, {{fmt::format("record: {}", done.notes.back())},
                               json::object{{"record", done.notes.back()}}});
}

Status do_timeline(const DeviceOptions& options, Device& device) {
    SALUS_TRY_ASSIGN(const auto events, device.timeline());
    return tell(options.json, timeline_text(events));
}

Status do_export(const DeviceOptions& options, Device& device) {
    SALUS_TRY_ASSIGN(const device::OwnRecords found, device.records());
    tell_notes(found.notes);
    std::vector<vault::RecordId> ids;
    for (const auto& one : found.records) {
        if (!one.info.erased && !one.folder.empty() && !one.info.object) {
            ids.push_back(one.info.id);
        }
    }
    json::array entries;
    Progress progress("opening records", ids.size());
    for (std::size_t from = 0; from < ids.size(); from += 200) {
        const std::size_t count = std::min<std::size_t>(200, ids.size() - from);
        SALUS_TRY_ASSIGN(const auto opened, device.open(std::span(ids).subspan(from, count)));
        for (const auto& one : opened) {
            SALUS_TRY_ASSIGN(codec::Json resource, codec::parse_json(to_string(one.plain)));
            entries.push_back(
                json::object{{"fullUrl", "urn:uuid:" + consent::uuid_text(one.record.info.id)},
                             {"resource", std::move(resource)}});
        }
        progress.advance(count);
    }
    const std::size_t number = entries.size();
    const json::object bundle{
        {"resourceType", "Bundle"}, {"type", "collection"}, {"entry", std::move(entries)}};
    SALUS_TRY(write_file(options.out, codec::print_json(bundle) + "\n", true));
    return tell(options.json,
                {{fmt::format("wrote {} records to {}: it is not encrypted", number, options.out)},
                 json::object{{"records", number}, {"out", options.out}}});
}

// ---- being asked

Status do_requests(const DeviceOptions& options, Device& device) {
    SALUS_TRY_ASSIGN(const Outcome done, device.fetch_requests());
    tell_notes(done.notes);
    return tell(options.json, requests_text(device.state()));
}

Status do_answer(const DeviceOptions& options, Device& device, const Clock& clock) {
    SALUS_TRY_ASSIGN(const vault::RecordId id, uuid_flag(options.id, "the request"));
    if (options.refuse) {
        SALUS_TRY_ASSIGN(const Outcome done, device.refuse(id));
        tell_notes(done.notes);
        return tell(options.json, {{"refused"}, json::object{{"state", "refused"}}});
    }
    SALUS_TRY_ASSIGN(device::GrantPlan plan, device.plan_for(id));
    if (!options.folders.empty()) {
        SALUS_TRY_ASSIGN(plan.folders, folder_flags(options.folders));
        plan.records.clear();
    }
    if (!options.records.empty()) {
        SALUS_TRY_ASSIGN(plan.records, uuid_flags(options.records, "--records"));
        plan.folders.clear();
    }
    if (!options.until.empty()) {
        SALUS_TRY_ASSIGN(plan.until, time_flag(options.until, "--until", true));
    }
    plan.from = std::max(plan.from, static_cast<std::uint64_t>(clock.unix_seconds()));
    plan.nodes = options.nodes;
    plan.threshold =
        threshold_of(options, plan.nodes.empty() ? device.state().nodes.size() : plan.nodes.size());
    SALUS_TRY_ASSIGN(const Outcome done, device.accept(id, plan));
    tell_notes(done.notes);
    return tell(options.json, granted_text(device.state(), done.grant));
}

Status do_emergency(const DeviceOptions& options, Device& device, const Clock& clock) {
    Outcome done;
    if (options.opt_out) {
        SALUS_TRY_ASSIGN(done, device.opt_out());
    } else {
        Device::EmergencyPlan plan;
        for (const std::string& url : options.institutions) {
            SALUS_TRY_ASSIGN(const GranteeCard card, card_of_node(url, options.ca_file, clock));
            plan.institutions.push_back({card.account, card.key});
        }
        plan.threshold = threshold_of(options, device.state().nodes.size());
        plan.delay = static_cast<std::uint32_t>(options.delay);
        plan.window = static_cast<std::uint32_t>(options.window);
        SALUS_TRY_ASSIGN(done, device.opt_in(plan));
    }
    tell_notes(done.notes);
    const std::string hash = to_hex0x(done.grant.bytes);
    return tell(options.json, {{(options.opt_out ? "opted out of " : "opted into ") + hash},
                               json::object{{"emergency", hash}}});
}

Status act(const DeviceOptions& options) {
    if (options.action == "register") return do_register(options);
    SALUS_TRY_ASSIGN(const auto desk, open_desk(options, false));
    Device& device = *desk->device;
    if (options.action == "card") return do_card(options, device);
    if (options.action == "grants") return tell(options.json, grants_text(device.state()));
    // What an earlier command could not finish.
    SALUS_TRY_ASSIGN(const Outcome settled, device.settle());
    tell_notes(settled.notes);
    if (options.action == "nodes") return do_nodes(options, device);
    if (options.action == "grant") return do_grant(options, device, desk->clock);
    if (options.action == "revoke") return do_revoke(options, device);
    if (options.action == "statement") return do_statement(options, device);
    if (options.action == "records") return do_records(options, device);
    if (options.action == "show") return do_show(options, device);
    if (options.action == "write") return do_write(options, device);
    if (options.action == "timeline") return do_timeline(options, device);
    if (options.action == "export") return do_export(options, device);
    if (options.action == "requests") return do_requests(options, device);
    if (options.action == "answer") return do_answer(options, device, desk->clock);
    return do_emergency(options, device, desk->clock);
}

} // namespace

int device_command(const DeviceOptions& options) {
    const Status done = act(options);
    return done.ok() ? 0 : fail("patient " + options.action, done.error());
}

} // namespace salus::app
