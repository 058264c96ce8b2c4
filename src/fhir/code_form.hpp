#pragma once
// The form of codes: what can be told of one without its table.

#include <string_view>

namespace salus::fhir {

// SNOMED CT: 6 to 18 digits, the last by Verhoeff's scheme (release file specification, 2.4).
bool is_snomed_code(std::string_view code);
// As its system writes them: SNOMED CT; CVX, 2 or 3 digits; ATC of a vaccine, J07 and two letters
// or those and two digits; ICD-11 of a vaccine, XM and four; of the WHO's list, letters and digits.
// False of another system.
bool is_vaccine_code(std::string_view system, std::string_view code);
// A stem code of ICD-11 MMS: four to seven characters, with a point behind the fourth.
bool is_icd11_code(std::string_view code);

} // namespace salus::fhir
