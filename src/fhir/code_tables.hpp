#pragma once
// Code systems as far as Salus reads them, made at build time from src/fhir/codes/*.csv, where each
// row names its source. Rows stand in the order of system and code (by bytes). Diseases are SNOMED
// CT codes, several of them in one field with blanks between.

#include <span>
#include <string_view>

namespace salus::fhir {

inline constexpr std::string_view kLoincSystem = "http://loinc.org";
inline constexpr std::string_view kCvxSystem = "http://hl7.org/fhir/sid/cvx";
inline constexpr std::string_view kAtcSystem = "http://www.whocc.no/atc";
inline constexpr std::string_view kSnomedSystem = "http://snomed.info/sct";
inline constexpr std::string_view kIcd11System = "http://id.who.int/icd/release/11/mms";
// Products that the WHO has prequalified, of those that its ICVP may name.
inline constexpr std::string_view kPrequalifiedSystem =
    "http://smart.who.int/pcmt-vaxprequal/CodeSystem/PreQualProductIds";
inline constexpr std::string_view kEuProductSystem =
    "https://ec.europa.eu/health/documents/community-register/html/";
inline constexpr std::string_view kEuTemporarySystem =
    "http://ec.europa.eu/temp/vaccineproductname";
inline constexpr std::string_view kCovidDisease = "840539006";
inline constexpr std::string_view kYellowFever = "16541001";
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

struct DiseaseRow {
    std::string_view code, name;
    std::string_view icd11; // of ICD-11 MMS; empty where none stands for the whole of it
};
struct VaccineRow { // a vaccine, or a kind of vaccines
    std::string_view system, code, name;
    std::string_view diseases;
    std::string_view product;     // ProductRow::code, where the code names one
    std::string_view prophylaxis; // the EU value set's kind of a COVID-19 vaccine, where named
};
struct ProductRow { // of kEuProductSystem or kEuTemporarySystem
    std::string_view code, name;
    std::string_view holder;      // HolderRow::code; empty: not for new EU certificates
    std::string_view prophylaxis; // as above; empty where it is not against COVID-19
    std::string_view diseases;
};
struct HolderRow { // of a marketing authorisation
    std::string_view code, name;
};

std::span<const TestRow> tests_table();
std::span<const AnswerRow> answers_table();
std::span<const DiseaseRow> diseases_table();
std::span<const VaccineRow> vaccines_table();
std::span<const ProductRow> products_table();
std::span<const HolderRow> holders_table();

// nullptr where the table has no such code.
const TestRow* find_test(std::string_view system, std::string_view code);
const AnswerRow* find_answer(std::string_view system, std::string_view code);
const VaccineRow* find_vaccine(std::string_view system, std::string_view code);
const DiseaseRow* find_disease(std::string_view code);
const ProductRow* find_product(std::string_view code);
const HolderRow* find_holder(std::string_view code);

// Whether `diseases`, a field of the tables, holds the code.
bool holds_disease(std::string_view diseases, std::string_view code);

} // namespace salus::fhir
