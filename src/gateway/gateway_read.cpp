#include <fmt/format.h>

#include "consent/document.hpp"
#include "consent/fhir_consent.hpp"
#include "fhir/elements.hpp"
#include "gateway/gateway.hpp"

namespace salus::gateway {

namespace {

namespace json = codec::json;

constexpr std::size_t kMostEvents = 1'000; // of the hospital's own reading that are told

Reply reply_of(const Version& version) {
    Reply out;
    out.resource = version.resource;
    out.etag = fmt::format("W/\"{}\"", consent::uuid_text(version.info.id));
    out.modified = version.info.time;
    return out;
}

bool is_own(std::string_view type) {
    return type == "AuditEvent" || type == "Consent";
}

} // namespace

// What the gateway itself knows of a patient: what it read, and what it was granted.
Result<std::vector<json::object>> Gateway::own_resources(const EnrolledPatient& patient,
                                                         std::string_view type) const {
    std::vector<json::object> out;
    if (type == "AuditEvent") {
        SALUS_TRY_ASSIGN(const auto events, trail_.of(book_.row_of(patient), kMostEvents));
        for (const ReadEvent& event : events) {
            out.push_back(audit_event(event, patient, parts_.hospital.account, parts_.keys));
        }
    }
    if (type != "Consent") return out;
    const auto now = static_cast<std::uint64_t>(parts_.clock.unix_seconds());
    for (const auto& held : patient.grants) {
        const consent::Grant& grant = held.letter.grant;
        const Hash32 hash = consent::grant_hash(grant);
        SALUS_TRY_ASSIGN(const auto status, parts_.chain.grant_status(grant.grantor, hash));
        consent::PresentedGrant presented;
        presented.grant = grant;
        presented.status = status.status;
        presented.chain_from = status.from;
        presented.chain_until = status.until;
        json::object one = consent::fhir_consent(presented, status.granted_at, now);
        one["id"] = consent::uuid_text(parts_.keys.id("consent", {hash.bytes}));
        one["meta"] =
            json::object{{"lastUpdated",
                          instant_text(static_cast<std::int64_t>(
                              1000 * (status.granted_at != 0 ? status.granted_at : grant.from)))}};
        one["patient"].get_object()["reference"] = fmt::format("Patient/{}", patient.id);
        out.push_back(std::move(one));
    }
    return out;
}

Result<Reply> Gateway::own_resource(const EnrolledPatient& patient, std::string_view type,
                                    std::string_view id) const {
    SALUS_TRY_ASSIGN(auto own, own_resources(patient, type));
    for (json::object& one : own) {
        if (fhir::text_of(one, "id") != id) continue;
        Reply out;
        out.resource = std::move(one);
        return out;
    }
    return Error(kNotFound);
}

Result<Reply> Gateway::read(std::string_view type, std::string_view id, const Call& call) {
    SALUS_TRY_ASSIGN(const EnrolledPatient patient, holder_of(type, id, call));
    if (is_own(type)) {
        auto own = own_resource(patient, type, id);
        if (own.ok() || own.error().kind() != kNotFound) return own;
    }
    SALUS_TRY_ASSIGN(const auto source, this->source(patient));
    SALUS_TRY_ASSIGN(const auto versions, reader_.load(*source, patient, call.asker,
                                                       {{std::string(type)}, std::string(id)}));
    const Version* newest = nullptr;
    for (const Version& one : versions) {
        if (one.type == type && one.id == id) newest = &one;
    }
    if (newest == nullptr) return Error(kNotFound);
    SALUS_TRY(reader_.show(*source, patient, call.asker, std::span(&newest, 1)));
    return reply_of(*newest);
}

Result<Reply> Gateway::vread(std::string_view type, std::string_view id, std::string_view version,
                             const Call& call) {
    SALUS_TRY_ASSIGN(const EnrolledPatient patient, holder_of(type, id, call));
    SALUS_TRY_ASSIGN(const auto source, this->source(patient));
    SALUS_TRY_ASSIGN(const auto versions, reader_.load(*source, patient, call.asker,
                                                       {{std::string(type)}, std::string(id)}));
    for (const Version& one : versions) {
        const bool it =
            one.type == type && one.id == id && consent::uuid_text(one.info.id) == version;
        if (!it) continue;
        const Version* shown = &one;
        SALUS_TRY(reader_.show(*source, patient, call.asker, std::span(&shown, 1)));
        return reply_of(one);
    }
    return Error(kNotFound);
}

// The newest first (https://hl7.org/fhir/R4/http.html#history).
Result<Reply> Gateway::history(std::string_view type, std::string_view id, const Call& call) {
    SALUS_TRY_ASSIGN(const EnrolledPatient patient, holder_of(type, id, call));
    SALUS_TRY_ASSIGN(const auto source, this->source(patient));
    SALUS_TRY_ASSIGN(const auto versions, reader_.load(*source, patient, call.asker,
                                                       {{std::string(type)}, std::string(id)}));
    std::vector<const Version*> shown;
    for (const Version& one : versions) {
        if (one.type == type && one.id == id) shown.insert(shown.begin(), &one);
    }
    if (shown.empty()) return Error(kNotFound);
    SALUS_TRY(reader_.show(*source, patient, call.asker, shown));
    const std::string name = std::string(type) + "/" + std::string(id);
    json::array entries;
    for (const Version* one : shown) {
        const bool first = one == shown.back();
        entries.push_back(json::object{
            {"fullUrl", parts_.base + "/" + name},
            {"resource", one->resource},
            {"request", json::object{{"method", first ? "POST" : "PUT"},
                                     {"url", first ? std::string(type) : name}}},
            {"response",
             json::object{
                 {"status", first ? "201 Created" : "200 OK"},
                 {"etag", fmt::format("W/\"{}\"", consent::uuid_text(one->info.id))},
                 {"lastModified", instant_text(static_cast<std::int64_t>(one->info.time))}}}});
    }
    Reply out;
    out.resource = {
        {"resourceType", "Bundle"},
        {"type", "history"},
        {"total", shown.size()},
        {"link", json::array{json::object{{"relation", "self"},
                                          {"url", parts_.base + "/" + name + "/_history"}}}},
        {"entry", std::move(entries)}};
    return out;
}

} // namespace salus::gateway
