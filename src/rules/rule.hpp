#pragma once
// A rule of a country for certificates (EU DCC Validation Rule, schema 1.0.0): who made it, when it
// holds, for which certificates, in words, and as an expression.

#include <array>
#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "rules/certlogic.hpp"

namespace salus::rules {

inline constexpr ErrorKind kMissingField{"rules.missing_field", "EU DCC Validation Rule: required"};
inline constexpr ErrorKind kWrongType{"rules.wrong_type", "EU DCC Validation Rule: type"};
inline constexpr ErrorKind kBadField{"rules.bad_field", "EU DCC Validation Rule: pattern, enum"};
inline constexpr ErrorKind kBadPeriod{"rules.bad_period",
                                      "EU DCC Validation Rule: ValidFrom is before ValidTo"};
inline constexpr ErrorKind kDuplicateRule{"rules.duplicate", "one rule per Identifier and Version"};
inline constexpr ErrorKind kTooManyRules{"rules.too_many", "size limit of a rule set"};

struct Version { // semantic: major.minor.patch
    std::array<std::uint32_t, 3> parts{};
    friend auto operator<=>(const Version&, const Version&) = default;
};
// nullopt where the text does not begin with three numbers; "-rc1" or "+5" after them is ignored.
std::optional<Version> parse_version(std::string_view text);

enum class RuleType : std::uint8_t { acceptance, invalidation };
enum class CertificateType : std::uint8_t { general, vaccination, test, recovery };
std::string_view name_of(CertificateType type); // "General", "Vaccination", …

struct Description {
    std::string language; // "en", "de", "pt-br"
    std::string text;
};

struct Rule {
    std::string identifier; // GR-EU-0001
    RuleType type = RuleType::acceptance;
    std::string country; // of the rule's maker, ISO 3166 alpha-2; "EU" for the common ones
    Version version;
    Version schema_version; // of the certificates for which it is written
    std::string engine;     // "CERTLOGIC"
    Version engine_version;
    CertificateType certificate_type = CertificateType::general;
    std::vector<Description> descriptions;
    Instant valid_from; // both ends included
    Instant valid_to;
    std::vector<std::string> affected_fields; // data access paths below payload
    // None where the engine or its version is not one that is spoken here: such a rule stays open.
    std::optional<Program> logic;

    // In this language, else in English, else the first; a region counts less than the language
    // ("de-at" finds "de").
    const std::string& description(std::string_view language) const;
};

// Every fault of a rule, with its place below `path`. None of the rule where there is one; fields
// that the schema does not know are left alone.
std::optional<Rule> read_rule(const codec::Json& json, std::vector<Fault>& faults,
                              const std::string& path = "");

} // namespace salus::rules
