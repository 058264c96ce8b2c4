#pragma once
// The elements of the FHIR R4 types that Salus reads, as tables: name, types, cardinality, binding
// (https://hl7.org/fhir/R4/patient.html, immunization.html, observation.html,
// diagnosticreport.html, condition.html, bundle.html, datatypes.html).

#include <span>
#include <string_view>

namespace salus::fhir {

// A required binding to a code system.
struct Binding {
    std::string_view name;
    std::span<const std::string_view> codes;
};

struct Element {
    std::string_view name;  // without [x]
    std::string_view types; // "code", or "dateTime|string" for a choice: occurrence[x]
    int min = 0;
    bool many = false; // 0..* or 1..*
    const Binding* binding = nullptr;
    bool is_choice() const { return types.find('|') != std::string_view::npos; }
};

enum class Kind { primitive, datatype, backbone, resource };

struct Type {
    std::string_view name; // "Patient", "HumanName", "Patient.contact"
    Kind kind;
    std::span<const Element> elements;
};

// nullptr where the tables do not know the type.
const Type* find_type(std::string_view name);
bool is_primitive(std::string_view type);
// Elements that every type of this kind has: id, extension, meta, …
std::span<const Element> common_elements(Kind kind);

} // namespace salus::fhir
