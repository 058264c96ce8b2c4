#include "api/hospital.hpp"

#include "api/problem.hpp"

namespace salus::api {

salus::fhir::Submission read(const Parts& parts, const codec::Json& resource) {
    salus::fhir::Context context;
    context.now = parts.clock.unix_seconds();
    if (parts.patients != nullptr) {
        context.patient = [&parts](const std::string& id) { return parts.patients->find(id); };
    }
    return salus::fhir::read_submission(resource, context);
}

std::vector<Settled> settle(const Parts& parts, const salus::fhir::Submission& submission) {
    std::vector<Settled> out;
    std::vector<salus::fhir::Vaccination> vaccinations;
    for (const salus::fhir::Candidate& candidate : submission.candidates) {
        out.push_back({&candidate, std::nullopt});
        if (candidate.vaccination) vaccinations.push_back(*candidate.vaccination);
    }
    if (vaccinations.empty()) return out;
    auto results = parts.issuer->issue(vaccinations);
    std::size_t next = 0, issued = 0;
    for (Settled& settled : out) {
        if (!settled.candidate->vaccination) continue;
        if (results[next].ok()) ++issued;
        settled.certificate = std::move(results[next++]);
    }
    parts.metrics
        .counter("salus_certificates_issued_total", "Certificates answered, also those of before")
        .add(issued);
    return out;
}

Result<codec::Json> read_body(const http::Request& request) {
    const std::string_view type = request.content_type();
    if (type != "application/json" && type != "application/fhir+json") {
        return Error(kMediaType, "send JSON, as application/json or application/fhir+json");
    }
    auto parsed = codec::parse_json(request.body, {.bytes = kMaxSubmission, .depth = 64});
    if (!parsed.ok()) return Error(kBadRequest, parsed.error().text());
    return parsed;
}

} // namespace salus::api
