#pragma once
// The answer to a Bundle (https://hl7.org/fhir/R4/http.html#transaction).

#include "api/hospital.hpp"

namespace salus::api::fhir {

salus::codec::json::object certificate_parameters(const salus::passport::IssuedCertificate& issued);

// Remembers the Patients of a transaction or batch, issues, and answers entry by entry. Where one
// entry of a transaction or collection does not come to its end, the answer is an error of the
// worst status (409, 422, 500, 503) that tells the outcome of every entry: certificates on chain
// cannot be taken back, and the same Bundle sent again finds them.
http::Response take_in(const Parts& parts, const salus::fhir::Submission& submission,
                       const codec::Json& bundle);

} // namespace salus::api::fhir
