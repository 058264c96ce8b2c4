#pragma once
// What a vaccination is against, from its codes and the code tables; for COVID-19 also what the EU
// value sets call the vaccine.

#include "fhir/code_tables.hpp"
#include "fhir/vaccination.hpp"

namespace salus::fhir {

// Against which diseases the record and its vaccine codes say it is, in the order of the table; a
// combined vaccine has several.
std::vector<const DiseaseRow*> diseases_of(const Vaccination& vaccination);
bool is_against(const Vaccination& vaccination, std::string_view disease);

struct CovidVaccine {
    bool is_covid = false;
    const ProductRow* product = nullptr; // where the codes name one that new certificates may name
    std::string_view prophylaxis;        // its kind, where they name that
};

CovidVaccine classify_covid(const Vaccination& vaccination);

// Names for people; empty for a code that is in no value set.
std::string_view covid_product_name(std::string_view code);
std::string_view covid_holder_name(std::string_view code);
std::string_view covid_prophylaxis_name(std::string_view code);

} // namespace salus::fhir
