#include "fhir/validate.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "fhir/elements.hpp"
#include "fhir/primitive.hpp"
#include "fhir/schema.hpp"

namespace salus::fhir {

namespace {

using codec::Json;
using codec::json_find;
namespace json = codec::json;

std::string lower_first(std::string_view text) {
    std::string out(text);
    if (!out.empty() && out[0] >= 'A' && out[0] <= 'Z') out[0] = static_cast<char>(out[0] + 32);
    return out;
}

// A key of the sender's in a message: bounded, and without control characters.
std::string shown(std::string_view key) {
    std::string out;
    for (const char c : key.substr(0, 64)) {
        out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
    return out;
}

bool is_whole(const Json& value, double low, double high) {
    if (!value.is_number()) return false;
    const double number = value.to_number<double>();
    return number == std::floor(number) && number >= low && number <= high;
}

// Empty where `value` is a good `type`; otherwise what it should have been.
std::string_view primitive_fault(std::string_view type, const Json& value) {
    if (type == "boolean") return value.is_bool() ? "" : "a boolean";
    if (type == "decimal") return value.is_number() ? "" : "a number";
    constexpr double kMost = 2147483647;
    if (type == "integer") return is_whole(value, -kMost - 1, kMost) ? "" : "a 32-bit integer";
    if (type == "unsignedInt") return is_whole(value, 0, kMost) ? "" : "an integer from 0";
    if (type == "positiveInt") return is_whole(value, 1, kMost) ? "" : "an integer from 1";
    if (!value.is_string()) return "a JSON string";
    const std::string_view text(value.get_string());
    if (type == "string" || type == "markdown") {
        return is_string(text) ? "" : "text of at most 1 MB that is not blank";
    }
    if (type == "code") return is_code(text) ? "" : "a code without outer or double blanks";
    if (type == "id") return is_id(text) ? "" : "an id of 1 to 64 characters A-Z a-z 0-9 - .";
    if (type == "uri" && text.starts_with("urn:uuid:")) {
        return is_uuid(text) ? "" : "urn:uuid: and a UUID in lower case";
    }
    if (type == "uri" && text.starts_with("urn:oid:")) {
        return is_oid(text) ? "" : "urn:oid: and an object identifier";
    }
    if (type == "uri" || type == "url" || type == "canonical") {
        return is_uri(text) ? "" : "a URI without blanks";
    }
    if (type == "date")
        return parse_date(text) ? "" : "a day that exists: YYYY, YYYY-MM, YYYY-MM-DD";
    if (type == "dateTime") {
        return parse_date_time(text) ? "" : "a date, or a time with seconds and offset from UTC";
    }
    if (type == "instant") return parse_instant(text) ? "" : "a time with seconds and offset";
    if (type == "time") return is_time(text) ? "" : "hh:mm:ss";
    if (type == "base64Binary") return is_base64(text) ? "" : "base64";
    if (type == "xhtml") return text.starts_with("<div") ? "" : "an XHTML <div>";
    return "";
}

struct Found {
    const Element* element = nullptr;
    std::string type;
    bool shadow = false; // "_name": id and extensions of a primitive
};

class Validator {
public:
    explicit Validator(Findings& findings) : findings_(findings) {}

    void resource(const Json& value, const std::string& path) {
        if (!value.is_object()) {
            return findings_.error("structure", path, "json.object", "a resource is a JSON object");
        }
        const json::object& object = value.get_object();
        const Json* name = json_find(object, "resourceType");
        if (name == nullptr || !name->is_string() || name->get_string().empty()) {
            return findings_.error("required", path, "resource.type",
                                   "a resource names its resourceType");
        }
        const Type* type = find_type(std::string_view(name->get_string()));
        if (type == nullptr || type->kind != Kind::resource) return opaque_resource(object, path);
        elements(*type, object, path);
        if (json_find(object, "modifierExtension") != nullptr) not_understood(path);
        if (json_find(object, "implicitRules") != nullptr) {
            findings_.error("not-supported", path + ".implicitRules", "resource.implicit-rules",
                            "rules that change the meaning of the resource are not understood");
        }
    }

private:
    void not_understood(const std::string& path) {
        findings_.error("not-supported", path + ".modifierExtension", "extension.modifier",
                        "a modifier extension changes the meaning and is not understood");
    }

    void opaque_resource(const json::object& object, const std::string& path) {
        const Json* id = json_find(object, "id");
        if (id == nullptr) return;
        primitive("id", *id, path + ".id");
    }

    static Found match(const Type& type, std::string_view key) {
        Found out;
        if (key.starts_with('_')) {
            out.shadow = true;
            key.remove_prefix(1);
        }
        for (const auto set : {type.elements, common_elements(type.kind)}) {
            for (const Element& element : set) {
                if (!key.starts_with(element.name)) continue;
                if (!element.is_choice() && key.size() == element.name.size()) {
                    out.element = &element;
                    out.type = element.types;
                } else if (element.is_choice()) {
                    out.type = choice_type(element, key.substr(element.name.size()));
                    if (!out.type.empty()) out.element = &element;
                }
                if (out.element != nullptr) return out;
            }
        }
        return out;
    }

    // "DateTime" of "dateTime|string" → "dateTime"; empty where it is none of them.
    static std::string choice_type(const Element& element, std::string_view suffix) {
        std::string_view types = element.types;
        while (!types.empty()) {
            const std::size_t bar = types.find('|');
            const std::string_view type = types.substr(0, bar);
            if (!suffix.empty() && suffix.substr(1) == type.substr(1) &&
                lower_first(suffix) == lower_first(type)) {
                return std::string(type);
            }
            if (bar == std::string_view::npos) break;
            types.remove_prefix(bar + 1);
        }
        return {};
    }

    void elements(const Type& type, const json::object& object, const std::string& path) {
        if (object.empty()) {
            return findings_.error("structure", path, "ele-1",
                                   "an element has a value or children");
        }
        std::vector<const Element*> present;
        for (const auto& [key, value] : object) {
            const std::string_view name(key);
            if (name == "resourceType" && type.kind == Kind::resource) continue;
            if (type.name == "Extension" && name.starts_with("value")) {
                extension_value(name, value, path);
                continue;
            }
            if (type.name == "Extension" && name.starts_with("_value")) continue;
            const Found found = match(type, name);
            if (found.element == nullptr || (found.shadow && !is_primitive(found.type))) {
                findings_.error("structure", path, "element.unknown",
                                "no element of this type: " + shown(name));
                continue;
            }
            seen(found, present, path);
            const std::string at = path + "." + std::string(found.element->name);
            if (!found.shadow) {
                element(*found.element, found.type, value, at);
            } else {
                shadow(value, at);
            }
        }
        missing(type, present, path);
        invariants(type, object, path);
    }

    void seen(const Found& found, std::vector<const Element*>& present, const std::string& path) {
        const bool again =
            std::find(present.begin(), present.end(), found.element) != present.end();
        if (again && found.element->is_choice() && !found.shadow) {
            findings_.error("structure", path + "." + std::string(found.element->name),
                            "element.choice", "only one type of a choice may be given");
        }
        present.push_back(found.element);
    }

    void missing(const Type& type, const std::vector<const Element*>& present,
                 const std::string& path) {
        for (const Element& element : type.elements) {
            if (element.min == 0) continue;
            if (std::find(present.begin(), present.end(), &element) != present.end()) continue;
            findings_.error("required", path + "." + std::string(element.name), "element.required",
                            "at least one " + std::string(element.name) + " is required");
        }
    }

    void element(const Element& definition, const std::string& type, const Json& value,
                 const std::string& path) {
        if (!definition.many) {
            if (value.is_array()) {
                return findings_.error("structure", path, "element.cardinality",
                                       "at most one value, not an array");
            }
            return one(definition, type, value, path);
        }
        if (!value.is_array()) {
            return findings_.error("structure", path, "json.array", "a JSON array is expected");
        }
        const json::array& items = value.get_array();
        if (items.empty()) {
            return findings_.error("structure", path, "json.empty-array", "an array has items");
        }
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (items[i].is_null() && is_primitive(type)) continue; // its _name says more
            one(definition, type, items[i], path + "[" + std::to_string(i) + "]");
        }
    }

    void one(const Element& definition, const std::string& type, const Json& value,
             const std::string& path) {
        if (type == "Any") return;
        if (type == "Resource") {
            if (definition.name == "contained") return resource(value, path);
            if (value.is_object()) return; // an entry's: checked by who knows the entries
            return findings_.error("structure", path, "json.object", "a resource is a JSON object");
        }
        if (is_primitive(type)) {
            if (primitive(type, value, path)) bound(definition, value, path);
            return;
        }
        if (!value.is_object()) {
            return findings_.error("structure", path, "json.object", type + " is a JSON object");
        }
        if (const Type* complex = find_type(type)) elements(*complex, value.get_object(), path);
    }

    bool primitive(std::string_view type, const Json& value, const std::string& path) {
        const std::string_view expected = primitive_fault(type, value);
        if (expected.empty()) return true;
        findings_.error("value", path, "primitive.format",
                        std::string(type) + ": must be " + std::string(expected));
        return false;
    }

    void bound(const Element& definition, const Json& value, const std::string& path) {
        if (definition.binding == nullptr) return;
        const auto& codes = definition.binding->codes;
        const std::string_view code(value.get_string());
        if (std::find(codes.begin(), codes.end(), code) != codes.end()) return;
        std::string all;
        for (const std::string_view one_of : codes)
            all += (all.empty() ? "" : ", ") + std::string(one_of);
        findings_.error("code-invalid", path, "binding.required",
                        std::string(definition.binding->name) + " has only " + all);
    }

    void shadow(const Json& value, const std::string& path) {
        const bool fine = value.is_object() || value.is_array();
        if (!fine) {
            return findings_.error("structure", path, "json.object",
                                   "an underscored property holds id and extension");
        }
        if (value.is_object()) elements(kShadow, value.get_object(), path);
    }

    void extension_value(std::string_view name, const Json& value, const std::string& path) {
        const std::string_view type = name.substr(5);
        const std::string primitive_type = lower_first(type);
        const std::string at = path + ".value";
        if (is_primitive(primitive_type)) {
            primitive(primitive_type, value, at);
        } else if (const Type* complex = find_type(type); complex != nullptr) {
            if (!value.is_object()) {
                findings_.error("structure", at, "json.object", "a JSON object is expected");
            } else {
                elements(*complex, value.get_object(), at);
            }
        }
    }

    void rule(bool holds, const std::string& path, std::string_view name, const char* message) {
        if (!holds) findings_.error("invariant", path, name, message);
    }

    void invariants(const Type& type, const json::object& object, const std::string& path) {
        const auto has = [&](std::string_view key) { return json_find(object, key) != nullptr; };
        if (type.name == "Patient.contact") {
            rule(has("name") || has("telecom") || has("address") || has("organization"), path,
                 "pat-1", "a contact has a name, telecom, address or organization");
        } else if (type.name == "ContactPoint") {
            rule(!has("value") || has("system"), path, "cpt-2", "a value needs a system");
        } else if (type.name == "Immunization.education") {
            rule(has("documentType") || has("reference"), path, "imm-1",
                 "documentType or reference is required");
        } else if (type.name == "Quantity") {
            rule(!has("code") || has("system"), path, "qty-3", "a coded unit needs its system");
        } else if (type.name == "Attachment") {
            rule(!has("data") || has("contentType"), path, "att-1", "data needs a contentType");
        } else if (type.name == "Observation.referenceRange") {
            rule(has("low") || has("high") || has("text"), path, "obs-3",
                 "a reference range has low, high or text");
        } else if (type.name == "Observation" || type.name == "Observation.component") {
            observation(object, path);
        } else if (type.name == "Condition") {
            condition(object, path);
        } else if (type.name == "Condition.stage") {
            rule(has("summary") || has("assessment"), path, "con-1",
                 "a stage has summary or assessment");
        } else if (type.name == "Condition.evidence") {
            rule(has("code") || has("detail"), path, "con-2", "evidence has code or detail");
        } else if (type.name == "Period") {
            period(object, path);
        } else if (type.name == "Extension") {
            extension(object, path);
        } else if (type.name != "Patient" && type.kind == Kind::backbone &&
                   has("modifierExtension")) {
            not_understood(path);
        }
    }

    void extension(const json::object& object, const std::string& path) {
        std::size_t values = 0;
        for (const auto& [key, value] : object) {
            if (std::string_view(key).starts_with("value")) ++values;
        }
        const bool nested = json_find(object, "extension") != nullptr;
        bool shadowed = false;
        for (const auto& [key, value] : object) {
            shadowed = shadowed || std::string_view(key).starts_with("_value");
        }
        rule(values <= 1 && (nested != (values == 1 || shadowed)), path, "ext-1",
             "an extension has either extensions or one value[x]");
    }

    void period(const json::object& object, const std::string& path) {
        const Json* start = json_find(object, "start");
        const Json* end = json_find(object, "end");
        if (start == nullptr || end == nullptr || !start->is_string() || !end->is_string()) return;
        const auto from = parse_date_time(std::string_view(start->get_string()));
        const auto to = parse_date_time(std::string_view(end->get_string()));
        if (from && to) {
            rule(from->earliest <= to->latest, path, "per-1", "a period starts before it ends");
        }
    }

    void observation(const json::object& object, const std::string& path) {
        const bool has_value = std::any_of(object.begin(), object.end(), [](const auto& member) {
            return std::string_view(member.key()).starts_with("value");
        });
        rule(!has_value || json_find(object, "dataAbsentReason") == nullptr, path, "obs-6",
             "a value is there, and a reason for its absence");
    }

    // The codes of a CodeableConcept, of any system.
    static std::vector<std::string_view> codes_of(const json::object& object,
                                                  std::string_view key) {
        std::vector<std::string_view> out;
        const json::object* owner = object_of(object, key);
        if (owner == nullptr) return out;
        for (const Json& item : array_of(*owner, "coding")) {
            const Json* code = item.is_object() ? json_find(item.get_object(), "code") : nullptr;
            if (code != nullptr && code->is_string()) out.emplace_back(code->get_string());
        }
        return out;
    }

    void status_codes(const json::object& object, std::string_view key,
                      std::span<const std::string_view> codes, const std::string& path) {
        for (const std::string_view code : codes_of(object, key)) {
            if (std::find(codes.begin(), codes.end(), code) != codes.end()) continue;
            findings_.error("code-invalid", path + "." + std::string(key), "binding.required",
                            "a code that the required value set does not have");
        }
    }

    void condition(const json::object& object, const std::string& path) {
        static constexpr std::array<std::string_view, 6> kClinical{
            "active", "recurrence", "relapse", "inactive", "remission", "resolved"};
        static constexpr std::array<std::string_view, 6> kVerification{
            "unconfirmed", "provisional", "differential",
            "confirmed",   "refuted",     "entered-in-error"};
        status_codes(object, "clinicalStatus", kClinical, path);
        status_codes(object, "verificationStatus", kVerification, path);
        const auto clinical = codes_of(object, "clinicalStatus");
        const auto verified = codes_of(object, "verificationStatus");
        const auto one_of = [](const auto& codes, std::span<const std::string_view> wanted) {
            return std::find_first_of(codes.begin(), codes.end(), wanted.begin(), wanted.end()) !=
                   codes.end();
        };
        const bool abated = std::any_of(object.begin(), object.end(), [](const auto& member) {
            return std::string_view(member.key()).starts_with("abatement");
        });
        rule(!abated || one_of(clinical, std::span(kClinical).subspan(3)), path, "con-4",
             "what has abated is inactive, in remission or resolved");
        rule(json_find(object, "clinicalStatus") == nullptr ||
                 !one_of(verified, std::span(kVerification).subspan(5)),
             path, "con-5", "what was entered in error has no clinical status");
    }

    static constexpr Type kShadow{"Element", Kind::datatype, {}};

    Findings& findings_;
};

} // namespace

void validate_resource(const codec::Json& resource, const std::string& path, Findings& findings) {
    Validator(findings).resource(resource, path);
}

} // namespace salus::fhir
