#include "fhir/covid.hpp"
#include "passport/commitment.hpp"
#include "passport/document.hpp"
#include "passport/icvp.hpp"
#include "passport/json_text.hpp"

namespace salus::passport {

namespace {

namespace json = codec::json;
using codec::Json;

std::string named(std::string_view name, std::string code) {
    return name.empty() ? std::move(code) : std::string(name);
}

std::string full_name(const std::string& given, const std::string& family) {
    return given.empty() || family.empty() ? given + family : given + " " + family;
}

std::string dose_text(const std::string& number, const std::string& series) {
    return number.empty() || series.empty() ? number : number + " of " + series;
}

std::string disease_name(const std::string& code) {
    return code == fhir::kCovidDisease ? "COVID-19" : code;
}

void put_shot(json::object& out, const json::object& shot) {
    put_text(out, "vaccine",
             named(fhir::covid_product_name(text_at(shot, "mp")), text_at(shot, "mp")));
    put_text(out, "kindOfVaccine",
             named(fhir::covid_prophylaxis_name(text_at(shot, "vp")), text_at(shot, "vp")));
    put_text(out, "manufacturer",
             named(fhir::covid_holder_name(text_at(shot, "ma")), text_at(shot, "ma")));
    put_text(out, "dose", dose_text(text_at(shot, "dn"), text_at(shot, "sd")));
    put_text(out, "date", text_at(shot, "dt"));
}

// The value sets covid-19-lab-test-type and covid-19-lab-result.
std::string test_kind(const std::string& code) {
    if (code == "LP6464-4") return "nucleic acid amplification";
    return code == "LP217198-3" ? "rapid immunoassay" : code;
}
std::string test_result(const std::string& code) {
    if (code == "260415000") return "not detected";
    return code == "260373001" ? "detected" : code;
}

void put_dcc_test(json::object& out, const json::object& test) {
    put_text(out, "test", test_kind(text_at(test, "tt")));
    put_text(out, "testName", named(text_at(test, "nm"), text_at(test, "ma")));
    put_text(out, "date", text_at(test, "sc"));
    put_text(out, "result", test_result(text_at(test, "tr")));
    put_text(out, "performer", text_at(test, "tc"));
}

void put_recovery(json::object& out, const json::object& recovery) {
    put_text(out, "date", text_at(recovery, "fr"));
    put_text(out, "validFrom", text_at(recovery, "df"));
    put_text(out, "validUntil", text_at(recovery, "du"));
}

void put_dcc(json::object& out, const json::object& dcc) {
    if (const json::object* name = object_at(dcc, "nam")) {
        const std::string plain = full_name(text_at(*name, "gn"), text_at(*name, "fn"));
        const std::string in_mrz = full_name(text_at(*name, "gnt"), text_at(*name, "fnt"));
        put_text(out, "name", plain.empty() ? in_mrz : plain);
        put_text(out, "nameInMrz", in_mrz);
    }
    put_text(out, "birthDate", text_at(dcc, "dob"));
    const json::object* statement = nullptr;
    if ((statement = first_at(dcc, "v")) != nullptr) {
        put_shot(out, *statement);
    } else if ((statement = first_at(dcc, "t")) != nullptr) {
        put_dcc_test(out, *statement);
    } else if ((statement = first_at(dcc, "r")) != nullptr) {
        put_recovery(out, *statement);
    }
    if (statement == nullptr) return;
    put_text(out, "disease", disease_name(text_at(*statement, "tg")));
    put_text(out, "country", text_at(*statement, "co"));
    put_text(out, "issuedBy", text_at(*statement, "is"));
    put_text(out, "certificateId", text_at(*statement, "ci"));
}

std::string vaccine_name(const json::object& vaccine) {
    std::string text = text_at(vaccine, "text");
    if (!text.empty()) return text;
    const json::object* coding = first_at(vaccine, "coding");
    if (coding == nullptr) return {};
    return named(text_at(*coding, "display"), text_at(*coding, "code"));
}

void put_facts(json::object& out, const json::object& facts) {
    if (const json::object* patient = object_at(facts, "patient")) {
        if (const json::object* name = object_at(*patient, "name")) {
            put_text(out, "name", full_name(text_at(*name, "given"), text_at(*name, "family")));
        }
        put_text(out, "birthDate", text_at(*patient, "birthDate"));
        put_text(out, "gender", text_at(*patient, "gender"));
    }
    if (const json::object* vaccine = object_at(facts, "vaccine")) {
        put_text(out, "vaccine", vaccine_name(*vaccine));
    }
    if (const json::object* maker = object_at(facts, "manufacturer")) {
        put_text(out, "manufacturer", text_at(*maker, "name"));
    }
    if (const json::object* protocol = first_at(facts, "protocol")) {
        put_text(out, "dose",
                 dose_text(text_at(*protocol, "doseNumber"), text_at(*protocol, "seriesDoses")));
        if (const json::object* disease = first_at(*protocol, "targetDisease")) {
            put_text(out, "disease",
                     named(text_at(*disease, "display"), text_at(*disease, "code")));
        }
    }
    put_text(out, "date", text_at(facts, "occurrence"));
    put_text(out, "lot", text_at(facts, "lotNumber"));
    put_text(out, "performer", text_at(facts, "performer"));
    put_text(out, "country", text_at(facts, "country"));
}

std::string_view kind_name(ContentKind kind) {
    switch (kind) {
    case ContentKind::dcc: return "dcc";
    case ContentKind::facts: return "fhir";
    case ContentKind::icvp: return "icvp";
    case ContentKind::other: return "other";
    }
    return "other";
}

json::object facts_of(const Certificate& certificate) {
    json::object out;
    out["kind"] = kind_name(certificate.kind);
    if (certificate.content.is_object()) {
        const json::object& content = certificate.content.get_object();
        switch (certificate.kind) {
        case ContentKind::dcc: put_dcc(out, content); break;
        case ContentKind::icvp: put_icvp(out, content); break;
        case ContentKind::facts:
        case ContentKind::other: put_facts(out, content); break;
        }
    }
    put_text(out, "issuerCountry", certificate.issuer);
    if (certificate.issued) out["issued"] = time_text(*certificate.issued);
    if (certificate.expires) out["expires"] = time_text(*certificate.expires);
    put_text(out, "kid", to_hex(certificate.message.kid));
    if (certificate.binding) {
        out["commitment"] = to_hex0x(commitment_of(certificate.message.payload).bytes);
        out["issuerAccount"] = to_hex0x(certificate.binding->issuer.bytes);
        out["chainId"] = certificate.binding->chain_id;
        out["contract"] = to_hex0x(certificate.binding->contract.bytes);
        if (const auto& replaces = certificate.binding->replaces) {
            out["replaces"] = to_hex0x(replaces->bytes);
        }
    }
    out["content"] = certificate.content;
    return out;
}

// ---- SMART Health Cards

// A concept's text, its first coding's display, or the code under its system's name.
std::string concept_name(const json::object& holder, std::string_view key) {
    const json::object* coded = object_at(holder, key);
    if (coded == nullptr) return {};
    const json::object* coding = first_at(*coded, "coding");
    if (coding == nullptr) return text_at(*coded, "text");
    const std::string display = text_at(*coding, "display");
    if (!display.empty()) return display;
    const std::string code = text_at(*coding, "code");
    return text_at(*coding, "system") == fhir::kCvxSystem ? "CVX " + code : code;
}

json::object shot_of(const json::object& immunization) {
    json::object out;
    put_text(out, "vaccine", concept_name(immunization, "vaccineCode"));
    put_text(out, "date", text_at(immunization, "occurrenceDateTime"));
    put_text(out, "lot", text_at(immunization, "lotNumber"));
    if (const json::object* performer = first_at(immunization, "performer")) {
        if (const json::object* actor = object_at(*performer, "actor")) {
            put_text(out, "performer", text_at(*actor, "display"));
        }
    }
    return out;
}

json::object test_of(const json::object& observation) {
    json::object out;
    put_text(out, "test", concept_name(observation, "code"));
    put_text(out, "date", text_at(observation, "effectiveDateTime"));
    std::string result = concept_name(observation, "valueCodeableConcept");
    if (result.empty()) result = text_at(observation, "valueString");
    put_text(out, "result", result);
    return out;
}

// All of a kind; the newest is shown as the card's own.
void put_newest(json::object& out, std::string_view list, json::array items) {
    if (items.empty()) return;
    const auto date = [](const Json& item) { return text_at(item.get_object(), "date"); };
    const Json* newest = &items[0];
    for (const Json& item : items) {
        if (date(item) > date(*newest)) newest = &item;
    }
    for (const auto& [key, value] : newest->get_object()) out[key] = value;
    out[list] = std::move(items);
}

void put_bundle(json::object& out, const json::object& bundle) {
    json::array shots, tests;
    const Json* entries = codec::json_find(bundle, "entry");
    if (entries == nullptr || !entries->is_array()) return;
    for (const Json& entry : entries->get_array()) {
        const json::object* one = entry.if_object();
        const json::object* resource = one == nullptr ? nullptr : object_at(*one, "resource");
        if (resource == nullptr) continue;
        const std::string type = text_at(*resource, "resourceType");
        if (type == "Immunization") shots.push_back(shot_of(*resource));
        if (type == "Observation") tests.push_back(test_of(*resource));
    }
    put_newest(out, "tests", std::move(tests));
    put_newest(out, "vaccinations", std::move(shots));
}

json::object facts_of(const SmartCard& card) {
    json::object out;
    put_bundle(out, card.card.bundle);
    if (const json::object* patient = resource_at(card.card.bundle, "Patient")) {
        put_text(out, "gender", text_at(*patient, "gender"));
    }
    put_text(out, "issuerUrl", card.card.issuer);
    out["issued"] = time_text(static_cast<std::int64_t>(card.card.not_before));
    if (card.card.expires) {
        out["expires"] = time_text(static_cast<std::int64_t>(*card.card.expires));
    }
    put_text(out, "kid", card.message.member("kid"));
    put_text(out, "rid", card.card.rid);
    out["content"] = card.card.bundle;
    return out;
}

// ---- ICAO VDS-NC (technical report, 3.2 and 3.3)

void put_event(json::object& out, const json::object& message) {
    const json::object* event = first_at(message, "ve");
    if (event == nullptr) return;
    put_text(out, "vaccine", named(text_at(*event, "nam"), text_at(*event, "des")));
    put_text(out, "disease", text_at(*event, "dis"));
    json::array doses;
    const Json* given = codec::json_find(*event, "vd");
    if (given == nullptr || !given->is_array()) return;
    for (const Json& item : given->get_array()) {
        const json::object* dose = item.if_object();
        if (dose == nullptr) continue;
        json::object one;
        put_text(one, "date", text_at(*dose, "dvc"));
        put_text(one, "dose", text_at(*dose, "seq"));
        put_text(one, "country", text_at(*dose, "ctr"));
        put_text(one, "performer", text_at(*dose, "adm"));
        put_text(one, "lot", text_at(*dose, "lot"));
        doses.push_back(std::move(one));
    }
    put_newest(out, "vaccinations", std::move(doses));
}

void put_test(json::object& out, const json::object& message) {
    if (const json::object* provider = object_at(message, "sp")) {
        put_text(out, "performer", text_at(*provider, "spn"));
        put_text(out, "country", text_at(*provider, "ctr"));
    }
    if (const json::object* times = object_at(message, "dat")) {
        put_text(out, "date", text_at(*times, "sc"));
    }
    if (const json::object* result = object_at(message, "tr")) {
        put_text(out, "test", text_at(*result, "tc"));
        put_text(out, "result", text_at(*result, "r"));
    }
}

json::object facts_of(const envelope::VdsNc& seal) {
    json::object out;
    out["issuerCountry"] = seal.issuer;
    const json::object* message = seal.message.if_object();
    if (message == nullptr) return out;
    put_event(out, *message);
    put_test(out, *message);
    if (const json::object* person = object_at(*message, "pid")) {
        put_text(out, "gender", text_at(*person, "sex"));
        put_text(out, "documentNumber", text_at(*person, "i"));
    }
    const std::string proof = text_at(*message, "uvci");
    put_text(out, "certificateId", proof.empty() ? text_at(*message, "utci") : proof);
    out["content"] = *message;
    return out;
}

json::object facts_of(const ShownFields& shown) {
    json::object out;
    for (const std::string_view key :
         {"disease", "vaccine", "manufacturer", "lot", "date", "country"}) {
        put_text(out, key, text_at(shown.claims, key));
    }
    if (!out.contains("vaccine")) put_text(out, "vaccine", text_at(shown.claims, "product"));
    put_text(out, "dose", dose_text(text_at(shown.claims, "dose"), text_at(shown.claims, "doses")));
    put_text(out, "performer", text_at(shown.claims, "hospital"));
    out["expires"] = time_text(shown.presentation.expires);
    put_text(out, "kid", to_hex(shown.presentation.kid.bytes));
    out["issuerAccount"] = to_hex0x(shown.presentation.chain.issuer.bytes);
    out["content"] = shown.claims;
    return out;
}

std::string_view statement_name(DccKind kind) {
    switch (kind) {
    case DccKind::vaccination: return "vaccination";
    case DccKind::test: return "test";
    case DccKind::recovery: return "recovery";
    }
    return {};
}

} // namespace

json::object document_json(const Document& document) {
    json::object out = std::visit([](const auto& one) { return facts_of(one); }, document);
    if (!out.contains("kind")) out["kind"] = name_of(format_of(document));
    const CertificatePerson person = person_of(document);
    if (!out.contains("name")) put_text(out, "name", full_name(person.given, person.family));
    if (!out.contains("birthDate")) put_text(out, "birthDate", person.birth);
    const auto statement = statement_of(document);
    if (statement) out["statement"] = statement_name(*statement);
    return out;
}

} // namespace salus::passport
