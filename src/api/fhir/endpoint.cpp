#include "api/fhir/endpoint.hpp"

#include <map>

#include "api/fhir/capability.hpp"
#include "api/problem.hpp"
#include "fhir/primitive.hpp"

namespace salus::api::fhir {

namespace {

namespace json = codec::json;
using http::Request;
using http::Response;
using salus::fhir::Severity;
using salus::fhir::Submission;

constexpr std::chrono::seconds kIssueTime{300};

json::object parameter(std::string_view name, std::string_view type, codec::Json value) {
    return {{"name", name}, {std::string(type), std::move(value)}};
}

// The certificate as a FHIR resource.
json::object certificate_parameters(const salus::passport::IssuedCertificate& issued) {
    return {{"resourceType", "Parameters"},
            {"parameter",
             json::array{parameter("certificate", "valueString", json::string(issued.hcert)),
                         parameter("commitment", "valueString",
                                   json::string(to_hex0x(issued.commitment.bytes))),
                         parameter("transactionHash", "valueString",
                                   json::string(to_hex0x(issued.transaction_hash.bytes))),
                         parameter("blockNumber", "valueString",
                                   json::string(std::to_string(issued.block_number))),
                         parameter("alreadyIssued", "valueBoolean", issued.already_issued)}}};
}

// None where the caller may go on; read_body's errors otherwise.
std::optional<Response> refuse(const Parts& parts, const Request& request) {
    if (!parts.authoriser.may_issue(request)) return fhir_problem(Error(kNotAuthorised));
    if (parts.issuer == nullptr || parts.patients == nullptr) return fhir_problem(Error(kNotHere));
    return std::nullopt;
}

std::optional<Response> expect_type(const codec::Json& body, std::string_view type) {
    if (body.is_object()) {
        const auto given = codec::json_string(body.get_object(), "resourceType");
        if (given.ok() && *given == type) return std::nullopt;
    }
    return fhir_problem(Error(kBadRequest, "here goes a resource of type " + std::string(type)));
}

Response create_immunization(const Parts& parts, const Request& request) {
    if (auto refused = refuse(parts, request)) return std::move(*refused);
    const auto body = read_body(request);
    if (!body.ok()) return fhir_problem(body.error());
    if (auto refused = expect_type(*body, "Immunization")) return std::move(*refused);
    const Submission submission = read(parts, *body);
    if (!submission.conforms) return fhir_problem(submission.issues);
    const auto settled = settle(parts, submission);
    if (!settled[0].certificate) return fhir_problem(submission.issues);
    if (!settled[0].certificate->ok()) return fhir_problem(settled[0].certificate->error());
    const auto& issued = settled[0].certificate->value();
    return fhir_response(certificate_parameters(issued), issued.already_issued ? 200 : 201);
}

// POST gives a random id, PUT takes the one of the URL.
Response store_patient(const Parts& parts, const Request& request, const std::string& id) {
    if (auto refused = refuse(parts, request)) return std::move(*refused);
    auto body = read_body(request);
    if (!body.ok()) return fhir_problem(body.error());
    if (auto refused = expect_type(*body, "Patient")) return std::move(*refused);
    if (!salus::fhir::is_id(id)) return fhir_problem(Error(kBadRequest, "a FHIR id in the URL"));
    body->get_object()["id"] = id;
    const Submission submission = read(parts, *body);
    if (!submission.conforms) return fhir_problem(submission.issues);
    const auto fresh = parts.patients->put(id, *body);
    if (!fresh.ok()) return fhir_problem(fresh.error());
    Response out = fhir_response(body->get_object(), *fresh ? 201 : 200);
    out.headers.set("Location", "/fhir/R4/Patient/" + id);
    return out;
}

// ---- Bundles

json::object entry_response(std::string_view status, json::object outcome) {
    return {{"response", json::object{{"status", status}, {"outcome", std::move(outcome)}}}};
}

json::object informed(std::string_view code, std::string_view text) {
    return operation_outcome(
        {{Severity::information, "informational", "$this", code, std::string(text)}});
}

json::object settled_entry(const Settled& settled) {
    if (!settled.certificate) {
        const auto& issues = settled.candidate->issues;
        const bool fault = salus::fhir::has_errors(issues);
        return entry_response(fault ? "422 Unprocessable Entity" : "200 OK",
                              operation_outcome(issues));
    }
    if (settled.certificate->ok()) {
        const auto& issued = settled.certificate->value();
        json::object out = entry_response(issued.already_issued ? "200 OK" : "201 Created",
                                          informed("certificate.issued", "certified"));
        out["resource"] = certificate_parameters(issued);
        return out;
    }
    const Error& error = settled.certificate->error();
    const int status = status_of(error.kind());
    return entry_response(
        std::to_string(status) + " " + std::string(http::reason_phrase(status)),
        operation_outcome({{Severity::error, "processing", settled.candidate->path, error.name(),
                            error.detail()}}));
}

json::object bundle_response(const Submission& submission, const codec::Json& bundle,
                             const std::vector<Settled>& settled) {
    std::map<std::size_t, const Settled*> by_entry;
    for (const Settled& one : settled) by_entry[one.candidate->entry] = &one;
    json::array entries;
    const codec::Json* sent = codec::json_find(bundle.get_object(), "entry");
    const std::size_t count = sent != nullptr && sent->is_array() ? sent->get_array().size() : 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto found = by_entry.find(i);
        entries.push_back(
            found != by_entry.end()
                ? settled_entry(*found->second)
                : entry_response("200 OK", informed("entry.read", "read, and not stored")));
    }
    const bool batch = submission.bundle_type == "batch";
    json::object out{{"resourceType", "Bundle"},
                     {"type", batch ? "batch-response" : "transaction-response"}};
    if (!entries.empty()) out["entry"] = std::move(entries);
    return out;
}

Response transact(const Parts& parts, const Request& request) {
    if (auto refused = refuse(parts, request)) return std::move(*refused);
    const auto body = read_body(request);
    if (!body.ok()) return fhir_problem(body.error());
    if (auto refused = expect_type(*body, "Bundle")) return std::move(*refused);
    const Submission submission = read(parts, *body);
    const bool one_by_one = submission.bundle_type == "batch" && !submission.candidates.empty();
    if (!submission.conforms && !one_by_one) return fhir_problem(submission.issues);
    return fhir_response(bundle_response(submission, *body, settle(parts, submission)), 200);
}

Response fault_outcome(const http::Fault& fault) {
    Response out = fhir_problem(
        {{Severity::error, "processing", "$this", fault.code, std::string(fault.message)}},
        fault.status);
    return out;
}

} // namespace

void serve(http::Router& router, const Parts& given, Random& random) {
    const auto parts = std::make_shared<const Parts>(given);
    const auto with = [parts](auto handler) {
        return [parts, handler](const Request& request) { return handler(*parts, request); };
    };
    http::RouteOptions options;
    options.fault_body = fault_outcome;
    options.body_limit = kMaxSubmission;
    options.timeout = kIssueTime;
    for (const char* path : {"/fhir/R4", "/fhir/R4/"}) {
        options.metric_class = "/fhir/R4";
        router.add("POST", path, with(transact), options);
    }
    options.metric_class.clear();
    router.add("POST", "/fhir/R4/Immunization", with(create_immunization), options);
    router.add("POST", "/fhir/R4/Patient", with([&random](const Parts& p, const Request& request) {
                   return store_patient(p, request, to_hex(random.bytes<16>().bytes));
               }),
               options);
    router.add("PUT", "/fhir/R4/Patient/{id}", with([](const Parts& p, const Request& request) {
                   return store_patient(p, request, request.path_parameters.at("id"));
               }),
               options);
    router.add("GET", "/fhir/R4/metadata", with([](const Parts& p, const Request&) {
                   return fhir_response(capability_statement(p.version), 200);
               }),
               options);
}

} // namespace salus::api::fhir
