#include "base/uint256.hpp"

#include <algorithm>
#include <bit>

namespace salus {
namespace {

using Limb = std::uint64_t;

Limb low(uint128 x) {
    return static_cast<Limb>(x);
}
Limb high(uint128 x) {
    return static_cast<Limb>(x >> 64);
}
uint128 join(Limb above, Limb below) {
    return (static_cast<uint128>(above) << 64) | below;
}
uint128 wide(Limb a, Limb b) {
    return static_cast<uint128>(a) * b;
}

// (top‖next) / d for top < d: what the processor's division gives.
Limb divide_128_by_64(Limb top, Limb next, Limb d, Limb& remainder) {
#if defined(__x86_64__)
    Limb quotient = 0;
    __asm__("divq %4" : "=a"(quotient), "=d"(remainder) : "a"(next), "d"(top), "rm"(d) : "cc");
    return quotient;
#else
    remainder = low(join(top, next) % d);
    return low(join(top, next) / d);
#endif
}

// A divisor that is shifted left until its highest bit is bit 255. Division by it multiplies with
// the reciprocal of its upper half: Möller and Granlund, "Improved division by invariant integers"
// (2011), their algorithms 5 and 6.
class Divisor {
public:
    explicit Divisor(const uint256& d)
        : value_(d), upper_(join(d.limb[3], d.limb[2])), lower_(join(d.limb[1], d.limb[0])),
          reciprocal_(reciprocal(upper_)) {}

    // (r1‖r0‖next) / d for r1‖r0 < d, which becomes the remainder.
    Limb divide(uint128& r1, uint128& r0, Limb next) const {
        if (r1 == upper_) [[unlikely]]
            return divide_equal(r1, r0, next);
        Limb digit = divide_upper(r1, high(r0));
        const uint128 product = wide(digit, low(lower_));
        const uint128 upper_product = wide(digit, high(lower_)) + high(product);
        const uint128 taken = join(low(upper_product), low(product));
        r0 = join(low(r0), next);
        const uint128 taken_above = static_cast<uint128>(high(upper_product)) + (r0 < taken);
        r0 -= taken;
        if (r1 < taken_above) [[unlikely]] { // the digit was one too large
            --digit;
            r0 += lower_;
            r1 += upper_ + (r0 < lower_);
        }
        r1 -= taken_above;
        return digit;
    }

private:
    // floor((2^192 - 1) / d) - 2^64.
    static Limb reciprocal(uint128 d) {
        Limb rest = 0;
        Limb v = divide_128_by_64(~high(d), ~Limb{0}, high(d), rest);
        Limb p = high(d) * v + low(d);
        if (p < low(d)) {
            --v;
            if (p >= high(d)) {
                --v;
                p -= high(d);
            }
            p -= high(d);
        }
        const uint128 t = wide(v, low(d));
        p += high(t);
        if (p >= high(t)) return v;
        --v;
        return join(p, low(t)) >= d ? v - 1 : v;
    }

    // (r‖next) / upper half for r < upper half, which becomes the remainder.
    Limb divide_upper(uint128& r, Limb next) const {
        const uint128 q = wide(reciprocal_, high(r)) + r;
        Limb digit = high(q) + 1;
        r = join(low(r) - high(q) * high(upper_), next) - wide(high(q), low(upper_)) - upper_;
        if (high(r) >= low(q)) {
            --digit;
            r += upper_;
        }
        if (r >= upper_) [[unlikely]] {
            ++digit;
            r -= upper_;
        }
        return digit;
    }

    // The same as divide where the upper halves are equal: the digit is 2^64 - 1.
    [[gnu::noinline, gnu::cold]] Limb divide_equal(uint128& r1, uint128& r0, Limb next) const {
        const uint256 r(low(r1), high(r0), low(r0), next);
        const uint256 rest = r - shifted_left(value_, 64) + value_;
        r1 = join(rest.limb[3], rest.limb[2]);
        r0 = join(rest.limb[1], rest.limb[0]);
        return ~Limb{0};
    }

    uint256 value_;
    uint128 upper_, lower_;
    Limb reciprocal_;
};

int limbs(const Limb* x, int size) {
    while (size > 0 && x[size - 1] == 0) --size;
    return size;
}

// u / d for u of `size` limbs and d of n, 2 <= n <= size: the quotient goes to q, the remainder is
// returned.
template <int Max>
uint256 divide(const Limb* u, int size, const uint256& d, int n, Limb* q) {
    const int bits = std::countl_zero(d.limb[n - 1]);
    const int shift = 64 * (4 - n) + bits;
    Limb shifted[Max + 3]{};
    Limb* out = shifted + (4 - n);
    Limb below = 0;
    for (int i = 0; i < size; ++i) {
        out[i] = (u[i] << bits) | (below >> 1 >> (63 - bits));
        below = u[i];
    }
    out[size] = below >> 1 >> (63 - bits);

    const Divisor divisor(shifted_left(d, static_cast<std::uint64_t>(shift)));
    uint128 r1 = join(out[size], out[size - 1]);
    uint128 r0 = join(shifted[size - n + 2], shifted[size - n + 1]);
    for (int j = size - n; j >= 0; --j) q[j] = divisor.divide(r1, r0, shifted[j]);
    return shifted_right({high(r1), low(r1), high(r0), low(r0)}, static_cast<std::uint64_t>(shift));
}

uint256 divide_by_limb(const Limb* u, int size, Limb d, Limb* q) {
    Limb remainder = 0;
    for (int i = size - 1; i >= 0; --i) q[i] = divide_128_by_64(remainder, u[i], d, remainder);
    return remainder;
}

// The remainder of a u that may be larger than 256 bits.
template <int Max>
uint256 remainder(const Limb* u, const uint256& m) {
    const int size = limbs(u, Max);
    if (size <= 4) return divmod({u[3], u[2], u[1], u[0]}, m).remainder;
    Limb q[Max];
    const int n = limbs(m.limb, 4);
    return n == 1 ? divide_by_limb(u, size, m.limb[0], q) : divide<Max>(u, size, m, n, q);
}

} // namespace

DivMod divmod(const uint256& a, const uint256& b) {
    if (a < b) return {0, a};
    if (!b) return {};
    if (a.fits_u64()) return {a.limb[0] / b.limb[0], a.limb[0] % b.limb[0]};
    // A power of two, which is how compilers shifted before EIP-145.
    const uint256 mask = b - 1;
    if (!(b & mask)) return {shifted_right(a, static_cast<Limb>(bit_width(mask))), a & mask};
    const int size = limbs(a.limb, 4);
    const int n = limbs(b.limb, 4);
    DivMod out;
    out.remainder = n == 1 ? divide_by_limb(a.limb, size, b.limb[0], out.quotient.limb)
                           : divide<4>(a.limb, size, b, n, out.quotient.limb);
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
    if (a < m && b < m) return carry || sum >= m ? sum - m : sum;
    const Limb u[5] = {sum.limb[0], sum.limb[1], sum.limb[2], sum.limb[3], carry ? 1U : 0U};
    return remainder<5>(u, m);
}

uint256 mulmod(const uint256& a, const uint256& b, const uint256& m) {
    if (!m) return {};
    Limb u[8]{};
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
        Limb carry = 0;
#pragma GCC unroll 4
        for (int j = 0; j < 4; ++j) {
            const uint128 t = wide(a.limb[i], b.limb[j]) + u[i + j] + carry;
            u[i + j] = low(t);
            carry = high(t);
        }
        u[i + 4] = carry;
    }
    return remainder<8>(u, m);
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
