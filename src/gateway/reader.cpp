#include "gateway/reader.hpp"

#include <algorithm>
#include <ranges>
#include <set>

#include "consent/document.hpp"
#include "consent/folder_tables.hpp"
#include "fhir/elements.hpp"
#include "gateway/exact_json.hpp"
#include "gateway/search.hpp"

namespace salus::gateway {

namespace {

namespace json = codec::json;
using records_client::HeldGrant;

bool may_read(const consent::Grant& grant, const Asker& asker, std::uint64_t now) {
    return grant.access != consent::Access::write && grant.from <= now && now <= grant.until &&
           consent::purpose_covers(grant.purpose, asker.purpose);
}

// The keys of the grant whose folders may hold one of the types.
std::vector<consent::FolderKey> keys_of(const consent::Grant& grant,
                                        const std::vector<std::string>& types) {
    std::set<std::string_view> folders;
    for (const std::string& type : types) folders.merge(folders_of(type));
    std::vector<consent::FolderKey> out;
    for (const consent::GrantedFolder& folder : grant.folders) {
        const bool wanted =
            types.empty() || !folder.name || folders.contains(consent::folder_name(*folder.name));
        if (wanted) out.push_back(folder.key);
    }
    return out;
}

void set_meta(json::object& resource, const vault::RecordInfo& info) {
    json::value& meta = resource["meta"];
    if (!meta.is_object()) meta = json::object{};
    meta.get_object()["versionId"] = consent::uuid_text(info.id);
    meta.get_object()["lastUpdated"] = instant_text(static_cast<std::int64_t>(info.time));
}

std::optional<Version> version_of(const vault::RecordInfo& info, ByteView plain) {
    auto parsed = parse_exact(to_string(plain));
    if (!parsed.ok() || !parsed->is_object()) return std::nullopt;
    Version out{info, {}, {}, std::move(parsed->get_object()), false};
    out.type = fhir::text_of(out.resource, "resourceType");
    out.id = fhir::text_of(out.resource, "id");
    if (out.type.empty() || out.id.empty()) return std::nullopt;
    set_meta(out.resource, info);
    return out;
}

} // namespace

bool before(const vault::RecordInfo& a, const vault::RecordInfo& b) {
    return std::tie(a.time, a.block, a.id) < std::tie(b.time, b.block, b.id);
}

std::set<std::string_view> folders_of(std::string_view type) {
    std::set<std::string_view> out{consent::folder_name(consent::Folder::emergency)};
    for (const consent::Folder folder : consent::all_folders()) {
        if (consent::is_sensitive(folder)) out.insert(consent::folder_name(folder));
    }
    for (const consent::TypeRow& row : consent::type_rows()) {
        if (row.type == type) out.insert(consent::folder_name(row.folder));
    }
    for (const consent::KindRow& row : consent::kind_rows()) {
        if (row.type == type) out.insert(consent::folder_name(row.folder));
    }
    return out;
}

std::vector<const Version*> current_of(std::span<const Version> versions) {
    std::map<std::string, const Version*> newest;
    for (const Version& one : versions) newest[one.type + "/" + one.id] = &one;
    std::vector<const Version*> out;
    for (const auto& [name, version] : newest) out.push_back(version);
    return out;
}

struct Reader::Session {
    RecordSource& source;
    const EnrolledPatient& patient;
    const Asker& asker;
    const Wanted& wanted;
    struct Listed {
        vault::RecordInfo info;
        const HeldGrant* grant = nullptr;
    };
    std::map<vault::RecordId, Listed> listed;
    std::vector<Version> versions;
    std::vector<SeenRecord> seen; // that were not before
    ReadEvent told;               // what is to be noted of the listing
    ReadEvent read;               // of what was opened
};

Status Reader::list(Session& session, const HeldGrant& grant) const {
    const bool single = !grant.letter.grant.records.empty();
    const auto keys = keys_of(grant.letter.grant, session.wanted.types);
    const std::size_t all = single ? grant.letter.grant.records.size() : keys.size();
    const std::size_t most = single ? records::kMaxListed : records::kMaxKeys;
    for (std::size_t from = 0; from < all; from += most) {
        const std::size_t size = std::min(most, all - from);
        const auto part = [&](const auto& list, auto& out) {
            const auto begin = list.begin() + static_cast<std::ptrdiff_t>(from);
            out.assign(begin, begin + static_cast<std::ptrdiff_t>(size));
        };
        records::ListRequest request;
        request.purpose = session.asker.purpose;
        request.most = records::kMaxListed;
        single ? part(grant.letter.grant.records, request.records) : part(keys, request.keys);
        while (true) {
            SALUS_TRY_ASSIGN(const records::ListAnswer page,
                             session.source.list(session.asker, session.patient.chain, request));
            for (const vault::RecordInfo& info : page.records) {
                if (info.erased || info.object) continue;
                session.listed.try_emplace(info.id, Session::Listed{info, &grant});
            }
            session.told.count += page.records.size();
            if (!page.next || page.records.empty()) break;
            request.after = *page.next;
        }
    }
    session.told.grants.push_back(consent::grant_hash(grant.letter.grant));
    return ok_status();
}

Status Reader::open_missing(Session& session, const HeldGrant& grant,
                            std::span<const vault::RecordInfo> infos) const {
    for (std::size_t from = 0; from < infos.size(); from += records::kMaxRead) {
        const std::size_t size = std::min(records::kMaxRead, infos.size() - from);
        SALUS_TRY_ASSIGN(auto fetched,
                         session.source.open(session.asker, grant, infos.subspan(from, size)));
        for (FetchedRecord& one : fetched) {
            if (!one.plain) continue;
            parts_.cache.put(one.info, *one.plain);
            auto version = version_of(one.info, *one.plain);
            crypto::wipe(*one.plain);
            if (!version) {
                session.seen.push_back({one.info.id, {}, {}});
                continue;
            }
            session.read.resources.push_back(version->type + "/" + version->id);
            session.seen.push_back({one.info.id,
                                    parts_.journal.resource_of(version->type, version->id),
                                    parts_.journal.type_of(version->type)});
            version->opened = true;
            session.versions.push_back(std::move(*version));
        }
    }
    session.read.grants.push_back(consent::grant_hash(grant.letter.grant));
    return ok_status();
}

Status Reader::open(Session& session) const {
    const Hash32 row = parts_.book.row_of(session.patient);
    const Wanted& wanted = session.wanted;
    SALUS_TRY_ASSIGN(const auto known, parts_.journal.known(row));
    std::set<Hash32> types;
    for (const std::string& type : wanted.types) types.insert(parts_.journal.type_of(type));
    const Hash32 resource =
        wanted.id.empty() ? Hash32{} : parts_.journal.resource_of(wanted.types.at(0), wanted.id);
    const auto is_other = [&](const vault::RecordId& id) {
        const auto found = known.find(id);
        if (found == known.end()) return false;
        if (found->second.resource.is_zero()) return true; // no resource
        if (!wanted.id.empty()) return found->second.resource != resource;
        return !types.empty() && !types.contains(found->second.type);
    };
    std::map<const HeldGrant*, std::vector<vault::RecordInfo>> missing;
    for (const auto& [id, one] : session.listed) {
        if (is_other(id)) continue;
        auto plain = parts_.cache.find(one.info);
        if (!plain) {
            missing[one.grant].push_back(one.info);
            continue;
        }
        auto version = version_of(one.info, *plain);
        crypto::wipe(*plain);
        if (version) session.versions.push_back(std::move(*version));
    }
    for (const auto& [grant, infos] : missing) SALUS_TRY(open_missing(session, *grant, infos));
    session.read.count = session.read.resources.size();
    return parts_.journal.seen(row, session.seen);
}

Result<std::vector<Version>> Reader::load(RecordSource& source, const EnrolledPatient& patient,
                                          const Asker& asker, const Wanted& wanted) const {
    Session session{source, patient, asker, wanted, {}, {}, {}, {}, {}};
    const auto now = static_cast<std::uint64_t>(parts_.clock.unix_seconds());
    session.told.action = "list";
    session.read.action = "read";
    session.told.asker = session.read.asker = asker;
    session.told.time = session.read.time =
        static_cast<std::uint64_t>(parts_.clock.since_epoch().count());
    std::optional<Error> refused;
    bool honoured = false;
    for (const HeldGrant& grant : std::views::reverse(patient.grants)) { // the newest first
        if (!may_read(grant.letter.grant, asker, now)) continue;
        Status listed = list(session, grant);
        if (listed.ok()) {
            honoured = true;
        } else if (!refused) {
            refused = std::move(listed).error();
        }
    }
    if (!honoured && refused) return *refused;
    if (!honoured) return Error(kNoGrant, "no grant of this patient is for reading now");
    SALUS_TRY(open(session));
    const Hash32 row = parts_.book.row_of(patient);
    SALUS_TRY(parts_.trail.add(row, session.told));
    if (session.read.count != 0) SALUS_TRY(parts_.trail.add(row, session.read));
    std::sort(session.versions.begin(), session.versions.end(),
              [](const Version& a, const Version& b) { return before(a.info, b.info); });
    return std::move(session.versions);
}

Status Reader::show(RecordSource& source, const EnrolledPatient& patient, const Asker& asker,
                    std::span<const Version* const> versions) const {
    ReadEvent event;
    event.time = static_cast<std::uint64_t>(parts_.clock.since_epoch().count());
    event.asker = asker;
    event.action = "read";
    std::vector<vault::RecordId> records;
    for (const Version* one : versions) {
        if (one->opened) continue;
        records.push_back(one->info.id);
        event.resources.push_back(one->type + "/" + one->id);
    }
    for (std::size_t from = 0; from < records.size(); from += records::kMaxRead) {
        const std::size_t size = std::min(records::kMaxRead, records.size() - from);
        SALUS_TRY(source.confirm(asker, patient.chain, std::span(records).subspan(from, size)));
    }
    if (records.empty()) return ok_status();
    event.count = records.size();
    return parts_.trail.add(parts_.book.row_of(patient), event);
}

} // namespace salus::gateway
