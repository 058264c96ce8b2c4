#include "passport/document_checks.hpp"

#include <algorithm>
#include <array>

#include "fhir/primitive.hpp"
#include "passport/icvp.hpp"
#include "passport/json_text.hpp"
#include "passport/shc_bundle.hpp"
#include "rules/date_time.hpp"

namespace salus::passport {

namespace {

// What a certificate says was done.
struct Deeds {
    std::vector<std::string> dates; // as it writes them
    bool positive = false;          // it proves a test, which found the pathogen
};

constexpr std::string_view kPositive = "the test found the pathogen";
constexpr std::string_view kToCome = "it speaks of a day that is yet to come";

// A genuine certificate may say what nobody wants to hear, or what cannot be yet.
void check_statement(const codec::json::object& dcc, Draft& draft) {
    constexpr std::string_view kDetected = "260373001"; // SNOMED CT
    constexpr std::int64_t kEasternmost = 14 * 3600;    // days begin there first
    const codec::json::object* test = first_at(dcc, "t");
    if (test != nullptr && text_at(*test, "tr") == kDetected) {
        return draft.fail("content", "test_positive", std::string(kPositive));
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
            return draft.fail("content", "in_future", std::string(kToCome));
        }
    }
    draft.pass("content", "as the EU's schema has it");
}

// Of a FHIR date or dateTime, perhaps of a year or a month alone.
bool is_to_come(const std::string& date, const Draft& draft) {
    const auto moment = fhir::parse_date_time(date);
    return moment && moment->earliest > draft.verdict.checked_at + kClockLeeway;
}

// The dates of what was done, and what the newest test found. The same is asked of every format.
void check_deeds(const Deeds& deeds, Draft& draft, std::string_view standard) {
    const auto later = [&](const std::string& date) { return is_to_come(date, draft); };
    if (std::ranges::any_of(deeds.dates, later)) {
        return draft.fail("content", "in_future", std::string(kToCome));
    }
    if (deeds.positive) return draft.fail("content", "test_positive", std::string(kPositive));
    if (standard.empty()) {
        return draft.leave_unchecked("content", "no_schema",
                                     "no schema is published for this content");
    }
    draft.pass("content", std::string(standard));
}

std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

// SNOMED CT: detected, positive, present; LOINC's answers of the same meaning; and in words.
bool is_positive(const std::string& result) {
    constexpr std::array<std::string_view, 9> kPositives{"260373001", "10828004", "52101004",
                                                         "la11882-0", "la6576-8", "la9633-4",
                                                         "positive",  "detected", "present"};
    return std::ranges::find(kPositives, lower(result)) != kPositives.end();
}

bool is_positive_observation(const codec::json::object& observation) {
    if (is_positive(text_at(observation, "valueString"))) return true;
    const codec::json::object* value = object_at(observation, "valueCodeableConcept");
    const codec::Json* codings = value == nullptr ? nullptr : codec::json_find(*value, "coding");
    if (codings == nullptr || !codings->is_array()) return false;
    return std::ranges::any_of(codings->get_array(), [](const codec::Json& coding) {
        return coding.is_object() && is_positive(text_at(coding.get_object(), "code"));
    });
}

// A card of vaccinations may hold a test of long ago: then it is no proof of a test.
Deeds deeds_of(const ShcCard& card) {
    Deeds out;
    const codec::Json* entries = codec::json_find(card.bundle, "entry");
    if (entries == nullptr || !entries->is_array()) return out;
    bool vaccinated = false;
    std::string newest;
    for (const codec::Json& entry : entries->get_array()) {
        const codec::json::object* one = entry.if_object();
        const codec::json::object* resource =
            one == nullptr ? nullptr : object_at(*one, "resource");
        if (resource == nullptr) continue;
        const std::string type = text_at(*resource, "resourceType");
        if (type == "Immunization") {
            vaccinated = true;
            out.dates.push_back(text_at(*resource, "occurrenceDateTime"));
        } else if (type == "Observation") {
            out.dates.push_back(text_at(*resource, "effectiveDateTime"));
            if (out.dates.back() < newest) continue;
            newest = out.dates.back();
            out.positive = is_positive_observation(*resource);
        }
    }
    out.positive = out.positive && !vaccinated;
    return out;
}

// ICAO VDS-NC 3.2 and 3.3.
Deeds deeds_of(const envelope::VdsNc& seal) {
    Deeds out;
    const codec::json::object* message = seal.message.if_object();
    if (message == nullptr) return out;
    if (const codec::json::object* times = object_at(*message, "dat")) {
        out.dates.push_back(text_at(*times, "sc"));
    }
    if (const codec::json::object* result = object_at(*message, "tr")) {
        out.positive = is_positive(text_at(*result, "r"));
    }
    const codec::json::object* event = first_at(*message, "ve");
    const codec::Json* doses = event == nullptr ? nullptr : codec::json_find(*event, "vd");
    if (doses == nullptr || !doses->is_array()) return out;
    for (const codec::Json& dose : doses->get_array()) {
        if (dose.is_object()) out.dates.push_back(text_at(dose.get_object(), "dvc"));
    }
    return out;
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

void check_icvp(const codec::Json& content, Draft& draft) {
    const codec::json::object* icvp = content.if_object();
    const auto faults =
        icvp == nullptr ? std::vector<std::string>{"it is no map"} : icvp_faults(*icvp);
    if (!faults.empty()) return draft.fail("content", "schema", faults[0]);
    check_deeds({{text_at(*object_at(*icvp, "v"), "dt")}, false}, draft,
                "as the WHO's model of the certificate of vaccination has it");
}

// docs/protocol.md, "Certificate": the FHIR facts, where a certificate is no DCC.
void check_facts(const codec::Json& content, Draft& draft) {
    const codec::json::object* facts = content.if_object();
    const codec::json::object* patient = facts == nullptr ? nullptr : object_at(*facts, "patient");
    if (patient == nullptr || object_at(*patient, "name") == nullptr ||
        object_at(*facts, "vaccine") == nullptr || text_at(*facts, "occurrence").empty()) {
        return draft.fail("content", "facts", "it lacks the patient, the vaccine or the time");
    }
    check_deeds({{text_at(*facts, "occurrence")}, false}, draft, "the facts of a vaccination");
}

void check_card(const ShcCard& card, Draft& draft) {
    const auto remarks = check_shc_bundle(card.bundle);
    if (!remarks.ok()) return draft.fail("content", remarks.error(), remarks.error().text());
    check_deeds(deeds_of(card), draft, "as the SMART Health Cards framework has it");
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
        if (certificate->kind == ContentKind::facts) {
            return check_facts(certificate->content, draft);
        }
        if (certificate->kind == ContentKind::icvp) return check_icvp(certificate->content, draft);
        // Whatever its signer may sign: nobody here knows what was signed.
        draft.leave_unproven("content", "unknown",
                             "what it states is in no form that is known here");
    } else if (const auto* card = std::get_if<SmartCard>(&document)) {
        check_card(card->card, draft);
    } else if (const auto* seal = std::get_if<envelope::VdsNc>(&document)) {
        check_deeds(deeds_of(*seal), draft, {});
    } else if (const auto* shown = std::get_if<ShownFields>(&document)) {
        check_deeds({{text_at(shown->claims, "date")}, false}, draft, {});
    }
}

} // namespace salus::passport
