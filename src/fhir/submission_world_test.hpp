#pragma once
// A valid submission, of which a test states only what differs.

#include <gtest/gtest.h>

#include "fhir/submission.hpp"

namespace salus::fhir::testing {

inline constexpr std::int64_t kNow = 1'790'000'000; // 2026-09-21

// The fixture is a valid Bundle; a test states only the difference.
struct World {
    std::string patient_more, patient_birth = R"("birthDate":"1990-05-17")";
    std::string name = R"("name":[{"use":"official","family":"Example","given":["Ada","Maria"]}])";
    std::string status = R"("status":"completed")";
    std::string occurrence = R"("occurrenceDateTime":"2021-06-01")";
    std::string patient_reference =
        R"("patient":{"reference":"urn:uuid:11111111-1111-4111-8111-111111111111"})";
    std::string vaccine =
        R"("vaccineCode":{"coding":[{"system":"http://hl7.org/fhir/sid/cvx","code":"208"}]})";
    std::string immunization_more, bundle = R"("type":"transaction")";
    std::string request = R"("request":{"method":"POST","url":"Immunization"})";

    std::string text() const {
        return R"({"resourceType":"Bundle",)" + bundle +
               R"(,"entry":[{"fullUrl":"urn:uuid:11111111-1111-4111-8111-111111111111","resource":)"
               R"({"resourceType":"Patient","id":"p1",)" +
               name + "," + patient_birth + patient_more +
               R"(},"request":{"method":"POST","url":"Patient"}},)"
               R"({"fullUrl":"urn:uuid:22222222-2222-4222-8222-222222222222","resource":)"
               R"({"resourceType":"Immunization",)" +
               status + "," + vaccine + "," + patient_reference + "," + occurrence +
               immunization_more + "}," + request + "}]}";
    }
};

// A hospital that knows this one Patient, by its id.
inline Context knowing(const codec::Json& patient) {
    return {kNow, [&patient](const std::string& id) -> Result<std::optional<codec::Json>> {
                if (patient.at("id") != codec::Json(id)) return std::optional<codec::Json>();
                return std::optional<codec::Json>(patient);
            }};
}

inline Submission read(const std::string& text) {
    auto parsed = codec::parse_json(text);
    EXPECT_TRUE(parsed.ok()) << text;
    return read_submission(*parsed, Context{kNow, {}});
}
inline Submission read(const World& world) {
    return read(world.text());
}

inline std::string described(const Issues& issues) {
    std::string out;
    for (const Issue& issue : issues) {
        out += std::string(name_of(issue.severity)) + " " + issue.path + " " +
               std::string(issue.rule) + ": " + issue.message + "\n";
    }
    return out;
}

inline void expect_error(const Submission& submission, std::string_view path,
                         std::string_view rule) {
    for (const Issue& issue : submission.issues) {
        if (issue.severity == Severity::error && issue.path == path && issue.rule == rule) return;
    }
    ADD_FAILURE() << "no " << rule << " at " << path << " in\n" << described(submission.issues);
}
inline void expect_fault(const World& world, std::string_view path, std::string_view rule) {
    const Submission submission = read(world);
    expect_error(submission, path, rule);
    EXPECT_FALSE(submission.conforms);
    for (const Candidate& candidate : submission.candidates) {
        EXPECT_FALSE(candidate.statement);
    }
}
inline constexpr const char* kPatient = "Bundle.entry[0].resource";
inline constexpr const char* kShot = "Bundle.entry[1].resource";
inline std::string at(const char* resource, const char* rest) {
    return std::string(resource) + rest;
}

} // namespace salus::fhir::testing
