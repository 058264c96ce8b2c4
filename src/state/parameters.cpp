#include "state/parameters.hpp"

#include <limits>

namespace salus::state {

namespace {

constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kCode = 24576;
constexpr std::uint64_t kInit = 49152;
constexpr std::uint64_t kCap = std::uint64_t{1} << 24;

// clang-format off
constexpr std::array<ForkParameters, 15> kTable{{
    // data  create  word floor refund code   init  nonce max_gas blobs reward step ommers bomb
    {68,     0,      0,   0,    2,     kNone, kNone, 0,    kNone,  kNone, 5, 0,  false, 0}, // Frontier
    {68,     32000,  0,   0,    2,     kNone, kNone, 0,    kNone,  kNone, 5, 10, false, 0}, // Homestead
    {68,     32000,  0,   0,    2,     kNone, kNone, 0,    kNone,  kNone, 5, 10, false, 0}, // TangerineWhistle
    {68,     32000,  0,   0,    2,     kCode, kNone, 1,    kNone,  kNone, 5, 10, false, 0}, // SpuriousDragon
    {68,     32000,  0,   0,    2,     kCode, kNone, 1,    kNone,  kNone, 3, 9,  true,  3000000}, // Byzantium
    {68,     32000,  0,   0,    2,     kCode, kNone, 1,    kNone,  kNone, 2, 9,  true,  5000000}, // Constantinople
    {68,     32000,  0,   0,    2,     kCode, kNone, 1,    kNone,  kNone, 2, 9,  true,  5000000}, // Petersburg
    {16,     32000,  0,   0,    2,     kCode, kNone, 1,    kNone,  kNone, 2, 9,  true,  5000000}, // Istanbul
    {16,     32000,  0,   0,    2,     kCode, kNone, 1,    kNone,  kNone, 2, 9,  true,  9000000}, // Berlin
    {16,     32000,  0,   0,    5,     kCode, kNone, 1,    kNone,  kNone, 2, 9,  true,  9700000}, // London
    {16,     32000,  0,   0,    5,     kCode, kNone, 1,    kNone,  kNone, 0, 9,  true,  0}, // Paris
    {16,     32000,  2,   0,    5,     kCode, kInit, 1,    kNone,  kNone, 0, 9,  true,  0}, // Shanghai
    {16,     32000,  2,   0,    5,     kCode, kInit, 1,    kNone,  kNone, 0, 9,  true,  0}, // Cancun
    {16,     32000,  2,   10,   5,     kCode, kInit, 1,    kNone,  kNone, 0, 9,  true,  0}, // Prague
    {16,     32000,  2,   10,   5,     kCode, kInit, 1,    kCap,   6,     0, 9,  true,  0}, // Osaka
}};
// clang-format on

} // namespace

const ForkParameters& parameters(evm::Revision revision) {
    return kTable.at(static_cast<std::size_t>(revision));
}

} // namespace salus::state
