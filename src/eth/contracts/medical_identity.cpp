// clang-format off
// Written by tools/bindings.mjs from contracts/src/MedicalIdentity.sol. Do not edit.

#include "eth/contracts/medical_identity.hpp"

namespace salus::eth::contracts::medical_identity {

extern const std::string_view kCreationCodeHex; // in medical_identity_code.cpp

namespace {

constexpr std::array<std::string_view, 27> kErrors{
    "InvalidAccountNonce(address,uint256)",
    "InvalidShortString()",
    "MedicalIdentityAccountBound(address)",
    "MedicalIdentityAccountNotBound(address)",
    "MedicalIdentityAccountReplaced(address,address)",
    "MedicalIdentityExpired(uint256)",
    "MedicalIdentityForeignDocument(bytes32,address)",
    "MedicalIdentityInvalidAccreditation(address)",
    "MedicalIdentityInvalidGuardian(address)",
    "MedicalIdentityInvalidMajority(uint16)",
    "MedicalIdentityInvalidSignature(address)",
    "MedicalIdentityInvalidWaitingPeriod(uint64)",
    "MedicalIdentityNoObjection(address,address)",
    "MedicalIdentityNoRebinding(address,address)",
    "MedicalIdentityNotAccredited(address)",
    "MedicalIdentityNotDependant(address)",
    "MedicalIdentityNotGuardian(address,address)",
    "MedicalIdentityNullifierBound(bytes32,address)",
    "MedicalIdentityObjectedBefore(address,address)",
    "MedicalIdentityObjectionStands(address,address)",
    "MedicalIdentityOfAge(address)",
    "MedicalIdentityRebindingPending(address,address)",
    "MedicalIdentitySameRegistrar(address)",
    "MedicalIdentityStillWaiting(uint64)",
    "MedicalIdentityUnauthorized(address)",
    "MedicalIdentityZeroDigest()",
    "StringTooLong(string)",
};


Document to_document(const codec::AbiValue& value) {
    Document out;
    out.commitment = value[0].bytes32();
    out.nullifier = value[1].bytes32();
    out.registrar = value[2].address();
    out.bound_at = value[3].u64();
    return out;
}

Guardian to_guardian(const codec::AbiValue& value) {
    Guardian out;
    out.account = value[0].address();
    out.registrar = value[1].address();
    out.since = value[2].u64();
    out.until = value[3].u64();
    return out;
}

} // namespace

Bytes creation_code(const Address& accreditation, std::uint64_t waiting_period) {
    static const codec::AbiType type = codec::abi_type("(address,uint64)");
    static const Bytes code = hex(kCreationCodeHex);
    return encode_with(code, type, {accreditation, waiting_period});
}

std::span<const std::string_view> error_signatures() {
    return kErrors;
}

Bytes encode_account_of(const Hash32& nullifier) {
    static const codec::AbiType type = codec::abi_type("(bytes32)");
    constexpr Byte selector[] = {0x0b, 0x61, 0xa8, 0x87};
    return encode_with(selector, type, {nullifier});
}

Result<Address> decode_account_of(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(address)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return value[0].address();
}

Bytes encode_accreditation() {
    return {0xb8, 0xac, 0x95, 0x33};
}

Result<Address> decode_accreditation(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(address)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return value[0].address();
}

Bytes encode_appoint_guardian(const Address& dependant,
                              const Address& guardian,
                              const Address& registrar,
                              std::uint16_t majority_year,
                              const uint256& nonce,
                              const uint256& deadline,
                              ByteView dependant_signature,
                              ByteView guardian_signature,
                              ByteView registrar_signature) {
    static const codec::AbiType type =
        codec::abi_type("(address,address,address,uint16,uint256,uint256,bytes,bytes,bytes)");
    constexpr Byte selector[] = {0x13, 0x83, 0x3f, 0x21};
    return encode_with(selector, type,
                       {dependant, guardian, registrar, majority_year, nonce, deadline, to_bytes(dependant_signature), to_bytes(guardian_signature), to_bytes(registrar_signature)});
}

Bytes encode_bind(const Address& patient,
                  const Address& registrar,
                  const Hash32& commitment,
                  const Hash32& nullifier,
                  const uint256& nonce,
                  const uint256& deadline,
                  ByteView patient_signature,
                  ByteView registrar_signature) {
    static const codec::AbiType type =
        codec::abi_type("(address,address,bytes32,bytes32,uint256,uint256,bytes,bytes)");
    constexpr Byte selector[] = {0x12, 0x49, 0x03, 0x7d};
    return encode_with(selector, type,
                       {patient, registrar, commitment, nullifier, nonce, deadline, to_bytes(patient_signature), to_bytes(registrar_signature)});
}

Bytes encode_binding(const Address& patient) {
    static const codec::AbiType type = codec::abi_type("(address)");
    constexpr Byte selector[] = {0x6f, 0x1b, 0xe3, 0x68};
    return encode_with(selector, type, {patient});
}

Result<BindingResult> decode_binding(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(bytes32,bytes32,address,uint64)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    BindingResult out;
    out.commitment = value[0].bytes32();
    out.nullifier = value[1].bytes32();
    out.registrar = value[2].address();
    out.bound_at = value[3].u64();
    return out;
}

Bytes encode_cancel_rebinding(const Address& lost, const Address& patient) {
    static const codec::AbiType type = codec::abi_type("(address,address)");
    constexpr Byte selector[] = {0xb1, 0x23, 0x83, 0x61};
    return encode_with(selector, type, {lost, patient});
}

Bytes encode_complete_rebinding(const Address& lost, const Address& patient) {
    static const codec::AbiType type = codec::abi_type("(address,address)");
    constexpr Byte selector[] = {0x65, 0x83, 0x53, 0x66};
    return encode_with(selector, type, {lost, patient});
}

Bytes encode_current_of(const Address& account) {
    static const codec::AbiType type = codec::abi_type("(address)");
    constexpr Byte selector[] = {0x07, 0x86, 0xcc, 0x7b};
    return encode_with(selector, type, {account});
}

Result<Address> decode_current_of(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(address)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return value[0].address();
}

Bytes encode_documents(const Address& patient) {
    static const codec::AbiType type = codec::abi_type("(address)");
    constexpr Byte selector[] = {0xcb, 0xe9, 0x9b, 0x39};
    return encode_with(selector, type, {patient});
}

Result<std::vector<Document>> decode_documents(ByteView output) {
    static const codec::AbiType type = codec::abi_type("((bytes32,bytes32,address,uint64)[])");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return map_items<Document>(
        value[0], [](const codec::AbiValue& item) { return to_document(item); });
}

Bytes encode_eip712_domain() {
    return {0x84, 0xb0, 0x19, 0x6e};
}

Result<Eip712DomainResult> decode_eip712_domain(ByteView output) {
    static const codec::AbiType type =
        codec::abi_type("(bytes1,string,string,uint256,address,bytes32,uint256[])");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    Eip712DomainResult out;
    out.fields = value[0].fixed_bytes<1>();
    out.name = value[1].string();
    out.version = value[2].string();
    out.chain_id = value[3].integer();
    out.verifying_contract = value[4].address();
    out.salt = value[5].bytes32();
    out.extensions = map_items<uint256>(
        value[6], [](const codec::AbiValue& item) { return item.integer(); });
    return out;
}

Bytes encode_end_guardianship(const Address& dependant, const Address& guardian) {
    static const codec::AbiType type = codec::abi_type("(address,address)");
    constexpr Byte selector[] = {0x47, 0xd7, 0xa6, 0x58};
    return encode_with(selector, type, {dependant, guardian});
}

Bytes encode_guardians(const Address& dependant) {
    static const codec::AbiType type = codec::abi_type("(address)");
    constexpr Byte selector[] = {0x06, 0x33, 0xb1, 0x4a};
    return encode_with(selector, type, {dependant});
}

Result<std::vector<Guardian>> decode_guardians(ByteView output) {
    static const codec::AbiType type = codec::abi_type("((address,address,uint64,uint64)[])");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return map_items<Guardian>(
        value[0], [](const codec::AbiValue& item) { return to_guardian(item); });
}

Bytes encode_hand_over(const Address& dependant,
                       const Address& patient,
                       const Address& by,
                       const uint256& nonce,
                       const uint256& deadline,
                       ByteView patient_signature,
                       ByteView by_signature) {
    static const codec::AbiType type =
        codec::abi_type("(address,address,address,uint256,uint256,bytes,bytes)");
    constexpr Byte selector[] = {0x13, 0xc0, 0x95, 0x16};
    return encode_with(selector, type,
                       {dependant, patient, by, nonce, deadline, to_bytes(patient_signature), to_bytes(by_signature)});
}

Bytes encode_hearing_period() {
    return {0x8f, 0xe3, 0x3e, 0x2b};
}

Result<std::uint64_t> decode_hearing_period(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(uint64)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return value[0].u64();
}

Bytes encode_is_guardian(const Address& dependant, const Address& account) {
    static const codec::AbiType type = codec::abi_type("(address,address)");
    constexpr Byte selector[] = {0xd4, 0xee, 0x97, 0x34};
    return encode_with(selector, type, {dependant, account});
}

Result<bool> decode_is_guardian(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(bool)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return value[0].boolean();
}

Bytes encode_majority_of(const Address& dependant) {
    static const codec::AbiType type = codec::abi_type("(address)");
    constexpr Byte selector[] = {0x72, 0xaa, 0x30, 0x42};
    return encode_with(selector, type, {dependant});
}

Result<std::uint64_t> decode_majority_of(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(uint64)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return value[0].u64();
}

Bytes encode_moves_of(const Address& account) {
    static const codec::AbiType type = codec::abi_type("(address)");
    constexpr Byte selector[] = {0x0f, 0xfc, 0x59, 0x64};
    return encode_with(selector, type, {account});
}

Result<MovesOfResult> decode_moves_of(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(address,address)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    MovesOfResult out;
    out.predecessor = value[0].address();
    out.successor = value[1].address();
    return out;
}

Bytes encode_nonces(const Address& owner) {
    static const codec::AbiType type = codec::abi_type("(address)");
    constexpr Byte selector[] = {0x7e, 0xce, 0xbe, 0x00};
    return encode_with(selector, type, {owner});
}

Result<uint256> decode_nonces(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(uint256)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return value[0].integer();
}

Bytes encode_object_to_rebinding(const Address& lost,
                                 const Address& patient,
                                 const uint256& nonce,
                                 const uint256& deadline,
                                 ByteView signature) {
    static const codec::AbiType type = codec::abi_type("(address,address,uint256,uint256,bytes)");
    constexpr Byte selector[] = {0xab, 0xa6, 0x02, 0x14};
    return encode_with(selector, type, {lost, patient, nonce, deadline, to_bytes(signature)});
}

Bytes encode_rebinding(const Address& lost) {
    static const codec::AbiType type = codec::abi_type("(address)");
    constexpr Byte selector[] = {0x57, 0xfd, 0xed, 0x49};
    return encode_with(selector, type, {lost});
}

Result<RebindingResult> decode_rebinding(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(address,address,uint64,uint64,address)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    RebindingResult out;
    out.patient = value[0].address();
    out.registrar = value[1].address();
    out.completable_at = value[2].u64();
    out.objected_at = value[3].u64();
    out.second = value[4].address();
    return out;
}

Bytes encode_renew(const Address& patient,
                   const Address& registrar,
                   const Hash32& commitment,
                   const Hash32& nullifier,
                   const uint256& nonce,
                   const uint256& deadline,
                   ByteView patient_signature,
                   ByteView registrar_signature) {
    static const codec::AbiType type =
        codec::abi_type("(address,address,bytes32,bytes32,uint256,uint256,bytes,bytes)");
    constexpr Byte selector[] = {0x38, 0xee, 0x1c, 0x6e};
    return encode_with(selector, type,
                       {patient, registrar, commitment, nullifier, nonce, deadline, to_bytes(patient_signature), to_bytes(registrar_signature)});
}

Bytes encode_start_rebinding(const Address& lost,
                             const Address& patient,
                             const Address& registrar,
                             const Hash32& commitment,
                             const Hash32& nullifier,
                             const uint256& nonce,
                             const uint256& deadline,
                             ByteView patient_signature,
                             ByteView registrar_signature) {
    static const codec::AbiType type =
        codec::abi_type("(address,address,address,bytes32,bytes32,uint256,uint256,bytes,bytes)");
    constexpr Byte selector[] = {0x7d, 0x8e, 0xe8, 0x29};
    return encode_with(selector, type,
                       {lost, patient, registrar, commitment, nullifier, nonce, deadline, to_bytes(patient_signature), to_bytes(registrar_signature)});
}

Bytes encode_uphold_rebinding(const Address& lost,
                              const Address& patient,
                              const Address& registrar,
                              const Hash32& nullifier,
                              const uint256& nonce,
                              const uint256& deadline,
                              ByteView patient_signature,
                              ByteView registrar_signature) {
    static const codec::AbiType type =
        codec::abi_type("(address,address,address,bytes32,uint256,uint256,bytes,bytes)");
    constexpr Byte selector[] = {0x18, 0x5d, 0x58, 0x46};
    return encode_with(selector, type,
                       {lost, patient, registrar, nullifier, nonce, deadline, to_bytes(patient_signature), to_bytes(registrar_signature)});
}

Bytes encode_waiting_period() {
    return {0x3a, 0x2e, 0xf9, 0xdf};
}

Result<std::uint64_t> decode_waiting_period(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(uint64)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return value[0].u64();
}

} // namespace salus::eth::contracts::medical_identity
