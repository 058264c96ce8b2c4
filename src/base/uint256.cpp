#include "base/uint256.hpp"

#include <algorithm>
#include <bit>

#include "base/limbs.hpp"

namespace salus {
namespace {

// A divisor that is shifted left until its highest bit is bit 255. Division by it multiplies with
// the reciprocal of its upper half: Möller and Granlund, "Improved division by invariant integers"
// (2011), their algorithms 5 and 6.
class Divisor {
public:
    explicit Divisor(const uint256& d)
        : d3_(d.limb[3]), d2_(d.limb[2]), d1_(d.limb[1]), d0_(d.limb[0]),
          reciprocal_(reciprocal(d3_, d2_)) {}

    // (r‖next) / d for r < d; r becomes the remainder.
    [[gnu::always_inline]] inline Limb divide(uint256& r, Limb next) const {
        if (r.limb[3] == d3_ && r.limb[2] == d2_) [[unlikely]] {
            r = rest_of_equal({r.limb[2], r.limb[1], r.limb[0], next});
            return ~Limb{0};
        }
        Limb x1 = 0, x0 = 0;
        Limb digit = divide_upper(r.limb[3], r.limb[2], r.limb[1], x1, x0);
        Limb t1 = 0, t2 = 0;
        Carry carry = 0;
        const Limb t0 = mul_limb(digit, d0_, t1);
        t1 = add_limb(t1, mul_limb(digit, d1_, t2), carry);
        t2 += carry;
        Carry borrow = 0;
        Limb y0 = sub_limb(next, t0, borrow);
        Limb y1 = sub_limb(r.limb[0], t1, borrow);
        x0 = sub_limb(x0, t2, borrow);
        x1 = sub_limb(x1, 0, borrow);
        if (borrow != 0) [[unlikely]] { // the digit was one too large
            --digit;
            carry = 0;
            y0 = add_limb(y0, d0_, carry);
            y1 = add_limb(y1, d1_, carry);
            x0 = add_limb(x0, d2_, carry);
            x1 = add_limb(x1, d3_, carry);
        }
        r = {x1, x0, y1, y0};
        return digit;
    }

private:
    // floor((2^192 - 1) / (d1‖d0)) - 2^64.
    static Limb reciprocal(Limb d1, Limb d0) {
        Limb above = 0;
        Limb v = divide_limb(~d1, ~Limb{0}, d1, above);
        Limb p = d1 * v + d0;
        if (p < d0) {
            --v;
            if (p >= d1) {
                --v;
                p -= d1;
            }
            p -= d1;
        }
        const Limb below = mul_limb(v, d0, above);
        p += above;
        if (p >= above) return v;
        return p > d1 || (p == d1 && below >= d0) ? v - 2 : v - 1;
    }

    // (u2‖u1‖u0) / (d3‖d2) for u2‖u1 < d3‖d2; the remainder goes to x1‖x0. The first correction is
    // as likely as not and so without a branch.
    [[gnu::always_inline]] inline Limb divide_upper(Limb u2, Limb u1, Limb u0, Limb& x1,
                                                    Limb& x0) const {
        Limb q1 = 0, t1 = 0;
        Carry carry = 0;
        const Limb q0 = add_limb(mul_limb(reciprocal_, u2, q1), u1, carry);
        q1 = add_limb(q1, u2, carry);
        const Limb t0 = mul_limb(q1, d2_, t1);
        Carry borrow = 0;
        x0 = sub_limb(u0, t0, borrow);
        x1 = sub_limb(u1 - q1 * d3_, t1, borrow);
        borrow = 0;
        x0 = sub_limb(x0, d2_, borrow);
        x1 = sub_limb(x1, d3_, borrow);
        const Limb back = x1 >= q0 ? ~Limb{0} : 0;
        q1 += 1 + back;
        carry = 0;
        x0 = add_limb(x0, d2_ & back, carry);
        x1 = add_limb(x1, d3_ & back, carry);
        if (x1 > d3_ || (x1 == d3_ && x0 >= d2_)) [[unlikely]] {
            ++q1;
            borrow = 0;
            x0 = sub_limb(x0, d2_, borrow);
            x1 = sub_limb(x1, d3_, borrow);
        }
        return q1;
    }

    // The remainder where the upper halves of r and d are equal, from the lower limbs of r‖next:
    // the digit is 2^64 - 1 then.
    [[gnu::noinline, gnu::cold]] uint256 rest_of_equal(uint256 r) const {
        const uint256 d(d3_, d2_, d1_, d0_);
        return r - shifted_left(d, 64) + d;
    }

    Limb d3_, d2_, d1_, d0_;
    Limb reciprocal_;
};

int limbs(const std::uint64_t* x, int size) {
    while (size > 0 && x[size - 1] == 0) --size;
    return size;
}

// u / d for u of `size` limbs and d of n, 2 <= n <= size: the quotient goes to q, the remainder is
// returned.
template <int Max>
uint256 divide(const std::uint64_t* u, int size, const uint256& d, int n, std::uint64_t* q) {
    const int bits = std::countl_zero(d.limb[n - 1]);
    const auto shift = 64 * static_cast<std::uint64_t>(4 - n) + static_cast<std::uint64_t>(bits);
    Limb shifted[Max + 3];
    shifted[0] = shifted[1] = 0; // what is not written otherwise
    Limb* out = shifted + (4 - n);
    Limb below = 0;
    for (int i = 0; i < size; ++i) {
        out[i] = (u[i] << bits) | (below >> 1 >> (63 - bits));
        below = u[i];
    }
    out[size] = below >> 1 >> (63 - bits);

    const uint256 normal = shifted_left(d, shift);
    const Divisor divisor(normal);
    int j = size - n; // of the next digit
    uint256 r(shifted[j + 4], shifted[j + 3], shifted[j + 2], shifted[j + 1]);
    // The highest digit is 0 more often than not: of a product of two numbers below d, always.
    const uint256 longer(shifted[j + 3], shifted[j + 2], shifted[j + 1], shifted[j]);
    if (shifted[j + 4] == 0 && longer < normal) {
        r = longer;
        --j;
    }
    for (; j >= 0; --j) q[j] = divisor.divide(r, shifted[j]);
    return shifted_right(r, shift);
}

uint256 divide_by_limb(const std::uint64_t* u, int size, Limb d, std::uint64_t* q) {
    Limb remainder = 0;
    for (int i = size - 1; i >= 0; --i) q[i] = divide_limb(remainder, u[i], d, remainder);
    return remainder;
}

// The remainder of a u that may be larger than 256 bits.
template <int Max>
uint256 remainder(const std::uint64_t* u, const uint256& m) {
    const int size = limbs(u, Max);
    if (size <= 4) return divmod({u[3], u[2], u[1], u[0]}, m).remainder;
    std::uint64_t q[Max];
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
    if (!(b & mask))
        return {shifted_right(a, static_cast<std::uint64_t>(bit_width(mask))), a & mask};
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
    const std::uint64_t u[5] = {sum.limb[0], sum.limb[1], sum.limb[2], sum.limb[3],
                                carry ? std::uint64_t{1} : 0};
    return remainder<5>(u, m);
}

uint256 mulmod(const uint256& a, const uint256& b, const uint256& m) {
    if (!m) return {};
    std::uint64_t u[8]{};
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) {
        Limb above = 0;
#pragma GCC unroll 4
        for (int j = 0; j < 4; ++j) {
            const uint128 t = static_cast<uint128>(a.limb[i]) * b.limb[j] + u[i + j] + above;
            u[i + j] = static_cast<std::uint64_t>(t);
            above = static_cast<Limb>(t >> 64);
        }
        u[i + 4] = above;
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
