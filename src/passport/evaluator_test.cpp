#include "passport/evaluator.hpp"

#include <gtest/gtest.h>

#include <set>

#include "crypto/hash.hpp"

namespace salus::passport {
namespace {

namespace oprf = crypto::oprf;

constexpr std::int64_t kNow = 1'790'000'000;

class Registrars final : public RegistrarSource {
public:
    Result<bool> is_accredited(const Address& account) override {
        if (down) return Error(eth::kUnreachable);
        return accredited.contains(account);
    }
    std::unordered_set<Address> accredited;
    bool down = false;
};

codec::Mrz passport_of(const char* number) {
    codec::Mrz out;
    out.document_code = "P";
    out.issuing_state = "UTO";
    out.document_number = number;
    out.birth = {1974, 8, 12};
    return out;
}
Bytes input_of(const char* number) {
    return document_input(passport_of(number)).value();
}

// Two of three evaluators; one registrar. A test spoils what it is about.
struct Network final : EvaluatorPort {
    SeededRandom random{9497};
    ManualClock clock{kNow};
    oprf::SecretScalar secret = oprf::random_scalar(random);
    oprf::Dealing dealing = oprf::deal(secret, 2, 3, view("test"), random).value();
    NullifierKey key{73127, address("0x00000000000000000000000000000000000000aa"), 3,
                     dealing.commitments};
    Registrars registrars;
    eth::Signer registrar = signer(1);
    std::vector<std::unique_ptr<Evaluator>> evaluators;
    std::vector<std::string> budgets{"", "", ""};
    std::unordered_set<std::uint32_t> down, lying;
    std::vector<std::pair<std::uint32_t, std::string>> asked; // all that evaluators saw

    Network() { open({}); }
    void open(const EvaluatorLimits& limits) {
        registrars.accredited.insert(registrar.address());
        evaluators.clear();
        for (std::size_t i = 0; i < 3; ++i) {
            auto budget = budgets[i].empty() ? QuestionBudget(limits)
                                             : QuestionBudget::read(budgets[i], limits).value();
            evaluators.push_back(Evaluator::open(key, dealing.shares[i].secret.copy(),
                                                 std::move(budget), registrars, clock, random,
                                                 [this, i](const std::string& text) {
                                                     budgets[i] = text;
                                                     return ok_status();
                                                 })
                                     .value());
        }
    }
    static eth::Signer signer(Byte fill) {
        Hash32 out;
        out.bytes.fill(fill);
        return eth::Signer::from_key(crypto::SecretKey32(out)).value();
    }
    Result<std::string> ask(std::uint32_t evaluator, const std::string& request) override {
        asked.emplace_back(evaluator, request);
        if (down.contains(evaluator)) return Error(eth::kUnreachable, "down");
        SALUS_TRY_ASSIGN(const EvaluateRequest read, read_evaluate(request));
        SALUS_TRY_ASSIGN(oprf::Partial partial, evaluators[evaluator - 1]->answer(read));
        if (lying.contains(evaluator)) {
            SALUS_TRY_ASSIGN(partial.element,
                             oprf::blind_evaluate(oprf::random_scalar(random), read.blinded));
        }
        return codec::print_json(partial_json(partial));
    }
    Result<Nullifier> compute(const char* number) {
        return compute_nullifier(key, input_of(number), registrar, *this, clock.unix_seconds(),
                                 random);
    }
    Hash32 direct(const char* number) {
        const Bytes input = input_of(number);
        const auto r = oprf::random_scalar(random);
        const auto blinded = oprf::blind(oprf::Mode::voprf, input, r).value();
        const auto output = oprf::finalize(oprf::Mode::voprf, input, r,
                                           oprf::blind_evaluate(secret, blinded).value())
                                .value();
        return crypto::sha256(concat({view("salus/nullifier/1"), output.bytes}));
    }
    EvaluateRequest question(std::uint32_t evaluator = 1) {
        EvaluateRequest out;
        out.evaluator = evaluator;
        out.blinded =
            oprf::blind(oprf::Mode::voprf, input_of("L898902C3"), oprf::random_scalar(random))
                .value();
        out.issued_at = static_cast<std::uint64_t>(clock.unix_seconds());
        sign(out, registrar);
        return out;
    }
    void sign(EvaluateRequest& request, const eth::Signer& by) const {
        request.signature = by.sign_digest(evaluate_digest(key, request)).value();
    }
    std::string refusal(const EvaluateRequest& request) {
        const auto out = evaluators[0]->answer(request);
        return out.ok() ? "" : std::string(out.error().name());
    }
};

TEST(Nullifier, IsThatOfTheWholeKeyAndTheSameEachTime) {
    Network network;
    const auto first = network.compute("L898902C3");
    ASSERT_TRUE(first.ok()) << first.error().text();
    EXPECT_TRUE(first->faults.empty());
    EXPECT_EQ(first->value, network.direct("L898902C3"));
    EXPECT_EQ(network.compute("L898902C3")->value, first->value);
    EXPECT_NE(network.compute("L898902C4")->value, first->value);
}

TEST(Nullifier, OneEvaluatorDownLyingOrLimitingIsNamedAndPassedOver) {
    Network network;
    const Hash32 right = network.direct("L898902C3");
    const auto until_fault = [&] { // the order is random: until the bad one was asked
        for (int i = 0; i < 20; ++i) {
            auto out = network.compute("L898902C3");
            EXPECT_TRUE(out.ok()) << out.error().text();
            EXPECT_EQ(out->value, right);
            network.clock.advance(std::chrono::seconds(61));
            if (!out->faults.empty()) return out->faults;
        }
        return std::vector<EvaluatorFault>{};
    };
    network.down = {2};
    auto faults = until_fault();
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0].evaluator, 2u);
    EXPECT_EQ(faults[0].error.kind(), eth::kUnreachable);
    network.down.clear();
    network.lying = {3};
    faults = until_fault();
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0].evaluator, 3u);
    EXPECT_EQ(faults[0].error.kind(), oprf::kPartialWrong);
    network.lying.clear();
    while (network.evaluators[0]->answer(network.question()).ok()) {
        if (network.evaluators[0]->answer(network.question()).ok()) continue;
    }
    faults = until_fault();
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0].evaluator, 1u);
    EXPECT_EQ(faults[0].error.kind(), kEvaluateLimit);
}

// Three evaluators: one down, one lying, one that has answered this registrar often enough.
TEST(Nullifier, AllThreeFailingAreNamedTogether) {
    Network network;
    network.open({1, 1});
    network.down = {1};
    network.lying = {2};
    ASSERT_TRUE(network.evaluators[2]->answer(network.question(3)).ok());
    const auto out = network.compute("L898902C3");
    ASSERT_FALSE(out.ok());
    EXPECT_EQ(out.error().kind(), kTooFewEvaluators);
    for (const char* part :
         {"0 of 2 answered", "evaluator 1: eth.unreachable", "evaluator 2: oprf.partial_wrong",
          "evaluator 3: evaluator.rate_limited"}) {
        EXPECT_NE(out.error().detail().find(part), std::string::npos) << out.error().detail();
    }
}

// What an evaluator sees is blinded anew each time, and its share alone answers no guess; what a
// registrar learnt of one document answers none of another; the chain shows the nullifier alone.
TEST(Nullifier, NeitherAnEvaluatorNorARegistrarsOfflineGuessConfirmsADocumentNumber) {
    Network network;
    const Hash32 on_chain = network.compute("L898902C3")->value;
    network.clock.advance(std::chrono::seconds(61));
    EXPECT_EQ(network.compute("L898902C3")->value, on_chain);
    std::set<std::string> questions;
    for (const auto& [evaluator, text] : network.asked) {
        const auto read = read_evaluate(text).value();
        EXPECT_EQ(text.find("L898902C3"), std::string::npos);
        questions.insert(to_hex(read.blinded.bytes) + std::to_string(evaluator));
    }
    EXPECT_EQ(questions.size(), network.asked.size()); // nothing comes twice
    // The evaluator guesses rightly and has its share, the question and the nullifier.
    const Bytes guess = input_of("L898902C3");
    const auto r = oprf::random_scalar(network.random);
    const auto blinded = oprf::blind(oprf::Mode::voprf, guess, r).value();
    const auto nullifier_of = [&](const oprf::Element& evaluated) {
        const auto output = oprf::finalize(oprf::Mode::voprf, guess, r, evaluated).value();
        return crypto::sha256(concat({view("salus/nullifier/1"), output.bytes}));
    };
    for (const auto& share : network.dealing.shares) {
        EXPECT_NE(nullifier_of(oprf::blind_evaluate(share.secret, blinded).value()), on_chain);
        const auto own = oprf::answer(share, blinded, network.random).value();
        const std::vector<oprf::Partial> alone{own, own};
        EXPECT_EQ(oprf::combine(network.key.commitments, blinded, alone, nullptr).error().kind(),
                  oprf::kTooFew);
    }
    // The registrar has all answers about another document, and public keys; each test of a guess
    // needs t evaluators, who count.
    const auto other = oprf::blind(oprf::Mode::voprf, input_of("X0000000"), r).value();
    EXPECT_NE(nullifier_of(oprf::blind_evaluate(network.secret, other).value()), on_chain);
    for (const auto& commitment : network.key.commitments) {
        EXPECT_NE(nullifier_of(commitment), on_chain);
    }
    network.open({3, 3});
    int answered = 0;
    for (int i = 0; i < 20; ++i) answered += network.compute("GUESS").ok() ? 1 : 0;
    EXPECT_LE(answered, 4); // nine answers of three evaluators, two for each guess
}

TEST(Nullifier, DocumentInputIsThatOfTheZone) {
    EXPECT_EQ(to_string(input_of("L898902C3")), "salus/document/1|UTO|P|L898902C3|740812");
    codec::Mrz mrz = passport_of("ab 12-3<");
    EXPECT_EQ(to_string(document_input(mrz).value()), "salus/document/1|UTO|P|AB123|740812");
    mrz.birth = {2074, 0, 0};
    EXPECT_EQ(to_string(document_input(mrz).value()), "salus/document/1|UTO|P|AB123|74<<<<");
    mrz.birth = {};
    EXPECT_EQ(to_string(document_input(mrz).value()), "salus/document/1|UTO|P|AB123|<<<<<<");
    mrz.document_number = "<<";
    EXPECT_EQ(document_input(mrz).error().kind(), kDocumentData);
}

TEST(Evaluator, RefusesByName) {
    Network network;
    EXPECT_EQ(network.refusal(network.question()), "");
    EvaluateRequest request = network.question(2);
    EXPECT_EQ(network.refusal(request), "evaluator.not_this_one");
    request = network.question();
    request.issued_at -= 61;
    network.sign(request, network.registrar);
    EXPECT_EQ(network.refusal(request), "evaluator.stale");
    request.issued_at += 122;
    network.sign(request, network.registrar);
    EXPECT_EQ(network.refusal(request), "evaluator.stale");
    request = network.question();
    network.sign(request, Network::signer(2));
    EXPECT_EQ(network.refusal(request), "evaluator.not_accredited");
    request = network.question();
    request.issued_at += 1; // then another account seems to have signed
    EXPECT_EQ(network.refusal(request), "evaluator.not_accredited");
    request = network.question();
    request.signature[64] = 29;
    EXPECT_EQ(network.refusal(request), "evaluator.signature_wrong");
    request.signature.bytes.fill(0xff);
    request.signature[64] = 27;
    EXPECT_EQ(network.refusal(request), "evaluator.signature_wrong");
    request.signature.bytes.fill(0);
    request.signature[64] = 27;
    EXPECT_EQ(network.refusal(request), "evaluator.signature_wrong");
    request = network.question();
    EXPECT_EQ(network.refusal(request), "");
    EXPECT_EQ(network.refusal(request), "evaluator.replayed");
    request = network.question();
    request.blinded.bytes.fill(0xff);
    network.sign(request, network.registrar);
    EXPECT_EQ(network.refusal(request), "oprf.bad_element");
    network.registrars.down = true;
    EXPECT_EQ(network.refusal(network.question()), "eth.unreachable");
}

TEST(Evaluator, LimitsEachRegistrarAndARestartGivesNothingBack) {
    Network network;
    network.open({5, 3});
    for (int i = 0; i < 3; ++i) EXPECT_EQ(network.refusal(network.question()), "");
    EXPECT_EQ(network.refusal(network.question()), "evaluator.rate_limited"); // of the minute
    network.clock.advance(std::chrono::seconds(60));
    EXPECT_EQ(network.refusal(network.question()), "");
    network.open({5, 3});
    EXPECT_EQ(network.refusal(network.question()), "");
    EXPECT_EQ(network.refusal(network.question()), "evaluator.rate_limited"); // of the day
    const eth::Signer second = Network::signer(2);
    network.registrars.accredited.insert(second.address());
    EvaluateRequest other = network.question();
    network.sign(other, second);
    EXPECT_EQ(network.refusal(other), "");
    network.clock.advance(std::chrono::hours(24));
    EXPECT_EQ(network.refusal(network.question()), "");
    EXPECT_EQ(QuestionBudget::read("[]", {}).error().kind(), kBadBudget);
    EXPECT_EQ(QuestionBudget::read(R"({"0x":{}})", {}).error().kind(), kBadBudget);
    EXPECT_EQ(QuestionBudget::read("{", {}).error().kind(), kBadBudget);
}

TEST(Evaluator, AnswersNothingThatItCannotCount) {
    Network network;
    auto evaluator =
        Evaluator::open(network.key, network.dealing.shares[0].secret.copy(), QuestionBudget({}),
                        network.registrars, network.clock, network.random,
                        [](const std::string&) -> Status { return Error(kBadBudget, "disk full"); })
            .value();
    EXPECT_EQ(evaluator->answer(network.question()).error().kind(), kBadBudget);
    const auto foreign = Evaluator::open(
        network.key, oprf::random_scalar(network.random), QuestionBudget({}), network.registrars,
        network.clock, network.random, [](const std::string&) { return ok_status(); });
    EXPECT_EQ(foreign.error().kind(), oprf::kShareWrong);
}

TEST(Nullifier, FilesAndMessagesComeBack) {
    Network network;
    const std::string text = codec::print_json(codec::Json(nullifier_key_json(network.key)));
    const NullifierKey key = read_nullifier_key(text).value();
    EXPECT_EQ(key.commitments, network.key.commitments);
    EXPECT_EQ(key.evaluators, 3u);
    EXPECT_EQ(key.accreditation, network.key.accreditation);
    const auto changed = [&](const char* name, const codec::Json& value) {
        auto object = nullifier_key_json(network.key);
        object[name] = value;
        const auto out = read_nullifier_key(codec::print_json(codec::Json(object)));
        return out.ok() ? "" : std::string(out.error().name());
    };
    EXPECT_EQ(changed("type", "x"), "nullifier.key_malformed");
    EXPECT_EQ(changed("threshold", 3), "nullifier.key_malformed");
    EXPECT_EQ(changed("evaluators", 1), "nullifier.key_malformed");
    EXPECT_EQ(changed("evaluators", 256), "oprf.threshold");
    EXPECT_EQ(changed("commitments", codec::json::array{1, 2}), "nullifier.key_malformed");
    EXPECT_EQ(changed("commitments", codec::json::array{"0x00", "0x00"}), "hex.malformed");
    EXPECT_EQ(changed("chainId", "x"), "json.wrong_type");
    EXPECT_EQ(read_nullifier_key("[]").error().kind(), kNullifierKey);
    const EvaluateRequest request = network.question();
    const auto read = read_evaluate(codec::print_json(codec::Json(evaluate_json(request)))).value();
    EXPECT_EQ(read.blinded, request.blinded);
    EXPECT_EQ(read.signature, request.signature);
    for (const char* bad :
         {"[]", "{}", R"({"evaluator":0})", R"({"evaluator":1,"blinded":"0x00"})"}) {
        EXPECT_FALSE(read_evaluate(bad).ok()) << bad;
        EXPECT_FALSE(read_partial(bad).ok()) << bad;
    }
}

} // namespace
} // namespace salus::passport
