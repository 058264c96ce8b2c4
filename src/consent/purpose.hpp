#pragma once
// Why somebody asks: HL7 v3 PurposeOfUse (http://terminology.hl7.org/ValueSet/v3-PurposeOfUse).

#include <optional>
#include <span>
#include <string_view>

namespace salus::consent {

inline constexpr std::string_view kPurposeSystem =
    "http://terminology.hl7.org/CodeSystem/v3-ActReason";
inline constexpr std::string_view kTreatment = "TREAT";
inline constexpr std::string_view kEmergencyTreatment = "ETREAT";

struct Purpose {
    std::string_view code, display;
    std::string_view parent; // empty: directly below PurposeOfUse
};
std::span<const Purpose> purposes();
const Purpose* find_purpose(std::string_view code); // nullptr: no purpose of use

// ETREAT and what is below it: purposes of break-glass.
bool is_emergency(std::string_view code);

// Whether who may ask for `granted` may ask for `asked`: the same, or one below it. Emergency
// purposes are below TREAT in HL7's tree, but are for break-glass alone: no grant covers them.
bool purpose_covers(std::string_view granted, std::string_view asked);

} // namespace salus::consent
