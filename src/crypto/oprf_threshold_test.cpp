#include "crypto/oprf_threshold.hpp"

#include <gtest/gtest.h>

namespace salus::crypto::oprf {
namespace {

// Three of five holders.
struct Council {
    SeededRandom random{9497};
    SecretScalar key = random_scalar(random);
    Dealing dealing = deal(key, 3, 5, view("test"), random).value();
    SecretScalar r = random_scalar(random);
    Element blinded = blind(Mode::voprf, view("input"), r).value();

    std::vector<Partial> answers(std::initializer_list<std::size_t> holders) {
        std::vector<Partial> out;
        for (const std::size_t holder : holders) {
            out.push_back(answer(dealing.shares[holder - 1], blinded, random).value());
        }
        return out;
    }
    Result<Element> combined(const std::vector<Partial>& partials,
                             std::vector<std::uint32_t>* wrong = nullptr) const {
        return combine(dealing.commitments, blinded, partials, wrong);
    }
};

TEST(OprfThreshold, EveryThreeOfFiveGiveTheAnswerOfTheWholeKey) {
    Council council;
    const Element whole = blind_evaluate(council.key, council.blinded).value();
    EXPECT_EQ(council.dealing.commitments.front(), public_key(council.key));
    for (std::size_t a = 1; a <= 5; ++a) {
        for (std::size_t b = 1; b <= 5; ++b) {
            for (std::size_t c = 1; c <= 5; ++c) {
                if (a == b || b == c || a == c) continue;
                EXPECT_EQ(council.combined(council.answers({a, b, c})).value(), whole);
            }
        }
    }
    EXPECT_EQ(council.combined(council.answers({5, 4, 3, 2, 1})).value(), whole);
    EXPECT_EQ(finalize(Mode::voprf, view("input"), council.r, whole).value(),
              finalize(Mode::voprf, view("input"), council.r,
                       council.combined(council.answers({2, 3, 5})).value())
                  .value());
}

TEST(OprfThreshold, TwoOfThreeAreTooFewAndOneTwiceCountsOnce) {
    Council council;
    EXPECT_EQ(council.combined(council.answers({1, 2})).error().kind(), kTooFew);
    EXPECT_EQ(council.combined(council.answers({1, 2, 2, 1})).error().kind(), kTooFew);
    EXPECT_EQ(council.combined({}).error().kind(), kTooFew);
}

TEST(OprfThreshold, TwoHoldersHaveNoAnswerOfTheWholeKey) {
    Council council;
    const Element whole = blind_evaluate(council.key, council.blinded).value();
    const auto two = council.answers({1, 2});
    for (const Partial& partial : two) EXPECT_NE(partial.element, whole);
    // As if two were enough: what they hold does not fit to a line.
    const std::vector<Element> line(council.dealing.commitments.begin(),
                                    council.dealing.commitments.begin() + 2);
    EXPECT_EQ(combine(line, council.blinded, two, nullptr).error().kind(), kTooFew);
    // Nor does their sum.
    const KeyShare sum = sum_shares(std::vector<KeyShare>([&] {
                             std::vector<KeyShare> out;
                             out.push_back({1, council.dealing.shares[0].secret.copy()});
                             out.push_back({1, council.dealing.shares[1].secret.copy()});
                             return out;
                         }()))
                             .value();
    EXPECT_NE(blind_evaluate(sum.secret, council.blinded).value(), whole);
}

TEST(OprfThreshold, WrongPartialsAreNamedAndPassedOver) {
    Council council;
    const Element whole = blind_evaluate(council.key, council.blinded).value();
    auto partials = council.answers({1, 2, 3, 4, 5});
    partials[1].element = blind_evaluate(random_scalar(council.random), council.blinded).value();
    partials[2].proof.s = random_scalar(council.random).expose();
    std::vector<std::uint32_t> wrong;
    EXPECT_EQ(council.combined(partials, &wrong).value(), whole);
    EXPECT_EQ(wrong, (std::vector<std::uint32_t>{2, 3}));
    const auto refused =
        check_partial(council.dealing.commitments, council.blinded, partials[1]).error();
    EXPECT_EQ(refused.kind(), kPartialWrong);
    EXPECT_EQ(refused.detail(), "holder 2");
    partials[4].holder = 4; // an answer under another's name
    wrong.clear();
    EXPECT_EQ(council.combined({partials[0], partials[1], partials[4]}, &wrong).error().kind(),
              kTooFew);
    EXPECT_EQ(wrong, (std::vector<std::uint32_t>{2, 4}));
    partials[3].holder = 0;
    EXPECT_FALSE(check_partial(council.dealing.commitments, council.blinded, partials[3]).ok());
}

TEST(OprfThreshold, SharesAreCheckedAgainstTheCommitments) {
    Council council;
    for (const KeyShare& share : council.dealing.shares) {
        EXPECT_TRUE(check_share(council.dealing.commitments, share).ok());
        EXPECT_EQ(public_share(council.dealing.commitments, share.holder).value(),
                  public_key(share.secret));
    }
    KeyShare cheated{2, council.dealing.shares[0].secret.copy()};
    EXPECT_EQ(check_share(council.dealing.commitments, cheated).error().kind(), kShareWrong);
    EXPECT_EQ(check_share(council.dealing.commitments, {2, SecretScalar{}}).error().kind(),
              kShareWrong);
    cheated.holder = 0;
    EXPECT_EQ(check_share(council.dealing.commitments, cheated).error().kind(), kThreshold);
    EXPECT_EQ(public_share({}, 1).error().kind(), kThreshold);
    EXPECT_EQ(public_share(council.dealing.commitments, 256).error().kind(), kThreshold);
}

TEST(OprfThreshold, RefusesDealingsByName) {
    Council council;
    const Dealing& good = council.dealing;
    EXPECT_TRUE(check_dealing(good.commitments, good.knowledge, 3, view("test")).ok());
    EXPECT_EQ(check_dealing(good.commitments, good.knowledge, 3, view("other")).error().kind(),
              kDealerProof);
    EXPECT_EQ(check_dealing(good.commitments, good.knowledge, 2, view("test")).error().kind(),
              kThreshold);
    auto commitments = good.commitments;
    commitments[2] = Element{};
    EXPECT_EQ(check_dealing(commitments, good.knowledge, 3, view("test")).error().kind(),
              kBadElement);
    // A key that cancels another's: chosen without knowing its scalar.
    commitments = good.commitments;
    commitments[0] = blind(Mode::voprf, view("x"), random_scalar(council.random)).value();
    EXPECT_EQ(check_dealing(commitments, good.knowledge, 3, view("test")).error().kind(),
              kDealerProof);
    for (const auto& [threshold, count] : {std::pair{0, 1}, {2, 1}, {1, 256}, {0, 0}}) {
        EXPECT_EQ(deal(council.key, static_cast<std::size_t>(threshold),
                       static_cast<std::size_t>(count), {}, council.random)
                      .error()
                      .kind(),
                  kThreshold);
    }
}

// Each of three deals; nobody has the sum, and two of them answer for it.
TEST(OprfThreshold, AKeyThatNobodyDealtAlone) {
    SeededRandom random(7);
    std::vector<SecretScalar> keys;
    std::vector<Dealing> dealings;
    std::vector<std::vector<Element>> published;
    for (int i = 0; i < 3; ++i) {
        keys.push_back(random_scalar(random));
        dealings.push_back(deal(keys.back(), 2, 3, view("generation"), random).value());
        ASSERT_TRUE(check_dealing(dealings.back().commitments, dealings.back().knowledge, 2,
                                  view("generation"))
                        .ok());
        published.push_back(dealings.back().commitments);
    }
    const auto commitments = sum_commitments(published).value();
    std::vector<KeyShare> shares;
    for (std::size_t holder = 0; holder < 3; ++holder) {
        std::vector<KeyShare> received;
        for (const Dealing& dealing : dealings) {
            received.push_back(
                {dealing.shares[holder].holder, dealing.shares[holder].secret.copy()});
            ASSERT_TRUE(check_share(dealing.commitments, received.back()).ok());
        }
        shares.push_back(sum_shares(received).value());
        EXPECT_TRUE(check_share(commitments, shares.back()).ok());
    }
    const KeyShare whole = sum_shares(std::vector<KeyShare>([&] {
                               std::vector<KeyShare> out;
                               for (const SecretScalar& key : keys) out.push_back({1, key.copy()});
                               return out;
                           }()))
                               .value();
    const Element blinded = blind(Mode::voprf, view("input"), random_scalar(random)).value();
    const std::vector<Partial> partials{answer(shares[2], blinded, random).value(),
                                        answer(shares[0], blinded, random).value()};
    EXPECT_EQ(combine(commitments, blinded, partials, nullptr).value(),
              blind_evaluate(whole.secret, blinded).value());
    published[1].pop_back();
    EXPECT_EQ(sum_commitments(published).error().kind(), kThreshold);
    EXPECT_EQ(sum_commitments({}).error().kind(), kThreshold);
    std::vector<KeyShare> mixed;
    mixed.push_back({1, keys[0].copy()});
    mixed.push_back({2, keys[1].copy()});
    EXPECT_EQ(sum_shares(mixed).error().kind(), kThreshold);
    EXPECT_EQ(sum_shares({}).error().kind(), kThreshold);
}

} // namespace
} // namespace salus::crypto::oprf
