#include "api/fhir/endpoint.hpp"

#include "api/fhir/bundle.hpp"
#include "api/fhir/capability.hpp"
#include "api/problem.hpp"
#include "fhir/primitive.hpp"

namespace salus::api::fhir {

namespace {

using http::Request;
using http::Response;
using salus::fhir::Severity;
using salus::fhir::Submission;

constexpr std::chrono::seconds kIssueTime{300};

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

Response create(const Parts& parts, const Request& request, std::string_view type) {
    if (auto refused = refuse(parts, request)) return std::move(*refused);
    const auto body = read_body(request);
    if (!body.ok()) return fhir_problem(body.error());
    if (auto refused = expect_type(*body, type)) return std::move(*refused);
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

Response transact(const Parts& parts, const Request& request) {
    if (auto refused = refuse(parts, request)) return std::move(*refused);
    const auto body = read_body(request);
    if (!body.ok()) return fhir_problem(body.error());
    if (auto refused = expect_type(*body, "Bundle")) return std::move(*refused);
    const Submission submission = read(parts, *body);
    const bool one_by_one = submission.bundle_type == "batch" && !submission.candidates.empty();
    if (!submission.conforms && !one_by_one) return fhir_problem(submission.issues);
    return take_in(parts, submission, *body);
}

Response fault_outcome(const http::Fault& fault) {
    Response out = fhir_problem(
        {{Severity::error, "processing", "$this", fault.code, std::string(fault.message)}},
        fault.status);
    return out;
}

} // namespace

void serve(http::Router& router, const Parts& given, Random& random, const Others& others) {
    const auto parts = std::make_shared<const Parts>(given);
    const auto with = [parts, before = others.before](auto handler) {
        return [parts, before, handler](const Request& request) {
            if (before) {
                if (auto answer = before(request)) return std::move(*answer);
            }
            return handler(*parts, request);
        };
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
    for (const std::string type :
         {"Immunization", "Observation", "DiagnosticReport", "Condition"}) {
        router.add("POST", "/fhir/R4/" + type,
                   with([type](const Parts& p, const Request& r) { return create(p, r, type); }),
                   options);
    }
    router.add("POST", "/fhir/R4/Patient", with([&random](const Parts& p, const Request& request) {
                   return store_patient(p, request, to_hex(random.bytes<16>().bytes));
               }),
               options);
    router.add("PUT", "/fhir/R4/Patient/{id}", with([](const Parts& p, const Request& request) {
                   return store_patient(p, request, request.path_parameters.at("id"));
               }),
               options);
    router.add(
        "GET", "/fhir/R4/metadata",
        [parts, add = others.add_capability](const Request&) {
            codec::json::object statement = capability_statement(parts->version);
            if (add) add(statement);
            return fhir_response(statement, 200);
        },
        options);
}

} // namespace salus::api::fhir
