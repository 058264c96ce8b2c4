#include "evm/blake2f.hpp"

#include <bit>
#include <utility>

namespace salus::evm {
namespace {

constexpr Blake2State kInitial{0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                               0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                               0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};

constexpr Byte kSigma[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

using Work = std::array<std::uint64_t, 16>;

// The work vector is sixteen locals and the round's order of words a constant, so that all stays in
// registers: a call may ask for 2^32 - 1 rounds.
template <std::size_t A, std::size_t B, std::size_t C, std::size_t D>
[[gnu::always_inline]] inline void mix(Work& v, std::uint64_t x, std::uint64_t y) {
    v[A] += v[B] + x;
    v[D] = std::rotr(v[D] ^ v[A], 32);
    v[C] += v[D];
    v[B] = std::rotr(v[B] ^ v[C], 24);
    v[A] += v[B] + y;
    v[D] = std::rotr(v[D] ^ v[A], 16);
    v[C] += v[D];
    v[B] = std::rotr(v[B] ^ v[C], 63);
}

template <std::size_t Round>
[[gnu::always_inline]] inline void round(Work& v, const std::array<std::uint64_t, 16>& m) {
    constexpr auto& kOrder = kSigma[Round];
    mix<0, 4, 8, 12>(v, m[kOrder[0]], m[kOrder[1]]);
    mix<1, 5, 9, 13>(v, m[kOrder[2]], m[kOrder[3]]);
    mix<2, 6, 10, 14>(v, m[kOrder[4]], m[kOrder[5]]);
    mix<3, 7, 11, 15>(v, m[kOrder[6]], m[kOrder[7]]);
    mix<0, 5, 10, 15>(v, m[kOrder[8]], m[kOrder[9]]);
    mix<1, 6, 11, 12>(v, m[kOrder[10]], m[kOrder[11]]);
    mix<2, 7, 8, 13>(v, m[kOrder[12]], m[kOrder[13]]);
    mix<3, 4, 9, 14>(v, m[kOrder[14]], m[kOrder[15]]);
}

template <std::size_t... Round>
[[gnu::always_inline]] inline void all_rounds(Work& v, const std::array<std::uint64_t, 16>& m,
                                              std::uint32_t count,
                                              std::index_sequence<Round...> /*order*/) {
    constexpr std::uint32_t kTurn = sizeof...(Round);
    for (; count >= kTurn; count -= kTurn) (round<Round>(v, m), ...);
    ((Round < count ? round<Round>(v, m) : void()), ...);
}

} // namespace

void blake2b_compress(Blake2State& h, const std::array<std::uint64_t, 16>& message,
                      std::uint64_t offset_low, std::uint64_t offset_high, bool last,
                      std::uint32_t rounds) {
    Work v{};
    for (std::size_t i = 0; i < 8; ++i) {
        v[i] = h[i];
        v[i + 8] = kInitial[i];
    }
    v[12] ^= offset_low;
    v[13] ^= offset_high;
    if (last) v[14] = ~v[14];
    all_rounds(v, message, rounds, std::make_index_sequence<10>());
    for (std::size_t i = 0; i < 8; ++i) h[i] ^= v[i] ^ v[i + 8];
}

} // namespace salus::evm
