// A ledger anchored on embedded chains: idempotent, final when the chain says so, anchored again
// after a reorganisation, audited and proved through the chain.

#include <gtest/gtest.h>

#include "chain/testing/world.hpp"
#include "eth/contracts/ledger_anchor.hpp"
#include "eth/deploy.hpp"
#include "eth_embedded/embedded_chain.hpp"
#include "ledger/anchorer.hpp"
#include "ledger/proof.hpp"
#include "ledger/world_test.hpp"

namespace salus::ledger {
namespace {

constexpr std::int64_t kStart = 1'790'000'000;
namespace contract = eth::contracts::ledger_anchor;

template <typename T>
T must(Result<T> result) {
    if (!result.ok()) ADD_FAILURE() << result.error().text();
    return std::move(result).value();
}

// Two histories of one chain: what is asked goes to the one that is the chain now. Going over to
// the other is what a reorganisation is to those who ask.
class Histories final : public eth::Chain {
public:
    Histories(eth::Chain& first, eth::Chain& second) : now_(&first), other_(&second) {}
    void reorganise() { std::swap(now_, other_); }
    bool deaf = false; // takes no transactions

    Result<std::uint64_t> chain_id() override { return now_->chain_id(); }
    Result<Hash32> genesis_hash() override { return now_->genesis_hash(); }
    Result<eth::Head> head(const eth::BlockRef& at) override { return now_->head(at); }
    Result<Bytes> call(const eth::CallRequest& request, const eth::BlockRef& at) override {
        return now_->call(request, at);
    }
    Result<Bytes> code(const Address& address, const eth::BlockRef& at) override {
        return now_->code(address, at);
    }
    Result<uint256> balance(const Address& address, const eth::BlockRef& at) override {
        return now_->balance(address, at);
    }
    Result<std::uint64_t> transaction_count(const Address& address,
                                            const eth::BlockRef& at) override {
        return now_->transaction_count(address, at);
    }
    Result<std::uint64_t> estimate_gas(const eth::CallRequest& request) override {
        return now_->estimate_gas(request);
    }
    Result<eth::Fees> suggest_fees() override { return now_->suggest_fees(); }
    Result<Hash32> send_raw(ByteView raw) override {
        if (deaf) return Error(eth::kUnreachable, "deaf for a test");
        return now_->send_raw(raw);
    }
    Result<std::optional<eth::Receipt>> receipt(const Hash32& hash) override {
        return now_->receipt(hash);
    }
    Result<std::vector<eth::Log>> logs(const eth::LogFilter& filter) override {
        return now_->logs(filter);
    }
    Result<eth::Head> wait_for_head(const Hash32& known,
                                    std::chrono::milliseconds timeout) override {
        return now_->wait_for_head(known, timeout);
    }

private:
    eth::Chain *now_, *other_;
};

struct OneChain {
    OneChain(Clock& clock, Random& random) {
        chain::Options options;
        options.instant = true;
        chain = must(chain::Chain::open(store::open_memory(chain::Chain::columns()),
                                        chain::testing::make_genesis(), options, clock, random,
                                        nullptr));
        eth = eth_embedded::make_chain(*chain);
    }
    std::unique_ptr<chain::Chain> chain;
    std::unique_ptr<eth::Chain> eth;
};

class AnchorTest : public testing::Test {
protected:
    AnchorTest() {
        const Address first = deploy(*one_.eth);
        SALUS_ASSERT(first == deploy(*two_.eth)); // same account, same nonce
        domain_ = {chain::testing::kTestChainId, first};
        ledger_ = must(Ledger::open(*db_, domain_));
        start();
        last_ = seal(header_of(1), {entry(EntryKind::keys, "keys")}, key(1), domain_).value();
        SALUS_ASSERT(ledger_->append(last_, kNow).ok());
    }
    static Header header_of(Byte patient) {
        Header header;
        header.time = kNow;
        header.nonce.bytes.fill(patient);
        return header;
    }
    Address deploy(eth::Chain& chain) {
        eth::MemoryJournal journal;
        eth::Sender sender(chain, must(eth::Signer::from_key(chain::testing::key_of(0))), journal,
                           clock_);
        eth::MemoryDeploymentRecord record;
        const auto made = must(
            eth::deploy(chain, sender, record,
                        {{"LedgerAnchor", [](const auto&) { return contract::creation_code(); }}}));
        return made.at(0).address;
    }
    // Also after a restart: the journal and the database stay.
    void start(AnchorerOptions options = {}) {
        anchorer_.reset();
        sender_.reset();
        eth::SenderOptions sending;
        sending.poll = std::chrono::milliseconds(20);
        sender_ = std::make_unique<eth::Sender>(
            chain_, must(eth::Signer::from_key(chain::testing::key_of(1))), journal_, clock_,
            sending);
        anchorer_ = std::make_unique<Anchorer>(*ledger_, *db_, chain_, *sender_, options);
    }
    void grow(int blocks) {
        for (int i = 0; i < blocks; ++i) {
            Header header;
            header.chain = chain_of(last_.header);
            header.height = last_.header.height + 1;
            header.time = kNow;
            header.parents = {hash_of(last_.header)};
            last_ =
                seal(header, {entry(EntryKind::record_added, std::to_string(i))}, key(2), domain_)
                    .value();
            ASSERT_TRUE(ledger_->append(last_, kNow).ok());
        }
    }
    std::uint64_t now() { return static_cast<std::uint64_t>(clock_.unix_seconds()); }
    std::vector<AnchorRow> on_chain() {
        AnchorContract reader(chain_, domain_.anchor, sender_->account());
        return must(read_anchor_rows(reader));
    }
    std::int64_t mirrored() {
        auto row = db_->prepare("SELECT count(*) FROM ledger_anchor").value();
        SALUS_ASSERT(row->step().value());
        return row->integer(0);
    }
    AuditReport audited() {
        AuditOptions options;
        options.domain = domain_;
        options.anchors = on_chain();
        return must(audit(*db_, options));
    }
    SignedTreeHead tree_head(std::uint64_t size) {
        return must(sign_tree_head({size, must(ledger_->log_root(size)), now()},
                                   chain::testing::key_of(1), domain_));
    }
    // A block with nothing of ours.
    void another_block(eth::Chain& chain) {
        eth::MemoryJournal journal;
        eth::Sender sender(chain, must(eth::Signer::from_key(chain::testing::key_of(2))), journal,
                           clock_);
        eth::Intent intent;
        intent.to = chain::testing::address_of(3);
        intent.value = uint256(1);
        intent.purpose_key = "another";
        must(sender.send_and_wait(intent));
    }

    ManualClock clock_{kStart};
    SystemRandom random_;
    OneChain one_{clock_, random_}, two_{clock_, random_};
    Histories chain_{*one_.eth, *two_.eth};
    std::unique_ptr<store::Database> db_ = store::open_sqlite(":memory:").value();
    eth::MemoryJournal journal_;
    Domain domain_;
    std::unique_ptr<Ledger> ledger_;
    std::unique_ptr<eth::Sender> sender_;
    std::unique_ptr<Anchorer> anchorer_;
    Block last_;
};

TEST_F(AnchorTest, AnchorsOnDemandOnceEachRoot) {
    const AnchorStatus first = must(anchorer_->anchor_now());
    ASSERT_TRUE(first.newest);
    EXPECT_EQ(first.newest->size, 1U);
    EXPECT_EQ(first.settled, first.newest);
    const AnchorStatus again = must(anchorer_->anchor_now());
    EXPECT_EQ(again.newest, first.newest);
    grow(5);
    EXPECT_EQ(must(anchorer_->anchor_now()).newest->size, 6U);
    start(); // a restart in between changes nothing
    EXPECT_EQ(must(anchorer_->anchor_now()).newest->index, 1U);
    EXPECT_EQ(on_chain().size(), 2U);
    EXPECT_EQ(mirrored(), 2);
    EXPECT_TRUE(audited().good());
    EXPECT_EQ(audited().anchored, 6U);
}

TEST_F(AnchorTest, AnchorsAtTheIntervalWhatHasGrown) {
    must(anchorer_->anchor_now());
    grow(2);
    const std::uint64_t at = on_chain().back().anchor.time;
    EXPECT_EQ(must(anchorer_->step(at + 3599)).sent, 0U);
    EXPECT_EQ(must(anchorer_->step(at + 3600)).sent, 3U);
    EXPECT_EQ(must(anchorer_->anchor_now()).newest->size, 3U); // waits for the one that was sent
    EXPECT_EQ(on_chain().size(), 2U);
    EXPECT_EQ(must(anchorer_->step(at + 9999)).sent, 0U) << "it has not grown";
}

TEST_F(AnchorTest, IsFinalOnlyWhenTheChainSaysSo) {
    start({3600, 3});
    EXPECT_FALSE(must(anchorer_->anchor_now()).settled);
    another_block(*one_.eth);
    EXPECT_FALSE(must(anchorer_->step(now())).settled);
    grow(1);
    const AnchorStatus status = must(anchorer_->anchor_now()); // the third block
    ASSERT_TRUE(status.settled);
    EXPECT_EQ(status.settled->size, 1U);
    EXPECT_EQ(status.newest->size, 2U);
}

TEST_F(AnchorTest, IsAnchoredAgainAfterAReorganisation) {
    must(anchorer_->anchor_now());
    grow(4);
    must(anchorer_->anchor_now());
    ASSERT_EQ(on_chain().size(), 2U);
    another_block(*two_.eth);
    chain_.reorganise();
    EXPECT_EQ(on_chain().size(), 0U);
    EXPECT_FALSE(audited().good()) << "the mirror speaks of anchors that are gone";
    const AnchorStatus status = must(anchorer_->anchor_now());
    EXPECT_EQ(status.newest->size, 5U);
    // The sender may have brought the earlier one back as well.
    EXPECT_GE(on_chain().size(), 1U);
    EXPECT_EQ(on_chain().back().anchor.size, 5U);
    EXPECT_EQ(mirrored(), static_cast<std::int64_t>(on_chain().size()));
    EXPECT_TRUE(audited().good());
    // And back again: the chain has its old anchors, nothing is sent.
    chain_.reorganise();
    EXPECT_EQ(must(anchorer_->step(now())).sent, 0U);
    EXPECT_EQ(mirrored(), 2);
    EXPECT_TRUE(audited().good());
}

TEST_F(AnchorTest, RefusesToAnchorAHistoryThatTheChainDoesNotKnow) {
    grow(3);
    must(anchorer_->anchor_now());
    // A backup of before.
    ASSERT_TRUE(db_->run("DELETE FROM ledger_block WHERE place = 3").ok());
    const auto shrunk = anchorer_->step(now());
    ASSERT_FALSE(shrunk.ok());
    EXPECT_EQ(shrunk.error().kind(), kShrunkLog);
    // And another block in its place.
    ASSERT_TRUE(db_->execute("DELETE FROM ledger_node").ok());
    ASSERT_TRUE(db_->execute("DELETE FROM ledger_block").ok());
    ASSERT_TRUE(db_->execute("DELETE FROM ledger_head").ok());
    for (Byte patient = 11; patient < 15; ++patient) {
        ASSERT_TRUE(ledger_
                        ->append(seal(header_of(patient), {entry(EntryKind::keys, "keys")},
                                      key(patient), domain_)
                                     .value(),
                                 kNow)
                        .ok());
    }
    const auto forked = anchorer_->anchor_now();
    ASSERT_FALSE(forked.ok());
    EXPECT_EQ(forked.error().kind(), kForkedLog);
    EXPECT_FALSE(audited().good());
    EXPECT_EQ(on_chain().size(), 1U);
}

TEST_F(AnchorTest, ProofsAreCheckedOnTheChain) {
    grow(6);
    const BlockHash block = hash_of(last_.header);
    must(anchorer_->anchor_now());
    const AnchorRow row = on_chain().back();
    const ProofBundle bundle = must(make_proof(*ledger_, sender_->account(), block, 0, tree_head(7),
                                               std::pair(row.anchor, row.place)));
    EXPECT_TRUE(all_hold(check_proof(bundle)));
    EXPECT_TRUE(all_hold(check_on_chain(bundle, chain_, 1)));
    EXPECT_FALSE(all_hold(check_on_chain(bundle, chain_, 2))) << "no block on it yet";
    const auto fails = [&](const std::function<void(ProofBundle&)>& change) {
        ProofBundle other = bundle;
        change(other);
        return !all_hold(check_on_chain(other, chain_, 1));
    };
    EXPECT_TRUE(fails([](auto& b) { b.domain.chain_id += 1; }));
    EXPECT_TRUE(fails([](auto& b) { b.domain.anchor = Address{}; }));
    EXPECT_TRUE(fails([](auto& b) { b.log[0] ^= 1; }));
    EXPECT_TRUE(fails([](auto& b) { b.anchor->anchor.root[0] ^= 1; }));
    EXPECT_TRUE(fails([](auto& b) { b.anchor->anchor.index = 1; }));
    EXPECT_TRUE(fails([](auto& b) { b.anchor->place.transaction[0] ^= 1; }));
    EXPECT_TRUE(fails([](auto& b) { b.anchor.reset(); }));
    chain_.reorganise();
    EXPECT_FALSE(all_hold(check_on_chain(bundle, chain_, 1)));
}

// design.md, section 7: somebody else co-signs; whose word counts, the auditor says.
TEST_F(AnchorTest, ACoSignatureIsCheckedBySomebodyWhoTrustsNoChain) {
    must(anchorer_->anchor_now());
    const Anchor anchor = on_chain().back().anchor;
    const CoSignature given =
        must(co_sign(sender_->account(), anchor, chain::testing::key_of(5), domain_));
    eth::Intent intent;
    intent.to = domain_.anchor;
    intent.data = contract::encode_co_sign(sender_->account(), uint256(anchor.index), given.witness,
                                           given.signature.bytes);
    intent.purpose_key = "co-sign";
    must(sender_->send_and_wait(intent));
    AnchorContract reader(chain_, domain_.anchor, sender_->account());
    const auto theirs = must(reader.co_signatures({given.witness}, domain_));
    ASSERT_EQ(theirs.size(), 1U);
    EXPECT_TRUE(check_co_signature(theirs[0], sender_->account(), domain_).ok());
    EXPECT_TRUE(must(reader.co_signatures({chain::testing::address_of(6)}, domain_)).empty());
    EXPECT_NE(vouching_text(audited(), {false, theirs}).find("co-signed up to 1 blocks"),
              std::string::npos);
    CoSignature forged = given;
    forged.size += 1;
    EXPECT_FALSE(check_co_signature(forged, sender_->account(), domain_).ok());
}

} // namespace
} // namespace salus::ledger
