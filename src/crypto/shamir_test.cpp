#include "crypto/shamir.hpp"

#include <gtest/gtest.h>

namespace salus::crypto::shamir {
namespace {

// Three of five guardians.
struct Guardians {
    SeededRandom random{1979};
    SecretKey32 secret{random.bytes<32>()};
    Dealing dealing = deal(secret, 3, 5, random).value();

    std::vector<Share> of(std::initializer_list<std::size_t> holders) const {
        std::vector<Share> out;
        out.reserve(holders.size());
        for (const std::size_t holder : holders) out.push_back(dealing.shares[holder - 1].copy());
        return out;
    }
    Result<SecretKey32> recovered(const std::vector<Share>& shares,
                                  std::vector<std::uint32_t>* wrong = nullptr) const {
        return recover(dealing.commitments, shares, wrong);
    }
};

TEST(Shamir, EveryThreeOfFiveRecover) {
    const Guardians it;
    for (std::size_t a = 1; a <= 5; ++a) {
        for (std::size_t b = 1; b <= 5; ++b) {
            for (std::size_t c = 1; c <= 5; ++c) {
                if (a == b || b == c || a == c) continue;
                EXPECT_EQ(it.recovered(it.of({a, b, c})).value().expose(), it.secret.expose());
            }
        }
    }
    EXPECT_EQ(it.recovered(it.of({5, 4, 3, 2, 1})).value().expose(), it.secret.expose());
}

TEST(Shamir, FewerThanTheThresholdAreTooFewAndOneTwiceCountsOnce) {
    const Guardians it;
    EXPECT_EQ(it.recovered(it.of({1, 2})).error().kind(), kTooFew);
    EXPECT_EQ(it.recovered(it.of({1, 2, 2, 1})).error().kind(), kTooFew);
    EXPECT_EQ(it.recovered({}).error().kind(), kTooFew);
}

// Two shares fit to every secret: through any constant and the two goes a parabola, of which the
// two are right shares.
TEST(Shamir, TwoSharesTellNothing) {
    const Guardians it;
    SeededRandom random(2);
    const Scalar &first = it.dealing.shares[0].secret, &second = it.dealing.shares[1].secret;
    for (int i = 0; i < 3; ++i) {
        const Scalar guess = Scalar::random(random);
        // b = (f(2) - 2·f(1) + guess) / 2 and a = f(1) - guess - b
        const Scalar twice = subtract(second, add(first, first).value()).value();
        const Scalar b = multiply(add(twice, guess).value(), invert(Scalar::small(2)));
        const Scalar a = subtract(subtract(first, guess).value(), b).value();
        const std::vector<Point> commitments{generate(guess), generate(a), generate(b)};
        EXPECT_TRUE(check(commitments, it.dealing.shares[0]).ok());
        EXPECT_TRUE(check(commitments, it.dealing.shares[1]).ok());
        EXPECT_FALSE(check(commitments, it.dealing.shares[2]).ok());
    }
}

TEST(Shamir, AFalseShareIsNamedAndPassedOver) {
    const Guardians it;
    SeededRandom random(3);
    auto shares = it.of({1, 2, 3, 4});
    shares[1].secret = Scalar::random(random);
    EXPECT_EQ(check(it.dealing.commitments, shares[1]).error().kind(), kShareWrong);
    EXPECT_NE(check(it.dealing.commitments, shares[1]).error().text().find("holder 2"),
              std::string::npos);
    std::vector<std::uint32_t> wrong;
    EXPECT_EQ(it.recovered(shares, &wrong).value().expose(), it.secret.expose());
    EXPECT_EQ(wrong, std::vector<std::uint32_t>{2});
    // Under another's number it is false as well.
    shares = it.of({1, 2, 3});
    shares[2].holder = 4;
    wrong.clear();
    EXPECT_EQ(it.recovered(shares, &wrong).error().kind(), kTooFew);
    EXPECT_EQ(wrong, std::vector<std::uint32_t>{4});
    shares[2].holder = 0;
    EXPECT_EQ(check(it.dealing.commitments, shares[2]).error().kind(), kThreshold);
    shares[2].holder = 256;
    EXPECT_EQ(check(it.dealing.commitments, shares[2]).error().kind(), kThreshold);
    EXPECT_EQ(check({}, shares[0]).error().kind(), kThreshold);
    EXPECT_EQ(recover({}, shares, nullptr).error().kind(), kThreshold);
}

TEST(Shamir, EveryFlippedBitOfAShareIsFound) {
    const Guardians it;
    const auto bytes = it.dealing.shares[0].bytes();
    for (std::size_t bit = 0; bit < 8 * Share::kSize; ++bit) {
        auto other = bytes.expose();
        other[bit / 8] ^= static_cast<Byte>(1U << (bit % 8));
        const auto read = Share::from_bytes(other.bytes);
        EXPECT_FALSE(read.ok() && check(it.dealing.commitments, *read).ok()) << bit;
    }
}

TEST(Shamir, SharesAreReadAsWritten) {
    const Guardians it;
    const Share& share = it.dealing.shares[4];
    const Share read = Share::from_bytes(share.bytes().expose().bytes).value();
    EXPECT_EQ(read.holder, 5U);
    EXPECT_EQ(read.secret.expose(), share.secret.expose());
    EXPECT_EQ(Share::from_bytes(Bytes(32, 1)).error().kind(), kThreshold);
    EXPECT_EQ(Share::from_bytes(Bytes(34, 1)).error().kind(), kThreshold);
    EXPECT_EQ(Share::from_bytes(Bytes(33, 0)).error().kind(), kThreshold);
    EXPECT_EQ(Share::from_bytes(Bytes(33, 0xff)).error().kind(), secp256k1::kBadScalar);
}

TEST(Shamir, ThresholdsAndSecretsOutOfRangeAreRefused) {
    SeededRandom random(4);
    const SecretKey32 secret(random.bytes<32>());
    EXPECT_EQ(deal(secret, 0, 3, random).error().kind(), kThreshold);
    EXPECT_EQ(deal(secret, 4, 3, random).error().kind(), kThreshold);
    EXPECT_EQ(deal(secret, 2, 256, random).error().kind(), kThreshold);
    EXPECT_EQ(deal(SecretKey32{}, 2, 3, random).error().kind(), secp256k1::kBadScalar);
    Hash32 past;
    past.bytes.fill(0xff);
    EXPECT_EQ(deal(SecretKey32(past), 2, 3, random).error().kind(), secp256k1::kBadScalar);
    const Dealing one = deal(secret, 1, 1, random).value();
    EXPECT_EQ(recover(one.commitments, one.shares, nullptr).value().expose(), secret.expose());
    const Dealing most = deal(secret, 2, 255, random).value();
    EXPECT_EQ(recover(most.commitments, std::span(most.shares).last(2), nullptr).value().expose(),
              secret.expose());
}

} // namespace
} // namespace salus::crypto::shamir
