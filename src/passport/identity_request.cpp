#include "passport/identity_request.hpp"

#include <algorithm>
#include <array>

#include "codec/abi.hpp"
#include "crypto/hash.hpp"
#include "envelope/eip191.hpp"
#include "envelope/eip712.hpp"

namespace salus::passport {
namespace {

namespace json = codec::json;
using codec::Json;

struct Field {
    std::string_view type, name;
    bool signs = false;
};

// The message of an act, and the function that takes its members and then the signatures.
struct Shape {
    IdentityAct act;
    std::string_view name, function;
    std::span<const Field> fields;
};

constexpr Field kNonce{"uint256", "nonce"};
constexpr Field kDeadline{"uint256", "deadline"};
constexpr Field kPatient{"address", "patient", true};
constexpr Field kRegistrar{"address", "registrar", true};
constexpr Field kCommitment{"bytes32", "commitment"};
constexpr Field kNullifier{"bytes32", "nullifier"};

constexpr std::array kDocumentFields{kPatient,   kRegistrar, kCommitment,
                                     kNullifier, kNonce,     kDeadline};
constexpr std::array kRebindFields{
    Field{"address", "lost"}, kPatient, kRegistrar, kCommitment, kNullifier, kNonce, kDeadline};
constexpr std::array kObjectFields{Field{"address", "lost", true}, Field{"address", "patient"},
                                   kNonce, kDeadline};
constexpr std::array kUpholdFields{
    Field{"address", "lost"}, kPatient, kRegistrar, kNullifier, kNonce, kDeadline};
constexpr std::array kAppointFields{Field{"address", "dependant", true},
                                    Field{"address", "guardian", true},
                                    kRegistrar,
                                    Field{"uint16", "majorityYear"},
                                    kNonce,
                                    kDeadline};
constexpr std::array kHandOverFields{Field{"address", "dependant"}, kPatient,
                                     Field{"address", "by", true}, kNonce, kDeadline};

constexpr std::array kShapes{
    Shape{IdentityAct::bind, "Bind", "bind", kDocumentFields},
    Shape{IdentityAct::renew, "Renew", "renew", kDocumentFields},
    Shape{IdentityAct::rebind, "Rebind", "startRebinding", kRebindFields},
    Shape{IdentityAct::object, "Object", "objectToRebinding", kObjectFields},
    Shape{IdentityAct::uphold, "Uphold", "upholdRebinding", kUpholdFields},
    Shape{IdentityAct::appoint, "Appoint", "appointGuardian", kAppointFields},
    Shape{IdentityAct::hand_over, "HandOver", "handOver", kHandOverFields},
};

const Shape& shape_of(IdentityAct act) {
    const auto found = std::find_if(kShapes.begin(), kShapes.end(),
                                    [&](const Shape& shape) { return shape.act == act; });
    SALUS_ASSERT(found != kShapes.end());
    return *found;
}

std::string type_text(const Shape& shape) {
    std::string out = std::string(shape.name) + "(";
    for (const Field& field : shape.fields) {
        if (out.back() != '(') out += ',';
        out += std::string(field.type) + " " + std::string(field.name);
    }
    return out + ")";
}

envelope::Eip712Domain domain_of(const IdentityPlace& place) {
    envelope::Eip712Domain out;
    out.name = "Salus MedicalIdentity";
    out.version = "1";
    out.chain_id = uint256(place.chain_id);
    out.verifying_contract = place.contract;
    return out;
}

IdentityRequest request_of(IdentityAct act, const IdentityPlace& place,
                           std::vector<IdentityValue> values, const RequestEnds& ends) {
    values.emplace_back(ends.nonce);
    values.emplace_back(uint256(ends.deadline));
    SALUS_ASSERT(values.size() == shape_of(act).fields.size());
    return {act, place, std::move(values), {}};
}

std::vector<IdentityValue> members_of(const DocumentBinding& binding) {
    return {binding.patient, binding.registrar, binding.commitment, binding.nullifier};
}

// ---- JSON

std::string text_of(const IdentityValue& value) {
    if (const auto* account = std::get_if<Address>(&value)) return to_hex0x(account->bytes);
    if (const auto* digest = std::get_if<Hash32>(&value)) return to_hex0x(digest->bytes);
    return to_decimal(std::get<uint256>(value));
}

Json fields_json(const Shape& shape) {
    json::array out;
    for (const Field& field : shape.fields) {
        out.push_back(json::object{{"name", field.name}, {"type", field.type}});
    }
    return out;
}

Json typed_data(const IdentityRequest& request) {
    const Shape& shape = shape_of(request.act);
    json::object message;
    for (std::size_t i = 0; i < shape.fields.size(); ++i) {
        message[shape.fields[i].name] = text_of(request.values[i]);
    }
    json::array domain_type;
    for (const Field& field :
         {Field{"string", "name"}, Field{"string", "version"}, Field{"uint256", "chainId"},
          Field{"address", "verifyingContract"}}) {
        domain_type.push_back(json::object{{"name", field.name}, {"type", field.type}});
    }
    return json::object{
        {"domain", json::object{{"name", "Salus MedicalIdentity"},
                                {"version", "1"},
                                {"chainId", request.place.chain_id},
                                {"verifyingContract", to_hex0x(request.place.contract.bytes)}}},
        {"types",
         json::object{{"EIP712Domain", std::move(domain_type)}, {shape.name, fields_json(shape)}}},
        {"primaryType", shape.name},
        {"message", std::move(message)}};
}

Result<IdentityValue> read_value(const Field& field, const json::object& message) {
    SALUS_TRY_ASSIGN(const std::string text, codec::json_string(message, field.name));
    if (field.type == "address") {
        SALUS_TRY_ASSIGN(const Address account, address_from_hex(text));
        return IdentityValue(account);
    }
    if (field.type == "bytes32") {
        SALUS_TRY_ASSIGN(const Hash32 digest, hash_from_hex(text));
        return IdentityValue(digest);
    }
    SALUS_TRY_ASSIGN(const uint256 number, uint256_from_text(text));
    if (field.type == "uint16" && number > uint256(0xffff)) {
        return Error(codec::kJsonWrongType, std::string(field.name));
    }
    return IdentityValue(number);
}

Result<IdentityRequest> read_typed_data(const json::object& typed) {
    IdentityRequest out;
    SALUS_TRY_ASSIGN(const std::string name, codec::json_string(typed, "primaryType"));
    const auto shape = std::find_if(kShapes.begin(), kShapes.end(),
                                    [&](const Shape& one) { return one.name == name; });
    if (shape == kShapes.end()) return Error(kBadIdentityRequest, "no message of that type");
    out.act = shape->act;
    SALUS_TRY_ASSIGN(const json::object* domain, codec::json_object(typed, "domain"));
    SALUS_TRY_ASSIGN(out.place.chain_id, codec::json_u64(*domain, "chainId"));
    SALUS_TRY_ASSIGN(const std::string contract, codec::json_string(*domain, "verifyingContract"));
    SALUS_TRY_ASSIGN(out.place.contract, address_from_hex(contract));
    SALUS_TRY_ASSIGN(const json::object* message, codec::json_object(typed, "message"));
    for (const Field& field : shape->fields) {
        SALUS_TRY_ASSIGN(IdentityValue value, read_value(field, *message));
        out.values.push_back(value);
    }
    // A wallet signs the whole of it: nothing may stand there that is not read here.
    if (typed_data(out) != Json(typed)) {
        return Error(kBadIdentityRequest, "the typed data is not as this program writes it");
    }
    return out;
}

} // namespace

std::string_view name_of(IdentityAct act) {
    return shape_of(act).name;
}

IdentityRequest bind_request(const IdentityPlace& place, const DocumentBinding& binding,
                             const RequestEnds& ends) {
    return request_of(IdentityAct::bind, place, members_of(binding), ends);
}

IdentityRequest renew_request(const IdentityPlace& place, const DocumentBinding& binding,
                              const RequestEnds& ends) {
    return request_of(IdentityAct::renew, place, members_of(binding), ends);
}

IdentityRequest rebind_request(const IdentityPlace& place, const Address& lost,
                               const DocumentBinding& binding, const RequestEnds& ends) {
    std::vector<IdentityValue> values = members_of(binding);
    values.insert(values.begin(), lost);
    return request_of(IdentityAct::rebind, place, std::move(values), ends);
}

IdentityRequest object_request(const IdentityPlace& place, const Address& lost,
                               const Address& patient, const RequestEnds& ends) {
    return request_of(IdentityAct::object, place, {lost, patient}, ends);
}

IdentityRequest uphold_request(const IdentityPlace& place, const Address& lost,
                               const Address& patient, const Address& registrar,
                               const Hash32& nullifier, const RequestEnds& ends) {
    return request_of(IdentityAct::uphold, place, {lost, patient, registrar, nullifier}, ends);
}

IdentityRequest appoint_request(const IdentityPlace& place, const Appointment& appointment,
                                const RequestEnds& ends) {
    return request_of(IdentityAct::appoint, place,
                      {appointment.dependant, appointment.guardian, appointment.registrar,
                       uint256(appointment.majority_year)},
                      ends);
}

IdentityRequest hand_over_request(const IdentityPlace& place, const Address& dependant,
                                  const Address& patient, const Address& by,
                                  const RequestEnds& ends) {
    return request_of(IdentityAct::hand_over, place, {dependant, patient, by}, ends);
}

Hash32 digest_of(const IdentityRequest& request) {
    envelope::StructHash hash(type_text(shape_of(request.act)));
    for (const IdentityValue& value : request.values) {
        std::visit([&](const auto& one) { hash.add(one); }, value);
    }
    return envelope::typed_digest(envelope::domain_separator(domain_of(request.place)),
                                  hash.hash());
}

std::vector<Address> signers_of(const IdentityRequest& request) {
    const Shape& shape = shape_of(request.act);
    std::vector<Address> out;
    for (std::size_t i = 0; i < shape.fields.size(); ++i) {
        if (shape.fields[i].signs) out.push_back(std::get<Address>(request.values[i]));
    }
    return out;
}

Status sign_request(IdentityRequest& request, const eth::Signer& signer) {
    SALUS_TRY_ASSIGN(const auto signature, signer.sign_digest(digest_of(request)));
    SALUS_TRY(add_signature(request, signature.bytes));
    return ok_status();
}

Result<Address> add_signature(IdentityRequest& request, ByteView signature) {
    SALUS_TRY_ASSIGN(const Address signer, envelope::wallet_recover(digest_of(request), signature));
    const auto asked = signers_of(request);
    if (std::find(asked.begin(), asked.end(), signer) == asked.end()) {
        return Error(kNotAskedToSign, to_hex0x(signer.bytes) +
                                          " made this signature, or another message was signed");
    }
    request.signatures[signer] = to_bytes(signature);
    return signer;
}

Result<Bytes> call_of(const IdentityRequest& request, const Address& sender) {
    const Shape& shape = shape_of(request.act);
    std::string types = "(";
    codec::AbiValue::List values;
    for (std::size_t i = 0; i < shape.fields.size(); ++i) {
        types += std::string(shape.fields[i].type) + ",";
        std::visit([&](const auto& one) { values.emplace_back(one); }, request.values[i]);
    }
    for (const Address& signer : signers_of(request)) {
        const auto found = request.signatures.find(signer);
        if (found == request.signatures.end() && signer != sender) {
            return Error(kSignatureMissing, to_hex0x(signer.bytes) + " has not signed yet");
        }
        types += "bytes,";
        values.emplace_back(found == request.signatures.end() ? Bytes{} : found->second);
    }
    types.back() = ')';
    const Hash32 selector = crypto::keccak256(view(std::string(shape.function) + types));
    return codec::abi_encode(ByteView(selector.bytes).first(4), codec::abi_type(types),
                             codec::AbiValue::list(std::move(values)));
}

Json request_json(const IdentityRequest& request) {
    json::object signatures;
    for (const auto& [signer, signature] : request.signatures) {
        signatures[to_hex0x(signer.bytes)] = to_hex0x(signature);
    }
    return json::object{{"typedData", typed_data(request)}, {"signatures", std::move(signatures)}};
}

Result<IdentityRequest> read_request(std::string_view text) {
    const auto refused = [](const Error& error) {
        return Error(kBadIdentityRequest, error.text());
    };
    auto parsed = codec::parse_json(text, {.bytes = 64 * 1024, .depth = 8});
    if (!parsed.ok()) return refused(parsed.error());
    if (!parsed->is_object()) return Error(kBadIdentityRequest, "no JSON object");
    auto typed = codec::json_object(parsed->get_object(), "typedData");
    if (!typed.ok()) return refused(typed.error());
    auto request = read_typed_data(**typed);
    if (!request.ok()) return refused(request.error());
    const auto signatures = codec::json_object(parsed->get_object(), "signatures");
    if (!signatures.ok()) return refused(signatures.error());
    for (const auto& item : **signatures) {
        if (!item.value().is_string()) return Error(kBadIdentityRequest, "a signature is hex");
        auto bytes = from_hex(std::string_view(item.value().get_string()));
        if (!bytes.ok()) return refused(bytes.error());
        SALUS_TRY_ASSIGN(const Address signer, add_signature(*request, *bytes));
        if (to_hex0x(signer.bytes) != std::string_view(item.key())) {
            return Error(kNotAskedToSign, "the signature is of another account than it says");
        }
    }
    return request;
}

} // namespace salus::passport
