#include "passport/draft.hpp"

#include <fmt/format.h>

namespace salus::passport {

namespace {

std::string code_of(std::string_view check, std::string_view code) {
    std::string out;
    out.reserve(check.size() + 1 + code.size());
    return out.append(check).append(1, '.').append(code);
}

} // namespace

Draft::Draft(std::string_view last, std::int64_t now) {
    verdict.checked_at = now;
    verdict.checks.reserve(6);
    for (const std::string_view name :
         {std::string_view("structure"), std::string_view("signature"), std::string_view("issuer"),
          std::string_view("validity"), std::string_view("content"), last}) {
        verdict.checks.push_back({name, Outcome::not_checked, {}, {}});
    }
}

void Draft::set(std::string_view check, Outcome outcome, std::string code, std::string message) {
    for (Check& one : verdict.checks) {
        if (one.name != check) continue;
        one.outcome = outcome;
        one.code = std::move(code);
        one.message = std::move(message);
        return;
    }
    SALUS_ASSERT(false);
}

void Draft::pass(std::string_view check, std::string message) {
    set(check, Outcome::passed, code_of(check, "ok"), std::move(message));
}
void Draft::fail(std::string_view check, std::string_view code, std::string message) {
    set(check, Outcome::failed, code_of(check, code), std::move(message));
}
void Draft::fail(std::string_view check, const Error& error, std::string message) {
    set(check, Outcome::failed, std::string(error.name()), std::move(message));
}
void Draft::leave_unproven(std::string_view check, std::string_view code, std::string message) {
    set(check, Outcome::unproven, code_of(check, code), std::move(message));
}
void Draft::leave_unchecked(std::string_view check, std::string_view code, std::string message) {
    set(check, Outcome::not_checked, code_of(check, code), std::move(message));
}

void Draft::rename_last(std::string_view last) {
    verdict.checks.back().name = last;
}

void Draft::set_last(Check check) {
    verdict.checks.back() = std::move(check);
}

void Draft::name_unchecked() {
    for (Check& check : verdict.checks) {
        if (!check.code.empty()) continue;
        check.code = code_of(check.name, "not_checked");
        check.message = "not checked, because an earlier check failed";
    }
}

Verdict Draft::unreadable() {
    name_unchecked();
    verdict.overall = Overall::unreadable;
    return std::move(verdict);
}

Verdict Draft::conclude() {
    name_unchecked();
    bool failed = false;
    bool unproven = false;
    for (const Check& check : verdict.checks) {
        failed = failed || check.outcome == Outcome::failed;
        unproven = unproven || check.outcome == Outcome::unproven;
    }
    verdict.overall = failed ? Overall::invalid : unproven ? Overall::unproven : Overall::valid;
    return std::move(verdict);
}

std::string age_text(std::int64_t seconds) {
    if (seconds < 120) return fmt::format("{} seconds", seconds);
    if (seconds < 2 * 3600) return fmt::format("{} minutes", seconds / 60);
    if (seconds < 2 * 86400) return fmt::format("{} hours", seconds / 3600);
    return fmt::format("{} days", seconds / 86400);
}

} // namespace salus::passport
