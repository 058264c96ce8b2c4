#pragma once
// Code systems as far as Salus reads them, made at build time from src/fhir/codes/*.csv, where each
// row names its source. Rows stand in the order of system and code.

#include <span>
#include <string_view>

namespace salus::fhir {

inline constexpr std::string_view kLoincSystem = "http://loinc.org";
inline constexpr std::string_view kDetected = "detected"; // AnswerRow::meaning
inline constexpr std::string_view kNucleicAcidTest = "LP6464-4";
inline constexpr std::string_view kRapidAntigenTest = "LP217198-3";

struct TestRow { // a laboratory test that shows an infection
    std::string_view system, code, name;
    std::string_view disease; // SNOMED CT
    std::string_view method;  // LOINC part: kNucleicAcidTest or kRapidAntigenTest
};
struct AnswerRow { // what such a test may say
    std::string_view system, code, name;
    std::string_view meaning; // "detected" or "not detected"
};

std::span<const TestRow> tests_table();
std::span<const AnswerRow> answers_table();

// nullptr where the table has no such code.
const TestRow* find_test(std::string_view system, std::string_view code);
const AnswerRow* find_answer(std::string_view system, std::string_view code);

} // namespace salus::fhir
