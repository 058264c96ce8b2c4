#include <gtest/gtest.h>

#include "chain/testing/world.hpp"

namespace salus::chain {
namespace {

using testing::address_of;
using testing::ether;

const Hash32 kTopicA = hash32("0x" + std::string(64, 'a'));
const Hash32 kTopicB = hash32("0x" + std::string(64, 'b'));

// Blocks: 1 creates a counter, 2 calls it with topic A, 3 with topic B, 4 is a transfer.
class Reads : public ::testing::Test {
protected:
    Reads() {
        world_.options.limits.log_results = 2;
        SALUS_ASSERT(world_.open().ok());
        counter_ = *world_.sealed(testing::creation(0, testing::counter_code())).contract_address;
        call_a_ = world_.sealed(testing::call_of(1, counter_, kTopicA));
        call_b_ = world_.sealed(testing::call_of(2, counter_, kTopicB));
        world_.sealed({.nonce = 3, .value = ether(1), .fee = 3});
    }
    Chain& chain() { return *world_.chain; }
    std::shared_ptr<const Reading> at(const BlockId& id = Tag::latest) {
        auto reading = chain().at(id);
        SALUS_ASSERT(reading.ok());
        return *reading;
    }
    state::SimulationRequest request(const std::optional<Address>& to, Bytes input = {}) {
        state::SimulationRequest out;
        out.from = address_of(5);
        out.to = to;
        out.input = std::move(input);
        return out;
    }
    uint256 count_at(const BlockId& id) {
        auto outcome = at(id)->call(request(counter_));
        SALUS_ASSERT(outcome.ok());
        return load_be(ByteView(outcome->output));
    }
    std::vector<std::uint64_t> log_blocks(const LogQuery& query) {
        auto found = chain().logs(query);
        SALUS_ASSERT(found.ok());
        std::vector<std::uint64_t> out;
        for (const LogInfo& log : *found) out.push_back(log.place.block_number);
        return out;
    }
    const ErrorKind& log_refusal(const LogQuery& query) {
        auto found = chain().logs(query);
        SALUS_ASSERT(!found.ok());
        return found.error().kind();
    }
    Bytes argument(const Hash32& topic) { return to_bytes(ByteView(topic.bytes)); }

    testing::World world_;
    Address counter_;
    ReceiptInfo call_a_, call_b_;
};

TEST_F(Reads, BlocksAreNamedByTagNumberAndHash) {
    const HeaderInfo head = chain().head();
    EXPECT_EQ(head.header.number, 4u);
    for (const BlockId& id : {BlockId(Tag::latest), BlockId(Tag::safe), BlockId(Tag::finalized),
                              BlockId(std::uint64_t{4}), BlockId(head.hash)}) {
        EXPECT_EQ((*chain().header(id))->hash, head.hash);
        EXPECT_EQ((*chain().block(id))->hash, head.hash);
    }
    EXPECT_EQ((*chain().header(Tag::earliest))->hash, chain().genesis_hash());
    EXPECT_EQ((*chain().header(Tag::pending))->header.number, 5u);
    EXPECT_EQ((*chain().header(Tag::pending))->header.parent_hash, head.hash);
    EXPECT_FALSE(chain().header(std::uint64_t{5})->has_value());
    EXPECT_FALSE(chain().header(Hash32{})->has_value());
    EXPECT_EQ(*chain().block(std::uint64_t{5}), nullptr);
    EXPECT_EQ(*chain().receipts(std::uint64_t{5}), nullptr);
    EXPECT_EQ(chain().at(std::uint64_t{5}).error().kind(), kUnknownBlock);
}

TEST_F(Reads, TransactionsAreFoundByHashAndByPlace) {
    const auto by_hash = chain().transaction(call_a_.transaction_hash);
    ASSERT_TRUE(by_hash.ok() && *by_hash);
    EXPECT_EQ((*by_hash)->place->block_number, 2u);
    const auto by_place = chain().transaction(std::uint64_t{2}, 0);
    EXPECT_EQ((*by_place)->hash, call_a_.transaction_hash);
    EXPECT_FALSE(chain().transaction(std::uint64_t{2}, 1)->has_value());
    EXPECT_FALSE(chain().transaction(Hash32{})->has_value());
    EXPECT_FALSE(chain().receipt(Hash32{})->has_value());
}

TEST_F(Reads, OldBlocksAreTheSameFromDiskAsWhenTheyWereNew) {
    const auto fresh = *chain().block(std::uint64_t{2});
    const auto fresh_receipts = *chain().receipts(std::uint64_t{2});
    SALUS_ASSERT(world_.open().ok());
    const auto stored = *chain().block(std::uint64_t{2});
    EXPECT_EQ(stored->header, fresh->header);
    EXPECT_EQ(stored->size, fresh->size);
    EXPECT_EQ(stored->transactions[0].transaction, fresh->transactions[0].transaction);
    EXPECT_EQ(stored->transactions[0].sender, fresh->transactions[0].sender);
    const auto stored_receipts = *chain().receipts(std::uint64_t{2});
    EXPECT_EQ(stored_receipts->at(0).receipt, fresh_receipts->at(0).receipt);
    EXPECT_EQ(stored_receipts->at(0).place.timestamp, fresh_receipts->at(0).place.timestamp);
}

TEST_F(Reads, AReadingKeepsItsBlockWhateverIsSealedLater) {
    const auto before = at();
    world_.sealed(testing::call_of(4, counter_, kTopicA));
    EXPECT_EQ(*before->storage(counter_, uint256(0)), uint256(2));
    EXPECT_EQ(*at()->storage(counter_, uint256(0)), uint256(3));
    EXPECT_EQ(*before->nonce(address_of(0)), 4u);
    EXPECT_EQ(before->header().number, 4u);
}

// Whoever asks for the next nonce while a block is sealed must not be given one that it used.
TEST_F(Reads, ThePendingNonceIsOfNowAlsoWhereAReadingIsOlder) {
    const auto reading = *chain().at(Tag::pending);
    const std::uint64_t before = *reading->nonce(address_of(3));
    world_.sealed({.from = 3, .nonce = before});
    EXPECT_EQ(*reading->nonce(address_of(3)), before + 1);
}

TEST_F(Reads, AnAcceptedTransactionIsKnownInEveryMomentOfItsSealing) {
    const std::uint64_t first = *(*chain().at(Tag::pending))->nonce(address_of(3));
    for (std::uint64_t nonce = first; nonce < first + 100; ++nonce) {
        const auto hash = world_.submit({.from = 3, .nonce = nonce});
        ASSERT_TRUE(hash.ok()) << hash.error().text();
        while (!chain().receipt(*hash)->has_value()) {
            ASSERT_TRUE(chain().transaction(*hash)->has_value()) << nonce;
            ASSERT_EQ(*(*chain().at(Tag::pending))->nonce(address_of(3)), nonce + 1);
        }
    }
}

TEST_F(Reads, CallsRunOnTheStateOfAnyBlock) {
    EXPECT_EQ(count_at(std::uint64_t{1}), uint256(0));
    EXPECT_EQ(count_at(std::uint64_t{2}), uint256(1));
    EXPECT_EQ(count_at(Tag::latest), uint256(2));
    EXPECT_EQ(count_at(Tag::pending), uint256(2));
    EXPECT_TRUE(at(Tag::earliest)->code(counter_)->empty());
}

TEST_F(Reads, ACallLeavesNothingBehindAndMayCost) {
    const auto outcome = at()->call(request(counter_, argument(kTopicA)));
    ASSERT_TRUE(outcome.ok());
    EXPECT_EQ(load_be(ByteView(outcome->output)), uint256(3));
    ASSERT_EQ(outcome->logs.size(), 1u);
    EXPECT_EQ(count_at(Tag::latest), uint256(2));
    auto costly = request(counter_);
    costly.value = ether(10'001);
    EXPECT_EQ(at()->call(costly).error().kind(), state::kInsufficientFunds);
}

TEST_F(Reads, ARevertIsAnOutcomeWithItsData) {
    const Address reverter =
        *world_.sealed(testing::creation(4, testing::reverter_code())).contract_address;
    const auto outcome = at()->call(request(reverter));
    ASSERT_TRUE(outcome.ok());
    EXPECT_EQ(outcome->status, evm::Status::revert);
    EXPECT_EQ(outcome->output, hex("0xdeadbeef"));
    const auto estimate = at()->estimate(request(reverter));
    ASSERT_TRUE(estimate.ok());
    EXPECT_EQ(estimate->status, evm::Status::revert);
    EXPECT_EQ(estimate->output, hex("0xdeadbeef"));
}

TEST_F(Reads, APrecompileIsCalledAsAContract) {
    const Address pairing = address("0x0000000000000000000000000000000000000008");
    const auto outcome = at()->call(request(pairing));
    ASSERT_TRUE(outcome.ok());
    EXPECT_EQ(outcome->output, to_bytes(to_hash(uint256(1)).bytes)); // of no pairs
    EXPECT_EQ(at()->estimate(request(pairing))->gas, 21'000u + 45'000u);
    const auto hash = world_.submit({.nonce = 4, .to = pairing, .value = 0, .gas = 200'000});
    ASSERT_TRUE(hash.ok());
    EXPECT_EQ(world_.wait(*hash).receipt.cumulative_gas_used, 21'000u + 45'000u);
}

TEST_F(Reads, TheEstimateIsTheLeastThatSucceeds) {
    auto transfer = request(address_of(6));
    transfer.value = 1;
    EXPECT_EQ(at()->estimate(transfer)->gas, 21'000u);
    for (const auto& wanted :
         {request(counter_, argument(kTopicA)), request({}, testing::deployer_of(Bytes(200, 0)))}) {
        const auto estimate = at()->estimate(wanted);
        ASSERT_TRUE(estimate.ok()) << estimate.error().text();
        ASSERT_EQ(estimate->status, evm::Status::success);
        auto exact = wanted;
        exact.gas = estimate->gas;
        EXPECT_EQ(at()->call(exact)->status, evm::Status::success);
        exact.gas -= 1;
        const auto less = at()->call(exact);
        EXPECT_TRUE(!less.ok() || less->status != evm::Status::success);
    }
}

TEST_F(Reads, AnEstimateWithAPriceIsBoundByTheBalance) {
    auto poor = request(address_of(6));
    poor.from = address_of(testing::kRichAccounts);
    poor.gas_price = 1;
    EXPECT_FALSE(at()->estimate(poor).ok());
    poor.gas_price = 0;
    EXPECT_EQ(at()->estimate(poor)->gas, 21'000u);
}

TEST_F(Reads, OverridesReplaceBalanceCodeAndSlotsForOneCall) {
    StateOverrides overrides;
    overrides[counter_].state_diff[uint256(0)] = uint256(41);
    EXPECT_EQ(load_be(ByteView(at()->call(request(counter_), overrides)->output)), uint256(41));
    overrides[counter_].state_diff.clear();
    overrides[counter_].state.emplace();
    EXPECT_EQ(load_be(ByteView(at()->call(request(counter_), overrides)->output)), uint256(0));
    overrides[counter_].code = testing::reverter_code();
    EXPECT_EQ(at()->call(request(counter_), overrides)->status, evm::Status::revert);
    auto costly = request(address_of(6));
    costly.value = ether(50'000);
    StateOverrides rich;
    rich[address_of(5)].balance = ether(60'000);
    EXPECT_EQ(at()->call(costly, rich)->status, evm::Status::success);
    EXPECT_EQ(count_at(Tag::latest), uint256(2));
}

TEST_F(Reads, OverriddenSlotsCountForAnAccountWithoutStorage) {
    const Address bare =
        *world_.sealed(testing::creation(4, testing::counter_code())).contract_address;
    StateOverrides overrides;
    overrides[bare].state_diff[uint256(0)] = uint256(41);
    EXPECT_EQ(load_be(ByteView(at()->call(request(bare), overrides)->output)), uint256(41));
    overrides[bare].state_diff.clear();
    overrides[bare].state.emplace()[uint256(0)] = uint256(7);
    EXPECT_EQ(load_be(ByteView(at()->call(request(bare), overrides)->output)), uint256(7));
    StateOverrides absent; // neither code nor storage nor account
    absent[address_of(77)].code = testing::counter_code();
    absent[address_of(77)].state_diff[uint256(0)] = uint256(5);
    EXPECT_EQ(load_be(ByteView(at()->call(request(address_of(77)), absent)->output)), uint256(5));
}

TEST_F(Reads, LogsAreFoundByAddressTopicAndRange) {
    LogQuery all{.from = std::uint64_t{0}, .to = Tag::latest, .filter = {}};
    EXPECT_EQ(log_blocks(all), (std::vector<std::uint64_t>{2, 3}));
    EXPECT_EQ(log_blocks({.from = std::uint64_t{3}, .to = std::uint64_t{99}, .filter = {}}),
              (std::vector<std::uint64_t>{3}));
    EXPECT_EQ(log_blocks({.from = call_a_.place.block_hash, .to = Tag::latest, .filter = {}}),
              (std::vector<std::uint64_t>{2}));
    all.filter.topics = {{kTopicB}};
    EXPECT_EQ(log_blocks(all), (std::vector<std::uint64_t>{3}));
    all.filter.topics = {{kTopicA, kTopicB}};
    EXPECT_EQ(log_blocks(all), (std::vector<std::uint64_t>{2, 3}));
    all.filter.topics = {{}, {kTopicA}};
    EXPECT_TRUE(log_blocks(all).empty()) << "these logs have one topic";
    all.filter = {.addresses = {address_of(1)}, .topics = {}};
    EXPECT_TRUE(log_blocks(all).empty());
    all.filter = {.addresses = {address_of(1), counter_}, .topics = {}};
    const auto found = *chain().logs(all);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[1].transaction_hash, call_b_.transaction_hash);
    EXPECT_EQ(found[1].log_index, 0u);
    EXPECT_EQ(found[1].log.topics.at(0), kTopicB);
}

TEST_F(Reads, LogQueriesAreRefusedByName) {
    EXPECT_EQ(log_refusal({.from = std::uint64_t{3}, .to = std::uint64_t{2}, .filter = {}}),
              kBadRange);
    EXPECT_EQ(log_refusal({.from = Tag::latest, .to = Tag::earliest, .filter = {}}), kBadRange);
    EXPECT_EQ(log_refusal({.from = Hash32{}, .to = Tag::latest, .filter = {}}), kUnknownBlock);
    EXPECT_TRUE(log_blocks({.from = std::uint64_t{5}, .to = Tag::latest, .filter = {}}).empty());
    world_.sealed(testing::call_of(4, counter_, kTopicA));
    EXPECT_EQ(log_refusal({.from = std::uint64_t{0}, .to = Tag::latest, .filter = {}}),
              kTooManyResults);
    world_.options.limits.log_blocks = 3;
    SALUS_ASSERT(world_.open().ok());
    EXPECT_EQ(log_refusal({.from = std::uint64_t{1}, .to = Tag::latest, .filter = {}}),
              kRangeTooWide);
    EXPECT_EQ(log_blocks({.from = std::uint64_t{3}, .to = Tag::latest, .filter = {}}),
              (std::vector<std::uint64_t>{3, 5}));
}

TEST_F(Reads, ALogQueryIsBoundedInBytes) {
    world_.options.limits.log_bytes = 500; // one log counts 256 and its own
    SALUS_ASSERT(world_.open().ok());
    EXPECT_EQ(log_refusal({.from = std::uint64_t{0}, .to = Tag::latest, .filter = {}}),
              kTooManyResults);
    EXPECT_EQ(log_blocks({.from = std::uint64_t{3}, .to = Tag::latest, .filter = {}}),
              (std::vector<std::uint64_t>{3}));
}

TEST_F(Reads, LogsAreNumberedThroughABlock) {
    world_.options.instant = false;
    SALUS_ASSERT(world_.open().ok());
    const auto first = world_.submit(testing::call_of(4, counter_, kTopicA));
    const auto second = world_.submit(testing::call_of(5, counter_, kTopicB));
    world_.clock.set(static_cast<std::int64_t>(chain().head().header.timestamp) + 1);
    const ReceiptInfo receipt = world_.wait(*second);
    EXPECT_EQ(receipt.first_log_index, 1u);
    EXPECT_EQ(receipt.place.block_number, world_.wait(*first).place.block_number);
    const auto logs = chain().logs({.from = receipt.place.block_hash, .to = {}, .filter = {}});
    ASSERT_EQ(logs->size(), 2u);
    EXPECT_EQ(logs->at(1).log_index, 1u);
    EXPECT_EQ(logs->at(1).place.index, 1u);
}

TEST_F(Reads, TheFeeHistoryHasOneBaseFeeMoreThanBlocks) {
    const std::vector<double> percentiles{0, 50, 100};
    const auto history = chain().fee_history(3, Tag::latest, percentiles);
    ASSERT_TRUE(history.ok());
    EXPECT_EQ(history->oldest_block, 2u);
    EXPECT_EQ(history->base_fees, std::vector<uint256>(4));
    EXPECT_EQ(history->gas_used_ratios.size(), 3u);
    EXPECT_GT(history->gas_used_ratios[0], 0);
    ASSERT_EQ(history->rewards.size(), 3u);
    EXPECT_EQ(history->rewards[2], std::vector<uint256>(3, uint256(3)));
    EXPECT_EQ(chain().fee_history(500, Tag::latest, {})->gas_used_ratios.size(), 5u);
    EXPECT_TRUE(chain().fee_history(0, Tag::latest, {})->base_fees.empty());
    EXPECT_EQ(chain().fee_history(1, Tag::latest, std::vector<double>{50, 40}).error().kind(),
              kBadPercentiles);
    EXPECT_EQ(chain().fee_history(1, Tag::latest, std::vector<double>{101}).error().kind(),
              kBadPercentiles);
    EXPECT_EQ(chain().fee_history(1, std::uint64_t{77}, {}).error().kind(), kUnknownBlock);
}

TEST_F(Reads, AFeeHistoryWithPercentilesReadsFewerBlocks) {
    world_.options.limits.fee_history_reward_blocks = 2;
    SALUS_ASSERT(world_.open().ok());
    const auto rewards = chain().fee_history(4, Tag::latest, std::vector<double>{50});
    EXPECT_EQ(rewards->rewards.size(), 2u);
    EXPECT_EQ(rewards->oldest_block, 3u);
    EXPECT_EQ(chain().fee_history(4, Tag::latest, {})->gas_used_ratios.size(), 4u);
}

TEST_F(Reads, AProofLeadsFromTheStateRootToTheSlot) {
    const std::vector<uint256> keys{uint256(0), uint256(9)};
    const auto proof = at()->proof(counter_, keys);
    ASSERT_TRUE(proof.ok());
    EXPECT_EQ(crypto::keccak256(proof->account_proof.at(0)), chain().head().header.state_root);
    EXPECT_EQ(crypto::keccak256(proof->slots.at(0).proof.at(0)), proof->account->storage_root);
    EXPECT_EQ(proof->slots[0].value, uint256(2));
    EXPECT_EQ(proof->slots[1].value, uint256(0));
}

TEST_F(Reads, ATraceSeesTheStepsOfItsTransactionAlone) {
    struct Counter final : evm::Tracer {
        bool step(const evm::Step& step) override {
            ++steps;
            stores += step.opcode == 0x55 ? 1 : 0;
            return true;
        }
        int steps = 0, stores = 0;
    } tracer;
    const auto outcome = chain().trace(call_b_.transaction_hash, tracer);
    ASSERT_TRUE(outcome.ok()) << outcome.error().text();
    EXPECT_EQ(outcome->gas_used, call_b_.gas_used);
    EXPECT_EQ(tracer.stores, 1);
    EXPECT_GT(tracer.steps, 10);
    EXPECT_EQ(chain().trace(Hash32{}, tracer).error().kind(), kUnknownTransaction);
}

} // namespace
} // namespace salus::chain
