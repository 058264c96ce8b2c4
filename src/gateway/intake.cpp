#include "gateway/intake.hpp"

#include <algorithm>

#include "consent/document.hpp"
#include "crypto/hash.hpp"
#include "fhir/elements.hpp"
#include "fhir/primitive.hpp"
#include "fhir/validate.hpp"
#include "gateway/exact_json.hpp"
#include "gateway/references.hpp"

namespace salus::gateway {

namespace {

namespace json = codec::json;

Result<EnrolledPatient> whose_is(const json::object& resource, std::string_view type,
                                 std::string_view id, const Direction& direction) {
    if (type == "Patient") {
        if (direction.named != nullptr) return *direction.named;
        if (id.empty()) return Error(kWhichPatient, "PUT /Patient/<id> of an enrolled patient");
        return direction.by_id(id);
    }
    const auto names = patients_in(resource);
    if (names.size() > 1) return Error(kOtherPatient, "it is about two patients");
    if (names.empty()) {
        if (direction.named != nullptr) return *direction.named;
        return Error(kWhichPatient, "it refers to no patient");
    }
    const std::string_view other = std::string_view(*names.begin()).substr(8);
    if (direction.named != nullptr && direction.named->id != other) {
        return Error(kOtherPatient, "it is about another than the patient named");
    }
    auto found = direction.by_id(other);
    if (!found.ok()) return Error(kWhichPatient, "a Patient who is not enrolled");
    return found;
}

} // namespace

Hash32 content_of(const json::object& resource) {
    json::object bare = resource;
    bare.erase("id");
    drop_server_meta(bare);
    return crypto::sha256(view(print_exact(bare)));
}

Status check_resource(const json::object& resource) {
    const std::string type = fhir::text_of(resource, "resourceType");
    const auto types = consent::resource_types();
    if (std::find(types.begin(), types.end(), type) == types.end()) {
        return Error(kNotAResource, "resourceType: a type of R4");
    }
    const codec::Json* id = codec::json_find(resource, "id");
    if (id != nullptr && !(id->is_string() && fhir::is_id(id->get_string()))) {
        return Error(kNotConforming, "id: a FHIR id");
    }
    if (type == "Bundle") return ok_status(); // a document that is kept as it is
    // The rules of the room fhir read numbers as numbers.
    SALUS_TRY_ASSIGN(const codec::Json plain, codec::parse_json(print_exact(resource)));
    fhir::Findings findings;
    fhir::validate_resource(plain, type, findings);
    for (const fhir::Issue& issue : findings.take()) {
        if (issue.severity != fhir::Severity::error) continue;
        return Error(kNotConforming,
                     issue.path + ": " + std::string(issue.rule) + ": " + issue.message);
    }
    return ok_status();
}

Result<Intake> read_single(json::object resource, std::string_view type, std::string_view id,
                           const Direction& direction, const GatewayKeys& keys) {
    SALUS_TRY(check_resource(resource));
    if (fhir::text_of(resource, "resourceType") != type) return Error(kOtherType);
    if (!id.empty() && fhir::text_of(resource, "id") != id) {
        return Error(kOtherId, "the id of the URL and of the resource");
    }
    drop_server_meta(resource);
    const std::map<std::string, std::string> no_entries;
    SALUS_TRY(resolve_references(resource, {no_entries, direction.base}));
    SALUS_TRY_ASSIGN(EnrolledPatient patient, whose_is(resource, type, id, direction));
    Incoming in;
    in.type = type;
    in.update = !id.empty();
    if (type == "Patient") {
        if (!id.empty() && id != patient.id) return Error(kOtherPatient);
        in.id = patient.id;
    } else if (!id.empty()) {
        if (!consent::uuid_of(id)) return Error(kIdNotUuid);
        in.id = id;
    } else {
        in.id = consent::uuid_text(
            keys.id("resource", {view(type), patient.chain.bytes, content_of(resource).bytes}));
    }
    resource["id"] = in.id;
    in.resource = std::move(resource);
    Intake out;
    out.entries = 1;
    out.patients.push_back({std::move(patient), {}});
    out.patients.back().resources.push_back(std::move(in));
    return out;
}

} // namespace salus::gateway
