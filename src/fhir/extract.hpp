#pragma once
// Takes the facts of a vaccination out of resources that were found valid.

#include <functional>

#include "fhir/issue.hpp"
#include "fhir/vaccination.hpp"

namespace salus::fhir {

// What a Reference.reference points at; nullptr where it is not at hand.
using Resolve = std::function<const codec::json::object*(std::string_view reference)>;

// The name that a certificate shows; both parts empty where none is recorded.
PersonName select_name(const codec::json::object& patient);

// Nothing where a reason of substance stands against a certificate; each is put into `findings` as
// information under a rule certificate.*: not_done, entered_in_error, no_status, no_date,
// no_vaccine, no_identity, no_name, no_birth_date, too_large.
std::optional<Vaccination> extract(const codec::json::object& immunization,
                                   const codec::json::object& patient, std::string_view full_url,
                                   const std::string& path, const Resolve& resolve,
                                   Findings& findings);

} // namespace salus::fhir
