#pragma once
// The FHIR R4 interface of a hospital's node, under /fhir/R4. Errors: OperationOutcome.
//
//   GET  /metadata       CapabilityStatement                                   anybody
//   POST /               Bundle: transaction and collection as a whole or not  hospital
//                        at all where a fault of FHIR stands; batch one by one.
//                        What fails after that is an error that names the
//                        outcome of each entry; sending it again is idempotent
//   POST /Immunization, /Observation, /DiagnosticReport, /Condition            hospital
//                        one vaccination, test or recovery → Parameters with
//                        its certificate
//   POST /Patient, PUT /Patient/{id}   remembered, sealed, for Immunizations   hospital
//
// Nothing is read back here: certificates go to who brought the facts.

#include "api/hospital.hpp"
#include "http/router.hpp"

namespace salus::api::fhir {

// Asked before each POST and PUT: the answer of who takes the request, or none.
using Before = std::function<std::optional<http::Response>(const http::Request&)>;
struct Others {
    Before before{};
    std::function<void(codec::json::object&)> add_capability{}; // to what /metadata tells
};
// `random` makes the ids of new Patients; it outlives the server.
void serve(http::Router& router, const Parts& parts, Random& random, const Others& others = {});

} // namespace salus::api::fhir
