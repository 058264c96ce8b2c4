// clang-format off
// Written by tools/bindings.mjs from contracts/src/MedicalIdentity.sol. Do not edit.

#include "eth/contracts/medical_identity.hpp"

namespace salus::eth::contracts::medical_identity {

extern const std::string_view kCreationCodeHex; // in medical_identity_code.cpp

namespace {

constexpr std::array<std::string_view, 10> kErrors{
    "InvalidAccountNonce(address,uint256)",
    "InvalidShortString()",
    "MedicalIdentityAccountBound(address)",
    "MedicalIdentityExpired(uint256)",
    "MedicalIdentityInvalidAccreditation(address)",
    "MedicalIdentityInvalidSignature(address)",
    "MedicalIdentityNotAccredited(address)",
    "MedicalIdentityNullifierBound(bytes32,address)",
    "MedicalIdentityZeroDigest()",
    "StringTooLong(string)",
};


} // namespace

Bytes creation_code(const Address& accreditation) {
    static const codec::AbiType type = codec::abi_type("(address)");
    static const Bytes code = hex(kCreationCodeHex);
    return encode_with(code, type, {accreditation});
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

Bytes encode_bind(const Address& patient,
                  const Hash32& commitment,
                  const Hash32& nullifier,
                  const uint256& nonce,
                  const uint256& deadline,
                  ByteView signature) {
    static const codec::AbiType type =
        codec::abi_type("(address,bytes32,bytes32,uint256,uint256,bytes)");
    constexpr Byte selector[] = {0x92, 0xa8, 0x92, 0x38};
    return encode_with(selector, type,
                       {patient, commitment, nullifier, nonce, deadline, to_bytes(signature)});
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

const Hash32& Bound::topic() {
    static const Hash32 value =
        hash32("0xfafd2bd4468277797d96e5d1ad6e2b720ce89d3aeaa6898098f9cbe18d27a5cb");
    return value;
}

Result<Bound> Bound::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,address,bytes32)"),
                                  codec::abi_type("(bytes32,uint64)"),
                                  {true, true, true, false, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    Bound out;
    out.patient = value[0].address();
    out.registrar = value[1].address();
    out.nullifier = value[2].bytes32();
    out.commitment = value[3].bytes32();
    out.bound_at = value[4].u64();
    return out;
}

const Hash32& EIP712DomainChanged::topic() {
    static const Hash32 value =
        hash32("0x0a6387c9ea3628b88a633bb4f3b151770f70085117a15f9bf3787cda53f13d31");
    return value;
}

Result<EIP712DomainChanged> EIP712DomainChanged::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("()"),
                                  codec::abi_type("()"),
                                  {}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    EIP712DomainChanged out;
    return out;
}

} // namespace salus::eth::contracts::medical_identity
