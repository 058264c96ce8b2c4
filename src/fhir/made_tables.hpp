#pragma once
// The code tables as they were made at build time (tools/code_tables.py); for code_lookup.cpp.

#include "fhir/code_tables.hpp"

namespace salus::fhir {

std::span<const TestRow> made_tests_table();
std::span<const AnswerRow> made_answers_table();
std::span<const DiseaseRow> made_diseases_table();
std::span<const VaccineRow> made_vaccines_table();
std::span<const ProductRow> made_products_table();
std::span<const HolderRow> made_holders_table();

} // namespace salus::fhir
