#pragma once
// Sums of multiples of points by scalars below 2^128: what remains after an endomorphism has split
// the scalars. Interleaved signed windows (Straus) for few points, signed buckets (Pippenger) for
// many. Variable time: for public values only.

#include "crypto/curve.hpp"

namespace salus::crypto {

template <class F>
struct Term {
    Affine<F> point;
    uint128 scalar = 0; // below 2^127
};

namespace msm {

// Odd digits of 2^w-ary non-adjacent form, the least significant first.
inline std::vector<std::int8_t> window_digits(uint128 scalar, unsigned width) {
    std::vector<std::int8_t> out;
    out.reserve(130);
    const int whole = 1 << width;
    for (; scalar != 0; scalar >>= 1) {
        int digit = 0;
        if ((scalar & 1) != 0) {
            digit = static_cast<int>(scalar & static_cast<uint128>(whole - 1));
            if (digit >= whole / 2) digit -= whole;
            scalar -= static_cast<uint128>(digit); // modulo 2^128: adds where it is negative
        }
        out.push_back(static_cast<std::int8_t>(digit));
    }
    return out;
}

// P, 3 P, 5 P, ... of every term, `each` of them.
template <class F>
std::vector<Affine<F>> odd_multiples(std::span<const Term<F>> terms, std::size_t each) {
    std::vector<Jacobian<F>> table;
    table.reserve(terms.size() * each);
    for (const Term<F>& term : terms) {
        Jacobian<F> multiple(term.point);
        const Jacobian<F> twice = multiple.doubled();
        table.push_back(multiple);
        for (std::size_t i = 1; i < each; ++i) {
            multiple = multiple + twice;
            table.push_back(multiple);
        }
    }
    return to_affine<F>(table);
}

template <class F>
Jacobian<F> straus(std::span<const Term<F>> terms) {
    constexpr unsigned kWidth = 5;
    constexpr std::size_t kEach = std::size_t{1} << (kWidth - 2);
    const auto table = odd_multiples(terms, kEach);
    std::vector<std::vector<std::int8_t>> digits;
    digits.reserve(terms.size());
    std::size_t longest = 0;
    for (const Term<F>& term : terms) {
        digits.push_back(window_digits(term.scalar, kWidth));
        longest = std::max(longest, digits.back().size());
    }
    Jacobian<F> out;
    for (std::size_t i = longest; i-- > 0;) {
        out = out.doubled();
        for (std::size_t t = 0; t < terms.size(); ++t) {
            const int digit = i < digits[t].size() ? digits[t][i] : 0;
            if (digit == 0) continue;
            const auto& odd = table[t * kEach + static_cast<std::size_t>(std::abs(digit)) / 2];
            out = out + (digit > 0 ? odd : -odd);
        }
    }
    return out;
}

// The digit of `scalar` at the window, in -2^(width - 1) .. 2^(width - 1) - 1, with a carry.
inline int bucket_digit(uint128 scalar, unsigned at, unsigned width, int& carry) {
    const int whole = 1 << width;
    int digit = carry;
    if (at < 128) digit += static_cast<int>((scalar >> at) & static_cast<uint128>(whole - 1));
    carry = digit >= whole / 2 ? 1 : 0;
    return digit - carry * whole;
}

// 1 B1 + 2 B2 + 3 B3 + ...
template <class F>
Jacobian<F> weighted_sum(std::span<const Jacobian<F>> buckets) {
    Jacobian<F> running;
    Jacobian<F> out;
    for (std::size_t i = buckets.size(); i-- > 0;) {
        running = running + buckets[i];
        out = out + running;
    }
    return out;
}

template <class F>
Jacobian<F> pippenger(std::span<const Term<F>> terms, unsigned bits) {
    const auto log = static_cast<unsigned>(std::bit_width(terms.size()));
    const unsigned width = log > 5 ? log - 2 : 3;
    const unsigned windows = bits / width + 1;
    std::vector<Jacobian<F>> sums;
    sums.reserve(windows);
    std::vector<int> carries(terms.size(), 0);
    for (unsigned w = 0; w < windows; ++w) {
        std::vector<Jacobian<F>> buckets(std::size_t{1} << (width - 1));
        for (std::size_t t = 0; t < terms.size(); ++t) {
            const int digit = bucket_digit(terms[t].scalar, w * width, width, carries[t]);
            if (digit == 0) continue;
            auto& bucket = buckets[static_cast<std::size_t>(std::abs(digit)) - 1];
            bucket = bucket + (digit > 0 ? terms[t].point : -terms[t].point);
        }
        sums.push_back(weighted_sum<F>(buckets));
    }
    Jacobian<F> out;
    for (std::size_t w = sums.size(); w-- > 0;) {
        for (unsigned i = 0; i < width; ++i) out = out.doubled();
        out = out + sums[w];
    }
    return out;
}

} // namespace msm

// The sum of scalar · point.
template <class F>
Jacobian<F> sum_of_multiples(std::span<const Term<F>> terms) {
    constexpr std::size_t kFew = 48;
    if (terms.size() <= kFew) return msm::straus(terms);
    uint128 all = 0;
    for (const Term<F>& term : terms) all |= term.scalar;
    const Limbs<2> limbs{static_cast<std::uint64_t>(all), static_cast<std::uint64_t>(all >> 64)};
    return msm::pippenger(terms, static_cast<unsigned>(bit_length(limbs)));
}

} // namespace salus::crypto
