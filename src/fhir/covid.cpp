#include "fhir/covid.hpp"

#include <algorithm>

namespace salus::fhir {

namespace {

const ProductRow* product_of(const Coding& coding) {
    const bool eu = coding.system == kEuProductSystem || coding.system == kEuTemporarySystem;
    return eu ? find_product(coding.code) : nullptr;
}

// The diseases that one coding of a vaccine stands for; empty where no table knows it.
std::string_view diseases_in(const Coding& coding) {
    if (const ProductRow* product = product_of(coding)) return product->diseases;
    const VaccineRow* vaccine = find_vaccine(coding.system, coding.code);
    return vaccine == nullptr ? std::string_view() : vaccine->diseases;
}

bool names_disease(const Coding& coding, const DiseaseRow& disease) {
    if (coding.system == kSnomedSystem) return coding.code == disease.code;
    return coding.system == kIcd11System && !disease.icd11.empty() && coding.code == disease.icd11;
}

bool is_against(const Vaccination& vaccination, const DiseaseRow& disease) {
    for (const Coding& coding : vaccination.vaccine) {
        if (holds_disease(diseases_in(coding), disease.code)) return true;
    }
    for (const Protocol& protocol : vaccination.protocols) {
        for (const Coding& coding : protocol.target_diseases) {
            if (names_disease(coding, disease)) return true;
        }
    }
    return false;
}

void classify_coding(const Coding& coding, CovidVaccine& out) {
    const ProductRow* product = product_of(coding);
    if (const VaccineRow* vaccine = find_vaccine(coding.system, coding.code)) {
        if (product == nullptr) product = find_product(vaccine->product);
        if (!vaccine->prophylaxis.empty()) out.prophylaxis = vaccine->prophylaxis;
    }
    const bool usable = product != nullptr && !product->holder.empty();
    if (usable && out.product == nullptr) out.product = product;
}

} // namespace

std::vector<const DiseaseRow*> diseases_of(const Vaccination& vaccination) {
    std::vector<const DiseaseRow*> out;
    for (const DiseaseRow& disease : diseases_table()) {
        if (is_against(vaccination, disease)) out.push_back(&disease);
    }
    return out;
}

bool is_against(const Vaccination& vaccination, std::string_view disease) {
    const DiseaseRow* row = find_disease(disease);
    return row != nullptr && is_against(vaccination, *row);
}

CovidVaccine classify_covid(const Vaccination& vaccination) {
    CovidVaccine out;
    out.is_covid = is_against(vaccination, kCovidDisease);
    if (!out.is_covid) return out;
    for (const Coding& coding : vaccination.vaccine) classify_coding(coding, out);
    if (out.product != nullptr) out.prophylaxis = out.product->prophylaxis;
    return out;
}

std::string_view covid_product_name(std::string_view code) {
    const ProductRow* row = find_product(code);
    return row == nullptr ? std::string_view() : row->name;
}
std::string_view covid_holder_name(std::string_view code) {
    const HolderRow* row = find_holder(code);
    return row == nullptr ? std::string_view() : row->name;
}
std::string_view covid_prophylaxis_name(std::string_view code) {
    for (const std::string_view system : {kSnomedSystem, kAtcSystem}) {
        if (const VaccineRow* row = find_vaccine(system, code)) return row->name;
    }
    return {};
}

} // namespace salus::fhir
