#pragma once
// BLS12-381 in typed form, for the sources of this room alone: its fields, groups, pairing and
// maps. Variable time: for public values only.

#include "crypto/bls12_381.hpp"
#include "crypto/msm.hpp"
#include "crypto/pairing.hpp"

namespace salus::crypto::bls12_381 {

inline constexpr std::uint64_t kX = 0xd201000000010000; // -x; p and r are polynomials in x

struct Modulus {
    static constexpr auto kModulus = limbs<6>("1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf"
                                              "6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab");
    static constexpr std::uint64_t kXi = 1;
};
using Fp = Field<Modulus>;
using F2 = Fp2<Modulus>;
using F12 = Fp12<Modulus>;
using G1 = Affine<Fp>;
using G2 = Affine<F2>;

// r, the order of the groups.
inline constexpr uint256 kOrder(0x73eda753299d7d48, 0x3339d80809a1d805, 0x53bda402fffe5bfe,
                                0xffffffff00000001);
inline constexpr Fp kB(4);
inline constexpr F2 kTwistB{Fp(4), Fp(4)};

struct Curve {
    using Modulus = bls12_381::Modulus;
    static constexpr Twist kTwist = Twist::multiplicative;
    static constexpr auto kLoop = binary_digits<64>(kX);
    static constexpr bool kLoopIsNegative = true;
    static constexpr bool kHasCorrections = false;

    static F2 times_twist_b(const F2& a) { return a.times_xi().doubled().doubled(); }
    static F12 hard_part(const F12& f);
};

extern const G1 kG1Generator;
extern const G2 kG2Generator;

bool is_in_subgroup(const G1& point);
bool is_in_subgroup(const G2& point);

// Appends scalar · point, split by the endomorphism of the group: the point is of order r. The
// scalar may be any number.
void append_terms(std::vector<Term<Fp>>& terms, const G1& point, const uint256& scalar);
void append_terms(std::vector<Term<F2>>& terms, const G2& point, const uint256& scalar);

// psi of Bowe (eprint 2019/814): on G2 it is multiplication by x.
Jacobian<F2> psi(const Jacobian<F2>& point);

} // namespace salus::crypto::bls12_381
