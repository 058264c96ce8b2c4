#include "fhir/extract.hpp"

#include <algorithm>

#include "fhir/elements.hpp"
#include "fhir/reading.hpp"
#include "fhir/submission.hpp"

namespace salus::fhir {

namespace {

using codec::Json;
using codec::json_find;
namespace json = codec::json;

constexpr std::size_t kMaxCodings = 8;
constexpr std::size_t kMaxProtocols = 8;

std::string country_of(const json::object& immunization, const Resolve& resolve) {
    const json::object* location = follow(immunization, "location", resolve);
    return country_in(location == nullptr ? nullptr : object_of(*location, "address"));
}

std::vector<Protocol> protocols_of(const json::object& immunization, const Resolve& resolve) {
    std::vector<Protocol> out;
    for (const Json& item : array_of(immunization, "protocolApplied")) {
        if (!item.is_object()) continue;
        const json::object& applied = item.get_object();
        Protocol protocol;
        protocol.series = text_of(applied, "series");
        protocol.authority = referred_name(applied, "authority", resolve);
        for (const Json& disease : array_of(applied, "targetDisease")) {
            if (!disease.is_object()) continue;
            for (Coding& coding : codings_of(disease.get_object())) {
                protocol.target_diseases.push_back(std::move(coding));
            }
        }
        protocol.dose_number = number_or_text(applied, "doseNumber");
        protocol.series_doses = number_or_text(applied, "seriesDoses");
        out.push_back(std::move(protocol));
    }
    return out;
}

// Every text that the certificate would hold, within its bound.
bool fits(const Vaccination& facts) {
    const auto good = [](const std::string& text) { return text.size() <= kMaxFactText; };
    const auto all_good = [&](const std::vector<Coding>& codings) {
        return codings.size() <= kMaxCodings &&
               std::all_of(codings.begin(), codings.end(), [&](const Coding& coding) {
                   return good(coding.system) && good(coding.code) && good(coding.display);
               });
    };
    const auto protocol_good = [&](const Protocol& protocol) {
        return good(protocol.series) && good(protocol.authority) && good(protocol.dose_number) &&
               good(protocol.series_doses) && all_good(protocol.target_diseases);
    };
    return good(facts.name.family) && good(facts.name.given) && all_good(facts.vaccine) &&
           good(facts.vaccine_text) && good(facts.occurrence) && good(facts.lot) &&
           good(facts.manufacturer.name) && good(facts.manufacturer.identifier) &&
           good(facts.performer) && good(facts.identity) &&
           facts.protocols.size() <= kMaxProtocols &&
           std::all_of(facts.protocols.begin(), facts.protocols.end(), protocol_good);
}

// A coding without code (a mere display, a reason for its absence) names no vaccine.
bool says_which(const Vaccination& facts) {
    return !facts.vaccine_text.empty() ||
           std::any_of(facts.vaccine.begin(), facts.vaccine.end(),
                       [](const Coding& coding) { return !coding.code.empty(); });
}

Vaccination read_facts(const json::object& immunization, const json::object& patient,
                       std::string_view full_url, const Resolve& resolve) {
    Vaccination out;
    out.identity = identity_of(immunization, full_url);
    read_person(patient, out);
    if (const json::object* code = object_of(immunization, "vaccineCode")) {
        out.vaccine = codings_of(*code);
        out.vaccine_text = text_of(*code, "text");
    }
    out.occurrence = text_of(immunization, "occurrenceDateTime");
    out.lot = text_of(immunization, "lotNumber");
    out.expiration_date = text_of(immunization, "expirationDate");
    out.manufacturer = {referred_name(immunization, "manufacturer", resolve),
                        identifier_value(immunization, "manufacturer", resolve)};
    for (const Json& item : array_of(immunization, "performer")) {
        if (!out.performer.empty() || !item.is_object()) continue;
        out.performer = referred_name(item.get_object(), "actor", resolve);
    }
    out.country = country_of(immunization, resolve);
    out.protocols = protocols_of(immunization, resolve);
    out.primary_source = bool_of(immunization, "primarySource");
    out.subpotent = bool_of(immunization, "isSubpotent");
    return out;
}

} // namespace

std::optional<Vaccination> extract(const json::object& immunization, const json::object& patient,
                                   std::string_view full_url, const std::string& path,
                                   const Resolve& resolve, Findings& findings) {
    const std::string status = text_of(immunization, "status");
    Vaccination facts = read_facts(immunization, patient, full_url, resolve);
    Reasons reasons(path, findings);
    reasons.require(status != "not-done", ".status", "certificate.not_done",
                    "the vaccination was not done: there is nothing to certify");
    reasons.require(status != "entered-in-error", ".status", "certificate.entered_in_error",
                    "the record was entered in error: there is nothing to certify");
    // A _status that says why it is absent satisfies 1..1, and certifies nothing.
    reasons.require(!status.empty(), ".status", "certificate.no_status",
                    "the record does not say that the vaccination was completed");
    reasons.require(!facts.occurrence.empty(), ".occurrence", "certificate.no_date",
                    "a certificate needs the vaccination's date as dateTime, not as text");
    reasons.require(says_which(facts), ".vaccineCode", "certificate.no_vaccine",
                    "the vaccine is neither coded nor named");
    reasons.require_person(facts, ".patient");
    reasons.require(fits(facts), "", "certificate.too_large",
                    "a text of over 256 bytes, or more than 8 codings: no QR code could hold it");
    if (reasons.any()) return std::nullopt;
    return facts;
}

} // namespace salus::fhir
