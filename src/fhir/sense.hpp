#pragma once
// Rules of sense over what is well formed: when things can have happened.

#include "codec/json.hpp"
#include "fhir/issue.hpp"

namespace salus::fhir {

// Birth not in the future, death not before birth nor in the future.
// Rules: date.future, date.death-before-birth.
void check_patient_dates(const codec::json::object& patient, const std::string& path,
                         std::int64_t now, Findings& findings);

// The vaccination neither in the future nor before birth nor after death; the vaccine not past its
// expiration date (a warning: it is a fact that the record may state). `patient` may be nullptr.
// Rules: date.future, date.before-birth, date.after-death, vaccine.expired.
void check_immunization_dates(const codec::json::object& immunization,
                              const codec::json::object* patient, const std::string& path,
                              std::int64_t now, Findings& findings);

// The same for an Observation or a DiagnosticReport (effective, issued) and for a Condition (onset,
// recorded, abatement not before onset). Rules: date.future, date.before-birth, date.after-death,
// date.abated-before-onset.
void check_result_dates(const codec::json::object& result, const codec::json::object* patient,
                        const std::string& path, std::int64_t now, Findings& findings);
void check_condition_dates(const codec::json::object& condition, const codec::json::object* patient,
                           const std::string& path, std::int64_t now, Findings& findings);

} // namespace salus::fhir
