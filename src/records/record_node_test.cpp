#include "records/record_node.hpp"

#include <gtest/gtest.h>

#include "records/records_world_test.hpp"

namespace salus::records::test {
namespace {

class RecordNodeTest : public RecordsWorld {};
INSTANTIATE_TEST_SUITE_P(Backends, RecordNodeTest,
                         testing::Values(Backend::sqlite, Backend::postgres),
                         testing::PrintToStringParamName());

TEST_P(RecordNodeTest, FoundsAChainOnce) {
    const Founded first = node().found(genesis_).value();
    EXPECT_EQ(first.chain, chain_);
    EXPECT_TRUE(ledger::check_promise(first.promise, account(kNode), ledger::kDomain).ok());
    EXPECT_EQ(first.promise.block, chain_);
    const Amounts before = amounts();
    const Founded again = node().found(genesis_).value();
    EXPECT_EQ(again.promise.index, first.promise.index);
    EXPECT_EQ(amounts(), before);
    const Patient found = node().patient(chain_).value();
    EXPECT_EQ(found, (Patient{chain_, owner(), inbox()}));
}

TEST_P(RecordNodeTest, FoundsNothingElse) {
    const auto made = [&](ledger::Header header, std::vector<ledger::Entry> entries) {
        header.time = ledger::kNow;
        return ledger::seal(header, std::move(entries), root_.ledger_key(), ledger::kDomain)
            .value();
    };
    const ledger::Entry good = genesis_.entries[0];
    const auto expect_bad = [&](const ledger::Block& block) {
        refused(kBadGenesis, [&] { return node().found(block); });
    };
    ledger::Header hospital;
    hospital.kind = ledger::ChainKind::hospital;
    expect_bad(made(hospital, {good}));
    expect_bad(made({}, {good, good}));
    ledger::Entry bad = good;
    bad.kind = EntryKind::key_rotated;
    expect_bad(made({}, {bad}));
    bad = good;
    bad.digest = {};
    expect_bad(made({}, {bad}));
    bad = good;
    bad.sealed = to_bytes("no box");
    expect_bad(made({}, {bad}));
    ledger::Block forged = genesis_;
    forged.header.author = account(kHospital);
    refused(ledger::kBadAuthor, [&] { return node().found(forged); });
    ledger::Header late;
    late.time = ledger::kNow + ledger::kClockSkew + 1;
    const ledger::Block future =
        ledger::seal(late, {good}, root_.ledger_key(), ledger::kDomain).value();
    refused(ledger::kBadTime, [&] { return node().found(future); });
    found();
    const ledger::Block second = telling({EntryKind::particulars}, root_.ledger_key()).block;
    expect_bad(second);
}

TEST_P(RecordNodeTest, OnlyAGenesisOfAPatientIsAChain) {
    found();
    ASSERT_TRUE(append(telling({EntryKind::particulars}, root_.ledger_key())).ok());
    const auto other = ledger::hash_of(history().back().header);
    expect_refused(node().patient(other), kUnknownPatientChain);
    expect_refused(node().patient(Hash32{{1}}), kUnknownPatientChain);
    expect_refused(node().patient(ledger::chain_of(ledger::genesis().header)),
                   kUnknownPatientChain); // its keys entry is no box
    for (const auto& chain : {other, Hash32{{1}}}) {
        const Caller caller{owner(), {}, {}};
        expect_refused(node().chain(caller, chain), kUnknownPatientChain);
        expect_refused(node().blocks(caller, chain, {}, 10), kUnknownPatientChain);
        expect_refused(node().append(caller, chain, {}), kUnknownPatientChain);
        expect_refused(node().list(caller, chain, {"TREAT"}), kUnknownPatientChain);
        expect_refused(node().read(caller, chain, {"TREAT", {{{1}}}}), kUnknownPatientChain);
    }
}

TEST_P(RecordNodeTest, TellsHeadsAndBlocksToMembersAlone) {
    found();
    consents_.dependant = true;
    consents_.guardians = {account(kGuardian)};
    const auto ask = [&](const Address& who) { return node().chain({who, {}, {}}, chain_); };
    for (const Address& who : {owner(), account(kGuardian), account(kHospital)}) {
        const auto info = ask(who);
        ASSERT_TRUE(info.ok()) << info.error().text();
        EXPECT_EQ(info->account, owner());
        EXPECT_EQ(info->inbox, inbox());
        EXPECT_EQ(info->heads.heads, std::vector{chain_});
        EXPECT_TRUE(node().blocks({who, {}, {}}, chain_, {}, 10).ok());
    }
    refused(kNotAllowed, [&] { return ask(account(kInsurer)); });
    refused(kNotAllowed, [&] {
        return node().blocks({account(kInsurer), {}, {}}, chain_, {}, 10);
    });
    consents_.dependant = false; // of age
    refused(kNotAllowed, [&] { return ask(account(kGuardian)); });
    consents_.suspended = {account(kHospital)};
    refused(refusal_kind(consent::Reason::requester_suspended),
            [&] { return ask(account(kHospital)); });
    consents_.head_time = 0;
    refused(refusal_kind(consent::Reason::head_too_old),
            [&] { return ask(account(kSecondHospital)); });
    EXPECT_TRUE(ask(owner()).ok());
    EXPECT_TRUE(reads().empty()); // heads and blocks tell of no record
}

TEST_P(RecordNodeTest, PagesThroughTheBlocks) {
    found();
    for (int i = 0; i < 6; ++i) {
        ASSERT_TRUE(append(telling({EntryKind::particulars}, root_.ledger_key())).ok());
    }
    const Caller caller{owner(), {}, {}};
    std::vector<ledger::Block> all;
    std::optional<ledger::BlockHash> after;
    std::size_t pages = 0;
    do {
        const BlockPage page = node().blocks(caller, chain_, after, 3).value();
        all.insert(all.end(), page.blocks.begin(), page.blocks.end());
        after = page.next;
        ++pages;
    } while (after);
    EXPECT_EQ(all, history());
    EXPECT_EQ(pages, 3U);
    EXPECT_FALSE(node().blocks(caller, chain_, {}, 7)->next.has_value());
    expect_refused(node().blocks(caller, chain_, {}, 0), kAskedWrongly);
    expect_refused(node().blocks(caller, chain_, {}, kMaxBlocks + 1), kAskedWrongly);
    expect_refused(node().blocks(caller, chain_, Hash32{{1}}, 3), ledger::kUnknownBlock);
}

// Sixteen mebibytes a block: a page ends before it is too large for the memory.
TEST_P(RecordNodeTest, APageOfBlocksIsBounded) {
    found();
    for (int i = 0; i < 5; ++i) {
        const ledger::Header header = next_header();
        ledger::Entry large = fact(EntryKind::particulars, header, 0);
        large.sealed.resize(ledger::kMaxSealed);
        AppendRequest request;
        request.block = ledger::seal(header, std::vector<ledger::Entry>(150, large),
                                     root_.ledger_key(), ledger::kDomain)
                            .value();
        ASSERT_TRUE(append(request).ok());
    }
    const BlockPage page = node().blocks({owner(), {}, {}}, chain_, {}, 100).value();
    EXPECT_EQ(page.blocks.size(), 4U); // the genesis and three of them
    ASSERT_TRUE(page.next.has_value());
    EXPECT_EQ(node().blocks({owner(), {}, {}}, chain_, page.next, 100)->blocks.size(), 2U);
}

// Another writer's heads: the node's block joins all of them, or as many as a block can name.
TEST_P(RecordNodeTest, ItsBlocksJoinTheHeads) {
    found();
    const Patient found_patient = node().patient(chain_).value();
    for (int i = 0; i < 70; ++i) {
        ledger::Header header;
        header.chain = chain_;
        header.height = 1;
        header.parents = {chain_};
        header.time = ledger::kNow + static_cast<std::uint64_t>(i);
        header.nonce = random_.bytes<16>();
        AppendRequest request;
        request.block = ledger::seal(header, {fact(EntryKind::particulars, header, 0)},
                                     root_.ledger_key(), ledger::kDomain)
                            .value();
        ASSERT_TRUE(append(request).ok());
    }
    EXPECT_EQ(node_.ledger->heads(chain_)->heads.size(), 70U);
    for (const std::size_t left : {7U, 1U, 1U}) {
        const Status done = node().note(found_patient, EntryKind::emergency, {{"type", "opened"}});
        ASSERT_TRUE(done.ok()) << done.error().text();
        EXPECT_EQ(node_.ledger->heads(chain_)->heads.size(), left);
    }
    EXPECT_EQ(history().back().header.author, account(kNode));
    const auto opened = open_fact(history().back(), 0, root_.inbox_key());
    EXPECT_EQ(opened->at("type"), "opened");
}

TEST_P(RecordNodeTest, AFactThatIsTooLargeIsRefused) {
    found();
    const Patient found_patient = node().patient(chain_).value();
    const codec::json::object large{{"text", std::string(ledger::kMaxSealed, 'x')}};
    refused(kBadFact, [&] { return node().note(found_patient, EntryKind::emergency, large); });
}

TEST(Refusals, AreNamedAsTheirReasons) {
    for (int i = 0; i < static_cast<int>(consent::Reason::owner); ++i) {
        const auto reason = static_cast<consent::Reason>(i);
        EXPECT_EQ(refusal_kind(reason).name,
                  "consent." + std::string(consent::reason_name(reason)));
        EXPECT_EQ(refusal({false, reason, {}, 0}).kind(), refusal_kind(reason));
    }
}

} // namespace
} // namespace salus::records::test
