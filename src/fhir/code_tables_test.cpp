// The code tables hold together: every code is of its system's form, found by its key, and every
// reference between tables leads somewhere.

#include <algorithm>
#include <array>
#include <set>

#include <gtest/gtest.h>

#include "fhir/covid.hpp"

namespace salus::fhir {
namespace {

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

// The check digit of SNOMED CT identifiers (Verhoeff; SNOMED CT release file specification).
bool is_snomed(std::string_view code) {
    static constexpr std::array<std::string_view, 10> kGroup{
        "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
        "5987604321", "6598710432", "7659821043", "8765932104", "9876543210"};
    static constexpr std::array<std::string_view, 8> kPermutation{
        "0123456789", "1576283094", "5803796142", "8916043527",
        "9453126870", "4286573901", "2793806415", "7046913258"};
    if (!is_digits(code) || code.size() < 6 || code.size() > 18) return false;
    std::size_t check = 0;
    for (std::size_t i = 0; i < code.size(); ++i) {
        const auto digit = static_cast<std::size_t>(code[code.size() - 1 - i] - '0');
        const auto permuted = static_cast<std::size_t>(kPermutation[i % 8][digit] - '0');
        check = static_cast<std::size_t>(kGroup[check][permuted] - '0');
    }
    return check == 0;
}

// The check digit of LOINC codes (mod 10); of parts and answers the form alone.
bool is_loinc(std::string_view code) {
    const bool part = code.starts_with("LP") || code.starts_with("LA");
    if (part) code.remove_prefix(2);
    const std::size_t dash = code.find('-');
    if (dash == code.npos || dash + 2 != code.size() || !is_digits(code.substr(0, dash)) ||
        !is_digits(code.substr(dash + 1))) {
        return false;
    }
    int sum = 0;
    for (std::size_t i = 0; i < dash; ++i) {
        int digit = code[dash - 1 - i] - '0';
        if (i % 2 == 0) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return part || (10 - sum % 10) % 10 == code[dash + 1] - '0';
}

bool is_atc(std::string_view code) { // a letter, two digits, two letters, two digits
    constexpr std::string_view kForm = "A00AA00";
    if (code.size() != 5 && code.size() != 7) return false;
    for (std::size_t i = 0; i < code.size(); ++i) {
        const bool good =
            kForm[i] == 'A' ? code[i] >= 'A' && code[i] <= 'Z' : code[i] >= '0' && code[i] <= '9';
        if (!good) return false;
    }
    return code.starts_with("J07");
}

bool is_icd11(std::string_view code) {
    return code.size() >= 4 &&
           code.find_first_not_of("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ.") == code.npos;
}

// "YellowFeverProduct" and the MD5 of what the WHO's list says of it.
bool is_prequalified(std::string_view code) {
    const std::size_t at = code.find("Product");
    return at != code.npos && at > 0 && code.size() == at + 7 + 32 &&
           code.find_first_not_of("0123456789abcdef", at + 7) == code.npos;
}

bool is_well_formed(std::string_view system, std::string_view code) {
    if (system == kSnomedSystem) return is_snomed(code);
    if (system == kLoincSystem) return is_loinc(code);
    if (system == kCvxSystem) return is_digits(code) && code.size() >= 2 && code.size() <= 3;
    if (system == kAtcSystem) return is_atc(code);
    if (system == kPrequalifiedSystem) return is_prequalified(code);
    return system == kIcd11System && is_icd11(code) && code.starts_with("XM");
}

bool are_known(std::string_view diseases) {
    if (diseases.empty()) return false;
    while (!diseases.empty()) {
        const std::size_t end = std::min(diseases.find(' '), diseases.size());
        if (find_disease(diseases.substr(0, end)) == nullptr) return false;
        diseases.remove_prefix(std::min(end + 1, diseases.size()));
    }
    return true;
}

TEST(CodeTables, ChecksFindWrongDigits) {
    EXPECT_TRUE(is_snomed("840539006"));
    EXPECT_FALSE(is_snomed("840539007"));
    EXPECT_FALSE(is_snomed("805439006"));
    EXPECT_TRUE(is_loinc("94500-6"));
    EXPECT_FALSE(is_loinc("94501-6"));
    EXPECT_FALSE(is_atc("J07BN1"));
}

TEST(CodeTables, VaccinesAreWellFormedAndHaveADisease) {
    EXPECT_GT(vaccines_table().size(), 400U);
    for (const VaccineRow& row : vaccines_table()) {
        EXPECT_TRUE(is_well_formed(row.system, row.code)) << row.system << " " << row.code;
        EXPECT_EQ(find_vaccine(row.system, row.code), &row) << row.code; // unique, and in order
        EXPECT_FALSE(row.name.empty()) << row.code;
        EXPECT_TRUE(are_known(row.diseases)) << row.code;
        EXPECT_TRUE(row.product.empty() || find_product(row.product) != nullptr) << row.code;
        EXPECT_TRUE(row.prophylaxis.empty() ||
                    find_vaccine(kSnomedSystem, row.prophylaxis) != nullptr)
            << row.code;
    }
}

TEST(CodeTables, ProductsHoldersAndDiseases) {
    for (const ProductRow& row : products_table()) {
        EXPECT_EQ(find_product(row.code), &row) << row.code;
        EXPECT_TRUE(are_known(row.diseases)) << row.code;
        const bool covid = holds_disease(row.diseases, kCovidDisease);
        EXPECT_EQ(covid, !row.prophylaxis.empty()) << row.code;
        EXPECT_TRUE(row.holder.empty() || find_holder(row.holder) != nullptr) << row.code;
        EXPECT_TRUE(!covid || find_vaccine(kSnomedSystem, row.prophylaxis) != nullptr);
    }
    for (const HolderRow& row : holders_table()) EXPECT_EQ(find_holder(row.code), &row);
    std::set<std::string_view> icd11;
    for (const DiseaseRow& row : diseases_table()) {
        EXPECT_TRUE(is_snomed(row.code)) << row.code;
        EXPECT_EQ(find_disease(row.code), &row);
        EXPECT_TRUE(row.icd11.empty() || is_icd11(row.icd11)) << row.code;
        EXPECT_TRUE(row.icd11.empty() || icd11.insert(row.icd11).second) << row.icd11;
        const bool used = std::any_of(
            vaccines_table().begin(), vaccines_table().end(),
            [&](const VaccineRow& vaccine) { return holds_disease(vaccine.diseases, row.code); });
        EXPECT_TRUE(used) << row.name << " has no vaccine";
    }
}

TEST(CodeTables, TestsAndAnswersAreWellFormed) {
    for (const TestRow& row : tests_table()) {
        EXPECT_TRUE(is_well_formed(row.system, row.code)) << row.code;
        EXPECT_NE(find_disease(row.disease), nullptr) << row.code;
        EXPECT_TRUE(row.method == kNucleicAcidTest || row.method == kRapidAntigenTest) << row.code;
    }
    for (const AnswerRow& row : answers_table()) {
        EXPECT_TRUE(is_well_formed(row.system, row.code)) << row.code;
        EXPECT_TRUE(row.meaning == kDetected || row.meaning == "not detected") << row.code;
    }
}

Vaccination coded(std::string_view system, std::string_view code) {
    Vaccination out;
    out.vaccine = {{std::string(system), std::string(code), ""}};
    return out;
}
std::string names(const Vaccination& vaccination) {
    std::string out;
    for (const DiseaseRow* row : diseases_of(vaccination)) out += std::string(row->name) + ";";
    return out;
}

TEST(CodeTables, SayWhatAVaccinationIsAgainst) {
    EXPECT_EQ(names(coded(kCvxSystem, "03")), "Measles;Rubella;Mumps;");
    EXPECT_EQ(names(coded(kAtcSystem, "J07BL01")), "Yellow fever;");
    EXPECT_EQ(names(coded(kIcd11System, "XM0N24")), "Yellow fever;");
    EXPECT_EQ(names(coded(kSnomedSystem, "871895005")),
              "Pertussis;Diphtheria;Poliomyelitis;Hepatitis B;"
              "Haemophilus influenzae type b infection;Tetanus;");
    EXPECT_EQ(names(coded(kEuProductSystem, "EU/1/05/330")), "Rotavirus disease;");
    EXPECT_EQ(names(coded(kCvxSystem, "998")), "");
    EXPECT_EQ(names(coded("http://example.org", "03")), "");
    Vaccination named;
    named.protocols.push_back({"", "", {{std::string(kIcd11System), "1D47", ""}}, "", ""});
    EXPECT_TRUE(is_against(named, kYellowFever));
}

TEST(CodeTables, CovidVaccinesHaveTheirEuCodes) {
    const CovidVaccine mrna = classify_covid(coded(kCvxSystem, "208"));
    ASSERT_NE(mrna.product, nullptr);
    EXPECT_EQ(mrna.product->code, "EU/1/20/1528");
    EXPECT_EQ(mrna.product->holder, "ORG-100030215");
    EXPECT_EQ(mrna.prophylaxis, "1119349007");
    EXPECT_EQ(classify_covid(coded(kAtcSystem, "J07BN03")).prophylaxis, "1157024006");
    EXPECT_EQ(classify_covid(coded(kEuTemporarySystem, "CoronaVac")).product->name, "CoronaVac");
    // the value set says: not for new certificates
    const CovidVaccine old = classify_covid(coded(kEuTemporarySystem, "NVX-CoV2373"));
    EXPECT_TRUE(old.is_covid);
    EXPECT_EQ(old.product, nullptr);
    EXPECT_FALSE(classify_covid(coded(kEuProductSystem, "EU/1/05/330")).is_covid);
    EXPECT_EQ(covid_product_name("EU/1/20/1507"), "Spikevax");
    EXPECT_EQ(covid_holder_name("CIGB"), "Center for Genetic Engineering and Biotechnology");
    EXPECT_EQ(covid_prophylaxis_name("J07BX03"), "covid-19 vaccines (deprecated)");
    EXPECT_EQ(covid_prophylaxis_name("1119305005"), "SARS-CoV-2 antigen vaccine");
}

} // namespace
} // namespace salus::fhir
