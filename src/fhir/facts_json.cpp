#include "fhir/statement.hpp"

namespace salus::fhir {

namespace {

namespace json = codec::json;

void put(json::object& object, std::string_view key, const std::string& value) {
    if (!value.empty()) object.emplace(key, value);
}
void put(json::object& object, std::string_view key, std::optional<bool> value) {
    if (value) object.emplace(key, *value);
}
void put(json::object& object, std::string_view key, json::object value) {
    if (!value.empty()) object.emplace(key, std::move(value));
}
void put(json::object& object, std::string_view key, json::array value) {
    if (!value.empty()) object.emplace(key, std::move(value));
}

json::array codings_json(const std::vector<Coding>& codings) {
    json::array out;
    for (const Coding& coding : codings) {
        json::object one;
        put(one, "system", coding.system);
        put(one, "code", coding.code);
        put(one, "display", coding.display);
        out.emplace_back(std::move(one));
    }
    return out;
}

json::array protocols_json(const std::vector<Protocol>& protocols) {
    json::array out;
    for (const Protocol& protocol : protocols) {
        json::object one;
        put(one, "series", protocol.series);
        put(one, "authority", protocol.authority);
        put(one, "targetDisease", codings_json(protocol.target_diseases));
        put(one, "doseNumber", protocol.dose_number);
        put(one, "seriesDoses", protocol.series_doses);
        out.emplace_back(std::move(one));
    }
    return out;
}

json::object patient_json(const Subject& subject) {
    json::object name;
    put(name, "family", subject.name.family);
    put(name, "given", subject.name.given);
    json::object patient;
    put(patient, "name", std::move(name));
    put(patient, "birthDate", subject.birth_date);
    put(patient, "gender", subject.gender);
    return patient;
}

} // namespace

json::object facts_json(const Vaccination& vaccination) {
    json::object vaccine;
    put(vaccine, "coding", codings_json(vaccination.vaccine));
    put(vaccine, "text", vaccination.vaccine_text);
    json::object manufacturer;
    put(manufacturer, "name", vaccination.manufacturer.name);
    put(manufacturer, "identifier", vaccination.manufacturer.identifier);

    json::object out;
    put(out, "patient", patient_json(vaccination));
    put(out, "vaccine", std::move(vaccine));
    put(out, "occurrence", vaccination.occurrence);
    put(out, "lotNumber", vaccination.lot);
    put(out, "expirationDate", vaccination.expiration_date);
    put(out, "manufacturer", std::move(manufacturer));
    put(out, "performer", vaccination.performer);
    put(out, "country", vaccination.country);
    put(out, "protocol", protocols_json(vaccination.protocols));
    put(out, "primarySource", vaccination.primary_source);
    put(out, "isSubpotent", vaccination.subpotent);
    return out;
}

json::object facts_json(const TestResult& test) {
    json::object device;
    put(device, "name", test.device_name);
    put(device, "identifier", test.device_id);
    json::object what;
    put(what, "disease", test.disease);
    put(what, "coding", codings_json(test.test));
    put(what, "method", test.method);
    what.emplace("detected", test.detected);
    put(what, "sampled", test.sampled);
    put(what, "device", std::move(device));
    put(what, "centre", test.centre);
    put(what, "country", test.country);
    json::object out;
    put(out, "patient", patient_json(test));
    put(out, "test", std::move(what));
    return out;
}

json::object facts_json(const Recovery& recovery) {
    json::object what;
    put(what, "disease", recovery.disease);
    put(what, "firstPositive", recovery.first_positive);
    put(what, "country", recovery.country);
    json::object out;
    put(out, "patient", patient_json(recovery));
    put(out, "recovery", std::move(what));
    return out;
}

json::object facts_json(const Statement& statement) {
    return std::visit([](const auto& one) { return facts_json(one); }, statement);
}

} // namespace salus::fhir
