// Who writes what into a patient's chain, and that a refusal leaves everything as it was.
#include <thread>

#include <gtest/gtest.h>

#include "records/records_world_test.hpp"

namespace salus::records::test {
namespace {

using consent::Access;
using consent::Reason;

class AppendTest : public RecordsWorld {
protected:
    void SetUp() override {
        RecordsWorld::SetUp();
        if (!IsSkipped()) found();
    }
    void expect_refused_by(Reason reason, const AppendRequest& request) {
        refused(refusal_kind(reason), [&] { return append(request); });
    }
};
INSTANTIATE_TEST_SUITE_P(Backends, AppendTest, testing::Values(Backend::sqlite, Backend::postgres),
                         testing::PrintToStringParamName());

TEST_P(AppendTest, AHospitalWithAGrantWrites) {
    give(kHospital, Access::write, {folder_bytes()});
    const AppendRequest request =
        adding_of({record_of(1, folder()), record_of(2, folder())}, kHospital);
    const auto promise = append(request);
    ASSERT_TRUE(promise.ok()) << promise.error().text();
    EXPECT_TRUE(ledger::check_promise(*promise, account(kNode), ledger::kDomain).ok());
    EXPECT_EQ(promise->block, ledger::hash_of(request.block.header));
    EXPECT_EQ(node_.ledger->index_of(promise->block).value(), promise->index);
    restart();
    EXPECT_EQ(vault().get(place(1))->info.writer, account(kHospital));
    EXPECT_TRUE(vault().check_chain(chain_).ok());
}

TEST_P(AppendTest, TheSameAgainGivesItsPromiseAgain) {
    give(kHospital, Access::write, {folder_bytes()});
    const AppendRequest request = adding_of({record_of(1, folder())}, kHospital);
    const auto first = append(request);
    ASSERT_TRUE(first.ok());
    const Amounts before = amounts();
    consents_.grants.clear(); // whatever the consent is by now: it stands
    const auto again = append(request);
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->index, first->index);
    EXPECT_EQ(amounts(), before);
}

TEST_P(AppendTest, TheInboxTakesWhatAccreditedHospitalsWrite) {
    const vault::FolderKey key = root_.inbox_public();
    ASSERT_TRUE(append(adding_of({record_of(1, key)}, kHospital)).ok());
    expect_refused_by(Reason::no_grant, adding_of({record_of(2, key)}, kInsurer));
    // What is not sealed to the inbox needs a grant, also beside what is.
    expect_refused_by(Reason::no_grant,
                      adding_of({record_of(2, key), record_of(3, folder())}, kHospital));
    consents_.suspended = {account(kHospital)};
    expect_refused_by(Reason::requester_suspended, adding_of({record_of(2, key)}, kHospital));
    consents_.suspended.clear();
    consents_.closed = {inbox()};
    expect_refused_by(Reason::epoch_closed, adding_of({record_of(2, key)}, kHospital));
    consents_.closed.clear();
    consents_.head_time -= 61;
    expect_refused_by(Reason::head_too_old, adding_of({record_of(2, key)}, kHospital));
}

TEST_P(AppendTest, EachKeyIsDecided) {
    const auto one = [&] { return adding_of({record_of(1, folder())}, kHospital); };
    expect_refused_by(Reason::no_grant, one());
    give(kHospital, Access::read, {folder_bytes()});
    expect_refused_by(Reason::access_differs, one());
    give(kHospital, Access::read_write, {folder_bytes("laboratory")});
    expect_refused_by(Reason::not_covered, one());
    give(kHospital, Access::read_write, {folder_bytes("vitals", 2)}); // of the next epoch
    expect_refused_by(Reason::not_covered, one());
    const Hash32 good = give(kHospital, Access::read_write, {folder_bytes()});
    auto& given = consents_.grants.back();
    ASSERT_EQ(consent::grant_hash(given.grant), good);
    given.status = consent::OnChain::revoked;
    expect_refused_by(Reason::not_covered, one()); // the others came further
    consents_.grants.erase(consents_.grants.begin(), consents_.grants.end() - 1);
    expect_refused_by(Reason::revoked, one());
    consents_.grants[0].status = consent::OnChain::granted;
    consents_.grants[0].revocation_received = true;
    expect_refused_by(Reason::revocation_received, one());
    consents_.grants[0].revocation_received = false;
    consents_.now = consents_.head_time = consents_.grants[0].grant.until + 1;
    expect_refused_by(Reason::ended, one());
    consents_.now = consents_.head_time = ledger::kNow / 1000;
    AppendRequest other = one();
    other.purpose = "HRESCH";
    expect_refused_by(Reason::purpose_differs, other);
    other.purpose = "none such";
    expect_refused_by(Reason::unknown_purpose, other);
    expect_refused_by(
        Reason::not_covered,
        adding_of({record_of(1, folder()), record_of(2, folder("laboratory"))}, kHospital));
    EXPECT_TRUE(append(one()).ok());
}

TEST_P(AppendTest, AClosedEpochIsRefusedToEverybody) {
    give(kHospital, Access::write, {folder_bytes(), folder_bytes("vitals", 2)});
    consents_.closed = {folder_bytes()};
    expect_refused_by(Reason::epoch_closed, adding_of({record_of(1, folder())}, kHospital));
    expect_refused_by(Reason::epoch_closed,
                      adding_of({record_of(1, folder())}, root_.ledger_key()));
    EXPECT_TRUE(append(adding_of({record_of(1, folder("vitals", 2))}, kHospital)).ok());
}

TEST_P(AppendTest, AGrantOfSingleRecordsIsForReading) {
    const vault::FolderKey made = folder("one-grant", 7);
    give(grant_for(kHospital, Access::read, {made.bytes()}, {place(1).record}));
    expect_refused_by(Reason::access_differs, adding_of({record_of(1, made)}, kHospital));
    expect_refused_by(Reason::access_differs, adding_of({record_of(1, folder())}, kHospital));
}

TEST_P(AppendTest, WhoSignedHandsItIn) {
    give(kHospital, Access::write, {folder_bytes()});
    const AppendRequest request = adding_of({record_of(1, folder())}, kHospital);
    for (const Address& other : {account(kSecondHospital), owner(), account(kNode)}) {
        refused(kNotTheAuthor, [&] { return node().append({other, {}, {}}, chain_, request); });
    }
    AppendRequest forged = request;
    forged.block.header.author = owner();
    refused(ledger::kBadAuthor, [&] { return append(forged); });
}

TEST_P(AppendTest, EachAuthorHasHisKindsOfEntries) {
    const crypto::SecretKey32 patient = root_.ledger_key();
    for (const EntryKind kind : {EntryKind::particulars, EntryKind::access_granted,
                                 EntryKind::access_revoked, EntryKind::key_rotated}) {
        EXPECT_TRUE(append(telling({kind}, patient)).ok());
        const auto theirs = telling({kind}, ledger::key(kHospital));
        refused(kNotForAuthor, [&] { return append(theirs); });
    }
    for (const EntryKind kind : {EntryKind::keys, EntryKind::record_read, EntryKind::emergency}) {
        const auto theirs = telling({kind}, patient);
        refused(kNotForAuthor, [&] { return append(theirs); });
    }
    // Another node's audit, as federation brings it.
    const auto audit = [&](Byte author) {
        return telling({EntryKind::record_read, EntryKind::record_read}, ledger::key(author));
    };
    EXPECT_TRUE(append(audit(kSecondHospital)).ok());
    refused(kNotAllowed, [&] { return append(audit(kInsurer)); });
    const auto mixed =
        telling({EntryKind::record_read, EntryKind::particulars}, ledger::key(kSecondHospital));
    refused(kNotForAuthor, [&] { return append(mixed); });
    consents_.suspended = {account(kSecondHospital)};
    expect_refused_by(Reason::requester_suspended, audit(kSecondHospital));
}

TEST_P(AppendTest, AGuardianWritesForADependant) {
    consents_.guardians = {account(kGuardian)};
    const AppendRequest request = adding_of({record_of(1, folder())}, kGuardian);
    expect_refused_by(Reason::no_grant, request);
    consents_.dependant = true;
    EXPECT_TRUE(append(request).ok());
}

TEST_P(AppendTest, TheOwnerWritesWhateverTheHead) {
    consents_.head_time = 0;
    EXPECT_TRUE(append(adding_of({record_of(1, folder())}, root_.ledger_key())).ok());
    EXPECT_TRUE(append(telling({EntryKind::access_granted}, root_.ledger_key())).ok());
}

TEST_P(AppendTest, FactsAreForThePatientToRead) {
    give(kHospital, Access::write, {folder_bytes()});
    const auto changed = [&](const Bytes& sealed) {
        AppendRequest out = adding_of({record_of(1, folder())}, kHospital);
        std::vector<ledger::Entry> entries = out.block.entries;
        entries[0].sealed = sealed;
        out.block = ledger::seal(out.block.header, entries, ledger::key(kHospital), ledger::kDomain)
                        .value();
        return out;
    };
    const auto sealed_to = [&](const vault::FolderKey& key) {
        return encode(vault::seal(view("{}"), key, place(1), random_).value());
    };
    for (const Bytes& bad :
         {Bytes{}, to_bytes("no box"), sealed_to(folder("laboratory")), Bytes(200, 1), [&] {
              Bytes cut = sealed_to(root_.inbox_public());
              cut.resize(vault::SealedBox::kOverhead - 1);
              return cut;
          }()}) {
        const AppendRequest request = changed(bad);
        refused(kFactKey, [&] { return append(request); });
    }
    EXPECT_TRUE(append(changed(sealed_to(folder()))).ok()); // the record's own key
    AppendRequest own = telling({EntryKind::particulars}, root_.ledger_key());
    std::vector<ledger::Entry> entries = own.block.entries;
    entries[0].sealed = sealed_to(folder());
    own.block =
        ledger::seal(own.block.header, entries, root_.ledger_key(), ledger::kDomain).value();
    refused(kFactKey, [&] { return append(own); });
}

TEST_P(AppendTest, RecordsAndEntriesAreTheSame) {
    give(kHospital, Access::write, {folder_bytes()});
    AppendRequest request = adding_of({record_of(1, folder()), record_of(2, folder())}, kHospital);
    AppendRequest less = request;
    less.records.pop_back();
    refused(vault::kBlockDiffers, [&] { return append(less); });
    less.records.clear();
    refused(vault::kBlockDiffers, [&] { return append(less); });
    AppendRequest twice = request;
    twice.records[1] = {twice.records[0].id, twice.records[1].box, {}};
    refused(kRecordsDiffer, [&] { return append(twice); });
    AppendRequest none = telling({EntryKind::particulars}, root_.ledger_key());
    none.records = {record_of(1, folder())};
    refused(vault::kBlockDiffers, [&] { return append(none); });
    const AppendRequest zero = telling({EntryKind::record_added}, ledger::key(kHospital));
    refused(kRecordsDiffer, [&] { return append(zero); });
    EXPECT_TRUE(append(request).ok());
}

TEST_P(AppendTest, ARecordIdIsUsedOnce) {
    put_record(1, folder());
    give(kHospital, Access::write, {folder_bytes()});
    const AppendRequest request = adding_of({record_of(1, folder(), "other")}, kHospital);
    EXPECT_EQ(append(request).error().kind(), vault::kRecordDiffers);
    EXPECT_EQ(count(*node_.database, "vault_record"), 1);
    EXPECT_EQ(history().size(), 2U);
    // The key that was made for it opens nothing, and goes.
    EXPECT_EQ(vault().drop_orphans(ledger::kNow + 1).value(), 1U);
}

TEST_P(AppendTest, TheBlockIsTheNextOfThisChain) {
    const crypto::SecretKey32 patient = root_.ledger_key();
    ledger::Header header = next_header();
    const auto with = [&](const ledger::Header& changed) {
        AppendRequest out;
        out.block = ledger::seal(changed, {fact(EntryKind::particulars, changed, 0)}, patient,
                                 ledger::kDomain)
                        .value();
        return out;
    };
    ledger::Header other = header;
    other.chain = ledger::chain_of(ledger::genesis().header);
    refused(kOtherPatientChain, [&] { return append(with(other)); });
    other = header;
    other.kind = ledger::ChainKind::hospital;
    refused(kOtherPatientChain, [&] { return append(with(other)); });
    refused(kOtherPatientChain, [&] {
        AppendRequest genesis;
        genesis.block = genesis_;
        return append(genesis);
    });
    other = header;
    other.height = 2;
    refused(ledger::kBadHeight, [&] { return append(with(other)); });
    other = header;
    other.parents = {Hash32{{7}}};
    refused(ledger::kUnknownParent, [&] { return append(with(other)); });
    other = header;
    other.time = ledger::kNow - 1;
    refused(ledger::kBadTime, [&] { return append(with(other)); });
    EXPECT_TRUE(append(with(header)).ok());
}

// Both had seen the same heads: both succeed, and who comes next joins them.
TEST_P(AppendTest, TwoWritersAtOnceBothSucceed) {
    give(kHospital, Access::write, {folder_bytes()});
    give(kSecondHospital, Access::write, {folder_bytes()});
    std::vector<AppendRequest> requests;
    for (Byte i = 1; i <= 20; ++i) {
        const Byte author = i % 2 == 0 ? kHospital : kSecondHospital;
        requests.push_back(adding_of({record_of(i, folder())}, author));
    }
    std::vector<Status> results(requests.size(), ok_status());
    std::vector<std::thread> threads;
    for (std::size_t first = 0; first < 4; ++first) {
        threads.emplace_back([&, first] {
            for (std::size_t i = first; i < requests.size(); i += 4) {
                if (auto done = append(requests[i]); !done.ok()) results[i] = done.error();
                if (auto read = node().list({owner(), {}, {}}, chain_, {"PATRQT"}); !read.ok()) {
                    results[i] = read.error();
                }
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    for (const Status& one : results) EXPECT_TRUE(one.ok()) << one.error().text();
    EXPECT_EQ(count(*node_.database, "vault_record"), 20);
    EXPECT_EQ(reads().size(), 20U);
    EXPECT_TRUE(vault().check_chain(chain_).ok());
    ASSERT_TRUE(append(telling({EntryKind::particulars}, root_.ledger_key())).ok());
    EXPECT_EQ(node_.ledger->heads(chain_)->heads.size(), 1U);
}

} // namespace
} // namespace salus::records::test
