#include "embed/verify.hpp"

#include "codec/qr.hpp"
#include "passport/entry.hpp"
#include "passport/rule_file.hpp"
#include "passport/verifier.hpp"

namespace salus::embed {

namespace {

inline constexpr ErrorKind kNothingTrusted{"embed.no_trust", "a trust list or a source"};
inline constexpr ErrorKind kRulesAlone{"embed.rules_without_list",
                                       "rules are signed by the trust list's key"};

Overall overall_of(passport::Overall overall) {
    switch (overall) {
    case passport::Overall::valid: return Overall::valid;
    case passport::Overall::invalid: return Overall::invalid;
    case passport::Overall::unproven: return Overall::unproven;
    case passport::Overall::unreadable: break;
    }
    return Overall::unreadable;
}

Verdict verdict_of(const passport::Verdict& verdict) {
    Verdict out;
    out.overall = overall_of(verdict.overall);
    for (const passport::Check& check : verdict.checks) {
        out.checks.push_back({std::string(check.name), std::string(name_of(check.outcome)),
                              check.code, check.message});
    }
    out.issuer = verdict.hospital;
    if (!verdict.document) return out;
    out.format = name_of(format_of(*verdict.document));
    passport::CertificatePerson person = person_of(*verdict.document);
    out.family_name = std::move(person.family);
    out.given_name = std::move(person.given);
    out.birth_date = std::move(person.birth);
    return out;
}

} // namespace

struct Verifier::Impl {
    passport::TrustList list;
    bool has_list = false;
    passport::TrustPins pins;
    passport::MoreTrust more;
    std::optional<passport::SignedRules> rules;
    std::optional<passport::Verifier> verifier;

    Status open_list(const Trust& trust) {
        if (!trust.list_key.empty()) {
            SALUS_TRY_ASSIGN(pins.list_key, address_from_hex(trust.list_key));
        }
        SALUS_TRY_ASSIGN(passport::SignedTrustList signed_list,
                         passport::open_trust_list(trust.trust_list, pins));
        list = std::move(signed_list.list);
        has_list = true;
        // Whatever else is signed must be of the same key, chain and contract.
        pins.list_key = signed_list.signer;
        pins.chain_id = list.chain_id;
        pins.vaccine_passport = list.vaccine_passport;
        return ok_status();
    }

    Status open_sources(const std::vector<std::string>& texts) {
        std::vector<passport::TrustSource> sources;
        for (const std::string& text : texts) {
            SALUS_TRY_ASSIGN(passport::TrustSource source, passport::read_trust_source(text));
            sources.push_back(std::move(source));
        }
        SALUS_TRY_ASSIGN(more.foreign, passport::TrustSources::make(std::move(sources)));
        return ok_status();
    }

    Status open(const Trust& trust) {
        if (trust.trust_list.empty() && trust.sources.empty()) return Error(kNothingTrusted);
        if (!trust.trust_list.empty()) SALUS_TRY(open_list(trust));
        SALUS_TRY(open_sources(trust.sources));
        if (!has_list && !(trust.revocations.empty() && trust.rules.empty())) {
            return Error(kRulesAlone);
        }
        if (!trust.revocations.empty()) {
            SALUS_TRY_ASSIGN(auto set, passport::open_revocations(trust.revocations, pins));
            more.revocations = std::make_shared<const passport::RevocationSet>(std::move(set));
        }
        if (!trust.rules.empty()) {
            SALUS_TRY_ASSIGN(rules, passport::open_rule_file(trust.rules, pins));
        }
        verifier.emplace(list, nullptr, more);
        return ok_status();
    }

    // Without rules for that day nothing passes: the entry stays open.
    passport::EntryVerdict entry(const passport::Document& document,
                                 const passport::Travel& travel) const {
        passport::EntryVerdict open{travel, rules::Outcome::open, "no rules were given", {}};
        if (!rules) return open;
        const Status in_time = passport::check_rules_time(rules->file, travel.at);
        if (in_time.ok()) return judge_entry(document, rules->set, rules->value_sets, travel);
        open.reason = in_time.error().text();
        return open;
    }

    void add_journey(const passport::Document& document, const Question& question,
                     codec::json::object& out) const {
        if (!question.country.empty()) {
            out["entry"] =
                entry_json(entry(document, {question.country, question.region,
                                            question.arrival != 0 ? question.arrival : question.now,
                                            question.language}));
        }
        if (question.mrz.empty()) return;
        const std::chrono::sys_seconds now{std::chrono::seconds(question.now)};
        const codec::MrzReading reading =
            codec::read_mrz(question.mrz, std::chrono::floor<std::chrono::days>(now));
        if (!reading.mrz) {
            out["person"] = codec::json::object{{"outcome", "unreadable"}};
        } else {
            out["person"] = person_json(match_person(*reading.mrz, person_of(document)));
        }
    }
};

Verifier::Verifier(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Verifier::~Verifier() = default;

std::unique_ptr<Verifier> Verifier::open(const Trust& trust, std::string& error) {
    auto impl = std::make_unique<Impl>();
    const Status opened = impl->open(trust);
    if (!opened.ok()) {
        error = opened.error().text();
        return nullptr;
    }
    return std::unique_ptr<Verifier>(new Verifier(std::move(impl)));
}

Verdict Verifier::verify(std::string_view code, const Question& question) const {
    passport::Meeting meeting;
    if (!question.nonce.empty()) meeting.nonce = question.nonce;
    meeting.audience = question.audience;
    const passport::Verdict verdict = impl_->verifier->verify(code, question.now, meeting);
    Verdict out = verdict_of(verdict);
    codec::json::object json = verdict_json(verdict);
    if (verdict.document) impl_->add_journey(*verdict.document, question, json);
    out.json = codec::print_json(json);
    return out;
}

std::int64_t Verifier::age(std::int64_t now) const {
    return impl_->has_list ? now - impl_->list.exported_at : 0;
}

std::vector<std::string> read_picture(std::string_view picture) {
    auto found = codec::qr_read_image(view(picture));
    return found.ok() ? std::move(*found) : std::vector<std::string>();
}

} // namespace salus::embed
