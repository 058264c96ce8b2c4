// clang-format off
// Written by tools/bindings.mjs from contracts/src/VaccinePassport.sol. Do not edit.

#include "eth/contracts/vaccine_passport.hpp"

namespace salus::eth::contracts::vaccine_passport {

extern const std::string_view kCreationCodeHex; // in vaccine_passport_code.cpp

namespace {

constexpr std::array<std::string_view, 12> kErrors{
    "VaccinePassportAlreadyAnchored(address,bytes32)",
    "VaccinePassportAlreadyIssued(address,bytes32)",
    "VaccinePassportAlreadyRevoked(address,bytes32)",
    "VaccinePassportBatchAlreadyRevoked(address,bytes32)",
    "VaccinePassportEmptyBatch()",
    "VaccinePassportInvalidAccreditation(address)",
    "VaccinePassportInvalidProof(bytes32,uint256,bytes32)",
    "VaccinePassportNotAccredited(address)",
    "VaccinePassportNotAnchored(address,bytes32)",
    "VaccinePassportNotIssued(address,bytes32)",
    "VaccinePassportUnauthorized(address)",
    "VaccinePassportZeroDigest()",
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

Bytes encode_accreditation() {
    return {0xb8, 0xac, 0x95, 0x33};
}

Result<Address> decode_accreditation(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(address)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return value[0].address();
}

Bytes encode_anchor(const Hash32& root, std::uint64_t count) {
    static const codec::AbiType type = codec::abi_type("(bytes32,uint64)");
    constexpr Byte selector[] = {0xdb, 0x2c, 0x4a, 0xca};
    return encode_with(selector, type, {root, count});
}

Bytes encode_anchored(const Address& issuer, const Hash32& root) {
    static const codec::AbiType type = codec::abi_type("(address,bytes32)");
    constexpr Byte selector[] = {0xc2, 0xa8, 0x11, 0x9e};
    return encode_with(selector, type, {issuer, root});
}

Result<AnchoredResult> decode_anchored(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(uint64,uint64,uint64,uint8)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    AnchoredResult out;
    out.anchored_at = value[0].u64();
    out.count = value[1].u64();
    out.revoked_at = value[2].u64();
    out.reason = static_cast<std::uint8_t>(value[3].u64());
    return out;
}

Bytes encode_issue(const Hash32& commitment) {
    static const codec::AbiType type = codec::abi_type("(bytes32)");
    constexpr Byte selector[] = {0x0f, 0x75, 0xe8, 0x1f};
    return encode_with(selector, type, {commitment});
}

Bytes encode_issue_many(std::span<const Hash32> commitments) {
    static const codec::AbiType type = codec::abi_type("(bytes32[])");
    constexpr Byte selector[] = {0x37, 0xec, 0xed, 0x81};
    return encode_with(selector, type, {codec::AbiValue::list_of(commitments)});
}

Bytes encode_revoke(const Address& issuer, const Hash32& commitment, std::uint8_t reason) {
    static const codec::AbiType type = codec::abi_type("(address,bytes32,uint8)");
    constexpr Byte selector[] = {0x1c, 0x70, 0xc8, 0x20};
    return encode_with(selector, type, {issuer, commitment, reason});
}

Bytes encode_revoke_anchored(const Address& issuer,
                             const Hash32& root,
                             std::span<const Hash32> proof,
                             const uint256& index,
                             const Hash32& commitment,
                             std::uint8_t reason) {
    static const codec::AbiType type =
        codec::abi_type("(address,bytes32,bytes32[],uint256,bytes32,uint8)");
    constexpr Byte selector[] = {0xfa, 0xe8, 0x20, 0x3d};
    return encode_with(selector, type,
                       {issuer, root, codec::AbiValue::list_of(proof), index, commitment, reason});
}

Bytes encode_revoke_batch(const Address& issuer, const Hash32& root, std::uint8_t reason) {
    static const codec::AbiType type = codec::abi_type("(address,bytes32,uint8)");
    constexpr Byte selector[] = {0xb6, 0x17, 0x0d, 0xa1};
    return encode_with(selector, type, {issuer, root, reason});
}

Bytes encode_revoke_many(const Address& issuer,
                         std::span<const Hash32> commitments,
                         std::uint8_t reason) {
    static const codec::AbiType type = codec::abi_type("(address,bytes32[],uint8)");
    constexpr Byte selector[] = {0xca, 0x52, 0x19, 0xb9};
    return encode_with(selector, type, {issuer, codec::AbiValue::list_of(commitments), reason});
}

Bytes encode_status(const Address& issuer, const Hash32& commitment) {
    static const codec::AbiType type = codec::abi_type("(address,bytes32)");
    constexpr Byte selector[] = {0xd6, 0xd7, 0x6e, 0xd5};
    return encode_with(selector, type, {issuer, commitment});
}

Result<StatusResult> decode_status(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(uint64,uint64,uint8)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    StatusResult out;
    out.issued_at = value[0].u64();
    out.revoked_at = value[1].u64();
    out.reason = static_cast<std::uint8_t>(value[2].u64());
    return out;
}

Bytes encode_status_anchored(const Address& issuer,
                             const Hash32& root,
                             std::span<const Hash32> proof,
                             const uint256& index,
                             const Hash32& commitment) {
    static const codec::AbiType type =
        codec::abi_type("(address,bytes32,bytes32[],uint256,bytes32)");
    constexpr Byte selector[] = {0x5c, 0x85, 0xa1, 0x41};
    return encode_with(selector, type,
                       {issuer, root, codec::AbiValue::list_of(proof), index, commitment});
}

Result<StatusAnchoredResult> decode_status_anchored(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(uint64,uint64,uint8)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    StatusAnchoredResult out;
    out.issued_at = value[0].u64();
    out.revoked_at = value[1].u64();
    out.reason = static_cast<std::uint8_t>(value[2].u64());
    return out;
}

} // namespace salus::eth::contracts::vaccine_passport
