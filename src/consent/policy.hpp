#pragma once
// Whether somebody may read or write, and why (not): a pure function of the request, the grants
// with what the chain says of them at the head, and the time. Called at every read and write, never
// cached.

#include <set>

#include "consent/emergency.hpp"

namespace salus::consent {

enum class Action : std::uint8_t { read, write };

struct Request {
    Action action = Action::read;
    Hash32 patient;    // chain id
    Address requester; // signed in
    std::string purpose;
    FolderKey key;                  // of the folder and epoch that the record is sealed to
    std::optional<RecordId> record; // none: a new one
};

enum class OnChain : std::uint8_t { none, granted, revoked };

struct PresentedGrant {
    Grant grant;
    // Consent.statusOf(grantor, grant hash) at the head.
    OnChain status = OnChain::none;
    std::uint64_t chain_from = 0, chain_until = 0;
    bool revocation_received = false; // a genuine SignedRevocation, however it came
    // Where the grant names a guardian: its signature is genuine (vouch_digest), and
    // MedicalIdentity.isGuardian(dependant, guardian) holds at the head.
    bool guardian_vouched = false, guardian_in_office = false;
};

struct PresentedEmergency {
    EmergencyDocument document;
    // Consent.emergencyOf and the newest opening that names the requester, at the head.
    std::uint64_t opted_in_at = 0, opted_out_at = 0; // 0: never
    bool opt_out_received = false;                   // a genuine one, however it came
    Address first, second;                           // of the opening; zero: none
    std::uint64_t open_from = 0, open_until = 0;
};

struct Circumstances {
    std::uint64_t now = 0;             // Unix seconds, this node's clock
    std::uint64_t head_time = 0;       // of the head that all of the above was read at
    std::uint64_t head_age_bound = 0;  // seconds, in either direction
    bool requester_accredited = false; // Accreditation.isAccredited(requester) at the head
    bool requester_suspended = false;  // was accredited and is not now
    Address owner;                     // the patient's ledger account
    FolderKey inbox;                   // the patient's published inbox key; zero: unknown
    bool is_dependant = false;         // the patient has guardians and is not of age
    std::set<Address> guardians;       // in office at the head (MedicalIdentity.isGuardian)
    std::set<FolderKey> closed;        // keys of closed epochs: nothing is written to them
};

// Of several grants that all refuse, the one that came furthest in this order gives the reason.
enum class Reason : std::uint8_t {
    // refusals
    head_too_old,           // the node does not know the present: it must catch up first
    head_ahead_of_clock,    // one of the two clocks is wrong
    unknown_purpose,        // no HL7 v3 PurposeOfUse
    requester_suspended,    // the authority suspended the hospital
    epoch_closed,           // a write to the key of an epoch that was closed
    no_grant,               // nothing names this patient and this requester
    revoked,                // on chain
    revocation_received,    // signed by the grantor; the chain does not have it yet
    not_on_chain,           // the document was never put in force
    differs_from_chain,     // the document's term is not the one that was put in force
    purpose_differs,        // granted for another purpose
    access_differs,         // granted for reading and asked for writing, or the reverse
    not_covered,            // another folder, epoch or record
    guardian_missing,       // the patient is a dependant, and no guardian granted this
    guardian_not_signed,    // the grant names a guardian who did not sign it
    guardian_not_in_office, // the guardianship ended: majority, or the authority's decision
    not_yet,                // before its first second
    ended,                  // after its last second
    no_opening,             // ETREAT, and the glass is not broken by this requester
    // permissions
    owner,
    guardian, // acts for the patient
    inbox,    // a write to the inbox key by an accredited hospital: nobody's grant is needed
    granted,
    emergency, // the glass is broken
};
std::string_view reason_name(Reason reason); // "revocation_received"
constexpr bool is_permission(Reason reason) {
    return reason >= Reason::owner;
}

struct Decision {
    bool permit = false;
    Reason reason = Reason::no_grant;
    // The grant or emergency document that permitted, or that came furthest; zero where none did.
    // To be named in the audit entry.
    Hash32 document;
    std::uint8_t version = 0; // of that document's format

    friend bool operator==(const Decision&, const Decision&) = default;
};

// The documents were checked before (parse_grant, parse_emergency). The owner reads whatever the
// head: it needs nobody's grant; everybody else is refused where the node does not know the
// present.
Decision decide(const Request& request, std::span<const PresentedGrant> grants,
                std::span<const PresentedEmergency> emergencies, const Circumstances& at);

} // namespace salus::consent
