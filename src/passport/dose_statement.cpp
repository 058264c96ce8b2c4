#include <algorithm>
#include <charconv>

#include "fhir/code_tables.hpp"
#include "passport/dose_history.hpp"
#include "passport/icvp.hpp"
#include "passport/json_text.hpp"

namespace salus::passport {

namespace {

namespace json = codec::json;
using codec::Json;

int number_of(const std::string& text) {
    int value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    constexpr int kMost = 99;
    return error == std::errc() && stop == end && value >= 0 && value <= kMost ? value : 0;
}

// A date's first ten characters where they are a date; what else stands there tells nothing.
std::string date_of(const std::string& text) {
    constexpr std::string_view kForm = "0000-00-00";
    const std::string day = text.substr(0, kForm.size());
    const bool whole = day.size() == 4 || day.size() == 7 || day.size() == kForm.size();
    for (std::size_t i = 0; i < day.size(); ++i) {
        const bool digit = day[i] >= '0' && day[i] <= '9';
        if (kForm[i] == '-' ? day[i] != '-' : !digit) return {};
    }
    return whole ? day : std::string();
}

const json::array& list_at(const json::object& object, std::string_view key) {
    static const json::array kNone;
    const Json* value = codec::json_find(object, key);
    return value != nullptr && value->is_array() ? value->get_array() : kNone;
}

void add_diseases(DoseStatement& to, std::string_view diseases) {
    while (!diseases.empty()) {
        const std::size_t end = std::min(diseases.find(' '), diseases.size());
        std::string one(diseases.substr(0, end));
        const bool known =
            std::find(to.diseases.begin(), to.diseases.end(), one) != to.diseases.end();
        if (!one.empty() && !known) to.diseases.push_back(std::move(one));
        diseases.remove_prefix(std::min(end + 1, diseases.size()));
    }
}

void take_product(DoseStatement& to, const fhir::ProductRow& product) {
    to.product = std::string(product.code);
    to.vaccine = std::string(product.name);
    add_diseases(to, product.diseases);
}

void take_vaccine(DoseStatement& to, const fhir::VaccineRow& vaccine) {
    add_diseases(to, vaccine.diseases);
    const fhir::ProductRow* product =
        vaccine.product.empty() ? nullptr : fhir::find_product(vaccine.product);
    if (product != nullptr) return take_product(to, *product);
    to.code = std::string(vaccine.system) + " " + std::string(vaccine.code);
    to.group = !vaccine.prophylaxis.empty();
    if (to.vaccine.empty()) to.vaccine = std::string(vaccine.name);
}

void take_coding(DoseStatement& to, const json::object& coding) {
    if (!to.product.empty()) return;
    const std::string system = text_at(coding, "system"), code = text_at(coding, "code");
    const bool product_system =
        system == fhir::kEuProductSystem || system == fhir::kEuTemporarySystem;
    const fhir::ProductRow* product = product_system ? fhir::find_product(code) : nullptr;
    if (product != nullptr) return take_product(to, *product);
    if (const auto* vaccine = fhir::find_vaccine(system, code)) return take_vaccine(to, *vaccine);
    if (to.code.empty() && !code.empty()) to.code = system + " " + code;
    if (to.vaccine.empty()) to.vaccine = text_at(coding, "display");
}

void take_concept(DoseStatement& to, const json::object& coded) {
    for (const Json& item : list_at(coded, "coding")) {
        if (item.is_object()) take_coding(to, item.get_object());
    }
    if (to.vaccine.empty()) to.vaccine = text_at(coded, "text");
    if (to.vaccine.empty()) to.vaccine = to.code.substr(to.code.rfind(' ') + 1);
}

void take_protocol(DoseStatement& to, const json::object& protocol, const char* number,
                   const char* series) {
    if (to.dose == 0) to.dose = number_of(text_at(protocol, number));
    if (to.series == 0) to.series = number_of(text_at(protocol, series));
}

// ---- formats

std::vector<DoseStatement> of_dcc(const json::object& dcc) {
    std::vector<DoseStatement> out;
    for (const Json& item : list_at(dcc, "v")) {
        if (!item.is_object()) continue;
        const json::object& shot = item.get_object();
        DoseStatement one;
        add_diseases(one, text_at(shot, "tg"));
        const std::string product = text_at(shot, "mp");
        if (const auto* known = fhir::find_product(product))
            take_product(one, *known);
        else
            one.product = one.vaccine = product;
        one.dose = number_of(text_at(shot, "dn"));
        one.series = number_of(text_at(shot, "sd"));
        one.date = date_of(text_at(shot, "dt"));
        one.country = text_at(shot, "co");
        one.provider = text_at(shot, "is");
        one.certificate_id = text_at(shot, "ci");
        out.push_back(std::move(one));
    }
    return out;
}

std::vector<DoseStatement> of_facts(const json::object& facts) {
    DoseStatement out;
    for (const Json& item : list_at(facts, "protocol")) {
        if (!item.is_object()) continue;
        const json::object& protocol = item.get_object();
        for (const Json& disease : list_at(protocol, "targetDisease")) {
            if (!disease.is_object()) continue;
            add_diseases(out, text_at(disease.get_object(), "code"));
        }
        take_protocol(out, protocol, "doseNumber", "seriesDoses");
    }
    if (const json::object* vaccine = object_at(facts, "vaccine")) take_concept(out, *vaccine);
    out.date = date_of(text_at(facts, "occurrence"));
    out.lot = text_at(facts, "lotNumber");
    out.country = text_at(facts, "country");
    out.provider = text_at(facts, "performer");
    return {std::move(out)};
}

DoseStatement of_immunization(const json::object& resource) {
    DoseStatement out;
    if (const json::object* code = object_at(resource, "vaccineCode")) take_concept(out, *code);
    out.date = date_of(text_at(resource, "occurrenceDateTime"));
    out.lot = text_at(resource, "lotNumber");
    if (const json::object* protocol = first_at(resource, "protocolApplied")) {
        take_protocol(out, *protocol, "doseNumberPositiveInt", "seriesDosesPositiveInt");
    }
    if (const json::object* performer = first_at(resource, "performer")) {
        if (const json::object* actor = object_at(*performer, "actor")) {
            out.provider = text_at(*actor, "display");
        }
    }
    return out;
}

// The table's disease of an ICD-11 code; "RA01.0" is one of RA01.
std::string disease_of_icd11(const std::string& code) {
    for (const fhir::DiseaseRow& row : fhir::diseases_table()) {
        if (!row.icd11.empty() && code.starts_with(row.icd11)) return std::string(row.code);
    }
    return {};
}

const fhir::ProductRow* product_named(const std::string& name) {
    for (const fhir::ProductRow& row : fhir::products_table()) {
        if (row.name == name) return &row;
    }
    return nullptr;
}

std::vector<DoseStatement> of_seal(const json::object& message) {
    std::vector<DoseStatement> out;
    for (const Json& item : list_at(message, "ve")) {
        if (!item.is_object()) continue;
        const json::object& event = item.get_object();
        DoseStatement kind;
        add_diseases(kind, disease_of_icd11(text_at(event, "dis")));
        kind.vaccine = text_at(event, "nam");
        if (const auto* product = product_named(kind.vaccine))
            take_product(kind, *product);
        else
            kind.code = text_at(event, "des");
        for (const Json& given : list_at(event, "vd")) {
            if (!given.is_object()) continue;
            DoseStatement one = kind;
            one.date = date_of(text_at(given.get_object(), "dvc"));
            one.dose = number_of(text_at(given.get_object(), "seq"));
            one.country = text_at(given.get_object(), "ctr");
            one.provider = text_at(given.get_object(), "adm");
            one.lot = text_at(given.get_object(), "lot");
            out.push_back(std::move(one));
        }
    }
    return out;
}

std::vector<DoseStatement> of_icvp(const json::object& content) {
    const auto shot = icvp_shot(content);
    if (!shot) return {};
    DoseStatement one;
    add_diseases(one, shot->disease);
    one.code = shot->code;
    one.vaccine = shot->vaccine;
    one.date = date_of(shot->date);
    one.dose = number_of(shot->dose);
    one.provider = shot->issuer.empty() ? shot->clinician : shot->issuer;
    one.lot = shot->lot;
    return {std::move(one)};
}

std::vector<DoseStatement> doses_in(const Certificate& certificate) {
    const json::object* content = certificate.content.if_object();
    if (content == nullptr || certificate.kind == ContentKind::other) return {};
    if (certificate.kind == ContentKind::icvp) return of_icvp(*content);
    return certificate.kind == ContentKind::dcc ? of_dcc(*content) : of_facts(*content);
}

std::vector<DoseStatement> doses_in(const SmartCard& card) {
    std::vector<DoseStatement> out;
    for (const Json& entry : list_at(card.card.bundle, "entry")) {
        const json::object* one = entry.if_object();
        const json::object* resource = one == nullptr ? nullptr : object_at(*one, "resource");
        if (resource == nullptr || text_at(*resource, "resourceType") != "Immunization") continue;
        out.push_back(of_immunization(*resource));
    }
    return out;
}

std::vector<DoseStatement> doses_in(const envelope::VdsNc& seal) {
    const json::object* message = seal.message.if_object();
    return message == nullptr ? std::vector<DoseStatement>() : of_seal(*message);
}

// "sct|840539006": what stands before the bar is an abbreviation or a whole system.
json::object coding_of(const std::string& text) {
    const std::size_t bar = text.find('|');
    if (bar == std::string::npos) return {{"display", text}};
    const std::string_view name = std::string_view(text).substr(0, bar);
    const std::string_view system = name == "cvx"   ? fhir::kCvxSystem
                                    : name == "atc" ? fhir::kAtcSystem
                                    : name == "sct" ? fhir::kSnomedSystem
                                                    : name;
    return {{"system", system}, {"code", text.substr(bar + 1)}};
}

std::vector<DoseStatement> doses_in(const ShownFields& shown) {
    DoseStatement one;
    const json::object disease = coding_of(text_at(shown.claims, "disease"));
    add_diseases(one, text_at(disease, "code"));
    one.disease_text = text_at(disease, "display");
    one.vaccine = text_at(shown.claims, "product");
    take_coding(one, coding_of(text_at(shown.claims, "vaccine")));
    if (one.vaccine.empty()) one.vaccine = one.code.substr(one.code.rfind(' ') + 1);
    one.dose = number_of(text_at(shown.claims, "dose"));
    one.series = number_of(text_at(shown.claims, "doses"));
    one.date = date_of(text_at(shown.claims, "date"));
    one.country = text_at(shown.claims, "country");
    one.provider = text_at(shown.claims, "hospital");
    one.lot = text_at(shown.claims, "lot");
    return {std::move(one)};
}

} // namespace

std::vector<DoseStatement> doses_of(const Document& document, const std::string& source) {
    if (statement_of(document) != DccKind::vaccination) return {};
    auto out = std::visit([](const auto& one) { return doses_in(one); }, document);
    for (DoseStatement& one : out) {
        one.source = source;
        one.format = format_of(document);
        one.person = person_of(document);
        if (one.diseases.empty()) one.disease_text = one.vaccine;
    }
    return out;
}

} // namespace salus::passport
