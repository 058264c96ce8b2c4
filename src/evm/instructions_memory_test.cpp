#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "evm/fake_host_test.hpp"

namespace salus::evm::test {
namespace {

TEST(Memory, ExpansionIsLinearThenQuadratic) {
    // PUSH1 x 2 (6) and MSTORE (3), then 3 a word and words²/512.
    EXPECT_EQ(run(Code().call(Op::MSTORE, {0, 1})).used, 9 + 3);
    EXPECT_EQ(run(Code().call(Op::MSTORE, {1, 1})).used, 9 + 6);
    EXPECT_EQ(run(Code().call(Op::MSTORE8, {31, 1})).used, 9 + 3);
    EXPECT_EQ(run(Code().call(Op::MSTORE8, {32, 1})).used, 9 + 6);
    EXPECT_EQ(run(Code().call(Op::MSTORE, {32 * 1023, 1})).used, 9 + 3 * 1024 + 2048);
    EXPECT_EQ(run(Code().call(Op::MSTORE, {32, 1}).call(Op::MSTORE, {0, 1})).used, 9 + 6 + 9);
}

TEST(Memory, UnpayableOffsetsRunOutOfGas) {
    const uint256 offsets[] = {uint256(1) << 32, ~uint256(0) >> 192, uint256(1) << 64, ~uint256(0)};
    for (const uint256& offset : offsets) {
        EXPECT_EQ(run(Code().call(Op::MLOAD, {offset})).result.status, Status::out_of_gas);
        EXPECT_EQ(run(Code().call(Op::KECCAK256, {offset, 1})).result.status, Status::out_of_gas);
        EXPECT_EQ(run(Code().call(Op::KECCAK256, {0, offset})).result.status, Status::out_of_gas);
        EXPECT_EQ(run(Code().call(Op::MCOPY, {0, offset, 1})).result.status, Status::out_of_gas);
    }
}

TEST(Memory, SizeZeroTouchesNothing) {
    const uint256 far = ~uint256(0);
    for (const Op op : {Op::CALLDATACOPY, Op::CODECOPY, Op::MCOPY}) {
        const Ran ran = run(Code().call(op, {far, far, 0}).op(Op::MSIZE).return_top());
        EXPECT_EQ(ran.result.status, Status::success);
        EXPECT_EQ(ran.word(), uint256(0));
    }
    EXPECT_EQ(run(Code().call(Op::KECCAK256, {far, 0}).return_top()).word(),
              load_be(crypto::kEmptyCodeHash));
    EXPECT_EQ(run(Code().call(Op::RETURN, {far, 0})).result.status, Status::success);
}

TEST(Memory, IsZeroAgainInTheNextFrame) {
    const Code write = Code().call(Op::MSTORE, {0, ~uint256(0)});
    EXPECT_EQ(run(write).result.status, Status::success);
    EXPECT_EQ(run(Code().call(Op::MLOAD, {0}).return_top()).word(), uint256(0));
}

TEST(Memory, McopyMovesOverlappingRanges) {
    const Code code = Code()
                          .call(Op::MSTORE, {0, uint256(1, 2, 3, 4)})
                          .call(Op::MCOPY, {8, 0, 32})
                          .call(Op::MLOAD, {8})
                          .return_top();
    EXPECT_EQ(run(code).word(), uint256(1, 2, 3, 4));
    // 3 PUSHes, base 3, 1 word copied 3, 2 words of memory 6
    EXPECT_EQ(run(Code().call(Op::MCOPY, {32, 0, 32})).used, 9 + 3 + 3 + 6);
    EXPECT_EQ(run(Code().call(Op::MCOPY, {0, 32, 32})).used, 9 + 3 + 3 + 6);
}

TEST(Memory, KeccakHashesAndIsPaidByTheWord) {
    const Code code = Code().call(Op::KECCAK256, {0, 33}).op(Op::POP);
    EXPECT_EQ(run(code).used, 3 + 3 + 30 + 2 * 6 + 2 * 3 + 2);
    const Bytes zeros(33, 0);
    EXPECT_EQ(run(Code().call(Op::KECCAK256, {0, 33}).return_top()).word(),
              load_be(crypto::keccak256(zeros)));
}

TEST(CallData, IsPaddedWithZeros) {
    FakeHost host;
    const Bytes input = hex("0102030405");
    const auto word = [&](const uint256& offset) {
        return run(host, Code().call(Op::CALLDATALOAD, {offset}).return_top(), kGas, input).word();
    };
    EXPECT_EQ(word(0), load_be(ByteView(hex("0102030405"))) << 216);
    EXPECT_EQ(word(4), uint256(5) << 248);
    EXPECT_EQ(word(5), uint256(0));
    EXPECT_EQ(word(uint256(1) << 64), uint256(0));
    const Code copy = Code().call(Op::CALLDATACOPY, {0, 3, 32}).call(Op::MLOAD, {0}).return_top();
    EXPECT_EQ(run(host, copy, kGas, input).word(), uint256(0x0405) << 240);
    EXPECT_EQ(run(host, Code().op(Op::CALLDATASIZE).return_top(), kGas, input).word(), uint256(5));
}

TEST(CallData, IsEmptyInACreation) {
    FakeHost host;
    const Bytes init =
        Code().op(Op::CALLDATASIZE).op(Op::CODESIZE).op(Op::ADD).return_top().bytes();
    Message message;
    message.kind = CallKind::create;
    message.gas = kGas;
    message.input = init;
    EXPECT_EQ(run(host, message, init).word(), uint256(init.size()));
}

TEST(ReturnData, OutOfBoundsIsFatalEvenForNothing) {
    FakeHost host;
    host.next_result = CallResult{Status::success, 0, hex("aabbccdd"), {}};
    const auto copy = [&](const uint256& from, const uint256& size) {
        return run(host, Code()
                             .call(Op::STATICCALL, {0, to_uint256(kOther), 0, 0, 0, 0})
                             .call(Op::RETURNDATACOPY, {0, from, size})
                             .call(Op::MLOAD, {0})
                             .return_top());
    };
    EXPECT_EQ(copy(1, 2).word(), uint256(0xbbcc) << 240);
    EXPECT_EQ(copy(4, 0).result.status, Status::success);
    EXPECT_EQ(copy(5, 0).result.status, Status::return_data_out_of_bounds);
    EXPECT_EQ(copy(3, 2).result.status, Status::return_data_out_of_bounds);
    EXPECT_EQ(copy(~uint256(0), 2).result.status, Status::return_data_out_of_bounds);
    EXPECT_EQ(copy(2, ~uint256(0)).result.status, Status::return_data_out_of_bounds);
}

TEST(Logs, CarryTopicsAndDataAndArePaidByTheByte) {
    FakeHost host;
    const Code code = Code().call(Op::MSTORE, {0, 0xabcd}).call(Op::LOG2, {30, 2, 7, 8});
    const Ran ran = run(host, code);
    EXPECT_EQ(ran.used, 6 + 3 + 3 + 12 + 3 * 375 + 2 * 8);
    ASSERT_EQ(host.logs.size(), 1u);
    EXPECT_EQ(host.logs[0].address, kSelf);
    EXPECT_EQ(host.logs[0].data, hex("abcd"));
    EXPECT_EQ(host.logs[0].topics, (std::vector<Hash32>{to_hash(7), to_hash(8)}));
    EXPECT_EQ(run_static(host, code).result.status, Status::static_mode_violation);
}

TEST(Context, ReadsMessageBlockAndTransaction) {
    FakeHost host;
    host.block_context = {1000, 1700000000, 30'000'000, kOther, 5, 7, 8, 73127};
    host.transaction_context = {kOther, 9, {to_hash(0xb10b)}};
    host.accounts[kSelf].balance = 77;
    host.block_hashes[999] = to_hash(0x999);
    host.block_hashes[744] = to_hash(0x744);
    const std::pair<Op, uint256> simple[] = {
        {Op::ADDRESS, to_uint256(kSelf)},
        {Op::CALLER, to_uint256(kOther)},
        {Op::ORIGIN, to_uint256(kOther)},
        {Op::NUMBER, 1000},
        {Op::TIMESTAMP, 1700000000},
        {Op::GASLIMIT, 30'000'000},
        {Op::COINBASE, to_uint256(kOther)},
        {Op::PREVRANDAO, 5},
        {Op::BASEFEE, 7},
        {Op::BLOBBASEFEE, 8},
        {Op::CHAINID, 73127},
        {Op::GASPRICE, 9},
        {Op::SELFBALANCE, 77},
        {Op::CALLVALUE, 0},
    };
    for (const auto& [op, expected] : simple) {
        EXPECT_EQ(run(host, Code().op(op).return_top()).word(), expected)
            << kOpcodes[static_cast<Byte>(op)].name;
    }
    const auto of = [&](Op op, const uint256& argument) {
        return run(host, Code().call(op, {argument}).return_top()).word();
    };
    EXPECT_EQ(of(Op::BLOCKHASH, 999), uint256(0x999));
    EXPECT_EQ(of(Op::BLOCKHASH, 744), uint256(0x744));
    EXPECT_EQ(of(Op::BLOCKHASH, 743), uint256(0));
    EXPECT_EQ(of(Op::BLOCKHASH, 1000), uint256(0));
    EXPECT_EQ(of(Op::BLOBHASH, 0), uint256(0xb10b));
    EXPECT_EQ(of(Op::BLOBHASH, 1), uint256(0));
    EXPECT_EQ(of(Op::BLOBHASH, uint256(1) << 64), uint256(0));
}

} // namespace
} // namespace salus::evm::test
