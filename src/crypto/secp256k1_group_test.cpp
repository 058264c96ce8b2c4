#include "crypto/secp256k1_group.hpp"

#include <memory>

#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "crypto/secp256k1.hpp"

namespace salus::crypto::secp256k1 {
namespace {

const char* const kG = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
const char* const kLast = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140"; // n-1

Scalar scalar(std::string_view text) {
    return Scalar::from_bytes(hex(text)).value();
}
Point generator() {
    return Point::from_bytes(hex(kG)).value();
}

TEST(Secp256k1Group, ScalarsAreOneToOrderLessOne) {
    const char* const zero = "0000000000000000000000000000000000000000000000000000000000000000";
    const char* const order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    const char* const most = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
    for (const char* text : {zero, order, most, "1111", ""}) {
        EXPECT_EQ(Scalar::from_bytes(hex(text)).error().kind(), kBadScalar) << text;
    }
    EXPECT_EQ(to_hex(scalar(kLast).expose().bytes), kLast);
    EXPECT_EQ(Scalar::small(0x01020304).expose()[31], 4);
    EXPECT_EQ(Scalar::small(0x01020304).expose()[28], 1);
}

TEST(Secp256k1Group, ZeroAndInfinityAreErrorsByName) {
    SeededRandom random(1);
    const Scalar a = Scalar::random(random);
    EXPECT_EQ(subtract(a, a).error().kind(), kZero);
    EXPECT_EQ(add(a, negate(a)).error().kind(), kZero);
    EXPECT_EQ(add({generate(a), generate(negate(a))}).error().kind(), kInfinity);
    EXPECT_EQ(add(std::span<const Point>{}).error().kind(), kInfinity);
    EXPECT_TRUE(add({generate(a), generate(a)}).ok());
}

TEST(Secp256k1Group, PointsAreCompressedAndOfTheCurve) {
    EXPECT_EQ(to_hex(generator().bytes().bytes), kG);
    for (const char* text :
         {"0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",   // mixed form
          "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",     // x alone
          "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f8179800", // and more
          "020000000000000000000000000000000000000000000000000000000000000005",   // off the curve
          "02ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",   // past the field
          "000000000000000000000000000000000000000000000000000000000000000000"}) {
        EXPECT_EQ(Point::from_bytes(hex(text)).error().kind(), kBadPoint) << text;
    }
}

TEST(Secp256k1Group, TheFieldsLawsHold) {
    SeededRandom random(2);
    const auto same = [](const Scalar& a, const Scalar& b) { return a.expose() == b.expose(); };
    for (int i = 0; i < 50; ++i) {
        const Scalar a = Scalar::random(random), b = Scalar::random(random);
        const Scalar c = Scalar::random(random);
        EXPECT_TRUE(same(multiply(a, invert(a)), Scalar::small(1)));
        EXPECT_TRUE(
            same(multiply(a, add(b, c).value()), add(multiply(a, b), multiply(a, c)).value()));
        EXPECT_TRUE(same(subtract(add(a, b).value(), b).value(), a));
    }
    EXPECT_TRUE(same(invert(Scalar::small(1)), Scalar::small(1)));
    EXPECT_TRUE(same(invert(scalar(kLast)), scalar(kLast))); // -1
}

TEST(Secp256k1Group, ManyInversesAtOnceAreTheSame) {
    SeededRandom random(3);
    for (const std::size_t count : {0U, 1U, 2U, 9U}) {
        std::vector<Scalar> all;
        all.reserve(count);
        for (std::size_t i = 0; i < count; ++i) all.push_back(Scalar::random(random));
        const std::vector<Scalar> inverses = invert(all);
        ASSERT_EQ(inverses.size(), count);
        for (std::size_t i = 0; i < count; ++i) {
            EXPECT_EQ(inverses[i].expose(), invert(all[i]).expose());
        }
    }
}

TEST(Secp256k1Group, EveryWayToMultiplyGivesTheSamePoint) {
    SeededRandom random(4);
    for (int i = 0; i < 20; ++i) {
        const Scalar a = Scalar::random(random), b = Scalar::random(random);
        const Point point = generate(a);
        EXPECT_EQ(multiply(generator(), a), point);
        EXPECT_EQ(multiply_public(generator(), a), point);
        EXPECT_EQ(multiply(point, b), generate(multiply(a, b)));
        EXPECT_EQ(share(point, b).expose(), multiply(point, b).bytes());
        EXPECT_EQ(add({generate(a), generate(b)}).value(), generate(add(a, b).value()));
    }
    EXPECT_EQ(generate(Scalar::small(1)), generator());
}

TEST(Secp256k1Group, APolynomialIsTakenByHorner) {
    std::vector<Scalar> coefficients; // 7 + 5x + 3x²
    coefficients.reserve(3);
    for (const std::uint32_t one : {7U, 5U, 3U}) coefficients.push_back(Scalar::small(one));
    EXPECT_EQ(evaluate(coefficients, Scalar::small(10)).value().expose(),
              Scalar::small(357).expose());
    EXPECT_EQ(evaluate({coefficients.data(), 1}, Scalar::small(10)).value().expose(),
              Scalar::small(7).expose());
    std::vector<Scalar> root; // x - 4
    root.push_back(negate(Scalar::small(4)));
    root.push_back(Scalar::small(1));
    EXPECT_EQ(evaluate(root, Scalar::small(4)).error().kind(), kZero);
}

TEST(Secp256k1Group, EveryDigestBecomesAScalar) {
    const auto of = [](std::string_view digest) {
        return to_hex(scalar_of(SecretKey32(hash32(digest))).expose().bytes);
    };
    const char* const one = "0000000000000000000000000000000000000000000000000000000000000001";
    EXPECT_EQ(of("0000000000000000000000000000000000000000000000000000000000000000"), one);
    EXPECT_EQ(of("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd036413f"), kLast);
    EXPECT_EQ(of(kLast), one);
    EXPECT_EQ(of("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
              "0000000000000000000000000000000000000000000000000000000000000002");
    EXPECT_EQ(of("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
              "000000000000000000000000000000014551231950b75fc4402da1732fc9bec0");
}

TEST(Secp256k1Group, HashToScalarIsTheDigestAndOne) {
    const Hash32 digest = sha256(concat({hex("00000003"), view("ABC"), view("x"), view("yz")}));
    const Scalar plain = Scalar::from_bytes(digest.bytes).value();
    EXPECT_EQ(hash_to_scalar("ABC", {view("x"), view("yz")}).expose(),
              add(plain, Scalar::small(1)).value().expose());
    EXPECT_EQ(hash_to_scalar("ABC", {view("xyz")}).expose(),
              hash_to_scalar(view("ABC"), {view("xy"), view("z")}).expose());
}

TEST(Secp256k1Group, SignaturesOfEitherHalfVerifyAndOthersDoNot) {
    SeededRandom random(5);
    const Scalar key = Scalar::random(random);
    const Point point = generate(key);
    const auto signature = sign_message(key, view("message"));
    EXPECT_TRUE(verify_message(point, view("message"), signature));
    EXPECT_FALSE(verify_message(point, view("other"), signature));
    EXPECT_FALSE(verify_message(generator(), view("message"), signature));
    auto high = signature;
    const Scalar s = Scalar::from_bytes(ByteView(signature.bytes).subspan(32)).value();
    std::memcpy(high.data() + 32, negate(s).expose().data(), 32);
    EXPECT_TRUE(verify_message(point, view("message"), high));
    FixedBytes<64> past = signature;
    std::memset(past.data(), 0xff, 32);
    EXPECT_FALSE(verify_message(point, view("message"), past));
    EXPECT_FALSE(verify_message(point, view("message"), FixedBytes<64>{}));
}

TEST(Secp256k1Group, AScalarThatWasMovedIsWiped) {
    SeededRandom random(6);
    Scalar from = Scalar::random(random);
    const Scalar to = std::move(from);
    EXPECT_TRUE(from.expose().is_zero()); // NOLINT(bugprone-use-after-move): it is the question
    EXPECT_FALSE(to.expose().is_zero());
}

TEST(Secp256k1Group, AScalarThatIsGoneIsWiped) {
    SeededRandom random(7);
    alignas(Scalar) std::array<Byte, sizeof(Scalar)> place{};
    auto* const scalar = new (place.data()) Scalar(Scalar::random(random));
    EXPECT_NE(place, decltype(place){});
    std::destroy_at(scalar);
    EXPECT_EQ(place, decltype(place){});
}

} // namespace
} // namespace salus::crypto::secp256k1
