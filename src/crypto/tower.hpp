#pragma once
// The tower of a pairing curve over its prime field: Fp2 = Fp[u]/(u² + 1), Fp6 = Fp2[v]/(v³ - xi),
// Fp12 = Fp6[w]/(w² - v), with xi = kXi + u, where kXi is a small number that the modulus type
// names. Variable time: for public values only.
// Sources: Karatsuba with lazy reduction after Aranha et al. (eprint 2010/526); cyclotomic squaring
// after Granger and Scott (eprint 2009/565).

#include "crypto/field.hpp"

namespace salus::crypto {

template <class Modulus>
struct Fp2 {
    using Fp = Field<Modulus>;

    Fp c0, c1; // c0 + c1 u

    static constexpr Fp2 one() { return {Fp::one(), Fp()}; }
    static constexpr Fp2 xi() { return {Fp(Modulus::kXi), Fp::one()}; }

    constexpr bool is_zero() const { return c0.is_zero() && c1.is_zero(); }
    friend constexpr bool operator==(const Fp2&, const Fp2&) = default;
    friend constexpr Fp2 operator+(const Fp2& a, const Fp2& b) {
        return {a.c0 + b.c0, a.c1 + b.c1};
    }
    friend constexpr Fp2 operator-(const Fp2& a, const Fp2& b) {
        return {a.c0 - b.c0, a.c1 - b.c1};
    }
    constexpr Fp2 operator-() const { return {-c0, -c1}; }
    friend constexpr Fp2 operator*(const Fp2& a, const Fp& b) { return {a.c0 * b, a.c1 * b}; }
    friend constexpr Fp2 operator*(const Fp2& a, const Fp2& b) { return multiply(a, b); }
    constexpr Fp2 square() const { return {(c0 + c1) * (c0 - c1), c0.doubled() * c1}; }
    constexpr Fp2 doubled() const { return {c0.doubled(), c1.doubled()}; }
    constexpr Fp2 tripled() const { return doubled() + *this; }
    constexpr Fp2 halved() const { return {c0.halved(), c1.halved()}; }
    constexpr Fp2 conjugate() const { return {c0, -c1}; }
    constexpr Fp2 times_xi() const {
        if constexpr (Modulus::kXi == 1) return {c0 - c1, c0 + c1};
        Fp2 out = *this; // kXi = 9: three doublings and an addition
        for (int i = 0; i < 3; ++i) out = out.doubled();
        static_assert(Modulus::kXi == 1 || Modulus::kXi == 9);
        return {out.c0 + c0 - c1, out.c1 + c1 + c0};
    }
    constexpr Fp norm() const { return c0.square() + c1.square(); }
    Fp2 inverse() const { return conjugate() * norm().inverse(); } // zero for zero
    bool is_square() const { return norm().is_square(); }
    std::optional<Fp2> square_root() const; // one of the two; none where there is none
    // The sign of RFC 9380, 4.1.
    bool is_odd() const { return c0.is_zero() ? c1.is_odd() : c0.is_odd(); }
    template <std::size_t M>
    constexpr Fp2 power(const Limbs<M>& exponent) const {
        Fp2 out = one();
        for (std::size_t i = bit_length(exponent); i-- > 0;) {
            out = out.square();
            if (bit(exponent, i)) out = out * *this;
        }
        return out;
    }

private:
    [[gnu::noinline]] static constexpr Fp2 multiply(const Fp2& a, const Fp2& b) {
        auto low = Fp::product(a.c0, b.c0);
        const auto high = Fp::product(a.c1, b.c1);
        auto cross = Fp::product(Fp::unreduced_sum(a.c0, a.c1), Fp::unreduced_sum(b.c0, b.c1));
        Fp::subtract_exact(cross, low);
        Fp::subtract_exact(cross, high);
        Fp::subtract(low, high);
        return {Fp::reduce(low), Fp::reduce(cross)};
    }
};

// By the norm: for a = s², the real part of s is the root of (a0 ± sqrt(a0² + a1²)) / 2.
template <class Modulus>
std::optional<Fp2<Modulus>> Fp2<Modulus>::square_root() const {
    if (c1.is_zero()) {
        if (const auto real = c0.square_root()) return Fp2{*real, Fp()};
        return Fp2{Fp(), (-c0).square_root().value_or(Fp())}; // -1 is no square
    }
    const auto length = norm().square_root();
    if (!length) return std::nullopt;
    Fp real_squared = (c0 + *length).halved();
    if (!real_squared.is_square()) real_squared = real_squared - *length;
    const auto real = real_squared.square_root();
    if (!real) return std::nullopt;
    return Fp2{*real, c1 * real->doubled().inverse()};
}

template <class Modulus>
struct Fp6 {
    using F = Fp2<Modulus>;

    F c0, c1, c2; // c0 + c1 v + c2 v²

    static constexpr Fp6 one() { return {F::one(), F(), F()}; }
    friend constexpr bool operator==(const Fp6&, const Fp6&) = default;
    friend constexpr Fp6 operator+(const Fp6& a, const Fp6& b) {
        return {a.c0 + b.c0, a.c1 + b.c1, a.c2 + b.c2};
    }
    friend constexpr Fp6 operator-(const Fp6& a, const Fp6& b) {
        return {a.c0 - b.c0, a.c1 - b.c1, a.c2 - b.c2};
    }
    constexpr Fp6 operator-() const { return {-c0, -c1, -c2}; }
    friend constexpr Fp6 operator*(const Fp6& a, const F& b) {
        return {a.c0 * b, a.c1 * b, a.c2 * b};
    }
    friend constexpr Fp6 operator*(const Fp6& a, const Fp6& b) {
        const F low = a.c0 * b.c0;
        const F middle = a.c1 * b.c1;
        const F high = a.c2 * b.c2;
        return {low + ((a.c1 + a.c2) * (b.c1 + b.c2) - middle - high).times_xi(),
                (a.c0 + a.c1) * (b.c0 + b.c1) - low - middle + high.times_xi(),
                (a.c0 + a.c2) * (b.c0 + b.c2) - low - high + middle};
    }
    constexpr Fp6 square() const { return *this * *this; }
    constexpr Fp6 doubled() const { return {c0.doubled(), c1.doubled(), c2.doubled()}; }
    constexpr Fp6 times_v() const { return {c2.times_xi(), c0, c1}; }
    // · (b0 + b1 v), and · b1 v.
    constexpr Fp6 times_01(const F& b0, const F& b1) const {
        const F low = c0 * b0;
        const F high = c1 * b1;
        return {low + (c2 * b1).times_xi(), (c0 + c1) * (b0 + b1) - low - high, c2 * b0 + high};
    }
    constexpr Fp6 times_1(const F& b1) const { return {(c2 * b1).times_xi(), c0 * b1, c1 * b1}; }
    Fp6 inverse() const {
        const F t0 = c0.square() - (c1 * c2).times_xi();
        const F t1 = c2.square().times_xi() - c0 * c1;
        const F t2 = c1.square() - c0 * c2;
        const F norm = c0 * t0 + (c2 * t1 + c1 * t2).times_xi();
        return Fp6{t0, t1, t2} * norm.inverse();
    }
};

// xi^(k (p - 1) / 6) for k = 0..5: what w^k is multiplied by under x -> x^p.
template <class Modulus>
inline constexpr std::array<Fp2<Modulus>, 6> kFrobenius = [] {
    std::array<Fp2<Modulus>, 6> out{};
    out[0] = Fp2<Modulus>::one();
    out[1] = Fp2<Modulus>::xi().power(divide(minus(Modulus::kModulus, 1), 6));
    for (std::size_t k = 2; k < 6; ++k) out[k] = out[k - 1] * out[1];
    return out;
}();

template <class Modulus>
struct Fp12 {
    using F = Fp2<Modulus>;
    using Half = Fp6<Modulus>;

    Half c0, c1; // c0 + c1 w

    static constexpr Fp12 one() { return {Half::one(), Half()}; }
    constexpr bool is_one() const { return *this == one(); }
    friend constexpr bool operator==(const Fp12&, const Fp12&) = default;
    friend constexpr Fp12 operator*(const Fp12& a, const Fp12& b) {
        const Half low = a.c0 * b.c0;
        const Half high = a.c1 * b.c1;
        return {low + high.times_v(), (a.c0 + a.c1) * (b.c0 + b.c1) - low - high};
    }
    constexpr Fp12 square() const {
        const Half product = c0 * c1;
        return {(c0 + c1) * (c0 + c1.times_v()) - product - product.times_v(), product.doubled()};
    }
    constexpr Fp12 conjugate() const { return {c0, -c1}; }
    Fp12 inverse() const {
        const Half norm = (c0.square() - c1.square().times_v()).inverse();
        return {c0 * norm, -(c1 * norm)};
    }
    constexpr Fp12 frobenius() const { // x^p
        const auto& k = kFrobenius<Modulus>;
        return {{c0.c0.conjugate(), c0.c1.conjugate() * k[2], c0.c2.conjugate() * k[4]},
                {c1.c0.conjugate() * k[1], c1.c1.conjugate() * k[3], c1.c2.conjugate() * k[5]}};
    }
    constexpr Fp12 frobenius_squared() const { return frobenius().frobenius(); }

    // Sparse products: · (a + b w + c v w), and · (a + b v + c v w).
    constexpr Fp12 times_034(const F& a, const F& b, const F& c) const {
        const Half low = c0 * a;
        const Half high = c1.times_01(b, c);
        return {low + high.times_v(), (c0 + c1).times_01(a + b, c) - low - high};
    }
    constexpr Fp12 times_014(const F& a, const F& b, const F& c) const {
        const Half low = c0.times_01(a, b);
        const Half high = c1.times_1(c);
        return {low + high.times_v(), (c0 + c1).times_01(a, b + c) - low - high};
    }

    // For elements of order dividing p⁴ - p² + 1 alone, where the conjugate is the inverse.
    constexpr Fp12 cyclotomic_square() const {
        const auto [a0, a1] = square_in_fp4(c0.c0, c1.c1);
        const auto [b0, b1] = square_in_fp4(c1.c0, c0.c2);
        const auto [d0, d1] = square_in_fp4(c0.c1, c1.c2);
        const F t = d1.times_xi();
        return {
            {(a0 - c0.c0).doubled() + a0, (b0 - c0.c1).doubled() + b0, (d0 - c0.c2).doubled() + d0},
            {(t + c1.c0).doubled() + t, (a1 + c1.c1).doubled() + a1, (b1 + c1.c2).doubled() + b1}};
    }
    // x^n with n in signed binary digits, the most significant first.
    template <std::size_t N>
    constexpr Fp12 cyclotomic_power(const std::array<int, N>& digits) const {
        const Fp12 inverse = conjugate();
        Fp12 out = *this;
        for (std::size_t i = 1; i < N; ++i) {
            out = out.cyclotomic_square();
            if (digits[i] != 0) out = out * (digits[i] > 0 ? *this : inverse);
        }
        return out;
    }

private:
    static constexpr std::pair<F, F> square_in_fp4(const F& a, const F& b) { // (a + b t)², t² = xi
        const F aa = a.square();
        const F bb = b.square();
        return {bb.times_xi() + aa, (a + b).square() - aa - bb};
    }
};

// The binary digits of n, and its signed ones (non-adjacent form), the most significant first. N is
// their count, which the compiler checks.
template <std::size_t N>
consteval std::array<int, N> binary_digits(uint128 n) {
    std::array<int, N> out{};
    for (std::size_t i = N; i-- > 0; n >>= 1) out[i] = static_cast<int>(n & 1);
    SALUS_ASSERT(n == 0 && out[0] == 1);
    return out;
}
template <std::size_t N>
consteval std::array<int, N> signed_digits(uint128 n) {
    std::array<int, N> out{};
    for (std::size_t i = N; i-- > 0; n >>= 1) {
        if ((n & 1) == 0) continue;
        out[i] = (n & 3) == 1 ? 1 : -1;
        n = out[i] == 1 ? n - 1 : n + 1;
    }
    SALUS_ASSERT(n == 0 && out[0] == 1);
    return out;
}

} // namespace salus::crypto
