#include <gtest/gtest.h>

#include "evm/fake_host_test.hpp"

namespace salus::evm::test {
namespace {

const uint256 kMax = ~uint256(0);
const uint256 kLowest = uint256(1) << 255; // the least signed number
uint256 minus(std::uint64_t value) {
    return -uint256(value);
}

struct Case {
    Op op;
    std::vector<uint256> arguments; // top first
    uint256 expected;
};

TEST(WordInstructions, Compute) {
    const Case cases[] = {
        {Op::ADD, {kMax, 2}, 1},
        {Op::SUB, {1, 2}, kMax},
        {Op::MUL, {kMax, kMax}, 1},
        {Op::DIV, {7, 2}, 3},
        {Op::DIV, {7, 0}, 0},
        {Op::SDIV, {minus(7), 2}, minus(3)},
        {Op::SDIV, {kLowest, kMax}, kLowest},
        {Op::SDIV, {1, 0}, 0},
        {Op::MOD, {7, 0}, 0},
        {Op::MOD, {7, 4}, 3},
        {Op::SMOD, {minus(7), 4}, minus(3)},
        {Op::SMOD, {7, minus(4)}, 3},
        {Op::ADDMOD, {kMax, kMax, 10}, 0},
        {Op::ADDMOD, {1, 2, 0}, 0},
        {Op::MULMOD, {kMax, kMax, 12}, 9},
        {Op::EXP, {2, 255}, kLowest},
        {Op::EXP, {0, 0}, 1},
        {Op::SIGNEXTEND, {0, 0xff}, kMax},
        {Op::SIGNEXTEND, {0, 0x17f}, 0x7f},
        {Op::SIGNEXTEND, {30, kLowest}, 0},
        {Op::SIGNEXTEND, {31, kLowest}, kLowest},
        {Op::SIGNEXTEND, {kMax, 0xff}, 0xff},
        {Op::LT, {1, 2}, 1},
        {Op::GT, {1, 2}, 0},
        {Op::SLT, {minus(1), 0}, 1},
        {Op::SGT, {0, kLowest}, 1},
        {Op::SGT, {5, 5}, 0},
        {Op::EQ, {kMax, kMax}, 1},
        {Op::ISZERO, {0}, 1},
        {Op::ISZERO, {kLowest}, 0},
        {Op::AND, {12, 10}, 8},
        {Op::OR, {12, 10}, 14},
        {Op::XOR, {12, 10}, 6},
        {Op::NOT, {0}, kMax},
        {Op::BYTE, {31, 0x1234}, 0x34},
        {Op::BYTE, {0, kLowest}, 0x80},
        {Op::BYTE, {32, kMax}, 0},
        {Op::BYTE, {uint256(1) << 64, kMax}, 0},
        {Op::SHL, {255, 1}, kLowest},
        {Op::SHL, {256, 1}, 0},
        {Op::SHR, {255, kLowest}, 1},
        {Op::SHR, {uint256(1) << 70, kMax}, 0},
        {Op::SAR, {4, minus(32)}, minus(2)},
        {Op::SAR, {0, kLowest}, kLowest},
        {Op::SAR, {256, kLowest}, kMax},
        {Op::SAR, {kMax, kLowest >> 1}, 0},
        {Op::CLZ, {0}, 256},
        {Op::CLZ, {kMax}, 0},
        {Op::CLZ, {1}, 255},
        {Op::CLZ, {uint256(1) << 64}, 191},
    };
    for (const Case& c : cases) {
        Code code;
        for (auto it = c.arguments.rbegin(); it != c.arguments.rend(); ++it) code.push(*it);
        const Ran ran = run(code.op(c.op).return_top());
        EXPECT_EQ(ran.result.status, Status::success);
        EXPECT_EQ(to_quantity(ran.word()), to_quantity(c.expected))
            << kOpcodes[static_cast<Byte>(c.op)].name;
    }
}

TEST(WordInstructions, ExponentiationIsPaidByTheByte) {
    const Code code = Code().call(Op::EXP, {2, 0x10000}).op(Op::POP);
    EXPECT_EQ(run(code).used, 3 + 3 + 10 + 3 * 50 + 2);
    EXPECT_EQ(run(code, Revision::homestead).used, 3 + 3 + 10 + 3 * 10 + 2); // before EIP-160
}

TEST(WordInstructions, EveryPushReadsItsBytes) {
    for (int n = 1; n <= 32; ++n) {
        Bytes immediate;
        for (int i = 0; i < n; ++i) immediate.push_back(static_cast<Byte>(0xa0 + i));
        const Code code = Code().op(static_cast<Op>(0x5f + n)).raw(immediate).return_top();
        EXPECT_EQ(run(code).word(), load_be(ByteView(immediate))) << n;
    }
    EXPECT_EQ(run(Code().op(Op::PUSH0).return_top()).word(), uint256(0));
}

TEST(WordInstructions, TruncatedPushIsFilledWithZeros) {
    // PUSH2 with one byte at the end of the code: 0xff00, then the implicit STOP.
    class LastTop : public Tracer {
    public:
        bool step(const Step& step) override {
            if (!step.stack.empty()) top = step.stack.back();
            return true;
        }
        uint256 top;
    };
    LastTop tracer;
    FakeHost host;
    Message message;
    message.gas = 100;
    const AnalyzedCode code(hex("61ff"));
    const CallResult result = interpret(host, Revision::osaka, message, code, &tracer);
    EXPECT_EQ(result.status, Status::success);
    EXPECT_EQ(tracer.top, uint256(0xff00));
}

TEST(WordInstructions, DupAndSwapReachSixteenDeep) {
    for (int n = 1; n <= 16; ++n) {
        Code dup;
        Code swap;
        for (int i = 0; i <= n; ++i) {
            dup.push(uint256(static_cast<std::uint64_t>(i)));
            swap.push(uint256(static_cast<std::uint64_t>(i)));
        }
        EXPECT_EQ(run(dup.op(static_cast<Op>(0x7f + n)).return_top()).word(), uint256(1)) << n;
        EXPECT_EQ(run(swap.op(static_cast<Op>(0x8f + n)).return_top()).word(), uint256(0)) << n;
    }
}

TEST(Stack, UnderflowIsNamedForEveryInstruction) {
    for (const OpcodeFacts& facts : kOpcodes) {
        if (!facts.defined() || facts.stack_in == 0) continue;
        const auto opcode = static_cast<Byte>(&facts - kOpcodes.data());
        Code code;
        for (int i = 1; i < facts.stack_in; ++i) code.push(0);
        const Ran ran = run(code.op(static_cast<Op>(opcode)));
        EXPECT_EQ(ran.result.status, Status::stack_underflow) << facts.name;
        EXPECT_EQ(ran.used, kGas);
    }
}

TEST(Stack, HoldsExactly1024Items) {
    EXPECT_EQ(run(Code().repeat(1024, Op::PUSH0)).result.status, Status::success);
    EXPECT_EQ(run(Code().repeat(1025, Op::PUSH0)).result.status, Status::stack_overflow);
    Code full;
    full.repeat(1024, Op::PC);
    EXPECT_EQ(run(Code(full).op(Op::DUP1)).result.status, Status::stack_overflow);
    EXPECT_EQ(run(Code(full).op(Op::SWAP16)).result.status, Status::success);
}

TEST(Jumps, LandOnJumpdestAlone) {
    // PUSH1 4, JUMP, INVALID, JUMPDEST
    EXPECT_EQ(run(Code().raw(hex("600456fe5b"))).result.status, Status::success);
    EXPECT_EQ(run(Code().raw(hex("600356fe5b"))).result.status, Status::bad_jump_destination);
    EXPECT_EQ(run(Code().raw(hex("60ff56"))).result.status, Status::bad_jump_destination);
    // JUMPDEST that is the immediate of a PUSH1
    EXPECT_EQ(run(Code().raw(hex("600456605b"))).result.status, Status::bad_jump_destination);
    // 2^64 + 4
    EXPECT_EQ(run(Code().raw(hex("6801000000000000000456fe5b"))).result.status,
              Status::bad_jump_destination);
}

TEST(Jumps, ConditionalJumpChecksTheDestinationOnlyWhenTaken) {
    EXPECT_EQ(run(Code().call(Op::JUMPI, {99, 0})).result.status, Status::success);
    EXPECT_EQ(run(Code().call(Op::JUMPI, {99, 1})).result.status, Status::bad_jump_destination);
    // PUSH1 1, PUSH1 6, JUMPI, INVALID, JUMPDEST
    EXPECT_EQ(run(Code().raw(hex("6001600657fe5b"))).result.status, Status::success);
    EXPECT_EQ(run(Code().raw(hex("6000600657fe5b"))).result.status, Status::invalid_instruction);
}

TEST(Gas, LastUnitCounts) {
    const Code code = Code().push(1).push(2).op(Op::ADD);
    EXPECT_EQ(run(code, Revision::osaka, 9).result.status, Status::success);
    EXPECT_EQ(run(code, Revision::osaka, 9).result.gas_left, 0);
    EXPECT_EQ(run(code, Revision::osaka, 8).result.status, Status::out_of_gas);
    EXPECT_EQ(run(Code().op(Op::GAS).return_top(), Revision::osaka, 100).word(), uint256(98));
}

TEST(Instructions, UndefinedAndInvalidConsumeAllGas) {
    const Ran undefined = run(Code().raw(hex("0c")));
    EXPECT_EQ(undefined.result.status, Status::undefined_instruction);
    EXPECT_EQ(undefined.used, kGas);
    EXPECT_EQ(run(Code().op(Op::INVALID)).result.status, Status::invalid_instruction);
    EXPECT_EQ(run(Code().push(1).op(Op::CLZ), Revision::prague).result.status,
              Status::undefined_instruction);
    EXPECT_EQ(run(Code().op(Op::PUSH0), Revision::paris).result.status,
              Status::undefined_instruction);
}

} // namespace
} // namespace salus::evm::test
