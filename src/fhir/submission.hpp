#pragma once
// What a hospital sends: an Immunization, a test result (Observation, DiagnosticReport), a
// Condition that is over, a Patient, or a Bundle of these, checked whole.

#include <functional>

#include "base/result.hpp"
#include "fhir/issue.hpp"
#include "fhir/statement.hpp"

namespace salus::fhir {

struct Context {
    std::int64_t now = 0; // Unix seconds; nothing may have happened after it
    // The hospital's own Patient of this id, for a reference "Patient/<id>" that the submission
    // does not answer itself. Asked once for each id. May be empty: none is known.
    std::function<Result<std::optional<codec::Json>>(const std::string& id)> patient;
};

// What may be certified, in the order of the submission: each Immunization; each Observation of a
// known test for an infection, or DiagnosticReport with its conclusion; each Condition of such an
// infection. Of a Bundle's other Observations, reports and Conditions nothing is said.
struct Candidate {
    std::string path; // Immunization, or Bundle.entry[7].resource
    std::size_t entry = 0;
    std::string resource_id;
    // The facts, where nothing stands against a certificate. Otherwise `issues` says what does:
    // errors (its own, its patient's, its bundle's), or a reason of substance: a rule of the name
    // certificate.* with severity information, as for a vaccination that was not done.
    std::optional<Statement> statement;
    Issues issues;

    const Vaccination* vaccination() const { // nullptr where it is none
        return statement ? std::get_if<Vaccination>(&*statement) : nullptr;
    }
};

// Why there is no certificate: the first error, else the first reason of substance. The candidate
// has no statement.
const Issue& refusal_of(const Candidate& candidate);

// One Patient of a Bundle.
struct PatientEntry {
    std::size_t entry = 0;
    std::string id;                        // empty: none
    const codec::Json* resource = nullptr; // in what was read
    bool ambiguous = false;                // another Patient of the Bundle has this id
    bool replaces = false;                 // its request is PUT
    Issues issues;                         // its own faults
};

struct Submission {
    std::string resource_type;
    std::string bundle_type; // empty for a single resource
    std::vector<Candidate> candidates;
    std::vector<PatientEntry> patients; // of a Bundle
    Issues issues;                      // every fault of the whole submission
    // No errors: what has no certificate lacks it for a reason of substance (status not-done, no
    // date), and the submission as such is accepted.
    bool conforms = false;
};

inline constexpr std::size_t kMaxEntries = 10'000;
inline constexpr std::size_t kMaxFactText = 256; // bytes of any one text that a certificate holds

// Checks and extracts. Never fails: faults are issues.
Submission read_submission(const codec::Json& resource, const Context& context);

} // namespace salus::fhir
