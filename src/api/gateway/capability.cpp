#include "api/gateway/endpoint.hpp"
#include "consent/folder.hpp"

namespace salus::api::gateway {

namespace {

namespace json = codec::json;

json::array interactions(std::initializer_list<std::string_view> codes) {
    json::array out;
    for (const std::string_view code : codes) out.push_back(json::object{{"code", code}});
    return out;
}

json::object resource_of(std::string_view type) {
    json::array parameters;
    for (const salus::gateway::SearchParameter* one : salus::gateway::parameters_of(type)) {
        parameters.push_back(
            json::object{{"name", one->name}, {"type", salus::gateway::kind_name(one->kind)}});
    }
    return {{"type", type},
            {"interaction", interactions({"read", "vread", "update", "history-instance", "create",
                                          "search-type"})},
            {"versioning", "versioned-update"},
            {"readHistory", true},
            {"updateCreate", true},
            {"conditionalCreate", false},
            {"conditionalUpdate", false},
            {"searchParam", std::move(parameters)}};
}

} // namespace

void add_capability(json::object& statement) {
    json::object& rest = statement.at("rest").as_array().at(0).as_object();
    json::array resources;
    for (const std::string_view type : consent::resource_types()) {
        json::object one = resource_of(type);
        if (type == "Patient") {
            one["operation"] = json::array{json::object{
                {"name", "everything"},
                {"definition", "http://hl7.org/fhir/OperationDefinition/Patient-everything"}}};
        }
        for (const codec::Json& known : rest.at("resource").as_array()) {
            if (known.at("type") != json::value(type)) continue;
            if (const auto* text = known.get_object().if_contains("documentation")) {
                one["documentation"] = *text;
            }
        }
        resources.push_back(std::move(one));
    }
    rest["resource"] = std::move(resources);
    rest["interaction"] = interactions({"transaction", "batch"});
    rest["operation"] = json::array{
        json::object{{"name", "salus-enrol"}, {"definition", "urn:salus:operation:enrol"}}};
    statement["implementation"] = json::object{
        {"description", "A hospital's gateway to patients' records, and to certificates"}};
}

} // namespace salus::api::gateway
