#include "crypto/bls12_381.hpp"

#include <gtest/gtest.h>

#include "crypto/bls12_381_curve.hpp"
#include "crypto/bls12_381_map.hpp"

namespace salus::crypto::bls12_381 {
namespace {

void put(Bytes& out, const Fp& element) {
    out.resize(out.size() + 64);
    element.to_bytes(out.data() + out.size() - 48);
}
Bytes bytes(const G1& p) {
    Bytes out;
    for (const Fp& c : {p.x, p.y}) put(out, c);
    return out;
}
Bytes bytes(const G2& p) {
    Bytes out;
    for (const Fp& c : {p.x.c0, p.x.c1, p.y.c0, p.y.c1}) put(out, c);
    return out;
}
Bytes word(const uint256& value) {
    return to_bytes(to_hash(value).bytes);
}
template <std::size_t N>
FixedBytes<N> fixed(const Bytes& from) {
    FixedBytes<N> out;
    std::copy(from.begin(), from.end(), out.begin());
    return out;
}
Bytes times(const uint256& k, const G1& p) {
    return to_bytes(g1_sum_of_multiples(concat({bytes(p), word(k)}))->bytes);
}
Bytes times(const uint256& k, const G2& p) {
    return to_bytes(g2_sum_of_multiples(concat({bytes(p), word(k)}))->bytes);
}

const G1 kG = kG1Generator;
const G2 kH = kG2Generator;
const uint256 kBig(0x1234567890abcdef, 0xfedcba0987654321, 0x55aa55aa55aa55aa, 0x0f0f0f0f0f0f0f0f);

TEST(Bls12381, GeneratorsAreOfOrderR) {
    EXPECT_TRUE(kG.is_on_curve(kB) && is_in_subgroup(kG));
    EXPECT_TRUE(kH.is_on_curve(kTwistB) && is_in_subgroup(kH));
    EXPECT_EQ(times(kOrder, kG), Bytes(128, 0));
    EXPECT_EQ(times(kOrder, kH), Bytes(256, 0));
    EXPECT_EQ(times(kOrder + uint256(1), kG), bytes(kG));
    EXPECT_EQ(times(kOrder - uint256(1), kH), bytes(-kH));
}

TEST(Bls12381, MultiplesAddUp) {
    for (const uint256& k :
         {uint256(1), uint256(2), uint256(kX), uint256(kX) * uint256(kX), kBig}) {
        const auto sum1 = add(fixed<128>(times(k, kG)), fixed<128>(bytes(kG)));
        EXPECT_EQ(to_bytes(sum1->bytes), times(k + uint256(1), kG));
        const auto sum2 = add(fixed<256>(times(k, kH)), fixed<256>(bytes(kH)));
        EXPECT_EQ(to_bytes(sum2->bytes), times(k + uint256(1), kH));
    }
}

// Few terms go by windows, many by buckets: both against single multiplications.
TEST(Bls12381, SumsAgreeWithSingleMultiples) {
    for (const std::size_t count : {3U, 12U, 24U, 25U, 60U}) {
        Bytes items1;
        Bytes items2;
        G1Bytes sum1{};
        G2Bytes sum2{};
        for (std::size_t i = 0; i < count; ++i) {
            const uint256 k = kBig * uint256(i * i + 7) + uint256(i);
            const Bytes p = times(uint256(i + 3), kG);
            const Bytes q = times(uint256(i + 3), kH);
            for (const Bytes& part : {p, word(k)}) append(items1, part);
            for (const Bytes& part : {q, word(k)}) append(items2, part);
            sum1 = *add(sum1, *g1_sum_of_multiples(concat({p, word(k)})));
            sum2 = *add(sum2, *g2_sum_of_multiples(concat({q, word(k)})));
        }
        EXPECT_EQ(*g1_sum_of_multiples(items1), sum1) << count;
        EXPECT_EQ(*g2_sum_of_multiples(items2), sum2) << count;
    }
}

TEST(Bls12381, PairingIsBilinearAndNotTrivial) {
    const auto product = [](const Bytes& p, const Bytes& q, const Bytes& r, const Bytes& s) {
        return *pairing_product_is_one(concat({p, q, r, s}));
    };
    const uint256 j(77777);
    EXPECT_TRUE(product(times(kBig, kG), times(j, kH), times(j, -kG), times(kBig, kH)));
    EXPECT_FALSE(product(times(kBig, kG), times(j, kH), times(j, kG), times(kBig, kH)));
    EXPECT_FALSE(product(times(kBig, kG), bytes(kH), times(j, -kG), bytes(kH)));
    EXPECT_FALSE(*pairing_product_is_one(concat({bytes(kG), bytes(kH)})));
    EXPECT_TRUE(product(bytes(kG), Bytes(256, 0), Bytes(128, 0), bytes(kH)));
}

// The lines of a known point are those of the running point.
TEST(Bls12381, StoredLinesGiveTheSamePairing) {
    const auto lines = lines_of<Curve>(kH);
    std::vector<Pair<Curve, MillerPoint<Curve>>> live{{kG, MillerPoint<Curve>(kH)}};
    std::vector<Pair<Curve, StoredLines<Curve>>> stored{{kG, StoredLines<Curve>(lines)}};
    EXPECT_EQ((miller_loop<Curve, MillerPoint<Curve>>(live)),
              (miller_loop<Curve, StoredLines<Curve>>(stored)));
}

// A point of the curve that the cofactor has not been taken out of.
template <class F>
Affine<F> outside_subgroup(F x, const F& b) {
    for (;; x = x + F::one()) {
        const auto y = (x.square() * x + b).square_root();
        if (y && !is_in_subgroup(Affine<F>{x, *y})) return {x, *y};
    }
}

TEST(Bls12381, AdditionsTakeAnyPointOfTheCurve) {
    const G1 p = outside_subgroup(Fp(3), kB);
    const G2 q = outside_subgroup(F2{Fp(3), Fp(1)}, kTwistB);
    EXPECT_TRUE(add(fixed<128>(bytes(p)), fixed<128>(bytes(kG))).ok());
    EXPECT_TRUE(add(fixed<256>(bytes(q)), fixed<256>(bytes(kH))).ok());
}

TEST(Bls12381, RefusesPointsOutsideTheSubgroup) {
    const Bytes p = bytes(outside_subgroup(Fp(3), kB));
    const Bytes q = bytes(outside_subgroup(F2{Fp(3), Fp(1)}, kTwistB));
    const auto kind = [](const auto& result) -> const ErrorKind& { return result.error().kind(); };
    EXPECT_EQ(kind(g1_sum_of_multiples(concat({p, word(uint256(1))}))), kNotInSubgroup);
    EXPECT_EQ(kind(g2_sum_of_multiples(concat({q, word(uint256(1))}))), kNotInSubgroup);
    EXPECT_EQ(kind(pairing_product_is_one(concat({p, bytes(kH)}))), kNotInSubgroup);
    EXPECT_EQ(kind(pairing_product_is_one(concat({bytes(kG), q}))), kNotInSubgroup);
    EXPECT_EQ(kind(pairing_product_is_one(concat({Bytes(128, 0), q}))), kNotInSubgroup);
}

TEST(Bls12381, RefusesBadEncodings) {
    const auto kind = [](const Bytes& p) -> const ErrorKind& {
        const auto result = add(fixed<128>(p), G1Bytes{});
        EXPECT_FALSE(result.ok());
        return result.error().kind();
    };
    Bytes off = bytes(kG);
    off[127] ^= 1;
    EXPECT_EQ(kind(off), kNotOnCurve);
    Bytes padded = bytes(kG);
    padded[15] = 1;
    EXPECT_EQ(kind(padded), kNotInField);
    Bytes modulus(128, 0);
    store_limbs(Modulus::kModulus, modulus.data() + 16);
    EXPECT_EQ(kind(modulus), kNotInField);
    EXPECT_EQ(map_to_g1(fixed<64>(Bytes(modulus.begin(), modulus.begin() + 64))).error().kind(),
              kNotInField);
    EXPECT_EQ(map_to_g2(fixed<128>(modulus)).error().kind(), kNotInField);
    EXPECT_EQ(g1_sum_of_multiples({}).error().kind(), kBadLength);
    EXPECT_EQ(g2_sum_of_multiples(Bytes(287, 0)).error().kind(), kBadLength);
    EXPECT_EQ(pairing_product_is_one({}).error().kind(), kBadLength);
}

TEST(Bls12381, MapsIntoTheSubgroup) {
    for (std::uint64_t u = 0; u < 12; ++u) {
        const G1 p = map(Fp(u));
        EXPECT_TRUE(p.is_on_curve(kB) && is_in_subgroup(p)) << u;
        EXPECT_EQ(map(-Fp(u)), u == 0 ? p : -p);
        const G2 q = map(F2{Fp(u), Fp(u * u + 1)});
        EXPECT_TRUE(q.is_on_curve(kTwistB) && is_in_subgroup(q)) << u;
    }
}

} // namespace
} // namespace salus::crypto::bls12_381
