#pragma once
// Points of y² = x³ + b over a prime field or its quadratic extension (F), in affine and Jacobian
// coordinates. Variable time: for public values only. Formulas: hyperelliptic.org/EFD, a = 0.

#include <span>
#include <vector>

#include "crypto/tower.hpp"

namespace salus::crypto {

template <class F>
struct Affine {
    F x, y; // (0, 0) is the point at infinity: it is on neither curve

    constexpr bool is_infinity() const { return x.is_zero() && y.is_zero(); }
    constexpr bool is_on_curve(const F& b) const {
        return is_infinity() || y.square() == x.square() * x + b;
    }
    constexpr Affine operator-() const { return {x, -y}; }
    friend constexpr bool operator==(const Affine&, const Affine&) = default;
};

template <class F>
struct Jacobian {
    F x, y, z; // (x / z², y / z³); z = 0 is the point at infinity

    constexpr Jacobian() = default;
    constexpr Jacobian(const F& x_, const F& y_, const F& z_) : x(x_), y(y_), z(z_) {}
    explicit constexpr Jacobian(const Affine<F>& p)
        : x(p.x), y(p.y), z(p.is_infinity() ? F() : F::one()) {}

    constexpr bool is_infinity() const { return z.is_zero(); }
    constexpr Jacobian operator-() const { return {x, -y, z}; }
    constexpr Jacobian doubled() const; // dbl-2009-l
    friend constexpr Jacobian operator+(const Jacobian& p, const Jacobian& q) { return add(p, q); }
    friend constexpr Jacobian operator+(const Jacobian& p, const Affine<F>& q) {
        return add_mixed(p, q);
    }
    friend constexpr bool operator==(const Jacobian& p, const Jacobian& q) {
        if (p.is_infinity() || q.is_infinity()) return p.is_infinity() == q.is_infinity();
        const F zz_p = p.z.square();
        const F zz_q = q.z.square();
        return p.x * zz_q == q.x * zz_p && p.y * zz_q * q.z == q.y * zz_p * p.z;
    }
    Affine<F> to_affine() const {
        if (is_infinity()) return {};
        return scaled(z.inverse());
    }
    Affine<F> scaled(const F& z_inverse) const {
        const F square = z_inverse.square();
        return {x * square, y * (square * z_inverse)};
    }

private:
    static constexpr Jacobian add(const Jacobian& p, const Jacobian& q);        // add-2007-bl
    static constexpr Jacobian add_mixed(const Jacobian& p, const Affine<F>& q); // madd-2007-bl
};

template <class F>
constexpr Jacobian<F> Jacobian<F>::doubled() const {
    const F a = x.square();
    const F b = y.square();
    const F c = b.square();
    const F d = ((x + b).square() - a - c).doubled();
    const F e = a.doubled() + a;
    const F x3 = e.square() - d.doubled();
    return {x3, e * (d - x3) - c.doubled().doubled().doubled(), (y * z).doubled()};
}

template <class F>
constexpr Jacobian<F> Jacobian<F>::add(const Jacobian& p, const Jacobian& q) {
    if (p.is_infinity()) return q;
    if (q.is_infinity()) return p;
    const F zz_p = p.z.square();
    const F zz_q = q.z.square();
    const F u1 = p.x * zz_q;
    const F h = q.x * zz_p - u1;
    const F s1 = p.y * q.z * zz_q;
    const F r = (q.y * p.z * zz_p - s1).doubled();
    if (h.is_zero()) return r.is_zero() ? p.doubled() : Jacobian();
    const F i = h.doubled().square();
    const F j = h * i;
    const F v = u1 * i;
    const F x3 = r.square() - j - v.doubled();
    return {x3, r * (v - x3) - (s1 * j).doubled(), ((p.z + q.z).square() - zz_p - zz_q) * h};
}

template <class F>
constexpr Jacobian<F> Jacobian<F>::add_mixed(const Jacobian& p, const Affine<F>& q) {
    if (q.is_infinity()) return p;
    if (p.is_infinity()) return Jacobian(q);
    const F zz = p.z.square();
    const F h = q.x * zz - p.x;
    const F r = (q.y * p.z * zz - p.y).doubled();
    if (h.is_zero()) return r.is_zero() ? p.doubled() : Jacobian();
    const F hh = h.square();
    const F i = hh.doubled().doubled();
    const F j = h * i;
    const F v = p.x * i;
    const F x3 = r.square() - j - v.doubled();
    return {x3, r * (v - x3) - (p.y * j).doubled(), (p.z + h).square() - zz - hh};
}

// All at the price of one inversion.
template <class F>
std::vector<Affine<F>> to_affine(std::span<const Jacobian<F>> points) {
    std::vector<Affine<F>> out(points.size());
    std::vector<F> before(points.size());
    F product = F::one();
    for (std::size_t i = 0; i < points.size(); ++i) {
        before[i] = product;
        if (!points[i].is_infinity()) product = product * points[i].z;
    }
    F inverse = product.inverse();
    for (std::size_t i = points.size(); i-- > 0;) {
        if (points[i].is_infinity()) continue;
        out[i] = points[i].scaled(inverse * before[i]);
        inverse = inverse * points[i].z;
    }
    return out;
}

// Double and add: for the short, sparse constants of subgroup checks and cofactors.
template <class F>
Jacobian<F> multiply(const Jacobian<F>& point, std::uint64_t scalar) {
    Jacobian<F> out;
    for (auto i = std::bit_width(scalar); i-- > 0;) {
        out = out.doubled();
        if (((scalar >> i) & 1) != 0) out = out + point;
    }
    return out;
}
template <class F>
Jacobian<F> multiply(const Affine<F>& point, std::uint64_t scalar) {
    Jacobian<F> out;
    for (auto i = std::bit_width(scalar); i-- > 0;) {
        out = out.doubled();
        if (((scalar >> i) & 1) != 0) out = out + point;
    }
    return out;
}

} // namespace salus::crypto
