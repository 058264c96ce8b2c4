#pragma once
// The emergency document: what a patient opts into. Its salted hash stands on chain
// (Consent.optIn); two accredited institutions open it together, loudly and for a limited time
// (Consent.breakGlass).

#include "consent/message.hpp"

namespace salus::consent {

inline constexpr ErrorKind kBadEmergency{"consent.bad_emergency", "docs/consent.md, Emergency"};

struct EmergencyDocument {
    std::uint8_t version = 1;
    Hash32 patient;  // the patient's chain id
    Address account; // made for this alone
    std::uint64_t epoch = 0;
    FolderKey key;                   // of the emergency folder in that epoch
    std::uint32_t delay = 0;         // seconds, at most a day, in which to opt out
    std::uint32_t window = 0;        // seconds, 1 to 7 days
    std::uint8_t threshold = 0;      // so many of the custodians together
    std::vector<Address> custodians; // hold the emergency folder's fragments; ascending
    Hash32 salt;

    friend bool operator==(const EmergencyDocument&, const EmergencyDocument&) = default;
};
std::vector<GrantFault> emergency_faults(const EmergencyDocument& document);
std::string emergency_text(const EmergencyDocument& document); // canonical JSON
Result<EmergencyDocument> parse_emergency(std::string_view text);
Hash32 emergency_hash(const EmergencyDocument& document); // EIP-712 hashStruct

// The digest that stands in GlassBroken: EIP-712 hashStruct of who was there, why, and a salt.
struct EmergencyReason {
    std::string first_clinician, second_clinician; // as their institutions know them
    std::string reason;
    Hash32 salt;
};
Hash32 reason_hash(const EmergencyReason& reason);

} // namespace salus::consent
