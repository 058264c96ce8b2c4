#pragma once
// The rules of many countries: which of them a journey meets, and what each says of a certificate.

#include <span>

#include "rules/rule.hpp"

namespace salus::rules {

struct Journey {
    std::string arrival;   // country whose Acceptance rules apply, ISO 3166 alpha-2
    std::string issued_in; // country whose Invalidation rules apply: the certificate's issuer
    CertificateType certificate = CertificateType::general;
    Instant clock; // the moment for which is asked, e.g. of the travel
};

// The type of a certificate's content: by the first of v, t, r that has an entry, else general.
CertificateType certificate_type_of(const codec::Json& payload);

enum class Outcome : std::uint8_t { passed, failed, open };

// Why a rule stayed open.
enum class OpenReason : std::uint8_t {
    none,
    unknown_engine, // not CERTLOGIC, or newer than kEngineVersion
    unknown_schema, // written for certificates of another or a newer version
    missing_field,  // the engine could not decide, and an affected field is absent
    error,          // the engine could not decide: `error` says why
    not_boolean,    // the rule says neither true nor false
};
std::string_view name_of(Outcome outcome);   // "passed", "failed", "open"
std::string_view name_of(OpenReason reason); // "unknown engine", …

struct FieldValue {
    std::string_view field; // as the rule names it
    codec::Json value;      // null where it is absent
};

struct RuleVerdict {
    const Rule* rule; // of the RuleSet
    Outcome outcome = Outcome::open;
    OpenReason reason = OpenReason::none;
    std::optional<Error> error{}; // of the engine
    std::string_view description;
    std::vector<FieldValue> fields{}; // the affected ones, as they are in this certificate
};

// What a rule says of these facts. The rule must outlive the verdict.
RuleVerdict judge(const Rule& rule, const Facts& facts, std::string_view language);

class RuleSet {
public:
    // Rules from an array of them, and every fault of the others. A rule with a fault is left out;
    // of two with the same Identifier and Version the second is a fault.
    static RuleSet read(const codec::Json& document, std::vector<Fault>& faults);
    static constexpr std::size_t kMostRules = 10'000;

    std::span<const Rule> rules() const { return rules_; }
    // In the order of their identifiers. Of several versions of one identifier valid at the clock
    // the highest is taken, and then only where it concerns this journey.
    std::vector<const Rule*> select(const Journey& journey) const;
    // Every rule of the journey. `facts.external().clock` should be the journey's.
    std::vector<RuleVerdict> judge_all(const Journey& journey, const Facts& facts,
                                       std::string_view language) const;

private:
    std::vector<Rule> rules_; // by identifier, then the highest version first
};

// failed where a rule failed, else open where one is open, else passed (also without any rule).
Outcome overall(std::span<const RuleVerdict> verdicts);

} // namespace salus::rules
