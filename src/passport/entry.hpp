#pragma once
// What a destination makes of a certificate: its rules on the day of travel, and whether the
// traveller's document names the same person. Neither touches the verdict: a genuine certificate
// may not suffice, and one that suffices may be forged.

#include "passport/verdict.hpp"
#include "rules/rule_set.hpp"

namespace salus::passport {

struct Travel {
    std::string country; // of arrival, ISO 3166 alpha-2
    std::string region;  // within it, where its rules ask; may be empty
    std::int64_t at = 0; // Unix seconds
    std::string language = "en";
};

struct EntryVerdict {
    Travel travel;
    rules::Outcome overall = rules::Outcome::open; // also where no rule of the country is known
    std::string reason;                            // why it is open without any rule; else empty
    std::vector<rules::RuleVerdict> rules;         // their rules are those of the RuleSet
};

// Rules are written for DCCs: other certificates stay open. `value_sets`: {"<id>": ["<code>", …]}.
// Pure.
EntryVerdict judge_entry(const Document& document, const rules::RuleSet& known,
                         const std::shared_ptr<const codec::Json>& value_sets,
                         const Travel& travel);

// {country, on, overall, reason?, rules: [{identifier, version, outcome, reason?, description,
// values: {field: value}}]}
codec::json::object entry_json(const EntryVerdict& verdict);
// {outcome: match | partial | no_match, differences: […]}
codec::json::object person_json(const PersonMatch& match);

} // namespace salus::passport
