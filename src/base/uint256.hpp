#pragma once
// Unsigned 256-bit integers, arithmetic modulo 2^256 (Yellow Paper 9.1; EVM words).

#include <compare>
#include <cstdint>
#include <cstring>
#include <string>

#include "base/bytes.hpp"

namespace salus {

inline constexpr ErrorKind kBadInteger{"uint256.malformed", "decimal or 0x hex, at most 256 bits"};

struct uint256 {
    std::uint64_t limb[4]{}; // little-endian: limb[0] holds the low 64 bits

    constexpr uint256() = default;
    constexpr uint256(std::uint64_t low) : limb{low, 0, 0, 0} {}
    constexpr uint256(std::uint64_t l3, std::uint64_t l2, std::uint64_t l1, std::uint64_t l0)
        : limb{l0, l1, l2, l3} {} // most significant first, as one writes it

    constexpr bool fits_u64() const { return (limb[1] | limb[2] | limb[3]) == 0; }
    constexpr std::uint64_t low64() const { return limb[0]; }
    constexpr explicit operator bool() const {
        return (limb[0] | limb[1] | limb[2] | limb[3]) != 0;
    }
    constexpr bool is_negative() const { return (limb[3] >> 63) != 0; } // as two's complement

    friend constexpr bool operator==(const uint256&, const uint256&) = default;
    friend constexpr std::strong_ordering operator<=>(const uint256& a, const uint256& b) {
        for (int i = 3; i > 0; --i) {
            if (a.limb[i] != b.limb[i]) return a.limb[i] <=> b.limb[i];
        }
        return a.limb[0] <=> b.limb[0];
    }
};

__extension__ typedef unsigned __int128 uint128; // g++ and clang on 64-bit targets

constexpr uint256 operator~(const uint256& a) {
    return {~a.limb[3], ~a.limb[2], ~a.limb[1], ~a.limb[0]};
}
constexpr uint256 operator&(const uint256& a, const uint256& b) {
    return {a.limb[3] & b.limb[3], a.limb[2] & b.limb[2], a.limb[1] & b.limb[1],
            a.limb[0] & b.limb[0]};
}
constexpr uint256 operator|(const uint256& a, const uint256& b) {
    return {a.limb[3] | b.limb[3], a.limb[2] | b.limb[2], a.limb[1] | b.limb[1],
            a.limb[0] | b.limb[0]};
}
constexpr uint256 operator^(const uint256& a, const uint256& b) {
    return {a.limb[3] ^ b.limb[3], a.limb[2] ^ b.limb[2], a.limb[1] ^ b.limb[1],
            a.limb[0] ^ b.limb[0]};
}

// a + b and a - b; `carry` is set to whether the result left the range.
constexpr uint256 add_carry(const uint256& a, const uint256& b, bool& carry) {
    uint256 out;
    uint128 sum = 0;
    for (int i = 0; i < 4; ++i) {
        sum += static_cast<uint128>(a.limb[i]) + b.limb[i];
        out.limb[i] = static_cast<std::uint64_t>(sum);
        sum >>= 64;
    }
    carry = sum != 0;
    return out;
}
constexpr uint256 sub_borrow(const uint256& a, const uint256& b, bool& borrow) {
    uint256 out;
    std::uint64_t below = 0;
    for (int i = 0; i < 4; ++i) {
        const uint128 difference = static_cast<uint128>(a.limb[i]) - b.limb[i] - below;
        out.limb[i] = static_cast<std::uint64_t>(difference);
        below = static_cast<std::uint64_t>(difference >> 64) & 1;
    }
    borrow = below != 0;
    return out;
}
constexpr uint256 operator+(const uint256& a, const uint256& b) {
    bool carry = false;
    return add_carry(a, b, carry);
}
constexpr uint256 operator-(const uint256& a, const uint256& b) {
    bool borrow = false;
    return sub_borrow(a, b, borrow);
}
constexpr uint256 operator-(const uint256& a) {
    return uint256(0) - a;
}
// By columns, so that few limbs are under way at a time; the highest column is all that overflows.
constexpr uint256 operator*(const uint256& a, const uint256& b) {
    const auto wide = [&](int i, int j) { return static_cast<uint128>(a.limb[i]) * b.limb[j]; };
    const auto low = [](uint128 x) { return static_cast<std::uint64_t>(x); };
    const uint128 p00 = wide(0, 0), p01 = wide(0, 1), p10 = wide(1, 0);
    const uint128 second = (p00 >> 64) + low(p01) + low(p10);
    const std::uint64_t top = a.limb[0] * b.limb[3] + a.limb[1] * b.limb[2] +
                              a.limb[2] * b.limb[1] + a.limb[3] * b.limb[0];
    uint128 high = wide(0, 2) + wide(1, 1) + wide(2, 0) + (static_cast<uint128>(top) << 64);
    high += (second >> 64) + (p01 >> 64) + (p10 >> 64);
    return {low(high >> 64), low(high), low(second), low(p00)};
}
// a << shift and a >> shift for shift < 256, without a branch or a detour over memory: first by the
// bits within a limb, then by one limb and by two, each of them or not.
[[gnu::always_inline]] constexpr uint256 shifted_left(const uint256& a, std::uint64_t shift) {
    const std::uint64_t bits = shift % 64, rest = 63 - bits;
    std::uint64_t w0 = a.limb[0] << bits;
    std::uint64_t w1 = (a.limb[1] << bits) | (a.limb[0] >> 1 >> rest);
    std::uint64_t w2 = (a.limb[2] << bits) | (a.limb[1] >> 1 >> rest);
    std::uint64_t w3 = (a.limb[3] << bits) | (a.limb[2] >> 1 >> rest);
    const bool one = (shift & 64) != 0, two = (shift & 128) != 0;
    w3 = one ? w2 : w3;
    w2 = one ? w1 : w2;
    w1 = one ? w0 : w1;
    w0 = one ? 0 : w0;
    return {two ? w1 : w3, two ? w0 : w2, two ? 0 : w1, two ? 0 : w0};
}
[[gnu::always_inline]] constexpr uint256 shifted_right(const uint256& a, std::uint64_t shift) {
    const std::uint64_t bits = shift % 64, rest = 63 - bits;
    std::uint64_t w0 = (a.limb[0] >> bits) | (a.limb[1] << 1 << rest);
    std::uint64_t w1 = (a.limb[1] >> bits) | (a.limb[2] << 1 << rest);
    std::uint64_t w2 = (a.limb[2] >> bits) | (a.limb[3] << 1 << rest);
    std::uint64_t w3 = a.limb[3] >> bits;
    const bool one = (shift & 64) != 0, two = (shift & 128) != 0;
    w0 = one ? w1 : w0;
    w1 = one ? w2 : w1;
    w2 = one ? w3 : w2;
    w3 = one ? 0 : w3;
    return {two ? 0 : w3, two ? 0 : w2, two ? w3 : w1, two ? w2 : w0};
}
constexpr uint256 operator<<(const uint256& a, std::uint64_t shift) {
    return shift < 256 ? shifted_left(a, shift) : uint256();
}
constexpr uint256 operator>>(const uint256& a, std::uint64_t shift) {
    return shift < 256 ? shifted_right(a, shift) : uint256();
}
constexpr uint256& operator+=(uint256& a, const uint256& b) {
    return a = a + b;
}
constexpr uint256& operator-=(uint256& a, const uint256& b) {
    return a = a - b;
}
constexpr uint256& operator*=(uint256& a, const uint256& b) {
    return a = a * b;
}

struct DivMod {
    uint256 quotient, remainder;
};
// Division by zero gives quotient 0 and remainder 0, as the EVM defines DIV and MOD.
DivMod divmod(const uint256& a, const uint256& b);
inline uint256 operator/(const uint256& a, const uint256& b) {
    return divmod(a, b).quotient;
}
inline uint256 operator%(const uint256& a, const uint256& b) {
    return divmod(a, b).remainder;
}
// Two's complement, truncated toward zero: SDIV and SMOD.
DivMod signed_divmod(const uint256& a, const uint256& b);
uint256 addmod(const uint256& a, const uint256& b, const uint256& m); // 0 where m is 0
uint256 mulmod(const uint256& a, const uint256& b, const uint256& m); // 0 where m is 0
uint256 pow(uint256 base, uint256 exponent);                          // modulo 2^256
int bit_width(const uint256& a);                                      // 0 for 0

inline int byte_width(const uint256& a) {
    return (bit_width(a) + 7) / 8;
}

// Big-endian conversions. `load_be` takes at most 32 bytes.
inline uint256 load_be(const Byte* bytes32) {
    uint256 out;
    for (int i = 0; i < 4; ++i) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes32 + (24 - 8 * i), 8);
        out.limb[i] = __builtin_bswap64(word);
    }
    return out;
}
inline void store_be(const uint256& value, Byte* bytes32) {
    for (int i = 0; i < 4; ++i) {
        const std::uint64_t word = __builtin_bswap64(value.limb[i]);
        std::memcpy(bytes32 + (24 - 8 * i), &word, 8);
    }
}
inline uint256 load_be(ByteView bytes) {
    return load_be(right_aligned<32>(bytes).data());
}
inline uint256 load_be(const Hash32& bytes) {
    return load_be(bytes.data());
}
inline Hash32 to_hash(const uint256& value) {
    Hash32 out;
    store_be(value, out.data());
    return out;
}
inline uint256 to_uint256(const Address& address) {
    std::uint64_t words[2];
    std::uint32_t first = 0;
    std::memcpy(&first, address.data(), 4);
    std::memcpy(words, address.data() + 4, 16);
    return {0, __builtin_bswap32(first), __builtin_bswap64(words[0]), __builtin_bswap64(words[1])};
}
inline Address to_address(const uint256& value) {
    return right_aligned<20>(to_hash(value).bytes);
}

Result<uint256> uint256_from_text(std::string_view text); // decimal, or hex after 0x
std::string to_decimal(const uint256& value);
std::string to_quantity(const uint256& value); // 0x…, no leading zeros (execution-apis)

} // namespace salus

template <>
struct std::hash<salus::uint256> {
    std::size_t operator()(const salus::uint256& value) const noexcept {
        return std::hash<salus::Hash32>{}(salus::to_hash(value));
    }
};
