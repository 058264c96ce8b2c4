#pragma once
// Structural validation of one resource against the tables of schema.hpp and the invariants of its
// type: unknown and missing elements, cardinality, primitive formats, choices, required bindings.

#include "codec/json.hpp"
#include "fhir/issue.hpp"

namespace salus::fhir {

// `path` is the FHIRPath of the resource: "Patient", or "Bundle.entry[0].resource".
// Types other than Patient, Immunization, Observation, DiagnosticReport, Condition and Bundle are
// checked for their resourceType and id alone; the resources inside a Bundle are left to the
// caller.
void validate_resource(const codec::Json& resource, const std::string& path, Findings& findings);

} // namespace salus::fhir
