#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eth/deploy.hpp"
#include "eth/sender_fixture.hpp"

namespace salus::eth {
namespace {

TEST_F(SenderTest, SendsAndReports) {
    const auto handle = sender->submit(intent("a"));
    ASSERT_TRUE(handle.ok());
    EXPECT_FALSE(handle->done());
    EXPECT_EQ(journal.all().front().gas, 125'000u); // the estimate and a quarter
    chain.mine();
    const auto receipt = handle->wait();
    ASSERT_TRUE(receipt.ok()) << receipt.error().text();
    EXPECT_EQ(receipt->transaction_hash, handle->hash());
    EXPECT_EQ(count(EntryState::final_ok), 1u);
    EXPECT_TRUE(soon([&] { return sender->in_flight() == 0; }));
}

TEST_F(SenderTest, APurposeIsSentOnce) {
    const auto first = sender->submit(intent("a")).value();
    EXPECT_EQ(sender->submit(intent("a"))->hash(), first.hash());
    chain.mine();
    ASSERT_TRUE(first.wait().ok());
    restart();
    EXPECT_EQ(sender->send_and_wait(intent("a"))->transaction_hash, first.hash());
    EXPECT_EQ(journal.all().size(), 1u);
    Intent other = intent("a");
    other.data = {9};
    EXPECT_EQ(sender->submit(other).error().kind(), kPurposeTaken);
}

TEST_F(SenderTest, TwinsInOneCallShareATransaction) {
    const auto handles = sender->submit_all({intent("a"), intent("b"), intent("a")});
    ASSERT_TRUE(handles.ok());
    EXPECT_EQ((*handles)[0].hash(), (*handles)[2].hash());
    EXPECT_EQ(journal.all().size(), 2u);
}

TEST_F(SenderTest, KeepsManyInFlightWithNoncesInOrder) {
    std::vector<std::thread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 25; ++i) {
                EXPECT_TRUE(sender->submit(intent(std::to_string(t * 100 + i))).ok());
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(chain.pool_size(), 100u);
    chain.mine();
    EXPECT_TRUE(soon([&] { return count(EntryState::final_ok) == 100; }));
}

TEST_F(SenderTest, ARestartBroadcastsAgain) {
    ASSERT_TRUE(sender->submit(intent("a")).ok());
    ASSERT_TRUE(sender->submit(intent("b")).ok());
    sender.reset();
    chain.forget_pool();
    restart();
    ASSERT_TRUE(sender->resume().ok());
    EXPECT_EQ(chain.pool_size(), 2u);
    chain.mine();
    EXPECT_TRUE(sender->send_and_wait(intent("b")).ok());
    EXPECT_EQ(journal.all().size(), 2u);
}

TEST_F(SenderTest, ATakenNonceMeansANewOne) {
    const auto handle = sender->submit(intent("a")).value();
    const Hash32 first = handle.hash();
    chain.take_nonce();
    chain.mine();
    ASSERT_TRUE(soon([&] { return pass_time(), handle.done(); }));
    ASSERT_TRUE(handle.wait().ok());
    EXPECT_NE(handle.hash(), first);
    EXPECT_EQ(chain.times_done("a"), 1u);
    EXPECT_EQ(count(EntryState::dropped), 1u);
    EXPECT_EQ(count(EntryState::final_ok), 1u);
}

TEST_F(SenderTest, WhatAnotherWalletSentWhileNothingWaitedCostsNothing) {
    const auto first = sender->submit(intent("a")).value();
    chain.mine();
    ASSERT_TRUE(first.wait().ok());
    ASSERT_TRUE(soon([&] { return sender->in_flight() == 0; }));
    chain.take_nonce();
    const auto second = sender->submit(intent("b")).value();
    chain.mine();
    ASSERT_TRUE(second.wait().ok());
    EXPECT_EQ(journal.all().size(), 2u); // sent once
}

TEST_F(SenderTest, AReorganisationSendsAgain) {
    const auto handle = sender->submit(intent("a")).value();
    chain.mine();
    ASSERT_TRUE(handle.wait().ok());
    chain.drop_block();
    EXPECT_TRUE(soon([&] { return chain.pool_size() == 1; }));
    chain.mine();
    EXPECT_TRUE(soon([&] { return count(EntryState::final_ok) == 1; }));
    EXPECT_EQ(journal.all().size(), 1u);
}

TEST_F(SenderTest, NobodyWaitsForAChainThatHasHalted) {
    const auto sent = sender->submit(intent("a")).value(); // and then it halts
    chain.halt(true);
    EXPECT_EQ(sent.wait_for(10s).error().kind(), kHalted);
    const auto late = sender->submit(intent("b")).value();
    EXPECT_EQ(late.wait_for(10s).error().kind(), kHalted);
    chain.halt(false); // what was sent comes to be all the same
    clock.advance(20s);
    ASSERT_TRUE(soon([&] { return chain.pool_size() == 2; }));
    chain.mine();
    EXPECT_TRUE(soon([&] { return sent.wait_for(10s).ok() && late.wait_for(10s).ok(); }));
    EXPECT_EQ(chain.times_done("a") + chain.times_done("b"), 2u);
}

// A journal whose disk fails for a while, after what was begun was written.
class MoodyJournal final : public SenderJournal {
public:
    explicit MoodyJournal(MemoryJournal& below) : below_(below) {}
    std::atomic<bool> failing{false};

    Status insert(std::vector<JournalEntry>& entries) override {
        if (failing) return Error(kJournalFailed, "in a bad mood");
        return below_.insert(entries);
    }
    Status set_state(std::uint64_t sequence, EntryState state) override {
        if (failing) return Error(kJournalFailed, "in a bad mood");
        return below_.set_state(sequence, state);
    }
    Result<std::vector<JournalEntry>> pending(std::uint64_t chain_id,
                                              const Address& account) override {
        return below_.pending(chain_id, account);
    }
    Result<std::optional<JournalEntry>> find(std::uint64_t chain_id, const Address& account,
                                             std::string_view purpose_key) override {
        return below_.find(chain_id, account, purpose_key);
    }

private:
    MemoryJournal& below_;
};

TEST_F(SenderTest, NobodyWaitsForAnOutcomeThatCannotBeStored) {
    MoodyJournal moody(journal);
    sender = std::make_unique<Sender>(chain, signer(), moody, clock, options);
    const auto handle = sender->submit(intent("a")).value();
    moody.failing = true;
    chain.mine();
    EXPECT_EQ(handle.wait_for(10s).error().kind(), kJournalFailed);
    EXPECT_EQ(sender->submit(intent("b")).error().kind(), kJournalFailed);
    moody.failing = false;
    EXPECT_TRUE(soon([&] { return handle.wait_for(10s).ok(); }));
    EXPECT_EQ(chain.times_done("a"), 1u);
    sender.reset(); // before its journal
}

TEST_F(SenderTest, WaitsForConfirmations) {
    options.confirmations = 3;
    restart();
    const auto handle = sender->submit(intent("a")).value();
    chain.mine();
    chain.mine();
    EXPECT_EQ(handle.wait_for(100ms).error().kind(), kTimedOut);
    chain.mine();
    EXPECT_TRUE(handle.wait().ok());
}

TEST_F(SenderTest, AStuckTransactionIsSentAgainWithAHigherFee) {
    chain.set_fee(100);
    const auto handle = sender->submit(intent("a")).value();
    const Hash32 first = handle.hash();
    chain.forget_pool();
    clock.advance(20s);
    ASSERT_TRUE(soon([&] { return handle.hash() != first && chain.pool_size() == 1; }));
    EXPECT_EQ(journal.all().back().max_fee_per_gas, uint256(116));
    EXPECT_EQ(journal.all().back().nonce, 0u);
    chain.mine();
    EXPECT_EQ(handle.wait()->transaction_hash, handle.hash());
    EXPECT_EQ(count(EntryState::dropped), 1u);
}

// "a" was settled, then lost in a reorganisation that nobody saw; "b" is old, "c" and "d" young.
TEST_F(SenderTest, AGapIsClosedAndWhatIsQueuedBehindItIsDoneOnce) {
    ASSERT_TRUE(sender->submit(intent("a")).ok());
    chain.mine();
    ASSERT_TRUE(soon([&] { return count(EntryState::final_ok) == 1; }));
    restart();
    std::vector<Sender::Handle> handles = {sender->submit(intent("b")).value()};
    clock.advance(14s);
    handles.push_back(sender->submit(intent("c")).value());
    chain.drop_block();
    clock.advance(2s);
    ASSERT_TRUE(soon([&] { return chain.pool_size() == 3; }));
    handles.push_back(sender->submit(intent("d")).value());
    EXPECT_EQ(chain.pool_size(), 4u);
    EXPECT_EQ(journal.all()[3].purpose_key, "gap/0");
    chain.mine();
    for (const auto& handle : handles) EXPECT_TRUE(handle.wait().ok());
    const auto again = sender->submit(intent("a")); // its nonce closed the gap
    ASSERT_TRUE(again.ok()) << again.error().text();
    chain.mine();
    EXPECT_TRUE(again->wait().ok());
    for (const char* purpose : {"a", "b", "c", "d"}) EXPECT_EQ(chain.times_done(purpose), 1u);
}

TEST_F(SenderTest, AGapThatAnotherTransactionClosedIsForgotten) {
    ASSERT_TRUE(sender->submit(intent("a")).ok());
    chain.mine();
    ASSERT_TRUE(soon([&] { return count(EntryState::final_ok) == 1; }));
    ASSERT_TRUE(sender->submit(intent("b")).ok());
    sender.reset();
    chain.drop_block();
    restart();
    ASSERT_TRUE(sender->resume().ok());
    clock.advance(20s);
    ASSERT_TRUE(soon([&] { return chain.pool_size() == 2; }));
    chain.take_nonce();
    ASSERT_TRUE(soon([&] { return pass_time(), sender->in_flight() == 0; }));
    EXPECT_EQ(journal.all().size(), 3u);
    EXPECT_EQ(count(EntryState::dropped), 1u);
    EXPECT_EQ(chain.times_done("b"), 1u);
}

TEST_F(SenderTest, TwoIntentsOfOneNonceAreBothDoneOnce) {
    for (const bool second_wins : {false, true}) {
        FakeChain shared_chain(second_wins ? 2 : 3);
        MemoryJournal both;
        std::vector<JournalEntry> second;
        for (const char* purpose : {"a", "b"}) {
            MemoryJournal one;
            Sender alone(shared_chain, signer(), one, clock, options);
            ASSERT_TRUE(alone.submit(intent(purpose)).ok());
            second = one.all();
            ASSERT_TRUE(both.insert(second).ok());
            shared_chain.forget_pool();
        }
        if (second_wins) {
            ASSERT_TRUE(shared_chain.send_raw(second.front().raw).ok());
        }
        Sender after(shared_chain, signer(), both, clock, options);
        std::vector<Sender::Handle> handles;
        for (const char* purpose : {"a", "b", "c"}) {
            handles.push_back(after.submit(intent(purpose)).value());
        }
        EXPECT_EQ(both.all().size(), 3u);
        EXPECT_EQ(shared_chain.pool_size(), 2u);
        shared_chain.mine();
        ASSERT_TRUE(soon([&] { return shared_chain.pool_size() == 1; }));
        EXPECT_EQ(shared_chain.times_done(second_wins ? "b" : "a"), 1u);
        shared_chain.mine();
        for (const auto& handle : handles) EXPECT_TRUE(handle.wait().ok());
        for (const char* purpose : {"a", "b", "c"}) {
            EXPECT_EQ(shared_chain.times_done(purpose), 1u);
        }
    }
}

TEST_F(SenderTest, AMissingReceiptIsNoLossBeforeTimeAndBlocksPassed) {
    const auto handle = sender->submit(intent("a")).value();
    chain.hide_receipts(true);
    chain.mine();
    looks(10);
    for (int i = 0; i < 5; ++i) chain.mine(), looks(2); // blocks without time
    EXPECT_EQ(journal.all().size(), 1u);
    chain.hide_receipts(false);
    ASSERT_TRUE(handle.wait().ok());

    const auto second = sender->submit(intent("b")).value();
    chain.hide_receipts(true);
    chain.mine();
    looks(5);
    clock.advance(20s); // time without blocks
    looks(10);
    EXPECT_EQ(journal.all().size(), 2u);
    chain.hide_receipts(false);
    ASSERT_TRUE(second.wait().ok());
    EXPECT_EQ(chain.times_done("a") + chain.times_done("b"), 2u);
}

TEST_F(SenderTest, ALossOnAChainWithoutEmptyBlocksIsSeenLater) {
    const auto handle = sender->submit(intent("a")).value();
    const Hash32 first = handle.hash();
    chain.take_nonce();
    looks(5);
    clock.advance(options.stuck * 8);
    ASSERT_TRUE(soon([&] { return handle.hash() != first; }));
}

TEST_F(SenderTest, ReceiptsAreAskedForAgainBeforeALossIsSentAgain) {
    const auto handle = sender->submit(intent("a")).value();
    chain.hide_receipts_from_the_first_question();
    chain.mine();
    ASSERT_TRUE(soon([&] { return pass_time(), handle.done(); }));
    EXPECT_EQ(journal.all().size(), 1u);
    EXPECT_EQ(chain.times_done("a"), 1u);
}

TEST_F(SenderTest, ASettledPurposeWithoutItsReceiptIsToBeTriedAgain) {
    ASSERT_TRUE(sender->submit(intent("a")).ok());
    chain.mine();
    ASSERT_TRUE(soon([&] { return count(EntryState::final_ok) == 1; }));
    restart();
    chain.hide_receipts(true);
    EXPECT_EQ(sender->submit(intent("a")).error().kind(), kReceiptMissing);
    chain.hide_receipts(false);
    EXPECT_TRUE(sender->send_and_wait(intent("a")).ok());
    EXPECT_EQ(journal.all().size(), 1u);
}

TEST_F(SenderTest, ASettledPurposeWhoseNonceIsFreeAgainKeepsItsTransaction) {
    const auto first = sender->submit(intent("a")).value();
    chain.mine();
    ASSERT_TRUE(soon([&] { return count(EntryState::final_ok) == 1; }));
    sender.reset();
    chain.drop_block();
    restart();
    const auto again = sender->submit(intent("a"));
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->hash(), first.hash());
    ASSERT_TRUE(sender->submit(intent("b")).ok());
    chain.mine();
    EXPECT_TRUE(again->wait().ok());
    EXPECT_EQ(chain.times_done("a") + chain.times_done("b"), 2u);
    EXPECT_EQ(journal.all().size(), 2u);
}

TEST_F(SenderTest, BumpsStopAtFourTimesTheSuggestedFee) {
    chain.set_fee(100);
    const auto handle = sender->submit(intent("a")).value();
    for (int i = 0; i < 30; ++i) {
        const std::size_t before = chain.broadcasts();
        clock.advance(20s);
        ASSERT_TRUE(soon([&] { return chain.broadcasts() > before; })) << "it is sent again still";
    }
    for (const JournalEntry& entry : journal.all()) {
        EXPECT_LE(entry.max_fee_per_gas, uint256(400));
        EXPECT_LE(entry.max_priority_fee_per_gas, uint256(400));
    }
    EXPECT_LT(journal.all().size(), 12u);
    EXPECT_GT(chain.pool_fee(0), 340u);
    chain.mine();
    EXPECT_TRUE(handle.wait().ok());
}

TEST_F(SenderTest, WhatCannotBePaidIsNotBumped) {
    chain.set_fee(100);
    chain.set_funds(120);
    const auto handle = sender->submit(intent("a")).value();
    for (int i = 0; i < 10; ++i) {
        const std::size_t before = chain.broadcasts();
        clock.advance(20s);
        ASSERT_TRUE(soon([&] { return chain.broadcasts() > before; }));
    }
    EXPECT_LE(journal.all().size(), 3u) << "116 was paid; what followed could not be";
    EXPECT_EQ(chain.pool_fee(0), 116u);
    chain.mine();
    EXPECT_TRUE(handle.wait().ok());
}

TEST_F(SenderTest, AnOlderAttemptIsSentWhereTheNewestCannotBePaid) {
    chain.set_fee(100);
    const auto handle = sender->submit(intent("a")).value();
    clock.advance(20s);
    ASSERT_TRUE(soon([&] { return chain.pool_fee(0) == 116; }));
    chain.set_funds(100);
    sender.reset();
    chain.forget_pool();
    restart();
    ASSERT_TRUE(sender->resume().ok());
    EXPECT_EQ(chain.pool_fee(0), 100u) << "after a restart";
    chain.forget_pool();
    ASSERT_TRUE(soon([&] { return clock.advance(1s), chain.pool_fee(0) == 100; }));
    EXPECT_EQ(journal.all().size(), 2u);
    chain.set_funds(1000);
    ASSERT_TRUE(soon([&] { return clock.advance(1s), chain.pool_fee(0) >= 116; }));
    chain.mine();
    EXPECT_TRUE(sender->send_and_wait(intent("a")).ok());
    EXPECT_EQ(chain.times_done("a"), 1u);
}

TEST_F(SenderTest, AnotherChainOfTheSameIdStartsAnew) {
    for (const char* purpose : {"a", "b"}) ASSERT_TRUE(sender->submit(intent(purpose)).ok());
    chain.mine();
    const auto last = sender->submit(intent("c")).value();
    ASSERT_TRUE(soon([&] { return count(EntryState::final_ok) == 2; }));
    sender.reset();
    FakeChain fresh(1);
    sender = std::make_unique<Sender>(fresh, signer(), journal, clock, options);
    ASSERT_TRUE(sender->resume().ok()); // "c" had nonce 2, which would never be reached
    EXPECT_EQ(fresh.pool_size(), 1u);
    ASSERT_TRUE(sender->submit(intent("a")).ok()); // its receipt is not on this chain
    fresh.mine();
    EXPECT_TRUE(sender->send_and_wait(intent("c")).ok());
    EXPECT_TRUE(sender->send_and_wait(intent("a")).ok());
    sender.reset();
}

TEST_F(SenderTest, RefusesWhatWouldRevertWithTheName) {
    sender->error_names().add("VaccinePassportAlreadyIssued(address,bytes32)");
    Bytes data =
        to_bytes(crypto::keccak256(view("VaccinePassportAlreadyIssued(address,bytes32)")).bytes);
    data.resize(4);
    chain.refuse_calls(data);
    const auto handle = sender->submit(intent("a"));
    ASSERT_FALSE(handle.ok());
    EXPECT_EQ(handle.error().kind(), kReverted);
    EXPECT_THAT(handle.error().detail(), ::testing::HasSubstr("VaccinePassportAlreadyIssued"));
    EXPECT_TRUE(journal.all().empty());
}

TEST_F(SenderTest, AFailureOnChainHasItsReason) {
    const auto handle = sender->submit(intent("a")).value();
    chain.fail_transactions(true);
    chain.refuse_calls(hex("0x4e487b71000000000000000000000000000000000000000000000000000000000000"
                           "0011"));
    chain.mine();
    const auto receipt = handle.wait();
    ASSERT_FALSE(receipt.ok());
    EXPECT_EQ(receipt.error().kind(), kFailed);
    EXPECT_THAT(receipt.error().detail(), ::testing::HasSubstr("overflow"));
    EXPECT_EQ(count(EntryState::failed), 1u);
}

TEST(DecodeRevert, NamesEveryForm) {
    ErrorNames names;
    const Bytes text = hex("0x08c379a0"
                           "0000000000000000000000000000000000000000000000000000000000000020"
                           "0000000000000000000000000000000000000000000000000000000000000002"
                           "6e6f000000000000000000000000000000000000000000000000000000000000");
    EXPECT_EQ(decode_revert(text, names).reason, "no");
    EXPECT_EQ(decode_revert({}, names).reason, "no reason given");
    EXPECT_EQ(decode_revert(hex("0x12"), names).name, "");
    EXPECT_EQ(decode_revert(hex("0x08c379a0ff"), names).name, ""); // cut short
    EXPECT_EQ(decode_revert(hex("0xdeadbeef"), names).reason, "unknown error 0xdeadbeef");
    EXPECT_EQ(revert_data(reverted(hex("0x1234"), "why data=0x")), hex("0x1234"));
    EXPECT_EQ(revert_data(Error(kNonceTooLow)), std::nullopt);
}

// That other implementations accept what is signed here is shown in eth_remote, on anvil.
TEST(Signer, SignsTypeTwoAndKnowsItsAddress) {
    const Signer signer = SenderTest::signer();
    EXPECT_EQ(to_hex(signer.address().bytes), "19e7e376e7c213b7e7e7e46cc70a5dd086daff2a");
    const auto done = signer.sign({1, 0, 1, 2, 21'000, Address{}, 0, {}});
    ASSERT_TRUE(done.ok());
    EXPECT_EQ(done->raw[0], 0x02);
    EXPECT_EQ(done->hash, crypto::keccak256(done->raw));
    EXPECT_FALSE(Signer::from_key(crypto::SecretKey32()).ok());
    EXPECT_EQ(create_address(address("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0"), 1),
              address("0x343c43a37d37dff08ae8c4a11544c718abb4fcf8"));
}

} // namespace
} // namespace salus::eth
