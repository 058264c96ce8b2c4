#pragma once
// The one map from errors to HTTP: status, title, and a body of RFC 9457 or OperationOutcome.

#include "codec/json.hpp"
#include "fhir/issue.hpp"
#include "http/message.hpp"

namespace salus::api {

inline constexpr ErrorKind kNotAuthorised{"api.not_authorised",
                                          "RFC 6750: Authorization: Bearer <the node's token>"};
inline constexpr ErrorKind kBadRequest{"api.bad_request", "the documented form of the request"};
inline constexpr ErrorKind kMediaType{"api.media_type", "JSON: application/json or fhir+json"};
inline constexpr ErrorKind kNotConforming{"api.not_conforming", "FHIR R4 (4.0.1)"};
inline constexpr ErrorKind kNotHere{"api.not_here", "a node of a hospital, with its keys"};

int status_of(const ErrorKind& kind);
// RFC 9457: {type, title, status, code, detail, instance} and `more`.
http::Response problem(const http::Request& request, const Error& error,
                       const codec::json::object& more = {});

// https://hl7.org/fhir/R4/operationoutcome.html
codec::json::object operation_outcome(const salus::fhir::Issues& issues);
http::Response fhir_response(const codec::json::object& resource, int status);
http::Response fhir_problem(const Error& error);
http::Response fhir_problem(const salus::fhir::Issues& issues, int status = 422);

// {severity, code, expression, rule, message} of each, for bodies that are no FHIR.
codec::json::array issues_json(const salus::fhir::Issues& issues);

} // namespace salus::api
