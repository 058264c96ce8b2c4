#pragma once
// What the node's services ask about consent: everything that is known of one requester and one
// patient, read at one head of the public chain, and re-encryption with the fragments that this
// node holds. Implemented on the public chain and the grants' shelf by records/grants.hpp.
// Thread-safe.

#include <span>

#include "consent/policy.hpp"
#include "crypto/umbral.hpp"
#include "ledger/block.hpp"

namespace salus::records {

// A patient's chain as its genesis founds it.
struct Patient {
    ledger::PrivateChainId chain;
    Address account;          // its author: the owner
    consent::FolderKey inbox; // the folder key of its keys entry's box
    friend bool operator==(const Patient&, const Patient&) = default;
};

// What consent::decide wants, all of one head. For every read and write anew, never kept.
struct Standing {
    std::vector<consent::PresentedGrant> grants; // that name this patient and this requester
    std::vector<consent::PresentedEmergency> emergencies; // of this patient
    consent::Circumstances at; // owner, inbox, closed keys and guardians as well
    consent::Decision decide(const consent::Request& request) const {
        return consent::decide(request, grants, emergencies, at);
    }
};

// A capsule as it lies in a box: the key that it was sealed to, and itself.
struct KeyedCapsule {
    consent::FolderKey key;
    crypto::umbral::Capsule capsule;
};

class Consents {
public:
    virtual ~Consents() = default;

    // Errors are of the node's own database. A public chain that does not answer is no error: then
    // at.head_time is 0, which refuses everybody but the owner (head_too_old).
    virtual Result<Standing> standing(const Patient& patient, const Address& requester) = 0;

    // Whether the authority had accredited this account at that second (Accreditation), for what is
    // no patient's to grant: blocks of other nodes. eth.*: the public chain does not answer.
    virtual Result<bool> was_accredited(const Address& account, std::uint64_t time) = 0;

    // What this node's fragments of a grant (by hash; or an emergency document) make of capsules
    // for the requester: one answer for each, in their order; none where it holds no fragment for
    // that key, or has destroyed it. The caller has decided before.
    virtual Result<std::vector<std::optional<crypto::umbral::CapsuleFragment>>>
    reencrypt(const Patient& patient, const Hash32& document, const Address& requester,
              std::span<const KeyedCapsule> capsules) = 0;
};

} // namespace salus::records
