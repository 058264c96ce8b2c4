#pragma once
// Single limbs of long numbers, and the carries between them, for code in which g++ should keep a
// number in registers from limb to limb.

#include "base/uint256.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace salus {

using Limb = unsigned long long;
using Carry = unsigned char; // 0 or 1

// One limb of a sum and of a difference: takes the carry from below and leaves the one above.
#if defined(__x86_64__)
[[gnu::always_inline]] inline Limb add_limb(Limb a, Limb b, Carry& carry) {
    Limb out = 0;
    carry = _addcarry_u64(carry, a, b, &out);
    return out;
}
[[gnu::always_inline]] inline Limb sub_limb(Limb a, Limb b, Carry& borrow) {
    Limb out = 0;
    borrow = _subborrow_u64(borrow, a, b, &out);
    return out;
}
#else
[[gnu::always_inline]] inline Limb add_limb(Limb a, Limb b, Carry& carry) {
    const uint128 sum = static_cast<uint128>(a) + b + carry;
    carry = static_cast<Carry>(sum >> 64);
    return static_cast<Limb>(sum);
}
[[gnu::always_inline]] inline Limb sub_limb(Limb a, Limb b, Carry& borrow) {
    const uint128 difference = static_cast<uint128>(a) - b - borrow;
    borrow = static_cast<Carry>((difference >> 64) & 1);
    return static_cast<Limb>(difference);
}
#endif

// a · b; `above` receives the upper limb.
[[gnu::always_inline]] inline Limb mul_limb(Limb a, Limb b, Limb& above) {
    const uint128 product = static_cast<uint128>(a) * b;
    above = static_cast<Limb>(product >> 64);
    return static_cast<Limb>(product);
}

// (top‖next) / d for top < d: what the processor's division gives.
[[gnu::always_inline]] inline Limb divide_limb(Limb top, Limb next, Limb d, Limb& remainder) {
#if defined(__x86_64__)
    Limb quotient = 0;
    __asm__("divq %4" : "=a"(quotient), "=d"(remainder) : "a"(next), "d"(top), "rm"(d) : "cc");
    return quotient;
#else
    const uint128 u = (static_cast<uint128>(top) << 64) | next;
    remainder = static_cast<Limb>(u % d);
    return static_cast<Limb>(u / d);
#endif
}

} // namespace salus
