#pragma once
// The optimal ate pairing, one shape for the BN and the BLS curves. `Curve` names:
//     Modulus, kTwist, times_twist_b(a): a times b' of the twist y² = x³ + b',
//     kLoop (signed digits of the loop count, most significant first), kLoopIsNegative,
//     kHasCorrections (the two last lines of BN curves), frobenius_on_twist(point),
//     hard_part(f): f^(m (p⁴ - p² + 1) / r) for a fixed m prime to r.
// Lines in homogeneous coordinates after Costello, Lange and Naehrig (eprint 2009/615) and Aranha
// et al. (eprint 2010/526). Variable time: for public values only.

#include "crypto/curve.hpp"

namespace salus::crypto {

enum class Twist { divisive, multiplicative }; // b / xi and b · xi

// The line through points of the twist, to be evaluated at a point of G1: a is what stands alone
// (multiplicative) or is multiplied by y (divisive), b is multiplied by x, c by y or by nothing.
template <class Curve>
struct Line {
    Fp2<typename Curve::Modulus> a, b, c;
};

// A point of G2 on its way through the Miller loop.
template <class Curve>
class MillerPoint {
public:
    using F = Fp2<typename Curve::Modulus>;

    explicit MillerPoint(const Affine<F>& q) : q_(q), x_(q.x), y_(q.y), z_(F::one()) {}

    Line<Curve> twice();
    Line<Curve> plus(int digit) { return plus(digit > 0 ? q_ : -q_); }
    // The two last lines: through psi(Q) and -psi²(Q).
    Line<Curve> first_correction() {
        image_ = Curve::frobenius_on_twist(q_);
        return plus(image_);
    }
    Line<Curve> second_correction() { return plus(-Curve::frobenius_on_twist(image_)); }

private:
    Line<Curve> plus(const Affine<F>& q);

    Affine<F> q_, image_;
    F x_, y_, z_;
};

template <class Curve>
Line<Curve> MillerPoint<Curve>::twice() {
    const F a = (x_ * y_).halved();
    const F b = y_.square();
    const F c = z_.square();
    const F e = Curve::times_twist_b(c.tripled());
    const F f = e.tripled();
    const F g = (b + f).halved();
    const F h = (y_ + z_).square() - (b + c);
    const F i = e - b;
    const F j = x_.square().tripled();
    x_ = a * (b - f);
    y_ = g.square() - e.square().tripled();
    z_ = b * h;
    if constexpr (Curve::kTwist == Twist::divisive) return {-h, j, i};
    return {i, j, -h};
}

template <class Curve>
Line<Curve> MillerPoint<Curve>::plus(const Affine<F>& q) {
    const F theta = y_ - q.y * z_;
    const F lambda = x_ - q.x * z_;
    const F c = theta.square();
    const F d = lambda.square();
    const F e = lambda * d;
    const F f = z_ * c;
    const F g = x_ * d;
    const F h = e + f - g.doubled();
    x_ = lambda * h;
    y_ = theta * (g - h) - e * y_;
    z_ = z_ * e;
    const F j = theta * q.x - lambda * q.y;
    if constexpr (Curve::kTwist == Twist::divisive) return {lambda, -theta, j};
    return {j, -theta, lambda};
}

// Lines of a point that is known beforehand, in the order in which the loop asks for them.
template <class Curve>
class StoredLines {
public:
    explicit StoredLines(std::span<const Line<Curve>> lines) : next_(lines.data()) {}
    const Line<Curve>& twice() { return *next_++; }
    const Line<Curve>& plus(int) { return *next_++; }
    const Line<Curve>& first_correction() { return *next_++; }
    const Line<Curve>& second_correction() { return *next_++; }

private:
    const Line<Curve>* next_;
};

// square() before each bit, and each(step), where step(lines) is the next line of a point.
template <class Curve, class Square, class Each>
void walk_miller_loop(Square square, Each each) {
    for (std::size_t i = 1; i < Curve::kLoop.size(); ++i) {
        square();
        each([](auto& lines) { return lines.twice(); });
        const int digit = Curve::kLoop[i];
        if (digit != 0) each([digit](auto& lines) { return lines.plus(digit); });
    }
    if constexpr (Curve::kHasCorrections) {
        each([](auto& lines) { return lines.first_correction(); });
        each([](auto& lines) { return lines.second_correction(); });
    }
}

// All lines of the point, for StoredLines.
template <class Curve>
std::vector<Line<Curve>> lines_of(const Affine<Fp2<typename Curve::Modulus>>& q) {
    MillerPoint<Curve> point(q);
    std::vector<Line<Curve>> out;
    walk_miller_loop<Curve>([] {}, [&](auto step) { out.push_back(step(point)); });
    return out;
}

// A point of G1 with the lines of a point of G2; neither is the point at infinity.
template <class Curve, class Lines>
struct Pair {
    Affine<Field<typename Curve::Modulus>> p;
    Lines lines;
};

// The product of the Miller functions of all pairs, with shared squarings.
template <class Curve, class Lines>
Fp12<typename Curve::Modulus> miller_loop(std::span<Pair<Curve, Lines>> pairs) {
    auto f = Fp12<typename Curve::Modulus>::one();
    const auto each = [&](auto step) {
        for (auto& pair : pairs) {
            const Line<Curve> line = step(pair.lines);
            if constexpr (Curve::kTwist == Twist::divisive) {
                f = f.times_034(line.a * pair.p.y, line.b * pair.p.x, line.c);
            } else {
                f = f.times_014(line.a, line.b * pair.p.x, line.c * pair.p.y);
            }
        }
    };
    walk_miller_loop<Curve>([&] { f = f.square(); }, each);
    return Curve::kLoopIsNegative ? f.conjugate() : f;
}

// f^(m (p¹² - 1) / r): one exactly where the product of the pairings is one.
template <class Curve>
Fp12<typename Curve::Modulus> final_exponentiation(const Fp12<typename Curve::Modulus>& f) {
    const auto unitary = f.conjugate() * f.inverse();               // ^(p⁶ - 1)
    return Curve::hard_part(unitary.frobenius_squared() * unitary); // ^(p² + 1)
}

} // namespace salus::crypto
