#include "api/fhir/capability.hpp"

namespace salus::api::fhir {

namespace json = codec::json;

json::object capability_statement(std::string_view version) {
    const auto interactions = [](std::initializer_list<std::string_view> codes) {
        json::array out;
        for (const std::string_view code : codes) out.push_back(json::object{{"code", code}});
        return out;
    };
    const json::object patient{{"type", "Patient"},
                               {"interaction", interactions({"create", "update"})},
                               {"updateCreate", true},
                               {"versioning", "no-version"}};
    json::array resources{patient};
    for (const char* type : {"Immunization", "Observation", "DiagnosticReport", "Condition"}) {
        resources.push_back(json::object{
            {"type", type},
            {"interaction", interactions({"create"})},
            {"versioning", "no-version"},
            {"documentation", "The answer holds the signed certificate and its commitment on "
                              "chain. The same record sent again gives the same certificate."}});
    }
    const json::object rest{
        {"mode", "server"},
        {"security", json::object{{"description", "OAuth 2 bearer token (RFC 6750)"}}},
        {"resource", std::move(resources)},
        {"interaction", interactions({"transaction", "batch"})}};
    return {{"resourceType", "CapabilityStatement"},
            {"status", "active"},
            {"date", "2026-11-22"},
            {"kind", "instance"},
            {"software", json::object{{"name", "Salus"}, {"version", version}}},
            {"implementation", json::object{{"description", "A hospital's vaccination gateway"}}},
            {"fhirVersion", "4.0.1"},
            {"format", json::array{"json"}},
            {"rest", json::array{rest}}};
}

} // namespace salus::api::fhir
