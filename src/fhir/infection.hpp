#pragma once
// Takes test results and recoveries out of resources that were found valid: Observation,
// DiagnosticReport, Condition.

#include <optional>

#include "fhir/code_tables.hpp"
#include "fhir/reading.hpp"
#include "fhir/statement.hpp"

namespace salus::fhir {

inline constexpr std::string_view kJrcDeviceSystem =
    "https://covid-19-diagnostics.jrc.ec.europa.eu/devices";

// The test of tests_table() that the resource's `code` names; nullptr where it is none of them.
const TestRow* known_test(const codec::json::object& resource);
// The disease (SNOMED CT) of tests_table() that a Condition's `code` names; empty: none of them.
std::string_view known_infection(const codec::json::object& condition);
// The Observation with a known test among a DiagnosticReport's results; nullptr where none is at
// hand.
const codec::json::object* tested_in(const codec::json::object& report, const Resolve& resolve);

struct Record {
    const codec::json::object& resource;
    const codec::json::object& patient;
    std::string_view full_url;
    const std::string& path;
    const Resolve& resolve;
    std::int64_t now; // Unix seconds
};

// Of an Observation, or a DiagnosticReport with its conclusion or the Observation of its result. A
// positive test states an infection on its first ten days, and recovery from the eleventh to the
// 180th. Nothing where a reason of substance stands against a certificate; each is put into
// `findings` as information: certificate.entered_in_error, not_final, not_a_test, no_result,
// no_sample_time, no_device, no_centre, recovery_over, no_identity, no_name, no_birth_date,
// too_large.
std::optional<Statement> extract_test(const Record& record, Findings& findings);

// Of a Condition, whose onset stands for the first positive test: certificate.entered_in_error,
// not_confirmed, not_an_infection, no_date, recovery_too_early, recovery_over, and as above.
std::optional<Statement> extract_recovery(const Record& record, Findings& findings);

} // namespace salus::fhir
