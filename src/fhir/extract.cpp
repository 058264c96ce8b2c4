#include "fhir/extract.hpp"

#include <algorithm>
#include <array>

#include "fhir/elements.hpp"
#include "fhir/submission.hpp"

namespace salus::fhir {

namespace {

using codec::Json;
using codec::json_find;
namespace json = codec::json;

constexpr std::size_t kMaxCodings = 8;
constexpr std::size_t kMaxProtocols = 8;

std::string joined(const json::array& parts) {
    std::string out;
    for (const Json& part : parts) {
        if (!part.is_string()) continue;
        if (!out.empty()) out += ' ';
        out += std::string_view(part.get_string());
    }
    return out;
}

// "Jr" tells apart people of one family; "MD" does not.
bool tells_generation(std::string_view suffix) {
    constexpr std::array<std::string_view, 7> kGenerations{"jr", "sr", "ii", "iii",
                                                           "iv", "v",  "vi"};
    std::string plain;
    for (const char c : suffix) {
        if (c == '.' || c == ' ') continue;
        plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    return std::find(kGenerations.begin(), kGenerations.end(), plain) != kGenerations.end();
}

int rank_of(const json::object& name) {
    constexpr std::array<std::string_view, 8> kOrder{"official", "usual",     "",    "temp",
                                                     "nickname", "anonymous", "old", "maiden"};
    const std::string use = text_of(name, "use");
    const auto* at = std::find(kOrder.begin(), kOrder.end(), use);
    const auto rank = static_cast<int>(at - kOrder.begin());
    const json::object* period = object_of(name, "period");
    const bool ended = period != nullptr && json_find(*period, "end") != nullptr;
    return ended ? rank + 6 : rank;
}

PersonName read_name(const json::object& name) {
    PersonName out{text_of(name, "family"), joined(array_of(name, "given"))};
    if (out.family.empty() && out.given.empty()) out.family = text_of(name, "text");
    if (out.family.empty()) std::swap(out.family, out.given); // people with one name
    for (const Json& suffix : array_of(name, "suffix")) {
        if (suffix.is_string() && tells_generation(std::string_view(suffix.get_string()))) {
            out.family += " " + std::string(suffix.get_string().c_str());
        }
    }
    return out;
}

std::vector<Coding> codings_of(const json::object& concept_object) {
    std::vector<Coding> out;
    for (const Json& item : array_of(concept_object, "coding")) {
        if (!item.is_object()) continue;
        const json::object& coding = item.get_object();
        out.push_back(
            {text_of(coding, "system"), text_of(coding, "code"), text_of(coding, "display")});
    }
    return out;
}

// A positiveInt or a string, as text.
std::string number_or_text(const json::object& object, const std::string& name) {
    const Json* number = json_find(object, name + "PositiveInt");
    if (number != nullptr && number->is_number()) {
        return std::to_string(number->to_number<std::int64_t>());
    }
    return text_of(object, name + "String");
}

const json::object* follow(const json::object& owner, std::string_view key,
                           const Resolve& resolve) {
    const json::object* reference = object_of(owner, key);
    return reference == nullptr ? nullptr : resolve(text_of(*reference, "reference"));
}

// The name of who is referred to: as the reference shows it, else from the resource itself.
std::string referred_name(const json::object& owner, std::string_view key, const Resolve& resolve) {
    const json::object* reference = object_of(owner, key);
    if (reference == nullptr) return {};
    std::string shown = text_of(*reference, "display");
    if (!shown.empty()) return shown;
    const json::object* resource = resolve(text_of(*reference, "reference"));
    if (resource == nullptr) return {};
    if (json_find(*resource, "name") != nullptr && json_find(*resource, "name")->is_array()) {
        const PersonName name = select_name(*resource);
        return name.given.empty() ? name.family : name.given + " " + name.family;
    }
    return text_of(*resource, "name");
}

std::string identifier_value(const json::object& owner, std::string_view key,
                             const Resolve& resolve) {
    if (const json::object* reference = object_of(owner, key)) {
        if (const json::object* identifier = object_of(*reference, "identifier")) {
            return text_of(*identifier, "value");
        }
    }
    if (const json::object* resource = follow(owner, key, resolve)) {
        for (const Json& item : array_of(*resource, "identifier")) {
            if (item.is_object()) return text_of(item.get_object(), "value");
        }
    }
    return {};
}

std::string country_of(const json::object& immunization, const Resolve& resolve) {
    const json::object* location = follow(immunization, "location", resolve);
    const json::object* address = location == nullptr ? nullptr : object_of(*location, "address");
    std::string country = address == nullptr ? std::string() : text_of(*address, "country");
    const bool alpha2 =
        country.size() == 2 &&
        std::all_of(country.begin(), country.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    return alpha2 ? country : std::string();
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

std::string identity_of(const json::object& immunization, std::string_view full_url) {
    for (const Json& item : array_of(immunization, "identifier")) {
        if (!item.is_object()) continue;
        const std::string value = text_of(item.get_object(), "value");
        if (value.empty()) continue;
        return "identifier|" + text_of(item.get_object(), "system") + "|" + value;
    }
    // Before the fullUrl: alone, the same record comes without one.
    const std::string id = text_of(immunization, "id");
    return id.empty() ? std::string(full_url) : "Immunization/" + id;
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

class Reasons {
public:
    Reasons(std::string path, Findings& findings) : path_(std::move(path)), findings_(findings) {}
    void require(bool holds, std::string_view where, std::string_view rule, const char* message) {
        if (holds) return;
        any_ = true;
        findings_.information("business-rule", path_ + std::string(where), rule, message);
    }
    bool any() const { return any_; }

private:
    std::string path_;
    Findings& findings_;
    bool any_ = false;
};

Vaccination read_facts(const json::object& immunization, const json::object& patient,
                       std::string_view full_url, const Resolve& resolve) {
    Vaccination out;
    out.identity = identity_of(immunization, full_url);
    out.name = select_name(patient);
    out.birth_date = text_of(patient, "birthDate");
    out.gender = text_of(patient, "gender");
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

PersonName select_name(const json::object& patient) {
    const json::object* best = nullptr;
    for (const Json& item : array_of(patient, "name")) {
        if (!item.is_object()) continue;
        const json::object& name = item.get_object();
        if (best == nullptr || rank_of(name) < rank_of(*best)) best = &name;
    }
    return best == nullptr ? PersonName{} : read_name(*best);
}

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
    reasons.require(!facts.identity.empty(), "", "certificate.no_identity",
                    "the record needs an identifier, an id or a fullUrl, to be known again");
    reasons.require(!facts.name.family.empty(), ".patient", "certificate.no_name",
                    "the patient has no name: the certificate would fit anybody");
    reasons.require(!facts.birth_date.empty(), ".patient", "certificate.no_birth_date",
                    "the patient has no birth date: the certificate would fit anybody");
    reasons.require(fits(facts), "", "certificate.too_large",
                    "a text of over 256 bytes, or more than 8 codings: no QR code could hold it");
    if (reasons.any()) return std::nullopt;
    return facts;
}

} // namespace salus::fhir
