// Nodes in memory, each with a ledger and a vault of its own; what they answer each other goes
// through no network.
#include "federation/exchange.hpp"

#include <gtest/gtest.h>

#include "crypto/secp256k1.hpp"
#include "federation/keeper.hpp"
#include "http/client.hpp"
#include "ledger/world_test.hpp"

namespace salus::federation {
namespace {

using ledger::Block;
using ledger::BlockHash;

constexpr Byte kFirst = 21, kSecond = 22; // keys of nodes

class Node final : public Peer {
public:
    explicit Node(Byte key) : key_(key) {
        database = store::open_sqlite(":memory:").value();
        ledger = ledger::Ledger::open(*database, ledger::kDomain).value();
        const auto accept = [this](const Parcel& parcel, const FetchChunk&) -> Status {
            ++asked;
            if (away) return Error(store::kSqlBusy);
            if (parcel.block.header.author == unwelcome) return Error(ledger::kBadAuthor);
            SALUS_TRY(ledger->append(parcel.block, ledger::kNow));
            return ok_status();
        };
        const auto passing = [](const Error& error) { return error.kind() == store::kSqlBusy; };
        exchange = Exchange::open({*database, *ledger, accept, clock, passing}).value();
    }

    void add(const Block& block) { ASSERT_TRUE(ledger->append(block, ledger::kNow).ok()); }
    bool has(const Block& block) const {
        return ledger->index_of(ledger::hash_of(block.header)).ok();
    }
    Address account() const { return crypto::secp256k1::address_of(ledger::key(key_)).value(); }

    Result<Feed> feed(std::uint64_t first, std::size_t most) override {
        if (unreachable) return Error(store::kSqlBusy, "no connection");
        Feed out;
        SALUS_TRY_ASSIGN(out.size, ledger->log_size());
        SALUS_TRY_ASSIGN(out.blocks, ledger->log_blocks(first, std::min(most, page)));
        return out;
    }
    Result<Parcel> parcel(const ledger::PrivateChainId&, const BlockHash& block) override {
        if (parcels_left == 0) return Error(store::kSqlBusy, "the connection was lost");
        --parcels_left;
        SALUS_TRY_ASSIGN(Block found, ledger->block(forged.value_or(block)));
        return Parcel{std::move(found), {}, {}, {}, {}};
    }
    Result<vault::ProvedChunk> chunk(const ledger::PrivateChainId&, const vault::RecordId&,
                                     std::uint32_t) override {
        return Error(vault::kUnknownRecord); // these blocks have no records
    }
    Result<std::vector<BlockHash>> chain(const ledger::PrivateChainId& chain) override {
        SALUS_TRY_ASSIGN(const auto blocks, ledger->history(chain, 1000));
        std::vector<BlockHash> out;
        for (const Block& block : blocks) out.push_back(ledger::hash_of(block.header));
        return out;
    }
    Result<ledger::SignedTreeHead> log_head() override {
        SALUS_TRY_ASSIGN(const std::uint64_t size, ledger->log_size());
        SALUS_TRY_ASSIGN(const Hash32 root, ledger->log_root(size));
        return ledger::sign_tree_head({size, root, ++time_}, ledger::key(key_), ledger::kDomain);
    }
    Result<merkle::Proof> log_consistency(std::uint64_t from, std::uint64_t to) override {
        return ledger->log_consistency(from, to);
    }

    ManualClock clock{1'790'000'000};
    std::unique_ptr<store::Database> database;
    std::unique_ptr<ledger::Ledger> ledger;
    std::unique_ptr<Exchange> exchange;
    Address unwelcome;
    bool away = false, unreachable = false;
    int asked = 0;
    std::size_t page = kMaxFeed, parcels_left = 10'000;
    std::optional<BlockHash> forged;

private:
    Byte key_;
    std::uint64_t time_ = 1'790'000'000;
};

class ExchangeTest : public testing::Test {
protected:
    ExchangeTest() {
        first_.add(genesis_);
        second_.add(genesis_);
    }
    Round pull(Node& to, Node& from) { return to.exchange->pull(from.account(), from).value(); }

    Block genesis_ = ledger::genesis();
    Node first_{kFirst}, second_{kSecond};
};

TEST_F(ExchangeTest, TwoThatWroteAtOnceEndWithTheSameHistory) {
    const Block one = ledger::child({genesis_}, "one", 2);
    const Block two = ledger::child({genesis_}, "two", 3);
    first_.add(one);
    second_.add(two);
    EXPECT_EQ(pull(first_, second_).taken, 1u);
    EXPECT_EQ(pull(second_, first_).taken, 1u);
    const auto chain = ledger::chain_of(genesis_.header);
    EXPECT_EQ(first_.ledger->heads(chain)->heads, second_.ledger->heads(chain)->heads);
    EXPECT_EQ(first_.ledger->heads(chain)->heads.size(), 2u);
    EXPECT_EQ(first_.chain(chain).value(), second_.chain(chain).value());
    EXPECT_EQ(pull(first_, second_).taken, 0u) << "nothing is asked for twice";
    EXPECT_EQ(first_.asked, 1);
}

TEST_F(ExchangeTest, ANodeThatWasAwayCatchesUp) {
    Block last = genesis_;
    std::vector<Block> blocks;
    for (int i = 0; i < 25; ++i) {
        last = ledger::child({last}, "visit " + std::to_string(i));
        blocks.push_back(last);
        first_.add(last);
    }
    first_.page = 7;
    first_.parcels_left = 10; // the connection breaks
    EXPECT_FALSE(second_.exchange->pull(first_.account(), first_).ok());
    EXPECT_TRUE(second_.has(blocks[9]));
    EXPECT_FALSE(second_.has(blocks[10]));
    first_.parcels_left = 100;
    EXPECT_EQ(pull(second_, first_).taken, 15u);
    for (const Block& block : blocks) EXPECT_TRUE(second_.has(block));
}

TEST_F(ExchangeTest, AChainThatWasFoundedLaterIsFetchedWhole) {
    Node third(23);
    const Block one = ledger::child({genesis_}, "one");
    first_.add(one);
    EXPECT_EQ(pull(third, first_).taken, 0u) << "it does not keep this patient's chain";
    third.add(genesis_);
    EXPECT_EQ(third.exchange->pull_new_chains(first_.account(), first_)->taken, 1u);
    const int asked = third.asked;
    EXPECT_EQ(third.exchange->pull_new_chains(first_.account(), first_)->seen, 0u);
    EXPECT_EQ(third.asked, asked);
    EXPECT_TRUE(third.has(one));
}

TEST_F(ExchangeTest, AMissedChainComesWithTheNextBlock) {
    const Block one = ledger::child({genesis_}, "one");
    const Block two = ledger::child({one}, "two");
    first_.add(one);
    Node third(23);
    EXPECT_EQ(pull(third, first_).seen, 2u);
    third.add(genesis_);
    first_.add(two);
    EXPECT_EQ(pull(third, first_).taken, 2u) << "its missing ancestor as well";
    EXPECT_TRUE(third.has(one) && third.has(two));
}

TEST_F(ExchangeTest, WhatIsRefusedStopsNothingElseAndIsTriedAgain) {
    const Block bad = ledger::child({genesis_}, "bad", 9);
    const Block after = ledger::child({bad}, "after", 2);
    const Block good = ledger::child({genesis_}, "good", 2);
    for (const Block& block : {bad, after, good}) first_.add(block);
    second_.unwelcome = bad.header.author;
    const Round round = pull(second_, first_);
    EXPECT_EQ(round.taken, 1u);
    EXPECT_EQ(round.refused, 2u);
    EXPECT_TRUE(second_.has(good));
    EXPECT_FALSE(second_.has(bad) || second_.has(after));
    const auto refusals = second_.exchange->refusals(first_.account(), 10).value();
    ASSERT_EQ(refusals.size(), 2u);
    EXPECT_EQ(refusals[0].chain, ledger::chain_of(genesis_.header));
    second_.unwelcome = {}; // its grant came
    EXPECT_EQ(pull(second_, first_).taken, 2u);
    EXPECT_TRUE(second_.exchange->refusals(first_.account(), 10)->empty());
}

TEST_F(ExchangeTest, AnotherBlockThanWasAskedForIsRefused) {
    const Block one = ledger::child({genesis_}, "one");
    const Block two = ledger::child({genesis_}, "two", 3);
    first_.add(one);
    first_.forged = ledger::hash_of(two.header);
    first_.add(two);
    EXPECT_EQ(pull(second_, first_).refused, 1u);
    EXPECT_EQ(second_.exchange->refusals(first_.account(), 1)->at(0).reason,
              ledger::kUnknownBlock.name);
}

TEST_F(ExchangeTest, APassingFaultOfOursLosesNothing) {
    const Block one = ledger::child({genesis_}, "one");
    first_.add(one);
    second_.away = true;
    EXPECT_EQ(second_.exchange->pull(first_.account(), first_).error().kind(), store::kSqlBusy);
    second_.away = false;
    EXPECT_EQ(pull(second_, first_).taken, 1u);
    first_.unreachable = true;
    EXPECT_FALSE(second_.exchange->pull(first_.account(), first_).ok());
}

TEST_F(ExchangeTest, ALogThatWasRewrittenIsNoted) {
    const Block one = ledger::child({genesis_}, "one");
    first_.add(one);
    EXPECT_FALSE(pull(second_, first_).log_broken);
    Node other(kFirst); // the same account, another history
    other.add(ledger::genesis(7));
    other.add(genesis_);
    const Block two = ledger::child({genesis_}, "two");
    other.add(two);
    const Round round = pull(second_, other);
    EXPECT_TRUE(round.log_broken);
    EXPECT_EQ(round.taken, 1u) << "the block proves itself";
    EXPECT_TRUE(pull(second_, other).log_broken) << "it is told from then on";
}

TEST_F(ExchangeTest, ALogOfAnotherAccountIsNoted) {
    const Round round = second_.exchange->pull(second_.account(), first_).value();
    EXPECT_TRUE(round.log_broken);
}

// ---- rounds with all

class KeeperTest : public ExchangeTest {
protected:
    // What the node of an address answers; the nodes themselves outlive it.
    class Lent final : public Peer {
    public:
        explicit Lent(Node& node) : node_(node) {}
        Result<Feed> feed(std::uint64_t first, std::size_t most) override {
            return node_.feed(first, most);
        }
        Result<Parcel> parcel(const ledger::PrivateChainId& chain,
                              const BlockHash& block) override {
            return node_.parcel(chain, block);
        }
        Result<vault::ProvedChunk> chunk(const ledger::PrivateChainId& chain,
                                         const vault::RecordId& record,
                                         std::uint32_t index) override {
            return node_.chunk(chain, record, index);
        }
        Result<std::vector<BlockHash>> chain(const ledger::PrivateChainId& chain) override {
            return node_.chain(chain);
        }
        Result<ledger::SignedTreeHead> log_head() override { return node_.log_head(); }
        Result<merkle::Proof> log_consistency(std::uint64_t from, std::uint64_t to) override {
            return node_.log_consistency(from, to);
        }

    private:
        Node& node_;
    };

    std::vector<NodeAddress> listed_{{first_.account(), "one"}, {second_.account(), "two"}};
    int opened_ = 0;
    Node third_{23};
    Keeper keeper_{*third_.exchange, [this] { return Result(listed_); },
                   [this](const NodeAddress& node) -> Result<std::unique_ptr<Peer>> {
                       ++opened_;
                       Node& of = node.account == first_.account() ? first_ : second_;
                       return std::unique_ptr<Peer>(std::make_unique<Lent>(of));
                   },
                   third_.clock};
};

TEST_F(KeeperTest, OneThatCannotBeReachedStopsNoOther) {
    third_.add(genesis_);
    const Block one = ledger::child({genesis_}, "one", 2);
    const Block two = ledger::child({genesis_}, "two", 3);
    first_.add(one);
    second_.add(two);
    first_.unreachable = true;
    ASSERT_TRUE(keeper_.step().ok());
    EXPECT_TRUE(third_.has(two));
    ASSERT_EQ(keeper_.nodes().size(), 2u);
    EXPECT_TRUE(keeper_.nodes()[0].fault.has_value());
    EXPECT_EQ(keeper_.nodes()[0].reached, 0u);
    EXPECT_FALSE(keeper_.nodes()[1].fault.has_value());
    first_.unreachable = false;
    ASSERT_TRUE(keeper_.step().ok());
    EXPECT_TRUE(third_.has(one)) << "from the whole of a new chain, or the feed";
    EXPECT_EQ(opened_, 2) << "connections are kept";
    EXPECT_NE(keeper_.nodes()[0].reached, 0u);
}

TEST_F(KeeperTest, WhoMovedIsAskedAtTheNewPlaceAndWhoLeftNoMore) {
    ASSERT_TRUE(keeper_.step().ok());
    listed_[0].endpoint = "elsewhere";
    listed_.pop_back();
    ASSERT_TRUE(keeper_.step().ok());
    EXPECT_EQ(opened_, 3);
    EXPECT_EQ(keeper_.nodes().size(), 1u);
}

TEST(Endpoint, IsReachedByHttps) {
    EXPECT_TRUE(check_endpoint("https://salus.example", false).ok());
    EXPECT_TRUE(check_endpoint("http://localhost:8545", false).ok());
    EXPECT_TRUE(check_endpoint("http://salus.example", true).ok());
    EXPECT_EQ(check_endpoint("http://salus.example", false).error().kind(), kPlainEndpoint);
    EXPECT_EQ(check_endpoint("ftp://salus.example", true).error().kind(), http::kBadUrl);
}

} // namespace
} // namespace salus::federation
