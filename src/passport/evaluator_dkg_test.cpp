#include "passport/evaluator_dkg.hpp"

#include <gtest/gtest.h>

#include "crypto/aead.hpp"
#include "crypto/hash.hpp"
#include "crypto/kdf.hpp"

namespace salus::passport {
namespace {

namespace oprf = crypto::oprf;

// Three evaluators, two of whom answer; a test spoils what it is about.
struct Generation {
    explicit Generation(std::size_t threshold = 2, std::size_t count = 3)
        : terms{"first", 73127, address("0x00000000000000000000000000000000000000aa"), count,
                threshold} {
        for (std::uint32_t number = 1; number <= count; ++number) {
            seeds.push_back(oprf::random_scalar(random));
            offers.push_back(dkg_offer(terms, number, seeds.back()).value());
        }
    }
    void share() {
        for (std::uint32_t number = 1; number <= offers.size(); ++number) {
            shares.push_back(dkg_shares(offers, number, seeds[number - 1], random).value());
        }
    }
    Result<DkgOutcome> outcome(std::uint32_t evaluator) const {
        return dkg_outcome(offers, shares, evaluator, seeds[evaluator - 1]);
    }

    SeededRandom random{9497};
    DkgTerms terms;
    std::vector<oprf::SecretScalar> seeds;
    std::vector<DkgOffer> offers;
    std::vector<DkgShares> shares;
};

std::string refusal(const Status& status) {
    return status.ok() ? "none"
                       : std::string(status.error().name()) + " " + status.error().detail();
}
template <typename T>
std::string refusal(const Result<T>& result) {
    return result.ok() ? "none" : refusal(Status(result.error()));
}

oprf::Element evaluated(const NullifierKey& key, const oprf::Element& blinded,
                        std::initializer_list<const oprf::KeyShare*> holders, Random& random) {
    std::vector<oprf::Partial> partials;
    for (const oprf::KeyShare* holder : holders) {
        partials.push_back(oprf::answer(*holder, blinded, random).value());
    }
    return oprf::combine(key.commitments, blinded, partials, nullptr).value();
}

TEST(EvaluatorDkg, GivesAKeyOfWhichAnyTwoAnswerAlike) {
    Generation made;
    made.share();
    const DkgOutcome one = made.outcome(1).value(), two = made.outcome(2).value(),
                     three = made.outcome(3).value();
    const auto text = [](const NullifierKey& key) {
        return codec::print_json(codec::Json(nullifier_key_json(key)));
    };
    EXPECT_EQ(text(one.key), text(two.key));
    EXPECT_EQ(text(one.key), text(three.key));
    EXPECT_EQ(one.key.threshold(), 2U);
    const auto blinded =
        oprf::blind(oprf::Mode::voprf, view("document"), oprf::random_scalar(made.random)).value();
    const auto whole = evaluated(one.key, blinded, {&one.share, &two.share}, made.random);
    EXPECT_EQ(evaluated(one.key, blinded, {&three.share, &two.share}, made.random), whole);
    EXPECT_EQ(evaluated(one.key, blinded, {&one.share, &three.share}, made.random), whole);
    // The sum of all keys that were offered, which nobody ever had.
    auto sum = oprf::sum_commitments(std::vector<std::vector<oprf::Element>>{
        made.offers[0].commitments, made.offers[1].commitments, made.offers[2].commitments});
    EXPECT_EQ(one.key.public_key(), sum.value().front());
}

TEST(EvaluatorDkg, WorksForManyAndForAll) {
    for (const auto& [threshold, count] : {std::pair{2U, 2U}, std::pair{3U, 5U}}) {
        Generation made(threshold, count);
        made.share();
        for (std::uint32_t number = 1; number <= count; ++number) {
            const auto outcome = made.outcome(number);
            ASSERT_TRUE(outcome.ok()) << refusal(outcome);
            EXPECT_EQ(outcome->share.holder, number);
        }
    }
}

TEST(EvaluatorDkg, GoesThroughFilesAndBack) {
    Generation made;
    made.share();
    for (DkgOffer& offer : made.offers) {
        offer = read_dkg_offer(codec::print_json(codec::Json(dkg_offer_json(offer)))).value();
    }
    for (DkgShares& shares : made.shares) {
        shares = read_dkg_shares(codec::print_json(codec::Json(dkg_shares_json(shares)))).value();
    }
    EXPECT_TRUE(made.outcome(3).ok());
}

TEST(EvaluatorDkg, NamesWhoseOfferIsWrong) {
    const auto check = [](auto spoil) {
        Generation made;
        spoil(made);
        return refusal(check_dkg_offers(made.offers));
    };
    EXPECT_EQ(check([](Generation&) {}), "none");
    EXPECT_TRUE(check([](Generation& it) {
                    std::swap(it.offers[1].commitments[0], it.offers[1].commitments[1]);
                }).starts_with("dkg.offer_wrong evaluator 2"));
    EXPECT_TRUE(check([](Generation& it) {
                    it.offers[2].commitments.pop_back();
                }).starts_with("dkg.offer_wrong evaluator 3"));
    // Another's key is not taken for one's own, nor sent shares under another's encryption key.
    EXPECT_TRUE(check([](Generation& it) {
                    it.offers[2] = it.offers[0];
                    it.offers[2].evaluator = 3;
                }).starts_with("dkg.offer_wrong evaluator 3"));
    EXPECT_TRUE(check([](Generation& it) {
                    it.offers[0].encryption = it.offers[1].encryption;
                }).starts_with("dkg.offer_wrong evaluator 1"));
    EXPECT_EQ(check([](Generation& it) { it.offers[1].terms.session = "second"; }),
              "dkg.other_session evaluator 2");
    EXPECT_EQ(check([](Generation& it) { it.offers.pop_back(); }),
              "dkg.incomplete evaluator 3: no offer");
    EXPECT_EQ(check([](Generation& it) { it.offers[1] = it.offers[0]; }),
              "dkg.incomplete evaluator 2: no offer, or two");
}

TEST(EvaluatorDkg, NamesWhoseSharesAreWrong) {
    const auto check = [](auto spoil) {
        Generation made;
        made.share();
        spoil(made);
        return refusal(made.outcome(1));
    };
    EXPECT_EQ(check([](Generation& it) { it.shares[2].sealed[1].back() ^= 1; }),
              "dkg.share_unreadable evaluator 3");
    EXPECT_EQ(check([](Generation& it) { it.shares[2].sealed[1].resize(10); }),
              "dkg.share_unreadable evaluator 3");
    EXPECT_EQ(check([](Generation& it) { it.shares[2].sealed[1] = it.shares[1].sealed[1]; }),
              "dkg.share_unreadable evaluator 3");
    EXPECT_EQ(check([](Generation& it) { it.shares[1].sealed.erase(1); }),
              "dkg.incomplete evaluator 2: no share for 1");
    EXPECT_EQ(check([](Generation& it) { it.shares[1].transcript.bytes[0] ^= 1; }),
              "dkg.other_offers evaluator 2");
    EXPECT_EQ(check([](Generation& it) { it.shares.pop_back(); }),
              "dkg.incomplete evaluator 3: no shares");
    EXPECT_EQ(check([](Generation& it) { it.shares.push_back(it.shares[1]); }),
              "dkg.incomplete evaluator 2: shares twice");
}

// What docs/protocol.md says an evaluator's encryption key is, written a second time.
class FromSeed final : public Random {
public:
    FromSeed(const DkgTerms& terms, const oprf::SecretScalar& seed) : seed_(seed) {
        const std::string text = std::to_string(terms.chain_id) + "|" +
                                 to_hex0x(terms.accreditation.bytes) + "|" +
                                 std::to_string(terms.evaluators) + "|" +
                                 std::to_string(terms.threshold) + "|" + terms.session;
        context_ = crypto::sha256(to_bytes("salus/dkg-terms/1" + text));
    }
    void fill(std::span<Byte> out) override {
        const Bytes info = concat({view("encryption"), Bytes{0, 0, 0, ++count_}});
        const Bytes drawn =
            crypto::hkdf_sha256(seed_.expose().bytes, context_.bytes, info, out.size());
        std::copy(drawn.begin(), drawn.end(), out.begin());
    }

private:
    const oprf::SecretScalar& seed_;
    Hash32 context_;
    Byte count_ = 0;
};

// A dealer who keeps to the form and deals a share of another polynomial.
TEST(EvaluatorDkg, NamesTheDealerWhoseShareIsNotWhatHeOffered) {
    Generation made;
    made.share();
    FromSeed drawn(made.terms, made.seeds[2]);
    const oprf::SecretScalar own = oprf::random_scalar(drawn);
    ASSERT_EQ(oprf::public_key(own), made.offers[2].encryption);
    const oprf::Element common = oprf::blind_evaluate(own, made.offers[0].encryption).value();
    const Hash32 transcript = dkg_transcript(made.offers);
    const auto key =
        crypto::hkdf_key(common.bytes, transcript.bytes,
                         concat({view("salus/dkg-share/1"), Bytes{0, 0, 0, 3}, Bytes{0, 0, 0, 1}}));
    const auto deal = [&](const oprf::SecretScalar& share) {
        const auto nonce = made.random.bytes<24>();
        made.shares[2].sealed[1] =
            concat({nonce.bytes, crypto::aead_seal(key, nonce, share.expose().bytes, {})});
    };
    deal(oprf::random_scalar(made.random));
    EXPECT_EQ(refusal(made.outcome(1)), "dkg.share_wrong evaluator 3");
    deal(oprf::SecretScalar{}); // zero
    EXPECT_EQ(refusal(made.outcome(1)), "dkg.share_wrong evaluator 3");
    EXPECT_TRUE(made.outcome(2).ok()); // who was dealt what was offered
}

TEST(EvaluatorDkg, KnowsItsOwnOffer) {
    Generation made;
    const oprf::SecretScalar stranger = oprf::random_scalar(made.random);
    EXPECT_EQ(refusal(dkg_shares(made.offers, 2, stranger, made.random)),
              "dkg.own_offer_changed evaluator 2");
    EXPECT_EQ(refusal(dkg_outcome(made.offers, {}, 2, stranger)),
              "dkg.own_offer_changed evaluator 2");
}

TEST(EvaluatorDkg, RefusesTermsThatKeepNoSecret) {
    Generation made;
    const auto with = [&](std::size_t threshold, std::size_t count, std::string session = "s") {
        const DkgTerms terms{std::move(session), 1, {}, count, threshold};
        return dkg_offer(terms, 1, made.seeds[0]);
    };
    EXPECT_EQ(with(1, 3).error().kind(), oprf::kThreshold);
    EXPECT_EQ(with(4, 3).error().kind(), oprf::kThreshold);
    EXPECT_EQ(with(2, 256).error().kind(), oprf::kThreshold);
    EXPECT_EQ(with(2, 3, "").error().kind(), kDkgFile);
    EXPECT_EQ(with(2, 3, std::string(201, 'x')).error().kind(), kDkgFile);
    EXPECT_EQ(dkg_offer(made.terms, 4, made.seeds[0]).error().kind(), oprf::kThreshold);
}

TEST(EvaluatorDkg, FilesAreRefusedByName) {
    Generation made;
    const std::string good = codec::print_json(codec::Json(dkg_offer_json(made.offers[0])));
    const auto changed = [&](std::string_view from, std::string_view to) {
        std::string text = good;
        const auto at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
        return refusal(read_dkg_offer(text));
    };
    EXPECT_EQ(read_dkg_offer("[]").error().kind(), kDkgFile);
    EXPECT_EQ(read_dkg_shares(good).error().kind(), kDkgFile);
    EXPECT_NE(changed("\"threshold\":2", "\"threshold\":1"), "none");
    EXPECT_NE(changed("\"evaluator\":1", "\"evaluator\":0"), "none");
    EXPECT_NE(changed("\"encryption\":\"0x", "\"encryption\":\"0xff"), "none");
    EXPECT_EQ(changed("\"session\":\"first\"", "\"session\":\"\""),
              "dkg.file_malformed a session of 1 to 200 bytes");
}

} // namespace
} // namespace salus::passport
