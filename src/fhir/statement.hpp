#pragma once
// What a certificate can state: a vaccination, the result of a test for an infection, or recovery
// from one (https://hl7.org/fhir/R4/observation.html, condition.html).

#include <variant>

#include "fhir/vaccination.hpp"

namespace salus::fhir {

// Identities of these begin with "test|" and "recovery|": one Observation may first be certified as
// a positive test and later as recovery.
struct TestResult : Subject {
    std::string disease;      // SNOMED CT
    std::vector<Coding> test; // as the record codes it
    std::string method;       // kNucleicAcidTest or kRapidAntigenTest
    bool detected = false;
    std::string sampled; // when: FHIR dateTime or instant with its offset from UTC
    // The test kit: its name, and its number in the JRC's COVID-19 In Vitro Diagnostic database.
    std::string device_name, device_id;
    std::string centre;  // who took or analysed the sample
    std::string country; // of the centre, ISO 3166-1 alpha-2, where recorded
};

// Valid from the 11th to the 180th day after the first positive test (Regulation (EU) 2021/953,
// annex and article 7).
inline constexpr int kRecoveryFromDay = 11;
inline constexpr int kRecoveryUntilDay = 180;

struct Recovery : Subject {
    std::string disease;        // SNOMED CT
    std::string first_positive; // YYYY-MM-DD: the first positive test's sample
    std::string country;        // of the test, where recorded
};

using Statement = std::variant<Vaccination, TestResult, Recovery>;

inline const Subject& subject_of(const Statement& statement) {
    return std::visit([](const auto& one) -> const Subject& { return one; }, statement);
}

codec::json::object facts_json(const TestResult& test);
codec::json::object facts_json(const Recovery& recovery);
codec::json::object facts_json(const Statement& statement);

} // namespace salus::fhir
