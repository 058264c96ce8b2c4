#include "passport/document_checks.hpp"

#include "passport/json_text.hpp"
#include "passport/shc_bundle.hpp"
#include "rules/date_time.hpp"

namespace salus::passport {

namespace {

// A genuine certificate may say what nobody wants to hear, or what cannot be yet.
void check_statement(const codec::json::object& dcc, Draft& draft) {
    constexpr std::string_view kDetected = "260373001"; // SNOMED CT
    constexpr std::int64_t kEasternmost = 14 * 3600;    // days begin there first
    const codec::json::object* test = first_at(dcc, "t");
    if (test != nullptr && text_at(*test, "tr") == kDetected) {
        return draft.fail("content", "test_positive", "the test found the pathogen");
    }
    constexpr std::pair<std::string_view, std::string_view> kDates[] = {
        {"v", "dt"}, {"t", "sc"}, {"r", "fr"}};
    for (const auto& [list, field] : kDates) {
        const codec::json::object* statement = first_at(dcc, list);
        if (statement == nullptr) continue;
        const std::string date = text_at(*statement, field);
        const auto when = rules::parse_instant(date);
        const std::int64_t slack = rules::has_offset(date) ? kClockLeeway : kEasternmost;
        if (when && when->ms / 1000 > draft.verdict.checked_at + slack) {
            return draft.fail("content", "in_future", "it speaks of a day that is yet to come");
        }
    }
    draft.pass("content", "as the EU's schema has it");
}

void check_dcc(const codec::Json& content, Draft& draft) {
    const codec::json::object* dcc = content.if_object();
    const auto version = dcc == nullptr ? std::nullopt : dcc_version(text_at(*dcc, "ver"));
    if (!version) {
        return draft.fail("content", "version",
                          "it is of no version of the EU's schema that is known here");
    }
    const std::vector<DccFault> faults = dcc_faults(content, *version);
    if (faults.empty()) return check_statement(*dcc, draft);
    const std::string more =
        faults.size() == 1 ? "" : ", and " + std::to_string(faults.size() - 1) + " more";
    draft.fail("content", "schema", faults[0].path + ": " + faults[0].message + more);
}

void check_card(const ShcCard& card, Draft& draft) {
    const auto remarks = check_shc_bundle(card.bundle);
    if (!remarks.ok()) return draft.fail("content", remarks.error(), remarks.error().text());
    draft.pass("content", "as the SMART Health Cards framework has it");
}

} // namespace

Purposes purpose_for(const Document& document) {
    const auto statement = statement_of(document);
    if (!statement) return 0;
    switch (*statement) {
    case DccKind::test: return kPurposeTest;
    case DccKind::vaccination: return kPurposeVaccination;
    case DccKind::recovery: return kPurposeRecovery;
    }
    return 0;
}

void check_times(const Document& document, Draft& draft) {
    const std::int64_t now = draft.verdict.checked_at;
    const DocumentTimes times = times_of(document);
    const bool may_last = !std::holds_alternative<Certificate>(document);
    const auto from = std::max(times.issued, times.not_before);
    if (std::holds_alternative<envelope::VdsNc>(document)) {
        draft.leave_unchecked("validity", "none_stated", "seals of this kind state no time");
    } else if (!times.issued || (!times.expires && !may_last)) {
        draft.fail("validity", "missing", "it lacks a time of issue or of expiry");
    } else if (now + kClockLeeway < *from) {
        draft.fail("validity", "not_yet_valid", "it is not valid yet");
    } else if (times.expires && now > *times.expires) {
        draft.fail("validity", "expired", "it has expired");
    } else {
        draft.pass("validity", "within its time of validity");
    }
}

void check_content(const Document& document, Draft& draft) {
    if (const auto* certificate = std::get_if<Certificate>(&document)) {
        if (certificate->kind == ContentKind::dcc) return check_dcc(certificate->content, draft);
    } else if (const auto* card = std::get_if<SmartCard>(&document)) {
        return check_card(card->card, draft);
    }
    draft.leave_unchecked("content", "no_schema", "no schema is published for this content");
}

} // namespace salus::passport
