#include "crypto/bn254.hpp"

#include "crypto/msm.hpp"
#include "crypto/pairing.hpp"

namespace salus::crypto::bn254 {
namespace {

constexpr std::uint64_t kX = 4965661367192848881; // p and r are polynomials in x

struct Modulus {
    static constexpr auto kModulus =
        limbs<4>("30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47");
    static constexpr std::uint64_t kXi = 9;
};
using Fp = Field<Modulus>;
using F2 = Fp2<Modulus>;
using F12 = Fp12<Modulus>;
using G1 = Affine<Fp>;
using G2 = Affine<F2>;

struct Curve {
    using Modulus = bn254::Modulus;
    static constexpr Twist kTwist = Twist::divisive;
    static constexpr F2 kTwistB{
        // 3 / (9 + u)
        Fp::from_hex("2b149d40ceb8aaae81be18991be06ac3b5b4c5e559dbefa33267e6dc24a138e5"),
        Fp::from_hex("009713b03af0fed4cd2cafadeed8fdf4a74fa084e52d1852e4a2bd0685c315d2")};
    static F2 times_twist_b(const F2& a) { return a * kTwistB; }
    static constexpr auto kLoop = signed_digits<66>(6 * static_cast<uint128>(kX) + 2);
    static constexpr bool kLoopIsNegative = false;
    static constexpr bool kHasCorrections = true;

    static G2 frobenius_on_twist(const G2& q) {
        return {q.x.conjugate() * kFrobenius<Modulus>[2], q.y.conjugate() * kFrobenius<Modulus>[3]};
    }
    // Fuentes-Castañeda, Knapp and Rodríguez-Henríquez: m = 2 x (6 x² + 3 x + 1).
    static F12 hard_part(const F12& f) {
        static constexpr auto kDigits = signed_digits<63>(kX);
        const auto power = [](const F12& a) { return a.cyclotomic_power(kDigits).conjugate(); };
        const F12 a = power(f).cyclotomic_square();
        const F12 b = a.cyclotomic_square() * a;
        const F12 c = power(b);
        const F12 d = power(c.cyclotomic_square()).conjugate() * c * b.conjugate();
        const F12 e = d * a;
        return (f.conjugate() * e).frobenius_squared().frobenius() * d.frobenius_squared() *
               e.frobenius() * (d * c * f);
    }
};

constexpr Fp kB(3);
constexpr uint256 kOrder(0x30644e72e131a029, 0xb85045b68181585d, 0x2833e84879b97091,
                         0x43e1f593f0000001);

// --- encodings ----------------------------------------------------------------------------------

Result<Fp> read_fp(const Byte* from) {
    const auto out = Fp::from_bytes(from);
    if (!out) return Error(kNotInField);
    return *out;
}

Result<G1> read_g1(const Byte* from) {
    SALUS_TRY_ASSIGN(const Fp x, read_fp(from));
    SALUS_TRY_ASSIGN(const Fp y, read_fp(from + 32));
    const G1 out{x, y};
    if (!out.is_on_curve(kB)) return Error(kNotOnCurve, "G1");
    return out;
}

G1Bytes write_g1(const G1& point) {
    G1Bytes out;
    point.x.to_bytes(out.data());
    point.y.to_bytes(out.data() + 32);
    return out;
}

Jacobian<F2> psi(const Jacobian<F2>& q) {
    return {q.x.conjugate() * kFrobenius<Modulus>[2], q.y.conjugate() * kFrobenius<Modulus>[3],
            q.z.conjugate()};
}

// [x + 1] Q + psi([x] Q) + psi²([x] Q) = psi³([2 x] Q) holds on the twist for the points of order r
// alone (Dai, Lin, Zhao and Zhou, eprint 2022/348): the resultant of that relation and the
// characteristic equation of psi has with the number of points no common factor but r.
bool is_in_subgroup(const G2& q) {
    const Jacobian<F2> xq = multiply(q, kX);
    const Jacobian<F2> once = psi(xq);
    const Jacobian<F2> twice = psi(once);
    return xq + q + once + twice == psi(twice).doubled();
}

Result<G2> read_g2(const Byte* from) {
    SALUS_TRY_ASSIGN(const Fp x1, read_fp(from));
    SALUS_TRY_ASSIGN(const Fp x0, read_fp(from + 32));
    SALUS_TRY_ASSIGN(const Fp y1, read_fp(from + 64));
    SALUS_TRY_ASSIGN(const Fp y0, read_fp(from + 96));
    const G2 out{{x0, x1}, {y0, y1}};
    if (out.is_infinity()) return out;
    if (!out.is_on_curve(Curve::kTwistB)) return Error(kNotOnCurve, "G2");
    if (!is_in_subgroup(out)) return Error(kNotInSubgroup, "G2");
    return out;
}

// --- multiplication -----------------------------------------------------------------------------

uint256 high_product(const uint256& a, const uint256& b) { // a · b / 2^256
    std::array<std::uint64_t, 8> out{};
    for (std::size_t i = 0; i < 4; ++i) {
        std::uint64_t carry = 0;
        for (std::size_t j = 0; j < 4; ++j) {
            const uint128 t = static_cast<uint128>(a.limb[i]) * b.limb[j] + out[i + j] + carry;
            out[i + j] = static_cast<std::uint64_t>(t);
            carry = static_cast<std::uint64_t>(t >> 64);
        }
        out[i + 4] = carry;
    }
    return {out[7], out[6], out[5], out[4]};
}

Term<Fp> signed_term(const G1& point, const uint256& scalar) {
    const uint256 size = scalar.is_negative() ? -scalar : scalar;
    return {scalar.is_negative() ? -point : point,
            static_cast<uint128>(size.limb[1]) << 64 | size.limb[0]};
}

// (beta x, y) is lambda · (x, y). A scalar k is split as k1 + k2 lambda with both about 127 bits
// long: k less the nearby point c1 (a1, b1) - c2 (b1, -b2) of the lattice of the (i, j) with i + j
// lambda = 0 (mod r), where a1 = 6 x² + 4 x + 1, b1 = 2 x + 1, b2 = 6 x² + 2 x.
std::array<Term<Fp>, 2> split(const G1& point, const uint256& k) {
    static constexpr Fp kBeta = Fp::from_hex("59e26bcea0d48bacd4f263f1acdb5c4f5763473177fffffe");
    static constexpr uint256 kA1(0, 0, 0x6f4d8248eeb859fd, 0x0be4e1541221250b);
    static constexpr uint256 kB1(0x89d3256894d213e3);
    static constexpr uint256 kB2(0, 0, 0x6f4d8248eeb859fc, 0x8211bbeb7d4f1128);
    static constexpr uint256 kB2ByOrder(0, 2, 0x4ccef014a773d2cf, 0x7a7bd9d4391eb18d); // · 2^256
    static constexpr uint256 kB1ByOrder(0, 0, 2, 0xd91d232ec7e0b3d7);
    const uint256 c1 = high_product(k, kB2ByOrder);
    const uint256 c2 = high_product(k, kB1ByOrder);
    return {signed_term(point, k - c1 * kA1 - c2 * kB1),
            signed_term({point.x * kBeta, point.y}, c2 * kB2 - c1 * kB1)};
}

using LivePair = Pair<Curve, MillerPoint<Curve>>;

constexpr std::size_t kPairSize = 192;

} // namespace

Result<G1Bytes> add(const G1Bytes& a, const G1Bytes& b) {
    SALUS_TRY_ASSIGN(const G1 p, read_g1(a.data()));
    SALUS_TRY_ASSIGN(const G1 q, read_g1(b.data()));
    return write_g1((Jacobian<Fp>(p) + q).to_affine());
}

Result<G1Bytes> multiply(const G1Bytes& point, const Hash32& scalar) {
    SALUS_TRY_ASSIGN(const G1 p, read_g1(point.data()));
    if (p.is_infinity()) return G1Bytes{};
    const auto terms = split(p, load_be(scalar) % kOrder);
    return write_g1(sum_of_multiples<Fp>(terms).to_affine());
}

Result<bool> pairing_product_is_one(ByteView pairs) {
    if (pairs.size() % kPairSize != 0) return Error(kBadLength);
    std::vector<LivePair> live;
    live.reserve(pairs.size() / kPairSize);
    for (std::size_t at = 0; at < pairs.size(); at += kPairSize) {
        SALUS_TRY_ASSIGN(const G1 p, read_g1(pairs.data() + at));
        SALUS_TRY_ASSIGN(const G2 q, read_g2(pairs.data() + at + 64));
        if (!p.is_infinity() && !q.is_infinity()) live.push_back({p, MillerPoint<Curve>(q)});
    }
    if (live.empty()) return true;
    return final_exponentiation<Curve>(miller_loop<Curve, MillerPoint<Curve>>(live)).is_one();
}

} // namespace salus::crypto::bn254
