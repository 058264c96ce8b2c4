#include "consent/fhir_consent.hpp"

#include <chrono>

#include <fmt/format.h>

#include "consent/document.hpp"

namespace salus::consent {
namespace {

namespace json = codec::json;

constexpr std::string_view kScopeSystem = "http://terminology.hl7.org/CodeSystem/consentscope";
constexpr std::string_view kActCodeSystem = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
constexpr std::string_view kParticipation =
    "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
constexpr std::string_view kRoleClass = "http://terminology.hl7.org/CodeSystem/v3-RoleClass";
constexpr std::string_view kActionSystem = "http://terminology.hl7.org/CodeSystem/consentaction";

std::string date_time(std::uint64_t seconds) {
    const auto time = std::chrono::sys_seconds(
        std::chrono::seconds(static_cast<std::int64_t>(std::min(seconds, kMaxTime))));
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

json::object coding(std::string_view system, std::string_view code) {
    return {{"system", system}, {"code", code}};
}

json::object concept_of(std::string_view system, std::string_view code) {
    return {{"coding", json::array{coding(system, code)}}};
}

json::object by_identifier(std::string_view system, std::string_view value) {
    return {{"identifier", json::object{{"system", system}, {"value", value}}}};
}

json::object actor(std::string_view system, std::string_view role, const Address& account) {
    return {{"role", concept_of(system, role)},
            {"reference", by_identifier(kAccountSystem, to_hex0x(account.bytes))}};
}

std::string_view status_of(const PresentedGrant& one, std::uint64_t now) {
    const bool ended =
        one.status == OnChain::revoked || one.revocation_received || now > one.grant.until;
    if (ended) return "inactive";
    return one.status == OnChain::granted ? "active" : "proposed";
}

json::array actions(Access access) {
    json::array out;
    if (access != Access::write) out.push_back(concept_of(kActionSystem, "access"));
    if (access != Access::read) out.push_back(concept_of(kActionSystem, "collect"));
    return out;
}

json::object provision(const Grant& grant) {
    json::array codes, data, actors{actor(kParticipation, "IRCP", grant.grantee)};
    if (!grant.guardian.is_zero()) actors.push_back(actor(kRoleClass, "GUARD", grant.guardian));
    for (const GrantedFolder& folder : grant.folders) {
        if (folder.name) codes.push_back(concept_of(kFolderSystem, folder_name(*folder.name)));
    }
    for (const RecordId& id : grant.records) {
        json::object reference = by_identifier("urn:ietf:rfc:3986", "urn:uuid:" + uuid_text(id));
        data.push_back(json::object{{"meaning", "instance"}, {"reference", std::move(reference)}});
    }
    json::object out{
        {"type", "permit"},
        {"period", json::object{{"start", date_time(grant.from)}, {"end", date_time(grant.until)}}},
        {"actor", std::move(actors)},
        {"action", actions(grant.access)},
        {"purpose", json::array{coding(kPurposeSystem, grant.purpose)}}};
    if (!codes.empty()) out["code"] = std::move(codes);
    if (!data.empty()) out["data"] = std::move(data);
    return out;
}

} // namespace

json::object fhir_consent(const PresentedGrant& one, std::uint64_t granted_at, std::uint64_t now) {
    const Grant& grant = one.grant;
    const json::object identifier{{"system", kGrantSystem},
                                  {"value", to_hex0x(grant_hash(grant).bytes)}};
    json::object out{
        {"resourceType", "Consent"},
        {"identifier", json::array{identifier}},
        {"status", status_of(one, now)},
        {"scope", concept_of(kScopeSystem, "patient-privacy")},
        {"category", json::array{concept_of("http://loinc.org", "59284-0")}},
        {"patient", by_identifier(kPatientSystem, to_hex0x(grant.patient.bytes))},
        {"performer", json::array{by_identifier(kAccountSystem, to_hex0x(grant.grantor.bytes))}},
        {"policyRule", concept_of(kActCodeSystem, "OPTIN")},
        {"provision", provision(grant)}};
    if (granted_at != 0) out["dateTime"] = date_time(granted_at);
    return out;
}

} // namespace salus::consent
