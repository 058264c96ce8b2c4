#include "fhir/immunization_row.hpp"

#include <gtest/gtest.h>

#include "fhir/submission.hpp"
#include "fhir/submission_world_test.hpp"

namespace salus::fhir {
namespace {

using Cells = std::map<std::string, std::string>;

// Every column with its example; a test states what differs.
struct Row {
    std::vector<std::string> header, fields;

    explicit Row(const Cells& difference = {}) {
        for (const RowColumn& column : row_columns()) {
            const auto other = difference.find(std::string(column.name));
            header.emplace_back(column.name);
            fields.emplace_back(other == difference.end() ? std::string(column.example)
                                                          : other->second);
        }
    }
    Submission read() const {
        std::vector<RowFault> faults;
        const auto reader = RowReader::of_header(header);
        EXPECT_TRUE(reader.ok());
        const codec::Json bundle = reader->bundle(fields, faults);
        EXPECT_TRUE(faults.empty()) << faults[0].rule << " " << faults[0].column;
        return read_submission(bundle, {testing::kNow, {}});
    }
    std::vector<RowFault> faults() const {
        std::vector<RowFault> out;
        RowReader::of_header(header)->bundle(fields, out);
        return out;
    }
};

void expect_fault(const Cells& difference, std::string_view column, std::string_view rule) {
    const auto faults = Row(difference).faults();
    ASSERT_EQ(faults.size(), 1U) << column;
    EXPECT_EQ(faults[0].column, column);
    EXPECT_EQ(faults[0].rule, rule);
}

// What the FHIR rules say of a cell comes back to its column.
void expect_column(const Cells& difference, std::string_view column, std::string_view rule) {
    const Submission submission = Row(difference).read();
    ASSERT_EQ(submission.candidates.size(), 1U);
    ASSERT_FALSE(submission.candidates[0].vaccination()) << column;
    const Issue& issue = refusal_of(submission.candidates[0]);
    EXPECT_EQ(issue.rule, rule) << issue.path;
    EXPECT_EQ(column_of(issue.path), column) << issue.path;
}

TEST(ImmunizationRow, TheTemplatesExampleIsAVaccination) {
    const Submission submission = Row().read();
    EXPECT_TRUE(submission.conforms) << testing::described(submission.issues);
    ASSERT_EQ(submission.candidates.size(), 1U);
    ASSERT_TRUE(submission.candidates[0].vaccination());
    const Vaccination& facts = *submission.candidates[0].vaccination();
    EXPECT_EQ(facts.identity, "identifier|https://clinic.example/vaccinations|VAC-000001");
    EXPECT_EQ(facts.name, (PersonName{"Example", "Ada Maria"}));
    EXPECT_EQ(facts.birth_date, "1990-05-17");
    EXPECT_EQ(facts.gender, "female");
    ASSERT_EQ(facts.vaccine.size(), 1U);
    EXPECT_EQ(facts.vaccine[0].code, "208");
    EXPECT_EQ(facts.vaccine[0].system, "http://hl7.org/fhir/sid/cvx");
    EXPECT_EQ(facts.vaccine_text, "Comirnaty");
    EXPECT_EQ(facts.occurrence, "2026-03-01");
    EXPECT_EQ(facts.lot, "EX1234");
    EXPECT_EQ(facts.expiration_date, "2026-12-31");
    EXPECT_EQ(facts.manufacturer.name, "BioNTech");
    EXPECT_EQ(facts.performer, "Dr. B. Sample");
    EXPECT_EQ(facts.country, "DE");
    ASSERT_EQ(facts.protocols.size(), 1U);
    EXPECT_EQ(facts.protocols[0].dose_number, "1");
    EXPECT_EQ(facts.protocols[0].series_doses, "2");
    EXPECT_EQ(facts.protocols[0].target_diseases[0].code, "840539006");
}

TEST(ImmunizationRow, FewColumnsAreEnough) {
    const auto reader =
        RowReader::of_header({" ID ", "Family", "birth_date", "DATE", "vaccine_text"});
    ASSERT_TRUE(reader.ok());
    std::vector<RowFault> faults;
    const codec::Json bundle =
        reader->bundle({"1", "Mononym", "1990", "2020-02-02", "Yellow fever"}, faults);
    const Submission submission = read_submission(bundle, {testing::kNow, {}});
    ASSERT_TRUE(submission.candidates[0].vaccination());
    EXPECT_EQ(submission.candidates[0].vaccination()->identity, "identifier||1");
    EXPECT_EQ(submission.candidates[0].vaccination()->country, "");
}

TEST(ImmunizationRow, HeadersAreRefusedByName) {
    const auto kind = [](const std::vector<std::string>& header) -> const ErrorKind& {
        const auto read = RowReader::of_header(header);
        EXPECT_FALSE(read.ok());
        return read.error().kind();
    };
    EXPECT_EQ(kind({}), kRowNoHeader);
    EXPECT_EQ(kind({"id", "family", "birth_date", "date", "surname"}), kRowUnknownColumn);
    EXPECT_EQ(kind({"id", "family", "birth_date", "date", "Id"}), kRowColumnTwice);
    EXPECT_EQ(kind({"id", "family", "date"}), kRowColumnMissing);
}

TEST(ImmunizationRow, CellsAreRefusedByColumnAndRule) {
    for (const char* name : {"id", "family", "birth_date", "date"}) {
        expect_fault({{name, "  "}}, name, "row.required");
    }
    expect_fault({{"vaccine_system", ""}}, "vaccine_system", "row.vaccine_system");
    expect_fault({{"vaccine_system", "cvs"}}, "vaccine_system", "row.vaccine_system");
    expect_fault({{"vaccine", ""}, {"vaccine_text", ""}}, "vaccine", "row.vaccine");
    expect_fault({{"country", "Germany"}}, "country", "row.country");
    expect_fault({{"country", "de"}}, "country", "row.country");
    for (const char* bad : {"first", "0", "1/2", "-1", "100"}) {
        expect_fault({{"dose", bad}}, "dose", "row.dose");
    }
    expect_fault({{"doses", "two"}}, "doses", "row.dose");
    expect_fault({{"dose", ""}}, "dose", "row.dose");
    Row narrow;
    narrow.fields.pop_back();
    ASSERT_EQ(narrow.faults().size(), 1U);
    EXPECT_EQ(narrow.faults()[0].rule, "row.width");
}

TEST(ImmunizationRow, FaultsOfTheResourcesComeBackToTheirColumns) {
    expect_column({{"birth_date", "17.05.1990"}}, "birth_date", "primitive.format");
    expect_column({{"gender", "f"}}, "gender", "binding.required");
    expect_column({{"date", "2199-01-01"}}, "date", "date.future");
    expect_column({{"date", "1980-01-01"}}, "date", "date.before-birth");
    expect_column({{"date", "yesterday"}}, "date", "primitive.format");
    expect_column({{"expiration_date", "soon"}}, "expiration_date", "primitive.format");
    expect_column({{"lot", std::string(300, 'x')}}, "", "certificate.too_large");
}

TEST(ImmunizationRow, AnErrorFileIsATableAgain) {
    Row row;
    for (const std::string_view name : row_error_columns()) {
        row.header.emplace_back(name);
        row.fields.emplace_back("anything");
    }
    EXPECT_EQ(row.faults().size(), 0U);
    EXPECT_TRUE(row.read().conforms);
}

} // namespace
} // namespace salus::fhir
