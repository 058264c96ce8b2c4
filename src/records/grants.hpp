#pragma once
// What a node keeps of patients' consents: its copies of grants and emergency documents,
// revocations that it received, closed epochs, and the Umbral fragments with which it is a proxy.
//
// At rest a document and a fragment are sealed with a key of this node's (XChaCha20-Poly1305),
// bound to the document's hash, the folder key, the receiver and the node's account: whoever edits
// the database can take something away, and can put nothing in its place. Names of folders never
// come here. A fragment is checked under its signer's key, the folder key and the receiver's before
// it is taken. Thread-safe. Formats: docs/records-api.md, "Grants, letters, relay".

#include <set>

#include "base/clock.hpp"
#include "eth/signer.hpp"
#include "records/grants_wire.hpp"
#include "store/group_commit.hpp"

namespace salus::records {

inline constexpr ErrorKind kOtherGrant{"records.other_grant",
                                       "the grant's hash and patient are those of the path"};
inline constexpr ErrorKind kGrantRevoked{"records.grant_revoked", "a revocation is final"};
inline constexpr ErrorKind kGrantEnded{"records.grant_ended", "the grant's term is over"};
inline constexpr ErrorKind kUnknownGrant{"records.unknown_grant", "a grant that this node has"};
inline constexpr ErrorKind kTooManyGrants{"records.too_many_grants",
                                          "docs/records-api.md: bounds of a patient's grants"};
inline constexpr ErrorKind kVouchMissing{"records.guardian_not_signed",
                                         "docs/consent.md: the guardian named in it signs Vouch"};
inline constexpr ErrorKind kFragmentKey{
    "records.fragment_key", "fragments are of keys of the grant, one each, and for reading"};
inline constexpr ErrorKind kFragmentSealed{"records.fragment_not_opened",
                                           "sealed to this node's Umbral key, at its place"};
inline constexpr ErrorKind kFragmentUnbound{
    "records.fragment_unbound", "a fragment names its delegating and its receiving key"};
inline constexpr ErrorKind kFragmentTampered{"records.fragment_tampered",
                                             "what lies in the database is what was written"};
inline constexpr ErrorKind kNotGenuine{"records.not_genuine",
                                       "signed by the account that it speaks for"};
inline constexpr ErrorKind kTooManyRevocations{
    "records.too_many_revocations",
    "docs/records-api.md: revocations of grants that this node does not know"};

struct ShelfBounds {
    std::size_t grants = 4'096; // of one patient
    std::size_t emergencies = 64;
    std::size_t early_revocations = 100'000; // of documents that this node does not know
};

struct ShelvedGrant {
    Hash32 hash;
    consent::Grant grant; // the copy for nodes
    bool vouched = false; // genuinely
    bool revocation_received = false;
    std::vector<FolderKey> fragments; // keys that there are fragments for
};
struct ShelvedEmergency {
    Hash32 hash;
    consent::EmergencyDocument document;
    bool opt_out_received = false;
};

class GrantShelf {
public:
    // All outlive it. `commits` is of `database`.
    struct Parts {
        store::Database& database;
        store::GroupCommit& commits;
        const eth::Signer& node; // the node's account
        Random& random;
        const Clock& clock;
        consent::Place place;  // of Consent
        ledger::Domain domain; // of the ledger
        ShelfBounds bounds = {};
    };
    struct Keys {
        crypto::umbral::SecretKey umbral; // that fragments are sealed to
        crypto::SecretKey32 at_rest;
    };
    // Makes or renews the tables.
    static Result<std::unique_ptr<GrantShelf>> open(const Parts& parts, Keys keys);

    // Durable when they return. The caller has checked that the patient, or a guardian in office,
    // delivers. Again is success; other fragments of a grant replace those before. kOtherGrant,
    // kGrantRevoked, kGrantEnded, kTooManyGrants, kVouchMissing, kFragment*, umbral.*.
    Status put(const ledger::PrivateChainId& chain, const Hash32& hash, const Delivery& delivery);
    Status put(const ledger::PrivateChainId& chain, const Hash32& hash,
               const EmergencyDelivery& delivery);

    // By hash, rising. A row that somebody changed is kFragmentTampered.
    Result<std::vector<ShelvedGrant>> grants(const ledger::PrivateChainId& chain) const;
    Result<std::vector<ShelvedGrant>> grants(const ledger::PrivateChainId& chain,
                                             const Address& grantee) const;
    Result<std::vector<ShelvedEmergency>> emergencies(const ledger::PrivateChainId& chain) const;

    // The patient of a document that is here.
    Result<std::optional<ledger::PrivateChainId>> chain_of(const Hash32& document) const;

    // Obeyed whatever the chain says, known here or not, in any order; again is the same statement.
    // Fragments are destroyed, the epochs that they were of closed. kNotGenuine,
    // kTooManyRevocations.
    Result<Destroyed> obey(const Withdrawal& withdrawal);
    // The same because the public chain says so. kUnknownGrant.
    Result<Destroyed> obey_chain(const Hash32& document);
    // Fragments of grants that ended before `now` (Unix seconds); gives how many.
    Result<std::size_t> sweep(std::uint64_t now);

    // kBadClosure. Again is success.
    Status close(const Closure& closure, const Address& patient);
    // Keys that nothing is written to: closed by the patient, or those of fragments whose grant was
    // revoked, or ended before `now`.
    Result<std::set<FolderKey>> closed(const ledger::PrivateChainId& chain,
                                       std::uint64_t now) const;
    // Grants with fragments here that can still be revoked on chain: (grantor, hash).
    Result<std::vector<std::pair<Address, Hash32>>>
    delegated(const std::optional<ledger::PrivateChainId>& chain) const;

    // The decision was made before. One answer for each, in their order; none where there is no
    // fragment for that document, key and receiver (any more). kFragmentTampered.
    struct KeyedCapsuleView {
        const FolderKey& key;
        const crypto::umbral::Capsule& capsule;
    };
    Result<std::vector<std::optional<crypto::umbral::CapsuleFragment>>>
    reencrypt(const Hash32& document, const Address& receiver,
              std::span<const KeyedCapsuleView> capsules) const;

    const Address& node() const { return parts_.node.address(); }
    const Parts& parts() const { return parts_; }

private:
    GrantShelf(const Parts& parts, Keys keys) : parts_(parts), keys_(std::move(keys)) {}
    Result<std::vector<ShelvedGrant>>
    read_grants(Result<std::unique_ptr<store::Statement>> query) const;
    Status complete(std::vector<ShelvedGrant>& grants) const;
    Result<std::optional<crypto::umbral::Verified<crypto::umbral::KeyFragment>>>
    fragment(const Hash32& document, const FolderKey& key, const Address& receiver) const;

    Parts parts_;
    Keys keys_;
};

} // namespace salus::records
