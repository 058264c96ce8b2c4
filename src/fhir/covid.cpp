#include "fhir/covid.hpp"

#include <algorithm>
#include <iterator>
#include <span>

// Compiled from published lists: the value sets of the EU Digital COVID Certificate (eHealth
// Network, 2023), the CDC's CVX codes, the WHO's ATC classification and SNOMED CT.

namespace salus::fhir {

namespace {

struct Named {
    std::string_view code, name;
};

// clang-format off
constexpr Named kProphylaxis[] = {
    {"1119305005", "SARS-CoV-2 antigen vaccine"},
    {"1119349007", "SARS-CoV-2 mRNA vaccine"},
    {"J07BX03", "covid-19 vaccines (deprecated)"},
    {"1162643001", "SARS-CoV-2 recombinant spike protein antigen vaccine"},
    {"1157024006", "Inactivated whole SARS-CoV-2 antigen vaccine"},
    {"29061000087103", "COVID-19 non-replicating viral vector vaccine"},
    {"28531000087107", "COVID-19 vaccine"},
    {"30141000087107", "SARS-CoV-2 virus-like particle antigen vaccine"},
    {"1187593009", "SARS-CoV-2 DNA plasmid encoding spike protein vaccine"},
};

constexpr Named kProductNames[] = {
    {"EU/1/20/1528", "Comirnaty"},
    {"EU/1/20/1507", "Spikevax"},
    {"EU/1/21/1529", "Vaxzevria"},
    {"EU/1/20/1525", "Jcovden"},
    {"CVnCoV", "CVnCoV"},
    {"NVX-CoV2373", "NVX-CoV2373 (deprecated)"},
    {"Sputnik-V", "Sputnik-V"},
    {"Convidecia", "Convidecia"},
    {"EpiVacCorona", "EpiVacCorona"},
    {"BBIBP-CorV", "BBIBP-CorV"},
    {"Inactivated-SARS-CoV-2-Vero-Cell", "Inactivated SARS-CoV-2 (Vero Cell) (deprecated)"},
    {"CoronaVac", "CoronaVac"},
    {"Covaxin", "Covaxin"},
    {"Covishield", "Covishield"},
    {"Covid-19-recombinant", "Covid-19 (recombinant)"},
    {"R-COVI", "R-COVI"},
    {"CoviVac", "CoviVac"},
    {"Sputnik-Light", "Sputnik Light"},
    {"Hayat-Vax", "Hayat-Vax"},
    {"Abdala", "Abdala"},
    {"WIBP-CorV", "WIBP-CorV"},
    {"MVC-COV1901", "MVC COVID-19 vaccine"},
    {"EU/1/21/1618", "Nuvaxovid"},
    {"Covovax", "Covovax"},
    {"Vidprevtyn", "Vidprevtyn (deprecated)"},
    {"VLA2001", "VLA2001 (deprecated)"},
    {"EpiVacCorona-N", "EpiVacCorona-N"},
    {"Sputnik-M", "Sputnik M"},
    {"Covid-19-adsorvida-inativada", "Vacina adsorvida covid-19 (inativada)"},
    {"NVSI-06-08", "NVSI-06-08"},
    {"YS-SC2-010", "YS-SC2-010"},
    {"SCTV01C", "SCTV01C"},
    {"Covifenz", "Covifenz"},
    {"AZD2816", "AZD2816"},
    {"Soberana-02", "Soberana 02"},
    {"Soberana-Plus", "Soberana Plus"},
    {"EU/1/21/1624", "COVID-19 Vaccine Valneva"},
    {"EU/1/21/1580", "VidPrevtyn Beta"},
    {"EU/1/22/1709", "Bimervax"},
};

constexpr Named kHolderNames[] = {
    {"ORG-100001699", "AstraZeneca AB"},
    {"ORG-100030215", "Biontech Manufacturing GmbH"},
    {"ORG-100001417", "Janssen-Cilag International"},
    {"ORG-100031184", "Moderna Biotech Spain S.L."},
    {"ORG-100006270", "Curevac AG"},
    {"ORG-100013793", "CanSino Biologics"},
    {"ORG-100020693", "China Sinopharm International Corp. - Beijing location"},
    {"ORG-100010771", "Sinopharm Weiqida Europe Pharmaceutical s.r.o. - Prague location"},
    {"ORG-100024420", "Sinopharm Zhijun (Shenzhen) Pharmaceutical Co. Ltd. - Shenzhen location"},
    {"ORG-100032020", "Novavax CZ a.s."},
    {"Gamaleya-Research-Institute", "Gamaleya Research Institute"},
    {"Vector-Institute", "Vector Institute"},
    {"Sinovac-Biotech", "Sinovac Biotech"},
    {"Bharat-Biotech", "Bharat Biotech"},
    {"ORG-100001981", "Serum Institute Of India Private Limited"},
    {"Fiocruz", "Fiocruz"},
    {"ORG-100007893", "R-Pharm CJSC"},
    {"Chumakov-Federal-Scientific-Center", "Chumakov Federal Scientific Center for Research and Development of Immune-and-Biological Products"},
    {"ORG-100023050", "Gulf Pharmaceutical Industries"},
    {"CIGB", "Center for Genetic Engineering and Biotechnology"},
    {"Sinopharm-WIBP", "Sinopharm - Wuhan Institute of Biological Products"},
    {"ORG-100033914", "Medigen Vaccine Biologics Corporation"},
    {"ORG-100000788", "Sanofi Pasteur"},
    {"ORG-100036422", "Valneva France"},
    {"Instituto-Butantan", "Instituto Butantan"},
    {"NVSI", "National Vaccine and Serum Institute, China"},
    {"Yisheng-Biopharma", "Yisheng Biopharma"},
    {"ORG-100026614", "Sinocelltech Ltd."},
    {"ORG-100008549", "Medicago Inc."},
    {"Finlay-Institute", "Finlay Institute of Vaccines"},
    {"ORG-100036914", "Hipra Human Health S.L."},
};

// product, its marketing authorisation holder, its kind (SNOMED CT)
constexpr CovidProduct kProducts[] = {
    {"EU/1/20/1528", "ORG-100030215", "1119349007"},
    {"EU/1/20/1507", "ORG-100031184", "1119349007"},
    {"EU/1/21/1529", "ORG-100001699", "29061000087103"},
    {"EU/1/20/1525", "ORG-100001417", "29061000087103"},
    {"EU/1/21/1618", "ORG-100032020", "1162643001"},
    {"EU/1/21/1624", "ORG-100036422", "28531000087107"},
    {"EU/1/21/1580", "ORG-100000788", "28531000087107"},
    {"EU/1/22/1709", "ORG-100036914", "28531000087107"},
    {"CVnCoV", "ORG-100006270", "1119349007"},
    {"Sputnik-V", "Gamaleya-Research-Institute", "29061000087103"},
    {"Sputnik-Light", "Gamaleya-Research-Institute", "29061000087103"},
    {"Convidecia", "ORG-100013793", "29061000087103"},
    {"EpiVacCorona", "Vector-Institute", "1162643001"},
    {"BBIBP-CorV", "ORG-100020693", "1157024006"},
    {"CoronaVac", "Sinovac-Biotech", "1157024006"},
    {"Covaxin", "Bharat-Biotech", "1157024006"},
    {"Covishield", "ORG-100001981", "29061000087103"},
    {"Covovax", "ORG-100001981", "1162643001"},
    {"CoviVac", "Chumakov-Federal-Scientific-Center", "1157024006"},
    {"Covifenz", "ORG-100008549", "28531000087107"},
    {"Abdala", "CIGB", "28531000087107"},
    {"MVC-COV1901", "ORG-100033914", "1162643001"},
    {"WIBP-CorV", "Sinopharm-WIBP", "1157024006"},
};

// CVX code → product; an empty one is a COVID-19 vaccine without an EU product code.
constexpr Named kCvx[] = {
    {"207", "EU/1/20/1507"},
    {"208", "EU/1/20/1528"},
    {"210", "EU/1/21/1529"},
    {"211", "EU/1/21/1618"},
    {"212", "EU/1/20/1525"},
    {"217", "EU/1/20/1528"},
    {"218", "EU/1/20/1528"},
    {"219", "EU/1/20/1528"},
    {"221", "EU/1/20/1507"},
    {"225", "EU/1/21/1580"},
    {"226", "EU/1/21/1580"},
    {"227", "EU/1/20/1507"},
    {"228", "EU/1/20/1507"},
    {"229", "EU/1/20/1507"},
    {"230", "EU/1/20/1507"},
    {"300", "EU/1/20/1528"},
    {"301", "EU/1/20/1528"},
    {"302", "EU/1/20/1528"},
    {"308", "EU/1/20/1528"},
    {"309", "EU/1/20/1528"},
    {"310", "EU/1/20/1528"},
    {"311", "EU/1/20/1507"},
    {"312", "EU/1/20/1507"},
    {"313", "EU/1/21/1618"},
    {"502", "Covaxin"},
    {"503", "CoviVac"},
    {"504", "Sputnik-Light"},
    {"505", "Sputnik-V"},
    {"506", "Convidecia"},
    {"509", "EpiVacCorona"},
    {"510", "BBIBP-CorV"},
    {"511", "CoronaVac"},
    {"512", "Covifenz"},
    {"213", ""},
    {"500", ""},
    {"501", ""},
    {"507", ""},
    {"508", ""},
};

// ATC code → kind of vaccine
constexpr Named kAtc[] = {
    {"J07BX03", ""},
    {"J07BN", ""},
    {"J07BN01", "1119349007"},
    {"J07BN02", "29061000087103"},
    {"J07BN03", "1157024006"},
    {"J07BN04", "1162643001"},
    {"J07BN05", "30141000087107"},
};
// clang-format on

const Named* find(std::span<const Named> table, std::string_view code) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [code](const Named& row) { return row.code == code; });
    return found == table.end() ? nullptr : &*found;
}

const CovidProduct* find_product(std::string_view code) {
    const auto* found =
        std::find_if(std::begin(kProducts), std::end(kProducts),
                     [code](const CovidProduct& product) { return product.code == code; });
    return found == std::end(kProducts) ? nullptr : found;
}

void classify_coding(const Coding& coding, CovidVaccine& out) {
    if (coding.system == kCvxSystem) {
        const Named* row = find(kCvx, coding.code);
        out.is_covid = out.is_covid || row != nullptr;
        if (row != nullptr && out.product == nullptr) out.product = find_product(row->name);
    } else if (coding.system == kAtcSystem) {
        const Named* row = find(kAtc, coding.code);
        out.is_covid = out.is_covid || row != nullptr;
        if (row != nullptr && !row->name.empty()) out.prophylaxis = row->name;
    } else if (coding.system == kSnomedSystem) {
        const Named* row = find(kProphylaxis, coding.code);
        out.is_covid = out.is_covid || row != nullptr;
        if (row != nullptr) out.prophylaxis = row->code;
    } else if (coding.system == kEuProductSystem || coding.system == kEuTemporarySystem) {
        out.is_covid = out.is_covid || find(kProductNames, coding.code) != nullptr;
        if (const CovidProduct* product = find_product(coding.code)) out.product = product;
    }
}

} // namespace

CovidVaccine classify_covid(const Vaccination& vaccination) {
    CovidVaccine out;
    for (const Coding& coding : vaccination.vaccine) classify_coding(coding, out);
    for (const Protocol& protocol : vaccination.protocols) {
        for (const Coding& disease : protocol.target_diseases) {
            out.is_covid =
                out.is_covid || (disease.system == kSnomedSystem && disease.code == kCovidDisease);
        }
    }
    if (out.product != nullptr) out.prophylaxis = out.product->prophylaxis;
    return out;
}

std::string_view covid_product_name(std::string_view code) {
    const Named* row = find(kProductNames, code);
    return row == nullptr ? std::string_view() : row->name;
}
std::string_view covid_holder_name(std::string_view code) {
    const Named* row = find(kHolderNames, code);
    return row == nullptr ? std::string_view() : row->name;
}
std::string_view covid_prophylaxis_name(std::string_view code) {
    const Named* row = find(kProphylaxis, code);
    return row == nullptr ? std::string_view() : row->name;
}

} // namespace salus::fhir
