#pragma once
// Which vaccines are against COVID-19, and what the EU value sets call them.

#include "fhir/vaccination.hpp"

namespace salus::fhir {

inline constexpr std::string_view kCvxSystem = "http://hl7.org/fhir/sid/cvx";
inline constexpr std::string_view kAtcSystem = "http://www.whocc.no/atc";
inline constexpr std::string_view kSnomedSystem = "http://snomed.info/sct";
inline constexpr std::string_view kEuProductSystem =
    "https://ec.europa.eu/health/documents/community-register/html/";
inline constexpr std::string_view kEuTemporarySystem =
    "http://ec.europa.eu/temp/vaccineproductname";
inline constexpr std::string_view kCovidDisease = "840539006"; // SNOMED CT

struct CovidProduct {
    std::string_view code;        // mp: EU/1/20/1528
    std::string_view holder;      // ma: ORG-100030215
    std::string_view prophylaxis; // vp: 1119349007
};

struct CovidVaccine {
    bool is_covid = false;
    const CovidProduct* product = nullptr; // where the codes name one
    std::string_view prophylaxis;          // its kind, where they name that
};

CovidVaccine classify_covid(const Vaccination& vaccination);

// Names for people; empty for a code that is in no value set.
std::string_view covid_product_name(std::string_view code);
std::string_view covid_holder_name(std::string_view code);
std::string_view covid_prophylaxis_name(std::string_view code);

} // namespace salus::fhir
