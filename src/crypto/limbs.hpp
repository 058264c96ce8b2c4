#pragma once
// Integers of N 64-bit limbs, least significant first: what a prime field is made of. Variable time
// where a branch is cheaper: for public values only.

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "base/bytes.hpp"
#include "base/uint256.hpp"

namespace salus::crypto {

template <std::size_t N>
using Limbs = std::array<std::uint64_t, N>;

// The number in `digits` (hexadecimal without prefix), for constants in code.
template <std::size_t N>
consteval Limbs<N> limbs(std::string_view digits) {
    Limbs<N> out{};
    for (const char c : digits) {
        for (std::size_t i = N; i-- > 0;) {
            out[i] = out[i] << 4 | (i == 0 ? std::uint64_t{0} : out[i - 1] >> 60);
        }
        out[0] |= static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return out;
}

template <std::size_t N>
constexpr bool is_zero(const Limbs<N>& a) {
    std::uint64_t any = 0;
    for (const std::uint64_t limb : a) any |= limb;
    return any == 0;
}

template <std::size_t N>
constexpr bool less(const Limbs<N>& a, const Limbs<N>& b) {
    for (std::size_t i = N; i-- > 0;) {
        if (a[i] != b[i]) return a[i] < b[i];
    }
    return false;
}

// The carry chains stand in assembly where g++ 12 would spill the carry flag between limbs.
#if defined(__x86_64__) && defined(__GNUC__)
#define SALUS_CARRY_CHAIN 1
#else
#define SALUS_CARRY_CHAIN 0
#endif

// a += b, a -= b modulo 2^(64 N); the carry or the borrow is returned.
template <std::size_t N>
constexpr std::uint64_t add_to(Limbs<N>& a, const Limbs<N>& b) {
#if SALUS_CARRY_CHAIN
    if (!std::is_constant_evaluated()) {
        unsigned char carry = 0;
        if constexpr (N == 4) {
            asm("addq %[b0], %[a0]\n\tadcq %[b1], %[a1]\n\tadcq %[b2], %[a2]\n\t"
                "adcq %[b3], %[a3]"
                : [a0] "+r"(a[0]), [a1] "+r"(a[1]), [a2] "+r"(a[2]), [a3] "+r"(a[3]), "=@ccc"(carry)
                : [b0] "rm"(b[0]), [b1] "rm"(b[1]), [b2] "rm"(b[2]), [b3] "rm"(b[3]));
            return carry;
        }
        if constexpr (N == 6) {
            asm("addq %[b0], %[a0]\n\tadcq %[b1], %[a1]\n\tadcq %[b2], %[a2]\n\t"
                "adcq %[b3], %[a3]\n\tadcq %[b4], %[a4]\n\tadcq %[b5], %[a5]"
                : [a0] "+r"(a[0]), [a1] "+r"(a[1]), [a2] "+r"(a[2]), [a3] "+r"(a[3]),
                  [a4] "+r"(a[4]), [a5] "+r"(a[5]), "=@ccc"(carry)
                : [b0] "rm"(b[0]), [b1] "rm"(b[1]), [b2] "rm"(b[2]), [b3] "rm"(b[3]),
                  [b4] "rm"(b[4]), [b5] "rm"(b[5]));
            return carry;
        }
    }
#endif
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < N; ++i) {
        const uint128 sum = static_cast<uint128>(a[i]) + b[i] + carry;
        a[i] = static_cast<std::uint64_t>(sum);
        carry = static_cast<std::uint64_t>(sum >> 64);
    }
    return carry;
}

template <std::size_t N>
constexpr std::uint64_t subtract_from(Limbs<N>& a, const Limbs<N>& b) {
#if SALUS_CARRY_CHAIN
    if (!std::is_constant_evaluated()) {
        unsigned char borrow = 0;
        if constexpr (N == 4) {
            asm("subq %[b0], %[a0]\n\tsbbq %[b1], %[a1]\n\tsbbq %[b2], %[a2]\n\t"
                "sbbq %[b3], %[a3]"
                : [a0] "+r"(a[0]), [a1] "+r"(a[1]), [a2] "+r"(a[2]), [a3] "+r"(a[3]),
                  "=@ccc"(borrow)
                : [b0] "rm"(b[0]), [b1] "rm"(b[1]), [b2] "rm"(b[2]), [b3] "rm"(b[3]));
            return borrow;
        }
        if constexpr (N == 6) {
            asm("subq %[b0], %[a0]\n\tsbbq %[b1], %[a1]\n\tsbbq %[b2], %[a2]\n\t"
                "sbbq %[b3], %[a3]\n\tsbbq %[b4], %[a4]\n\tsbbq %[b5], %[a5]"
                : [a0] "+r"(a[0]), [a1] "+r"(a[1]), [a2] "+r"(a[2]), [a3] "+r"(a[3]),
                  [a4] "+r"(a[4]), [a5] "+r"(a[5]), "=@ccc"(borrow)
                : [b0] "rm"(b[0]), [b1] "rm"(b[1]), [b2] "rm"(b[2]), [b3] "rm"(b[3]),
                  [b4] "rm"(b[4]), [b5] "rm"(b[5]));
            return borrow;
        }
    }
#endif
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < N; ++i) {
        const uint128 difference = static_cast<uint128>(a[i]) - b[i] - borrow;
        a[i] = static_cast<std::uint64_t>(difference);
        borrow = static_cast<std::uint64_t>(difference >> 64) & 1;
    }
    return borrow;
}

// `yes` where the condition holds, else `no`, without a branch.
template <std::size_t N>
constexpr Limbs<N> select(bool condition, const Limbs<N>& yes, const Limbs<N>& no) {
    const std::uint64_t mask = std::uint64_t{0} - static_cast<std::uint64_t>(condition);
    Limbs<N> out{};
    for (std::size_t i = 0; i < N; ++i) out[i] = no[i] ^ (mask & (yes[i] ^ no[i]));
    return out;
}

// The lower half, with `top` shifted in from above: (top · 2^(64 N) + a) / 2.
template <std::size_t N>
constexpr Limbs<N> half(const Limbs<N>& a, std::uint64_t top = 0) {
    Limbs<N> out{};
    for (std::size_t i = 0; i < N; ++i) out[i] = a[i] >> 1 | (i + 1 < N ? a[i + 1] : top) << 63;
    return out;
}

template <std::size_t N>
constexpr std::size_t bit_length(const Limbs<N>& a) {
    for (std::size_t i = N; i-- > 0;) {
        if (a[i] != 0) return 64 * (i + 1) - static_cast<std::size_t>(std::countl_zero(a[i]));
    }
    return 0;
}
template <std::size_t N>
constexpr bool bit(const Limbs<N>& a, std::size_t i) {
    return ((a[i / 64] >> (i % 64)) & 1) != 0;
}

// Division by a small number, for exponents such as (p - 1) / 6; what remains is dropped.
template <std::size_t N>
constexpr Limbs<N> divide(const Limbs<N>& a, std::uint64_t by) {
    Limbs<N> out{};
    uint128 rest = 0;
    for (std::size_t i = N; i-- > 0;) {
        rest = rest << 64 | a[i];
        out[i] = static_cast<std::uint64_t>(rest / by);
        rest %= by;
    }
    return out;
}
template <std::size_t N>
constexpr Limbs<N> plus(Limbs<N> a, std::uint64_t small) {
    Limbs<N> b{};
    b[0] = small;
    add_to(a, b);
    return a;
}
template <std::size_t N>
constexpr Limbs<N> minus(Limbs<N> a, std::uint64_t small) {
    Limbs<N> b{};
    b[0] = small;
    subtract_from(a, b);
    return a;
}

// 8 N bytes, big-endian.
template <std::size_t N>
constexpr Limbs<N> load_limbs(const Byte* from) {
    Limbs<N> out{};
    for (std::size_t i = 0; i < 8 * N; ++i) {
        out[N - 1 - i / 8] = out[N - 1 - i / 8] << 8 | from[i];
    }
    return out;
}
template <std::size_t N>
constexpr void store_limbs(const Limbs<N>& a, Byte* to) {
    for (std::size_t i = 0; i < 8 * N; ++i) {
        to[i] = static_cast<Byte>(a[N - 1 - i / 8] >> (56 - 8 * (i % 8)));
    }
}

// On GMP: a^-1 modulo the odd prime `p` (zero for zero), and whether a is a square modulo p.
void invert_modulo(std::span<const std::uint64_t> a, std::span<const std::uint64_t> p,
                   std::span<std::uint64_t> out);
bool is_quadratic_residue(std::span<const std::uint64_t> a, std::span<const std::uint64_t> p);

} // namespace salus::crypto
