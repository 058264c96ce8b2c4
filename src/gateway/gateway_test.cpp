// Enrolling and writing.
#include "gateway/gateway_calls_test.hpp"

namespace salus::gateway::test {
namespace {

// ---- enrolment

TEST_F(GatewayTest, EnrolsByChainAndByLetter) {
    const auto bare = gateway_->enrol(enrolment(person_));
    ASSERT_TRUE(bare.ok()) << bare.error().text();
    EXPECT_EQ(bare->status, 201);
    EXPECT_EQ(bare->location, "Patient/p1");
    EXPECT_EQ(gateway_->book().by_id("p1")->inbox, person_.root.inbox_public().bytes());
    EXPECT_FALSE(gateway_->book().by_id("p1")->statement);
    const auto again = gateway_->enrol(enrolment(person_, give(person_, Access::read)));
    ASSERT_TRUE(again.ok()) << again.error().text();
    EXPECT_EQ(again->status, 200);
    EXPECT_EQ(gateway_->book().by_chain(person_.chain)->grants.size(), 1U);
    EXPECT_EQ(gateway_->book().by_id("p1")->statement, person_.statement);
    // Another person, by a letter that came for the hospital.
    const Person other = found(5);
    ASSERT_TRUE(gateway_->take(give(other, Access::read)).ok());
    EXPECT_TRUE(gateway_->book().by_chain(other.chain).ok());
}

TEST_F(GatewayTest, EnrolmentIsRefusedByName) {
    const auto refused = [&](const json::object& parameters, const ErrorKind& kind) {
        expect_refused(gateway_->enrol(parameters), kind);
    };
    refused({{"resourceType", "Patient"}}, kBadEnrolment);
    refused({{"resourceType", "Parameters"}}, kBadEnrolment);
    for (const char* bad :
         {R"({"name":"chain","valueString":"0x12"})", R"({"name":"node","valueUrl":"ftp://x"})",
          R"({"name":"id","valueId":"a b"})", R"({"name":"colour"})"}) {
        refused({{"resourceType", "Parameters"}, {"parameter", json::array{object_of(bad)}}},
                kBadEnrolment);
    }
    const Person other = found(5);
    source_->other_genesis = other.genesis;
    refused(enrolment(person_), kChainSubstituted);
    source_->other_genesis.reset();
    auto letter = give(other, Access::read);
    refused(enrolment(person_, letter), kGrantOtherPatient);
    letter = give(person_, Access::read);
    letter.grant.grantee = account_of(33);
    refused(enrolment(person_, letter), kGrantNotForUs);
    ASSERT_TRUE(gateway_->enrol(enrolment(person_)).ok());
    refused(enrolment(person_, {}, "p2"), kPatientTaken);
    refused(enrolment(other, {}, "p1"), kPatientTaken);
}

// design.md, section 7: the operator substitutes a patient's published folder or inbox key.
TEST_F(GatewayTest, TheOperatorSubstitutesAPatientsPublishedFolderOrInboxKey) {
    const auto mine =
        crypto::secp256k1::generate(crypto::secp256k1::Scalar::random(random_)).bytes();
    // A folder's or the inbox' key in the statement: the digest is not the one on chain.
    auto letter = give(person_, Access::read_write);
    letter.statement.statement.folders[3].key = mine;
    expect_refused(gateway_->enrol(enrolment(person_, letter)), patient::kKeysSubstituted);
    letter.statement = person_.statement;
    letter.statement.statement.inbox = mine;
    expect_refused(gateway_->enrol(enrolment(person_, letter)), patient::kKeysSubstituted);
    // The genesis with another inbox: another hash, so another chain.
    source_->other_genesis = person_.genesis;
    std::copy(mine.begin(), mine.end(), source_->other_genesis->entries[0].sealed.begin() + 1);
    expect_refused(gateway_->enrol(enrolment(person_)), ledger::kBadEntriesRoot);
    source_->other_genesis->header.nonce[0] ^= 1;
    expect_refused(gateway_->enrol(enrolment(person_)), kChainSubstituted);
    source_->other_genesis.reset();
    EXPECT_FALSE(gateway_->book().by_chain(person_.chain).ok()); // nobody was enrolled by this

    // Later the operator's statement does not get in, and what is written goes to the true keys.
    letter.statement = person_.statement;
    ASSERT_TRUE(gateway_->enrol(enrolment(person_, letter)).ok());
    records_client::StatementLetter forged{person_.chain, person_.statement};
    forged.statement.statement.folders[3].key = mine;
    forged.statement.statement.sequence = 2;
    expect_refused(gateway_->take(forged), patient::kKeysSubstituted);
    created(observation());
    const auto records = vault_->list({person_.chain, {}, {}}, 0, 100).value();
    for (const auto& info : records) EXPECT_NE(info.folder, mine);
    EXPECT_EQ(read_by_patient(person_).size(), 2U);
    // The chain announces keys that we have not seen: nothing more to the old ones, but the inbox.
    chain_view_.digests[person_.root.ledger_account()] = Hash32{{9}};
    const Reply reply = created(observation("p1", "8867-4"));
    EXPECT_EQ(folder_of_record(reply.resource.at("meta").at("versionId").as_string()),
              person_.root.inbox_public().bytes());
}

// ---- writing

TEST_F(GatewayTest, WritesReadsAndUpdates) {
    enrol_with(Access::read_write);
    const Reply first = created(observation());
    EXPECT_EQ(first.status, 201);
    const std::string id(first.resource.at("id").as_string());
    const std::string version(first.resource.at("meta").at("versionId").as_string());
    EXPECT_EQ(first.location, "Observation/" + id + "/_history/" + version);
    EXPECT_EQ(first.etag, "W/\"" + version + "\"");
    EXPECT_EQ(created(observation()).status, 200); // the same again

    clock_.advance(std::chrono::seconds(1));
    json::object changed = observation();
    changed["id"] = id;
    changed["status"] = "amended";
    Call stale = call();
    stale.if_match = "W/\"" + id + "\"";
    expect_refused(gateway_->update("Observation", id, changed, stale), kVersionConflict);
    Call fresh = call();
    fresh.if_match = first.etag;
    const auto second = gateway_->update("Observation", id, changed, fresh);
    ASSERT_TRUE(second.ok()) << second.error().text();
    EXPECT_EQ(second->status, 200);

    const auto read = gateway_->read("Observation", id, call());
    ASSERT_TRUE(read.ok()) << read.error().text();
    EXPECT_EQ(read->resource.at("status"), "amended");
    EXPECT_EQ(read->etag, second->etag);
    const auto old = gateway_->vread("Observation", id, version, call());
    ASSERT_TRUE(old.ok()) << old.error().text();
    EXPECT_EQ(old->resource, first.resource);
    const auto history = gateway_->history("Observation", id, call());
    ASSERT_TRUE(history.ok());
    EXPECT_EQ(history->resource.at("total"), 2);
    EXPECT_EQ(history->resource.at("entry").at(0).at("resource").at("status"), "amended");
    EXPECT_EQ(history->resource.at("entry").at(1).at("request").at("method"), "POST");
    const auto all = gateway_->search("Observation", call("patient=p1"));
    ASSERT_TRUE(all.ok()) << all.error().text();
    EXPECT_EQ(all->resource.at("total"), 1); // the current version alone
    // Each write has its Provenance, found by what it is about.
    const auto who = gateway_->search(
        "Provenance", for_patient(person_, "target=Observation/" + id + "&agent=Practitioner/7"));
    ASSERT_TRUE(who.ok()) << who.error().text();
    EXPECT_EQ(matches(*who), 2U);
}

TEST_F(GatewayTest, WithoutAGrantItGoesToTheInbox) {
    ASSERT_TRUE(gateway_->enrol(enrolment(person_)).ok());
    const Reply one = created(observation());
    EXPECT_EQ(folder_of_record(one.resource.at("meta").at("versionId").as_string()),
              person_.root.inbox_public().bytes());
    EXPECT_EQ(read_by_patient(person_).size(), 2U);
    expect_refused(
        gateway_->read("Observation", std::string(one.resource.at("id").as_string()), call()),
        kNoGrant);
}

// What a grant covers goes to its folder, the rest to the inbox; a closed epoch to its successor.
TEST_F(GatewayTest, EachResourceGoesWhereItMay) {
    enrol_with(Access::write, {Folder::vitals});
    const auto key = [&](std::string_view name, std::uint64_t epoch = 1) {
        return person_.root.folder_public(name, epoch)->bytes();
    };
    const auto written_to = [&](json::object resource) {
        return folder_of_record(
            created(std::move(resource)).resource.at("meta").at("versionId").as_string());
    };
    EXPECT_EQ(written_to(observation()), key("vitals"));
    EXPECT_EQ(written_to(object_of(R"({"resourceType":"Procedure","status":"completed",
        "subject":{"reference":"Patient/p1"}})")),
              person_.root.inbox_public().bytes());
    source_->closed_keys = {key("vitals")};
    consents_.closed = {key("vitals")};
    EXPECT_EQ(written_to(observation("p1", "8867-4")), person_.root.inbox_public().bytes());
    const auto letter = give(person_, Access::write, {Folder::vitals}, 2);
    ASSERT_TRUE(gateway_->take(letter).ok());
    EXPECT_EQ(written_to(observation("p1", "9279-1")), key("vitals", 2));
}

// A grant that ended does not end treatment: what is written then is the patient's alone to read.
TEST_F(GatewayTest, AfterARevocationItGoesToTheInbox) {
    enrol_with(Access::read_write);
    revoke_all();
    const Reply one = created(observation());
    EXPECT_EQ(folder_of_record(one.resource.at("meta").at("versionId").as_string()),
              person_.root.inbox_public().bytes());
}

// design.md, section 7: a former grantee with colluding proxies reads what is written after
// revocation or expiry. Another's revocation closed the epoch, which only the node knows: it
// refuses the closed key, and nothing is written to it.
TEST_F(GatewayTest, NothingIsWrittenToAnEpochThatTheNodeSaysIsClosed) {
    enrol_with(Access::read_write);
    const auto key = person_.root.folder_public("vitals", 1)->bytes();
    consents_.closed = {key};
    const Reply one = created(observation());
    const auto folder = folder_of_record(one.resource.at("meta").at("versionId").as_string());
    EXPECT_NE(folder, key);
    EXPECT_EQ(folder, person_.root.inbox_public().bytes());
}

TEST_F(GatewayTest, WritingIsRefusedByName) {
    enrol_with(Access::read_write);
    const auto refused = [&](std::string_view type, json::object resource, const ErrorKind& kind,
                             const Call& with) {
        expect_refused(gateway_->create(type, std::move(resource), with), kind);
    };
    refused("Observation", {{"resourceType", "Alien"}}, kNotAResource, call());
    refused("Condition", observation(), kOtherType, call());
    refused("Observation", observation("nobody"), kWhichPatient, call());
    refused("Organization", {{"resourceType", "Organization"}}, kWhichPatient, call());
    refused("Patient", {{"resourceType", "Patient"}}, kWhichPatient, call());
    json::object other = observation();
    other["id"] = "a b";
    refused("Observation", other, kNotConforming, call());
    other = observation();
    other.erase("status");
    refused("Observation", other, kNotConforming, call());
    other = observation("p2");
    refused("Observation", other, kOtherPatient, for_patient(person_));
    Call unknown = call();
    unknown.patient = "0x12";
    refused("Observation", observation(), kWhichPatient, unknown);
    unknown.patient = std::string(64, '7');
    refused("Observation", observation(), kUnknownPatient, unknown);
    other = observation();
    other["subject"] = json::object{{"reference", "Patient?identifier=1"}};
    refused("Observation", other, kConditional, call());
    other["subject"] = json::object{{"reference", "urn:uuid:00000000-0000-0000-0000-000000000001"}};
    refused("Observation", other, kDangling, call());
    other = observation();
    expect_refused(gateway_->update("Observation", "bp1", other, call()), kOtherId);
    other["id"] = "bp1";
    expect_refused(gateway_->update("Observation", "bp1", other, call()), kIdNotUuid);
    EXPECT_EQ(source_->appended, 0U);
}

TEST_F(GatewayTest, ABundleIsRefusedByName) {
    enrol_with(Access::read_write);
    const Person second = found(5);
    ASSERT_TRUE(gateway_->enrol(enrolment(second, {}, "p2")).ok());
    const auto refused = [&](json::object bundle, const ErrorKind& kind) {
        expect_refused(gateway_->transact(bundle, call()), kind);
    };
    refused(observation(), kBadBundle);
    refused(bundle_of("message", {}), kBadBundle);
    refused({{"resourceType", "Bundle"}, {"type", "batch"}, {"entry", 1}}, kBadBundle);
    refused(bundle_of("transaction", {1}), kBadBundle);
    refused(bundle_of("transaction", {json::object{{"resource", observation()}}}), kBadBundle);
    refused(bundle_of("transaction", {entry_of(observation(), "", "DELETE")}), kBundleMethod);
    json::object entry = entry_of(observation());
    entry["request"].as_object()["ifNoneExist"] = "code=1";
    refused(bundle_of("transaction", {entry}), kConditional);
    refused(bundle_of("transaction", {entry_of(observation(), "", "PUT", "Observation?code=1")}),
            kConditional);
    refused(bundle_of("transaction", {entry_of(observation(), "", "PUT", "Observation/7")}),
            kOtherId);
    refused(bundle_of("transaction", {entry_of(observation(), "urn:uuid:1"),
                                      entry_of(observation(), "urn:uuid:1")}),
            kBadBundle);
    json::object dangling = observation();
    dangling["encounter"] = json::object{{"reference", "urn:uuid:9"}};
    refused(bundle_of("transaction", {entry_of(dangling)}), kDangling);
    refused(bundle_of("transaction", {entry_of(observation()), entry_of(observation("p2"))}),
            kOtherPatient);
    refused(bundle_of("transaction", {entry_of({{"resourceType", "Patient"}})}), kWhichPatient);
    refused(bundle_of("transaction", {entry_of({{"resourceType", "Organization"}})}),
            kWhichPatient);
    json::object twice = observation();
    twice["id"] = "11111111-1111-4111-8111-111111111111";
    const std::string url = "Observation/11111111-1111-4111-8111-111111111111";
    refused(bundle_of("transaction",
                      {entry_of(twice, "", "PUT", url), entry_of(twice, "", "PUT", url)}),
            kTwice);
    EXPECT_EQ(source_->appended, 0U);
}

TEST_F(GatewayTest, ABatchIsWrittenEntryByEntryAndForSeveralPatients) {
    enrol_with(Access::read_write);
    const Person second = found(5);
    ASSERT_TRUE(gateway_->enrol(enrolment(second, give(second, Access::read_write), "p2")).ok());
    const auto reply = gateway_->transact(
        bundle_of("batch", {entry_of(observation()), entry_of({{"resourceType", "Alien"}}),
                            entry_of(observation("p2")), entry_of(observation("nobody"))}),
        call());
    ASSERT_TRUE(reply.ok()) << reply.error().text();
    const json::array& entries = reply->resource.at("entry").as_array();
    const auto status = [&](std::size_t i) {
        return std::string(entries[i].at("response").at("status").as_string()).substr(0, 3);
    };
    EXPECT_EQ(status(0) + status(1) + status(2) + status(3), "201422201422");
    EXPECT_NE(codec::print_json(entries[3]).find(kWhichPatient.name), std::string::npos);
    EXPECT_EQ(read_by_patient(person_).size(), 2U);
    EXPECT_EQ(read_by_patient(second).size(), 2U);
}

} // namespace
} // namespace salus::gateway::test
