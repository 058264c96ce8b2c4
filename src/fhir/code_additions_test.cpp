// Rows added to the code tables at run time: found like the others, or refused with line and
// column.

#include "fhir/code_additions.hpp"

#include <gtest/gtest.h>

#include "fhir/code_form.hpp"
#include "fhir/covid.hpp"
#include "fhir/tables_at_hand.hpp"

namespace salus::fhir {
namespace {

class CodeAdditions : public ::testing::Test {
protected:
    ~CodeAdditions() override { tables_at_hand() = before_; }
    static std::string refused(const std::string& name, const std::string& text) {
        const CodeFile file{name, text};
        const auto added = add_codes(std::span(&file, 1));
        return added.ok() ? "added" : std::string(added.error().detail());
    }
    static std::string refused_vaccine(const std::string& row) {
        return refused("vaccines.csv",
                       "system,code,name,diseases,product,prophylaxis,source\n" + row + "\n");
    }

private:
    TablesAtHand before_ = tables_at_hand();
};

Vaccination coded(std::string_view system, std::string_view code) {
    Vaccination out;
    out.vaccine = {{std::string(system), std::string(code), ""}};
    return out;
}

TEST_F(CodeAdditions, AreFoundLikeTheOthers) {
    const std::vector<CodeFile> files{
        {"vaccines.csv", "system,code,name,diseases,product,prophylaxis,source\n"
                         "CVX,317,chikungunya,111864006,,,CDC CVX 2025\n"
                         "SCT,1132051000221108,example,111864006,EU/1/24/1828,,SNOMED CT\n"},
        {"products.csv", "\xEF\xBB\xBF"
                         "code;name;holder;prophylaxis;diseases;source\r\n"
                         "EU/1/24/1828;Ixchiq;;;111864006;Union Register\r\n"},
        {"diseases.csv", "code,name,icd11,source\n111864006,Chikungunya,1D40,ICD-11 MMS\n"}};
    const std::string wrong = files[0].text;
    std::vector<CodeFile> good = files;
    good[0].text = wrong.substr(0, wrong.find("SCT,"));
    const auto added = add_codes(good);
    ASSERT_TRUE(added.ok()) << added.error().text();
    EXPECT_EQ(*added, 3U);
    const auto diseases = diseases_of(coded(kCvxSystem, "317"));
    ASSERT_EQ(diseases.size(), 1U);
    EXPECT_EQ(diseases[0]->name, "Chikungunya");
    EXPECT_TRUE(is_against(coded(kEuProductSystem, "EU/1/24/1828"), "111864006"));
    EXPECT_EQ(find_vaccine(kCvxSystem, "03")->name, "MMR"); // as before
    for (const VaccineRow& row : vaccines_table()) {
        EXPECT_EQ(find_vaccine(row.system, row.code), &row);
    }
    EXPECT_NE(refused("vaccines.csv", files[0].text).find("stands in the table"),
              std::string::npos);
}

TEST_F(CodeAdditions, AreRefusedWithLineAndColumn) {
    EXPECT_EQ(refused_vaccine("CVX,9999,x,6142004,,,me"),
              "vaccines.csv, line 2, column code: is no code of CVX for a vaccine");
    EXPECT_EQ(refused_vaccine("XYZ,01,x,6142004,,,me"),
              "vaccines.csv, line 2, column system: is none of ATC, CVX, ICD-11, PREQUAL, SCT");
    EXPECT_EQ(refused_vaccine("CVX,03,x,6142004,,,me"),
              "vaccines.csv, line 2, column code: stands in the table already: rows are added, "
              "not changed");
    EXPECT_EQ(refused_vaccine("CVX,950,x,6142004  4834000,,,me"),
              "vaccines.csv, line 2, column diseases: '' is no code of diseases.csv (SNOMED CT, "
              "with one blank between two)");
    EXPECT_EQ(refused_vaccine("CVX,950,,6142004,none,1119349007,"),
              "vaccines.csv, line 2, column source: is empty: where does the row come from?\n"
              "vaccines.csv, line 2, column name: is empty\n"
              "vaccines.csv, line 2, column prophylaxis: is no kind of COVID-19 vaccine of the "
              "EU's value set\n"
              "vaccines.csv, line 2, column product: is no code of products.csv");
    EXPECT_EQ(refused_vaccine("CVX,950,x,6142004,,"), "vaccines.csv, line 2: has 6 fields, not 7");
    EXPECT_EQ(refused_vaccine("CVX,950,x,6142004,,,me\nCVX,950,y,6142004,,,me"),
              "vaccines.csv, line 3, column code: stands in the table already: rows are added, "
              "not changed");
    EXPECT_EQ(refused("diseases.csv", "code,name,icd11,source\n111864007,x,QQ,me\n"),
              "diseases.csv, line 2, column code: is no code of SNOMED CT");
    EXPECT_EQ(refused("diseases.csv", "code,name,icd11,source\n111864006,x,QQ,me\n"),
              "diseases.csv, line 2, column icd11: is no code of ICD-11");
    EXPECT_EQ(refused("products.csv", "code,name,holder,prophylaxis,diseases,source\n"
                                      "EU/1/99/1,x,nobody,,6142004,me\n"),
              "products.csv, line 2, column holder: is no code of holders.csv");
    EXPECT_EQ(refused("holders.csv", "code,name\nX,Y\n"),
              "holders.csv, line 1: the columns are not code,name,source");
    EXPECT_EQ(refused("holders.csv", ""), "holders.csv: has no line of columns");
    EXPECT_EQ(refused("codes.csv", ""),
              "codes.csv is none of diseases.csv, holders.csv, products.csv, vaccines.csv");
}

TEST_F(CodeAdditions, NothingOfAFaultyFileIsAdded) {
    const std::size_t rows = vaccines_table().size();
    EXPECT_NE(refused_vaccine("CVX,950,x,6142004,,,me\nCVX,951,x,1,,,me"), "added");
    EXPECT_EQ(vaccines_table().size(), rows);
    EXPECT_EQ(find_vaccine(kCvxSystem, "950"), nullptr);
}

TEST_F(CodeAdditions, TwentyFaultsAreNamed) {
    std::string rows;
    for (int i = 0; i < 25; ++i) rows += "CVX,1,x,6142004,,,me\n";
    const std::string text = refused_vaccine(rows);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 20);
    EXPECT_TRUE(text.ends_with("and 5 more"));
}

TEST(CodeForm, EveryRowHasItsSystemsForm) {
    for (const VaccineRow& row : vaccines_table()) {
        EXPECT_TRUE(is_vaccine_code(row.system, row.code)) << row.system << " " << row.code;
    }
    for (const DiseaseRow& row : diseases_table()) {
        EXPECT_TRUE(is_snomed_code(row.code)) << row.code;
        EXPECT_TRUE(row.icd11.empty() || is_icd11_code(row.icd11)) << row.icd11;
    }
}

// Every wrong digit, and every two neighbours changed round.
TEST(CodeForm, VerhoeffFindsWrongDigits) {
    const std::string good = "840539006";
    ASSERT_TRUE(is_snomed_code(good));
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (char c = '0'; c <= '9'; ++c) {
            std::string wrong = good;
            wrong[i] = c;
            EXPECT_EQ(is_snomed_code(wrong), wrong == good) << wrong;
        }
        if (i == 0 || good[i] == good[i - 1]) continue;
        std::string wrong = good;
        std::swap(wrong[i], wrong[i - 1]);
        EXPECT_FALSE(is_snomed_code(wrong)) << wrong;
    }
}

TEST(CodeForm, OtherSystems) {
    EXPECT_TRUE(is_vaccine_code(kCvxSystem, "03"));
    EXPECT_FALSE(is_vaccine_code(kCvxSystem, "3"));
    EXPECT_FALSE(is_vaccine_code(kCvxSystem, "0300"));
    EXPECT_TRUE(is_vaccine_code(kAtcSystem, "J07BN"));
    EXPECT_FALSE(is_vaccine_code(kAtcSystem, "J06BN01"));
    EXPECT_FALSE(is_vaccine_code(kAtcSystem, "J07BN0A"));
    EXPECT_TRUE(is_vaccine_code(kIcd11System, "XM0N24"));
    EXPECT_FALSE(is_vaccine_code(kIcd11System, "XM0N2O"));
    EXPECT_FALSE(is_vaccine_code("http://example.org", "03"));
    EXPECT_TRUE(is_icd11_code("1D60.01"));
    EXPECT_FALSE(is_icd11_code("1D60."));
    EXPECT_FALSE(is_icd11_code("1D6"));
    EXPECT_FALSE(is_icd11_code("1D60-1"));
}

} // namespace
} // namespace salus::fhir
