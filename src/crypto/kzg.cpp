#include "crypto/kzg.hpp"

#include "crypto/bls12_381_curve.hpp"
#include "crypto/hash.hpp"

namespace salus::crypto::kzg {
namespace {

using namespace bls12_381;

// [s]G2 of the ceremony, g2_monomial[1] of trusted_setup_4096.json in the consensus specifications:
// compressed b5bfd7dd8cdeb128...20c1def2.
const G2 kSetupG2{{Fp::from_hex("185cbfee53492714734429b7b38608e23926c911cceceac9"
                                "a36851477ba4c60b087041de621000edc98edada20c1def2"),
                   Fp::from_hex("15bfd7dd8cdeb128843bc287230af38926187075cbfbefa8"
                                "1009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72")},
                  {Fp::from_hex("014353bdb96b626dd7d5ee8599d1fca2131569490e28de18"
                                "e82451a496a9c9794ce26d105941f383ee689bfbbb832a99"),
                   Fp::from_hex("1666c54b0a32529503432fcae0181b4bef79de09fc63671f"
                                "da5ed1ba9bfa07899495346f3d7ac9cd23048ef30d0a154f")}};

Result<G1> read_point(const Point& bytes) {
    const Byte flags = bytes[0] >> 5; // compressed, infinity, larger y
    Point x_bytes = bytes;
    x_bytes[0] &= 0x1f;
    if ((flags & 4) == 0) return Error(kBadPoint, "not compressed");
    if ((flags & 2) != 0) {
        if ((flags & 1) != 0 || !x_bytes.is_zero()) return Error(kBadPoint, "infinity");
        return G1{};
    }
    const auto x = Fp::from_bytes(x_bytes.data());
    if (!x) return Error(kBadPoint, "not in the field");
    const auto y = (x->square() * *x + kB).square_root();
    if (!y) return Error(kBadPoint, "not on the curve");
    const bool larger = less((-*y).number(), y->number());
    const G1 out{*x, larger == ((flags & 1) != 0) ? *y : -*y};
    if (!is_in_subgroup(out)) return Error(kBadPoint, "not in the subgroup");
    return out;
}

Result<uint256> read_scalar(const Hash32& bytes) {
    const uint256 out = load_be(bytes);
    if (out >= kModulus) return Error(kBadScalar);
    return out;
}

using StoredPair = Pair<Curve, StoredLines<Curve>>;

// e(left, -G2) · e(right, [s]G2) = 1, with the lines of both points of G2 made once.
bool pairings_agree(const G1& left, const G1& right) {
    static const auto kGeneratorLines = lines_of<Curve>(-kG2Generator);
    static const auto kSetupLines = lines_of<Curve>(kSetupG2);
    std::vector<StoredPair> pairs;
    pairs.reserve(2);
    if (!left.is_infinity()) pairs.push_back({left, StoredLines<Curve>(kGeneratorLines)});
    if (!right.is_infinity()) pairs.push_back({right, StoredLines<Curve>(kSetupLines)});
    return final_exponentiation<Curve>(miller_loop<Curve, StoredLines<Curve>>(pairs)).is_one();
}

} // namespace

const uint256 kModulus = kOrder;

Hash32 versioned_hash(const Point& commitment) {
    Hash32 out = sha256(commitment.bytes);
    out[0] = 1;
    return out;
}

// e(C - y G, G2) = e(proof, [s - z]G2), turned so that only points of G1 are multiplied:
// e(C - y G + z proof, G2) = e(proof, [s]G2).
Status verify_proof(const Point& commitment, const Hash32& z, const Hash32& y, const Point& proof) {
    SALUS_TRY_ASSIGN(const uint256 at, read_scalar(z));
    SALUS_TRY_ASSIGN(const uint256 value, read_scalar(y));
    SALUS_TRY_ASSIGN(const G1 committed, read_point(commitment));
    SALUS_TRY_ASSIGN(const G1 quotient, read_point(proof));
    std::vector<Term<Fp>> terms;
    terms.reserve(4);
    append_terms(terms, -kG1Generator, value);
    append_terms(terms, quotient, at);
    const G1 left = (sum_of_multiples<Fp>(terms) + committed).to_affine();
    if (!pairings_agree(left, quotient)) return Error(kWrongProof);
    return ok_status();
}

} // namespace salus::crypto::kzg
