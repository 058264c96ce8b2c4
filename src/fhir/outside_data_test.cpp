#include <map>

#include <gtest/gtest.h>

#include "fhir/covid.hpp"
#include "fhir/submission_world_test.hpp"
#include "support/archives.hpp"

namespace salus::fhir::testing {
namespace {

TEST(OutsideData, SyntheaBundlesAreTakenWhole) {
    const auto folder = test::data_path("fhir/synthea-r4");
    if (!folder) GTEST_SKIP() << "fhir/synthea-r4 is absent (SALUS_TEST_DATA)";
    std::size_t bundles = 0, shots = 0;
    for (const auto& file : test::files_below(*folder, ".json")) {
        ++bundles;
        const Submission submission = read(test::read_file(file));
        EXPECT_TRUE(submission.conforms) << file << "\n" << described(submission.issues);
        for (const Candidate& candidate : submission.candidates) {
            ++shots;
            ASSERT_TRUE(candidate.vaccination()) << file << described(candidate.issues);
            EXPECT_FALSE(classify_covid(*candidate.vaccination()).is_covid);
        }
    }
    EXPECT_EQ(bundles, 18U);
    EXPECT_EQ(shots, 278U);
}

TEST(OutsideData, OfficialExamplesConform) {
    const auto folder = test::data_path("fhir/r4-examples");
    if (!folder) GTEST_SKIP() << "fhir/r4-examples is absent (SALUS_TEST_DATA)";
    const auto example = codec::parse_json(test::read_file(*folder / "Patient-example.json"));
    std::map<std::string, std::string> reasons;
    std::size_t files = 0;
    for (const auto& file : test::files_below(*folder, ".json")) {
        const std::string name = file.filename().string();
        if (!name.starts_with("Patient-") && !name.starts_with("Immunization-")) continue;
        ++files;
        const auto parsed = codec::parse_json(test::read_file(file));
        ASSERT_TRUE(parsed.ok()) << name;
        const Submission submission = read_submission(*parsed, knowing(*example));
        EXPECT_TRUE(submission.conforms) << name << "\n" << described(submission.issues);
        for (const Candidate& candidate : submission.candidates) {
            reasons[name] = candidate.statement ? "certified" : refusal_of(candidate).rule;
        }
    }
    EXPECT_EQ(files, 12U);
    const std::map<std::string, std::string> expected{
        {"Immunization-example.json", "certified"},
        {"Immunization-historical.json", "certificate.no_date"},
        {"Immunization-notGiven.json", "certificate.not_done"},
        {"Immunization-protocol.json", "certified"},
        {"Immunization-subpotent.json", "certified"}};
    EXPECT_EQ(reasons, expected);
}

TEST(OutsideData, OfficialBundlesAreTakenInOrRefusedForTheirType) {
    const auto folder = test::data_path("fhir/r4-examples");
    if (!folder) GTEST_SKIP() << "fhir/r4-examples is absent (SALUS_TEST_DATA)";
    std::map<std::string, std::string> faults;
    for (const auto& file : test::files_below(*folder, ".json")) {
        const std::string name = file.filename().string();
        if (!name.starts_with("Bundle-")) continue;
        const Submission submission = read(test::read_file(file));
        EXPECT_LE(submission.issues.size(), 1U) << described(submission.issues);
        faults[name] = submission.conforms ? "taken in" : submission.issues[0].rule;
    }
    const std::map<std::string, std::string> expected{
        {"Bundle-3a0707d3-549e-4467-b8b8-5a2ab3800efe.json", "bundle.type"}, // message
        {"Bundle-bundle-example.json", "bundle.type"},                       // searchset
        {"Bundle-bundle-transaction.json", "taken in"},
        {"Bundle-father.json", "bundle.type"}, // document
        {"Bundle-xds.json", "taken in"}};
    EXPECT_EQ(faults, expected);
}

} // namespace
} // namespace salus::fhir::testing
