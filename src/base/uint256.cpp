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

template <int Max>
std::uint64_t divide_by_limb(Limbs<Max>& u, std::uint64_t d, std::uint64_t* q) {
    std::uint64_t remainder = 0;
    for (int i = u.size - 1; i >= 0; --i) {
        const uint128 t = (static_cast<uint128>(remainder) << 64) | u.at[i];
        q[i] = static_cast<std::uint64_t>(t / d);
        remainder = static_cast<std::uint64_t>(t % d);
    }
    return remainder;
}

template <int Max>
void shift_left(Limbs<Max>& x, int bits, int limbs) {
    if (bits == 0) return;
    for (int i = limbs; i > 0; --i) {
        x.at[i] = (x.at[i] << bits) | (x.at[i - 1] >> (64 - bits));
    }
    x.at[0] <<= bits;
}

// u -= qhat * v at offset j; returns whether it went below zero.
template <int Max>
bool multiply_subtract(Limbs<Max>& u, const Limbs<4>& v, std::uint64_t qhat, int j) {
    std::uint64_t borrow = 0;
    std::uint64_t carry = 0;
    for (int i = 0; i < v.size; ++i) {
        const uint128 p = static_cast<uint128>(qhat) * v.at[i] + carry;
        carry = static_cast<std::uint64_t>(p >> 64);
        const uint128 d =
            static_cast<uint128>(u.at[i + j]) - static_cast<std::uint64_t>(p) - borrow;
        u.at[i + j] = static_cast<std::uint64_t>(d);
        borrow = static_cast<std::uint64_t>(d >> 64) & 1;
    }
    const uint128 d = static_cast<uint128>(u.at[j + v.size]) - carry - borrow;
    u.at[j + v.size] = static_cast<std::uint64_t>(d);
    return (static_cast<std::uint64_t>(d >> 64) & 1) != 0;
}

template <int Max>
void add_back(Limbs<Max>& u, const Limbs<4>& v, int j) {
    uint128 sum = 0;
    for (int i = 0; i < v.size; ++i) {
        sum += static_cast<uint128>(u.at[i + j]) + v.at[i];
        u.at[i + j] = static_cast<std::uint64_t>(sum);
        sum >>= 64;
    }
    u.at[j + v.size] += static_cast<std::uint64_t>(sum);
}

template <int Max>
std::uint64_t estimate(const Limbs<Max>& u, const Limbs<4>& v, int j) {
    const std::uint64_t top = v.at[v.size - 1];
    const std::uint64_t high = u.at[j + v.size];
    const std::uint64_t next = u.at[j + v.size - 1];
    if (high >= top) return ~std::uint64_t{0};
    const uint128 numerator = (static_cast<uint128>(high) << 64) | next;
    auto qhat = static_cast<std::uint64_t>(numerator / top);
    auto rhat = numerator % top;
    const std::uint64_t second = v.at[v.size - 2];
    while (rhat >> 64 == 0 &&
           static_cast<uint128>(qhat) * second > ((rhat << 64) | u.at[j + v.size - 2])) {
        --qhat;
        rhat += top;
    }
    return qhat;
}

// Leaves the remainder in u (its low v.size limbs) and writes the quotient to q.
template <int Max>
void divide(Limbs<Max>& u, Limbs<4> v, std::uint64_t* q) {
    const int shift = std::countl_zero(v.at[v.size - 1]);
    shift_left(v, shift, v.size - 1);
    shift_left(u, shift, u.size);
    for (int j = u.size - v.size; j >= 0; --j) {
        std::uint64_t qhat = estimate(u, v, j);
        // The estimate is at most one too large: then v is added back once.
        if (multiply_subtract(u, v, qhat, j)) {
            add_back(u, v, j);
            --qhat;
        }
        q[j] = qhat;
    }
    if (shift == 0) return;
    for (int i = 0; i < v.size; ++i) {
        u.at[i] = (u.at[i] >> shift) | (u.at[i + 1] << (64 - shift));
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
    for (int i = 0; i < 4; ++i) {
        std::uint64_t carry = 0;
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
