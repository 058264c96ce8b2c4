#pragma once
// A valid rule; a test states only the difference.

#include "rules/rule_set.hpp"

namespace salus::rules::testing {

inline codec::Json parsed(std::string_view text) {
    auto value = codec::parse_json(text);
    SALUS_ASSERT(value.ok());
    return std::move(value).value();
}

inline codec::json::object valid_rule() {
    return parsed(R"({"Identifier":"VR-NL-0001","Type":"Acceptance","Country":"NL",
        "Version":"1.0.0","SchemaVersion":"1.0.0","Engine":"CERTLOGIC","EngineVersion":"1.0.0",
        "CertificateType":"Vaccination",
        "Description":[{"lang":"en","desc":"Two doses"},{"lang":"de","desc":"Zwei Dosen"}],
        "ValidFrom":"2021-07-01T00:00:00Z","ValidTo":"2022-07-01T00:00:00+02:00",
        "AffectedFields":["v.0.dn","v.0.sd"],
        "Logic":{">=":[{"var":"payload.v.0.dn"},{"var":"payload.v.0.sd"}]}})")
        .as_object();
}

// The valid rule with some fields replaced by those of `changes`.
inline codec::json::object rule_with(std::string_view changes) {
    codec::json::object rule = valid_rule();
    const codec::Json changed = parsed(changes);
    for (const auto& change : changed.as_object()) rule[change.key()] = change.value();
    return rule;
}

} // namespace salus::rules::testing
