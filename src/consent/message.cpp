#include "consent/message.hpp"

namespace salus::consent {
namespace {

using envelope::StructHash;
namespace json = codec::json;

constexpr std::string_view kGiveType =
    "Give(Grant grant,uint64 from,uint64 until,uint256 nonce,uint256 deadline)"
    "Folder(string name,uint64 epoch,bytes key)"
    "Grant(uint8 version,bytes32 patient,address grantor,address grantee,bytes granteeKey,"
    "string purpose,string access,Folder[] folders,bytes16[] records,uint64 from,uint64 until,"
    "address dependant,address guardian,bytes32 salt)";

// "Give(Grant grant,uint64 from)…" as the list of members that eth_signTypedData_v4 wants.
json::array members_of(std::string_view type) {
    json::array out;
    std::string word, kind;
    for (const char c : type.substr(type.find('(') + 1)) {
        if (c == ' ') {
            kind = std::exchange(word, {});
        } else if (c == ',' || c == ')') {
            out.push_back(json::object{{"name", word}, {"type", kind}});
            word.clear();
            if (c == ')') break;
        } else {
            word.push_back(c);
        }
    }
    return out;
}

// The part of a type text that begins with `name`.
std::string_view part(std::string_view types, std::string_view name) {
    return types.substr(types.find(std::string(name) + "("));
}

json::object shown_grant(const Grant& grant) {
    json::array folders, records;
    for (const GrantedFolder& folder : grant.folders) {
        folders.push_back(json::object{{"name", name_text(*folder.name, folder.name_salt)},
                                       {"epoch", std::to_string(folder.epoch)},
                                       {"key", to_hex0x(folder.key.bytes)}});
    }
    for (const RecordId& id : grant.records) records.emplace_back(to_hex0x(id.bytes));
    return {{"version", grant.version},
            {"patient", to_hex0x(grant.patient.bytes)},
            {"grantor", to_hex0x(grant.grantor.bytes)},
            {"grantee", to_hex0x(grant.grantee.bytes)},
            {"granteeKey", to_hex0x(grant.grantee_key.bytes)},
            {"purpose", grant.purpose},
            {"access", access_name(grant.access)},
            {"folders", std::move(folders)},
            {"records", std::move(records)},
            {"from", std::to_string(grant.from)},
            {"until", std::to_string(grant.until)},
            {"dependant", to_hex0x(grant.dependant.bytes)},
            {"guardian", to_hex0x(grant.guardian.bytes)},
            {"salt", to_hex0x(grant.salt.bytes)}};
}

json::object shown_domain(const Place& place) {
    return {{"name", "Salus Consent"},
            {"version", "1"},
            {"chainId", place.chain_id},
            {"verifyingContract", to_hex0x(place.contract.bytes)}};
}

Hash32 sealed(const Place& place, StructHash& message, const Ends& ends) {
    const Hash32 hash = message.add(ends.nonce).add(uint256(ends.deadline)).hash();
    return envelope::typed_digest(domain_separator(consent_domain(place)), hash);
}

} // namespace

envelope::Eip712Domain consent_domain(const Place& place) {
    return {"Salus Consent", "1", uint256(place.chain_id), place.contract, {}};
}

Hash32 give_digest(const Place& place, const Grant& grant, const Ends& ends) {
    return give_digest(place, consent::grant_hash(grant), grant.from, grant.until, ends);
}

Hash32 give_digest(const Place& place, const Hash32& grant_hash, std::uint64_t from,
                   std::uint64_t until, const Ends& ends) {
    StructHash message(kGiveType);
    message.add(grant_hash).add(uint256(from)).add(uint256(until));
    return sealed(place, message, ends);
}

Hash32 revoke_digest(const Place& place, const Address& grantor, const Hash32& grant_hash,
                     const Ends& ends) {
    StructHash message("Revoke(address grantor,bytes32 grantHash,uint256 nonce,uint256 deadline)");
    message.add(grantor).add(grant_hash);
    return sealed(place, message, ends);
}

Hash32 opt_in_digest(const Place& place, const Address& account, const Hash32& emergency_hash,
                     std::uint32_t delay, std::uint32_t window, const Ends& ends) {
    StructHash message("OptIn(address account,bytes32 emergencyHash,uint32 delay,uint32 window,"
                       "uint256 nonce,uint256 deadline)");
    message.add(account).add(emergency_hash).add(uint256(delay)).add(uint256(window));
    return sealed(place, message, ends);
}

Hash32 opt_out_digest(const Place& place, const Address& account, const Hash32& emergency_hash,
                      const Ends& ends) {
    StructHash message("OptOut(address account,bytes32 emergencyHash,uint256 nonce,"
                       "uint256 deadline)");
    message.add(account).add(emergency_hash);
    return sealed(place, message, ends);
}

Hash32 break_glass_digest(const Place& place, const BreakGlass& what, const Ends& ends) {
    StructHash message("BreakGlass(address account,bytes32 emergencyHash,address first,"
                       "address second,bytes32 reason,uint256 nonce,uint256 deadline)");
    message.add(what.account).add(what.emergency_hash).add(what.first).add(what.second);
    message.add(what.reason);
    return sealed(place, message, ends);
}

Hash32 announce_digest(const Place& place, const Address& account, const Hash32& keys,
                       std::uint64_t epoch, const Ends& ends) {
    StructHash message("Announce(address account,bytes32 digest,uint64 epoch,uint256 nonce,"
                       "uint256 deadline)");
    message.add(account).add(keys).add(uint256(epoch));
    return sealed(place, message, ends);
}

Hash32 vouch_digest(const Place& place, const Hash32& grant_hash) {
    const Hash32 hash = StructHash("Vouch(bytes32 grantHash)").add(grant_hash).hash();
    return envelope::typed_digest(domain_separator(consent_domain(place)), hash);
}

Result<json::object> give_typed_data(const Place& place, const Grant& grant, const Ends& ends) {
    for (const GrantedFolder& folder : grant.folders) {
        if (!folder.name) return Error(kNamesAreHidden);
    }
    const json::array domain_members =
        members_of("(string name,string version,uint256 chainId,address verifyingContract)");
    json::object types{{"EIP712Domain", domain_members},
                       {"Give", members_of(kGiveType)},
                       {"Folder", members_of(part(kGiveType, "Folder"))},
                       {"Grant", members_of(part(kGiveType, "Grant"))}};
    json::object message{{"grant", shown_grant(grant)},
                         {"from", std::to_string(grant.from)},
                         {"until", std::to_string(grant.until)},
                         {"nonce", to_hex0x(to_hash(ends.nonce).bytes)},
                         {"deadline", std::to_string(ends.deadline)}};
    return json::object{{"types", std::move(types)},
                        {"primaryType", "Give"},
                        {"domain", shown_domain(place)},
                        {"message", std::move(message)}};
}

bool signed_by(const Address& account, const Hash32& digest, ByteView signature) {
    const auto signer = envelope::wallet_recover(digest, signature);
    return signer.ok() && *signer == account;
}

bool is_genuine(const Place& place, const SignedRevocation& revocation) {
    return signed_by(
        revocation.grantor,
        revoke_digest(place, revocation.grantor, revocation.grant_hash, revocation.ends),
        revocation.signature);
}

} // namespace salus::consent
