// Blocks before Paris: difficulty, ommers, rewards, and the DAO fork.
#include <gtest/gtest.h>

#include "state/genesis.hpp"
#include "state/transition.hpp"
#include "state/trie.hpp"

namespace salus::state {
namespace {

using evm::Revision;

const uint256 kEther{1'000'000'000'000'000'000};
const Address kMiner = address("0x00000000000000000000000000000000000000c0");
const Address kOmmerMiner = address("0x00000000000000000000000000000000000000c1");
const Address kWithdrawDao = address("0xbf4ed7b27f1d666546e30d74d50d173d20bca754");
const Address kTheDao = address("0xbb9bc244d798123fde783fcc1c72d3bb8c189413");

Rules rules_of(Revision revision) {
    return ChainConfig::all_at_genesis(1, revision).rules_at(0, 0);
}

uint256 difficulty(Revision revision, std::uint64_t seconds, std::uint64_t number = 100,
                   bool parent_has_ommers = false) {
    BlockHeader parent;
    parent.difficulty = uint256(2'048'000'000);
    parent.timestamp = 1000;
    parent.number = number - 1;
    if (parent_has_ommers) parent.ommers_hash = Hash32{};
    return next_difficulty(parent, 1000 + seconds, rules_of(revision));
}

constexpr std::uint64_t kStep = 1'000'000; // 1/2048 of the parent's
constexpr std::uint64_t kSame = 2'048'000'000;

TEST(Difficulty, FrontierGoesUpOrDownByOneStep) {
    EXPECT_EQ(difficulty(Revision::frontier, 12), uint256(kSame + kStep));
    EXPECT_EQ(difficulty(Revision::frontier, 13), uint256(kSame - kStep));
    EXPECT_EQ(difficulty(Revision::frontier, 5000), uint256(kSame - kStep));
}

TEST(Difficulty, HomesteadFallsAStepEveryTenSecondsAtMost99) { // EIP-2
    EXPECT_EQ(difficulty(Revision::homestead, 9), uint256(kSame + kStep));
    EXPECT_EQ(difficulty(Revision::homestead, 19), uint256(kSame));
    EXPECT_EQ(difficulty(Revision::homestead, 20), uint256(kSame - kStep));
    EXPECT_EQ(difficulty(Revision::homestead, 100'000), uint256(kSame - 99 * kStep));
}

TEST(Difficulty, ByzantiumCountsTheParentsOmmers) { // EIP-100
    EXPECT_EQ(difficulty(Revision::byzantium, 8), uint256(kSame + kStep));
    EXPECT_EQ(difficulty(Revision::byzantium, 8, 100, true), uint256(kSame + 2 * kStep));
    EXPECT_EQ(difficulty(Revision::byzantium, 9), uint256(kSame));
    EXPECT_EQ(difficulty(Revision::byzantium, 100'000, 100, true), uint256(kSame - 99 * kStep));
}

TEST(Difficulty, TheBombIsPutOffByFork) {
    EXPECT_EQ(difficulty(Revision::homestead, 19, 199'999), uint256(kSame));
    EXPECT_EQ(difficulty(Revision::homestead, 19, 200'000), uint256(kSame + 1));
    EXPECT_EQ(difficulty(Revision::homestead, 19, 1'200'000), uint256(kSame + 1024));
    EXPECT_EQ(difficulty(Revision::byzantium, 9, 3'200'000), uint256(kSame + 1));
    EXPECT_EQ(difficulty(Revision::constantinople, 9, 5'200'000), uint256(kSame + 1));
    EXPECT_EQ(difficulty(Revision::berlin, 9, 9'200'000), uint256(kSame + 1));
    EXPECT_EQ(difficulty(Revision::london, 9, 9'900'000), uint256(kSame + 1));
}

TEST(Difficulty, GlaciersPutOffTheBombWithoutAFork) {
    ChainConfig config = ChainConfig::all_at_genesis(1, Revision::london);
    config.activations.push_back({Activation::By::number, 13'773'000, {}, {}, 10'700'000});
    EXPECT_EQ(config.rules_at(13'772'999, 0).bomb_delay, 9'700'000U);
    EXPECT_EQ(config.rules_at(13'773'000, 0).bomb_delay, 10'700'000U);
}

TEST(Difficulty, HasAMinimum) {
    EXPECT_EQ(next_difficulty(BlockHeader{}, 1, rules_of(Revision::frontier)), uint256(131'072));
}

// --- ommers -------------------------------------------------------------------------------------

// A chain of empty blocks 0 to 8 under Homestead, and a ninth to judge.
class Ommers : public testing::Test {
protected:
    Ommers() {
        BlockHeader header;
        header.gas_limit = 5'000'000;
        header.difficulty = uint256(131'072);
        for (int i = 0; i <= 8; ++i) {
            ancestors_.insert(ancestors_.begin(), {header, {}});
            header = child(header);
        }
        block_.header = header;
    }
    BlockHeader child(const BlockHeader& parent) const {
        BlockHeader out = parent;
        out.parent_hash = hash(parent);
        ++out.number;
        out.timestamp += 15;
        out.difficulty = next_difficulty(parent, out.timestamp, config_.rules_at(out.number, 0));
        return out;
    }
    // A block beside the ancestor that is `generations` older than the block.
    BlockHeader ommer(std::size_t generations) const {
        BlockHeader out = child(ancestors_.at(generations).header);
        out.coinbase = kOmmerMiner;
        return out;
    }
    std::string refusal() {
        block_.header.ommers_hash = ommers_hash(block_.ommers);
        auto status = check_body(config_, block_);
        if (status) status = check_ommers(config_, block_, ancestors_);
        return status ? "" : std::string(status.error().name());
    }

    ChainConfig config_ = ChainConfig::all_at_genesis(1, Revision::homestead);
    std::vector<Ancestor> ancestors_; // the parent first
    Block block_{{}, {}, {}, {}};
};

TEST_F(Ommers, TwoOfTheLastSixGenerationsAreTaken) {
    block_.header.transactions_root = crypto::kEmptyTrieRoot;
    block_.ommers = {ommer(1), ommer(6)};
    EXPECT_EQ(refusal(), "");
}

TEST_F(Ommers, RefusesByName) {
    block_.header.transactions_root = crypto::kEmptyTrieRoot;
    block_.ommers = {ommer(1), ommer(2), ommer(3)};
    EXPECT_EQ(refusal(), "block.too_many_ommers");
    block_.ommers = {ommer(2), ommer(2)};
    EXPECT_EQ(refusal(), "block.ommer_included");
    block_.ommers = {ancestors_[1].header};
    EXPECT_EQ(refusal(), "block.ommer_is_ancestor");
    block_.ommers = {ommer(0)}; // a brother of the block
    EXPECT_EQ(refusal(), "block.ommer_parent");
    block_.ommers = {ommer(7)}; // too old
    EXPECT_EQ(refusal(), "block.ommer_parent");
    ancestors_[0].ommers = {ommer(2)};
    block_.ommers = {ommer(2)};
    EXPECT_EQ(refusal(), "block.ommer_included");
}

TEST_F(Ommers, AreValidHeadersThemselves) {
    block_.header.transactions_root = crypto::kEmptyTrieRoot;
    block_.ommers = {ommer(2)};
    block_.ommers[0].difficulty += uint256(1);
    EXPECT_EQ(refusal(), "block.difficulty");
    block_.ommers = {ommer(2)};
    block_.ommers[0].gas_limit *= 2;
    EXPECT_EQ(refusal(), "block.gas_limit");
    block_.ommers = {ommer(2)};
    block_.ommers[0].timestamp = 0;
    EXPECT_EQ(refusal(), "block.timestamp");
}

TEST_F(Ommers, TheHeaderNamesThem) {
    block_.header.transactions_root = crypto::kEmptyTrieRoot;
    block_.ommers = {ommer(2)};
    EXPECT_EQ(check_body(config_, block_).error().kind(), kOmmersHash);
}

TEST_F(Ommers, NoneFromParisOn) {
    config_ = ChainConfig::all_at_genesis(1, Revision::paris);
    block_.ommers = {ommer(2)};
    EXPECT_EQ(refusal(), "block.ommers");
}

// --- rewards and the DAO fork -------------------------------------------------------------------

class Rewards : public Ommers {
protected:
    MemoryState after(const ChainConfig& config, std::vector<BlockHeader> ommers) {
        MemoryState state;
        state.apply(pre_);
        BlockChoice choice;
        choice.timestamp = ancestors_[0].header.timestamp + 15;
        choice.gas_limit = 5'000'000;
        choice.coinbase = kMiner;
        choice.extra_data = extra_data_;
        choice.ommers = std::move(ommers);
        BlockExecutor executor(config, state, ancestors_[0].header, choice, nullptr);
        EXPECT_TRUE(executor.begin().ok());
        const auto done = executor.finish({}, [](const StateChanges&) { return Hash32{}; });
        EXPECT_TRUE(done.ok()) << done.error().text();
        state.apply(done->changes);
        return state;
    }
    static uint256 balance(const MemoryState& state, const Address& at) {
        const auto account = *state.account(at);
        return account ? account->balance : uint256();
    }

    StateChanges pre_;
    Bytes extra_data_;
};

TEST_F(Rewards, FallByFork) {
    for (const auto& [fork, ether] :
         {std::pair{Revision::homestead, 5}, std::pair{Revision::byzantium, 3},
          std::pair{Revision::petersburg, 2}}) {
        const auto state = after(ChainConfig::all_at_genesis(1, fork), {});
        EXPECT_EQ(balance(state, kMiner), kEther * uint256(static_cast<std::uint64_t>(ether)));
    }
}

TEST_F(Rewards, OmmersEarnByTheirAge) {
    const auto state = after(config_, {ommer(1), ommer(3)}); // one and three generations back
    EXPECT_EQ(balance(state, kMiner), kEther * uint256(5) + kEther * uint256(10) / uint256(32));
    EXPECT_EQ(balance(state, kOmmerMiner), kEther * uint256(5) * uint256(7 + 5) / uint256(8));
}

TEST_F(Rewards, TheDaoForkMovesBalances) {
    pre_.accounts[kTheDao].balance = uint256(77);
    config_.dao_fork = 9;
    extra_data_ = to_bytes("dao-hard-fork");
    const auto state = after(config_, {});
    EXPECT_EQ(balance(state, kTheDao), uint256());
    EXPECT_EQ(balance(state, kWithdrawDao), uint256(77));
}

TEST_F(Rewards, TheDaoForkMarksTenBlocks) {
    config_.dao_fork = 0;
    BlockHeader next = child(ancestors_[0].header); // block 9
    EXPECT_EQ(check_header(config_, ancestors_[0].header, next).error().kind(), kDaoExtraData);
    next.extra_data = to_bytes("dao-hard-fork");
    EXPECT_TRUE(check_header(config_, ancestors_[0].header, next).ok());
    const BlockHeader tenth = child(next);
    BlockHeader unmarked = tenth;
    unmarked.extra_data.clear();
    EXPECT_TRUE(check_header(config_, next, unmarked).ok());
}

TEST(GenesisConfigBeforeParis, KnowsGlaciersAndTheDaoFork) {
    const auto parsed = codec::parse_json(
        R"({"homesteadBlock":0,"daoForkBlock":3,"daoForkSupport":true,"eip150Block":5,
            "eip155Block":5,"eip158Block":5,"byzantiumBlock":6,"constantinopleBlock":7,
            "petersburgBlock":7,"istanbulBlock":8,"muirGlacierBlock":9,"berlinBlock":10,
            "londonBlock":11,"arrowGlacierBlock":12,"grayGlacierBlock":13})");
    const auto config = parse_chain_config(parsed->get_object());
    ASSERT_TRUE(config.ok()) << config.error().text();
    EXPECT_EQ(config->dao_fork, 3U);
    EXPECT_EQ(config->rules_at(8, 0).bomb_delay, 5'000'000U);
    EXPECT_EQ(config->rules_at(9, 0).bomb_delay, 9'000'000U);
    EXPECT_EQ(config->rules_at(9, 0).revision, Revision::istanbul);
    EXPECT_EQ(config->rules_at(12, 0).bomb_delay, 10'700'000U);
    EXPECT_EQ(config->rules_at(13, 0).bomb_delay, 11'400'000U);
    const auto opposed = codec::parse_json(R"({"daoForkBlock":3,"daoForkSupport":false})");
    EXPECT_FALSE(parse_chain_config(opposed->get_object())->dao_fork.has_value());
    const auto bad = codec::parse_json(R"({"daoForkBlock":3,"daoForkSupport":"yes"})");
    EXPECT_EQ(parse_chain_config(bad->get_object()).error().kind(), kBadGenesis);
}

} // namespace
} // namespace salus::state
