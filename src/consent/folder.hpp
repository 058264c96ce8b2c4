#pragma once
// Folders: the units in which a patient grants access. Every FHIR R4 resource belongs to one, by
// its type and by the codes in it (src/consent/codes/*.csv; docs/consent.md).

#include <optional>
#include <span>
#include <string>

#include "codec/json.hpp"

namespace salus::consent {

// From the most sensitive on: where several codes of a resource disagree, the first of them wins.
enum class Folder : std::uint8_t {
    substance_use,
    mental_health,
    sexual_health,
    reproductive,
    genetics,
    particulars,
    claims,
    documents,
    conditions,
    medication,
    procedures,
    encounters,
    laboratory,
    imaging,
    vitals,
    vaccinations,
    emergency, // a summary that the patient puts together; no resource falls into it by itself
    audit,     // who read and changed what
};
inline constexpr std::size_t kFolderCount = 18;

std::span<const Folder> all_folders();       // in the order of above
std::string_view folder_name(Folder folder); // "mental-health"
std::optional<Folder> folder_by_name(std::string_view name);
constexpr bool is_sensitive(Folder folder) {
    return folder <= Folder::genetics;
}

struct FolderChoice {
    Folder folder;
    // What decided: "type Observation", "category vital-signs", "code
    // http://snomed.info/sct|86406008 HIV", "security label …", "word methadone", "unknown type".
    // It names codes of the tables alone, never a text of the resource.
    std::string reason;

    friend bool operator==(const FolderChoice&, const FolderChoice&) = default;
};

// Looks at the type, at meta.security, and at every coding and text of a concept at any depth, with
// those of contained resources. A type that R4 does not have goes to the most sensitive folder.
// Never fails; what is no object is an unknown type.
FolderChoice folder_of(const codec::Json& resource);

// All resource types of FHIR R4 (4.0.1), in alphabetical order.
std::span<const std::string_view> resource_types();

} // namespace salus::consent
