// Listing, counting and reading: each is decided, each stands in the patient's chain.
#include <thread>

#include <gtest/gtest.h>

#include "records/records_world_test.hpp"

namespace salus::records::test {
namespace {

using consent::Access;
using consent::Reason;

class ReadingTest : public RecordsWorld {
protected:
    void SetUp() override {
        RecordsWorld::SetUp();
        if (IsSkipped()) return;
        found();
        for (Byte i = 1; i <= 3; ++i) put_record(i, folder(), "pulse " + std::to_string(i));
        put_record(4, folder("laboratory"), "glucose");
    }
    Caller caller(Byte who) const { return {account(who), "ehr", "Practitioner/7"}; }
    Caller patient() const { return {owner(), {}, {}}; }
    std::vector<vault::RecordId> ids(std::initializer_list<Byte> list) const {
        std::vector<vault::RecordId> out;
        for (const Byte id : list) out.push_back(place(id).record);
        return out;
    }
    Result<ReadAnswer> read_by(const Caller& who, std::initializer_list<Byte> list,
                               const std::string& purpose = "TREAT") {
        return node().read(who, chain_, {purpose, ids(list)});
    }
    Result<ListAnswer> list_by(const Caller& who, const ListRequest& request) {
        return node().list(who, chain_, request);
    }
    ListRequest of_keys(const std::vector<consent::FolderKey>& keys) const {
        ListRequest out;
        out.purpose = "TREAT";
        out.keys = keys;
        return out;
    }
    ListRequest of_records(std::initializer_list<Byte> list) const {
        ListRequest out;
        out.purpose = "TREAT";
        out.records = ids(list);
        return out;
    }
    std::string opened(const ReadRecord& record, std::string_view name = "vitals") {
        const vault::BoxPlace where{chain_, record.info.id};
        return to_string(
            vault::open(*record.box, root_.folder_key(name, 1).value(), where).value());
    }
    ReadFact expected(const Hash32& grant, ReadAction action) const {
        ReadFact out;
        out.reader = account(kHospital);
        out.client = "ehr";
        out.clinician = "Practitioner/7";
        out.document = grant;
        out.version = 1;
        out.reason = "granted";
        out.purpose = "TREAT";
        out.action = action;
        out.time = ledger::kNow / 1000;
        out.node = account(kNode);
        return out;
    }
};
INSTANTIATE_TEST_SUITE_P(Backends, ReadingTest, testing::Values(Backend::sqlite, Backend::postgres),
                         testing::PrintToStringParamName());

TEST_P(ReadingTest, AGranteeReadsAndThePatientSeesIt) {
    const Hash32 grant = give(kHospital, Access::read, {folder_bytes()});
    const auto answer = read_by(caller(kHospital), {3, 1});
    ASSERT_TRUE(answer.ok()) << answer.error().text();
    ASSERT_EQ(answer->records.size(), 2U);
    EXPECT_TRUE(answer->left.empty());
    EXPECT_EQ(opened(answer->records[0]), "pulse 3"); // in the order of the request
    EXPECT_EQ(opened(answer->records[1]), "pulse 1");
    EXPECT_EQ(answer->records[0].document, grant);
    EXPECT_FALSE(answer->records[0].fragment.has_value()); // this node holds none
    ReadFact fact = expected(grant, ReadAction::read);
    fact.records = ids({3, 1});
    fact.count = 2;
    EXPECT_EQ(reads(), std::vector{fact});
    const ledger::Block block = history().back();
    EXPECT_EQ(block.header.author, account(kNode));
    restart(); // durable when it was answered
    EXPECT_EQ(reads(), std::vector{fact});
}

TEST_P(ReadingTest, ThePatientReadsAndSeesThatToo) {
    consents_.head_time = 0; // whatever the head
    const auto answer = read_by(patient(), {4}, "PATRQT");
    ASSERT_TRUE(answer.ok()) << answer.error().text();
    EXPECT_EQ(opened(answer->records[0], "laboratory"), "glucose");
    EXPECT_TRUE(answer->records[0].document.is_zero());
    ASSERT_EQ(reads().size(), 1U);
    EXPECT_EQ(reads()[0].reason, "owner");
    EXPECT_EQ(reads()[0].reader, owner());
}

// The grantee opens with this node's fragment what nobody on the way can.
TEST_P(ReadingTest, FragmentsOfThisNodeComeWithTheRecords) {
    const Hash32 grant =
        give(kHospital, Access::read, {folder_bytes(), folder_bytes("laboratory")});
    const auto signer = crypto::secp256k1::Scalar::random(random_);
    const auto delegating = root_.folder_key("vitals", 1).value();
    auto fragments = crypto::umbral::delegate({delegating, grantee_key_, signer}, random_).value();
    consents_.held.emplace(std::pair(grant, folder_bytes()), std::move(fragments[0]));
    const ReadAnswer answer = read_by(caller(kHospital), {1, 4}).value();
    ASSERT_TRUE(answer.records[0].fragment.has_value());
    EXPECT_FALSE(answer.records[1].fragment.has_value()); // of that folder it holds none
    const vault::SealedBox& box = *answer.records[0].box;
    const auto verified =
        crypto::umbral::verify(*answer.records[0].fragment, box.capsule,
                               crypto::secp256k1::generate(signer), folder(), grantee_key_);
    ASSERT_TRUE(verified.ok());
    const std::vector list{*verified};
    EXPECT_EQ(to_string(vault::open_reencrypted(box, grantee_secret_, list, place(1)).value()),
              "pulse 1");
    EXPECT_FALSE(read_by(patient(), {1})->records[0].fragment.has_value());
}

TEST_P(ReadingTest, ReadsAreRefusedByName) {
    const auto refuse = [&](Reason reason, std::initializer_list<Byte> list = {1},
                            const std::string& purpose = "TREAT") {
        refused(refusal_kind(reason), [&] { return read_by(caller(kHospital), list, purpose); });
    };
    refuse(Reason::no_grant);
    give(kHospital, Access::write, {folder_bytes()});
    refuse(Reason::access_differs);
    consents_.grants.clear();
    give(kHospital, Access::read, {folder_bytes()});
    refuse(Reason::not_covered, {4});
    refuse(Reason::not_covered, {1, 2, 4}); // one of them is enough
    refuse(Reason::purpose_differs, {1}, "HPAYMT");
    refuse(Reason::unknown_purpose, {1}, "");
    refused(refusal_kind(Reason::no_grant), [&] { return read_by(caller(kSecondHospital), {1}); });
    auto& given = consents_.grants[0];
    given.status = consent::OnChain::none;
    refuse(Reason::not_on_chain);
    given.status = consent::OnChain::granted;
    given.chain_until += 1;
    refuse(Reason::differs_from_chain);
    given.chain_until -= 1;
    consents_.now = consents_.head_time = given.grant.from - 1;
    refuse(Reason::not_yet);
    consents_.now = consents_.head_time = given.grant.until + 1;
    refuse(Reason::ended);
    consents_.now = consents_.head_time = ledger::kNow / 1000;
    consents_.dependant = true;
    refuse(Reason::guardian_missing);
    consents_.dependant = false;
    consents_.suspended = {account(kHospital)};
    refuse(Reason::requester_suspended);
    consents_.suspended.clear();
    consents_.head_time += 61;
    refuse(Reason::head_ahead_of_clock);
    consents_.head_time -= 122;
    refuse(Reason::head_too_old);
    consents_.head_time = consents_.now;
    given.revocation_received = true;
    refuse(Reason::revocation_received);
    given.status = consent::OnChain::revoked;
    refuse(Reason::revoked);
    given.status = consent::OnChain::granted;
    given.revocation_received = false;
    EXPECT_TRUE(read_by(caller(kHospital), {1}).ok());
}

// What is not here looks to a stranger like what is not his.
TEST_P(ReadingTest, AbsenceIsToldToWhomItConcernsAlone) {
    const ErrorKind& not_covered = refusal_kind(Reason::not_covered);
    refused(refusal_kind(Reason::no_grant), [&] { return read_by(caller(kHospital), {77}); });
    give(kHospital, Access::read, {folder_bytes()});
    refused(not_covered, [&] { return read_by(caller(kHospital), {77}); });
    refused(not_covered, [&] { return read_by(caller(kHospital), {4}); });
    refused(vault::kUnknownRecord, [&] { return read_by(patient(), {1, 77}); });
    give(grant_for(kHospital, Access::read, {folder_bytes("one-grant", 1)}, ids({77})));
    refused(vault::kUnknownRecord, [&] { return read_by(caller(kHospital), {77}); });
    EXPECT_EQ(list_by(patient(), of_records({1, 77}))->total, 1U);
    refused(not_covered, [&] { return list_by(caller(kHospital), of_records({1, 78})); });
}

TEST_P(ReadingTest, AGrantOfSingleRecordsOpensThese) {
    const Hash32 narrow =
        give(grant_for(kHospital, Access::read, {folder_bytes("one-grant", 1)}, ids({2, 4})));
    const auto answer = read_by(caller(kHospital), {2, 4});
    ASSERT_TRUE(answer.ok()) << answer.error().text();
    EXPECT_EQ(answer->records[1].document, narrow);
    refused(refusal_kind(Reason::not_covered), [&] { return read_by(caller(kHospital), {2, 3}); });
    refused(refusal_kind(Reason::not_covered),
            [&] { return list_by(caller(kHospital), of_keys({folder_bytes()})); });
    EXPECT_EQ(list_by(caller(kHospital), of_records({2, 4}))->total, 2U);
    EXPECT_EQ(reads().back().records, ids({2, 4}));
    EXPECT_EQ(reads().back().count, 2U);
}

// Two grants permit one request: two entries of one block.
TEST_P(ReadingTest, EachDocumentHasItsEntry) {
    const Hash32 first = give(kHospital, Access::read, {folder_bytes()});
    const Hash32 second = give(kHospital, Access::read, {folder_bytes("laboratory")});
    const std::size_t before = history().size();
    ASSERT_TRUE(read_by(caller(kHospital), {1, 4, 2}).ok());
    EXPECT_EQ(history().size(), before + 1);
    const auto facts = reads();
    ASSERT_EQ(facts.size(), 2U);
    EXPECT_EQ(facts[0].document, first);
    EXPECT_EQ(facts[0].records, ids({1, 2}));
    EXPECT_EQ(facts[1].document, second);
    EXPECT_EQ(facts[1].records, ids({4}));
}

TEST_P(ReadingTest, AnOpeningOfTheEmergencyIsNamed) {
    put_record(5, folder("emergency"), "penicillin");
    consent::PresentedEmergency opening;
    opening.document.patient = chain_;
    opening.document.key = folder_bytes("emergency");
    opening.opted_in_at = 1;
    opening.first = account(kHospital);
    opening.second = account(kSecondHospital);
    opening.open_from = consents_.now - 10;
    opening.open_until = consents_.now + 10;
    consents_.emergencies = {opening};
    ASSERT_TRUE(read_by(caller(kHospital), {5}, "ETREAT").ok());
    EXPECT_EQ(reads()[0].reason, "emergency");
    EXPECT_EQ(reads()[0].document, consent::emergency_hash(opening.document));
    refused(refusal_kind(Reason::not_covered),
            [&] { return read_by(caller(kHospital), {1}, "ETREAT"); });
    refused(refusal_kind(Reason::no_opening),
            [&] { return read_by(caller(kNode), {5}, "ETREAT"); });
}

TEST_P(ReadingTest, ListsByKeysWithPages) {
    const Hash32 grant =
        give(kHospital, Access::read, {folder_bytes(), folder_bytes("laboratory")});
    ListRequest request = of_keys({folder_bytes("laboratory"), folder_bytes()});
    request.most = 3;
    const ListAnswer first = list_by(caller(kHospital), request).value();
    EXPECT_EQ(first.total, 4U);
    ASSERT_EQ(first.records.size(), 3U);
    EXPECT_EQ(first.records[0].id, place(1).record);
    ASSERT_TRUE(first.next.has_value());
    request.after = *first.next;
    const ListAnswer second = list_by(caller(kHospital), request).value();
    ASSERT_EQ(second.records.size(), 1U);
    EXPECT_EQ(second.records[0].id, place(4).record);
    EXPECT_FALSE(second.next.has_value());
    EXPECT_EQ(second.total, 4U);
    ReadFact fact = expected(grant, ReadAction::list); // each page
    fact.keys = request.keys;
    fact.count = 3;
    ASSERT_EQ(reads().size(), 2U);
    EXPECT_EQ(reads()[0], fact);
    EXPECT_EQ(reads()[1].count, 1U);
}

TEST_P(ReadingTest, ACountIsDecidedAndWrittenDown) {
    const Hash32 grant = give(kHospital, Access::read, {folder_bytes()});
    ListRequest request = of_keys({folder_bytes()});
    request.most = 0;
    const ListAnswer answer = list_by(caller(kHospital), request).value();
    EXPECT_EQ(answer.total, 3U);
    EXPECT_TRUE(answer.records.empty());
    EXPECT_FALSE(answer.next.has_value());
    ReadFact fact = expected(grant, ReadAction::count);
    fact.keys = request.keys;
    EXPECT_EQ(reads(), std::vector{fact});
    request.keys.push_back(folder_bytes("laboratory"));
    refused(refusal_kind(Reason::not_covered), [&] { return list_by(caller(kHospital), request); });
}

TEST_P(ReadingTest, OnlyThePatientAsksForEverything) {
    ListRequest request;
    request.purpose = "PATRQT";
    const ListAnswer all = list_by(patient(), request).value();
    EXPECT_EQ(all.total, 4U);
    EXPECT_EQ(all.records.size(), 4U);
    EXPECT_EQ(reads().back().reason, "owner");
    request.purpose = "TREAT";
    refused(refusal_kind(Reason::no_grant), [&] { return list_by(caller(kHospital), request); });
    give(kHospital, Access::read, {folder_bytes()});
    refused(kAskedWrongly, [&] { return list_by(caller(kHospital), request); });
    consents_.dependant = true;
    consents_.guardians = {account(kGuardian)};
    EXPECT_EQ(list_by({account(kGuardian), {}, {}}, request)->total, 4U);
    EXPECT_EQ(reads().back().reason, "guardian");
}

TEST_P(ReadingTest, QuestionsAreBounded) {
    const auto bad_list = [&](const ListRequest& request) {
        refused(kAskedWrongly, [&] { return list_by(patient(), request); });
    };
    ListRequest request = of_keys(std::vector<consent::FolderKey>(kMaxKeys + 1));
    bad_list(request);
    request = of_keys({folder_bytes(), folder_bytes()});
    bad_list(request);
    request = of_keys({folder_bytes()});
    request.records = ids({1});
    bad_list(request);
    request = of_keys({folder_bytes()});
    request.most = kMaxListed + 1;
    bad_list(request);
    request = of_records({1, 1});
    bad_list(request);
    request.records.assign(kMaxListed + 1, {});
    bad_list(request);
    refused(kAskedWrongly, [&] { return read_by(patient(), {}); });
    refused(kAskedWrongly, [&] { return read_by(patient(), {1, 1}); });
    ReadRequest many{"TREAT", std::vector<vault::RecordId>(kMaxRead + 1)};
    refused(kAskedWrongly, [&] { return node().read(patient(), chain_, many); });
}

TEST_P(ReadingTest, AnErasedRecordIsListedAndReadAsErased) {
    ASSERT_TRUE(vault().erase({chain_, {}, place(2).record}).ok());
    const ReadAnswer answer = read_by(patient(), {1, 2}).value();
    EXPECT_TRUE(answer.records[0].box.has_value());
    EXPECT_FALSE(answer.records[1].box.has_value());
    EXPECT_TRUE(answer.records[1].info.erased);
    EXPECT_TRUE(list_by(patient(), of_keys({folder_bytes()}))->records[1].erased);
}

TEST_P(ReadingTest, ATamperedRecordIsNamedAndNothingIsTold) {
    ASSERT_TRUE(
        node_.database
            ->run("UPDATE vault_record SET digest = ?1 WHERE id = ?2", Hash32{{1}}, place(2).record)
            .ok());
    refused(vault::kTampered, [&] { return read_by(patient(), {1, 2}); });
}

// An answer is bounded: what has no room is named, to be asked for again.
TEST_P(ReadingTest, WhatHasNoRoomIsLeft) {
    const std::string large(kMaxAnswer / 4, 'x');
    for (Byte i = 10; i < 15; ++i) put_record(i, folder(), large);
    const ReadAnswer answer = read_by(patient(), {10, 11, 12, 13, 1, 14}).value();
    EXPECT_EQ(answer.records.size(), 3U);
    EXPECT_EQ(answer.left, ids({13, 1, 14}));
    EXPECT_EQ(reads().back().records, ids({10, 11, 12}));
}

// Nothing is answered that does not stand in the chain.
TEST_P(ReadingTest, WithoutItsEntryNothingIsAnswered) {
    ASSERT_TRUE(node_.database->run("DELETE FROM ledger_head WHERE chain = ?1", chain_).ok());
    refused(ledger::kUnknownChain, [&] { return read_by(patient(), {1}); });
    refused(ledger::kUnknownChain, [&] { return list_by(patient(), of_keys({folder_bytes()})); });
}

TEST_P(ReadingTest, ManyReadersAtOnceAreAllWrittenDown) {
    give(kHospital, Access::read, {folder_bytes()});
    constexpr std::size_t kThreads = 4, kEach = 10;
    std::vector<std::thread> threads;
    std::atomic<std::size_t> good = 0;
    for (std::size_t t = 0; t < kThreads; ++t) {
        threads.emplace_back([&] {
            for (std::size_t i = 0; i < kEach; ++i) {
                if (read_by(caller(kHospital), {1, 2}).ok()) ++good;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(good, kThreads * kEach);
    EXPECT_EQ(reads().size(), kThreads * kEach);
    EXPECT_EQ(node_.ledger->heads(chain_)->heads.size(), 1U);
}

} // namespace
} // namespace salus::records::test
