#include "rules/external.hpp"

namespace salus::rules {

using codec::Json;
namespace json = codec::json;

namespace {

Value text_or_null(std::string_view text) {
    return text.empty() ? Value() : Value::string(text);
}

std::string printed(const std::optional<Instant>& when) {
    return when ? print_instant(*when) : std::string();
}

void read_value_set(const Json& document, const std::string& path, json::object& sets,
                    std::vector<Fault>& faults) {
    const auto fault = [&](std::string_view place, std::string message) {
        faults.push_back({path + std::string(place), &kBadValueSet, std::move(message)});
    };
    const json::object* object = document.if_object();
    if (object == nullptr) return fault("", "a value set is an object");
    const Json* id = object->if_contains("valueSetId");
    const Json* values = object->if_contains("valueSetValues");
    const bool named = id != nullptr && id->is_string() && !id->get_string().empty();
    if (!named) fault("/valueSetId", "a name is required");
    if (values == nullptr || !values->is_object()) {
        return fault("/valueSetValues", "an object with the codes as its keys is required");
    }
    if (!named) return;
    json::array codes;
    codes.reserve(values->get_object().size());
    for (const auto& entry : values->get_object()) codes.emplace_back(entry.key());
    if (!sets.emplace(id->get_string(), std::move(codes)).second) {
        fault("/valueSetId", "a value set of this name stands before it");
    }
}

} // namespace

Facts::Facts(const Json& payload, const External& external)
    : payload_(payload), external_(external), clock_(print_instant(external.clock)),
      issued_(printed(external.issued)), expires_(printed(external.expires)) {
    members_ = {{{"validationClock", Value::string(clock_)},
                 {"valueSets", external.value_sets ? Value::of(*external.value_sets) : Value()},
                 {"countryCode", text_or_null(external.country)},
                 {"issuerCountryCode", text_or_null(external.issuer_country)},
                 {"region", text_or_null(external.region)},
                 {"kid", text_or_null(external.kid)},
                 {"iat", text_or_null(issued_)},
                 {"exp", text_or_null(expires_)}}};
    root_ = {{{"payload", Value::of(payload)},
              {"external", Value::frame(members_.data(), members_.size())}}};
}

Json external_json(const External& external) {
    json::object made;
    const auto put = [&](std::string_view key, std::string_view text) {
        if (!text.empty()) made.emplace(key, text);
    };
    put("validationClock", print_instant(external.clock));
    if (external.value_sets) made.emplace("valueSets", *external.value_sets);
    put("countryCode", external.country);
    put("issuerCountryCode", external.issuer_country);
    put("region", external.region);
    put("kid", external.kid);
    put("iat", printed(external.issued));
    put("exp", printed(external.expires));
    return made;
}

Json value_sets_of(const Json& documents, std::vector<Fault>& faults) {
    json::object sets;
    const std::size_t before = faults.size();
    const json::array* array = documents.if_array();
    if (array == nullptr) {
        faults.push_back({"", &kBadValueSet, "an array of value sets is required"});
        return json::object();
    }
    for (std::size_t i = 0; i < array->size(); ++i) {
        read_value_set((*array)[i], '/' + std::to_string(i), sets, faults);
    }
    return faults.size() == before ? Json(std::move(sets)) : Json(json::object());
}

} // namespace salus::rules
