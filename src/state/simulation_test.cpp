// What simulations and traces stand on: changes above a state, lenient rules, moved precompiles,
// and what a tracer is told.

#include <gtest/gtest.h>

#include "state/transition.hpp"

namespace salus::state {
namespace {

const Address kSender = address("0x00000000000000000000000000000000000000aa");
const Address kContract = address("0x00000000000000000000000000000000000000cc");
const Address kOther = address("0x00000000000000000000000000000000000000dd");

AccountChange account_with(std::uint64_t balance, ByteView code = {}) {
    AccountChange out;
    out.balance = balance;
    if (!code.empty()) out.code_hash = crypto::keccak256(code);
    return out;
}

struct SimulationTest : ::testing::Test {
    MemoryState state;
    Environment environment;
    Transaction transaction;

    SimulationTest() {
        environment.block.gas_limit = 30'000'000;
        environment.block.chain_id = 1;
        transaction.type = TransactionType::dynamic_fee;
        transaction.chain_id = uint256(1);
        transaction.gas_limit = 200'000;
        transaction.to = kContract;
        StateChanges funds;
        funds.accounts[kSender] = account_with(1'000'000'000);
        state.apply(funds);
    }
    void place(const Address& at, const Bytes& code) {
        StateChanges changes;
        changes.accounts[at] = account_with(5, code);
        changes.code[crypto::keccak256(code)] = code;
        state.apply(changes);
    }
    Result<Executed> run(Rigour rigour = Rigour::block) const {
        return apply_transaction(state, environment, transaction, kSender, rigour);
    }
};

TEST_F(SimulationTest, ChangesStandAboveAStateAndCompose) {
    StateChanges before;
    before.accounts[kContract] = account_with(1);
    before.accounts[kContract].storage[uint256(1)] = uint256(7);
    state.apply(before);
    ChangedState changed(state);
    StateChanges one;
    one.accounts[kContract] = account_with(2);
    one.accounts[kContract].storage[uint256(2)] = uint256(8);
    changed.apply(one);
    EXPECT_EQ((*changed.account(kContract))->balance, uint256(2));
    EXPECT_EQ(*changed.storage(kContract, uint256(1)), uint256(7));
    EXPECT_EQ(*changed.storage(kContract, uint256(2)), uint256(8));
    StateChanges gone;
    gone.accounts[kContract].deleted = true;
    changed.apply(gone);
    EXPECT_FALSE(changed.account(kContract)->has_value());
    EXPECT_EQ(*changed.storage(kContract, uint256(1)), uint256());
    changed.apply(one); // made again: what was before stays gone
    EXPECT_EQ(*changed.storage(kContract, uint256(1)), uint256());
    EXPECT_EQ(*changed.storage(kContract, uint256(2)), uint256(8));
    EXPECT_TRUE(changed.changes().accounts.at(kContract).storage_cleared);
    EXPECT_EQ((*state.account(kContract))->balance, uint256(1));
}

TEST_F(SimulationTest, LooseRulesLetPassWhatABlockRefuses) {
    transaction.nonce = 9;
    environment.block.base_fee = 7;
    EXPECT_EQ(run().error().kind(), kFeeBelowBase);
    EXPECT_EQ(run(Rigour::validated).error().kind(), kNonceTooHigh);
    const auto loose = run(Rigour::loose);
    ASSERT_TRUE(loose.ok()) << loose.error().text();
    EXPECT_EQ(loose->outcome.effective_gas_price, uint256());
    EXPECT_EQ(loose->changes.accounts.at(kSender).balance, uint256(1'000'000'000));
    transaction.max_fee_per_gas = 3; // who offers a fee must offer enough
    EXPECT_EQ(run(Rigour::loose).error().kind(), kFeeBelowBase);
    transaction.max_fee_per_gas = 0;
    transaction.value = 2'000'000'000;
    EXPECT_EQ(run(Rigour::loose).error().kind(), kInsufficientFunds);
}

TEST_F(SimulationTest, AContractMaySendWhereNoBlockIsMade) {
    place(kSender, hex("00"));
    StateChanges funds;
    funds.accounts[kSender] = account_with(100, hex("00"));
    state.apply(funds);
    EXPECT_EQ(run().error().kind(), kSenderHasCode);
    EXPECT_TRUE(run(Rigour::validated).ok());
}

TEST_F(SimulationTest, PrecompilesMove) {
    const Address identity = address("0x0000000000000000000000000000000000000004");
    MovedPrecompiles moves;
    moves.gone.insert(identity);
    moves.moved[kOther] = identity;
    environment.moved_precompiles = &moves;
    transaction.data = hex("1234");
    transaction.to = kOther;
    EXPECT_EQ(run()->outcome.output, hex("1234"));
    transaction.to = identity;
    EXPECT_TRUE(run()->outcome.output.empty());
    environment.moved_precompiles = nullptr;
    EXPECT_EQ(run()->outcome.output, hex("1234"));
}

struct Recorder final : evm::Tracer {
    bool step(const evm::Step&) override { return ++steps <= most; }
    void enter(const evm::Message& message) override {
        events.push_back("enter " + to_hex0x(message.recipient.bytes).substr(40));
    }
    void exit(const evm::Message&, const evm::CallResult& result) override {
        events.push_back("exit " + std::string(evm::name(result.status)));
    }
    void log(const Address&, std::span<const Hash32>, ByteView) override {
        events.emplace_back("log");
    }
    void self_destruct(const Address&, const Address&, const uint256& balance) override {
        events.push_back("self_destruct " + to_decimal(balance));
    }
    std::uint64_t steps = 0, most = 1'000'000;
    std::vector<std::string> events;
};

// The contract logs, calls with a value that it does not have, calls the other, destroys itself.
TEST_F(SimulationTest, ATracerIsToldWhatHappens) {
    place(kContract, hex("5f5fa0"                 // LOG0
                         "5f5f5f5f606360dd5af150" // CALL 0xdd with 99 wei of 5
                         "5f5f5f5f5f60dd5af150"   // CALL 0xdd
                         "60ddff"));              // SELFDESTRUCT
    place(kOther, hex("fe"));
    transaction.gas_limit = 4'000'000; // a 64th is left after the second call
    Recorder recorder;
    environment.tracer = &recorder;
    ASSERT_TRUE(run().ok());
    EXPECT_EQ(recorder.events,
              (std::vector<std::string>{"enter cc", "log", "enter dd", "exit insufficient balance",
                                        "enter dd", "exit invalid instruction", "self_destruct 5",
                                        "exit success"}));
}

TEST_F(SimulationTest, ATracerEndsARun) {
    place(kContract, hex("5b5f56")); // for ever
    Recorder recorder;
    recorder.most = 50;
    environment.tracer = &recorder;
    const auto ran = run();
    ASSERT_TRUE(ran.ok());
    EXPECT_EQ(ran->outcome.status, evm::Status::out_of_gas);
    EXPECT_EQ(recorder.steps, 51U);
}

TEST_F(SimulationTest, ACreationsAddressAndCodeAreTold) {
    struct Created final : evm::Tracer {
        bool wants_steps() const override { return false; }
        void exit(const evm::Message& message, const evm::CallResult& result) override {
            at = message.recipient;
            code = result.output;
        }
        Address at;
        Bytes code;
    } tracer;
    environment.tracer = &tracer;
    transaction.to = std::nullopt;
    transaction.data = hex("60fe5f5360015ff3"); // leaves the code 0xfe
    const auto ran = run();
    ASSERT_TRUE(ran.ok() && ran->outcome.created);
    EXPECT_EQ(tracer.at, *ran->outcome.created);
    EXPECT_EQ(tracer.code, hex("fe"));
}

} // namespace
} // namespace salus::state
