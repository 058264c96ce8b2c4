// Bundles in, through sealed blocks of the patient's chain, and equal out.

#include <fstream>

#include "fhir/elements.hpp"
#include "gateway/exact_json.hpp"
#include "gateway/gateway_world_test.hpp"
#include "support/archives.hpp"

namespace salus::gateway::test {
namespace {

namespace json = codec::json;
using codec::Json;
using consent::Access;

// What is due: each resource with references as names, the Patient under the enrolled id. Made from
// the text alone, without the code under test.
std::map<std::string, Json> due_of(std::string text, const std::string& patient) {
    const Json bundle = codec::parse_json(text).value();
    const auto replace = [&](const std::string& what, const std::string& with) {
        for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at)) {
            text.replace(at, what.size(), with);
            at += with.size();
        }
    };
    std::string own;
    for (const Json& entry : bundle.at("entry").as_array()) {
        const Json& resource = entry.at("resource");
        const std::string type(resource.at("resourceType").as_string());
        std::string id(resource.at("id").as_string());
        if (type == "Patient") {
            own = id;
            id = patient;
        }
        replace("\"reference\":\"" + std::string(entry.at("fullUrl").as_string()) + "\"",
                "\"reference\":\"" + type + "/" + id + "\"");
    }
    std::map<std::string, Json> out;
    const Json resolved = codec::parse_json(text).value();
    for (const Json& entry : resolved.at("entry").as_array()) {
        Json resource = entry.at("resource");
        const std::string type(resource.at("resourceType").as_string());
        if (type == "Patient") resource.as_object()["id"] = patient;
        out[type + "/" + std::string(resource.at("id").as_string())] = resource;
    }
    return out;
}

std::string squeezed(const std::string& text) {
    return print_exact(parse_exact(text).value());
}

class RoundTrip : public GatewayWorld {};

TEST_F(RoundTrip, EverySyntheaBundleInEqualOut) {
    const auto folder = salus::test::data_path("fhir/synthea-r4");
    if (!folder) GTEST_SKIP() << "fhir/synthea-r4 is absent (SALUS_TEST_DATA)";
    std::uint64_t seed = 2;
    std::size_t resources = 0;
    for (const auto& file : salus::test::files_below(*folder, ".json")) {
        const Person person = found(seed++);
        const std::string id = "patient-" + std::to_string(seed);
        const EnrolledPatient patient = enrol(person, id, Access::read_write);
        const std::string text = squeezed(salus::test::read_file(file));
        const auto due = due_of(text, id);
        const Json bundle = parse_exact(text).value();
        const auto intake = read_bundle(bundle.get_object(), direction(&patient), keys_);
        ASSERT_TRUE(intake.ok()) << file << intake.error().text();
        ASSERT_EQ(intake->patients.size(), 1U);
        const auto report = writer().write(*source_, intake->patients[0], {});
        ASSERT_TRUE(report.ok()) << report.error().text();
        EXPECT_EQ(report->written.size(), due.size());
        // One block for all of it, beside the genesis.
        EXPECT_EQ(ledger_->history(person.chain, 10)->size(), 2U);

        const auto versions = reader().load(*source_, patient, {});
        ASSERT_TRUE(versions.ok()) << versions.error().text();
        ASSERT_EQ(versions->size(), due.size() + 1); // and the Provenance
        std::size_t found = 0;
        for (const Version& one : *versions) {
            if (one.type == "Provenance") {
                EXPECT_EQ(one.resource.at("target").as_array().size(), due.size());
                continue;
            }
            json::object read = codec::parse_json(print_exact(one.resource))->as_object();
            read.erase("meta");
            Json expected = due.at(one.type + "/" + one.id);
            expected.as_object().erase("meta");
            EXPECT_EQ(Json(read), expected) << one.type << "/" << one.id;
            ++found;
        }
        EXPECT_EQ(found, due.size());
        // The patient has them too, with her own keys alone.
        const auto own = read_by_patient(person);
        EXPECT_EQ(own.size(), due.size() + 1);
        for (const auto& [name, resource] : due) EXPECT_TRUE(own.contains(name)) << name;
        ASSERT_TRUE(vault_->check_chain(person.chain).ok());
        resources += due.size();
        cache_.clear();
    }
    EXPECT_EQ(resources, 3226U);
}

TEST_F(RoundTrip, WhatIsPostedAgainIsNotWrittenAgain) {
    const auto folder = salus::test::data_path("fhir/synthea-r4");
    if (!folder) GTEST_SKIP() << "fhir/synthea-r4 is absent (SALUS_TEST_DATA)";
    const EnrolledPatient patient = enrol(person_, "p1", Access::read_write);
    const Json bundle =
        parse_exact(salus::test::read_file(salus::test::files_below(*folder, ".json")[0])).value();
    const auto post = [&](BlockLimits limits = {}) {
        const auto intake = read_bundle(bundle.get_object(), direction(&patient), keys_).value();
        return writer(limits).write(*source_, intake.patients[0], {});
    };
    const auto first = post();
    ASSERT_TRUE(first.ok());
    for (const Written& one : first->written) EXPECT_TRUE(one.fresh && one.created);
    const auto again = post();
    ASSERT_TRUE(again.ok());
    ASSERT_EQ(again->written.size(), first->written.size());
    for (std::size_t i = 0; i < first->written.size(); ++i) {
        EXPECT_FALSE(again->written[i].fresh);
        EXPECT_EQ(again->written[i].version, first->written[i].version);
        EXPECT_EQ(again->written[i].time, first->written[i].time);
    }
    EXPECT_EQ(source_->appended, 1U);
}

// A bundle of more than one block is written block by block; what was interrupted goes on where it
// stopped when it is posted again, whatever the gateway learned of the last block.
TEST_F(RoundTrip, LargeBundlesAreSplitAndResumed) {
    const auto folder = salus::test::data_path("fhir/synthea-r4");
    if (!folder) GTEST_SKIP() << "fhir/synthea-r4 is absent (SALUS_TEST_DATA)";
    const EnrolledPatient patient = enrol(person_, "p1", Access::read_write);
    const Json bundle =
        parse_exact(salus::test::read_file(salus::test::files_below(*folder, ".json")[0])).value();
    const auto post = [&] {
        const auto intake = read_bundle(bundle.get_object(), direction(&patient), keys_).value();
        return writer({.entries = 21, .bytes = 200'000}).write(*source_, intake.patients[0], {});
    };
    // Nobody hears of the first block, though the node has it.
    source_->answer_lost = true;
    expect_refused(post(), records_client::kUnreachable);
    source_->answer_lost = false;
    EXPECT_EQ(source_->appended, 1U);
    // The next post finds that out, and stops at what the node refuses.
    source_->append_fails = Error(records::kNotAllowed);
    expect_refused(post(), records::kNotAllowed);
    source_->append_fails.reset();
    const auto done = post();
    ASSERT_TRUE(done.ok()) << done.error().text();
    EXPECT_FALSE(done->stopped);
    EXPECT_EQ(done->written.size(), 86U);
    EXPECT_FALSE(done->written.front().fresh);
    EXPECT_TRUE(done->written.back().fresh);
    EXPECT_GE(source_->appended, 5U);
    const auto versions = reader().load(*source_, patient, {}).value();
    std::set<std::string> names;
    std::size_t told = 0;
    for (const Version& one : versions) {
        if (one.type == "Provenance") {
            told += one.resource.at("target").as_array().size();
        } else {
            EXPECT_TRUE(names.insert(one.type + "/" + one.id).second) << one.id;
        }
    }
    EXPECT_EQ(names.size(), 86U);
    EXPECT_EQ(told, 86U);
    ASSERT_TRUE(vault_->check_chain(person_.chain).ok());
}

// Nobody knows whether the block came, and the node has it not: it may be on its way still, so that
// for a while nothing is written twice; then it is written.
TEST_F(RoundTrip, WhatIsOnItsWayIsNotWrittenTwice) {
    const EnrolledPatient patient = enrol(person_, "p1", Access::read_write);
    const auto post = [&] {
        const auto intake =
            read_single(parse_exact(R"({"resourceType":"Procedure","status":"completed",
                "subject":{"reference":"Patient/p1"}})")
                            .value()
                            .as_object(),
                        "Procedure", "", direction(), keys_);
        return writer().write(*source_, intake.value().patients[0], {});
    };
    source_->append_fails = Error(records_client::kUnreachable);
    expect_refused(post(), records_client::kUnreachable);
    source_->append_fails.reset();
    expect_refused(post(), kWriteUnderWay);
    clock_.advance(std::chrono::milliseconds(kWriteTime + 1000));
    consents_.now += kWriteTime / 1000 + 1;
    const auto done = post();
    ASSERT_TRUE(done.ok()) << done.error().text();
    EXPECT_TRUE(done->written[0].fresh);
    EXPECT_FALSE(post()->written[0].fresh);
    EXPECT_EQ(read_by_patient(person_).size(), 2U);
}

TEST_F(RoundTrip, OfficialExamplesKeepEveryDigit) {
    const auto folder = salus::test::data_path("fhir/r4-examples");
    if (!folder) GTEST_SKIP() << "fhir/r4-examples is absent (SALUS_TEST_DATA)";
    const EnrolledPatient patient = enrol(person_, "p1", Access::read_write);
    const std::string text = salus::test::read_file(*folder / "Observation-decimal.json");
    json::object resource = parse_exact(text).value().as_object();
    const auto intake = read_single(resource, "Observation", "", direction(&patient), keys_);
    ASSERT_TRUE(intake.ok()) << intake.error().text();
    ASSERT_TRUE(writer().write(*source_, intake->patients[0], {}).ok());
    const auto versions = reader().load(*source_, patient, {}).value();
    const auto one = std::find_if(versions.begin(), versions.end(),
                                  [](const Version& v) { return v.type == "Observation"; });
    ASSERT_NE(one, versions.end());
    json::object read = one->resource;
    read.erase("meta");
    resource["id"] = read.at("id");
    EXPECT_EQ(print_exact(read), print_exact(resource));
    EXPECT_NE(print_exact(read).find("-1.000000000000000000E+245"), std::string::npos);
}

} // namespace
} // namespace salus::gateway::test
