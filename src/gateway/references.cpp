#include "gateway/references.hpp"

#include <algorithm>

#include "fhir/elements.hpp"
#include "gateway/intake.hpp"

namespace salus::gateway {

namespace {

namespace json = codec::json;
using codec::Json;

std::string text_of(const Json& value) {
    return {value.get_string().data(), value.get_string().size()};
}

// The target of a text that names an entry; a fragment or version stays behind it.
std::optional<std::string> target_of(const std::string& text, const ReferenceMap& map) {
    const std::size_t end = std::min({text.size(), text.find('#'), text.find("/_history/")});
    const auto found = map.targets.find(text.substr(0, end));
    if (found == map.targets.end()) return std::nullopt;
    return found->second + text.substr(end);
}

Status resolve_reference(Json& value, const ReferenceMap& map) {
    const std::string text = text_of(value);
    if (text.starts_with('#')) return ok_status(); // contained
    if (const auto target = target_of(text, map)) {
        value = json::string(*target);
        return ok_status();
    }
    if (text.starts_with("urn:uuid:") || text.starts_with("urn:oid:")) {
        return Error(kDangling, "a reference that points at no entry of the Bundle");
    }
    if (text.find('?') != text.npos) return Error(kConditional, "a reference by a search");
    if (!map.base.empty() && text.starts_with(map.base + "/")) {
        value = json::string(text.substr(map.base.size() + 1));
    }
    return ok_status();
}

Status walk(Json& value, const ReferenceMap& map);

Status walk_object(json::object& object, const ReferenceMap& map) {
    for (auto& member : object) {
        Json& value = member.value();
        const std::string_view key(member.key().data(), member.key().size());
        if (!value.is_string()) {
            SALUS_TRY(walk(value, map));
        } else if (key == "reference") {
            SALUS_TRY(resolve_reference(value, map));
        } else if (key == "url" || key == "valueUri" || key == "valueUrl") {
            if (const auto target = target_of(text_of(value), map)) value = json::string(*target);
        }
    }
    return ok_status();
}

Status walk(Json& value, const ReferenceMap& map) {
    if (json::object* object = value.if_object()) return walk_object(*object, map);
    if (json::array* items = value.if_array()) {
        for (Json& item : *items) SALUS_TRY(walk(item, map));
    }
    return ok_status();
}

} // namespace

Status resolve_references(json::object& resource, const ReferenceMap& map) {
    return walk_object(resource, map);
}

std::set<std::string> patients_in(const json::object& resource) {
    std::set<std::string> out;
    for (const char* key : {"subject", "patient", "beneficiary", "for", "individual"}) {
        const json::object* value = fhir::object_of(resource, key);
        if (value == nullptr) continue;
        std::string reference = fhir::text_of(*value, "reference");
        reference.resize(std::min(reference.size(), reference.find("/_history/")));
        if (reference.starts_with("Patient/")) out.insert(std::move(reference));
    }
    return out;
}

void drop_server_meta(json::object& resource) {
    Json* meta = resource.if_contains("meta");
    if (meta == nullptr || !meta->is_object()) return;
    meta->get_object().erase("versionId");
    meta->get_object().erase("lastUpdated");
    if (meta->get_object().empty()) resource.erase("meta");
}

std::string version_of_tag(std::string_view tag) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag.size() < 2 || !tag.starts_with('"') || !tag.ends_with('"')) return {};
    return std::string(tag.substr(1, tag.size() - 2));
}

} // namespace salus::gateway
