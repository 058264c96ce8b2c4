#pragma once
// Takes the facts of a vaccination out of resources that were found valid.

#include <optional>

#include "fhir/reading.hpp"

namespace salus::fhir {

// Nothing where a reason of substance stands against a certificate; each is put into `findings` as
// information under a rule certificate.*: not_done, entered_in_error, no_status, no_date,
// no_vaccine, no_identity, no_name, no_birth_date, too_large.
std::optional<Vaccination> extract(const codec::json::object& immunization,
                                   const codec::json::object& patient, std::string_view full_url,
                                   const std::string& path, const Resolve& resolve,
                                   Findings& findings);

} // namespace salus::fhir
