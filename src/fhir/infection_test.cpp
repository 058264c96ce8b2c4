// Test results and recoveries: what is taken out of Observation, DiagnosticReport and Condition,
// and every refusal by its name.

#include <gtest/gtest.h>

#include "fhir/infection.hpp"
#include "fhir/submission_world_test.hpp"

namespace salus::fhir::testing {
namespace {

// A valid Bundle of a Patient and one resource of a test; a test states only the difference.
struct Lab {
    std::string type = "Observation";
    std::string status = R"("status":"final")";
    std::string code = R"("code":{"coding":[{"system":"http://loinc.org","code":"94500-6"}]})";
    std::string subject = R"("subject":{"reference":"Patient/p1"})";
    std::string effective = R"("effectiveDateTime":"2026-09-18T08:30:00+02:00")";
    std::string result = R"("valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct",)"
                         R"("code":"260415000"}]})";
    std::string performer = R"("performer":[{"display":"Test Centre East"}])";
    std::string more = R"(,"id":"o1")";
    std::string others; // entries

    std::string resource() const {
        return R"({"resourceType":")" + type + "\"," + status + "," + code + "," + subject + "," +
               effective + "," + result + "," + performer + more + "}";
    }
    std::string text() const {
        return R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":)"
               R"("http://h/Patient/p1","resource":{"resourceType":"Patient","id":"p1","name":)"
               R"([{"family":"Example","given":["Ada"]}],"birthDate":"1990-05-17"}},)"
               R"({"fullUrl":"http://h/Observation/o1","resource":)" +
               resource() + "}" + others + "]}";
    }
    void positive() { result.replace(result.find("260415000"), 9, "260373001"); }
    void antigen(const std::string& device) {
        code.replace(code.find("94500-6"), 7, "94558-4");
        more += device;
    }
};

Submission read(const Lab& lab) {
    return testing::read(lab.text());
}
template <typename T>
T must_state(const Submission& submission, std::size_t index = 0) {
    if (index >= submission.candidates.size() || !submission.candidates[index].statement) {
        ADD_FAILURE() << "no statement: " << described(submission.issues);
        return {};
    }
    const T* out = std::get_if<T>(&*submission.candidates[index].statement);
    if (out == nullptr) ADD_FAILURE() << "another statement";
    return out == nullptr ? T{} : *out;
}
void expect_refused(const Submission& submission, std::string_view rule) {
    ASSERT_FALSE(submission.candidates.empty());
    const Candidate& candidate = submission.candidates.back();
    EXPECT_FALSE(candidate.statement) << rule;
    if (candidate.statement) return;
    EXPECT_EQ(refusal_of(candidate).rule, rule) << described(candidate.issues);
    EXPECT_TRUE(submission.conforms) << described(submission.issues);
}
void expect_refused(const Lab& lab, std::string_view rule) {
    expect_refused(read(lab), rule);
}
void expect_fault(const Lab& lab, std::string_view path, std::string_view rule) {
    const Submission submission = read(lab);
    expect_error(submission, path, rule);
    EXPECT_FALSE(submission.conforms);
}
constexpr const char* kResult = "Bundle.entry[1].resource";

TEST(Infection, TakesATest) {
    const Submission submission = read(Lab{});
    EXPECT_TRUE(submission.conforms) << described(submission.issues);
    const auto test = must_state<TestResult>(submission);
    EXPECT_EQ(test.identity, "test|Observation/o1");
    EXPECT_EQ(test.name, (PersonName{"Example", "Ada"}));
    EXPECT_EQ(test.disease, "840539006");
    EXPECT_EQ(test.method, kNucleicAcidTest);
    EXPECT_FALSE(test.detected);
    EXPECT_EQ(test.sampled, "2026-09-18T08:30:00+02:00");
    EXPECT_EQ(test.centre, "Test Centre East");
    EXPECT_EQ(codec::print_json(facts_json(test)),
              R"({"patient":{"name":{"family":"Example","given":"Ada"},"birthDate":"1990-05-17"},)"
              R"("test":{"disease":"840539006","coding":[{"system":"http://loinc.org",)"
              R"("code":"94500-6"}],"method":"LP6464-4","detected":false,)"
              R"("sampled":"2026-09-18T08:30:00+02:00","centre":"Test Centre East"}})");
}

TEST(Infection, TakesTheDeviceOfAnAntigenTest) {
    Lab lab;
    lab.antigen("");
    expect_refused(lab, "certificate.no_device");
    lab = {};
    lab.antigen(R"(,"device":{"display":"Panbio","identifier":{"system":)"
                R"("https://covid-19-diagnostics.jrc.ec.europa.eu/devices","value":"1232"}})");
    auto test = must_state<TestResult>(read(lab));
    EXPECT_EQ(test.method, kRapidAntigenTest);
    EXPECT_EQ(test.device_id, "1232");
    EXPECT_EQ(test.device_name, "Panbio");
    lab = {};
    lab.antigen(R"(,"device":{"reference":"#d"},"contained":[{"resourceType":"Device","id":"d",)"
                R"("identifier":[{"system":"x","value":"7"},{"system":)"
                R"("https://covid-19-diagnostics.jrc.ec.europa.eu/devices","value":"345"}],)"
                R"("deviceName":[{"name":"STANDARD Q","type":"model-name"}]}])");
    test = must_state<TestResult>(read(lab));
    EXPECT_EQ(test.device_id, "345");
    EXPECT_EQ(test.device_name, "STANDARD Q");
}

TEST(Infection, TheSpecimenSaysWhenItWasTaken) {
    Lab lab;
    lab.more += R"(,"specimen":{"reference":"#s"},"contained":[{"resourceType":"Specimen","id":)"
                R"("s","collection":{"collectedDateTime":"2026-09-17T07:00:00Z"}}])";
    EXPECT_EQ(must_state<TestResult>(read(lab)).sampled, "2026-09-17T07:00:00Z");
}

TEST(Infection, TheCentresCountry) {
    Lab lab;
    lab.performer = R"("performer":[{"reference":"http://h/Organization/1"}])";
    lab.others = R"(,{"fullUrl":"http://h/Organization/1","resource":{"resourceType":)"
                 R"("Organization","name":"Lab West","address":[{"country":"AT"}]}})";
    const auto test = must_state<TestResult>(read(lab));
    EXPECT_EQ(test.centre, "Lab West");
    EXPECT_EQ(test.country, "AT");
}

TEST(Infection, TakesAReportWithItsConclusion) {
    Lab lab;
    lab.type = "DiagnosticReport";
    lab.result = R"("conclusionCode":[{"coding":[{"system":"http://snomed.info/sct",)"
                 R"("code":"260415000"}]}])";
    EXPECT_FALSE(must_state<TestResult>(read(lab)).detected);
    lab.result = R"("conclusion":"fine")";
    expect_refused(lab, "certificate.no_result");
}

TEST(Infection, AReportWithItsResultWithin) {
    Lab inner;
    inner.more = R"(,"id":"r")";
    inner.performer = R"("note":[{"text":"x"}])";
    Lab lab;
    lab.type = "DiagnosticReport";
    lab.code = R"("code":{"text":"Corona"})";
    lab.result = R"("result":[{"reference":"#r"}],"contained":[)" + inner.resource() + "]";
    const auto test = must_state<TestResult>(read(lab));
    EXPECT_EQ(test.centre, "Test Centre East");
    EXPECT_EQ(test.disease, "840539006");
}

TEST(Infection, AReportOfAnObservationBesideItIsNotCertifiedTwice) {
    Lab lab;
    lab.others = R"(,{"fullUrl":"http://h/DiagnosticReport/d","resource":{"resourceType":)"
                 R"("DiagnosticReport","id":"d","status":"final","code":{"coding":[{"system":)"
                 R"("http://loinc.org","code":"94500-6"}]},"subject":{"reference":"Patient/p1"},)"
                 R"("result":[{"reference":"http://h/Observation/o1"}]}})";
    EXPECT_EQ(read(lab).candidates.size(), 1U);
}

TEST(Infection, OtherObservationsOfABundleAreLeftAlone) {
    Lab lab;
    lab.code = R"("code":{"coding":[{"system":"http://loinc.org","code":"8302-2"}]})";
    lab.effective = R"("effectiveDateTime":"2999")";
    const Submission submission = read(lab);
    EXPECT_TRUE(submission.candidates.empty());
    EXPECT_TRUE(submission.conforms);
}

TEST(Infection, AloneAnObservationOfNoTestIsRefusedByName) {
    Lab lab;
    lab.code = R"("code":{"coding":[{"system":"http://loinc.org","code":"8302-2"}]})";
    const auto parsed = codec::parse_json(lab.resource());
    const auto patient = codec::parse_json(
        R"({"resourceType":"Patient","id":"p1","name":[{"family":"A"}],"birthDate":"1970"})");
    const Submission submission = read_submission(*parsed, knowing(*patient));
    expect_refused(submission, "certificate.not_a_test");
}

TEST(Infection, RefusalsOfATest) {
    Lab lab;
    lab.status = R"("status":"preliminary")";
    expect_refused(lab, "certificate.not_final");
    lab = {};
    lab.status = R"("status":"entered-in-error")";
    expect_refused(lab, "certificate.entered_in_error");
    lab = {};
    lab.result = R"("valueString":"negative")";
    expect_refused(lab, "certificate.no_result");
    lab = {};
    lab.effective = R"("effectiveDateTime":"2026-09-18")";
    expect_refused(lab, "certificate.no_sample_time");
    lab = {};
    lab.performer = R"("note":[{"text":"x"}])";
    expect_refused(lab, "certificate.no_centre");
    lab = {};
    lab.more = "";
    lab.others = "";
    EXPECT_EQ(must_state<TestResult>(read(lab)).identity, "test|http://h/Observation/o1");
}

TEST(Infection, FaultsOfAnObservation) {
    Lab lab;
    lab.status = R"("status":"done")";
    expect_fault(lab, at(kResult, ".status"), "binding.required");
    lab = {};
    lab.effective = R"("effectiveDateTime":"2026-10-18T08:30:00Z")";
    expect_fault(lab, at(kResult, ".effective"), "date.future");
    lab = {};
    lab.effective = R"("effectiveDateTime":"1989-10-18T08:30:00Z")";
    expect_fault(lab, at(kResult, ".effective"), "date.before-birth");
    lab = {};
    lab.subject = R"("subject":{"reference":"Patient/other"})";
    expect_fault(lab, at(kResult, ".subject"), "reference.unresolved");
    lab = {};
    lab.subject = R"("issued":"2026-09-18T08:30:00Z")";
    expect_fault(lab, at(kResult, ".subject"), "reference.literal");
    lab = {};
    lab.more += R"(,"dataAbsentReason":{"text":"x"})";
    expect_fault(lab, kResult, "obs-6");
    lab = {};
    lab.more += R"(,"referenceRange":[{"type":{"text":"x"}}])";
    expect_fault(lab, at(kResult, ".referenceRange[0]"), "obs-3");
    lab = {};
    lab.more += R"(,"valueString":"x")";
    expect_fault(lab, at(kResult, ".value"), "element.choice");
    lab = {};
    lab.more += R"(,"occurrence":"x")";
    expect_fault(lab, kResult, "element.unknown");
}

TEST(Infection, APositiveTestBecomesRecoveryOnTheEleventhDay) {
    Lab lab;
    lab.positive();
    EXPECT_TRUE(must_state<TestResult>(read(lab)).detected);
    lab.effective = R"("effectiveDateTime":"2026-09-01T08:30:00+02:00")";
    const auto recovery = must_state<Recovery>(read(lab));
    EXPECT_EQ(recovery.identity, "recovery|Observation/o1");
    EXPECT_EQ(recovery.first_positive, "2026-09-01");
    EXPECT_EQ(recovery.disease, "840539006");
    EXPECT_EQ(codec::print_json(facts_json(recovery)),
              R"({"patient":{"name":{"family":"Example","given":"Ada"},"birthDate":"1990-05-17"},)"
              R"("recovery":{"disease":"840539006","firstPositive":"2026-09-01"}})");
    lab.effective = R"("effectiveDateTime":"2026-01-01T08:30:00+02:00")";
    expect_refused(lab, "certificate.recovery_over");
}

TEST(Infection, TheFirstPositiveTestAloneBeginsAnInfection) {
    Lab later;
    later.positive();
    later.effective = R"("effectiveDateTime":"2026-08-20T08:30:00+02:00")";
    Lab lab;
    lab.positive();
    lab.effective = R"("effectiveDateTime":"2026-08-12T08:30:00+02:00")";
    later.more = R"(,"id":"o2")";
    lab.others = R"(,{"fullUrl":"http://h/Observation/o2","resource":)" + later.resource() + "}";
    const Submission submission = read(lab);
    EXPECT_EQ(must_state<Recovery>(submission).first_positive, "2026-08-12");
    expect_refused(submission, "certificate.not_first_positive");
}

struct Illness : Lab {
    Illness() {
        type = "Condition";
        status =
            R"("clinicalStatus":{"coding":[{"system":)"
            R"("http://terminology.hl7.org/CodeSystem/condition-clinical","code":"resolved"}]})";
        code = R"("code":{"coding":[{"system":"http://snomed.info/sct","code":"840539006"}]})";
        effective = R"("onsetDateTime":"2026-09-01")";
        result = R"("verificationStatus":{"coding":[{"system":)"
                 R"("http://terminology.hl7.org/CodeSystem/condition-ver-status",)"
                 R"("code":"confirmed"}]})";
        performer = R"("recordedDate":"2026-09-02")";
    }
};

TEST(Infection, TakesRecoveryOutOfACondition) {
    Illness illness;
    const auto recovery = must_state<Recovery>(read(illness));
    EXPECT_EQ(recovery.identity, "recovery|Condition/o1");
    EXPECT_EQ(recovery.first_positive, "2026-09-01");
}

TEST(Infection, RefusalsAndFaultsOfACondition) {
    Illness illness;
    illness.effective = R"("onsetDateTime":"2026-09-15")";
    expect_refused(illness, "certificate.recovery_too_early");
    illness.effective = R"("onsetDateTime":"2025-09-15")";
    expect_refused(illness, "certificate.recovery_over");
    illness.effective = R"("onsetDateTime":"2026-09")";
    expect_refused(illness, "certificate.no_date");
    illness = {};
    illness.result.replace(illness.result.find("\"confirmed"), 10, "\"provisional");
    expect_refused(illness, "certificate.not_confirmed");
    illness.result.replace(illness.result.find("\"provisional"), 12, "\"sure");
    expect_fault(illness, at(kResult, ".verificationStatus"), "binding.required");
    illness = {};
    illness.result.replace(illness.result.find("\"confirmed"), 10, "\"entered-in-error");
    expect_fault(illness, kResult, "con-5");
    illness.status = R"("severity":{"text":"mild"})";
    expect_refused(illness, "certificate.entered_in_error");
    illness = {};
    illness.more += R"(,"abatementDateTime":"2026-08-01")";
    expect_fault(illness, at(kResult, ".abatement"), "date.abated-before-onset");
    illness.status = R"("severity":{"text":"mild"})";
    expect_fault(illness, kResult, "con-4");
    illness = {};
    illness.more += R"(,"stage":[{"type":{"text":"x"}}],"evidence":[{"id":"x"}])";
    expect_fault(illness, at(kResult, ".stage[0]"), "con-1");
    expect_fault(illness, at(kResult, ".evidence[0]"), "con-2");
}

TEST(CodeTables, AreInOrderAndFound) {
    EXPECT_EQ(find_test(kLoincSystem, "94500-6")->method, kNucleicAcidTest);
    EXPECT_EQ(find_test(kLoincSystem, "97097-0")->method, kRapidAntigenTest);
    EXPECT_EQ(find_test(kLoincSystem, "94500-7"), nullptr);
    EXPECT_EQ(find_test("", "94500-6"), nullptr);
    EXPECT_EQ(find_answer(kLoincSystem, "LA6576-8")->meaning, kDetected);
    for (const TestRow& row : tests_table()) EXPECT_EQ(find_test(row.system, row.code), &row);
    for (const AnswerRow& row : answers_table()) EXPECT_EQ(find_answer(row.system, row.code), &row);
}

} // namespace
} // namespace salus::fhir::testing
