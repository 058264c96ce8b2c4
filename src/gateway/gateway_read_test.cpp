// Reading, searching, paging.
#include "codec/base64url.hpp"
#include "gateway/gateway_calls_test.hpp"

namespace salus::gateway::test {
namespace {

// ---- reading

TEST_F(GatewayTest, ReadsAreRefusedWithoutConsentAndFromTheRevocationOn) {
    const Reply one = [&] {
        enrol_with(Access::read_write, {Folder::vitals, Folder::audit});
        return created(observation());
    }();
    const std::string id(one.resource.at("id").as_string());
    ASSERT_TRUE(gateway_->read("Observation", id, call()).ok());
    ASSERT_TRUE(gateway_->read("Observation", id, call()).ok()); // out of the cache
    Call research = call();
    research.asker.purpose = "HRESCH";
    expect_refused(gateway_->read("Observation", id, research), kNoGrant);
    revoke_all();
    const ErrorKind& revoked = records::refusal_kind(consent::Reason::revoked);
    expect_refused(gateway_->read("Observation", id, call()), revoked);
    expect_refused(gateway_->history("Observation", id, call()), revoked);
    expect_refused(gateway_->search("Observation", call("patient=p1")), revoked);
    expect_refused(gateway_->search("Observation", call("patient=p1&_summary=count")), revoked);
    expect_refused(gateway_->everything("p1", call()), revoked);
    // What this hospital itself did is still told.
    const auto events = gateway_->search("AuditEvent", for_patient(person_));
    ASSERT_TRUE(events.ok()) << events.error().text();
    EXPECT_GT(matches(*events), 0U);
    const auto consents = gateway_->search("Consent", for_patient(person_, "status=inactive"));
    ASSERT_TRUE(consents.ok());
    EXPECT_EQ(matches(*consents), 1U);
}

// Every call is decided and written down at the node, also when the cache has it all.
TEST_F(GatewayTest, TheCacheSavesOpeningAndNeverAsking) {
    enrol_with(Access::read_write);
    const std::string id(created(observation()).resource.at("id").as_string());
    ASSERT_TRUE(gateway_->read("Observation", id, call()).ok());
    const std::size_t opened = source_->opened;
    EXPECT_EQ(opened, 1U); // and not the Provenance beside it
    const auto before = reads();
    ASSERT_TRUE(gateway_->read("Observation", id, call()).ok());
    EXPECT_EQ(source_->opened, opened);
    const auto after = reads();
    ASSERT_EQ(after.size(), before.size() + 2);
    EXPECT_EQ(after[before.size()].action, records::ReadAction::list);
    const records::ReadFact& fact = after.back();
    EXPECT_EQ(fact.action, records::ReadAction::read);
    EXPECT_EQ(fact.reader, hospital_.account);
    EXPECT_EQ(fact.clinician, "Practitioner/7");
    EXPECT_EQ(fact.count, 1U);
    EXPECT_FALSE(fact.document.is_zero());
}

TEST_F(GatewayTest, ServesExactlyTheFoldersThatAreGranted) {
    ASSERT_TRUE(gateway_->enrol(enrolment(person_, give(person_, Access::write))).ok());
    created(observation());
    created(object_of(R"({"resourceType":"Procedure","status":"completed",
        "subject":{"reference":"Patient/p1"}})"));
    created(object_of(R"({"resourceType":"Condition","subject":{"reference":"Patient/p1"},
        "clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
        "code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10","code":"F32.1"}]}})"));
    ASSERT_TRUE(
        gateway_->take(give(person_, Access::read, {Folder::procedures, Folder::vitals})).ok());
    const auto all = gateway_->everything("p1", call("_type=Observation,Procedure,Condition"));
    ASSERT_TRUE(all.ok()) << all.error().text();
    EXPECT_EQ(all->resource.at("total"), 2);
    const auto mental = gateway_->search("Condition", call("patient=p1"));
    ASSERT_TRUE(mental.ok()) << mental.error().text();
    EXPECT_EQ(mental->resource.at("total"), 0);
}

TEST_F(GatewayTest, PagesAndIncludes) {
    enrol_with(Access::read_write);
    json::array entries{
        entry_of(object_of(R"({"resourceType":"Patient","id":"x","name":[{"family":"Curie"}]})"),
                 "urn:uuid:p")};
    for (int i = 1; i <= 7; ++i) {
        json::object one = observation("p1", "8302-2", "2020-01-0" + std::to_string(i));
        one["subject"] = json::object{{"reference", "urn:uuid:p"}};
        entries.push_back(entry_of(one));
    }
    const auto done = gateway_->transact(bundle_of("transaction", entries), for_patient(person_));
    ASSERT_TRUE(done.ok()) << done.error().text();
    const std::string form = "patient=p1&_count=3&_sort=date&_include=Observation:subject";
    auto page = gateway_->search("Observation", call(form));
    ASSERT_TRUE(page.ok()) << page.error().text();
    EXPECT_EQ(page->resource.at("total"), 7);
    std::vector<std::string> dates;
    for (int i = 0; i < 3; ++i) {
        for (const Json& entry : page->resource.at("entry").as_array()) {
            const json::object& resource = entry.at("resource").as_object();
            if (entry.at("search").at("mode") == "include") {
                EXPECT_EQ(resource.at("name").at(0).at("family"), "Curie");
                EXPECT_EQ(resource.at("id"), "p1");
            } else {
                dates.emplace_back(resource.at("effectiveDateTime").as_string());
            }
        }
        const std::string next = next_of(*page);
        EXPECT_EQ(next.empty(), i == 2);
        if (next.empty()) break;
        // A page's link tells nothing, and what is written meanwhile is for the next search.
        const std::string link = next + to_string(codec::base64url_decode(next).value());
        for (const char* told : {"Observation", "patient=", "_include"}) {
            EXPECT_EQ(link.find(told), link.npos) << told;
        }
        clock_.advance(std::chrono::seconds(1));
        created(observation("p1", "8302-2", "2019-01-01T0" + std::to_string(i) + ":00:00Z"));
        page = gateway_->page(next, call());
        ASSERT_TRUE(page.ok()) << page.error().text();
    }
    EXPECT_EQ(dates.size(), 7U);
    EXPECT_TRUE(std::is_sorted(dates.begin(), dates.end()));
    expect_refused(gateway_->page("AAAA", call()), kBadPage);
    const auto old = gateway_->search("Observation", call(form));
    clock_.advance(std::chrono::hours(2));
    consents_.now += 7200 + 2;
    expect_refused(gateway_->page(next_of(*old), call()), kBadPage);
}

// A revocation between two pages stops the second, and its count.
TEST_F(GatewayTest, ARevocationStopsTheNextPage) {
    enrol_with(Access::read_write);
    for (const char* code : {"8302-2", "8867-4", "9279-1"}) created(observation("p1", code));
    const auto page = gateway_->search("Observation", call("patient=p1&_count=1"));
    ASSERT_TRUE(page.ok());
    revoke_all();
    expect_refused(gateway_->page(next_of(*page), call()),
                   records::refusal_kind(consent::Reason::revoked));
}

TEST_F(GatewayTest, SearchesAreRefusedByName) {
    enrol_with(Access::read_write);
    expect_refused(gateway_->search("Observation", call("code=1")), kTooCostly);
    expect_refused(gateway_->search("Alien", call()), kUnknownType);
    expect_refused(gateway_->search("Observation", call("patient=p1&colour=red")),
                   kUnknownParameter);
    expect_refused(gateway_->everything("p1", call("start=2020")), kUnknownParameter);
    expect_refused(gateway_->everything("nobody", call()), kUnknownPatient);
    expect_refused(gateway_->read("Observation", "unseen", call()), kNotFound);
    expect_refused(gateway_->read("Observation", "unseen", for_patient(person_)), kNotFound);
    Call lenient = call("patient=p1&colour=red");
    lenient.strict = false;
    const auto told = gateway_->search("Observation", lenient);
    ASSERT_TRUE(told.ok());
    EXPECT_EQ(told->resource.at("link").at(0).at("url"),
              "https://h.example/fhir/R4/Observation?patient=p1");
    EXPECT_EQ(told->resource.at("entry").at(0).at("search").at("mode"), "outcome");
}

TEST_F(GatewayTest, TheHospitalSeesWhatItReadAsAuditEvents) {
    enrol_with(Access::read_write);
    const std::string id(created(observation()).resource.at("id").as_string());
    ASSERT_TRUE(gateway_->read("Observation", id, call()).ok());
    const auto events = gateway_->search(
        "AuditEvent", call("patient=Patient/p1&entity=Observation/" + id + "&action=R"));
    ASSERT_TRUE(events.ok()) << events.error().text();
    ASSERT_GE(matches(*events), 1U);
    const Json& event = events->resource.at("entry").at(0).at("resource");
    EXPECT_EQ(event.at("agent").at(1).at("who").at("reference"), "Practitioner/7");
    const std::string grant =
        to_hex0x(consent::grant_hash(gateway_->book().by_id("p1")->grants[0].letter.grant).bytes);
    EXPECT_EQ(event.at("agent").at(0).at("policy").at(0), Json("urn:salus:grant:" + grant));
    const auto one =
        gateway_->read("AuditEvent", std::string(event.at("id").as_string()), for_patient(person_));
    ASSERT_TRUE(one.ok());
    EXPECT_EQ(Json(one->resource), event);
    const auto consent = gateway_->search("Consent", call("patient=p1&status=active"));
    ASSERT_TRUE(consent.ok()) << consent.error().text();
    EXPECT_EQ(matches(*consent), 1U);
}

// The hospital's own database tells nothing without its key.
TEST_F(GatewayTest, RowsAtRestAreSealed) {
    enrol_with(Access::read_write);
    const std::string id(created(observation()).resource.at("id").as_string());
    ASSERT_TRUE(gateway_->read("Observation", id, call()).ok());
    for (const char* sql : {"SELECT identity, chain, sealed FROM gateway_patient",
                            "SELECT patient, resource, content FROM gateway_record",
                            "SELECT patient, resource, type FROM gateway_seen",
                            "SELECT patient, sealed, sealed FROM gateway_read"}) {
        auto rows = own_->prepare(sql).value();
        std::size_t count = 0;
        while (rows->step().value()) {
            ++count;
            for (int column = 0; column < 3; ++column) {
                const std::string bytes = to_string(rows->blob(column));
                for (const std::string& clear :
                     {std::string("Observation"), id, std::string("Practitioner/7"),
                      to_string(person_.chain.bytes), to_string(hospital_.account.bytes)}) {
                    EXPECT_EQ(bytes.find(clear), bytes.npos) << sql;
                }
            }
        }
        EXPECT_GT(count, 0U) << sql;
    }
    // And with another key it does not open.
    const GatewayKeys other{ledger::key(78)};
    EXPECT_FALSE(PatientBook(*own_, other, random_).all(10).ok());
}

} // namespace
} // namespace salus::gateway::test
