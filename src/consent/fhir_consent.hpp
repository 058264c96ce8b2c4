#pragma once
// A grant as FHIR R4 says it (https://hl7.org/fhir/R4/consent.html), for the FHIR API.

#include "consent/policy.hpp"

namespace salus::consent {

inline constexpr std::string_view kFolderSystem = "urn:salus:folder";
inline constexpr std::string_view kGrantSystem = "urn:salus:grant";
inline constexpr std::string_view kPatientSystem = "urn:salus:patient-chain";
inline constexpr std::string_view kAccountSystem = "urn:salus:account";

// Consent, status: proposed (not on chain), active, inactive (revoked, ended, or a revocation
// came). `granted_at`: Unix seconds, 0 where it was not. A node's copy names no folders, only their
// keys.
codec::json::object fhir_consent(const PresentedGrant& grant, std::uint64_t granted_at,
                                 std::uint64_t now);

} // namespace salus::consent
