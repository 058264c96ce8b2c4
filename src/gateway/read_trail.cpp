#include "gateway/read_trail.hpp"

#include <fmt/format.h>

#include "codec/wire.hpp"
#include "consent/document.hpp"
#include "consent/fhir_consent.hpp"
#include "gateway/fhir_time.hpp"

namespace salus::gateway {

namespace {

namespace json = codec::json;
using codec::Json;

Bytes context_of(const Hash32& patient) {
    return concat({view("gateway/read/1"), patient.bytes});
}

std::string text_of(const ReadEvent& event) {
    json::array grants, resources;
    for (const Hash32& grant : event.grants) grants.push_back(json::string(to_hex0x(grant.bytes)));
    for (const std::string& name : event.resources) resources.push_back(json::string(name));
    return codec::print_json(json::object{{"client", event.asker.client},
                                          {"clinician", event.asker.clinician},
                                          {"purpose", event.asker.purpose},
                                          {"action", event.action},
                                          {"grants", std::move(grants)},
                                          {"resources", std::move(resources)},
                                          {"count", event.count}});
}

Result<ReadEvent> event_of(std::string_view text) {
    SALUS_TRY_ASSIGN(const Json parsed, codec::parse_json(text));
    if (!parsed.is_object()) return Error(codec::kJsonWrongType, "an event");
    const json::object& object = parsed.get_object();
    ReadEvent out;
    SALUS_TRY_ASSIGN(out.asker.client, codec::json_string(object, "client"));
    SALUS_TRY_ASSIGN(out.asker.clinician, codec::json_string(object, "clinician"));
    SALUS_TRY_ASSIGN(out.asker.purpose, codec::json_string(object, "purpose"));
    SALUS_TRY_ASSIGN(out.action, codec::json_string(object, "action"));
    SALUS_TRY_ASSIGN(out.count, codec::json_u64(object, "count"));
    SALUS_TRY_ASSIGN(const json::array* grants, codec::json_array(object, "grants"));
    for (const Json& grant : *grants) {
        SALUS_TRY_ASSIGN(const Hash32 hash, hash_from_hex(std::string_view(grant.as_string())));
        out.grants.push_back(hash);
    }
    SALUS_TRY_ASSIGN(const json::array* resources, codec::json_array(object, "resources"));
    for (const Json& name : *resources) out.resources.emplace_back(name.as_string());
    return out;
}

json::object coded(std::string_view system, std::string_view code) {
    return {{"system", system}, {"code", code}};
}

json::object concept_of(std::string_view system, std::string_view code) {
    return {{"coding", json::array{coded(system, code)}}};
}

json::object identified(std::string_view system, std::string_view value) {
    return {{"identifier", json::object{{"system", system}, {"value", value}}}};
}

constexpr std::string_view kDicom = "http://dicom.nema.org/resources/ontology/DCM";

json::array agents_of(const ReadEvent& event, const Address& hospital) {
    json::object client{
        {"type", concept_of(kDicom, "110153")}, // source role: the system that asked
        {"who", identified(consent::kAccountSystem, to_hex0x(hospital.bytes))},
        {"requestor", event.asker.clinician.empty()},
        {"purposeOfUse", json::array{concept_of(consent::kPurposeSystem, event.asker.purpose)}}};
    if (!event.asker.client.empty()) client["altId"] = event.asker.client;
    json::array policies;
    for (const Hash32& grant : event.grants) {
        policies.push_back(
            json::string(fmt::format("{}:{}", consent::kGrantSystem, to_hex0x(grant.bytes))));
    }
    if (!policies.empty()) client["policy"] = std::move(policies);
    json::array out{std::move(client)};
    if (!event.asker.clinician.empty()) {
        out.push_back(json::object{{"who", json::object{{"reference", event.asker.clinician}}},
                                   {"requestor", true}});
    }
    return out;
}

} // namespace

Status ReadTrail::add(const Hash32& patient, const ReadEvent& event) {
    const Bytes sealed = keys_.seal(view(text_of(event)), context_of(patient), random_);
    return database_.run("INSERT INTO gateway_read(patient, time, sealed) VALUES (?1, ?2, ?3)",
                         patient, event.time, sealed);
}

Result<std::vector<ReadEvent>> ReadTrail::of(const Hash32& patient, std::size_t most) const {
    struct Row {
        std::int64_t number, time;
        Bytes sealed;
    };
    std::vector<Row> found;
    {
        SALUS_TRY_ASSIGN(auto rows,
                         database_.query("SELECT number, time, sealed FROM gateway_read WHERE "
                                         "patient = ?1 ORDER BY number DESC LIMIT ?2",
                                         patient, static_cast<std::int64_t>(most)));
        while (true) {
            SALUS_TRY_ASSIGN(const bool more, rows->step());
            if (!more) break;
            found.push_back({rows->integer(0), rows->integer(1), rows->blob(2)});
        }
    }
    std::vector<ReadEvent> out;
    for (const Row& row : found) {
        SALUS_TRY_ASSIGN(Bytes plain, keys_.open(row.sealed, context_of(patient)));
        auto event = event_of(to_string(plain));
        crypto::wipe(plain);
        if (!event.ok()) return std::move(event).error();
        event->number = static_cast<std::uint64_t>(row.number);
        event->time = static_cast<std::uint64_t>(row.time);
        out.push_back(std::move(*event));
    }
    return out;
}

json::object audit_event(const ReadEvent& event, const EnrolledPatient& patient,
                         const Address& hospital, const GatewayKeys& keys) {
    const Bytes number = codec::WireWriter().u64(event.number).take();
    const std::string id = consent::uuid_text(keys.id("audit", {patient.chain.bytes, number}));
    const std::string when = instant_text(static_cast<std::int64_t>(event.time));
    json::array entities{json::object{
        {"what", json::object{{"reference", fmt::format("Patient/{}", patient.id)}}},
        {"type", coded("http://terminology.hl7.org/CodeSystem/audit-entity-type", "1")},
        {"role", coded("http://terminology.hl7.org/CodeSystem/object-role", "1")}}};
    for (const std::string& name : event.resources) {
        entities.push_back(json::object{
            {"what", json::object{{"reference", name}}},
            {"role", coded("http://terminology.hl7.org/CodeSystem/object-role", "4")}});
    }
    const bool list = event.action == "list";
    return {{"resourceType", "AuditEvent"},
            {"id", id},
            {"meta", json::object{{"versionId", "1"}, {"lastUpdated", when}}},
            {"type", coded("http://terminology.hl7.org/CodeSystem/audit-event-type", "rest")},
            {"subtype", json::array{coded("http://hl7.org/fhir/restful-interaction",
                                          list ? "search-type" : "read")}},
            {"action", list ? "E" : "R"},
            {"recorded", when},
            {"outcome", "0"},
            {"agent", agents_of(event, hospital)},
            {"source", json::object{{"observer", identified(consent::kAccountSystem,
                                                            to_hex0x(hospital.bytes))}}},
            {"entity", std::move(entities)}};
}

} // namespace salus::gateway
