#pragma once
// Instructions on words of the stack alone. `top` points to the top item; a handler writes its
// results where the stack will be afterwards, the dispatch moves the pointer.
// Yellow Paper appendix H; EIP-145 (shifts), EIP-7939 (CLZ), EIP-3855 (PUSH0).

#include <bit>
#include <utility>

#include "base/limbs.hpp"
#include "evm/frame.hpp"

namespace salus::evm::op {

// Limb by limb, as words are made: see CMakeLists.txt.
SALUS_EVM_INLINE inline void put(uint256& to, const uint256& from) {
    const std::uint64_t a = from.limb[0], b = from.limb[1], c = from.limb[2], d = from.limb[3];
    to.limb[0] = a;
    to.limb[1] = b;
    to.limb[2] = c;
    to.limb[3] = d;
}

// A word of one limb. A single store makes both upper zeros: the limbs may be read one by one from
// what was stored at once, only the reverse has to wait.
SALUS_EVM_INLINE inline void put_limb(uint256& to, std::uint64_t low) {
    to.limb[0] = low;
    to.limb[1] = 0;
    std::memset(to.limb + 2, 0, 16);
}

// a < b, without a branch: by the last borrow of a - b.
SALUS_EVM_INLINE inline Carry below(const uint256& a, const uint256& b) {
    Carry borrow = 0;
    sub_limb(a.limb[0], b.limb[0], borrow);
    sub_limb(a.limb[1], b.limb[1], borrow);
    sub_limb(a.limb[2], b.limb[2], borrow);
    sub_limb(a.limb[3], b.limb[3], borrow);
    return borrow;
}
// The same of two's complements: with the sign bits flipped their order is that of numbers.
SALUS_EVM_INLINE inline Carry signed_below(const uint256& a, const uint256& b) {
    constexpr Limb kSign = Limb{1} << 63;
    Carry borrow = 0;
    sub_limb(a.limb[0], b.limb[0], borrow);
    sub_limb(a.limb[1], b.limb[1], borrow);
    sub_limb(a.limb[2], b.limb[2], borrow);
    sub_limb(a.limb[3] ^ kSign, b.limb[3] ^ kSign, borrow);
    return borrow;
}

SALUS_EVM_INLINE inline bool below_256(const uint256& shift) {
    return ((shift.limb[0] >> 8) | shift.limb[1] | shift.limb[2] | shift.limb[3]) == 0;
}

SALUS_EVM_INLINE inline void add(uint256* top) {
    const uint256 a = top[0], b = top[-1];
    Carry carry = 0;
    const Limb w0 = add_limb(a.limb[0], b.limb[0], carry);
    const Limb w1 = add_limb(a.limb[1], b.limb[1], carry);
    const Limb w2 = add_limb(a.limb[2], b.limb[2], carry);
    const Limb w3 = add_limb(a.limb[3], b.limb[3], carry);
    put(top[-1], {w3, w2, w1, w0});
}
SALUS_EVM_INLINE inline void mul(uint256* top) {
    put(top[-1], top[0] * top[-1]);
}
SALUS_EVM_INLINE inline void sub(uint256* top) {
    const uint256 a = top[0], b = top[-1];
    Carry borrow = 0;
    const Limb w0 = sub_limb(a.limb[0], b.limb[0], borrow);
    const Limb w1 = sub_limb(a.limb[1], b.limb[1], borrow);
    const Limb w2 = sub_limb(a.limb[2], b.limb[2], borrow);
    const Limb w3 = sub_limb(a.limb[3], b.limb[3], borrow);
    put(top[-1], {w3, w2, w1, w0});
}
inline void div(uint256* top) {
    put(top[-1], top[0] / top[-1]);
}
inline void sdiv(uint256* top) {
    put(top[-1], signed_divmod(top[0], top[-1]).quotient);
}
inline void mod(uint256* top) {
    put(top[-1], top[0] % top[-1]);
}
inline void smod(uint256* top) {
    put(top[-1], signed_divmod(top[0], top[-1]).remainder);
}
inline void addmod(uint256* top) {
    put(top[-2], salus::addmod(top[0], top[-1], top[-2]));
}
inline void mulmod(uint256* top) {
    put(top[-2], salus::mulmod(top[0], top[-1], top[-2]));
}
SALUS_EVM_INLINE inline void signextend(uint256* top) {
    if (!top[0].fits_u64() || top[0].low64() >= 31) return;
    const std::uint64_t drop = 248 - 8 * top[0].low64();
    const uint256 moved = shifted_left(top[-1], drop);
    const std::uint64_t sign = moved.is_negative() ? ~std::uint64_t{0} : 0;
    const uint256 ones(sign, sign, sign, sign);
    put(top[-1], shifted_right(moved ^ ones, drop) ^ ones);
}

SALUS_EVM_INLINE inline void lt(uint256* top) {
    put_limb(top[-1], below(top[0], top[-1]));
}
SALUS_EVM_INLINE inline void gt(uint256* top) {
    put_limb(top[-1], below(top[-1], top[0]));
}
SALUS_EVM_INLINE inline void slt(uint256* top) {
    put_limb(top[-1], signed_below(top[0], top[-1]));
}
SALUS_EVM_INLINE inline void sgt(uint256* top) {
    put_limb(top[-1], signed_below(top[-1], top[0]));
}
SALUS_EVM_INLINE inline void eq(uint256* top) {
    put_limb(top[-1], top[0] == top[-1] ? 1 : 0);
}
SALUS_EVM_INLINE inline void iszero(uint256* top) {
    put_limb(top[0], top[0] ? 0 : 1);
}
SALUS_EVM_INLINE inline void bit_and(uint256* top) {
    top[-1] = top[0] & top[-1];
}
SALUS_EVM_INLINE inline void bit_or(uint256* top) {
    top[-1] = top[0] | top[-1];
}
SALUS_EVM_INLINE inline void bit_xor(uint256* top) {
    top[-1] = top[0] ^ top[-1];
}
SALUS_EVM_INLINE inline void bit_not(uint256* top) {
    top[0] = ~top[0];
}
SALUS_EVM_INLINE inline void byte(uint256* top) {
    const bool inside = top[0].fits_u64() && top[0].low64() < 32;
    const std::uint64_t shift = inside ? 8 * (31 - top[0].low64()) : 0;
    put_limb(top[-1], inside ? (top[-1].limb[shift / 64] >> (shift % 64)) & 0xff : 0);
}
SALUS_EVM_INLINE inline void shl(uint256* top) {
    put(top[-1], below_256(top[0]) ? shifted_left(top[-1], top[0].low64()) : uint256());
}
SALUS_EVM_INLINE inline void shr(uint256* top) {
    put(top[-1], below_256(top[0]) ? shifted_right(top[-1], top[0].low64()) : uint256());
}
SALUS_EVM_INLINE inline void sar(uint256* top) {
    const std::uint64_t sign = top[-1].is_negative() ? ~std::uint64_t{0} : 0;
    const uint256 ones(sign, sign, sign, sign);
    if (!below_256(top[0])) return put(top[-1], ones);
    // Complemented, a negative number is shifted as one that is not.
    put(top[-1], shifted_right(top[-1] ^ ones, top[0].low64()) ^ ones);
}
SALUS_EVM_INLINE inline void clz(uint256* top) {
    put_limb(top[0], static_cast<std::uint64_t>(256 - bit_width(top[0])));
}

SALUS_EVM_INLINE inline void pop(uint256*) {}
SALUS_EVM_INLINE inline void jumpdest(uint256*) {}

template <int N>
SALUS_EVM_INLINE inline void dup(uint256* top) {
    put(top[1], top[1 - N]);
}
template <int N>
SALUS_EVM_INLINE inline void swap(uint256* top) {
    uint256 top_word, other;
    put(top_word, top[0]);
    put(other, top[-N]);
    put(top[0], other);
    put(top[-N], top_word);
}

// The code is padded: the bytes after a truncated PUSH are zeros, and all of it may be read in
// limbs.
SALUS_EVM_INLINE inline std::uint64_t limb_at(const Byte* place) {
    std::uint64_t limb = 0;
    std::memcpy(&limb, place, 8);
    return __builtin_bswap64(limb);
}
template <int N>
SALUS_EVM_INLINE inline const Byte* push(Frame&, uint256* top, const Byte* pc) {
    constexpr int kFull = N / 8; // whole limbs below the first, which may be a part of one
    constexpr int kPart = N % 8;
    uint256 value;
    if constexpr (kPart == 1) value.limb[kFull] = pc[1];
    if constexpr (kPart > 1) value.limb[kFull] = limb_at(pc + 1) >> (64 - 8 * kPart);
    for (int i = 0; i < kFull; ++i) value.limb[kFull - 1 - i] = limb_at(pc + 1 + kPart + 8 * i);
    if constexpr (N <= 8) {
        put_limb(top[1], value.limb[0]);
    } else {
        put(top[1], value);
    }
    return pc + 1 + N;
}

[[gnu::cold, gnu::noinline]] inline const Byte* bad_jump(Frame& frame) {
    frame.status = Status::bad_jump_destination;
    return nullptr;
}
// The place of JUMP or JUMPI's destination, nullptr where it is none.
SALUS_EVM_INLINE inline const Byte* jump_to(Frame& frame, const uint256& destination) {
    const AnalyzedCode& code = *frame.code;
    if (!destination.fits_u64() || !code.is_jump_destination(destination.low64())) {
        return bad_jump(frame);
    }
    return code.data() + destination.low64();
}
SALUS_EVM_INLINE inline const Byte* jump(Frame& frame, uint256* top, const Byte*) {
    return jump_to(frame, top[0]);
}
SALUS_EVM_INLINE inline const Byte* jumpi(Frame& frame, uint256* top, const Byte* pc) {
    return top[-1] ? jump_to(frame, top[0]) : pc + 1;
}
SALUS_EVM_INLINE inline const Byte* program_counter(Frame& frame, uint256* top, const Byte* pc) {
    put_limb(top[1], static_cast<std::uint64_t>(pc - frame.code->data()));
    return pc + 1;
}
SALUS_EVM_INLINE inline void remaining_gas(uint256* top, std::int64_t gas_left) {
    put_limb(top[1], static_cast<std::uint64_t>(gas_left));
}

} // namespace salus::evm::op
