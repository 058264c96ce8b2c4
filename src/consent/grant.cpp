#include "consent/grant.hpp"

#include <algorithm>

#include "consent/document.hpp"
#include "crypto/hash.hpp"
#include "crypto/modexp.hpp"

namespace salus::consent {
namespace {

using envelope::StructHash;

constexpr std::string_view kFolderType = "Folder(string name,uint64 epoch,bytes key)";
constexpr std::string_view kGrantType =
    "Grant(uint8 version,bytes32 patient,address grantor,address grantee,bytes granteeKey,"
    "string purpose,string access,Folder[] folders,bytes16[] records,uint64 from,uint64 until,"
    "address dependant,address guardian,bytes32 salt)"
    "Folder(string name,uint64 epoch,bytes key)";

template <typename List, typename Key>
bool ascends(const List& list, Key key) {
    return std::adjacent_find(list.begin(), list.end(), [&](const auto& a, const auto& b) {
               return key(a) >= key(b);
           }) == list.end();
}

void check_parties(const Grant& grant, Faults& faults) {
    faults.check(grant.version == kGrantVersion, "version", "version.unknown", "the version is 1");
    faults.check(!grant.patient.is_zero(), "patient", "patient.zero", "a patient is named");
    faults.check(!grant.grantor.is_zero(), "grantor", "grantor.zero", "a grantor is named");
    faults.check(!grant.grantee.is_zero(), "grantee", "grantee.zero", "a grantee is named");
    faults.check(grant.grantor != grant.grantee, "grantee", "grantee.same",
                 "the grantor is not the grantee");
    faults.check(is_point(grant.grantee_key), "granteeKey", "grantee_key.no_point",
                 "the grantee's key is a compressed point of secp256k1");
    faults.check(find_purpose(grant.purpose) != nullptr, "purpose", "purpose.unknown",
                 "the purpose is a code of HL7 v3 PurposeOfUse");
    faults.check(!is_emergency(grant.purpose), "purpose", "purpose.emergency",
                 "emergencies are for break-glass, not for grants");
}

void check_scope(const Grant& grant, Faults& faults) {
    const auto& folders = grant.folders;
    faults.check(!folders.empty(), "folders", "folders.none", "at least one key is granted");
    faults.check(folders.size() <= kMaxFolders, "folders", "folders.many",
                 "at most 64 folders are granted, epochs counted singly");
    faults.check(ascends(folders, [](const GrantedFolder& folder) { return folder.key; }),
                 "folders", "folders.order", "folders ascend by key, none twice");
    for (const GrantedFolder& folder : folders) {
        faults.check(is_point(folder.key), "folders", "folders.no_point",
                     "a folder's key is a compressed point of secp256k1");
        faults.check(folder.epoch <= kMaxNumber, "folders", "folders.epoch",
                     "an epoch is less than 2^53");
        faults.check(!folder.name ||
                         folder.name_hash ==
                             crypto::keccak256(view(name_text(*folder.name, folder.name_salt))),
                     "folders", "folders.name", "a name's hash is that of the name and its salt");
        faults.check(folder.name || folder.name_salt.is_zero(), "folders", "folders.salt",
                     "a hidden name has no salt");
        faults.check(!folder.name || !folder.name_salt.is_zero(), "folders", "folders.unsalted",
                     "a name is salted");
    }
    faults.check(grant.records.size() <= kMaxRecords, "records", "records.many",
                 "at most 1024 records are granted singly");
    faults.check(ascends(grant.records, [](const RecordId& id) { return id; }), "records",
                 "records.order", "records ascend, none twice");
    faults.check(grant.records.empty() || folders.size() <= 1, "records", "records.keys",
                 "single records are granted with the one key that was made for them");
    faults.check(grant.records.empty() || grant.access == Access::read, "records", "records.write",
                 "single records are read, not written");
}

void check_rest(const Grant& grant, Faults& faults) {
    faults.check(grant.from <= grant.until, "until", "until.before_from",
                 "a grant ends no earlier than it begins");
    faults.check(grant.until <= kMaxTime, "until", "until.far",
                 "a grant ends before the year 10000");
    faults.check(grant.dependant.is_zero() == grant.guardian.is_zero(), "guardian", "guardian.half",
                 "a guardian and a dependant are named together");
    faults.check(grant.guardian.is_zero() || grant.guardian != grant.dependant, "guardian",
                 "guardian.same", "nobody is the guardian of oneself");
    faults.check(!grant.salt.is_zero(), "salt", "salt.zero", "a salt is 32 random bytes");
}

} // namespace

bool is_point(const FolderKey& key) {
    static const uint256 prime(~0ULL, ~0ULL, ~0ULL, 0xfffffffefffffc2fULL);
    static const Hash32 half = // (p - 1) / 2: Euler's criterion
        hash32("7fffffffffffffffffffffffffffffffffffffffffffffffffffffff7ffffe17");
    if (key[0] != 2 && key[0] != 3) return false;
    const uint256 x = load_be(ByteView(key.bytes).last(32));
    if (x >= prime) return false;
    const uint256 y_squared = addmod(mulmod(mulmod(x, x, prime), x, prime), uint256(7), prime);
    return crypto::modexp(to_hash(y_squared).bytes, half.bytes, to_hash(prime).bytes) ==
           to_bytes(ByteView(to_hash(uint256(1)).bytes));
}

std::string name_text(Folder folder, const FixedBytes<16>& salt) {
    return std::string(folder_name(folder)) + " " + to_hex(salt.bytes);
}

GrantedFolder granted_folder(Folder folder, const FixedBytes<16>& salt, std::uint64_t epoch,
                             const FolderKey& key) {
    return {folder, salt, crypto::keccak256(view(name_text(folder, salt))), epoch, key};
}

std::string_view access_name(Access access) {
    constexpr std::string_view names[] = {"read", "write", "read write"};
    return names[static_cast<std::size_t>(access)];
}

std::vector<GrantFault> grant_faults(const Grant& grant) {
    Faults faults;
    check_parties(grant, faults);
    check_scope(grant, faults);
    check_rest(grant, faults);
    return faults.take();
}

Status check_grant(const Grant& grant) {
    return check_faults(kBadGrant, grant_faults(grant));
}

Status check_faults(const ErrorKind& kind, const std::vector<GrantFault>& faults) {
    if (faults.empty()) return ok_status();
    std::string names;
    for (const GrantFault& fault : faults) {
        if (!names.empty()) names += ", ";
        names += fault.name;
    }
    return Error(kind, names);
}

Grant without_names(Grant grant) {
    for (GrantedFolder& folder : grant.folders) {
        folder.name.reset();
        folder.name_salt = {};
    }
    return grant;
}

Hash32 grant_hash(const Grant& grant) {
    std::vector<Hash32> folders, records;
    for (const GrantedFolder& folder : grant.folders) {
        folders.push_back(StructHash(kFolderType)
                              .add(folder.name_hash) // keccak256 of a string member
                              .add(uint256(folder.epoch))
                              .add_bytes(folder.key.bytes)
                              .hash());
    }
    for (const RecordId& id : grant.records) {
        Hash32 word;
        std::copy(id.begin(), id.end(), word.begin());
        records.push_back(word);
    }
    return StructHash(kGrantType)
        .add(uint256(grant.version))
        .add(grant.patient)
        .add(grant.grantor)
        .add(grant.grantee)
        .add_bytes(grant.grantee_key.bytes)
        .add_text(grant.purpose)
        .add_text(access_name(grant.access))
        .add_array(folders)
        .add_array(records)
        .add(uint256(grant.from))
        .add(uint256(grant.until))
        .add(grant.dependant)
        .add(grant.guardian)
        .add(grant.salt)
        .hash();
}

} // namespace salus::consent
