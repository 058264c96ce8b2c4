#include "gateway/gateway.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "consent/document.hpp"
#include "fhir/elements.hpp"
#include "gateway/references.hpp"

namespace salus::gateway {

namespace {

namespace json = codec::json;
using records_client::GrantLetter;
using records_client::KeysLetter;
using records_client::StatementLetter;

json::object parameter(std::string_view name, std::string_view type, std::string_view value) {
    return {{"name", name}, {std::string(type), value}};
}

json::object enrolled_json(const EnrolledPatient& patient) {
    json::array parameters{parameter("patient", "valueId", patient.id),
                           parameter("chain", "valueString", to_hex0x(patient.chain.bytes)),
                           parameter("account", "valueString", to_hex0x(patient.account.bytes))};
    for (const std::string& node : patient.nodes) {
        parameters.push_back(parameter("node", "valueUrl", node));
    }
    for (const auto& held : patient.grants) {
        parameters.push_back(parameter("grant", "valueString",
                                       to_hex0x(consent::grant_hash(held.letter.grant).bytes)));
    }
    return {{"resourceType", "Parameters"}, {"parameter", std::move(parameters)}};
}

} // namespace

Gateway::Gateway(Parts parts)
    : parts_(std::move(parts)), book_(parts_.database, parts_.keys, parts_.random),
      journal_(parts_.database, parts_.keys), trail_(parts_.database, parts_.keys, parts_.random),
      cache_(parts_.cache_bytes),
      writer_({parts_.keys, journal_, book_, parts_.chain, parts_.author, parts_.random,
               parts_.clock, parts_.limits}),
      reader_({book_, journal_, trail_, cache_, parts_.clock}) {}

Result<std::shared_ptr<RecordSource>> Gateway::source(const EnrolledPatient& patient) const {
    return parts_.source_of(patient.nodes);
}

// ---- enrolment

Result<Reply> Gateway::enrol(const json::object& parameters) {
    SALUS_TRY_ASSIGN(const EnrolRequest request, read_enrolment(parameters));
    const std::lock_guard lock(enrolling_);
    return enrol_now(request);
}

Result<Reply> Gateway::enrol_now(const EnrolRequest& request) {
    auto known = book_.by_chain(request.chain);
    if (!known.ok() && known.error().kind() != kUnknownPatient) return known.error();
    EnrolledPatient patient;
    if (known.ok()) {
        patient = std::move(*known);
        if (!request.id.empty() && request.id != patient.id) return Error(kPatientTaken);
    } else {
        SALUS_TRY_ASSIGN(const auto source, parts_.source_of(request.nodes));
        SALUS_TRY_ASSIGN(const ledger::Block genesis, source->genesis(request.chain));
        SALUS_TRY_ASSIGN(const Founding founding,
                         check_genesis(genesis, request.chain, parts_.author.domain));
        patient.id = request.id.empty()
                         ? consent::uuid_text(parts_.keys.id("patient", {request.chain.bytes}))
                         : request.id;
        patient.chain = request.chain;
        patient.account = founding.account;
        patient.inbox = founding.inbox;
        patient.founding_digest = founding.digest;
    }
    for (const std::string& node : request.nodes) {
        const bool here =
            std::find(patient.nodes.begin(), patient.nodes.end(), node) != patient.nodes.end();
        if (!here) patient.nodes.push_back(node);
    }
    if (request.letter) {
        SALUS_TRY_ASSIGN(const auto announced, parts_.chain.announced(patient.account));
        SALUS_TRY(take_letter(patient, *request.letter, parts_.hospital, announced,
                              parts_.author.domain));
    }
    SALUS_TRY(book_.put(patient));
    Reply out;
    out.status = known.ok() ? 200 : 201;
    out.resource = enrolled_json(patient);
    out.location = fmt::format("Patient/{}", patient.id);
    return out;
}

Status Gateway::take(const records_client::LetterContent& letter) {
    const std::lock_guard lock(enrolling_);
    if (const auto* grant = std::get_if<GrantLetter>(&letter)) {
        auto patient = book_.by_chain(grant->grant.patient);
        if (!patient.ok()) { // enrolled by it
            EnrolRequest request{grant->grant.patient, {}, {}, *grant};
            for (const auto& node : grant->nodes) request.nodes.push_back(node.url);
            SALUS_TRY(enrol_now(request));
            return ok_status();
        }
        SALUS_TRY_ASSIGN(const auto announced, parts_.chain.announced(patient->account));
        SALUS_TRY(take_letter(*patient, *grant, parts_.hospital, announced, parts_.author.domain));
        return book_.put(*patient);
    }
    if (const auto* statement = std::get_if<StatementLetter>(&letter)) {
        SALUS_TRY_ASSIGN(EnrolledPatient patient, book_.by_chain(statement->patient));
        SALUS_TRY_ASSIGN(const auto announced, parts_.chain.announced(patient.account));
        SALUS_TRY(check_statement(statement->statement, patient, announced, parts_.author.domain));
        patient.statement = statement->statement;
        return book_.put(patient);
    }
    if (const auto* keys = std::get_if<KeysLetter>(&letter)) {
        SALUS_TRY_ASSIGN(auto patients, book_.all(kMostBooked));
        for (EnrolledPatient& patient : patients) {
            for (auto& held : patient.grants) {
                if (consent::grant_hash(held.letter.grant) != keys->grant) continue;
                SALUS_TRY(held.add(*keys));
                return book_.put(patient);
            }
        }
    }
    return ok_status();
}

// ---- which patient

Result<std::optional<EnrolledPatient>> Gateway::named(const Call& call) const {
    if (call.patient.empty()) return std::optional<EnrolledPatient>();
    const auto chain = hash_from_hex(call.patient);
    if (!chain.ok()) return Error(kWhichPatient, "X-Salus-Patient: 32 bytes in hex");
    SALUS_TRY_ASSIGN(EnrolledPatient patient, book_.by_chain(*chain));
    return std::optional(std::move(patient));
}

Direction Gateway::direction(const std::optional<EnrolledPatient>& named) const {
    return {named ? &*named : nullptr, [this](std::string_view id) { return book_.by_id(id); },
            parts_.base};
}

Result<EnrolledPatient> Gateway::holder_of(std::string_view type, std::string_view id,
                                           const Call& call) const {
    SALUS_TRY_ASSIGN(auto named, this->named(call));
    if (named) return std::move(*named);
    if (type == "Patient") return book_.by_id(id);
    SALUS_TRY_ASSIGN(const auto rows, journal_.patients_of(journal_.resource_of(type, id)));
    if (rows.empty()) return Error(kNotFound, "not seen here: search for it by its patient first");
    if (rows.size() > 1) {
        return Error(kWhichPatient, "several patients have it: name one by X-Salus-Patient");
    }
    return book_.by_row(rows[0]);
}

bool Gateway::concerns(const json::object& resource) const {
    if (fhir::text_of(resource, "resourceType") == "Bundle") {
        for (const codec::Json& entry : fhir::array_of(resource, "entry")) {
            const json::object* inside =
                entry.is_object() ? fhir::object_of(entry.get_object(), "resource") : nullptr;
            if (inside != nullptr && concerns(*inside)) return true;
        }
        return false;
    }
    std::set<std::string> names = patients_in(resource);
    if (fhir::text_of(resource, "resourceType") == "Patient") names.insert(name_of(resource));
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return book_.by_id(std::string_view(name).substr(8)).ok();
    });
}

// ---- writing

namespace {

json::object with_meta(const Written& one) {
    json::object out = one.resource;
    json::value& meta = out["meta"];
    if (!meta.is_object()) meta = json::object{};
    meta.get_object()["versionId"] = consent::uuid_text(one.version);
    meta.get_object()["lastUpdated"] = instant_text(static_cast<std::int64_t>(one.time));
    return out;
}

std::string location_of(const Written& one) {
    return fmt::format("{}/{}/_history/{}", one.type, one.id, consent::uuid_text(one.version));
}

std::string tag_of(std::string_view version) {
    return fmt::format("W/\"{}\"", version);
}

// Where it went: what the hospital may not read back is told.
json::object outcome_of(const Written& one) {
    const bool inbox = one.key && one.key->inbox;
    const std::string text =
        !one.fresh ? "it is in the record already"
        : inbox    ? "written, sealed to the patient alone: this hospital has no grant to write "
                     "into the folder"
                   : fmt::format("written into the folder {}", one.key->folder);
    return {
        {"resourceType", "OperationOutcome"},
        {"issue",
         json::array{json::object{
             {"severity", "information"},
             {"code", "informational"},
             {"details",
              json::object{{"coding", json::array{json::object{
                                          {"code", inbox ? "gateway.inbox" : "gateway.written"}}}},
                           {"text", json::string(text)}}}}}}};
}

json::object failed(const Error& error) {
    return {
        {"resourceType", "OperationOutcome"},
        {"issue", json::array{json::object{
                      {"severity", "error"},
                      {"code", "processing"},
                      {"details",
                       json::object{{"coding", json::array{json::object{{"code", error.name()}}}},
                                    {"text", error.detail().empty() ? std::string(error.kind().rule)
                                                                    : error.detail()}}}}}}};
}

} // namespace

Result<Reply> Gateway::write_one(Intake intake, const Call& call) {
    PatientIntake& one = intake.patients.at(0);
    if (!call.if_match.empty()) one.resources.at(0).if_match = version_of_tag(call.if_match);
    SALUS_TRY_ASSIGN(const auto source, this->source(one.patient));
    SALUS_TRY_ASSIGN(const WriteReport report, writer_.write(*source, one, call.asker));
    const Written& written = report.written.at(0);
    Reply out;
    out.status = written.fresh && written.created ? 201 : 200;
    out.resource = with_meta(written);
    out.location = location_of(written);
    out.etag = tag_of(consent::uuid_text(written.version));
    out.modified = written.time;
    return out;
}

Result<Reply> Gateway::create(std::string_view type, json::object resource, const Call& call) {
    SALUS_TRY_ASSIGN(const auto named, this->named(call));
    SALUS_TRY_ASSIGN(Intake intake,
                     read_single(std::move(resource), type, "", direction(named), parts_.keys));
    return write_one(std::move(intake), call);
}

Result<Reply> Gateway::update(std::string_view type, std::string_view id, json::object resource,
                              const Call& call) {
    SALUS_TRY_ASSIGN(const auto named, this->named(call));
    SALUS_TRY_ASSIGN(Intake intake,
                     read_single(std::move(resource), type, id, direction(named), parts_.keys));
    return write_one(std::move(intake), call);
}

namespace {

json::object entry_of(const Written& one) {
    const bool created = one.fresh && one.created;
    return {{"response",
             json::object{{"status", created ? "201 Created" : "200 OK"},
                          {"location", location_of(one)},
                          {"etag", tag_of(consent::uuid_text(one.version))},
                          {"lastModified", instant_text(static_cast<std::int64_t>(one.time))},
                          {"outcome", outcome_of(one)}}}};
}

json::object entry_of(const Error& error, std::string_view status) {
    return {{"response", json::object{{"status", status}, {"outcome", failed(error)}}}};
}

} // namespace

Result<Reply> Gateway::transact(const json::object& bundle, const Call& call) {
    SALUS_TRY_ASSIGN(const auto named, this->named(call));
    SALUS_TRY_ASSIGN(const Intake intake, read_bundle(bundle, direction(named), parts_.keys));
    const bool batch = intake.kind == "batch";
    std::vector<std::optional<json::object>> entries(intake.entries);
    for (const RefusedEntry& one : intake.refused) {
        entries[one.entry] = entry_of(one.error, "422 Unprocessable Entity");
    }
    for (const PatientIntake& one : intake.patients) {
        SALUS_TRY_ASSIGN(const auto source, this->source(one.patient));
        const auto report = writer_.write(*source, one, call.asker);
        if (!report.ok() && !batch) return report.error();
        const Error* stopped = !report.ok()      ? &report.error()
                               : report->stopped ? &*report->stopped
                                                 : nullptr;
        if (stopped != nullptr && !batch) {
            return Error(kIncomplete, fmt::format("{} of {} resources are written, then: {}",
                                                  report->written.size(), one.resources.size(),
                                                  stopped->name()));
        }
        if (stopped != nullptr) {
            for (const Incoming& in : one.resources) {
                entries[in.entry] = entry_of(*stopped, "409 Conflict");
            }
        }
        if (!report.ok()) continue;
        for (const Written& written : report->written) entries[written.entry] = entry_of(written);
    }
    json::array list;
    for (auto& entry : entries) {
        list.push_back(entry ? std::move(*entry)
                             : json::object{{"response", json::object{{"status", "200 OK"}}}});
    }
    Reply out;
    out.resource = {{"resourceType", "Bundle"},
                    {"type", batch ? "batch-response" : "transaction-response"}};
    if (!list.empty()) out.resource["entry"] = std::move(list);
    return out;
}

} // namespace salus::gateway
