#pragma once
// The FHIR R4 interface of a hospital's gateway to patients' records, under /fhir/R4
// (docs/records-api.md, "FHIR gateway"). For the hospital's own systems: a session of the
// hospital's account, within its scopes, or the node's token. Errors: OperationOutcome.
//
//   POST /$salus-enrol                        a patient's chain, nodes and grant letter →
//   Parameters POST /{type}, PUT /{type}/{id}            one resource POST / Bundle: transaction,
//   collection, batch GET  /{type}/{id}, …/_history, …/_history/{vid} GET  /{type}?…, POST
//   /{type}/_search      search; GET /?_getpages=… its next pages GET  /Patient/{id}/$everything
//
// What api/fhir takes as well (certificates of vaccinations) is asked for here first: a resource of
// an enrolled patient, or one that comes with X-Salus-Patient, goes into the record.

#include "api/caller.hpp"
#include "api/fhir/endpoint.hpp"
#include "gateway/gateway.hpp"
#include "http/router.hpp"

namespace salus::api::gateway {

// All outlive the server.
struct Parts {
    salus::gateway::Gateway& gateway;
    const Callers& callers;
    Address hospital; // whose gateway it is
};
void serve(http::Router& router, const Parts& parts);

// For api::fhir::serve: answers what is the gateway's.
fhir::Before before(const Parts& parts);
// Adds what the gateway can do to the CapabilityStatement of api/fhir.
void add_capability(codec::json::object& statement);

} // namespace salus::api::gateway
