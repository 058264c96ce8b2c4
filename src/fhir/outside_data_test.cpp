#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "fhir/covid.hpp"
#include "fhir/submission_world_test.hpp"

namespace salus::fhir::testing {
namespace {

// SALUS_TEST_DATA, or shared/data beside the checkout that the tests run in.
std::filesystem::path data_directory() {
    if (const char* set = std::getenv("SALUS_TEST_DATA")) return set;
    std::filesystem::path at = std::filesystem::current_path();
    while (at.has_relative_path() && !std::filesystem::exists(at / "shared/data")) {
        at = at.parent_path();
    }
    return at / "shared/data";
}
std::string file_text(const std::filesystem::path& path) {
    std::ifstream in(path);
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
}

TEST(OutsideData, SyntheaBundlesAreTakenWhole) {
    const auto folder = data_directory() / "fhir/synthea-r4";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no fhir/synthea-r4 in SALUS_TEST_DATA";
    std::size_t bundles = 0, shots = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        if (file.path().extension() != ".json") continue;
        ++bundles;
        const Submission submission = read(file_text(file.path()));
        EXPECT_TRUE(submission.conforms) << file.path() << "\n" << described(submission.issues);
        for (const Candidate& candidate : submission.candidates) {
            ++shots;
            ASSERT_TRUE(candidate.vaccination()) << file.path() << described(candidate.issues);
            EXPECT_FALSE(classify_covid(*candidate.vaccination()).is_covid);
        }
    }
    EXPECT_EQ(bundles, 18U);
    EXPECT_EQ(shots, 278U);
}

TEST(OutsideData, OfficialExamplesConform) {
    const auto folder = data_directory() / "fhir/r4-examples";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no fhir/r4-examples in SALUS_TEST_DATA";
    const auto example = codec::parse_json(file_text(folder / "Patient-example.json"));
    std::map<std::string, std::string> reasons;
    std::size_t files = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        const std::string name = file.path().filename().string();
        if (!name.starts_with("Patient-") && !name.starts_with("Immunization-")) continue;
        ++files;
        const auto parsed = codec::parse_json(file_text(file.path()));
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
    const auto folder = data_directory() / "fhir/r4-examples";
    if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no fhir/r4-examples in SALUS_TEST_DATA";
    std::map<std::string, std::string> faults;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        const std::string name = file.path().filename().string();
        if (!name.starts_with("Bundle-")) continue;
        const Submission submission = read(file_text(file.path()));
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
