#include "rules/rule_set.hpp"

#include <algorithm>

namespace salus::rules {
namespace {

using codec::Json;
namespace json = codec::json;

bool concerns(const Rule& rule, const Journey& journey) {
    const bool acceptance = rule.type == RuleType::acceptance;
    return rule.country == (acceptance ? journey.arrival : journey.issued_in) &&
           (rule.certificate_type == CertificateType::general ||
            rule.certificate_type == journey.certificate);
}

bool valid_at(const Rule& rule, Instant clock) {
    return rule.valid_from <= clock && clock <= rule.valid_to;
}

// The value below the payload, nullptr where there is none.
const Json* find(const Json& payload, std::string_view path) {
    const Json* found = &payload;
    while (found != nullptr && !path.empty()) {
        const std::string_view name = path.substr(0, path.find('.'));
        path.remove_prefix(std::min(path.size(), name.size() + 1));
        if (const json::object* object = found->if_object()) {
            found = object->if_contains(name);
        } else {
            const json::array* array = found->if_array();
            const bool number = !name.empty() && name.size() < 8 &&
                                name.find_first_not_of("0123456789") == std::string_view::npos;
            found = array != nullptr && number ? array->if_contains(std::stoul(std::string(name)))
                                               : nullptr;
        }
    }
    return found;
}

// A certificate that states its version must be of the rule's major version, and no older.
bool schema_fits(const Rule& rule, const Json& payload) {
    const Json* stated = find(payload, "ver");
    if (stated == nullptr || !stated->is_string()) return true;
    const auto version = parse_version(stated->get_string());
    return version && version->parts[0] == rule.schema_version.parts[0] &&
           *version >= rule.schema_version;
}

void fill_fields(RuleVerdict& verdict, const Json& payload) {
    verdict.fields.reserve(verdict.rule->affected_fields.size());
    for (const std::string& field : verdict.rule->affected_fields) {
        const Json* value = find(payload, field);
        verdict.fields.push_back({field, value == nullptr ? Json() : *value});
    }
}

void leave_open(RuleVerdict& verdict, OpenReason reason) {
    const bool lacks_field =
        std::any_of(verdict.fields.begin(), verdict.fields.end(),
                    [](const FieldValue& field) { return field.value.is_null(); });
    const bool undecided = reason == OpenReason::error || reason == OpenReason::not_boolean;
    verdict.outcome = Outcome::open;
    verdict.reason = undecided && lacks_field ? OpenReason::missing_field : reason;
}

bool ordered(const Rule& a, const Rule& b) {
    return a.identifier != b.identifier ? a.identifier < b.identifier : a.version > b.version;
}

struct Placed {
    Rule rule;
    std::string path;
};

bool same(const Rule& a, const Rule& b) {
    return a.identifier == b.identifier && a.version == b.version;
}

} // namespace

CertificateType certificate_type_of(const Json& payload) {
    constexpr std::array kGroups{std::pair{"v.0", CertificateType::vaccination},
                                 std::pair{"t.0", CertificateType::test},
                                 std::pair{"r.0", CertificateType::recovery}};
    for (const auto& [path, type] : kGroups) {
        if (find(payload, path) != nullptr) return type;
    }
    return CertificateType::general;
}

std::string_view name_of(Outcome outcome) {
    switch (outcome) {
    case Outcome::passed: return "passed";
    case Outcome::failed: return "failed";
    case Outcome::open: break;
    }
    return "open";
}

std::string_view name_of(OpenReason reason) {
    switch (reason) {
    case OpenReason::unknown_engine: return "unknown engine";
    case OpenReason::unknown_schema: return "unknown schema";
    case OpenReason::missing_field: return "missing field";
    case OpenReason::error: return "error";
    case OpenReason::not_boolean: return "not boolean";
    case OpenReason::none: break;
    }
    return "none";
}

RuleVerdict judge(const Rule& rule, const Facts& facts, std::string_view language) {
    RuleVerdict verdict{.rule = &rule, .description = rule.description(language)};
    fill_fields(verdict, facts.payload());
    if (!rule.logic) return leave_open(verdict, OpenReason::unknown_engine), verdict;
    if (!schema_fits(rule, facts.payload())) {
        return leave_open(verdict, OpenReason::unknown_schema), verdict;
    }
    Result<Decision> decision = rule.logic->decide(facts);
    if (!decision.ok()) {
        verdict.error = std::move(decision).error();
        leave_open(verdict, OpenReason::error);
    } else if (*decision == Decision::undecided) {
        leave_open(verdict, OpenReason::not_boolean);
    } else {
        verdict.outcome = *decision == Decision::yes ? Outcome::passed : Outcome::failed;
    }
    return verdict;
}

RuleSet RuleSet::read(const Json& document, std::vector<Fault>& faults) {
    RuleSet set;
    const json::array* array = document.if_array();
    if (array == nullptr) {
        faults.push_back({"", &kWrongType, "a rule set is an array of rules"});
        return set;
    }
    if (array->size() > kMostRules) {
        faults.push_back({"", &kTooManyRules, "a rule set has at most 10000 rules"});
        return set;
    }
    std::vector<Placed> read;
    read.reserve(array->size());
    for (std::size_t i = 0; i < array->size(); ++i) {
        std::string path = '/' + std::to_string(i);
        std::optional<Rule> rule = read_rule((*array)[i], faults, path);
        if (rule) read.push_back({std::move(*rule), std::move(path)});
    }
    std::stable_sort(read.begin(), read.end(),
                     [](const Placed& a, const Placed& b) { return ordered(a.rule, b.rule); });
    set.rules_.reserve(read.size());
    for (Placed& placed : read) {
        if (!set.rules_.empty() && same(set.rules_.back(), placed.rule)) {
            faults.push_back(
                {placed.path, &kDuplicateRule, "this Identifier and Version came before"});
        } else {
            set.rules_.push_back(std::move(placed.rule));
        }
    }
    return set;
}

std::vector<const Rule*> RuleSet::select(const Journey& journey) const {
    std::vector<const Rule*> chosen;
    const std::string* last = nullptr; // the identifier whose highest valid version was seen
    for (const Rule& rule : rules_) {
        if ((last != nullptr && *last == rule.identifier) || !valid_at(rule, journey.clock)) {
            continue;
        }
        last = &rule.identifier;
        if (concerns(rule, journey)) chosen.push_back(&rule);
    }
    return chosen;
}

std::vector<RuleVerdict> RuleSet::judge_all(const Journey& journey, const Facts& facts,
                                            std::string_view language) const {
    std::vector<RuleVerdict> verdicts;
    const std::vector<const Rule*> chosen = select(journey);
    verdicts.reserve(chosen.size());
    for (const Rule* rule : chosen) verdicts.push_back(judge(*rule, facts, language));
    return verdicts;
}

Outcome overall(std::span<const RuleVerdict> verdicts) {
    Outcome outcome = Outcome::passed;
    for (const RuleVerdict& verdict : verdicts) {
        if (verdict.outcome == Outcome::failed) return Outcome::failed;
        if (verdict.outcome == Outcome::open) outcome = Outcome::open;
    }
    return outcome;
}

} // namespace salus::rules
