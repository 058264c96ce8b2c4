#include "evm/opcodes.hpp"

#include <gtest/gtest.h>

namespace salus::evm {
namespace {

int defined_in(Revision revision) {
    const GasTable& table = gas_table(revision);
    return static_cast<int>(std::count_if(table.begin(), table.end(),
                                          [](std::int16_t gas) { return gas != kUndefined; }));
}

int price(Op op, Revision revision) {
    return gas_table(revision)[static_cast<Byte>(op)];
}

TEST(Opcodes, EachForkAddsWhatItsProposalsSay) {
    using enum Revision;
    EXPECT_EQ(defined_in(frontier), 130);
    EXPECT_EQ(defined_in(homestead), 131); // DELEGATECALL
    EXPECT_EQ(defined_in(spurious_dragon), 131);
    EXPECT_EQ(defined_in(byzantium), 135);      // RETURNDATASIZE, -COPY, STATICCALL, REVERT
    EXPECT_EQ(defined_in(constantinople), 140); // SHL, SHR, SAR, EXTCODEHASH, CREATE2
    EXPECT_EQ(defined_in(istanbul), 142);       // CHAINID, SELFBALANCE
    EXPECT_EQ(defined_in(london), 143);         // BASEFEE
    EXPECT_EQ(defined_in(shanghai), 144);       // PUSH0
    EXPECT_EQ(defined_in(cancun), 149);         // TLOAD, TSTORE, MCOPY, BLOBHASH, BLOBBASEFEE
    EXPECT_EQ(defined_in(prague), 149);
    EXPECT_EQ(defined_in(osaka), 150); // CLZ
}

TEST(Opcodes, PricesChangeAtTheirForks) {
    using enum Revision;
    EXPECT_EQ(price(Op::SLOAD, frontier), 50);
    EXPECT_EQ(price(Op::SLOAD, tangerine_whistle), 200);
    EXPECT_EQ(price(Op::SLOAD, istanbul), 800);
    EXPECT_EQ(price(Op::SLOAD, berlin), 100);
    EXPECT_EQ(price(Op::BALANCE, spurious_dragon), 400);
    EXPECT_EQ(price(Op::BALANCE, istanbul), 700);
    EXPECT_EQ(price(Op::EXTCODEHASH, petersburg), 400);
    EXPECT_EQ(price(Op::EXTCODEHASH, osaka), 100);
    EXPECT_EQ(price(Op::CALL, homestead), 40);
    EXPECT_EQ(price(Op::CALL, istanbul), 700);
    EXPECT_EQ(price(Op::STATICCALL, homestead), kUndefined);
    EXPECT_EQ(price(Op::SELFDESTRUCT, homestead), 0);
    EXPECT_EQ(price(Op::SELFDESTRUCT, osaka), 5000);
    EXPECT_EQ(price(Op::CLZ, prague), kUndefined);
    EXPECT_EQ(price(Op::CLZ, osaka), 5);
}

TEST(Opcodes, NamesAndStackEffects) {
    const auto facts = [](Op op) { return kOpcodes[static_cast<Byte>(op)]; };
    EXPECT_EQ(facts(Op::PUSH32).name, "PUSH32");
    EXPECT_EQ(facts(Op::DUP16).stack_in, 16);
    EXPECT_EQ(facts(Op::DUP16).stack_out, 17);
    EXPECT_EQ(facts(Op::SWAP1).stack_in, 2);
    EXPECT_EQ(facts(Op::CALL).stack_in, 7);
    EXPECT_EQ(facts(Op::LOG4).first_gas, 1875);
    EXPECT_FALSE(kOpcodes[0x0c].defined());
    EXPECT_FALSE(facts(Op::SLOAD).constant());
    EXPECT_TRUE(facts(Op::ADD).constant());
}

} // namespace
} // namespace salus::evm
