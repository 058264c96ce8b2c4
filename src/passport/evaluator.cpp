#include "passport/evaluator.hpp"

#include <fmt/format.h>

#include "envelope/eip191.hpp"
#include "eth/contracts/accreditation.hpp"

namespace salus::passport {
namespace {

namespace json = codec::json;
namespace oprf = crypto::oprf;

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kMinute = 60;
constexpr std::uint64_t kWindow = 60; // seconds that issuedAt may differ from now

Result<Address> signer_of(const Hash32& digest, const FixedBytes<65>& signature) {
    const auto signer = envelope::wallet_recover(digest, signature.bytes);
    if (!signer.ok()) return Error(kEvaluateSignature, signer.error().detail());
    return *signer;
}

// Which holder's share it is.
Result<std::uint32_t> holder_of(const NullifierKey& key, const oprf::SecretScalar& share) {
    const oprf::Element mine = oprf::public_key(share);
    for (std::uint32_t holder = 1; holder <= key.evaluators; ++holder) {
        SALUS_TRY_ASSIGN(const auto expected, oprf::public_share(key.commitments, holder));
        if (expected == mine) return holder;
    }
    return Error(oprf::kShareWrong, "of no evaluator of this key");
}

} // namespace

Result<bool> ChainRegistrars::is_accredited(const Address& account) {
    namespace contract = eth::contracts::accreditation;
    eth::CallRequest request;
    request.to = contract_;
    request.data = contract::encode_is_accredited(account);
    SALUS_TRY_ASSIGN(const Bytes output, chain_.call(request));
    return contract::decode_is_accredited(output);
}

Result<QuestionBudget> QuestionBudget::read(std::string_view text, const EvaluatorLimits& limits) {
    QuestionBudget out(limits);
    const auto value = codec::parse_json(text, {16 * 1024 * 1024, 4});
    if (!value.ok() || !value->is_object()) return Error(kBadBudget);
    for (const auto& member : value->get_object()) {
        const auto account = address_from_hex(std::string_view(member.key()));
        const json::object* asked = member.value().if_object();
        if (!account.ok() || asked == nullptr) return Error(kBadBudget);
        const auto day = codec::json_u64(*asked, "day");
        const auto count = codec::json_u64(*asked, "asked");
        if (!day.ok() || !count.ok() || *count > 0xffffffff) return Error(kBadBudget);
        out.asked_[*account] = {static_cast<std::int64_t>(*day), 0,
                                static_cast<std::uint32_t>(*count), 0};
    }
    return out;
}

std::string QuestionBudget::text() const {
    json::object out;
    for (const auto& [account, asked] : asked_) {
        out.emplace(to_hex0x(account.bytes),
                    json::object{{"day", asked.day}, {"asked", asked.of_day}});
    }
    return codec::print_json(codec::Json(std::move(out))) + "\n";
}

Status QuestionBudget::spend(const Address& registrar, std::int64_t now) {
    const std::int64_t day = now / kDay;
    std::erase_if(asked_, [&](const auto& item) { return item.second.day < day; });
    Asked& asked = asked_[registrar];
    if (asked.of_day >= limits_.daily) {
        return Error(kEvaluateLimit, fmt::format("{} a day: ask again tomorrow", limits_.daily));
    }
    if (asked.minute != now / kMinute) asked.of_minute = 0;
    if (asked.of_minute >= limits_.minute) {
        return Error(kEvaluateLimit, fmt::format("{} a minute: ask again soon", limits_.minute));
    }
    asked.day = day;
    asked.minute = now / kMinute;
    ++asked.of_day;
    ++asked.of_minute;
    return ok_status();
}

Evaluator::Evaluator(NullifierKey key, oprf::KeyShare share, QuestionBudget budget,
                     RegistrarSource& registrars, const Clock& clock, Random& random, Save save)
    : key_(std::move(key)), share_(std::move(share)), registrars_(registrars), clock_(clock),
      random_(random), save_(std::move(save)), budget_(std::move(budget)) {}

Result<std::unique_ptr<Evaluator>> Evaluator::open(NullifierKey key, oprf::SecretScalar share,
                                                   QuestionBudget budget,
                                                   RegistrarSource& registrars, const Clock& clock,
                                                   Random& random, Save save) {
    SALUS_TRY_ASSIGN(const std::uint32_t holder, holder_of(key, share));
    return std::unique_ptr<Evaluator>(new Evaluator(std::move(key), {holder, std::move(share)},
                                                    std::move(budget), registrars, clock, random,
                                                    std::move(save)));
}

Result<Address> Evaluator::check(const EvaluateRequest& request, std::int64_t now) const {
    if (request.evaluator != share_.holder) {
        return Error(kNotThisEvaluator, fmt::format("this is evaluator {}", share_.holder));
    }
    const auto present = static_cast<std::uint64_t>(now);
    if (request.issued_at + kWindow < present || request.issued_at > present + kWindow) {
        return Error(kEvaluateStale);
    }
    SALUS_TRY_ASSIGN(const Address registrar,
                     signer_of(evaluate_digest(key_, request), request.signature));
    SALUS_TRY_ASSIGN(const bool accredited, registrars_.is_accredited(registrar));
    if (!accredited) return Error(kNotRegistrar, to_hex0x(registrar.bytes));
    return registrar;
}

Status Evaluator::spend(const Address& registrar, const EvaluateRequest& request,
                        std::int64_t now) {
    const Hash32 question = evaluate_digest(key_, request);
    const std::lock_guard lock(mutex_);
    while (!seen_.empty() && seen_.begin()->first + kWindow < static_cast<std::uint64_t>(now)) {
        seen_.erase(seen_.begin());
    }
    if (seen_[request.issued_at].contains(question)) return Error(kEvaluateReplayed);
    SALUS_TRY(budget_.spend(registrar, now));
    SALUS_TRY(save_(budget_.text()));
    seen_[request.issued_at].insert(question);
    return ok_status();
}

Result<oprf::Partial> Evaluator::answer(const EvaluateRequest& request) {
    const std::int64_t now = clock_.unix_seconds();
    SALUS_TRY_ASSIGN(const Address registrar, check(request, now));
    SALUS_TRY(spend(registrar, request, now));
    return oprf::answer(share_, request.blinded, random_);
}

} // namespace salus::passport
