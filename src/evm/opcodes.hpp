#pragma once
// The facts of every instruction: the one table from which the dispatch, the price of every
// revision, names and stack checks are made.

#include <array>
#include <string_view>

#include "evm/host.hpp"

// clang-format off
// X(code, name, stack items taken, items left, base gas at its first fork, first fork, handler).
// U(code) for each that no revision has; all 256 are here, in order.
// The handler is a function of instructions_*.hpp. What is charged beyond the base gas (memory,
// words, cold access, value) is the handler's.
#define SALUS_EVM_OPCODES(X, U)                                                                   \
    X(0x00, STOP,           0, 0, 0,     frontier,       stop)                                    \
    X(0x01, ADD,            2, 1, 3,     frontier,       add)                                     \
    X(0x02, MUL,            2, 1, 5,     frontier,       mul)                                     \
    X(0x03, SUB,            2, 1, 3,     frontier,       sub)                                     \
    X(0x04, DIV,            2, 1, 5,     frontier,       div)                                     \
    X(0x05, SDIV,           2, 1, 5,     frontier,       sdiv)                                    \
    X(0x06, MOD,            2, 1, 5,     frontier,       mod)                                     \
    X(0x07, SMOD,           2, 1, 5,     frontier,       smod)                                    \
    X(0x08, ADDMOD,         3, 1, 8,     frontier,       addmod)                                  \
    X(0x09, MULMOD,         3, 1, 8,     frontier,       mulmod)                                  \
    X(0x0a, EXP,            2, 1, 10,    frontier,       exp)                                     \
    X(0x0b, SIGNEXTEND,     2, 1, 5,     frontier,       signextend)                              \
    U(0x0c) U(0x0d) U(0x0e) U(0x0f)                                                               \
    X(0x10, LT,             2, 1, 3,     frontier,       lt)                                      \
    X(0x11, GT,             2, 1, 3,     frontier,       gt)                                      \
    X(0x12, SLT,            2, 1, 3,     frontier,       slt)                                     \
    X(0x13, SGT,            2, 1, 3,     frontier,       sgt)                                     \
    X(0x14, EQ,             2, 1, 3,     frontier,       eq)                                      \
    X(0x15, ISZERO,         1, 1, 3,     frontier,       iszero)                                  \
    X(0x16, AND,            2, 1, 3,     frontier,       bit_and)                                 \
    X(0x17, OR,             2, 1, 3,     frontier,       bit_or)                                  \
    X(0x18, XOR,            2, 1, 3,     frontier,       bit_xor)                                 \
    X(0x19, NOT,            1, 1, 3,     frontier,       bit_not)                                 \
    X(0x1a, BYTE,           2, 1, 3,     frontier,       byte)                                    \
    X(0x1b, SHL,            2, 1, 3,     constantinople, shl)                                     \
    X(0x1c, SHR,            2, 1, 3,     constantinople, shr)                                     \
    X(0x1d, SAR,            2, 1, 3,     constantinople, sar)                                     \
    X(0x1e, CLZ,            1, 1, 5,     osaka,          clz)                                     \
    U(0x1f)                                                                                       \
    X(0x20, KECCAK256,      2, 1, 30,    frontier,       keccak256)                               \
    U(0x21) U(0x22) U(0x23) U(0x24) U(0x25) U(0x26) U(0x27) U(0x28) U(0x29) U(0x2a)               \
    U(0x2b) U(0x2c) U(0x2d) U(0x2e) U(0x2f)                                                       \
    X(0x30, ADDRESS,        0, 1, 2,     frontier,       address)                                 \
    X(0x31, BALANCE,        1, 1, 20,    frontier,       balance)                                 \
    X(0x32, ORIGIN,         0, 1, 2,     frontier,       origin)                                  \
    X(0x33, CALLER,         0, 1, 2,     frontier,       caller)                                  \
    X(0x34, CALLVALUE,      0, 1, 2,     frontier,       callvalue)                               \
    X(0x35, CALLDATALOAD,   1, 1, 3,     frontier,       calldataload)                            \
    X(0x36, CALLDATASIZE,   0, 1, 2,     frontier,       calldatasize)                            \
    X(0x37, CALLDATACOPY,   3, 0, 3,     frontier,       calldatacopy)                            \
    X(0x38, CODESIZE,       0, 1, 2,     frontier,       codesize)                                \
    X(0x39, CODECOPY,       3, 0, 3,     frontier,       codecopy)                                \
    X(0x3a, GASPRICE,       0, 1, 2,     frontier,       gasprice)                                \
    X(0x3b, EXTCODESIZE,    1, 1, 20,    frontier,       extcodesize)                             \
    X(0x3c, EXTCODECOPY,    4, 0, 20,    frontier,       extcodecopy)                             \
    X(0x3d, RETURNDATASIZE, 0, 1, 2,     byzantium,      returndatasize)                          \
    X(0x3e, RETURNDATACOPY, 3, 0, 3,     byzantium,      returndatacopy)                          \
    X(0x3f, EXTCODEHASH,    1, 1, 400,   constantinople, extcodehash)                             \
    X(0x40, BLOCKHASH,      1, 1, 20,    frontier,       blockhash)                               \
    X(0x41, COINBASE,       0, 1, 2,     frontier,       coinbase)                                \
    X(0x42, TIMESTAMP,      0, 1, 2,     frontier,       timestamp)                               \
    X(0x43, NUMBER,         0, 1, 2,     frontier,       number)                                  \
    X(0x44, PREVRANDAO,     0, 1, 2,     frontier,       prevrandao)                              \
    X(0x45, GASLIMIT,       0, 1, 2,     frontier,       gaslimit)                                \
    X(0x46, CHAINID,        0, 1, 2,     istanbul,       chainid)                                 \
    X(0x47, SELFBALANCE,    0, 1, 5,     istanbul,       selfbalance)                             \
    X(0x48, BASEFEE,        0, 1, 2,     london,         basefee)                                 \
    X(0x49, BLOBHASH,       1, 1, 3,     cancun,         blobhash)                                \
    X(0x4a, BLOBBASEFEE,    0, 1, 2,     cancun,         blobbasefee)                             \
    U(0x4b) U(0x4c) U(0x4d) U(0x4e) U(0x4f)                                                       \
    X(0x50, POP,            1, 0, 2,     frontier,       pop)                                     \
    X(0x51, MLOAD,          1, 1, 3,     frontier,       mload)                                   \
    X(0x52, MSTORE,         2, 0, 3,     frontier,       mstore)                                  \
    X(0x53, MSTORE8,        2, 0, 3,     frontier,       mstore8)                                 \
    X(0x54, SLOAD,          1, 1, 50,    frontier,       sload)                                   \
    X(0x55, SSTORE,         2, 0, 0,     frontier,       sstore)                                  \
    X(0x56, JUMP,           1, 0, 8,     frontier,       jump)                                    \
    X(0x57, JUMPI,          2, 0, 10,    frontier,       jumpi)                                   \
    X(0x58, PC,             0, 1, 2,     frontier,       program_counter)                         \
    X(0x59, MSIZE,          0, 1, 2,     frontier,       msize)                                   \
    X(0x5a, GAS,            0, 1, 2,     frontier,       remaining_gas)                           \
    X(0x5b, JUMPDEST,       0, 0, 1,     frontier,       jumpdest)                                \
    X(0x5c, TLOAD,          1, 1, 100,   cancun,         tload)                                   \
    X(0x5d, TSTORE,         2, 0, 100,   cancun,         tstore)                                  \
    X(0x5e, MCOPY,          3, 0, 3,     cancun,         mcopy)                                   \
    X(0x5f, PUSH0,          0, 1, 2,     shanghai,       push<0>)                                 \
    X(0x60, PUSH1,          0, 1, 3,     frontier,       push<1>)                                 \
    X(0x61, PUSH2,          0, 1, 3,     frontier,       push<2>)                                 \
    X(0x62, PUSH3,          0, 1, 3,     frontier,       push<3>)                                 \
    X(0x63, PUSH4,          0, 1, 3,     frontier,       push<4>)                                 \
    X(0x64, PUSH5,          0, 1, 3,     frontier,       push<5>)                                 \
    X(0x65, PUSH6,          0, 1, 3,     frontier,       push<6>)                                 \
    X(0x66, PUSH7,          0, 1, 3,     frontier,       push<7>)                                 \
    X(0x67, PUSH8,          0, 1, 3,     frontier,       push<8>)                                 \
    X(0x68, PUSH9,          0, 1, 3,     frontier,       push<9>)                                 \
    X(0x69, PUSH10,         0, 1, 3,     frontier,       push<10>)                                \
    X(0x6a, PUSH11,         0, 1, 3,     frontier,       push<11>)                                \
    X(0x6b, PUSH12,         0, 1, 3,     frontier,       push<12>)                                \
    X(0x6c, PUSH13,         0, 1, 3,     frontier,       push<13>)                                \
    X(0x6d, PUSH14,         0, 1, 3,     frontier,       push<14>)                                \
    X(0x6e, PUSH15,         0, 1, 3,     frontier,       push<15>)                                \
    X(0x6f, PUSH16,         0, 1, 3,     frontier,       push<16>)                                \
    X(0x70, PUSH17,         0, 1, 3,     frontier,       push<17>)                                \
    X(0x71, PUSH18,         0, 1, 3,     frontier,       push<18>)                                \
    X(0x72, PUSH19,         0, 1, 3,     frontier,       push<19>)                                \
    X(0x73, PUSH20,         0, 1, 3,     frontier,       push<20>)                                \
    X(0x74, PUSH21,         0, 1, 3,     frontier,       push<21>)                                \
    X(0x75, PUSH22,         0, 1, 3,     frontier,       push<22>)                                \
    X(0x76, PUSH23,         0, 1, 3,     frontier,       push<23>)                                \
    X(0x77, PUSH24,         0, 1, 3,     frontier,       push<24>)                                \
    X(0x78, PUSH25,         0, 1, 3,     frontier,       push<25>)                                \
    X(0x79, PUSH26,         0, 1, 3,     frontier,       push<26>)                                \
    X(0x7a, PUSH27,         0, 1, 3,     frontier,       push<27>)                                \
    X(0x7b, PUSH28,         0, 1, 3,     frontier,       push<28>)                                \
    X(0x7c, PUSH29,         0, 1, 3,     frontier,       push<29>)                                \
    X(0x7d, PUSH30,         0, 1, 3,     frontier,       push<30>)                                \
    X(0x7e, PUSH31,         0, 1, 3,     frontier,       push<31>)                                \
    X(0x7f, PUSH32,         0, 1, 3,     frontier,       push<32>)                                \
    X(0x80, DUP1,           1, 2, 3,     frontier,       dup<1>)                                  \
    X(0x81, DUP2,           2, 3, 3,     frontier,       dup<2>)                                  \
    X(0x82, DUP3,           3, 4, 3,     frontier,       dup<3>)                                  \
    X(0x83, DUP4,           4, 5, 3,     frontier,       dup<4>)                                  \
    X(0x84, DUP5,           5, 6, 3,     frontier,       dup<5>)                                  \
    X(0x85, DUP6,           6, 7, 3,     frontier,       dup<6>)                                  \
    X(0x86, DUP7,           7, 8, 3,     frontier,       dup<7>)                                  \
    X(0x87, DUP8,           8, 9, 3,     frontier,       dup<8>)                                  \
    X(0x88, DUP9,           9, 10, 3,     frontier,       dup<9>)                                 \
    X(0x89, DUP10,          10, 11, 3,     frontier,       dup<10>)                               \
    X(0x8a, DUP11,          11, 12, 3,     frontier,       dup<11>)                               \
    X(0x8b, DUP12,          12, 13, 3,     frontier,       dup<12>)                               \
    X(0x8c, DUP13,          13, 14, 3,     frontier,       dup<13>)                               \
    X(0x8d, DUP14,          14, 15, 3,     frontier,       dup<14>)                               \
    X(0x8e, DUP15,          15, 16, 3,     frontier,       dup<15>)                               \
    X(0x8f, DUP16,          16, 17, 3,     frontier,       dup<16>)                               \
    X(0x90, SWAP1,          2, 2, 3,     frontier,       swap<1>)                                 \
    X(0x91, SWAP2,          3, 3, 3,     frontier,       swap<2>)                                 \
    X(0x92, SWAP3,          4, 4, 3,     frontier,       swap<3>)                                 \
    X(0x93, SWAP4,          5, 5, 3,     frontier,       swap<4>)                                 \
    X(0x94, SWAP5,          6, 6, 3,     frontier,       swap<5>)                                 \
    X(0x95, SWAP6,          7, 7, 3,     frontier,       swap<6>)                                 \
    X(0x96, SWAP7,          8, 8, 3,     frontier,       swap<7>)                                 \
    X(0x97, SWAP8,          9, 9, 3,     frontier,       swap<8>)                                 \
    X(0x98, SWAP9,          10, 10, 3,     frontier,       swap<9>)                               \
    X(0x99, SWAP10,         11, 11, 3,     frontier,       swap<10>)                              \
    X(0x9a, SWAP11,         12, 12, 3,     frontier,       swap<11>)                              \
    X(0x9b, SWAP12,         13, 13, 3,     frontier,       swap<12>)                              \
    X(0x9c, SWAP13,         14, 14, 3,     frontier,       swap<13>)                              \
    X(0x9d, SWAP14,         15, 15, 3,     frontier,       swap<14>)                              \
    X(0x9e, SWAP15,         16, 16, 3,     frontier,       swap<15>)                              \
    X(0x9f, SWAP16,         17, 17, 3,     frontier,       swap<16>)                              \
    X(0xa0, LOG0,           2, 0, 375,   frontier,       log<0>)                                  \
    X(0xa1, LOG1,           3, 0, 750,   frontier,       log<1>)                                  \
    X(0xa2, LOG2,           4, 0, 1125,  frontier,       log<2>)                                  \
    X(0xa3, LOG3,           5, 0, 1500,  frontier,       log<3>)                                  \
    X(0xa4, LOG4,           6, 0, 1875,  frontier,       log<4>)                                  \
    U(0xa5) U(0xa6) U(0xa7) U(0xa8) U(0xa9) U(0xaa) U(0xab) U(0xac) U(0xad) U(0xae)               \
    U(0xaf) U(0xb0) U(0xb1) U(0xb2) U(0xb3) U(0xb4) U(0xb5) U(0xb6) U(0xb7) U(0xb8)               \
    U(0xb9) U(0xba) U(0xbb) U(0xbc) U(0xbd) U(0xbe) U(0xbf) U(0xc0) U(0xc1) U(0xc2)               \
    U(0xc3) U(0xc4) U(0xc5) U(0xc6) U(0xc7) U(0xc8) U(0xc9) U(0xca) U(0xcb) U(0xcc)               \
    U(0xcd) U(0xce) U(0xcf) U(0xd0) U(0xd1) U(0xd2) U(0xd3) U(0xd4) U(0xd5) U(0xd6)               \
    U(0xd7) U(0xd8) U(0xd9) U(0xda) U(0xdb) U(0xdc) U(0xdd) U(0xde) U(0xdf) U(0xe0)               \
    U(0xe1) U(0xe2) U(0xe3) U(0xe4) U(0xe5) U(0xe6) U(0xe7) U(0xe8) U(0xe9) U(0xea)               \
    U(0xeb) U(0xec) U(0xed) U(0xee) U(0xef)                                                       \
    X(0xf0, CREATE,         3, 1, 32000, frontier,       create)                                  \
    X(0xf1, CALL,           7, 1, 40,    frontier,       call)                                    \
    X(0xf2, CALLCODE,       7, 1, 40,    frontier,       callcode)                                \
    X(0xf3, RETURN,         2, 0, 0,     frontier,       return_)                                 \
    X(0xf4, DELEGATECALL,   6, 1, 40,    homestead,      delegatecall)                            \
    X(0xf5, CREATE2,        4, 1, 32000, constantinople, create2)                                 \
    U(0xf6) U(0xf7) U(0xf8) U(0xf9)                                                               \
    X(0xfa, STATICCALL,     6, 1, 700,   byzantium,      staticcall)                              \
    U(0xfb) U(0xfc)                                                                               \
    X(0xfd, REVERT,         2, 0, 0,     byzantium,      revert)                                  \
    X(0xfe, INVALID,        0, 0, 0,     frontier,       invalid)                                 \
    X(0xff, SELFDESTRUCT,   1, 0, 0,     frontier,       selfdestruct)

// R(name, first fork, base gas from that fork on), in order of the forks.
#define SALUS_EVM_REPRICINGS(R) \
    R(EXTCODESIZE,  tangerine_whistle, 700)  /* EIP-150 */  \
    R(EXTCODECOPY,  tangerine_whistle, 700)                 \
    R(BALANCE,      tangerine_whistle, 400)                 \
    R(SLOAD,        tangerine_whistle, 200)                 \
    R(CALL,         tangerine_whistle, 700)                 \
    R(CALLCODE,     tangerine_whistle, 700)                 \
    R(DELEGATECALL, tangerine_whistle, 700)                 \
    R(SELFDESTRUCT, tangerine_whistle, 5000)                \
    R(SLOAD,        istanbul,          800)  /* EIP-1884 */ \
    R(BALANCE,      istanbul,          700)                 \
    R(EXTCODEHASH,  istanbul,          700)                 \
    R(SLOAD,        berlin,            100)  /* EIP-2929: when warm */ \
    R(BALANCE,      berlin,            100)                 \
    R(EXTCODESIZE,  berlin,            100)                 \
    R(EXTCODECOPY,  berlin,            100)                 \
    R(EXTCODEHASH,  berlin,            100)                 \
    R(CALL,         berlin,            100)                 \
    R(CALLCODE,     berlin,            100)                 \
    R(DELEGATECALL, berlin,            100)                 \
    R(STATICCALL,   berlin,            100)
// clang-format on

namespace salus::evm {

#define SALUS_EVM_SKIP(code)
enum class Op : Byte {
#define SALUS_EVM_ENUM(code, name, in, out, gas, fork, handler) name = (code),
    SALUS_EVM_OPCODES(SALUS_EVM_ENUM, SALUS_EVM_SKIP)
#undef SALUS_EVM_ENUM
};

struct OpcodeFacts {
    std::string_view name; // empty where no revision defines the opcode
    Byte stack_in = 0;     // items needed
    Byte stack_out = 0;    // items in their place
    Revision first = Revision::frontier;
    std::int16_t first_gas = 0;
    bool repriced = false; // its base gas differs between forks

    constexpr bool defined() const { return !name.empty(); }
    // Every revision has it at the same base gas.
    constexpr bool constant() const { return first == Revision::frontier && !repriced; }
};

inline constexpr std::array<OpcodeFacts, 256> kOpcodes = [] {
    std::array<OpcodeFacts, 256> out{};
#define SALUS_EVM_FACTS(code, name, in, out_, gas, fork, handler)                                  \
    out[code] = {#name, in, out_, Revision::fork, gas, false};
    SALUS_EVM_OPCODES(SALUS_EVM_FACTS, SALUS_EVM_SKIP)
#undef SALUS_EVM_FACTS
#define SALUS_EVM_MARK(name, fork, gas) out[static_cast<Byte>(Op::name)].repriced = true;
    SALUS_EVM_REPRICINGS(SALUS_EVM_MARK)
#undef SALUS_EVM_MARK
    return out;
}();

inline constexpr int kRevisions = static_cast<int>(Revision::osaka) + 1;
inline constexpr std::int16_t kUndefined = -1;

// The base gas of each opcode, kUndefined where the revision lacks it.
using GasTable = std::array<std::int16_t, 256>;

constexpr GasTable make_gas_table(Revision revision) {
    GasTable out{};
    for (std::size_t i = 0; i < out.size(); ++i) {
        const bool has = kOpcodes[i].defined() && kOpcodes[i].first <= revision;
        out[i] = has ? kOpcodes[i].first_gas : kUndefined;
    }
#define SALUS_EVM_REPRICE(name, fork, gas)                                                         \
    if (Revision::fork <= revision) out[static_cast<Byte>(Op::name)] = gas;
    SALUS_EVM_REPRICINGS(SALUS_EVM_REPRICE)
#undef SALUS_EVM_REPRICE
    return out;
}

const GasTable& gas_table(Revision revision);

} // namespace salus::evm
