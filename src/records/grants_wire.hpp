#pragma once
// Grants, closures, letters, re-encryption and relay as values, and their JSON in both directions,
// so that node and clients share one codec (docs/records-api.md, "Grants, letters, relay"). Pure
// but for the randomness given. Bytes, ids and errors as in records/wire.hpp; signatures 0x hex.

#include <variant>

#include "consent/message.hpp"
#include "records/wire.hpp"

namespace salus::records {

inline constexpr ErrorKind kBadDestroyed{
    "records.bad_destroyed", "docs/records-api.md: FragmentsDestroyed, signed by the node"};
inline constexpr ErrorKind kBadClosure{
    "records.bad_closure", "docs/records-api.md: CloseEpochs, signed by the patient's account"};

inline constexpr std::size_t kMaxCapsules = 500;         // of one re-encryption
inline constexpr std::size_t kMaxClosed = 256;           // keys of one closure
inline constexpr std::size_t kMaxLetter = 64 * 1024;     // bytes of a letter's box
inline constexpr std::size_t kMaxInstitutions = 1'024;   // receivers of an emergency's fragments
inline constexpr std::size_t kMaxFragmentsTold = 65'536; // of one delivery

using FolderKey = consent::FolderKey;

// A key fragment for one node and one folder key, sealed to the node's Umbral key: the plain text
// is the fragment's 310 bytes; place: the patient's chain, and the first 16 bytes of the document's
// hash as record.
struct SealedFragment {
    FolderKey key;
    vault::SealedBox sealed;
};
vault::BoxPlace fragment_place(const ledger::PrivateChainId& chain, const Hash32& document);
// By the patient's device. The fragment must name both keys (umbral::Delegation).
Result<SealedFragment> seal_fragment(const vault::BoxPlace& place, const FolderKey& key,
                                     const crypto::umbral::KeyFragment& fragment,
                                     const crypto::umbral::PublicKey& node, Random& random);

// PUT /api/v1/chains/{chain}/grants/{hash}
struct Delivery {
    consent::Grant grant;                  // the copy for nodes
    std::vector<SealedFragment> fragments; // none: this node serves the record and is no proxy
    std::optional<FolderKey> verifying;    // of who signed the fragments; where there are some
    Bytes vouch;                           // the guardian's signature, where one is named
};
codec::json::object to_json(const Delivery& delivery); // hides the names of folders
Result<Delivery> read_delivery(const codec::json::object& json);

// PUT /api/v1/chains/{chain}/emergencies/{hash}: the document, and the emergency key's fragments
// for this custodian, for each institution that the patient trusts with it.
struct InstitutionFragment {
    Address institution;
    FolderKey receiving; // its Umbral key
    vault::SealedBox sealed;
};
struct EmergencyDelivery {
    consent::EmergencyDocument document;
    std::vector<InstitutionFragment> fragments; // ascending by institution
    std::optional<FolderKey> verifying;
};
codec::json::object to_json(const EmergencyDelivery& delivery);
Result<EmergencyDelivery> read_emergency_delivery(const codec::json::object& json);

// GET /api/v1/chains/{chain}/grants: by hash; the chain's word is that of the head at `head_time`.
struct GrantState {
    Hash32 hash;
    consent::Grant grant; // the copy for nodes
    consent::OnChain status = consent::OnChain::none;
    std::uint64_t chain_from = 0, chain_until = 0;
    bool revocation_received = false;
    std::vector<FolderKey> fragments; // keys that this node holds fragments for
    friend bool operator==(const GrantState&, const GrantState&) = default;
};
struct GrantList {
    std::vector<GrantState> grants;
    std::uint64_t head_time = 0; // 0: the chain did not answer
    friend bool operator==(const GrantList&, const GrantList&) = default;
};
codec::json::object to_json(const GrantList& list);
Result<GrantList> read_grant_list(const codec::json::object& json);

// POST /api/v1/revocations: {"grantor","grant","nonce","deadline","signature"}, or of an opting in
// {"account","emergency",…}.
struct SignedOptOut {
    Address account;
    Hash32 emergency;
    consent::Ends ends;
    Bytes signature;
};
bool is_genuine(const consent::Place& place, const SignedOptOut& opt_out);
using Withdrawal = std::variant<consent::SignedRevocation, SignedOptOut>;
codec::json::object to_json(const Withdrawal& withdrawal);
Result<Withdrawal> read_withdrawal(const codec::json::object& json);

// What a node says after it: EIP-712 FragmentsDestroyed(bytes32 grant,uint32 count,uint64 time) in
// the ledger's domain, by the node's account. It says that the node destroyed what it had; nobody
// can prove that no copy was kept.
struct Destroyed {
    Hash32 grant;            // or emergency document
    std::uint32_t count = 0; // fragments
    std::uint64_t time = 0;  // Unix seconds
    envelope::WalletSignature signature;
    friend bool operator==(const Destroyed&, const Destroyed&) = default;
};
Hash32 destroyed_digest(const Destroyed& statement, const ledger::Domain& domain);
Status check_destroyed(const Destroyed& statement, const Address& node,
                       const ledger::Domain& domain); // kBadDestroyed
codec::json::object to_json(const Destroyed& statement);
Result<Destroyed> read_destroyed(const codec::json::object& json);

// POST /api/v1/chains/{chain}/closed: epochs that nothing is written to any more. EIP-712
// CloseEpochs(bytes32 chain,bytes[] keys,uint64 time) in the ledger's domain, by the patient's
// ledger account. Final.
struct Closure {
    ledger::PrivateChainId chain;
    std::vector<FolderKey> keys; // 1 to kMaxClosed, rising
    std::uint64_t time = 0;      // Unix seconds
    envelope::WalletSignature signature;
    friend bool operator==(const Closure&, const Closure&) = default;
};
Hash32 closure_digest(const Closure& closure, const ledger::Domain& domain);
// Sorts the keys.
Result<Closure> sign_closure(Closure closure, const crypto::SecretKey32& patient,
                             const ledger::Domain& domain);
Status check_closure(const Closure& closure, const Address& patient,
                     const ledger::Domain& domain);  // kBadClosure
codec::json::object to_json(const Closure& closure); // without the chain, which the path names
Result<Closure> read_closure(const ledger::PrivateChainId& chain, const codec::json::object& json);

// POST /api/v1/chains/{chain}/reencrypt
struct RecordCapsule {
    vault::RecordId record;
    FolderKey key; // that it is sealed to
    crypto::umbral::Capsule capsule;
};
struct ReencryptRequest {
    std::string purpose;
    std::vector<RecordCapsule> capsules; // 1 to kMaxCapsules
};
struct ReencryptAnswer { // in the order of the request
    struct One {
        Hash32 document;                                         // that permitted it
        std::optional<crypto::umbral::CapsuleFragment> fragment; // none: no fragment for this key
    };
    std::vector<One> fragments;
};
codec::json::object to_json(const ReencryptRequest& request);
Result<ReencryptRequest> read_reencrypt_request(const codec::json::object& json);
codec::json::object to_json(const ReencryptAnswer& answer);
Result<ReencryptAnswer> read_reencrypt_answer(const codec::json::object& json);

// POST and GET /api/v1/letters
struct NewLetter {
    Address to;
    FixedBytes<16> id; // random; a UUID
    vault::SealedBox sealed;
};
struct Letter {
    std::uint64_t number = 0; // rises with each letter of this node
    FixedBytes<16> id;
    Address from, to;
    std::uint64_t time = 0; // Unix seconds, when it came
    vault::SealedBox sealed;
};
// Chain zero, and the letter's id as record.
vault::BoxPlace letter_place(const FixedBytes<16>& id);
codec::json::object to_json(const NewLetter& letter);
Result<NewLetter> read_new_letter(const codec::json::object& json);
struct LetterPage {
    std::vector<Letter> letters;       // by number, rising
    std::optional<std::uint64_t> next; // give it as `after`
};
codec::json::object to_json(const LetterPage& page);
Result<LetterPage> read_letter_page(const codec::json::object& json);

// POST /api/v1/relay {"call", …}: what was signed for the contract Consent.
struct RelayGrant { // "grant"
    Address grantor;
    Hash32 grant;
    std::uint64_t from = 0, until = 0;
    consent::Ends ends;
    Bytes signature;
};
struct RelayRevoke { // "revoke": {"grantor","grant","nonce","deadline","signature"}
    consent::SignedRevocation revocation;
};
struct RelayKeys { // "announceKeys"
    Address account;
    Hash32 digest;
    std::uint64_t epoch = 0;
    consent::Ends ends;
    Bytes signature;
};
struct RelayOptIn { // "optIn"
    Address account;
    Hash32 emergency;
    std::uint32_t delay = 0, window = 0;
    consent::Ends ends;
    Bytes signature;
};
struct RelayOptOut { // "optOut"
    SignedOptOut opt_out;
};
struct RelayBreakGlass { // "breakGlass": "firstSignature", "secondSignature"
    consent::BreakGlass what;
    consent::Ends ends;
    Bytes first_signature, second_signature;
};
using RelayCall =
    std::variant<RelayGrant, RelayRevoke, RelayKeys, RelayOptIn, RelayOptOut, RelayBreakGlass>;
std::string_view call_name(const RelayCall& call);
codec::json::object to_json(const RelayCall& call);
Result<RelayCall> read_relay_call(const codec::json::object& json);

struct Relayed {
    Hash32 transaction;
    std::uint64_t block = 0;
    friend bool operator==(const Relayed&, const Relayed&) = default;
};
codec::json::object to_json(const Relayed& relayed);
Result<Relayed> read_relayed(const codec::json::object& json);

} // namespace salus::records
