#include "passport/verdict.hpp"

#include "passport/json_text.hpp"

namespace salus::passport {

namespace json = codec::json;

const Check& Verdict::check(std::string_view name) const {
    for (const Check& one : checks) {
        if (one.name == name) return one;
    }
    return checks.front();
}

std::string_view name_of(Overall overall) {
    switch (overall) {
    case Overall::valid: return "valid";
    case Overall::invalid: return "invalid";
    case Overall::unproven: return "unproven";
    case Overall::unreadable: return "unreadable";
    }
    return "unreadable";
}

std::string_view name_of(Outcome outcome) {
    switch (outcome) {
    case Outcome::passed: return "passed";
    case Outcome::failed: return "failed";
    case Outcome::unproven: return "unproven";
    case Outcome::not_checked: return "not_checked";
    }
    return "not_checked";
}

std::string_view revocation_reason(std::uint8_t reason) {
    switch (reason) {
    case 1: return "it was entered in error";
    case 2: return "it was issued for the wrong patient";
    case 3: return "the signing key was compromised";
    case 4: return "the vaccine or its lot was withdrawn";
    case 5: return "a new certificate took its place";
    default: return "no reason given";
    }
}

json::object verdict_json(const Verdict& verdict) {
    json::array checks;
    for (const Check& check : verdict.checks) {
        checks.push_back(json::object{{"name", check.name},
                                      {"outcome", name_of(check.outcome)},
                                      {"code", check.code},
                                      {"message", check.message}});
    }
    json::object out{{"overall", name_of(verdict.overall)},
                     {"mode", verdict.online ? "online" : "offline"},
                     {"checks", std::move(checks)},
                     {"checkedAt", time_text(verdict.checked_at)},
                     {"trustList", json::object{{"ageSeconds", verdict.trust_list_age},
                                                {"blockNumber", verdict.trust_list_block}}}};
    if (verdict.document) {
        out["format"] = name_of(format_of(*verdict.document));
        out["certificate"] = document_json(*verdict.document);
        out["hospital"] = verdict.hospital;
    }
    put_text(out, "source", verdict.source);
    if (verdict.issued_at) {
        out["committedAt"] = time_text(static_cast<std::int64_t>(*verdict.issued_at));
    }
    if (verdict.revoked_at) {
        out["revokedAt"] = time_text(static_cast<std::int64_t>(*verdict.revoked_at));
        out["revocationReason"] = revocation_reason(verdict.revocation_reason.value_or(0));
    }
    return out;
}

} // namespace salus::passport
