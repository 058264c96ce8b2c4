#include "app/device_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "app/device_input.hpp"
#include "app/terminal.hpp"
#include "consent/document.hpp"

namespace salus::app {
namespace {

namespace json = codec::json;
using device::GivenGrant;
using device::State;

std::string hex(const auto& bytes) {
    return to_hex0x(bytes.bytes);
}

std::string state_of(const GivenGrant& given) {
    if (given.revoked_at != 0) return given.untold.empty() ? "revoked" : "revoked, being told";
    return given.in_force ? "in force" : "not on chain yet";
}

std::vector<std::string> scope_of(const consent::Grant& grant) {
    std::vector<std::string> out;
    if (!grant.records.empty()) {
        for (const auto& id : grant.records) out.push_back(consent::uuid_text(id));
        return out;
    }
    for (const auto& folder : grant.folders) {
        const std::string name = folder.name ? std::string(folder_name(*folder.name)) : "hidden";
        out.push_back(fmt::format("{}:{}", name, folder.epoch));
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::string joined(const std::vector<std::string>& list) {
    std::string out;
    for (const std::string& one : list) out += (out.empty() ? "" : ", ") + one;
    return out;
}

json::array array_of(const std::vector<std::string>& list) {
    json::array out;
    for (const std::string& one : list) out.emplace_back(one);
    return out;
}

json::object grant_json(const GivenGrant& given) {
    json::array destroyed;
    for (const auto& one : given.destroyed) {
        destroyed.push_back(json::object{
            {"node", hex(one.node)}, {"count", one.statement.count}, {"time", one.statement.time}});
    }
    return {{"grant", hex(given.hash)},
            {"first", hex(given.first)},
            {"grantee", hex(given.grant.grantee)},
            {"grantor", hex(given.grant.grantor)},
            {"label", given.label},
            {"purpose", given.grant.purpose},
            {"access", access_name(given.grant.access)},
            {given.grant.records.empty() ? "folders" : "records", array_of(scope_of(given.grant))},
            {"from", given.grant.from},
            {"until", given.grant.until},
            {"threshold", given.threshold},
            {"nodes", array_of(given.nodes)},
            {"state", state_of(given)},
            {"revokedAt", given.revoked_at},
            {"destroyed", std::move(destroyed)}};
}

void add_grant(const GivenGrant& given, Told& out) {
    out.lines.push_back(fmt::format("{}  {}", hex(given.hash), state_of(given)));
    out.lines.push_back(fmt::format("  {} {} for {} until {}, {} of {} nodes", plain(given.label),
                                    access_name(given.grant.access), given.grant.purpose,
                                    time_text(given.grant.until), given.threshold,
                                    given.nodes.size()));
    out.lines.push_back("  " + joined(scope_of(given.grant)));
    if (given.first != given.hash) out.lines.push_back("  goes on with " + hex(given.first));
}

json::object info_json(const vault::RecordInfo& info) {
    return {{"record", consent::uuid_text(info.id)},
            {"writer", hex(info.writer)},
            {"time", info.time / 1000},
            {"size", info.size},
            {"erased", info.erased},
            {"block", hex(info.block)}};
}

// The type of a resource, for the eye.
std::string type_of(const codec::Json& resource) {
    const codec::Json* type =
        resource.is_object() ? codec::json_find(resource.get_object(), "resourceType") : nullptr;
    return type != nullptr && type->is_string() ? std::string(type->get_string()) : "object";
}

Result<codec::Json> resource_of(ByteView text) {
    return codec::parse_json(to_string(text));
}

} // namespace

Status tell(bool as_json, const Told& told) {
    if (as_json) {
        fmt::print("{}\n", codec::print_json(told.json));
    } else {
        for (const std::string& line : told.lines) fmt::print("{}\n", line);
    }
    return ok_status();
}

void tell_notes(const std::vector<std::string>& notes) {
    for (const std::string& note : notes) fmt::print(stderr, "note: {}\n", plain(note));
}

Told registered_text(const State& state) {
    const patient::Statement& statement = state.statement.statement;
    return {{"chain:   " + hex(state.chain), "account: " + hex(statement.account),
             "inbox:   " + hex(statement.inbox),
             fmt::format("at {} nodes, the first is home", state.nodes.size())},
            json::object{{"chain", hex(state.chain)},
                         {"account", hex(statement.account)},
                         {"inbox", hex(statement.inbox)},
                         {"nodes", state.nodes.size()}}};
}

Told nodes_text(const State& state) {
    Told out;
    json::array all;
    for (const device::KnownNode& node : state.nodes) {
        const std::uint64_t size = node.head ? node.head->head.size : 0;
        out.lines.push_back(fmt::format("{}  {}  log of {} blocks when last seen",
                                        hex(node.account), plain(node.url), size));
        all.push_back(json::object{{"url", node.url},
                                   {"account", hex(node.account)},
                                   {"key", hex(node.key)},
                                   {"logSize", size}});
    }
    out.json = std::move(all);
    return out;
}

Told grants_text(const State& state) {
    Told out;
    json::array all;
    for (const GivenGrant& given : state.grants) {
        add_grant(given, out);
        all.push_back(grant_json(given));
    }
    if (out.lines.empty()) out.lines.emplace_back("nobody has a grant");
    out.json = std::move(all);
    return out;
}

Told granted_text(const State& state, const Hash32& grant) {
    Told out;
    for (const GivenGrant& given : state.grants) {
        if (given.hash != grant) continue;
        add_grant(given, out);
        out.json = grant_json(given);
    }
    return out;
}

Told revoked_text(const State& state, const Hash32& first) {
    Told out;
    json::array all;
    for (const GivenGrant& given : state.grants) {
        if (given.first != first) continue;
        out.lines.push_back(fmt::format("{}  {}", hex(given.hash), state_of(given)));
        for (const auto& one : given.destroyed) {
            out.lines.push_back(fmt::format("  node {} signed that it destroyed {} fragments",
                                            hex(one.node), one.statement.count));
        }
        all.push_back(grant_json(given));
    }
    out.lines.emplace_back("What was read already cannot be unread.");
    out.json = json::object{{"grants", std::move(all)}};
    return out;
}

Told statement_text(const State& state) {
    const patient::Statement& statement = state.statement.statement;
    Told out;
    json::array folders;
    out.lines.push_back(
        fmt::format("statement {} of {}", statement.sequence, time_text(statement.issued)));
    for (const patient::FolderKeys& folder : statement.folders) {
        if (folder.epoch > 0) {
            out.lines.push_back(fmt::format("  {} is in epoch {}", folder.name, folder.epoch));
        }
        folders.push_back(json::object{{"name", folder.name}, {"epoch", folder.epoch}});
    }
    out.json = json::object{{"sequence", statement.sequence},
                            {"digest", hex(patient::digest_of(statement))},
                            {"folders", std::move(folders)}};
    return out;
}

Told records_text(const device::OwnRecords& found) {
    Told out;
    json::array all;
    for (const device::OwnRecord& record : found.records) {
        out.lines.push_back(fmt::format(
            "{}  {}  {:<15}  {:>8} bytes{}", consent::uuid_text(record.info.id),
            time_text(record.info.time / 1000), record.folder.empty() ? "unknown" : record.folder,
            record.info.size, record.info.erased ? "  erased" : ""));
        json::object one = info_json(record.info);
        one["folder"] = record.folder;
        one["epoch"] = record.epoch;
        all.push_back(std::move(one));
    }
    if (found.missing != 0) {
        out.lines.push_back(fmt::format("MISSING: the chain tells of {} records that no node gives",
                                        found.missing));
    }
    if (found.unproved != 0) {
        out.lines.push_back(
            fmt::format("UNPROVED: {} records stand in no block of the chain", found.unproved));
    }
    out.json = json::object{
        {"records", std::move(all)}, {"missing", found.missing}, {"unproved", found.unproved}};
    return out;
}

Told opened_text(const std::vector<device::OpenedRecord>& records) {
    Told out;
    json::array all;
    for (const device::OpenedRecord& record : records) {
        const auto resource = resource_of(record.plain);
        json::object one = info_json(record.record.info);
        one["folder"] = record.record.folder;
        one["checks"] = array_of(record.checks);
        out.lines.push_back(consent::uuid_text(record.record.info.id) + "  " +
                            record.record.folder);
        for (const std::string& check : record.checks) out.lines.push_back("  checked: " + check);
        if (resource.ok()) {
            out.lines.push_back(codec::print_json_pretty(*resource));
            one["resource"] = *resource;
        }
        all.push_back(std::move(one));
    }
    out.json = std::move(all);
    return out;
}

namespace {

std::string reader_of(const device::Event& event) {
    const records::ReadFact& fact = *event.read;
    std::string out = event.reader.empty() ? hex(fact.reader) : plain(event.reader);
    if (!fact.clinician.empty()) out += " (" + plain(fact.clinician) + ")";
    return out;
}

std::string kind_text(ledger::EntryKind kind) {
    constexpr std::string_view names[] = {"",         "keys",     "particulars", "added",
                                          "erased",   "granted",  "revoked",     "read",
                                          "new keys", "emergency"};
    return std::string(names[static_cast<std::size_t>(kind)]);
}

std::string line_of(const device::Event& event) {
    const std::string when = time_text(event.time / 1000);
    if (event.read) {
        return fmt::format("{}  {:<9} {} by {} for {}: {} records, {}", when, "read",
                           records::action_name(event.read->action), reader_of(event),
                           event.read->purpose, event.read->count, event.read->reason);
    }
    const std::string who = event.reader.empty() ? hex(event.author) : plain(event.reader);
    return fmt::format("{}  {:<9} by {}{}", when, kind_text(event.kind), who,
                       event.fact ? "" : "  (does not open)");
}

} // namespace

Told timeline_text(const std::vector<device::Event>& events) {
    Told out;
    json::array all;
    for (const device::Event& event : events) {
        out.lines.push_back(line_of(event));
        json::object one{{"time", event.time},          {"kind", kind_text(event.kind)},
                         {"author", hex(event.author)}, {"authorKnown", event.author_known},
                         {"who", event.reader},         {"block", hex(event.block)}};
        if (event.fact) one["fact"] = *event.fact;
        all.push_back(std::move(one));
    }
    out.json = std::move(all);
    return out;
}

namespace {

json::object progress_json(const consent::RequestProgress& progress) {
    auto request = codec::parse_json(consent::request_text(progress.request));
    return {{"id", consent::uuid_text(progress.request.id)},
            {"state", consent::request_state_name(progress.state)},
            {"since", progress.since},
            {"grant", hex(progress.grant)},
            {"request", request.ok() ? std::move(*request) : codec::Json(nullptr)}};
}

void add_request(const consent::RequestProgress& progress, Told& out) {
    const consent::AccessRequest& asked = progress.request;
    std::vector<std::string> scope;
    for (const auto folder : asked.folders) scope.emplace_back(folder_name(folder));
    for (const auto& id : asked.records) scope.push_back(consent::uuid_text(id));
    out.lines.push_back(fmt::format("{}  {}  {} ({}), {}", consent::uuid_text(asked.id),
                                    consent::request_state_name(progress.state),
                                    plain(asked.asker_name), asker_kind_name(asked.kind),
                                    hex(asked.asker)));
    out.lines.push_back(fmt::format("  to {} {} for {} from {} until {}", access_name(asked.access),
                                    joined(scope), asked.purpose, time_text(asked.from),
                                    time_text(asked.until)));
    out.lines.push_back("  because: " + plain(asked.reason));
}

} // namespace

Told requests_text(const State& state) {
    Told out;
    json::array all;
    for (const device::KnownRequest& known : state.requests) {
        add_request(known.progress, out);
        all.push_back(progress_json(known.progress));
    }
    if (out.lines.empty()) out.lines.emplace_back("nobody has asked");
    out.json = std::move(all);
    return out;
}

// ---- grantees

Told received_text(const device::GranteeState& state) {
    Told out;
    json::array all;
    for (const device::ReceivedGrant& received : state.grants) {
        const consent::Grant& grant = received.held.letter.grant;
        out.lines.push_back(fmt::format(
            "{}  {} for {} until {}{}", hex(received.hash()), access_name(grant.access),
            grant.purpose, time_text(grant.until), received.revoked ? "  revoked" : ""));
        out.lines.push_back("  patient " + hex(grant.patient));
        out.lines.push_back("  " + joined(scope_of(grant)));
        all.push_back(
            json::object{{"grant", hex(received.hash())},
                         {"patient", hex(grant.patient)},
                         {"purpose", grant.purpose},
                         {"access", access_name(grant.access)},
                         {grant.records.empty() ? "folders" : "records", array_of(scope_of(grant))},
                         {"from", grant.from},
                         {"until", grant.until},
                         {"threshold", received.held.letter.threshold},
                         {"revoked", received.revoked}});
    }
    if (out.lines.empty()) out.lines.emplace_back("no grants yet");
    out.json = std::move(all);
    return out;
}

Told listed_text(const std::vector<device::Grantee::Listed>& records) {
    Told out;
    json::array all;
    for (const auto& one : records) {
        out.lines.push_back(fmt::format("{}  {}  {:>8} bytes{}", consent::uuid_text(one.info.id),
                                        time_text(one.info.time / 1000), one.info.size,
                                        one.info.erased ? "  erased" : ""));
        all.push_back(info_json(one.info));
    }
    out.json = std::move(all);
    return out;
}

Told read_text(const std::vector<device::Grantee::Opened>& records) {
    Told out;
    json::array all;
    for (const auto& one : records) {
        json::object told = info_json(one.info);
        const auto resource =
            one.plain ? resource_of(*one.plain) : Result<codec::Json>(Error(vault::kErased));
        out.lines.push_back(consent::uuid_text(one.info.id) + "  " +
                            (resource.ok() ? type_of(*resource) : "erased"));
        if (resource.ok()) {
            out.lines.push_back(codec::print_json_pretty(*resource));
            told["resource"] = *resource;
        }
        all.push_back(std::move(told));
    }
    out.json = std::move(all);
    return out;
}

Told asked_text(const device::GranteeState& state) {
    Told out;
    json::array all;
    for (const device::AskedRequest& asked : state.requests) {
        add_request(asked.progress, out);
        all.push_back(progress_json(asked.progress));
    }
    if (out.lines.empty()) out.lines.emplace_back("nothing was asked for");
    out.json = std::move(all);
    return out;
}

} // namespace salus::app
