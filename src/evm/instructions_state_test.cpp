#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "evm/fake_host_test.hpp"
#include "evm/gas.hpp"

namespace salus::evm::test {
namespace {

struct StoreCase {
    std::uint64_t original;
    std::string_view values; // written in turn to slot 0
    std::int64_t used, refund;
};

Ran store(FakeHost& host, const StoreCase& c) {
    host.accounts[kSelf].storage[0] = c.original;
    Code code;
    for (const char value : c.values) {
        code.call(Op::SSTORE, {0, static_cast<std::uint64_t>(value - '0')});
    }
    return run(host, code);
}

// The table of EIP-2200; the gas of two PUSHes a write is in it.
TEST(Sstore, CostsAsTheTableOfEip2200) {
    const StoreCase cases[] = {
        {0, "00", 1'612, 0},        {0, "01", 20'812, 0},       {0, "10", 20'812, 19'200},
        {0, "12", 20'812, 0},       {0, "11", 20'812, 0},       {1, "00", 5'812, 15'000},
        {1, "01", 5'812, 4'200},    {1, "02", 5'812, 0},        {1, "20", 5'812, 15'000},
        {1, "23", 5'812, 0},        {1, "21", 5'812, 4'200},    {1, "22", 5'812, 0},
        {1, "10", 5'812, 15'000},   {1, "12", 5'812, 0},        {1, "11", 1'612, 0},
        {0, "101", 40'818, 19'200}, {1, "010", 10'818, 19'200},
    };
    for (const StoreCase& c : cases) {
        FakeHost host(Revision::istanbul);
        EXPECT_EQ(store(host, c).used, c.used) << c.original << c.values;
        EXPECT_EQ(host.refund, c.refund) << c.original << c.values;
    }
}

// The table of EIP-3529 (after EIP-2929); its first access is of a slot that is warm already.
TEST(Sstore, CostsAsTheTableOfEip3529) {
    const StoreCase cases[] = {
        {0, "00", 212, 0},          {0, "01", 20'112, 0},     {0, "10", 20'112, 19'900},
        {0, "12", 20'112, 0},       {0, "11", 20'112, 0},     {1, "00", 3'012, 4'800},
        {1, "01", 3'012, 2'800},    {1, "02", 3'012, 0},      {1, "20", 3'012, 4'800},
        {1, "23", 3'012, 0},        {1, "21", 3'012, 2'800},  {1, "22", 3'012, 0},
        {1, "10", 3'012, 4'800},    {1, "12", 3'012, 0},      {1, "11", 212, 0},
        {0, "101", 40'118, 19'900}, {1, "010", 5'918, 7'600},
    };
    for (const StoreCase& c : cases) {
        FakeHost host;
        host.warm_slots.insert({kSelf, 0});
        EXPECT_EQ(store(host, c).used, c.used) << c.original << c.values;
        EXPECT_EQ(host.refund, c.refund) << c.original << c.values;
    }
}

TEST(Sstore, BeforeNetMeteringTheCurrentValueDecides) {
    for (const Revision revision :
         {Revision::frontier, Revision::byzantium, Revision::petersburg}) {
        FakeHost host(revision);
        EXPECT_EQ(store(host, {1, "01", 0, 0}).used, 12 + 5'000 + 20'000);
        EXPECT_EQ(host.refund, 15'000);
    }
    FakeHost net(Revision::constantinople);
    EXPECT_EQ(store(net, {0, "10", 0, 0}).used, 12 + 20'000 + 200);
    EXPECT_EQ(net.refund, 19'800);
}

TEST(Sstore, NeedsMoreThanTheStipend) {
    const Code code = Code().call(Op::SSTORE, {0, 0});
    FakeHost host;
    host.warm_slots.insert({kSelf, 0});
    EXPECT_EQ(run(host, code, 2'306).result.status, Status::out_of_gas);
    EXPECT_EQ(run(host, code, 2'307).result.status, Status::success);
    EXPECT_EQ(run_static(host, code).result.status, Status::static_mode_violation);
}

TEST(ColdAccess, IsPaidOnceAndOnlyFromBerlin) {
    const uint256 other = to_uint256(kOther);
    FakeHost host;
    const Code sload = Code().call(Op::SLOAD, {1}).op(Op::POP);
    EXPECT_EQ(run(host, sload).used, 3 + 2'100 + 2);
    EXPECT_EQ(run(host, sload).used, 3 + 100 + 2);
    EXPECT_EQ(run(host, Code().call(Op::SSTORE, {2, 0})).used, 6 + 2'100 + 100);
    for (const Op op : {Op::BALANCE, Op::EXTCODESIZE, Op::EXTCODEHASH}) {
        const Code code = Code().call(op, {other}).op(Op::POP);
        host.warm_accounts.clear();
        EXPECT_EQ(run(host, code).used, 3 + 2'600 + 2);
        EXPECT_EQ(run(host, code).used, 3 + 100 + 2);
        EXPECT_EQ(run(code, Revision::istanbul).used, 3 + 700 + 2);
    }
    host.warm_accounts.clear();
    const Code copy = Code().call(Op::EXTCODECOPY, {other, 0, 0, 32});
    EXPECT_EQ(run(host, copy).used, 12 + 2'600 + 3 + 3);
    EXPECT_EQ(run(host, copy).used, 12 + 100 + 3 + 3);
}

TEST(ExtCode, SeesADelegationAsItIs) {
    FakeHost host;
    const Bytes delegation = concat({hex("ef0100"), kSelf.bytes});
    host.accounts[kOther].code = delegation;
    const uint256 other = to_uint256(kOther);
    EXPECT_EQ(run(host, Code().call(Op::EXTCODESIZE, {other}).return_top()).word(), uint256(23));
    EXPECT_EQ(run(host, Code().call(Op::EXTCODEHASH, {other}).return_top()).word(),
              load_be(crypto::keccak256(delegation)));
    const Code copy =
        Code().call(Op::EXTCODECOPY, {other, 0, 0, 23}).call(Op::MLOAD, {0}).return_top();
    EXPECT_EQ(run(host, copy).word(), load_be(ByteView(delegation)) << 72);
    EXPECT_EQ(run(host, Code().call(Op::EXTCODEHASH, {0x1234}).return_top()).word(), uint256(0));
}

TEST(TransientStorage, KeepsValuesAndRefusesStaticWrites) {
    FakeHost host;
    const Code write = Code().call(Op::TSTORE, {5, 42});
    EXPECT_EQ(run(host, write).used, 6 + 100);
    EXPECT_EQ(run(host, Code().call(Op::TLOAD, {5}).return_top()).word(), uint256(42));
    EXPECT_EQ(run_static(host, write).result.status, Status::static_mode_violation);
    EXPECT_EQ(run(write, Revision::shanghai).result.status, Status::undefined_instruction);
}

TEST(SelfDestruct, PaysForABeneficiaryThatIsColdOrNew) {
    const Code code = Code().push(kOther).op(Op::SELFDESTRUCT);
    const auto used = [&](Revision revision, std::uint64_t balance, bool warm) {
        FakeHost host(revision);
        host.accounts[kSelf].balance = balance;
        if (warm) host.warm_accounts.insert(kOther);
        return run(host, code).used;
    };
    EXPECT_EQ(used(Revision::osaka, 0, true), 3 + 5'000);
    EXPECT_EQ(used(Revision::osaka, 0, false), 3 + 5'000 + 2'600);
    EXPECT_EQ(used(Revision::osaka, 1, true), 3 + 5'000 + 25'000);
    EXPECT_EQ(used(Revision::spurious_dragon, 0, false), 3 + 5'000);
    EXPECT_EQ(used(Revision::tangerine_whistle, 0, false), 3 + 5'000 + 25'000);
    EXPECT_EQ(used(Revision::homestead, 0, false), 3);
    FakeHost host;
    EXPECT_EQ(run_static(host, code).result.status, Status::static_mode_violation);
}

TEST(SelfDestruct, RefundsOnceUntilLondon) {
    const Code code = Code().push(kOther).op(Op::SELFDESTRUCT);
    FakeHost berlin(Revision::berlin);
    run(berlin, code);
    run(berlin, code);
    EXPECT_EQ(berlin.refund, 24'000);
    FakeHost london(Revision::london);
    run(london, code);
    EXPECT_EQ(london.refund, 0);
}

} // namespace
} // namespace salus::evm::test
