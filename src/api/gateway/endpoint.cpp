#include "api/gateway/endpoint.hpp"

#include "api/gateway/statuses.hpp"
#include "api/problem.hpp"
#include "gateway/exact_json.hpp"

namespace salus::api::gateway {

namespace {

namespace json = codec::json;
using http::Request;
using http::Response;
using salus::gateway::Call;
using salus::gateway::Reply;
using salus::sign_in::Interaction;

constexpr std::string_view kPatientHeader = "X-Salus-Patient";
constexpr std::string_view kPatientParameter = "patient-chain";
constexpr std::string_view kPurposeHeader = "X-Salus-Purpose";
constexpr std::chrono::seconds kTime{300};

std::string_view issue_code(int status) {
    switch (status) {
    case 401: return "login";
    case 403: return "forbidden";
    case 404:
    case 410: return "not-found";
    case 409:
    case 412: return "conflict";
    case 413: return "too-long";
    case 503: return "transient";
    default: return status >= 500 ? "exception" : "invalid";
    }
}

Response told(const json::object& resource, int status) {
    Response out = Response::json(salus::gateway::print_exact(resource), status);
    out.content_type = "application/fhir+json";
    return out;
}

Response refused(const Error& error) {
    const int status = status_of(error);
    const json::object issue{
        {"severity", "error"},
        {"code", issue_code(status)},
        {"details", json::object{{"coding", json::array{json::object{{"code", error.name()}}}},
                                 {"text", error.detail().empty() ? std::string(error.kind().rule)
                                                                 : error.detail()}}}};
    Response out =
        told({{"resourceType", "OperationOutcome"}, {"issue", json::array{issue}}}, status);
    if (status == 401) out.headers.set("WWW-Authenticate", "Bearer");
    if (status == 503) out.headers.set("Retry-After", "1");
    return out;
}

std::string http_date(std::uint64_t ms) {
    const auto time = static_cast<std::time_t>(ms / 1000);
    std::tm utc{};
    gmtime_r(&time, &utc);
    std::array<char, 40> out{};
    const std::size_t size =
        std::strftime(out.data(), out.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    return {out.data(), size};
}

Response answered(const Parts&, const Result<Reply>& reply, bool minimal) {
    if (!reply.ok()) return refused(reply.error());
    Response out = told(reply->resource, reply->status);
    if (minimal && reply->status < 300) out.body.clear();
    if (!reply->location.empty()) out.headers.set("Location", "/fhir/R4/" + reply->location);
    if (!reply->etag.empty()) out.headers.set("ETag", reply->etag);
    if (reply->modified) out.headers.set("Last-Modified", http_date(*reply->modified));
    return out;
}

// Who may call: the node's operator, or a session of the hospital's own account within its scopes.
Result<Call> call_of(const Parts& parts, const Request& request, std::string_view type,
                     Interaction interaction) {
    SALUS_TRY_ASSIGN(const Caller caller, parts.callers.identify(request));
    if (caller.anybody()) return Error(kNotAuthorised);
    if (!caller.operator_token && caller.account != parts.hospital) {
        return Error(kForbidden, "this is the gateway of another hospital");
    }
    const bool scoped = !caller.client.empty();
    if (scoped && !caller.scopes.allow(type, interaction)) {
        return Error(kForbidden, "the session's scopes do not allow this");
    }
    Call out;
    out.asker.client = caller.client;
    out.asker.clinician = caller.clinician;
    const std::string_view purpose = request.headers.get(kPurposeHeader);
    if (!purpose.empty()) out.asker.purpose = purpose;
    out.patient = request.headers.get(kPatientHeader);
    if (out.patient.empty()) {
        out.patient = request.query_parameter(kPatientParameter).value_or("");
    }
    out.strict = request.headers.get("Prefer").find("handling=strict") != std::string_view::npos;
    out.if_match = request.headers.get("If-Match");
    out.form = request.query;
    return out;
}

Result<json::object> body_of(const Request& request) {
    const std::string_view type = request.content_type();
    if (type != "application/json" && type != "application/fhir+json") return Error(kMediaType);
    auto body = salus::gateway::parse_exact(request.body, {kMaxSubmission, 64});
    if (!body.ok()) return Error(kBadRequest, std::string(body.error().name()));
    if (!body->is_object()) return Error(kBadRequest, "a resource");
    return std::move(body->get_object());
}

bool wants_nothing_back(const Request& request) {
    return request.headers.get("Prefer").find("return=minimal") != std::string_view::npos;
}

std::string part(const Request& request, std::string_view name) {
    const auto found = request.path_parameters.find(name);
    return found == request.path_parameters.end() ? std::string() : found->second;
}

using Act = std::function<Result<Reply>(const Parts&, const Request&, const Call&)>;

http::Handler handler(const Parts& parts, Interaction interaction, Act act) {
    return [parts, interaction, act = std::move(act)](const Request& request) {
        const std::string type = part(request, "type");
        const auto call = call_of(parts, request, type.empty() ? "*" : type, interaction);
        if (!call.ok()) return refused(call.error());
        return answered(parts, act(parts, request, *call), wants_nothing_back(request));
    };
}

Result<Reply> create(const Parts& parts, const Request& request, const Call& call) {
    SALUS_TRY_ASSIGN(json::object body, body_of(request));
    if (request.headers.find("If-None-Exist") != nullptr) {
        return Error(salus::gateway::kConditional, "If-None-Exist");
    }
    return parts.gateway.create(part(request, "type"), std::move(body), call);
}

Result<Reply> update(const Parts& parts, const Request& request, const Call& call) {
    SALUS_TRY_ASSIGN(json::object body, body_of(request));
    return parts.gateway.update(part(request, "type"), part(request, "id"), std::move(body), call);
}

Result<Reply> transact(const Parts& parts, const Request& request, const Call& call) {
    SALUS_TRY_ASSIGN(const json::object body, body_of(request));
    return parts.gateway.transact(body, call);
}

Result<Reply> enrol(const Parts& parts, const Request& request, const Call&) {
    SALUS_TRY_ASSIGN(const json::object body, body_of(request));
    return parts.gateway.enrol(body);
}

Result<Reply> posted_search(const Parts& parts, const Request& request, const Call& given) {
    if (request.content_type() != "application/x-www-form-urlencoded") return Error(kMediaType);
    Call call = given;
    if (!call.form.empty() && !request.body.empty()) call.form += '&';
    call.form += request.body;
    return parts.gateway.search(part(request, "type"), call);
}

} // namespace

fhir::Before before(const Parts& parts) {
    return [parts](const Request& request) -> std::optional<Response> {
        const auto caller = parts.callers.identify(request);
        if (!caller.ok() || caller->anybody()) return std::nullopt; // refused there
        const bool named = request.headers.find(kPatientHeader) != nullptr ||
                           request.query_parameter(kPatientParameter).has_value();
        if (!named) {
            const auto body = body_of(request);
            if (!body.ok() || !parts.gateway.concerns(*body)) return std::nullopt;
        }
        Request with_type = request;
        std::string_view rest = std::string_view(request.path).substr(8); // "/fhir/R4"
        if (rest.starts_with('/')) rest.remove_prefix(1);
        with_type.path_parameters["type"] = rest.substr(0, rest.find('/'));
        if (rest.empty()) return handler(parts, Interaction::create, transact)(with_type);
        return request.method == "PUT" ? handler(parts, Interaction::update, update)(with_type)
                                       : handler(parts, Interaction::create, create)(with_type);
    };
}

void serve(http::Router& router, const Parts& parts) {
    http::RouteOptions options;
    options.body_limit = kMaxSubmission;
    options.timeout = kTime;
    options.fault_body = [](const http::Fault& fault) {
        return fhir_problem({{salus::fhir::Severity::error, "processing", "$this", fault.code,
                              std::string(fault.message)}},
                            fault.status);
    };
    const auto add = [&](const char* method, const std::string& path, Interaction interaction,
                         Act act) {
        router.add(method, "/fhir/R4" + path, handler(parts, interaction, std::move(act)), options);
    };
    add("POST", "/$salus-enrol", Interaction::create, enrol);
    add("POST", "/{type}", Interaction::create, create);
    add("PUT", "/{type}/{id}", Interaction::update, update);
    add("POST", "/{type}/_search", Interaction::search, posted_search);
    add("GET", "/{type}", Interaction::search, [](const Parts& p, const Request& r, const Call& c) {
        return p.gateway.search(part(r, "type"), c);
    });
    add("GET", "", Interaction::search, [](const Parts& p, const Request& r, const Call& c) {
        return p.gateway.page(r.query_parameter("_getpages").value_or(""), c);
    });
    add("GET", "/{type}/{id}", Interaction::read,
        [](const Parts& p, const Request& r, const Call& c) {
            return p.gateway.read(part(r, "type"), part(r, "id"), c);
        });
    add("GET", "/{type}/{id}/_history", Interaction::read,
        [](const Parts& p, const Request& r, const Call& c) {
            return p.gateway.history(part(r, "type"), part(r, "id"), c);
        });
    add("GET", "/{type}/{id}/_history/{vid}", Interaction::read,
        [](const Parts& p, const Request& r, const Call& c) {
            return p.gateway.vread(part(r, "type"), part(r, "id"), part(r, "vid"), c);
        });
    add("GET", "/Patient/{id}/$everything", Interaction::read,
        [](const Parts& p, const Request& r, const Call& c) {
            return p.gateway.everything(part(r, "id"), c);
        });
}

} // namespace salus::api::gateway
