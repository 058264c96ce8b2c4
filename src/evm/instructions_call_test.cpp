#include <gtest/gtest.h>

#include "evm/fake_host_test.hpp"
#include "evm/gas.hpp"

namespace salus::evm::test {
namespace {

const uint256 kTo = to_uint256(kOther);
constexpr std::int64_t kPushes = 7 * 3;

// A world where the callee exists, is warm, and answers without running code.
FakeHost quiet_world(Revision revision = Revision::osaka) {
    FakeHost host(revision);
    host.accounts[kSelf].balance = 1'000;
    host.accounts[kOther].nonce = 1;
    host.warm_accounts.insert(kOther);
    host.next_result = CallResult{Status::success, 0, {}, {}};
    return host;
}

Code call_with(const uint256& gas, const uint256& value) {
    return Code().call(Op::CALL, {gas, kTo, value, 0, 0, 0, 0});
}

TEST(Call, HandsOnTheGasAskedForAndTheStipend) {
    FakeHost host = quiet_world();
    EXPECT_EQ(run(host, call_with(1'000, 0)).used, kPushes + 100 + 1'000);
    EXPECT_EQ(host.messages[0].gas, 1'000);
    EXPECT_EQ(run(host, call_with(1'000, 5)).used, kPushes + 100 + 9'000 + 1'000);
    EXPECT_EQ(host.messages[1].gas, 3'300);
    host.next_result->gas_left = 3'000;
    EXPECT_EQ(run(host, call_with(1'000, 5)).used, kPushes + 100 + 9'000 - 2'000);
}

TEST(Call, KeepsASixtyFourth) {
    FakeHost host = quiet_world();
    const Ran ran = run(host, call_with(~uint256(0), 0), 64'000 + kPushes + 100);
    EXPECT_EQ(host.messages[0].gas, 63'000);
    EXPECT_EQ(ran.result.gas_left, 1'000);
    FakeHost old = quiet_world(Revision::homestead);
    EXPECT_EQ(run(old, call_with(~uint256(0), 0)).result.status, Status::out_of_gas);
    EXPECT_EQ(run(old, call_with(900, 0)).used, kPushes + 40 + 900);
}

TEST(Call, PaysForColdAndNewAccounts) {
    FakeHost host = quiet_world();
    host.warm_accounts.clear();
    EXPECT_EQ(run(host, call_with(0, 0)).used, kPushes + 2'600);
    EXPECT_EQ(run(host, call_with(0, 0)).used, kPushes + 100);
    host.accounts.erase(kOther);
    EXPECT_EQ(run(host, call_with(0, 0)).used, kPushes + 100); // nothing moves: none is made
    EXPECT_EQ(run(host, call_with(0, 1)).used, kPushes + 100 + 9'000 + 25'000);
    FakeHost old = quiet_world(Revision::tangerine_whistle);
    old.accounts.erase(kOther);
    EXPECT_EQ(run(old, call_with(0, 0)).used, kPushes + 700 + 25'000);
    const Code callcode = Code().call(Op::CALLCODE, {0, kTo, 1, 0, 0, 0, 0});
    EXPECT_EQ(run(host, callcode).used, kPushes + 100 + 9'000);
}

// EIP-7702: the delegation target is accessed, and paid, as well.
TEST(Call, PaysForTheDelegationTarget) {
    const Address target = to_address(uint256(0x7a6));
    for (const Op op : {Op::CALL, Op::CALLCODE, Op::DELEGATECALL, Op::STATICCALL}) {
        const bool seven = op == Op::CALL || op == Op::CALLCODE;
        const Code code = seven ? Code().call(op, {0, kTo, 0, 0, 0, 0, 0})
                                : Code().call(op, {0, kTo, 0, 0, 0, 0});
        const std::int64_t pushes = seven ? 21 : 18;
        FakeHost host = quiet_world();
        host.accounts[kOther].code = concat({hex("ef0100"), target.bytes});
        EXPECT_EQ(run(host, code).used, pushes + 100 + 2'600);
        EXPECT_EQ(run(host, code).used, pushes + 100 + 100);
        EXPECT_EQ(host.messages[0].code_address, kOther);
        FakeHost before = quiet_world(Revision::cancun);
        before.accounts[kOther].code = host.accounts[kOther].code;
        EXPECT_EQ(run(before, code).used, pushes + 100);
    }
}

TEST(Call, FillsTheMessageOfEachKind) {
    FakeHost host = quiet_world();
    Message outer;
    outer.gas = kGas;
    outer.sender = to_address(uint256(0xca11e4));
    outer.recipient = kSelf;
    outer.value = 77;
    outer.depth = 3;
    const Code code = Code()
                          .call(Op::MSTORE, {0, 0xaabb})
                          .call(Op::CALL, {500, kTo, 6, 30, 2, 0, 0})
                          .call(Op::CALLCODE, {500, kTo, 6, 30, 2, 0, 0})
                          .call(Op::DELEGATECALL, {500, kTo, 30, 2, 0, 0})
                          .call(Op::STATICCALL, {500, kTo, 30, 2, 0, 0});
    class Watcher : public FakeHost {
    public:
        using FakeHost::FakeHost;
        CallResult call(const Message& message) override {
            EXPECT_EQ(to_bytes(message.input), hex("aabb"));
            EXPECT_EQ(message.depth, 4);
            return FakeHost::call(message);
        }
    } watcher;
    watcher.accounts = host.accounts;
    watcher.next_result = host.next_result;
    EXPECT_EQ(run(watcher, outer, code.bytes()).result.status, Status::success);
    ASSERT_EQ(watcher.messages.size(), 4u);
    const auto expect = [&](std::size_t i, const Address& sender, const Address& recipient,
                            std::uint64_t value, bool is_static) {
        const Message& message = watcher.messages[i];
        EXPECT_EQ(message.sender, sender) << i;
        EXPECT_EQ(message.recipient, recipient) << i;
        EXPECT_EQ(message.code_address, kOther) << i;
        EXPECT_EQ(message.value, uint256(value)) << i;
        EXPECT_EQ(message.is_static, is_static) << i;
    };
    expect(0, kSelf, kOther, 6, false);
    expect(1, kSelf, kSelf, 6, false);
    expect(2, outer.sender, kSelf, 77, false);
    expect(3, kSelf, kOther, 0, true);
}

TEST(Call, RefusesValueInAStaticFrameAndHandsStaticDown) {
    FakeHost host = quiet_world();
    EXPECT_EQ(run_static(host, call_with(0, 1)).result.status, Status::static_mode_violation);
    EXPECT_EQ(run_static(host, call_with(0, 0)).result.status, Status::success);
    EXPECT_TRUE(host.messages.back().is_static);
    EXPECT_EQ(run_static(host, Code().call(Op::CREATE, {0, 0, 0})).result.status,
              Status::static_mode_violation);
    EXPECT_EQ(run_static(host, Code().call(Op::CREATE2, {0, 0, 0, 0})).result.status,
              Status::static_mode_violation);
}

TEST(Call, CostsNothingWhenItCannotBegin) {
    FakeHost host = quiet_world();
    const Ran poor = run(host, call_with(5'000, 1'001).return_top());
    EXPECT_EQ(poor.word(), uint256(0));
    EXPECT_EQ(poor.used, kPushes + 100 + 9'000 - 2'300 + 3 + 3 + 3 + 6);
    Message deepest;
    deepest.gas = kGas;
    deepest.recipient = kSelf;
    deepest.depth = kMaxCallDepth;
    EXPECT_EQ(run(host, deepest, call_with(5'000, 0).return_top().bytes()).word(), uint256(0));
    EXPECT_TRUE(host.messages.empty());
    host.next_result = CallResult{Status::insufficient_balance, 0, {}, {}};
    EXPECT_EQ(run(host, call_with(5'000, 0)).used, kPushes + 100);
}

TEST(Call, WritesNoMoreOutputThanThereIsRoomFor) {
    FakeHost host = quiet_world();
    host.next_result->output = Bytes(40, 0xee);
    const Code code = Code()
                          .call(Op::CALL, {0, kTo, 0, 0, 0, 0, 2})
                          .op(Op::POP)
                          .call(Op::MLOAD, {0})
                          .return_top();
    EXPECT_EQ(run(host, code).word(), uint256(0xeeee) << 240);
    const Code size = Code().raw(call_with(0, 0).bytes()).op(Op::RETURNDATASIZE).return_top();
    EXPECT_EQ(run(host, size).word(), uint256(40));
    host.next_result = CallResult{Status::out_of_gas, 0, {}, {}};
    EXPECT_EQ(run(host, size).word(), uint256(0));
}

TEST(Create, PaysForInitCodeAndHashing) {
    FakeHost host = quiet_world();
    host.next_result->created = kOther;
    host.next_result->gas_left = 0;
    const auto used = [&](const Code& code) {
        const Ran ran = run(host, code);
        return ran.used - host.messages.back().gas;
    };
    // 33 bytes are two words: 6 of memory, 4 of init code, 12 of hashing.
    EXPECT_EQ(used(Code().call(Op::CREATE, {0, 0, 33})), 9 + 32'000 + 6 + 4);
    EXPECT_EQ(used(Code().call(Op::CREATE2, {0, 0, 33, 9})), 12 + 32'000 + 6 + 4 + 12);
    EXPECT_EQ(host.messages.back().salt, uint256(9));
    EXPECT_EQ(host.messages.back().input.size(), 33u);
    EXPECT_EQ(run(host, Code().call(Op::CREATE, {0, 0, 0}).return_top()).word(), kTo);
    host.revision = Revision::paris;
    EXPECT_EQ(used(Code().call(Op::CREATE, {0, 0, 33})), 9 + 32'000 + 6);
}

TEST(Create, RefusesTooMuchInitCode) {
    FakeHost host = quiet_world();
    EXPECT_EQ(run(host, Code().call(Op::CREATE, {0, 0, kMaxInitCodeSize})).result.status,
              Status::success);
    EXPECT_EQ(run(host, Code().call(Op::CREATE, {0, 0, kMaxInitCodeSize + 1})).result.status,
              Status::initcode_too_large);
    host.revision = Revision::paris;
    EXPECT_EQ(run(host, Code().call(Op::CREATE, {0, 0, kMaxInitCodeSize + 1})).result.status,
              Status::success);
}

TEST(Create, ReturnsDataOfARevertAlone) {
    FakeHost host = quiet_world();
    const Code code = Code().call(Op::CREATE, {0, 0, 0}).op(Op::RETURNDATASIZE).return_top();
    host.next_result = CallResult{Status::revert, 0, hex("0102"), {}};
    EXPECT_EQ(run(host, code).word(), uint256(2));
    host.next_result = CallResult{Status::contract_collision, 0, {}, {}};
    EXPECT_EQ(run(host, code).word(), uint256(0));
    const Code poor = Code().call(Op::CREATE, {1'001, 0, 0}).return_top();
    const std::size_t calls = host.messages.size();
    EXPECT_EQ(run(host, poor).word(), uint256(0));
    EXPECT_EQ(host.messages.size(), calls);
}

TEST(Return, RevertKeepsGasAndOutput) {
    const Ran ran = run(Code().call(Op::MSTORE, {0, 0xdead}).call(Op::REVERT, {30, 2}));
    EXPECT_EQ(ran.result.status, Status::revert);
    EXPECT_EQ(ran.result.output, hex("dead"));
    EXPECT_EQ(ran.used, 6 + 3 + 3 + 6);
}

// A contract that calls itself until the gas or the depth ends: 1,025 frames on one native stack.
TEST(Depth, ReachesTheLimitWithinTheNativeStack) {
    FakeHost host(Revision::homestead); // no 63/64 rule: all gas goes down
    // storage[0] += 1, then CALL self with GAS - 25,000.
    const Code code = Code()
                          .push(1)
                          .call(Op::SLOAD, {0})
                          .op(Op::ADD)
                          .push(0)
                          .op(Op::SSTORE)
                          .push(0)
                          .push(0)
                          .push(0)
                          .push(0)
                          .push(0)
                          .op(Op::ADDRESS)
                          .push(25'000)
                          .op(Op::GAS)
                          .op(Op::SUB)
                          .op(Op::CALL);
    host.accounts[kSelf].code = code.bytes();
    EXPECT_EQ(run(host, code, 1'000'000'000).result.status, Status::success);
    EXPECT_EQ(host.accounts[kSelf].storage[0], uint256(1'025));
}

} // namespace
} // namespace salus::evm::test
