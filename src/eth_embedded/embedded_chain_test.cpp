#include "eth_embedded/embedded_chain.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "chain/testing/world.hpp"
#include "eth/revert.hpp"

namespace salus::eth_embedded {
namespace {

namespace fixture = chain::testing;
using namespace std::chrono_literals;
using fixture::address_of;
using fixture::Sent;

eth::BlockRef block(std::uint64_t number) {
    eth::BlockRef out;
    out.number = number;
    return out;
}

class Embedded : public ::testing::Test {
protected:
    Embedded() {
        SALUS_ASSERT(world_.open().ok());
        chain_ = make_chain(*world_.chain);
    }
    eth::Receipt mined(const Sent& sent) {
        const auto hash = chain_->send_raw(fixture::raw(sent));
        SALUS_ASSERT(hash.ok());
        while (true) {
            const auto head = chain_->head();
            auto receipt = chain_->receipt(*hash);
            SALUS_ASSERT(receipt.ok());
            if (*receipt) return **receipt;
            SALUS_ASSERT(chain_->wait_for_head(head->hash, 10s).ok());
        }
    }
    const ErrorKind& refusal(const Sent& sent) {
        auto sent_result = chain_->send_raw(fixture::raw(sent));
        SALUS_ASSERT(!sent_result.ok());
        return sent_result.error().kind();
    }
    fixture::World world_;
    std::unique_ptr<eth::Chain> chain_;
};

TEST_F(Embedded, KnowsItsNetwork) {
    EXPECT_EQ(*chain_->chain_id(), fixture::kTestChainId);
    EXPECT_EQ(*chain_->genesis_hash(), chain_->head()->hash);
    EXPECT_EQ(chain_->suggest_fees()->max_fee_per_gas, uint256());
}

TEST_F(Embedded, ATransactionGoesInAndItsReceiptComesOut) {
    const eth::Receipt receipt = mined({.value = 7});
    EXPECT_TRUE(receipt.success);
    EXPECT_EQ(receipt.block_number, 1u);
    EXPECT_EQ(receipt.block_hash, chain_->head(block(1))->hash);
    EXPECT_EQ(receipt.gas_used, 21'000u);
    EXPECT_EQ(*chain_->balance(address_of(1)), fixture::ether(10'000) + uint256(7));
    EXPECT_EQ(*chain_->balance(address_of(1), block(0)), fixture::ether(10'000));
    EXPECT_EQ(*chain_->transaction_count(address_of(0)), 1u);
    EXPECT_EQ(*chain_->transaction_count(address_of(0), block(0)), 0u);
}

TEST_F(Embedded, ContractsAreDeployedCalledAndTheirLogsFound) {
    const eth::Receipt created = mined(fixture::creation(0, fixture::counter_code()));
    const Address counter = *created.contract_address;
    EXPECT_EQ(*chain_->code(counter), fixture::counter_code());
    const Hash32 topic = hash32("0x" + std::string(64, 'c'));
    const eth::Receipt called = mined(fixture::call_of(1, counter, topic));
    ASSERT_EQ(called.logs.size(), 1u);
    EXPECT_EQ(called.logs[0].topics.at(0), topic);
    const auto count =
        chain_->call({.from = {}, .to = counter, .data = {}, .value = {}, .gas = {}});
    EXPECT_EQ(load_be(ByteView(*count)), uint256(1));
    const auto logs = chain_->logs(
        {.from_block = 0, .to_block = {}, .addresses = {counter}, .topics = {{topic}}});
    ASSERT_EQ(logs->size(), 1u);
    EXPECT_EQ(logs->at(0).transaction_hash, called.transaction_hash);
    EXPECT_EQ(logs->at(0).block_number, 2u);
    EXPECT_TRUE(
        chain_->logs({.from_block = 3, .to_block = {}, .addresses = {}, .topics = {}})->empty());
}

TEST_F(Embedded, ARevertCarriesItsData) {
    const Address reverter =
        *mined(fixture::creation(0, fixture::reverter_code())).contract_address;
    const eth::CallRequest request{.from = {}, .to = reverter, .data = {}, .value = {}, .gas = {}};
    for (const Error& error :
         {chain_->call(request).error(), chain_->estimate_gas(request).error()}) {
        EXPECT_EQ(error.kind(), eth::kReverted);
        EXPECT_EQ(eth::revert_data(error), hex("0xdeadbeef"));
    }
}

TEST_F(Embedded, RefusalsAreThoseOfTheInterface) {
    mined({.nonce = 0});
    EXPECT_EQ(refusal({.nonce = 0, .value = 3}), eth::kNonceTooLow);
    EXPECT_EQ(refusal({.nonce = 1, .value = fixture::ether(20'000)}), eth::kInsufficientFunds);
    EXPECT_EQ(refusal({.nonce = 1, .gas = 20'000}), eth::kRpcError);
    ASSERT_TRUE(chain_->send_raw(fixture::raw({.nonce = 5})).ok());
    EXPECT_EQ(refusal({.nonce = 5, .value = 2}), eth::kUnderpriced);
    EXPECT_EQ(*chain_->send_raw(fixture::raw({.nonce = 5})),
              crypto::keccak256(fixture::raw({.nonce = 5})))
        << "the same again is no error";
    EXPECT_EQ(chain_->head(block(99)).error().kind(), eth::kUnknownBlock);
    EXPECT_EQ(chain_->balance(address_of(0), block(99)).error().kind(), eth::kUnknownBlock);
}

TEST_F(Embedded, WaitingEndsWithTheNextHeadOrWithTheTime) {
    const eth::Head genesis = *chain_->head();
    EXPECT_EQ(chain_->wait_for_head(genesis.hash, 10ms)->hash, genesis.hash);
    std::thread sender([&] { SALUS_ASSERT(chain_->send_raw(fixture::raw({})).ok()); });
    const auto next = chain_->wait_for_head(genesis.hash, 10s);
    sender.join();
    EXPECT_EQ(next->parent_hash, genesis.hash);
    EXPECT_EQ(chain_->wait_for_head(genesis.hash, 10s)->number, 1u) << "at once";
}

TEST_F(Embedded, AChainThatCannotStoreSaysSo) {
    world_.sealer.refuse = true; // as a disk that fails: sealing stops
    ASSERT_TRUE(chain_->send_raw(fixture::raw({})).ok());
    EXPECT_FALSE(world_.chain->seal_now().ok());
    const eth::Head genesis = *chain_->head();
    const auto waited = chain_->wait_for_head(genesis.hash, 10s);
    EXPECT_EQ(waited.error().kind(), eth::kHalted);
    EXPECT_NE(waited.error().detail().find("start it again"), std::string::npos);
    EXPECT_EQ(refusal({.nonce = 1}), eth::kHalted);
    EXPECT_EQ(chain_->head()->hash, genesis.hash) << "reads go on";
}

} // namespace
} // namespace salus::eth_embedded
