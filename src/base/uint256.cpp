#include "base/uint256.hpp"

#include <algorithm>
#include <bit>

namespace salus {
namespace {

// Schoolbook division of n+m limbs by n limbs (Knuth, TAOCP 4.3.1, algorithm D).
// `u` has size un + 1 with u[un] free for the normalised top; the quotient overwrites `q`.
template <int Max>
struct Limbs {
    std::uint64_t at[Max + 1]{};
    int size = 0; // limbs in use, without leading zeros
};

template <int Max>
void trim(Limbs<Max>& x) {
    while (x.size > 0 && x.at[x.size - 1] == 0) --x.size;
}

// (high‖low) / d for high < d: what the processor's division gives.
inline std::uint64_t divide_128_by_64(std::uint64_t high, std::uint64_t low, std::uint64_t d,
                                      std::uint64_t& remainder) {
#if defined(__x86_64__)
    std::uint64_t quotient = 0;
    __asm__("divq %4" : "=a"(quotient), "=d"(remainder) : "a"(low), "d"(high), "rm"(d) : "cc");
    return quotient;
#else
    const uint128 numerator = (static_cast<uint128>(high) << 64) | low;
    remainder = static_cast<std::uint64_t>(numerator % d);
    return static_cast<std::uint64_t>(numerator / d);
#endif
}

template <int Max>
std::uint64_t divide_by_limb(const Limbs<Max>& u, std::uint64_t d, std::uint64_t* q) {
    std::uint64_t remainder = 0;
    for (int i = u.size - 1; i >= 0; --i) {
        q[i] = divide_128_by_64(remainder, u.at[i], d, remainder);
    }
    return remainder;
}

// The N lowest limbs of x, shifted by 1 to 63 bits.
template <int N>
void shift_left(std::uint64_t* x, int bits) {
#pragma GCC unroll 9
    for (int i = N - 1; i > 0; --i) x[i] = (x[i] << bits) | (x[i - 1] >> (64 - bits));
    x[0] <<= bits;
}

// u -= qhat * v for N limbs of v and N + 1 of u; returns whether it went below zero.
template <int N>
bool multiply_subtract(std::uint64_t* u, const std::uint64_t* v, std::uint64_t qhat) {
    std::uint64_t borrow = 0;
    std::uint64_t carry = 0;
#pragma GCC unroll 4
    for (int i = 0; i < N; ++i) {
        const uint128 p = static_cast<uint128>(qhat) * v[i] + carry;
        carry = static_cast<std::uint64_t>(p >> 64);
        const uint128 d = static_cast<uint128>(u[i]) - static_cast<std::uint64_t>(p) - borrow;
        u[i] = static_cast<std::uint64_t>(d);
        borrow = static_cast<std::uint64_t>(d >> 64) & 1;
    }
    const uint128 d = static_cast<uint128>(u[N]) - carry - borrow;
    u[N] = static_cast<std::uint64_t>(d);
    return (static_cast<std::uint64_t>(d >> 64) & 1) != 0;
}

template <int N>
void add_back(std::uint64_t* u, const std::uint64_t* v) {
    uint128 sum = 0;
#pragma GCC unroll 4
    for (int i = 0; i < N; ++i) {
        sum += static_cast<uint128>(u[i]) + v[i];
        u[i] = static_cast<std::uint64_t>(sum);
        sum >>= 64;
    }
    u[N] += static_cast<std::uint64_t>(sum);
}

// The next digit of u / v from their highest limbs, at most one too large.
template <int N>
std::uint64_t estimate(const std::uint64_t* u, const std::uint64_t* v) {
    const std::uint64_t top = v[N - 1];
    if (u[N] >= top) return ~std::uint64_t{0};
    std::uint64_t rest = 0;
    std::uint64_t qhat = divide_128_by_64(u[N], u[N - 1], top, rest);
    uint128 rhat = rest;
    while (rhat >> 64 == 0 && static_cast<uint128>(qhat) * v[N - 2] > ((rhat << 64) | u[N - 2])) {
        --qhat;
        rhat += top;
    }
    return qhat;
}

// Leaves the remainder in u (its low N limbs) and writes the quotient to q.
template <int N, int Max>
void divide_by(Limbs<Max>& u, Limbs<4>& v, std::uint64_t* q) {
    const int shift = std::countl_zero(v.at[N - 1]);
    if (shift != 0) {
        shift_left<N>(v.at, shift);
        shift_left<Max + 1>(u.at, shift);
    }
    for (int j = u.size - N; j >= 0; --j) {
        std::uint64_t qhat = estimate<N>(u.at + j, v.at);
        if (multiply_subtract<N>(u.at + j, v.at, qhat)) {
            add_back<N>(u.at + j, v.at);
            --qhat;
        }
        q[j] = qhat;
    }
    if (shift == 0) return;
#pragma GCC unroll 4
    for (int i = 0; i < N; ++i) u.at[i] = (u.at[i] >> shift) | (u.at[i + 1] << (64 - shift));
}

// The same for a v of 2 to 4 limbs.
template <int Max>
void divide(Limbs<Max>& u, Limbs<4> v, std::uint64_t* q) {
    if (v.size == 4) {
        divide_by<4>(u, v, q);
    } else if (v.size == 3) {
        divide_by<3>(u, v, q);
    } else {
        divide_by<2>(u, v, q);
    }
}

Limbs<4> limbs_of(const uint256& x) {
    Limbs<4> out;
    std::copy(std::begin(x.limb), std::end(x.limb), out.at);
    out.size = 4;
    trim(out);
    return out;
}

template <int Max>
uint256 remainder_of(Limbs<Max>& u, const uint256& m) {
    const Limbs<4> v = limbs_of(m);
    trim(u);
    std::uint64_t q[Max + 1]{};
    uint256 out;
    if (u.size < v.size) {
        std::copy(u.at, u.at + 4, out.limb);
    } else if (v.size == 1) {
        out.limb[0] = divide_by_limb(u, v.at[0], q);
    } else {
        divide(u, v, q);
        std::copy(u.at, u.at + v.size, out.limb);
    }
    return out;
}

} // namespace

DivMod divmod(const uint256& a, const uint256& b) {
    if (!b) return {};
    if (a < b) return {0, a};
    if (a.fits_u64()) return {a.limb[0] / b.limb[0], a.limb[0] % b.limb[0]};
    Limbs<4> u = limbs_of(a);
    const Limbs<4> v = limbs_of(b);
    DivMod out;
    std::uint64_t q[5]{};
    if (v.size == 1) {
        out.remainder = divide_by_limb(u, v.at[0], q);
    } else {
        divide(u, v, q);
        std::copy(u.at, u.at + v.size, out.remainder.limb);
    }
    std::copy(q, q + 4, out.quotient.limb);
    return out;
}

DivMod signed_divmod(const uint256& a, const uint256& b) {
    DivMod out = divmod(a.is_negative() ? -a : a, b.is_negative() ? -b : b);
    if (a.is_negative() != b.is_negative()) out.quotient = -out.quotient;
    if (a.is_negative()) out.remainder = -out.remainder;
    return out;
}

uint256 addmod(const uint256& a, const uint256& b, const uint256& m) {
    if (!m) return {};
    bool carry = false;
    const uint256 sum = add_carry(a, b, carry);
    if (!carry) return sum % m;
    Limbs<5> u;
    std::copy(std::begin(sum.limb), std::end(sum.limb), u.at);
    u.at[4] = 1;
    u.size = 5;
    return remainder_of(u, m);
}

uint256 mulmod(const uint256& a, const uint256& b, const uint256& m) {
    if (!m) return {};
    Limbs<8> u;
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
        std::uint64_t carry = 0;
#pragma GCC unroll 4
        for (int j = 0; j < 4; ++j) {
            const uint128 t = static_cast<uint128>(a.limb[i]) * b.limb[j] + u.at[i + j] + carry;
            u.at[i + j] = static_cast<std::uint64_t>(t);
            carry = static_cast<std::uint64_t>(t >> 64);
        }
        u.at[i + 4] = carry;
    }
    u.size = 8;
    return remainder_of(u, m);
}

uint256 pow(uint256 base, uint256 exponent) {
    uint256 out = 1;
    const int width = bit_width(exponent);
    for (int i = 0; i < width; ++i) {
        if ((exponent.limb[i / 64] >> (i % 64)) & 1) out *= base;
        base *= base;
    }
    return out;
}

int bit_width(const uint256& a) {
    for (int i = 3; i >= 0; --i) {
        if (a.limb[i] != 0) return 64 * i + static_cast<int>(std::bit_width(a.limb[i]));
    }
    return 0;
}

namespace {

Result<uint256> parse_hex(std::string_view digits) {
    if (digits.empty() || digits.size() > 64) return Error(kBadInteger, "1 to 64 hex digits");
    const std::string padded = std::string(64 - digits.size(), '0') + std::string(digits);
    Hash32 bytes;
    SALUS_TRY(from_hex_into(padded, bytes.bytes));
    return load_be(bytes);
}

} // namespace

Result<uint256> uint256_from_text(std::string_view text) {
    if (text.starts_with("0x") || text.starts_with("0X")) return parse_hex(text.substr(2));
    if (text.empty() || text.size() > 78) return Error(kBadInteger, "1 to 78 decimal digits");
    const uint256 limit = divmod(~uint256(0), 10).quotient;
    uint256 out;
    for (char c : text) {
        if (c < '0' || c > '9') return Error(kBadInteger, "not a decimal digit");
        bool carry = false;
        const bool too_large = out > limit;
        out = add_carry(out * 10, static_cast<std::uint64_t>(c - '0'), carry);
        if (too_large || carry) return Error(kBadInteger, "larger than 256 bits");
    }
    return out;
}

std::string to_decimal(const uint256& value) {
    std::string out;
    uint256 rest = value;
    do {
        const DivMod step = divmod(rest, 10);
        out += static_cast<char>('0' + step.remainder.low64());
        rest = step.quotient;
    } while (rest);
    std::reverse(out.begin(), out.end());
    return out;
}

std::string to_quantity(const uint256& value) {
    const std::string digits = to_hex(to_hash(value).bytes);
    const std::size_t first = digits.find_first_not_of('0');
    return "0x" + (first == std::string::npos ? "0" : digits.substr(first));
}

} // namespace salus
