#include "passport/identity.hpp"

#include "codec/canonical_json.hpp"
#include "crypto/hash.hpp"

namespace salus::passport {
namespace {

namespace contract = eth::contracts::medical_identity;
namespace json = codec::json;

// Of any call here: the dearest takes about 300,000, smart wallets' own checks come on top.
constexpr std::uint64_t kGas = 1'500'000;

std::string date_text(const codec::MrzDate& date) {
    const auto part = [](unsigned value, std::size_t width) {
        std::string digits = value == 0 ? std::string{} : std::to_string(value);
        const char filler = value == 0 ? 'X' : '0';
        return std::string(width - std::min(width, digits.size()), filler) + digits;
    };
    return part(static_cast<unsigned>(date.year), 4) + "-" + part(date.month, 2) + "-" +
           part(date.day, 2);
}

std::string_view sex_text(codec::MrzSex sex) {
    if (sex == codec::MrzSex::female) return "F";
    return sex == codec::MrzSex::male ? "M" : "<";
}

// Texts alone, which always have a canonical form.
std::string canonical(const json::object& facts) {
    const auto text = codec::canonical_json(codec::Json(facts));
    SALUS_ASSERT(text.ok());
    return *text;
}

codec::Json account_json(const Address& account) {
    if (account.is_zero()) return nullptr;
    return codec::Json(to_hex0x(account.bytes));
}

} // namespace

json::object document_facts(const codec::Mrz& document) {
    return {{"birth", date_text(document.birth)},   {"code", document.document_code},
            {"expiry", date_text(document.expiry)}, {"issuingState", document.issuing_state},
            {"nationality", document.nationality},  {"number", document.document_number},
            {"primary", document.primary},          {"secondary", document.secondary},
            {"sex", sex_text(document.sex)}};
}

Hash32 document_commitment(const codec::Mrz& document, const Hash32& salt) {
    const Hash32 facts = crypto::sha256(view(canonical(document_facts(document))));
    return crypto::sha256(concat({view("salus/document/1"), salt.bytes, facts.bytes}));
}

Result<Bytes> Identities::ask(Bytes data) {
    eth::CallRequest request;
    request.to = contract_;
    request.data = std::move(data);
    return chain_.call(request);
}

Result<IdentityPlace> Identities::place() {
    SALUS_TRY_ASSIGN(const std::uint64_t chain_id, chain_.chain_id());
    return IdentityPlace{chain_id, contract_};
}

Result<uint256> Identities::nonce(const Address& account) {
    SALUS_TRY_ASSIGN(const Bytes output, ask(contract::encode_nonces(account)));
    return contract::decode_nonces(output);
}

Result<Address> Identities::account_of(const Hash32& nullifier) {
    SALUS_TRY_ASSIGN(const Bytes output, ask(contract::encode_account_of(nullifier)));
    return contract::decode_account_of(output);
}

Result<std::uint64_t> Identities::waiting_period() {
    SALUS_TRY_ASSIGN(const Bytes output, ask(contract::encode_waiting_period()));
    return contract::decode_waiting_period(output);
}

Result<IdentityState> Identities::state(const Address& account) {
    IdentityState out;
    out.account = account;
    SALUS_TRY_ASSIGN(const Bytes documents, ask(contract::encode_documents(account)));
    SALUS_TRY_ASSIGN(out.documents, contract::decode_documents(documents));
    SALUS_TRY_ASSIGN(const Bytes moves, ask(contract::encode_moves_of(account)));
    SALUS_TRY_ASSIGN(const auto moved, contract::decode_moves_of(moves));
    out.predecessor = moved.predecessor;
    out.successor = moved.successor;
    SALUS_TRY_ASSIGN(const Bytes current, ask(contract::encode_current_of(account)));
    SALUS_TRY_ASSIGN(out.current, contract::decode_current_of(current));
    SALUS_TRY_ASSIGN(const Bytes waits, ask(contract::encode_rebinding(account)));
    SALUS_TRY_ASSIGN(const auto pending, contract::decode_rebinding(waits));
    out.moving_to = pending.patient;
    out.moving_registrar = pending.registrar;
    out.completable_at = pending.completable_at;
    out.objected_at = pending.objected_at;
    out.second_registrar = pending.second;
    SALUS_TRY_ASSIGN(const Bytes guardians, ask(contract::encode_guardians(account)));
    SALUS_TRY_ASSIGN(out.guardians, contract::decode_guardians(guardians));
    SALUS_TRY_ASSIGN(const Bytes majority, ask(contract::encode_majority_of(account)));
    SALUS_TRY_ASSIGN(out.majority_at, contract::decode_majority_of(majority));
    SALUS_TRY_ASSIGN(out.nonce, nonce(account));
    return out;
}

Status Identities::rehearse(eth::Sender& sender, const Bytes& data) {
    eth::CallRequest request;
    request.from = sender.account();
    request.to = contract_;
    request.data = data;
    eth::BlockRef next;
    next.pending = true;
    const auto output = chain_.call(request, next);
    if (output.ok()) return ok_status();
    const auto reason = eth::revert_data(output.error());
    if (!reason) return output.error();
    return eth::reverted(*reason, eth::decode_revert(*reason, sender.error_names()).reason);
}

Result<eth::Receipt> Identities::transact(eth::Sender& sender, Bytes data) {
    // Estimates are made as of the latest block, which may be weeks old where nothing happened
    // since: for it the waiting period would not be over.
    SALUS_TRY(rehearse(sender, data));
    eth::Intent intent;
    intent.to = contract_;
    intent.gas = kGas;
    SALUS_TRY_ASSIGN(const std::uint64_t sent, chain_.transaction_count(sender.account(), {}));
    intent.purpose_key = "identity/" + to_hex(contract_.bytes) + "/" +
                         to_hex(crypto::keccak256(data).bytes) + "/" + std::to_string(sent);
    intent.data = std::move(data);
    return sender.send_and_wait(intent);
}

Result<eth::Receipt> Identities::send(eth::Sender& sender, const IdentityRequest& request) {
    SALUS_TRY_ASSIGN(Bytes data, call_of(request, sender.account()));
    return transact(sender, std::move(data));
}

Result<eth::Receipt> Identities::complete(eth::Sender& sender, const Address& lost,
                                          const Address& patient) {
    return transact(sender, contract::encode_complete_rebinding(lost, patient));
}

Result<eth::Receipt> Identities::cancel(eth::Sender& sender, const Address& lost,
                                        const Address& patient) {
    return transact(sender, contract::encode_cancel_rebinding(lost, patient));
}

Result<eth::Receipt> Identities::end_guardianship(eth::Sender& sender, const Address& dependant,
                                                  const Address& guardian) {
    return transact(sender, contract::encode_end_guardianship(dependant, guardian));
}

codec::Json identity_json(const IdentityState& state) {
    json::array documents, guardians;
    for (const IdentityDocument& document : state.documents) {
        documents.push_back(json::object{{"commitment", to_hex0x(document.commitment.bytes)},
                                         {"nullifier", to_hex0x(document.nullifier.bytes)},
                                         {"registrar", to_hex0x(document.registrar.bytes)},
                                         {"boundAt", document.bound_at}});
    }
    for (const IdentityGuardian& guardian : state.guardians) {
        guardians.push_back(json::object{{"account", to_hex0x(guardian.account.bytes)},
                                         {"registrar", to_hex0x(guardian.registrar.bytes)},
                                         {"since", guardian.since},
                                         {"until", guardian.until}});
    }
    codec::Json rebinding = nullptr;
    if (state.moving()) {
        rebinding = json::object{{"patient", to_hex0x(state.moving_to.bytes)},
                                 {"registrar", to_hex0x(state.moving_registrar.bytes)},
                                 {"completableAt", state.completable_at},
                                 {"objectedAt", state.objected_at},
                                 {"second", account_json(state.second_registrar)}};
    }
    return json::object{{"account", to_hex0x(state.account.bytes)},
                        {"bound", state.bound()},
                        {"documents", std::move(documents)},
                        {"predecessor", account_json(state.predecessor)},
                        {"successor", account_json(state.successor)},
                        {"current", to_hex0x(state.current.bytes)},
                        {"rebinding", std::move(rebinding)},
                        {"guardians", std::move(guardians)},
                        {"majorityAt", state.majority_at},
                        {"nonce", to_decimal(state.nonce)}};
}

} // namespace salus::passport
