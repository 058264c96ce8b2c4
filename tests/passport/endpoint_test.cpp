#include <gtest/gtest.h>

#include "service.hpp"

namespace salus::passport::testing {
namespace {

std::string immunization(std::string_view id, std::string_view status = "completed",
                         std::string_view patient = "#p") {
    return R"({"resourceType":"Immunization","id":")" + std::string(id) + R"(","status":")" +
           std::string(status) +
           R"(","contained":[{"resourceType":"Patient","id":"p","name":[{"family":"Example"}],)"
           R"("birthDate":"1990"}],"vaccineCode":{"text":"Yellow fever"},)"
           R"("occurrenceDateTime":"2020-02-02","patient":{"reference":")" +
           std::string(patient) + "\"}}";
}
std::string bundle(std::initializer_list<std::string> resources,
                   std::string_view type = "transaction") {
    std::string entries;
    for (const std::string& resource : resources) {
        entries += (entries.empty() ? "" : ",") + (R"({"resource":)" + resource) +
                   R"(,"request":{"method":"POST","url":"Immunization"}})";
    }
    return R"({"resourceType":"Bundle","type":")" + std::string(type) + R"(","entry":[)" + entries +
           "]}";
}

TEST(Endpoints, IssueVerifyRevoke) {
    Service service;
    const auto answer = service.call("POST", "/api/v1/issue",
                                     bundle({immunization("1"), immunization("2", "not-done")}));
    ASSERT_EQ(answer.status, 200) << answer.body;
    const json::object body = service.object(answer);
    ASSERT_EQ(body.at("issued").as_array().size(), 1U);
    ASSERT_EQ(body.at("refused").as_array().size(), 1U);
    const json::object& refused = body.at("refused").as_array()[0].as_object();
    EXPECT_EQ(refused.at("rule"), "certificate.not_done");
    EXPECT_EQ(refused.at("path"), "Bundle.entry[1].resource");
    const json::object& issued = body.at("issued").as_array()[0].as_object();
    EXPECT_EQ(issued.at("alreadyIssued"), false);
    EXPECT_EQ(issued.at("certificate").as_object().at("vaccine"), "Yellow fever");

    const std::string code = codec::print_json(json::object{{"code", issued.at("hcert")}});
    const auto verified = service.call("POST", "/api/v1/verify", code, false, "application/json");
    EXPECT_EQ(service.object(verified).at("overall"), "valid") << verified.body;

    const std::string which =
        codec::print_json(json::object{{"commitment", issued.at("commitment")}, {"reason", 1}});
    EXPECT_EQ(service.call("POST", "/api/v1/revoke", which).status, 200);
    const auto gone = service.call("POST", "/api/v1/verify", code, false);
    EXPECT_EQ(service.object(gone).at("overall"), "invalid") << gone.body;
    const auto again = service.call("POST", "/api/v1/revoke", which);
    EXPECT_EQ(service.object(again).at("state"), "before") << again.body;
}

TEST(Endpoints, RevokesManyAndABatchAndTellsOfEach) {
    Service service;
    json::array commitments;
    json::object issued;
    for (const char* id : {"1", "2"}) {
        const auto answer = service.call("POST", "/api/v1/issue", immunization(id));
        issued = service.object(answer).at("issued").as_array()[0].as_object();
        commitments.push_back(issued.at("commitment"));
    }
    const std::string unknown = "0x" + std::string(64, 'a');
    commitments.push_back(json::string(unknown));
    const auto post = [&](const json::object& body) {
        return service.call("POST", "/api/v1/revoke", codec::print_json(body));
    };
    const auto many = post({{"commitments", commitments}, {"reason", 4}});
    ASSERT_EQ(many.status, 200) << many.body;
    const json::array results = service.object(many).at("results").as_array();
    ASSERT_EQ(results.size(), 3U);
    EXPECT_EQ(results[0].at("state"), "revoked");
    EXPECT_EQ(results[1].at("commitment"), commitments[1]);
    EXPECT_EQ(results[2].at("state"), "refused");
    EXPECT_EQ(results[2].at("commitment"), json::string(unknown));
    EXPECT_EQ(results[2].at("rule"), "issue.unknown_certificate");
    const auto batch = post({{"batch", issued.at("transactionHash")}, {"reason", 4}});
    ASSERT_EQ(batch.status, 200) << batch.body;
    EXPECT_EQ(service.object(batch).at("results").as_array()[0].at("state"), "before");
    EXPECT_EQ(post({{"batch", unknown}, {"reason", 4}}).status, 404);
    EXPECT_EQ(post({{"commitment", unknown}, {"reason", 4}}).status, 404);
    for (const json::object& bad :
         {json::object{}, json::object{{"reason", 4}},
          json::object{{"reason", 256}, {"commitment", unknown}},
          json::object{{"reason", 4}, {"commitment", unknown}, {"batch", unknown}},
          json::object{{"reason", 4}, {"commitments", json::array{}}},
          json::object{{"reason", 4}, {"commitments", json::array{"0x12"}}},
          json::object{{"reason", 4}, {"commitment", 7}}}) {
        EXPECT_EQ(post(bad).status, 400) << codec::print_json(bad);
    }
}

TEST(Endpoints, BulkTellsOfEachItem) {
    Service service;
    const auto post = [&](const std::string& items, bool preview) {
        const std::string body =
            R"({"items":[)" + items + R"(],"preview":)" + (preview ? "true}" : "false}");
        const auto answer = service.call("POST", "/api/v1/issue/bulk", body);
        EXPECT_EQ(answer.status, 200) << answer.body;
        std::vector<std::string> out(4);
        const json::object results = service.object(answer);
        for (const auto& result : results.at("results").as_array()) {
            const json::object& one = result.as_object();
            const json::value* rule = one.if_contains("rule");
            std::string& to = out.at(one.at("item").to_number<std::size_t>());
            to += std::string((rule == nullptr ? one.at("state") : *rule).as_string()) + " ";
        }
        return out;
    };
    const std::string items = immunization("1") + "," + immunization("2", "not-done") + "," +
                              bundle({immunization("3"), immunization("4")}) + "," +
                              R"({"resourceType":"Patient","id":"p"})";
    const auto with = [](const std::string& state) {
        return std::vector<std::string>{state + " ", "certificate.not_done ",
                                        state + " " + state + " ", "bulk.no_statement "};
    };
    EXPECT_EQ(post(items, true), with("new"));
    EXPECT_EQ(service.network.issuer->counts()->issued, 0U);
    EXPECT_EQ(post(items, false), with("issued"));
    EXPECT_EQ(post(items, true), with("known"));
    EXPECT_EQ(post(items, false), with("issued"));
    EXPECT_EQ(service.network.issuer->counts()->issued, 3U);
    for (const char* bad : {"[]", "{}", R"({"items":1})", R"({"items":[],"preview":1})"}) {
        EXPECT_EQ(service.call("POST", "/api/v1/issue/bulk", bad).status, 400) << bad;
    }
    std::string many = "0";
    for (int i = 0; i < 2000; ++i) many += ",0";
    const auto refused = service.call("POST", "/api/v1/issue/bulk", R"({"items":[)" + many + "]}");
    EXPECT_EQ(refused.status, 400);
}

TEST(Endpoints, OnlyTheHospitalIssues) {
    Service service;
    for (const char* path : {"/api/v1/issue", "/api/v1/issue/bulk", "/api/v1/revoke", "/fhir/R4",
                             "/fhir/R4/Immunization", "/fhir/R4/Patient"}) {
        const auto answer = service.call("POST", path, immunization("1"), false);
        EXPECT_EQ(answer.status, 401) << path;
        EXPECT_EQ(answer.headers.get("WWW-Authenticate"), "Bearer");
        EXPECT_NE(answer.body.find("api.not_authorised"), std::string::npos);
    }
    http::Request request;
    request.headers.set("Authorization", "Bearer a-token-of-the-hospitaL");
    EXPECT_FALSE(service.authoriser.may_issue(request));
    EXPECT_EQ(must(service.network.issuer->counts()).issued, 0U);
}

TEST(Endpoints, RefusalsOfForm) {
    Service service;
    EXPECT_EQ(service.call("POST", "/api/v1/issue", "{", true).status, 400);
    EXPECT_EQ(service.call("POST", "/api/v1/issue", "{}", true).status, 422);
    EXPECT_EQ(service.call("POST", "/api/v1/issue", "<a/>", true, "application/xml").status, 415);
    EXPECT_EQ(service.call("POST", "/api/v1/verify", "[]", false).status, 400);
    EXPECT_EQ(service.call("POST", "/fhir/R4", immunization("1")).status, 400);
    const auto fault = service.call("POST", "/fhir/R4/Immunization", immunization("1", "done"));
    EXPECT_EQ(fault.status, 422);
    EXPECT_EQ(fault.content_type, "application/fhir+json");
    const json::object outcome = service.object(fault);
    EXPECT_EQ(outcome.at("resourceType"), "OperationOutcome");
    const json::object& issue = outcome.at("issue").as_array()[0].as_object();
    EXPECT_EQ(issue.at("code"), "code-invalid");
    EXPECT_EQ(issue.at("expression").as_array()[0], "Immunization.status");
}

TEST(Endpoints, FhirImmunizationWithAStoredPatient) {
    Service service;
    const auto stored = service.call("POST", "/fhir/R4/Patient",
                                     R"({"resourceType":"Patient","name":[{"family":"Stored"}],)"
                                     R"("birthDate":"1980-01-01"})");
    ASSERT_EQ(stored.status, 201) << stored.body;
    const std::string location(stored.headers.get("Location"));
    const std::string reference = location.substr(std::string("/fhir/R4/").size());
    const auto issued =
        service.call("POST", "/fhir/R4/Immunization", immunization("1", "completed", reference));
    ASSERT_EQ(issued.status, 201) << issued.body;
    EXPECT_EQ(service.object(issued).at("resourceType"), "Parameters");
    const auto again =
        service.call("POST", "/fhir/R4/Immunization", immunization("1", "completed", reference));
    EXPECT_EQ(again.status, 200);
    const auto unknown = service.call("POST", "/fhir/R4/Immunization",
                                      immunization("2", "completed", "Patient/none"));
    EXPECT_EQ(unknown.status, 422);
    EXPECT_NE(unknown.body.find("reference.unresolved"), std::string::npos);
    EXPECT_EQ(service.call("PUT", "/fhir/R4/Patient/bad_id", stored.body).status, 400);
    EXPECT_EQ(service.call("PUT", "/fhir/R4/Patient/own-id", stored.body).status, 201);
    EXPECT_EQ(service.call("PUT", "/fhir/R4/Patient/own-id", stored.body).status, 200);
}

TEST(Endpoints, ABundleMayReferToAStoredPatient) {
    Service service;
    const std::string patient = R"({"resourceType":"Patient","name":[{"family":"Stored"}],)"
                                R"("birthDate":"1980-01-01"})";
    ASSERT_EQ(service.call("PUT", "/fhir/R4/Patient/7", patient).status, 201);
    const auto answer = service.call("POST", "/api/v1/issue",
                                     bundle({immunization("1", "completed", "Patient/7"),
                                             immunization("2", "completed", "Patient/8")}));
    const json::object body = service.object(answer);
    ASSERT_EQ(body.at("issued").as_array().size(), 1U) << answer.body;
    EXPECT_NE(answer.body.find("Stored"), std::string::npos);
    ASSERT_EQ(body.at("refused").as_array().size(), 1U);
    EXPECT_EQ(body.at("refused").as_array()[0].as_object().at("rule"), "reference.unresolved");
}

TEST(Endpoints, ATransactionIsTakenWholeOrNotAtAll) {
    Service service;
    const auto bad =
        service.call("POST", "/fhir/R4", bundle({immunization("1"), immunization("2", "done")}));
    EXPECT_EQ(bad.status, 422);
    EXPECT_EQ(must(service.network.issuer->counts()).issued, 0U);
    const auto mixed = service.call(
        "POST", "/fhir/R4", bundle({immunization("1"), immunization("2", "done")}, "batch"));
    EXPECT_EQ(mixed.status, 200);
    const json::object body = service.object(mixed);
    EXPECT_EQ(body.at("type"), "batch-response");
    const json::array& entries = body.at("entry").as_array();
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].at("response").at("status"), "201 Created");
    EXPECT_EQ(entries[1].at("response").at("status"), "422 Unprocessable Content");
    EXPECT_EQ(must(service.network.issuer->counts()).issued, 1U);
}

std::string changed(std::string record) {
    return record.replace(record.find("Yellow"), 6, "Purple");
}
bool says(const http::Response& answer, std::string_view text) {
    return answer.body.find(text) != std::string::npos;
}

TEST(Endpoints, ATransactionWithAConflictIsNoSuccess) {
    Service service;
    ASSERT_EQ(service.call("POST", "/fhir/R4/Immunization", immunization("1")).status, 201);
    const std::string sent = bundle({changed(immunization("1")), immunization("2")});
    for (int time = 0; time < 2; ++time) { // sent again, it says the same
        const auto answer = service.call("POST", "/fhir/R4", sent);
        EXPECT_EQ(answer.status, 409) << answer.body;
        EXPECT_EQ(service.object(answer).at("resourceType"), "OperationOutcome");
        EXPECT_TRUE(says(answer, "issue.identity_taken")) << answer.body;
        EXPECT_TRUE(says(answer, "Bundle.entry[0]"));
        EXPECT_TRUE(says(answer, "certificate.issued"));
        EXPECT_TRUE(says(answer, "Bundle.entry[1]"));
        EXPECT_TRUE(says(answer, "idempotent"));
        EXPECT_EQ(must(service.network.issuer->counts()).issued, 2U);
    }
    const auto batch = service.call(
        "POST", "/fhir/R4", bundle({changed(immunization("1")), immunization("2")}, "batch"));
    EXPECT_EQ(batch.status, 200);
    EXPECT_TRUE(says(batch, "409 Conflict"));
}

TEST(Endpoints, ATransactionThatIsNotYetOnChainIsNoSuccess) {
    IssuerOptions options;
    options.wait = std::chrono::milliseconds(300);
    Service service(options);
    service.network.eth->deaf = true;
    const auto answer = service.call("POST", "/fhir/R4", bundle({immunization("1")}));
    EXPECT_EQ(answer.status, 503) << answer.body;
    EXPECT_TRUE(says(answer, "issue.pending"));
    EXPECT_EQ(answer.headers.get("Retry-After"), "1");
}

TEST(Endpoints, ATransactionTooLargeForACodeIsNoSuccess) {
    Service service;
    const auto noise = [&] { return to_hex(service.network.random.bytes<125>().bytes); };
    std::string codings;
    for (int i = 0; i < 8; ++i) {
        codings += (i == 0 ? "" : ",") + (R"({"system":"urn:)" + noise()) + R"(","code":")" +
                   noise() + R"(","display":")" + noise() + "\"}";
    }
    std::string large = immunization("1");
    large.replace(large.find(R"({"text")"), 1, R"({"coding":[)" + codings + "],");
    const auto answer = service.call("POST", "/fhir/R4", bundle({large, immunization("2")}));
    EXPECT_EQ(answer.status, 422);
    EXPECT_TRUE(says(answer, "issue.too_large_for_qr"));
    EXPECT_TRUE(says(answer, "certificate.issued")); // the other one, and it stays
}

std::string patient_with(std::string_view method, std::string_view family) {
    return R"({"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":)"
           R"("Patient","id":"7","birthDate":"1980","name":[{"family":")" +
           std::string(family) + R"("}]},"request":{"method":")" + std::string(method) +
           R"(","url":"Patient/7"}}]})";
}

TEST(Endpoints, ATransactionsPatientsAreStored) {
    Service service;
    const auto first = service.call("POST", "/fhir/R4", patient_with("POST", "First"));
    EXPECT_EQ(first.status, 200);
    EXPECT_TRUE(says(first, "201 Created")) << first.body;
    EXPECT_TRUE(says(first, "entry.stored")) << first.body;
    EXPECT_EQ(must(service.patients.find("7")).value().at("name").at(0).at("family"), "First");
    const auto other = service.call("POST", "/fhir/R4", patient_with("POST", "Other"));
    EXPECT_TRUE(says(other, "not stored")) << other.body;
    EXPECT_EQ(must(service.patients.find("7")).value().at("name").at(0).at("family"), "First");
    EXPECT_TRUE(says(service.call("POST", "/fhir/R4", patient_with("PUT", "Other")), "200 OK"));
    EXPECT_EQ(must(service.patients.find("7")).value().at("name").at(0).at("family"), "Other");
    const auto issued =
        service.call("POST", "/fhir/R4/Immunization", immunization("1", "completed", "Patient/7"));
    EXPECT_EQ(issued.status, 201) << issued.body;
}

TEST(Endpoints, ChangedRecordIsAConflict) {
    Service service;
    ASSERT_EQ(service.call("POST", "/fhir/R4/Immunization", immunization("1")).status, 201);
    std::string changed = immunization("1");
    changed.replace(changed.find("Yellow"), 6, "Purple");
    const auto conflict = service.call("POST", "/fhir/R4/Immunization", changed);
    EXPECT_EQ(conflict.status, 409);
    EXPECT_NE(conflict.body.find("issue.identity_taken"), std::string::npos);
}

TEST(Endpoints, StatusTrustListQrAndMetadata) {
    Service service;
    const json::object status = service.object(service.call("GET", "/api/v1/status", "", false));
    EXPECT_EQ(status.at("chainId"), chain::testing::kTestChainId);
    EXPECT_EQ(status.at("hospital").as_object().at("name"), "Demonstration Clinic");
    const auto list = service.call("GET", "/api/v1/trust-list", "", false);
    const auto opened = open_trust_list(list.body, {{}, {}, service.signer.address()});
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    EXPECT_EQ(opened->list.hospitals.size(), 1U);
    const auto svg = service.call("POST", "/api/v1/qr", R"({"code":"HC1:TEST"})", false);
    EXPECT_EQ(svg.content_type, "image/svg+xml");
    EXPECT_NE(svg.body.find("<svg"), std::string::npos);
    const auto png =
        service.call("POST", "/api/v1/qr", R"({"code":"HC1:TEST","format":"png"})", false);
    EXPECT_TRUE(png.body.starts_with("\x89PNG"));
    EXPECT_EQ(service.call("POST", "/api/v1/qr", R"({"code":"a","format":"gif"})").status, 400);
    const std::string long_code = R"({"code":")" + std::string(9000, 'A') + "\"}";
    EXPECT_EQ(service.call("POST", "/api/v1/qr", long_code).status, 422);
    const json::object capability =
        service.object(service.call("GET", "/fhir/R4/metadata", "", false));
    EXPECT_EQ(capability.at("fhirVersion"), "4.0.1");
}

} // namespace
} // namespace salus::passport::testing
