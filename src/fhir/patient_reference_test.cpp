#include <gtest/gtest.h>

#include "fhir/submission_world_test.hpp"

namespace salus::fhir::testing {
namespace {

std::string patient_entry(const std::string& url, const std::string& id,
                          const std::string& family) {
    return R"({"fullUrl":")" + url + R"(","resource":{"resourceType":"Patient","id":")" + id +
           R"(","name":[{"family":")" + family + R"("}],"birthDate":"1990"}})";
}
std::string shot_entry(const std::string& url, const std::string& reference) {
    return R"({"fullUrl":")" + url +
           R"(","resource":{"resourceType":"Immunization","status":"completed","vaccineCode":)"
           R"({"text":"Yellow fever"},"occurrenceDateTime":"2019","identifier":[{"value":"7"}],)"
           R"("patient":{"reference":")" +
           reference + "\"}}}";
}
Submission read_entries(const std::vector<std::string>& entries,
                        const Context& context = {kNow, {}}) {
    std::string text;
    for (const std::string& entry : entries) text += (text.empty() ? "" : ",") + entry;
    return read_submission(
        *codec::parse_json(R"({"resourceType":"Bundle","type":"collection","entry":[)" + text +
                           "]}"),
        context);
}
// The family name of whom the last entry's Immunization is certified to; else the rule against it.
std::string whose(const Submission& submission) {
    const Candidate& candidate = submission.candidates.back();
    return candidate.statement ? candidate.vaccination()->name.family
                               : std::string(refusal_of(candidate).rule);
}

TEST(PatientReference, IsResolvedAtTheBaseOfItsEntry) {
    const std::string a = patient_entry("http://a/fhir/Patient/1", "1", "OfA");
    const std::string b = patient_entry("http://b/fhir/Patient/1", "1", "OfB");
    const auto of = [](const char* url) { return shot_entry(url, "Patient/1"); };
    EXPECT_EQ(whose(read_entries({a, b, of("http://a/fhir/Immunization/5")})), "OfA");
    EXPECT_EQ(whose(read_entries({a, b, of("http://b/fhir/Immunization/5")})), "OfB");
    EXPECT_EQ(whose(read_entries({a, b, shot_entry("urn:oid:2.999.5", "http://b/fhir/Patient/1")})),
              "OfB");
    // an entry whose address alone says its id
    std::string unnamed = b;
    unnamed.replace(unnamed.find(R"("id":"1",)"), 9, "");
    EXPECT_EQ(whose(read_entries({unnamed, of("http://b/fhir/Immunization/5")})), "OfB");
}

TEST(PatientReference, OfAnotherServerIsNeverTaken) {
    const std::string b = patient_entry("http://b/fhir/Patient/1", "1", "OfB");
    const Submission submission =
        read_entries({b, shot_entry("http://a/fhir/Immunization/5", "Patient/1")});
    EXPECT_EQ(whose(submission), "reference.ambiguous");
    expect_error(submission, "Bundle.entry[1].resource.patient", "reference.ambiguous");
    EXPECT_EQ(whose(read_entries({b, shot_entry("urn:oid:2.999.5", "Patient/1")})), "OfB");
}

TEST(PatientReference, ToOneOfTwoWithTheSameIdIsRefusedByName) {
    const std::string one = patient_entry("urn:oid:2.999.1", "1", "One");
    const std::string two = patient_entry("urn:oid:2.999.2", "1", "Two");
    const std::string shot = shot_entry("urn:oid:2.999.5", "Patient/1");
    EXPECT_EQ(whose(read_entries({one, two, shot})), "reference.ambiguous");
    EXPECT_EQ(whose(read_entries({two, one, shot})), "reference.ambiguous");
    EXPECT_EQ(whose(read_entries({one, two, shot_entry("urn:oid:2.999.5", "urn:oid:2.999.2")})),
              "Two");
    // nor is the hospital's own Patient of this id meant for sure
    const auto known = *codec::parse_json(
        R"({"resourceType":"Patient","id":"1","name":[{"family":"Known"}],"birthDate":"1970"})");
    EXPECT_EQ(whose(read_entries({one, two, shot}, knowing(known))), "reference.ambiguous");
    EXPECT_EQ(whose(read_entries({shot}, knowing(known))), "Known");
}

TEST(PatientReference, ToOneOfTwoContainedIsRefusedByName) {
    World world;
    world.patient_reference = R"("patient":{"reference":"#p"})";
    const std::string p =
        R"({"resourceType":"Patient","id":"p","name":[{"family":"A"}],"birthDate":"1970"})";
    world.immunization_more = R"(,"contained":[)" + p + "]";
    EXPECT_EQ(whose(read(world)), "A");
    world.immunization_more = R"(,"contained":[)" + p + "," + p + "]";
    EXPECT_EQ(whose(read(world)), "reference.ambiguous");
}

TEST(PatientReference, ThatCannotBeLookedUpIsRefusedByName) {
    static constexpr ErrorKind kBroken{"test.broken", "a store that works"};
    std::size_t asked = 0;
    const Context context{kNow, [&](const std::string&) -> Result<std::optional<codec::Json>> {
                              ++asked;
                              return Error(kBroken);
                          }};
    const Submission submission = read_entries(
        {shot_entry("urn:oid:2.999.1", "Patient/1"), shot_entry("urn:oid:2.999.2", "Patient/1")},
        context);
    EXPECT_EQ(whose(submission), "reference.unreadable");
    EXPECT_EQ(asked, 1U);
}

} // namespace
} // namespace salus::fhir::testing
