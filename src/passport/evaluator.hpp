#pragma once
// One of the n evaluators of nullifiers: holds a share of the key and answers accredited
// registrars, each only so often. It never sees a document, and by itself it can compute nothing.

#include <functional>
#include <map>
#include <mutex>
#include <unordered_set>

#include "base/clock.hpp"
#include "eth/chain.hpp"
#include "passport/nullifier.hpp"

namespace salus::passport {

inline constexpr ErrorKind kNotThisEvaluator{"evaluator.not_this_one",
                                             "the number of the evaluator that is asked"};
inline constexpr ErrorKind kEvaluateStale{"evaluator.stale",
                                          "issuedAt within 60 seconds: compare the clocks"};
inline constexpr ErrorKind kEvaluateSignature{"evaluator.signature_wrong",
                                              "EIP-712 by the registrar, r ‖ s ‖ v, low s"};
inline constexpr ErrorKind kNotRegistrar{"evaluator.not_accredited",
                                         "Accreditation.isAccredited: hospitals alone may ask"};
inline constexpr ErrorKind kEvaluateReplayed{"evaluator.replayed", "each question once"};
inline constexpr ErrorKind kEvaluateLimit{"evaluator.rate_limited",
                                          "the questions of one registrar in a day and a minute"};
inline constexpr ErrorKind kBadBudget{"evaluator.budget_malformed",
                                      "the file of questions asked, as this evaluator wrote it"};

// Who may ask. Thread-safe.
class RegistrarSource {
public:
    virtual ~RegistrarSource() = default;
    // An error where it cannot be known now: then nobody is answered.
    virtual Result<bool> is_accredited(const Address& account) = 0;
};

// As the contract says at the chain's head.
class ChainRegistrars final : public RegistrarSource {
public:
    ChainRegistrars(eth::Chain& chain, const Address& accreditation)
        : chain_(chain), contract_(accreditation) {}
    Result<bool> is_accredited(const Address& account) override;

private:
    eth::Chain& chain_;
    Address contract_;
};

struct EvaluatorLimits {       // for each registrar
    std::uint32_t daily = 200; // of one day, UTC
    std::uint32_t minute = 20;
};

// Questions asked so far. Not thread-safe.
class QuestionBudget {
public:
    explicit QuestionBudget(const EvaluatorLimits& limits) : limits_(limits) {}
    // {"0x…": {"day", "asked"}}; kBadBudget. Days gone by are dropped.
    static Result<QuestionBudget> read(std::string_view text, const EvaluatorLimits& limits);
    std::string text() const;
    Status spend(const Address& registrar, std::int64_t now); // kEvaluateLimit

private:
    struct Asked {
        std::int64_t day = 0, minute = 0; // since 1970
        std::uint32_t of_day = 0, of_minute = 0;
    };
    EvaluatorLimits limits_;
    std::map<Address, Asked> asked_;
};

// Thread-safe.
class Evaluator {
public:
    using Save = std::function<Status(const std::string& budget)>;

    // kShareWrong where the share is none of this key. `registrars`, `clock` and `random` outlive
    // it. `save` makes the budget durable before a question is answered, so that a restart gives
    // nobody a new one.
    static Result<std::unique_ptr<Evaluator>>
    open(NullifierKey key, crypto::oprf::SecretScalar share, QuestionBudget budget,
         RegistrarSource& registrars, const Clock& clock, Random& random, Save save);

    // The errors above, oprf.bad_element, and what `registrars` and `save` say.
    Result<crypto::oprf::Partial> answer(const EvaluateRequest& request);

    std::uint32_t number() const { return share_.holder; }
    const NullifierKey& key() const { return key_; }

private:
    Evaluator(NullifierKey key, crypto::oprf::KeyShare share, QuestionBudget budget,
              RegistrarSource& registrars, const Clock& clock, Random& random, Save save);

    Result<Address> check(const EvaluateRequest& request, std::int64_t now) const;
    Status spend(const Address& registrar, const EvaluateRequest& request, std::int64_t now);

    const NullifierKey key_;
    const crypto::oprf::KeyShare share_;
    RegistrarSource& registrars_;
    const Clock& clock_;
    Random& random_;
    const Save save_;
    std::mutex mutex_;
    QuestionBudget budget_;
    std::map<std::uint64_t, std::unordered_set<Hash32>> seen_; // by issuedAt: digests of questions
};

} // namespace salus::passport
