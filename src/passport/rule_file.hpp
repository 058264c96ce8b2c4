#pragma once
// Rules of travel as a file that a verifier can trust: signed by the list key, of a version that
// only goes up, for stated destinations and a stated time.
//
// File: {"ruleSet": {…}, "signature": "0x…"}; the set holds version (of the format), name,
// revision, chainId, accreditation, destinations, validFrom, validUntil, rules (EU DCC Validation
// Rules) and valueSets (as published: {valueSetId, valueSetValues}). The signature is EIP-712
// (domain "Salus Rule Set", version 1, chain id, verifying contract = Accreditation;
// RuleSet(bytes32 digest,uint64 revision,uint64 validFrom,uint64 validUntil)).

#include <memory>

#include "eth/signer.hpp"
#include "passport/trust_list.hpp"
#include "rules/rule_set.hpp"

namespace salus::passport {

inline constexpr ErrorKind kBadRuleFile{"rule_file.malformed", "Salus rule set, version 1"};
inline constexpr ErrorKind kRuleFileSignature{"rule_file.signature_wrong",
                                              "EIP-712 by the pinned list key"};
inline constexpr ErrorKind kRuleFilePin{"rule_file.wrong_pin", "the chain that was pinned"};
inline constexpr ErrorKind kRuleFileFault{"rule_file.faulty_rule",
                                          "every rule and value set is without fault"};
inline constexpr ErrorKind kRuleFileEmpty{"rule_file.no_rules", "one rule at least"};
inline constexpr ErrorKind kRuleFileDestination{
    "rule_file.destination", "ISO 3166 alpha-2; the country of each Acceptance rule is one, or EU"};
inline constexpr ErrorKind kRuleFilePeriod{"rule_file.bad_period", "validFrom before validUntil"};
inline constexpr ErrorKind kRuleFileNotYet{"rule_file.not_yet_valid", "validFrom"};
inline constexpr ErrorKind kRuleFileExpired{"rule_file.expired", "validUntil"};
inline constexpr ErrorKind kRuleFileRollback{"rule_file.rollback", "the revision only goes up"};
inline constexpr ErrorKind kRuleFileOther{"rule_file.another_set",
                                          "name, chain and signer of the set that is in use"};

inline constexpr std::size_t kMaxRuleFile = 16 * 1024 * 1024; // bytes

struct RuleFile {
    std::string name;           // 1 to 64 of a-z, 0-9, '-', '_', '.'
    std::uint64_t revision = 0; // from 1
    std::uint64_t chain_id = 0;
    Address accreditation;
    std::vector<std::string> destinations;        // ISO 3166 alpha-2
    std::int64_t valid_from = 0, valid_until = 0; // Unix seconds, both included
    codec::json::array rules;                     // as published
    codec::Json value_sets; // an array as published, or {"<id>": ["<code>", …]}
};

// What was read: ready to judge with. Immutable.
struct SignedRules {
    RuleFile file; // without `rules` and `value_sets`, which are below
    rules::RuleSet set;
    std::shared_ptr<const codec::Json> value_sets; // for rules::External
    Hash32 digest;                                 // SHA-256 of the set's canonical JSON
    Address signer;

    bool covers(std::string_view destination) const;
};

// kRuleFileFault with the first fault's place, and the other checks of open_rule_file.
Result<std::string> sign_rule_file(const RuleFile& file, const eth::Signer& list_key);
// kBadRuleFile, kRuleFileSignature, kRuleFilePin, kRuleFileFault, kRuleFileEmpty,
// kRuleFileDestination, kRuleFilePeriod.
Result<SignedRules> open_rule_file(std::string_view text, const TrustPins& pins);

Status check_rules_time(const RuleFile& file,
                        std::int64_t now); // kRuleFileNotYet, kRuleFileExpired
// `next` may take the place of `old`: kRuleFileOther; kRuleFileRollback where its revision is
// lower, or the same with other content.
Status check_rules_successor(const SignedRules& old, const SignedRules& next);

} // namespace salus::passport
