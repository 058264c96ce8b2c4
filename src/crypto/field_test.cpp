#include "crypto/field.hpp"

#include <gtest/gtest.h>

#include "crypto/tower.hpp"

namespace salus::crypto {
namespace {

struct Modulus4 {
    static constexpr auto kModulus =
        limbs<4>("30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47");
    static constexpr std::uint64_t kXi = 9;
};
struct Modulus6 {
    static constexpr auto kModulus = limbs<6>("1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf"
                                              "6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab");
    static constexpr std::uint64_t kXi = 1;
};

// Schoolbook arithmetic on plain numbers below p: what the field is held against.
template <class Modulus>
struct Plain {
    static constexpr std::size_t N = Modulus::kModulus.size();
    static Limbs<N> add(Limbs<N> a, const Limbs<N>& b) {
        add_to(a, b);
        if (!less(a, Modulus::kModulus)) subtract_from(a, Modulus::kModulus);
        return a;
    }
    static Limbs<N> multiply(const Limbs<N>& a, const Limbs<N>& b) {
        Limbs<N> out{};
        for (std::size_t i = 64 * N; i-- > 0;) {
            out = add(out, out);
            if (bit(b, i)) out = add(out, a);
        }
        return out;
    }
};

// Numbers with long runs of ones and zeros, and the edges of the field.
template <class Modulus>
std::vector<Limbs<Modulus::kModulus.size()>> numbers() {
    constexpr std::size_t N = Modulus::kModulus.size();
    std::vector<Limbs<N>> out{
        {}, {1}, {2}, minus(Modulus::kModulus, 1), minus(Modulus::kModulus, 2)};
    std::uint64_t state = 1;
    for (int i = 0; i < 60; ++i) {
        Limbs<N> number;
        for (auto& limb : number) {
            state = state * 6364136223846793005 + 1442695040888963407;
            limb = (state >> 62) == 0 ? 0 : (state >> 62) == 1 ? ~std::uint64_t{0} : state * state;
        }
        number[N - 1] &= 0x0fffffffffffffff;
        if (less(number, Modulus::kModulus)) out.push_back(number);
    }
    return out;
}

template <class Modulus>
class FieldTest : public testing::Test {};
using Moduli = testing::Types<Modulus4, Modulus6>;
TYPED_TEST_SUITE(FieldTest, Moduli);

TYPED_TEST(FieldTest, AgreesWithSchoolbookArithmetic) {
    using F = Field<TypeParam>;
    using P = Plain<TypeParam>;
    const auto all = numbers<TypeParam>();
    ASSERT_GT(all.size(), 20u);
    for (const auto& a : all) {
        for (const auto& b : all) {
            const F x = F::from_number(a);
            const F y = F::from_number(b);
            EXPECT_EQ((x + y).number(), P::add(a, b));
            EXPECT_EQ((x * y).number(), P::multiply(a, b));
            EXPECT_EQ((x - y) + y, x);
            EXPECT_EQ(F::reduce(F::product(x, y)), x * y);
        }
    }
}

TYPED_TEST(FieldTest, SumsOfProductsAreReducedOnce) {
    using F = Field<TypeParam>;
    const auto all = numbers<TypeParam>();
    for (std::size_t i = 3; i < all.size(); ++i) {
        const F a = F::from_number(all[i]);
        const F b = F::from_number(all[i - 1]);
        const F c = F::from_number(all[i - 2]);
        const F d = F::from_number(all[i - 3]);
        auto sum = F::product(a, b);
        F::add(sum, F::product(c, d));
        EXPECT_EQ(F::reduce(sum), a * b + c * d);
        auto difference = F::product(a, b);
        F::subtract(difference, F::product(c, d));
        EXPECT_EQ(F::reduce(difference), a * b - c * d);
        auto exact = F::product(F::unreduced_sum(a, b), F::unreduced_sum(c, d));
        F::subtract_exact(exact, F::product(a, c));
        EXPECT_EQ(F::reduce(exact), a * d + b * c + b * d);
    }
}

// The compiler evaluates the portable code; at run time the processor's kernels run.
template <class F>
constexpr F chain() {
    F a(3);
    F b(5);
    for (int i = 0; i < 40; ++i) {
        a = a * b - b.halved();
        b = b * b + a.doubled();
        auto wide = F::product(a, b);
        F::subtract(wide, F::product(b, b));
        F::add(wide, F::product(a, a));
        b = b - F::reduce(wide);
    }
    return a * b;
}

TYPED_TEST(FieldTest, KernelsAgreeWithPortableCode) {
    using F = Field<TypeParam>;
    static constexpr F kPortable = chain<F>();
    EXPECT_EQ(chain<F>(), kPortable);
}

TYPED_TEST(FieldTest, InversesSquaresAndRoots) {
    using F = Field<TypeParam>;
    for (const auto& number : numbers<TypeParam>()) {
        const F a = F::from_number(number);
        EXPECT_EQ(a * a.inverse(), a.is_zero() ? F() : F::one());
        EXPECT_EQ(a.halved().doubled(), a);
        EXPECT_EQ(a.is_square(), a.square_root().has_value());
        const auto root = a.square().square_root();
        ASSERT_TRUE(root);
        EXPECT_TRUE(*root == a || *root == -a);
        EXPECT_EQ(a.power(TypeParam::kModulus), a); // Fermat
    }
}

TYPED_TEST(FieldTest, BytesAreBigEndianAndBelowTheModulus) {
    using F = Field<TypeParam>;
    std::array<Byte, F::kBytes> bytes{};
    bytes[F::kBytes - 1] = 7;
    EXPECT_EQ(F::from_bytes(bytes.data()), F(7));
    store_limbs(minus(TypeParam::kModulus, 1), bytes.data());
    EXPECT_EQ(F::from_bytes(bytes.data()), -F::one());
    store_limbs(TypeParam::kModulus, bytes.data());
    EXPECT_FALSE(F::from_bytes(bytes.data()));
    bytes.fill(0xff);
    EXPECT_FALSE(F::from_bytes(bytes.data()));
    F(0x1234).to_bytes(bytes.data());
    EXPECT_EQ(to_hex(bytes).substr(2 * F::kBytes - 6), "001234");
}

// --- the tower ----------------------------------------------------------------------------------

template <class Modulus>
Fp12<Modulus> sample(std::uint64_t seed) {
    using F = Field<Modulus>;
    F x(seed);
    const auto next = [&x] { return x = x * x + F(1); };
    const auto pair = [&next] {
        const F a = next();
        return Fp2<Modulus>{a, next()};
    };
    const auto half = [&pair] {
        const auto a = pair();
        const auto b = pair();
        return Fp6<Modulus>{a, b, pair()};
    };
    for (int i = 0; i < 9; ++i) next();
    const auto low = half();
    return {low, half()};
}

TYPED_TEST(FieldTest, TowerIsAField) {
    for (std::uint64_t seed = 2; seed < 6; ++seed) {
        const auto a = sample<TypeParam>(seed);
        const auto b = sample<TypeParam>(seed + 10);
        const auto c = sample<TypeParam>(seed + 20);
        EXPECT_EQ(a * b, b * a);
        EXPECT_EQ((a * b) * c, a * (b * c));
        EXPECT_EQ(a.square(), a * a);
        EXPECT_TRUE((a * a.inverse()).is_one());
        EXPECT_EQ(a.c0.c0.square(), a.c0.c0 * a.c0.c0);
        EXPECT_EQ(a.c0.times_v() * b.c0, (a.c0 * b.c0).times_v());
        EXPECT_EQ(a.c0.c1.times_xi(), a.c0.c1 * Fp2<TypeParam>::xi());
        const auto root = a.c0.c0.square().square_root();
        ASSERT_TRUE(root);
        EXPECT_TRUE(*root == a.c0.c0 || *root == -a.c0.c0);
        EXPECT_EQ(a.c0.c2.is_square(), a.c0.c2.square_root().has_value());
        const Fp2<TypeParam> real{a.c0.c0.c0, {}};
        EXPECT_TRUE(real.square_root()); // -1 is no square in Fp, but is one in Fp2
        EXPECT_EQ(real.square_root()->square(), real);
    }
}

TYPED_TEST(FieldTest, FrobeniusIsThePower) {
    const auto a = sample<TypeParam>(3);
    auto power = Fp12<TypeParam>::one();
    for (std::size_t i = 64 * TypeParam::kModulus.size(); i-- > 0;) {
        power = power.square();
        if (bit(TypeParam::kModulus, i)) power = power * a;
    }
    EXPECT_EQ(a.frobenius(), power);
    auto image = a;
    for (int i = 0; i < 6; ++i) image = image.frobenius();
    EXPECT_EQ(image, a.conjugate());
}

TYPED_TEST(FieldTest, SparseAndCyclotomicShortCuts) {
    const auto f = sample<TypeParam>(4);
    const auto [a, b, c] = sample<TypeParam>(7).c0;
    using F2 = Fp2<TypeParam>;
    EXPECT_EQ(f.times_034(a, b, c), f * (Fp12<TypeParam>{{a, F2(), F2()}, {b, c, F2()}}));
    EXPECT_EQ(f.times_014(a, b, c), f * (Fp12<TypeParam>{{a, b, F2()}, {F2(), c, F2()}}));
    const auto unitary = f.conjugate() * f.inverse();
    const auto g = unitary.frobenius_squared() * unitary;
    EXPECT_EQ(g.cyclotomic_square(), g * g);
    EXPECT_TRUE((g * g.conjugate()).is_one());
    EXPECT_EQ(g.cyclotomic_power(signed_digits<4>(7)), g * g * g * g * g * g * g);
    EXPECT_EQ(g.cyclotomic_power(binary_digits<3>(5)), g * g * g * g * g);
}

} // namespace
} // namespace salus::crypto
