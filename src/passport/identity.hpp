#pragma once
// Identity documents on chain: the digests that stand there for one, what MedicalIdentity says of
// an account, and the transactions of the binding ceremony (passport/identity_request.hpp).

#include "codec/mrz.hpp"
#include "eth/contracts/medical_identity.hpp"
#include "eth/sender.hpp"
#include "passport/identity_request.hpp"

namespace salus::passport {

// SHA-256("salus/document/1" ‖ salt ‖ SHA-256(facts)); facts: the document's canonical JSON
// (RFC 8785), see docs/protocol.md. `salt`: 32 random bytes that the patient keeps.
Hash32 document_commitment(const codec::Mrz& document, const Hash32& salt);
codec::json::object document_facts(const codec::Mrz& document);

using IdentityDocument = eth::contracts::medical_identity::Document;
using IdentityGuardian = eth::contracts::medical_identity::Guardian;

struct IdentityState {
    Address account;
    std::vector<IdentityDocument> documents; // oldest first; the last is the present one
    Address predecessor, successor, current; // zero: none
    Address moving_to, moving_registrar;     // of a move that waits; zero: none does
    std::uint64_t completable_at = 0;        // of the move; 0 while an objection stands
    std::uint64_t objected_at = 0;           // to the move; 0: not
    Address second_registrar;                // overruled the objection; zero: none has
    std::vector<IdentityGuardian> guardians; // all there ever were, oldest first
    std::uint64_t majority_at = 0;           // 0: no dependant
    uint256 nonce;                           // of the next message

    bool moving() const { return !moving_to.is_zero(); }
    bool bound() const { return !documents.empty() && successor.is_zero(); }
};

class Identities {
public:
    // Chain and contract as they stand at the head; both outlive it.
    Identities(eth::Chain& chain, const Address& contract) : chain_(chain), contract_(contract) {}

    Result<IdentityPlace> place();
    Result<IdentityState> state(const Address& account);
    Result<uint256> nonce(const Address& account);
    Result<Address> account_of(const Hash32& nullifier); // zero: bound to none
    Result<std::uint64_t> waiting_period();              // seconds

    // Each returns when the transaction is in a block; kReverted with the contract's error by name.
    // Brings a request that all have signed but for the sender.
    Result<eth::Receipt> send(eth::Sender& sender, const IdentityRequest& request);
    // After the waiting period; anybody.
    Result<eth::Receipt> complete(eth::Sender& sender, const Address& lost, const Address& patient);
    // Its registrars and the authority.
    Result<eth::Receipt> cancel(eth::Sender& sender, const Address& lost, const Address& patient);
    // The guardian and the authority.
    Result<eth::Receipt> end_guardianship(eth::Sender& sender, const Address& dependant,
                                          const Address& guardian);

private:
    Result<Bytes> ask(Bytes data);
    Status rehearse(eth::Sender& sender, const Bytes& data); // as of the next block
    Result<eth::Receipt> transact(eth::Sender& sender, Bytes data);

    eth::Chain& chain_;
    Address contract_;
};

codec::Json identity_json(const IdentityState& state);

} // namespace salus::passport
