#include "fhir/reading.hpp"

#include <algorithm>
#include <array>

#include "fhir/elements.hpp"

namespace salus::fhir {

using codec::Json;
using codec::json_find;
namespace json = codec::json;

namespace {

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

} // namespace

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

std::string country_in(const json::object* address) {
    std::string country = address == nullptr ? std::string() : text_of(*address, "country");
    const bool alpha2 =
        country.size() == 2 &&
        std::all_of(country.begin(), country.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    return alpha2 ? country : std::string();
}

std::string identity_of(const json::object& resource, std::string_view full_url) {
    for (const Json& item : array_of(resource, "identifier")) {
        if (!item.is_object()) continue;
        const std::string value = text_of(item.get_object(), "value");
        if (value.empty()) continue;
        return "identifier|" + text_of(item.get_object(), "system") + "|" + value;
    }
    // Before the fullUrl: alone, the same record comes without one.
    const std::string id = text_of(resource, "id");
    return id.empty() ? std::string(full_url) : text_of(resource, "resourceType") + "/" + id;
}

PersonName select_name(const json::object& patient) {
    const json::object* best = nullptr;
    for (const Json& item : array_of(patient, "name")) {
        if (!item.is_object()) continue;
        const json::object& name = item.get_object();
        if (best == nullptr || rank_of(name) < rank_of(*best)) best = &name;
    }
    return best == nullptr ? PersonName{} : read_name(*best);
}

void read_person(const json::object& patient, Subject& out) {
    out.name = select_name(patient);
    out.birth_date = text_of(patient, "birthDate");
    out.gender = text_of(patient, "gender");
}

void Reasons::require(bool holds, std::string_view where, std::string_view rule,
                      const char* message) {
    if (holds) return;
    any_ = true;
    findings_.information("business-rule", path_ + std::string(where), rule, message);
}

void Reasons::require_person(const Subject& subject, std::string_view where) {
    require(!subject.identity.empty(), "", "certificate.no_identity",
            "the record needs an identifier, an id or a fullUrl, to be known again");
    require(!subject.name.family.empty(), where, "certificate.no_name",
            "the patient has no name: the certificate would fit anybody");
    require(!subject.birth_date.empty(), where, "certificate.no_birth_date",
            "the patient has no birth date: the certificate would fit anybody");
}

} // namespace salus::fhir
