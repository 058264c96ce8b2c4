#include "consent/document.hpp"
#include "consent/grant.hpp"

namespace salus::consent {
namespace {

namespace json = codec::json;
using codec::Json;

json::object folder_json(const GrantedFolder& folder) {
    json::object out{{"epoch", folder.epoch}, {"key", to_hex0x(folder.key.bytes)}};
    if (folder.name) {
        out["name"] = folder_name(*folder.name);
        out["salt"] = to_hex0x(folder.name_salt.bytes);
    } else {
        out["nameHash"] = to_hex0x(folder.name_hash.bytes);
    }
    return out;
}

Result<GrantedFolder> folder_from(const Json& value) {
    const json::object* object = value.if_object();
    if (object == nullptr) return Error(kBadGrant, "a folder is no object");
    Fields fields(*object, kBadGrant);
    GrantedFolder out;
    out.epoch = fields.number("epoch");
    out.key = fields.bytes<33>("key");
    const bool hidden = fields.has("nameHash");
    if (hidden) {
        out.name_hash = fields.bytes<32>("nameHash");
    } else {
        const auto name = folder_by_name(fields.text("name"));
        if (!name) fields.note("name");
        out = granted_folder(name.value_or(Folder::audit), fields.bytes<16>("salt"), out.epoch,
                             out.key);
    }
    if (object->size() != (hidden ? 3U : 4U)) fields.note("a folder's unknown one");
    SALUS_TRY(fields.fault());
    return out;
}

} // namespace

std::string grant_text(const Grant& grant) {
    json::array folders;
    for (const GrantedFolder& folder : grant.folders) folders.push_back(folder_json(folder));
    json::object out{{"access", access_name(grant.access)},
                     {"folders", std::move(folders)},
                     {"from", grant.from},
                     {"grantee", to_hex0x(grant.grantee.bytes)},
                     {"granteeKey", to_hex0x(grant.grantee_key.bytes)},
                     {"grantor", to_hex0x(grant.grantor.bytes)},
                     {"patient", to_hex0x(grant.patient.bytes)},
                     {"purpose", grant.purpose},
                     {"records", record_texts(grant.records)},
                     {"salt", to_hex0x(grant.salt.bytes)},
                     {"until", grant.until},
                     {"version", grant.version}};
    if (!grant.guardian.is_zero()) {
        out["dependant"] = to_hex0x(grant.dependant.bytes);
        out["guardian"] = to_hex0x(grant.guardian.bytes);
    }
    return canonical_text(out);
}

Result<Grant> parse_grant(std::string_view text) {
    SALUS_TRY_ASSIGN(const json::object object, parse_document(text, kBadGrant));
    Fields fields(object, kBadGrant);
    Grant out;
    out.version = static_cast<std::uint8_t>(fields.number("version", 255));
    out.patient = fields.bytes<32>("patient");
    out.grantor = fields.bytes<20>("grantor");
    out.grantee = fields.bytes<20>("grantee");
    out.grantee_key = fields.bytes<33>("granteeKey");
    out.purpose = fields.text("purpose");
    const auto access = access_by_name(fields.text("access"));
    if (!access) fields.note("access");
    out.access = access.value_or(Access::read);
    for (const Json& item : fields.list("folders")) {
        SALUS_TRY_ASSIGN(GrantedFolder folder, folder_from(item));
        out.folders.push_back(std::move(folder));
    }
    out.records = record_ids(fields);
    out.from = fields.number("from");
    out.until = fields.number("until");
    out.salt = fields.bytes<32>("salt");
    const bool guarded = fields.has("guardian") || fields.has("dependant");
    if (guarded) {
        out.dependant = fields.bytes<20>("dependant");
        out.guardian = fields.bytes<20>("guardian");
        if (out.guardian.is_zero() || out.dependant.is_zero()) fields.note("guardian");
    }
    SALUS_TRY(fields.fault());
    if (object.size() != (guarded ? 14U : 12U)) return Error(kBadGrant, "it has an unknown member");
    SALUS_TRY(check_grant(out));
    return out;
}

} // namespace salus::consent
