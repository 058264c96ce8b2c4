// Every refusal of a transaction by name, and what the outcomes hold.
#include "state/transition.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace salus::state {
namespace {

const Address kSender = address("0x00000000000000000000000000000000000a11ce");
const Address kTo = address("0x0000000000000000000000000000000000000b0b");
const Address kCoinbase = address("0x00000000000000000000000000000000000000c0");
const Address kContract = address("0x00000000000000000000000000000000000c0de0");

// A valid world; each test states only the difference.
class Transition : public testing::Test {
protected:
    Transition() {
        pre_.accounts[kSender].balance = uint256(1'000'000'000'000);
        pre_.accounts[kSender].nonce = 7;
        environment_.block = {.number = 100,
                              .timestamp = 1000,
                              .gas_limit = 30'000'000,
                              .coinbase = kCoinbase,
                              .prev_randao = {},
                              .base_fee = uint256(10),
                              .blob_base_fee = uint256(1),
                              .chain_id = uint256(1)};
        tx_.type = TransactionType::dynamic_fee;
        tx_.chain_id = uint256(1);
        tx_.nonce = 7;
        tx_.max_fee_per_gas = uint256(20);
        tx_.max_priority_fee_per_gas = uint256(2);
        tx_.gas_limit = 100'000;
        tx_.to = kTo;
        tx_.value = uint256(5);
    }

    void set_code(const Address& at, std::string_view code) {
        const Bytes bytes = hex(code);
        pre_.accounts[at].code_hash = crypto::keccak256(bytes);
        pre_.code[pre_.accounts[at].code_hash] = bytes;
    }
    Result<Executed> apply() {
        state_.apply(pre_);
        return apply_transaction(state_, environment_, tx_, kSender);
    }
    std::string refusal() {
        const auto result = apply();
        return result.ok() ? "" : std::string(result.error().name());
    }
    void make_blob() {
        tx_.type = TransactionType::blob;
        tx_.max_fee_per_blob_gas = uint256(1);
        tx_.blob_hashes.resize(1);
        tx_.blob_hashes[0][0] = 1;
    }

    StateChanges pre_;
    MemoryState state_;
    Environment environment_;
    Transaction tx_;
};

TEST_F(Transition, TransfersAndPays) {
    const auto result = apply();
    ASSERT_TRUE(result.ok()) << result.error().text();
    EXPECT_EQ(result->outcome.gas_used, 21000U);
    EXPECT_EQ(result->outcome.effective_gas_price, uint256(12));
    EXPECT_TRUE(result->outcome.receipt.success);
    const auto& accounts = result->changes.accounts;
    EXPECT_EQ(accounts.at(kSender).nonce, 8U);
    EXPECT_EQ(accounts.at(kSender).balance, uint256(1'000'000'000'000 - 5 - 21000 * 12));
    EXPECT_EQ(accounts.at(kTo).balance, uint256(5));
    EXPECT_EQ(accounts.at(kCoinbase).balance, uint256(21000 * 2)); // the base fee is burnt
}

TEST_F(Transition, RefusesNonces) {
    tx_.nonce = 6;
    EXPECT_EQ(refusal(), "transaction.nonce_too_low");
    tx_.nonce = 8;
    EXPECT_EQ(refusal(), "transaction.nonce_too_high");
    tx_.nonce = std::numeric_limits<std::uint64_t>::max();
    EXPECT_EQ(refusal(), "transaction.nonce_overflow");
}

TEST_F(Transition, RefusesWhatTheSenderCannotPay) {
    pre_.accounts[kSender].balance = uint256(20 * 100'000 + 4); // one short of fee cap + value
    EXPECT_EQ(refusal(), "transaction.insufficient_funds");
    pre_.accounts[kSender].balance = uint256(20 * 100'000 + 5);
    EXPECT_EQ(refusal(), "");
}

TEST_F(Transition, RefusesOverflowingCosts) {
    tx_.max_fee_per_gas = ~uint256();
    EXPECT_EQ(refusal(), "transaction.cost_overflow");
    tx_.max_fee_per_gas = uint256(20);
    tx_.value = ~uint256();
    EXPECT_EQ(refusal(), "transaction.insufficient_funds");
}

TEST_F(Transition, RefusesFeesOutOfOrder) {
    tx_.max_fee_per_gas = uint256(9);
    EXPECT_EQ(refusal(), "transaction.fee_cap_below_base_fee");
    tx_.max_fee_per_gas = uint256(20);
    tx_.max_priority_fee_per_gas = uint256(21);
    EXPECT_EQ(refusal(), "transaction.tip_above_fee_cap");
}

TEST_F(Transition, RefusesGasLimits) {
    tx_.gas_limit = 20'999;
    EXPECT_EQ(refusal(), "transaction.intrinsic_gas_too_low");
    tx_.gas_limit = kMaxTransactionGas + 1;
    EXPECT_EQ(refusal(), "transaction.gas_above_cap");
    environment_.block.gas_limit = 90'000;
    tx_.gas_limit = 90'001;
    EXPECT_EQ(refusal(), "transaction.block_gas_exceeded");
    tx_.data = Bytes(1000, 1);
    tx_.gas_limit = 21000 + 16 * 1000;
    EXPECT_EQ(refusal(), "transaction.floor_gas_too_low");
}

TEST_F(Transition, RefusesSendersWithCode) {
    set_code(kSender, "00");
    EXPECT_EQ(refusal(), "transaction.sender_not_eoa");
    set_code(kSender, "ef01000000000000000000000000000000000000000b0b"); // delegated: EIP-7702
    EXPECT_EQ(refusal(), "");
}

TEST_F(Transition, RefusesTooMuchInitCode) {
    tx_.to.reset();
    tx_.gas_limit = 10'000'000;
    tx_.data = Bytes(kMaxInitCodeSize + 1, 0);
    EXPECT_EQ(refusal(), "transaction.init_code_too_large");
    tx_.data.pop_back();
    EXPECT_EQ(refusal(), "");
}

TEST_F(Transition, RefusesOtherChains) {
    tx_.chain_id = uint256(2);
    EXPECT_EQ(refusal(), "transaction.wrong_chain_id");
}

TEST_F(Transition, RefusesTypesBeforeTheirFork) {
    environment_.rules.revision = evm::Revision::berlin;
    EXPECT_EQ(refusal(), "transaction.type_not_active");
    environment_.rules.revision = evm::Revision::london;
    EXPECT_EQ(refusal(), "");
}

TEST_F(Transition, RefusesBlobFaults) {
    make_blob();
    EXPECT_EQ(refusal(), "");
    tx_.blob_hashes[0][0] = 2;
    EXPECT_EQ(refusal(), "transaction.blob_hash_version");
    tx_.blob_hashes.clear();
    EXPECT_EQ(refusal(), "transaction.no_blobs");
    make_blob();
    tx_.blob_hashes.resize(7, tx_.blob_hashes[0]);
    EXPECT_EQ(refusal(), "transaction.too_many_blobs"); // EIP-7594: six
    make_blob();
    tx_.to.reset();
    EXPECT_EQ(refusal(), "transaction.blob_creation");
    tx_.to = kTo;
    environment_.block.blob_base_fee = uint256(2);
    EXPECT_EQ(refusal(), "transaction.blob_fee_too_low");
}

TEST_F(Transition, RefusesSetCodeFaults) {
    tx_.type = TransactionType::set_code;
    EXPECT_EQ(refusal(), "transaction.no_authorizations");
    tx_.authorizations.resize(1);
    tx_.to.reset();
    EXPECT_EQ(refusal(), "transaction.set_code_creation");
}

TEST_F(Transition, DelegatesByAuthorization) {
    const crypto::SecretKey32 key(to_hash(uint256(77)));
    const Address authority = *crypto::secp256k1::address_of(key);
    tx_.type = TransactionType::set_code;
    tx_.authorizations.resize(1);
    tx_.authorizations[0].address = kContract;
    ASSERT_TRUE(sign(tx_.authorizations[0], key).ok());
    const auto result = apply();
    ASSERT_TRUE(result.ok()) << result.error().text();
    const auto& change = result->changes.accounts.at(authority);
    EXPECT_EQ(change.nonce, 1U);
    EXPECT_EQ(to_hex(result->changes.code.at(change.code_hash)),
              "ef0100" + to_hex(kContract.bytes));
}

TEST_F(Transition, ARevertKeepsGasAndNonceAndGivesTheReason) {
    set_code(kContract, "600160005260206000fd"); // revert(word 1)
    tx_.to = kContract;
    const auto result = apply();
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->outcome.status, evm::Status::revert);
    EXPECT_FALSE(result->outcome.receipt.success);
    EXPECT_EQ(load_be(result->outcome.output), uint256(1));
    EXPECT_FALSE(result->changes.accounts.contains(kContract));
    EXPECT_EQ(result->changes.accounts.at(kSender).nonce, 8U);
}

TEST_F(Transition, CreatesAContract) {
    tx_.to.reset();
    tx_.value = {};
    tx_.data = hex("600b600c600039600b6000f3600160005260206000f3");
    const auto result = apply();
    ASSERT_TRUE(result.ok()) << result.error().text();
    const Address created = contract_address(kSender, 7);
    EXPECT_EQ(result->outcome.created, created);
    EXPECT_EQ(result->changes.accounts.at(created).nonce, 1U);
    EXPECT_EQ(result->changes.code.size(), 1U);
}

TEST_F(Transition, AReadThatFailsStopsWithItsError) {
    pre_.accounts[kContract].code_hash = to_hash(uint256(1)); // code that is nowhere
    tx_.to = kContract;
    EXPECT_EQ(refusal(), "state.missing_code");
}

// --- simulation ---------------------------------------------------------------------------------

TEST_F(Transition, SimulatesWithoutFeesNonceOrSignature) {
    set_code(kContract, "600160005260206000f3");
    state_.apply(pre_);
    SimulationRequest request;
    request.from = kTo; // owns nothing
    request.to = kContract;
    request.gas = 50'000;
    const auto result = simulate(state_, environment_, request);
    ASSERT_TRUE(result.ok()) << result.error().text();
    EXPECT_EQ(result->status, evm::Status::success);
    EXPECT_EQ(load_be(result->output), uint256(1));
    EXPECT_EQ(result->gas_used, 21018U);
}

TEST_F(Transition, SimulationStillNeedsFundsAndGas) {
    state_.apply(pre_);
    SimulationRequest request;
    request.from = kTo;
    request.to = kSender;
    request.value = uint256(1);
    request.gas = 50'000;
    EXPECT_EQ(simulate(state_, environment_, request).error().kind(), kInsufficientFunds);
    request.value = {};
    request.gas = 20'999;
    EXPECT_EQ(simulate(state_, environment_, request).error().kind(), kIntrinsicGas);
    request.gas = 50'000;
    request.gas_price = uint256(1);
    EXPECT_EQ(simulate(state_, environment_, request).error().kind(), kInsufficientFunds);
}

TEST_F(Transition, SimulationTellsWhatWasAccessed) {
    set_code(kContract, "600554"
                        "73"
                        "00000000000000000000000000000000000000ee"
                        "31"
                        "00");
    state_.apply(pre_);
    SimulationRequest request;
    request.from = kSender;
    request.to = kContract;
    request.gas = 100'000;
    const auto result = simulate(state_, environment_, request);
    ASSERT_TRUE(result.ok());
    const auto& accessed = result->accessed;
    const auto at = [&](const Address& address) {
        return std::find_if(accessed.begin(), accessed.end(),
                            [&](const AccessEntry& entry) { return entry.address == address; });
    };
    ASSERT_NE(at(kContract), accessed.end());
    EXPECT_EQ(at(kContract)->keys, std::vector<uint256>{uint256(5)});
    EXPECT_NE(at(address("0x00000000000000000000000000000000000000ee")), accessed.end());
}

} // namespace
} // namespace salus::state
