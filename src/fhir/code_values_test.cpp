// The code tables against the EU's value sets (SALUS_TEST_DATA: credentials/eu-dcc-valuesets), and
// what must not be read out of a code: each a row that once said more than its source.

#include <algorithm>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "codec/json.hpp"
#include "fhir/covid.hpp"
#include "fhir/elements.hpp"
#include "support/archives.hpp"

namespace salus::fhir {
namespace {

namespace json = codec::json;
using codec::Json;

class EuValueSets : public ::testing::Test {
protected:
    void SetUp() override {
        const auto folder = test::data_path("credentials/eu-dcc-valuesets");
        if (!folder) GTEST_SKIP() << "credentials/eu-dcc-valuesets is absent (SALUS_TEST_DATA)";
        folder_ = *folder;
    }
    json::object values(const char* file) const {
        const auto parsed = codec::parse_json(test::read_file(folder_ / file));
        EXPECT_TRUE(parsed.ok()) << file;
        return parsed->at("valueSetValues").as_object();
    }

private:
    std::filesystem::path folder_;
};

std::string display(const Json& value) {
    return text_of(value.as_object(), "display");
}

TEST_F(EuValueSets, ProductsAreTheirs) {
    const json::object theirs = values("vaccine-medicinal-product.json");
    std::size_t ours = 0;
    for (const ProductRow& row : products_table()) {
        if (row.prophylaxis.empty()) continue; // not against COVID-19
        ++ours;
        ASSERT_TRUE(theirs.contains(row.code)) << row.code;
        EXPECT_EQ(display(theirs.at(row.code)), row.name) << row.code;
    }
    EXPECT_EQ(ours, theirs.size());
}

TEST_F(EuValueSets, HoldersAreTheirs) {
    const json::object theirs = values("vaccine-mah-manf.json");
    EXPECT_EQ(holders_table().size(), theirs.size());
    for (const HolderRow& row : holders_table()) {
        ASSERT_TRUE(theirs.contains(row.code)) << row.code;
        EXPECT_EQ(display(theirs.at(row.code)), row.name) << row.code;
    }
}

TEST_F(EuValueSets, KindsOfVaccinesAreTheirs) {
    const json::object theirs = values("vaccine-prophylaxis.json");
    for (const auto& entry : theirs) {
        const std::string code(entry.key());
        EXPECT_FALSE(covid_prophylaxis_name(code).empty()) << code;
        const VaccineRow* row = find_vaccine(kSnomedSystem, code);
        if (row == nullptr) continue; // J07BX03, of ATC
        EXPECT_EQ(row->name, display(entry.value())) << code;
        EXPECT_EQ(row->prophylaxis, code);
        EXPECT_EQ(row->diseases, kCovidDisease) << code;
    }
    for (const VaccineRow& row : vaccines_table()) {
        EXPECT_TRUE(row.prophylaxis.empty() || theirs.contains(row.prophylaxis)) << row.code;
    }
}

// Which holder and which kind an issuer writes beside a product.
TEST_F(EuValueSets, ProductsAreEncodedAsTheySay) {
    std::set<std::string> told;
    for (const auto& entry : values("vaccine-encoding-instructions.json")) {
        const json::object& said = entry.value().as_object();
        const std::string code = text_of(said, "vaccine-code");
        const ProductRow* row = find_product(code);
        if (row == nullptr) continue; // "(deprecated)" in the code: not for new certificates
        told.insert(code);
        const std::string holder = text_of(said, "vaccine-manufacturer");
        EXPECT_TRUE(row->holder.empty() || row->holder == holder) << code;
        bool kind = false;
        for (const Json& sct : said.at("sct-codes").as_array()) {
            kind = kind || sct.as_string() == row->prophylaxis;
        }
        EXPECT_TRUE(kind) << code;
    }
    for (const ProductRow& row : products_table()) {
        const bool issued = !row.prophylaxis.empty() && !row.holder.empty();
        EXPECT_TRUE(!issued || told.contains(std::string(row.code))) << row.code;
    }
}

TEST_F(EuValueSets, TestsAndResultsAreTheirs) {
    const json::object methods = values("test-type.json");
    for (const TestRow& row : tests_table()) EXPECT_TRUE(methods.contains(row.method)) << row.code;
    for (const auto& entry : values("test-result.json")) {
        const std::string code(entry.key());
        const AnswerRow* row = find_answer(kSnomedSystem, code);
        ASSERT_NE(row, nullptr) << code;
        EXPECT_EQ(row->name, display(entry.value()));
        EXPECT_EQ(row->meaning == kDetected, code == "260373001");
    }
    for (const auto& entry : values("disease-agent-targeted.json")) {
        const DiseaseRow* row = find_disease(std::string(entry.key()));
        ASSERT_NE(row, nullptr) << entry.key();
        EXPECT_EQ(row->name, display(entry.value()));
    }
}

std::string_view diseases_of(std::string_view system, std::string_view code) {
    const VaccineRow* row = find_vaccine(system, code);
    return row == nullptr ? "no such row" : row->diseases;
}

TEST(CodeTables, SayNoMoreThanTheCode) {
    // Protein D is the carrier there: against pneumococci alone (WHO's map IMMZ.Z).
    EXPECT_EQ(diseases_of(kAtcSystem, "J07AL52"), "16814004");
    EXPECT_EQ(diseases_of(kIcd11System, "XM4R39"), "16814004");
    // "combinations with toxoids": of diphtheria and/or tetanus.
    EXPECT_EQ(diseases_of(kAtcSystem, "J07AJ52"), "27836007");
    EXPECT_EQ(diseases_of(kIcd11System, "XM4082"), "27836007");
    // Live alphaherpesvirus 3: against varicella, or against zoster.
    EXPECT_EQ(find_vaccine(kSnomedSystem, "2221000221107"), nullptr);
    // Smallpox vaccination does not say mpox, but for the vaccine made for both.
    EXPECT_EQ(diseases_of(kCvxSystem, "75"), "67924001");
    EXPECT_EQ(diseases_of(kCvxSystem, "206"), "359814004 67924001");
    // Type b, not every Haemophilus influenzae.
    EXPECT_EQ(diseases_of(kCvxSystem, "48"), "709410003");
    EXPECT_EQ(find_disease("91428005"), nullptr);
    // An antigen test of any method is no rapid one.
    EXPECT_EQ(find_test(kSnomedSystem, "1240471000000102"), nullptr);
}

TEST(CodeTables, CvxNamesAProductOnlyWhereItIsThatProduct) {
    const auto product = [](std::string_view code) {
        return find_vaccine(kCvxSystem, code)->product;
    };
    EXPECT_EQ(product("225"), ""); // of the first strain; VidPrevtyn Beta is 521
    EXPECT_EQ(product("521"), "EU/1/21/1580");
    EXPECT_EQ(product("503"), ""); // live attenuated; the EU's CoviVac is inactivated
    EXPECT_EQ(product("508"), ""); // KCONVAC is 516
    EXPECT_EQ(product("312"), "EU/1/20/1507");
    EXPECT_EQ(product("510"), "BBIBP-CorV");
}

} // namespace
} // namespace salus::fhir
