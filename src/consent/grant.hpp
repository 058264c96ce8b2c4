#pragma once
// A grant: who may do what with which folders of a patient's record, why, from when until when. The
// document stays with patient, grantee and the nodes that serve it; on chain stands its hash alone
// (contracts/src/Consent.sol). Formats: docs/consent.md.

#include "consent/folder.hpp"
#include "consent/purpose.hpp"
#include "envelope/eip712.hpp"

namespace salus::consent {

inline constexpr ErrorKind kBadGrant{"consent.bad_grant", "docs/consent.md, Grant"};

inline constexpr std::uint8_t kGrantVersion = 1;
inline constexpr std::size_t kMaxFolders = 64;             // of a grant, epochs counted singly
inline constexpr std::size_t kMaxRecords = 1024;           // of a grant
inline constexpr std::uint64_t kMaxTime = 253'402'300'799; // 9999-12-31, Unix seconds
inline constexpr std::uint64_t kMaxNumber = (std::uint64_t{1} << 53) - 1; // of JSON (RFC 7493)

using RecordId = FixedBytes<16>;  // written as a UUID
using FolderKey = FixedBytes<33>; // a compressed point of secp256k1: a folder's key of one epoch

// Whether it is a point of the curve; variable time.
bool is_point(const FolderKey& key);

// The name of a folder, hidden from nodes: their copy of a grant has `name_hash` alone.
struct GrantedFolder {
    std::optional<Folder> name; // none in a node's copy
    FixedBytes<16> name_salt;   // random for each folder of each grant; zero in a node's copy
    Hash32 name_hash;           // keccak256(name_text()): what the grant's hash covers
    std::uint64_t epoch = 0;
    FolderKey key;

    friend bool operator==(const GrantedFolder&, const GrantedFolder&) = default;
};
// "mental-health 00112233445566778899aabbccddeeff": what a wallet shows and the hash covers.
std::string name_text(Folder folder, const FixedBytes<16>& salt);
GrantedFolder granted_folder(Folder folder, const FixedBytes<16>& salt, std::uint64_t epoch,
                             const FolderKey& key);

enum class Access : std::uint8_t { read, write, read_write };
std::string_view access_name(Access access); // "read", "write", "read write"

struct Grant {
    std::uint8_t version = kGrantVersion;
    Hash32 patient;  // the patient's chain id
    Address grantor; // made for this grantee alone
    Address grantee;
    FolderKey grantee_key; // Umbral
    std::string purpose;   // HL7 v3 PurposeOfUse
    Access access = Access::read;
    std::vector<GrantedFolder> folders; // either these, ascending by key,
    std::vector<RecordId> records;      // or these, ascending
    // A grant of single records names the one key that was made for it, as its only folder: their
    // data keys are encapsulated to it anew, so that nothing of a folder's key is delegated.
    std::uint64_t from = 0, until = 0; // Unix seconds, both included
    Address dependant, guardian;       // where a guardian grants (MedicalIdentity); else both zero
    Hash32 salt;

    friend bool operator==(const Grant&, const Grant&) = default;
};

struct GrantFault {
    std::string_view field; // "folders"
    std::string_view name;  // "folders.order": stable
    std::string_view what;  // a sentence

    friend bool operator==(const GrantFault&, const GrantFault&) = default;
};
// All faults at once, in the order of the fields; none: it is valid.
std::vector<GrantFault> grant_faults(const Grant& grant);
// kBadGrant with the names of the faults.
Status check_grant(const Grant& grant);
// The same for any document: `kind` with the names of the faults.
Status check_faults(const ErrorKind& kind, const std::vector<GrantFault>& faults);

// The canonical text (RFC 8785). parse_grant takes the canonical text alone, of a valid grant.
std::string grant_text(const Grant& grant);
Result<Grant> parse_grant(std::string_view text); // kBadGrant, json.*

// The copy for nodes: the same grant, hash and validity without names of folders.
Grant without_names(Grant grant);

// EIP-712 hashStruct of the type Grant: what stands on chain.
Hash32 grant_hash(const Grant& grant);

} // namespace salus::consent
