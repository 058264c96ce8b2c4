#pragma once
// A prime field in Montgomery form, for the pairing curves. `Modulus` is a type with
//     static constexpr Limbs<N> kModulus;  // an odd prime p with 4 p <= 2^(64 N), p = 3 (mod 4)
// All constants are computed from it at compile time. Variable time: for public values only.
//
// `Product` is the double-width product of two elements before its reduction. Sums of products are
// kept below p · 2^(64 N), what reduction takes: that saves half of the reductions in the tower.

#include <algorithm>
#include <optional>

#include "crypto/limbs.hpp"
#include "crypto/montgomery_x86.hpp"

namespace salus::crypto {

namespace montgomery {

template <std::size_t N>
constexpr std::uint64_t negative_inverse(const Limbs<N>& p) { // -1/p modulo 2^64
    std::uint64_t inverse = 1;
    for (int i = 0; i < 6; ++i) inverse *= 2 - p[0] * inverse;
    return std::uint64_t{0} - inverse;
}

template <std::size_t N>
constexpr Limbs<N> power_of_two(const Limbs<N>& p, std::size_t exponent) { // 2^exponent modulo p
    Limbs<N> out{1};
    for (std::size_t i = 0; i < exponent; ++i) {
        const Limbs<N> same = out;
        add_to(out, same);
        if (!less(out, p)) subtract_from(out, p);
    }
    return out;
}

} // namespace montgomery

template <class Modulus>
class Field {
public:
    static constexpr auto kModulus = Modulus::kModulus;
    static constexpr std::size_t kLimbs = kModulus.size();
    static constexpr std::size_t kBytes = 8 * kLimbs;
    using Number = Limbs<kLimbs>;

    // The sum of products of elements, below p · 2^(64 N).
    struct Product {
        Limbs<2 * kLimbs> value; // product() fills it

        constexpr Number high() const {
            Number out{};
            for (std::size_t i = 0; i < kLimbs; ++i) out[i] = value[kLimbs + i];
            return out;
        }
        constexpr Number low() const {
            Number out{};
            for (std::size_t i = 0; i < kLimbs; ++i) out[i] = value[i];
            return out;
        }
        constexpr void set_high(const Number& high) {
            for (std::size_t i = 0; i < kLimbs; ++i) value[kLimbs + i] = high[i];
        }
    };

private:
    struct Raw {};

public:
    constexpr Field() = default;
    constexpr explicit Field(std::uint64_t small) : Field(from_number(Number{small})) {}
    static constexpr Field from_number(const Number& number) { // number < p
        return Field(number, Raw{}) * Field(kSquaredRadix, Raw{});
    }
    static consteval Field from_hex(std::string_view digits) {
        return from_number(limbs<kLimbs>(digits));
    }
    // Big-endian; none where the number is not below p.
    static constexpr std::optional<Field> from_bytes(const Byte* from) {
        const Number number = load_limbs<kLimbs>(from);
        if (!less(number, kModulus)) return std::nullopt;
        return from_number(number);
    }
    static constexpr Field one() { return Field(kRadix, Raw{}); }

    constexpr Number number() const {
        Product wide;
        wide.value.fill(0);
        std::copy(value_.begin(), value_.end(), wide.value.begin());
        return reduce(wide).value_;
    }
    constexpr void to_bytes(Byte* to) const { store_limbs(number(), to); }

    constexpr bool is_zero() const { return crypto::is_zero(value_); }
    friend constexpr bool operator==(const Field&, const Field&) = default;

    friend constexpr Field operator+(const Field& a, const Field& b) {
#if SALUS_FIELD_X86
        if (!std::is_constant_evaluated()) {
            return Field(x86::add(a.value_, b.value_, kModulus), Raw{});
        }
#endif
        return Field(reduced_once(sum(a, b)), Raw{});
    }
    friend constexpr Field operator-(const Field& a, const Field& b) {
#if SALUS_FIELD_X86
        if (!std::is_constant_evaluated()) {
            return Field(x86::subtract(a.value_, b.value_, kModulus), Raw{});
        }
#endif
        Number out = a.value_;
        const std::uint64_t borrow = subtract_from(out, b.value_);
        add_to(out, masked_modulus(borrow));
        return Field(out, Raw{});
    }
    constexpr Field operator-() const {
        return Field() - *this;
    }
    friend constexpr Field operator*(const Field& a, const Field& b) {
        return multiply(a, b);
    }
    constexpr Field square() const {
        return multiply(*this, *this);
    }
    constexpr Field doubled() const {
        return *this + *this;
    }
    constexpr Field halved() const {
        Number out = value_;
        const std::uint64_t odd = std::uint64_t{0} - (out[0] & 1);
        Number more = kModulus;
        for (std::uint64_t& limb : more) limb &= odd;
        const std::uint64_t carry = add_to(out, more);
        return Field(half(out, carry), Raw{});
    }
    template <std::size_t M>
    constexpr Field power(const Limbs<M>& exponent) const {
        Field out = one();
        for (std::size_t i = bit_length(exponent); i-- > 0;) {
            out = out.square();
            if (bit(exponent, i)) out = out * *this;
        }
        return out;
    }
    Field inverse() const { // zero for zero
        Number out;
        invert_modulo(number(), kModulus, out);
        return from_number(out);
    }
    bool is_square() const {
        return is_quadratic_residue(number(), kModulus);
    }
    // A square root, of which p = 3 (mod 4) allows a power; none where there is none.
    std::optional<Field> square_root() const;
    bool is_odd() const {
        return (number()[0] & 1) != 0;
    }

    // --- before reduction -----------------------------------------------------------------------

    // a + b below 2 p, not reduced: an operand of product() and of nothing else.
    static constexpr Field unreduced_sum(const Field& a, const Field& b) {
        return Field(sum(a, b), Raw{});
    }
    [[gnu::always_inline]] static constexpr Product product(const Field& a, const Field& b);
    [[gnu::always_inline]] static constexpr Field reduce(const Product& wide);
    // a -= b for a >= b.
    static constexpr void subtract_exact(Product& a, const Product& b) {
#if SALUS_FIELD_X86
        if (!std::is_constant_evaluated()) return x86::subtract_exact(a.value, b.value);
#endif
        subtract_from(a.value, b.value);
    }
    static constexpr void subtract(Product& a, const Product& b) {
#if SALUS_FIELD_X86
        if (!std::is_constant_evaluated()) {
            return x86::subtract_wide(a.value, b.value, kModulus);
        }
#endif
        const std::uint64_t borrow = subtract_from(a.value, b.value);
        Number high = a.high();
        add_to(high, masked_modulus(borrow));
        a.set_high(high);
    }
    static constexpr void add(Product& a, const Product& b) {
#if SALUS_FIELD_X86
        if (!std::is_constant_evaluated()) return x86::add_wide(a.value, b.value, kModulus);
#endif
        add_to(a.value, b.value);
        a.set_high(reduced_once(a.high()));
    }

private:
    static constexpr std::uint64_t kInverse = montgomery::negative_inverse(kModulus);
    static constexpr Number kRadix = montgomery::power_of_two(kModulus, 64 * kLimbs);
    static constexpr Number kSquaredRadix = montgomery::power_of_two(kModulus, 128 * kLimbs);

    constexpr Field(const Number& value, Raw) : value_(value) {}

    [[gnu::always_inline]] static constexpr Number sum(const Field& a, const Field& b) {
#if SALUS_FIELD_X86
        if (!std::is_constant_evaluated()) return x86::add_plain(a.value_, b.value_);
#endif
        Number out = a.value_;
        add_to(out, b.value_);
        return out;
    }
    static constexpr Number reduced_once(const Number& a) { // a < 2 p
        Number less_p = a;
        const bool below = subtract_from(less_p, kModulus) != 0;
        return select(below, a, less_p);
    }
    static constexpr Number masked_modulus(std::uint64_t flag) {
        const std::uint64_t mask = std::uint64_t{0} - flag;
        Number out = kModulus;
        for (std::uint64_t& limb : out) limb &= mask;
        return out;
    }
    [[gnu::noinline]] static constexpr Field multiply(const Field& a, const Field& b) {
#if SALUS_FIELD_X86
        if (!std::is_constant_evaluated() && x86::kFast) [[likely]] {
            return Field(x86::multiply(a.value_, b.value_, kModulus, kInverse), Raw{});
        }
#endif
        return reduce(product(a, b));
    }

    Number value_{};
};

template <class Modulus>
constexpr auto Field<Modulus>::product(const Field& a, const Field& b) -> Product {
    Product out;
#if SALUS_FIELD_X86
    if (!std::is_constant_evaluated() && x86::kFast) [[likely]] {
        x86::product(out.value, a.value_, b.value_);
        return out;
    }
#endif
    out.value.fill(0);
    for (std::size_t i = 0; i < kLimbs; ++i) {
        std::uint64_t carry = 0;
        for (std::size_t j = 0; j < kLimbs; ++j) {
            const uint128 t =
                static_cast<uint128>(a.value_[j]) * b.value_[i] + out.value[i + j] + carry;
            out.value[i + j] = static_cast<std::uint64_t>(t);
            carry = static_cast<std::uint64_t>(t >> 64);
        }
        out.value[i + kLimbs] = carry;
    }
    return out;
}

template <class Modulus>
constexpr auto Field<Modulus>::reduce(const Product& wide) -> Field {
#if SALUS_FIELD_X86
    if (!std::is_constant_evaluated() && x86::kFast) [[likely]] {
        return Field(x86::reduce(wide.value, kModulus, kInverse), Raw{});
    }
#endif
    Number t = wide.low();
    for (std::size_t i = 0; i < kLimbs; ++i) {
        const std::uint64_t m = t[0] * kInverse;
        uint128 sum = static_cast<uint128>(m) * kModulus[0] + t[0];
        for (std::size_t j = 1; j < kLimbs; ++j) {
            sum = static_cast<uint128>(m) * kModulus[j] + t[j] + (sum >> 64);
            t[j - 1] = static_cast<std::uint64_t>(sum);
        }
        t[kLimbs - 1] = static_cast<std::uint64_t>(sum >> 64);
    }
    add_to(t, wide.high());
    return Field(reduced_once(t), Raw{});
}

template <class Modulus>
std::optional<Field<Modulus>> Field<Modulus>::square_root() const {
    static constexpr Number kExponent = divide(plus(kModulus, 1), 4);
    const Field root = power(kExponent);
    if (root.square() != *this) return std::nullopt;
    return root;
}

} // namespace salus::crypto
