#include "records/grants_wire.hpp"

#include <algorithm>

#include "records/grants_fields.hpp"

namespace salus::records {
namespace {

using consent::Fields;
using json::object;

object fragment_json(const SealedFragment& one) {
    return {{"key", hex_member(one.key.bytes)}, {"sealed", base64_member(encode(one.sealed))}};
}

object fragment_json(const InstitutionFragment& one) {
    return {{"institution", hex_member(one.institution.bytes)},
            {"receiving", hex_member(one.receiving.bytes)},
            {"sealed", base64_member(encode(one.sealed))}};
}

Result<SealedFragment> read_fragment(const object& json) {
    Fields fields(json, kBadWire);
    const FolderKey key = fields.bytes<33>("key");
    const Bytes sealed = base64_field(fields, "sealed");
    SALUS_TRY(fields.fault());
    SALUS_TRY_ASSIGN(vault::SealedBox box, vault::decode_box(sealed));
    return SealedFragment{key, std::move(box)};
}

Result<InstitutionFragment> read_institution(const object& json) {
    Fields fields(json, kBadWire);
    const Address institution = fields.bytes<20>("institution");
    const FolderKey receiving = fields.bytes<33>("receiving");
    const Bytes sealed = base64_field(fields, "sealed");
    SALUS_TRY(fields.fault());
    SALUS_TRY_ASSIGN(vault::SealedBox box, vault::decode_box(sealed));
    return InstitutionFragment{institution, receiving, std::move(box)};
}

// "fragments" and "verifying" of a delivery: both or neither.
template <typename T, typename Read>
Status read_fragments(const object& json, std::size_t most, Read read, std::vector<T>& out,
                      std::optional<FolderKey>& verifying) {
    Fields fields(json, kBadWire);
    if (fields.has("fragments")) {
        const auto& list = fields.list("fragments");
        SALUS_TRY(fields.fault());
        if (list.size() > most) return Error(kBadWire, "fragments");
        SALUS_TRY_ASSIGN(out, read_objects<T>(list, "fragments", read));
    }
    if (fields.has("verifying")) verifying = fields.bytes<33>("verifying");
    if (out.empty() == verifying.has_value()) fields.note("verifying");
    return fields.fault();
}

// A document in JSON, as its canonical text.
Result<std::string> document_text(const object& json, std::string_view key) {
    const codec::Json* found = codec::json_find(json, key);
    if (found == nullptr || !found->is_object()) return Error(kBadWire, std::string(key));
    return consent::canonical_text(found->get_object());
}

codec::Json document_json(const std::string& text) {
    return codec::parse_json(text).value();
}

std::string_view status_name(consent::OnChain status) {
    switch (status) {
    case consent::OnChain::none: return "none";
    case consent::OnChain::granted: return "granted";
    case consent::OnChain::revoked: return "revoked";
    }
    return "none";
}

object state_json(const GrantState& one) {
    return {{"hash", hex_member(one.hash.bytes)},
            {"grant", document_json(grant_text(one.grant))},
            {"status", status_name(one.status)},
            {"chainFrom", one.chain_from},
            {"chainUntil", one.chain_until},
            {"revocationReceived", one.revocation_received},
            {"fragments", list_member(one.fragments,
                                      [](const FolderKey& key) { return hex_member(key.bytes); })}};
}

Result<GrantState> read_state(const object& json) {
    Fields fields(json, kBadWire);
    GrantState out;
    out.hash = fields.bytes<32>("hash");
    SALUS_TRY_ASSIGN(const std::string text, document_text(json, "grant"));
    SALUS_TRY_ASSIGN(out.grant, consent::parse_grant(text));
    const std::string status = fields.text("status");
    const auto known = {consent::OnChain::none, consent::OnChain::granted,
                        consent::OnChain::revoked};
    const auto found = std::ranges::find(known, status, status_name);
    if (found == known.end()) fields.note("status");
    out.chain_from = fields.number("chainFrom");
    out.chain_until = fields.number("chainUntil");
    out.revocation_received = bool_field(fields, json, "revocationReceived");
    out.fragments = hex_list<33>(fields, "fragments");
    SALUS_TRY(fields.fault());
    out.status = *found;
    if (grant_hash(out.grant) != out.hash) return Error(kBadWire, "hash");
    return out;
}

envelope::StructHash closing(const Closure& closure) {
    std::vector<Hash32> keys;
    for (const FolderKey& key : closure.keys) keys.push_back(crypto::keccak256(key.bytes));
    envelope::StructHash out("CloseEpochs(bytes32 chain,bytes[] keys,uint64 time)");
    out.add(closure.chain).add_array(keys).add(uint256(closure.time));
    return out;
}

Hash32 in_ledger(const Hash32& message, const ledger::Domain& domain) {
    const envelope::Eip712Domain place{"Salus Ledger", "1", uint256(domain.chain_id), domain.anchor,
                                       std::nullopt};
    return envelope::typed_digest(envelope::domain_separator(place), message);
}

} // namespace

vault::BoxPlace fragment_place(const ledger::PrivateChainId& chain, const Hash32& document) {
    vault::BoxPlace out{chain, {}};
    std::copy_n(document.begin(), out.record.size(), out.record.begin());
    return out;
}

Result<SealedFragment> seal_fragment(const vault::BoxPlace& place, const FolderKey& key,
                                     const crypto::umbral::KeyFragment& fragment,
                                     const crypto::umbral::PublicKey& node, Random& random) {
    const auto plain = fragment.bytes();
    SALUS_TRY_ASSIGN(vault::SealedBox box, vault::seal(plain.expose().bytes, node, place, random));
    return SealedFragment{key, std::move(box)};
}

object to_json(const Delivery& delivery) {
    object out{{"grant", document_json(grant_text(without_names(delivery.grant)))}};
    if (!delivery.fragments.empty()) {
        out["fragments"] = list_member(
            delivery.fragments, [](const SealedFragment& one) { return fragment_json(one); });
    }
    if (delivery.verifying) out["verifying"] = hex_member(delivery.verifying->bytes);
    if (!delivery.vouch.empty()) out["vouch"] = hex_member(delivery.vouch);
    return out;
}

Result<Delivery> read_delivery(const object& json) {
    Delivery out;
    SALUS_TRY_ASSIGN(const std::string text, document_text(json, "grant"));
    SALUS_TRY_ASSIGN(consent::Grant grant, consent::parse_grant(text));
    out.grant = without_names(std::move(grant));
    SALUS_TRY(
        read_fragments(json, consent::kMaxFolders, read_fragment, out.fragments, out.verifying));
    Fields fields(json, kBadWire);
    if (fields.has("vouch")) out.vouch = signature_field(fields, "vouch");
    SALUS_TRY(fields.fault());
    return out;
}

object to_json(const EmergencyDelivery& delivery) {
    object out{{"document", document_json(emergency_text(delivery.document))}};
    if (!delivery.fragments.empty()) {
        out["fragments"] = list_member(
            delivery.fragments, [](const InstitutionFragment& one) { return fragment_json(one); });
    }
    if (delivery.verifying) out["verifying"] = hex_member(delivery.verifying->bytes);
    return out;
}

Result<EmergencyDelivery> read_emergency_delivery(const object& json) {
    EmergencyDelivery out;
    SALUS_TRY_ASSIGN(const std::string text, document_text(json, "document"));
    SALUS_TRY_ASSIGN(out.document, consent::parse_emergency(text));
    SALUS_TRY(
        read_fragments(json, kMaxInstitutions, read_institution, out.fragments, out.verifying));
    const auto falls = [](const InstitutionFragment& a, const InstitutionFragment& b) {
        return a.institution >= b.institution;
    };
    if (std::ranges::adjacent_find(out.fragments, falls) != out.fragments.end()) {
        return Error(kBadWire, "fragments: ascending by institution");
    }
    return out;
}

object to_json(const GrantList& list) {
    return {{"grants", list_member(list.grants, state_json)}, {"headTime", list.head_time}};
}

Result<GrantList> read_grant_list(const object& json) {
    Fields fields(json, kBadWire);
    GrantList out;
    out.head_time = fields.number("headTime");
    const auto& list = fields.list("grants");
    SALUS_TRY(fields.fault());
    SALUS_TRY_ASSIGN(out.grants, read_objects<GrantState>(list, "grants", read_state));
    return out;
}

bool is_genuine(const consent::Place& place, const SignedOptOut& opt_out) {
    return consent::signed_by(
        opt_out.account, opt_out_digest(place, opt_out.account, opt_out.emergency, opt_out.ends),
        opt_out.signature);
}

object to_json(const Withdrawal& withdrawal) {
    object out;
    if (const auto* revocation = std::get_if<consent::SignedRevocation>(&withdrawal)) {
        out["grantor"] = hex_member(revocation->grantor.bytes);
        out["grant"] = hex_member(revocation->grant_hash.bytes);
        put_ends(out, revocation->ends);
        out["signature"] = hex_member(revocation->signature);
        return out;
    }
    const auto& opt_out = std::get<SignedOptOut>(withdrawal);
    out["account"] = hex_member(opt_out.account.bytes);
    out["emergency"] = hex_member(opt_out.emergency.bytes);
    put_ends(out, opt_out.ends);
    out["signature"] = hex_member(opt_out.signature);
    return out;
}

Result<Withdrawal> read_withdrawal(const object& json) {
    Fields fields(json, kBadWire);
    if (fields.has("emergency")) {
        SignedOptOut out;
        out.account = fields.bytes<20>("account");
        out.emergency = fields.bytes<32>("emergency");
        out.ends = read_ends(fields);
        out.signature = signature_field(fields, "signature");
        SALUS_TRY(fields.fault());
        return Withdrawal(std::move(out));
    }
    consent::SignedRevocation out;
    out.grantor = fields.bytes<20>("grantor");
    out.grant_hash = fields.bytes<32>("grant");
    out.ends = read_ends(fields);
    out.signature = signature_field(fields, "signature");
    SALUS_TRY(fields.fault());
    return Withdrawal(std::move(out));
}

Hash32 destroyed_digest(const Destroyed& statement, const ledger::Domain& domain) {
    return in_ledger(
        envelope::StructHash("FragmentsDestroyed(bytes32 grant,uint32 count,uint64 time)")
            .add(statement.grant)
            .add(uint256(statement.count))
            .add(uint256(statement.time))
            .hash(),
        domain);
}

Status check_destroyed(const Destroyed& statement, const Address& node,
                       const ledger::Domain& domain) {
    if (consent::signed_by(node, destroyed_digest(statement, domain), statement.signature.bytes)) {
        return ok_status();
    }
    return Error(kBadDestroyed, "another account signed it");
}

object to_json(const Destroyed& statement) {
    return {{"grant", hex_member(statement.grant.bytes)},
            {"count", statement.count},
            {"time", statement.time},
            {"signature", hex_member(statement.signature.bytes)}};
}

Result<Destroyed> read_destroyed(const object& json) {
    Fields fields(json, kBadWire);
    Destroyed out;
    out.grant = fields.bytes<32>("grant");
    out.count = static_cast<std::uint32_t>(fields.number("count", 0xffffffff));
    out.time = fields.number("time");
    out.signature = fields.bytes<65>("signature");
    SALUS_TRY(fields.fault());
    return out;
}

Hash32 closure_digest(const Closure& closure, const ledger::Domain& domain) {
    return in_ledger(closing(closure).hash(), domain);
}

Result<Closure> sign_closure(Closure closure, const crypto::SecretKey32& patient,
                             const ledger::Domain& domain) {
    std::ranges::sort(closure.keys);
    SALUS_TRY_ASSIGN(closure.signature,
                     envelope::wallet_sign(patient, closure_digest(closure, domain)));
    return closure;
}

Status check_closure(const Closure& closure, const Address& patient, const ledger::Domain& domain) {
    const auto& keys = closure.keys;
    const bool rising = std::ranges::adjacent_find(keys, std::greater_equal<>()) == keys.end();
    if (keys.empty() || keys.size() > kMaxClosed || !rising) {
        return Error(kBadClosure, "1 to 256 keys, rising");
    }
    if (!consent::signed_by(patient, closure_digest(closure, domain), closure.signature.bytes)) {
        return Error(kBadClosure, "another account signed it");
    }
    return ok_status();
}

object to_json(const Closure& closure) {
    return {{"keys",
             list_member(closure.keys, [](const FolderKey& key) { return hex_member(key.bytes); })},
            {"time", closure.time},
            {"signature", hex_member(closure.signature.bytes)}};
}

Result<Closure> read_closure(const ledger::PrivateChainId& chain, const object& json) {
    Fields fields(json, kBadWire);
    Closure out;
    out.chain = chain;
    out.keys = hex_list<33>(fields, "keys");
    out.time = fields.number("time");
    out.signature = fields.bytes<65>("signature");
    SALUS_TRY(fields.fault());
    return out;
}

} // namespace salus::records
