#include "passport/entry.hpp"

#include <fmt/format.h>

#include "codec/base64url.hpp"
#include "passport/json_text.hpp"

namespace salus::passport {

namespace {

namespace json = codec::json;

// A time that no rule can mean is none.
std::optional<rules::Instant> instant(std::optional<std::int64_t> seconds) {
    constexpr std::int64_t kYear10000 = 253'402'300'800;
    if (!seconds || *seconds < 0 || *seconds >= kYear10000) return std::nullopt;
    return rules::Instant{*seconds * 1000};
}

std::string_view name_of_match(MatchOutcome outcome) {
    switch (outcome) {
    case MatchOutcome::match: return "match";
    case MatchOutcome::partial: return "partial";
    case MatchOutcome::no_match: break;
    }
    return "no_match";
}

json::object rule_json(const rules::RuleVerdict& verdict) {
    const auto& parts = verdict.rule->version.parts;
    json::object values;
    for (const rules::FieldValue& field : verdict.fields) values[field.field] = field.value;
    json::object out{{"identifier", verdict.rule->identifier},
                     {"version", fmt::format("{}.{}.{}", parts[0], parts[1], parts[2])},
                     {"outcome", rules::name_of(verdict.outcome)},
                     {"description", verdict.description},
                     {"values", std::move(values)}};
    if (verdict.reason != rules::OpenReason::none) out["reason"] = rules::name_of(verdict.reason);
    return out;
}

} // namespace

EntryVerdict judge_entry(const Document& document, const rules::RuleSet& known,
                         const std::shared_ptr<const codec::Json>& value_sets,
                         const Travel& travel) {
    EntryVerdict out;
    out.travel = travel;
    const auto* certificate = std::get_if<Certificate>(&document);
    if (certificate == nullptr || certificate->kind != ContentKind::dcc) {
        out.reason = "countries' rules are written for EU certificates, which this is not";
        return out;
    }
    rules::External external;
    external.clock = {travel.at * 1000};
    external.issued = instant(certificate->issued);
    external.expires = instant(certificate->expires);
    external.country = travel.country;
    external.region = travel.region;
    external.issuer_country = certificate->issuer;
    external.kid = codec::base64_encode(certificate->message.kid);
    external.value_sets = value_sets;
    const rules::Facts facts(certificate->content, external);
    const rules::Journey journey{travel.country, certificate->issuer,
                                 rules::certificate_type_of(certificate->content), external.clock};
    out.rules = known.judge_all(journey, facts, travel.language);
    if (out.rules.empty()) {
        out.reason = "no rules of this country are known for that day";
    } else {
        out.overall = rules::overall(out.rules);
    }
    return out;
}

json::object entry_json(const EntryVerdict& verdict) {
    json::array all;
    for (const rules::RuleVerdict& one : verdict.rules) all.push_back(rule_json(one));
    json::object out{{"country", verdict.travel.country},
                     {"on", time_text(verdict.travel.at)},
                     {"overall", rules::name_of(verdict.overall)},
                     {"rules", std::move(all)}};
    put_text(out, "region", verdict.travel.region);
    put_text(out, "reason", verdict.reason);
    return out;
}

json::object person_json(const PersonMatch& match) {
    json::array differences;
    for (const NameDifference one : match.differences) {
        differences.push_back(json::string(difference_name(one)));
    }
    return {{"outcome", name_of_match(match.outcome)}, {"differences", std::move(differences)}};
}

} // namespace salus::passport
