// clang-format off
// Written by tools/bindings.mjs from contracts/src/Consent.sol. Do not edit.

#include "eth/contracts/consent.hpp"

namespace salus::eth::contracts::consent {

extern const std::string_view kCreationCodeHex; // in consent_code.cpp

namespace {

constexpr std::array<std::string_view, 17> kErrors{
    "ConsentAlreadyGranted(address,bytes32)",
    "ConsentAlreadyOptedIn(address,bytes32)",
    "ConsentAlreadyOptedOut(address,bytes32)",
    "ConsentAlreadyRevoked(address,bytes32)",
    "ConsentExpired(uint256)",
    "ConsentInvalidAccreditation(address)",
    "ConsentInvalidPolicy(uint32,uint32)",
    "ConsentInvalidSignature(address)",
    "ConsentInvalidTerm(uint64,uint64)",
    "ConsentNonceUsed(address,uint256)",
    "ConsentNotAccredited(address)",
    "ConsentNotOptedIn(address,bytes32)",
    "ConsentSameInstitution(address,address)",
    "ConsentStaleEpoch(uint64,uint64)",
    "ConsentZeroDigest()",
    "InvalidShortString()",
    "StringTooLong(string)",
};


Emergency to_emergency(const codec::AbiValue& value) {
    Emergency out;
    out.delay = static_cast<std::uint32_t>(value[0].u64());
    out.window = static_cast<std::uint32_t>(value[1].u64());
    out.opted_in_at = value[2].u64();
    out.opted_out_at = value[3].u64();
    return out;
}

Keys to_keys(const codec::AbiValue& value) {
    Keys out;
    out.digest = value[0].bytes32();
    out.epoch = value[1].u64();
    out.announced_at = value[2].u64();
    return out;
}

Opening to_opening(const codec::AbiValue& value) {
    Opening out;
    out.first = value[0].address();
    out.from = value[1].u64();
    out.second = value[2].address();
    out.until = value[3].u64();
    out.reason = value[4].bytes32();
    return out;
}

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

Bytes encode_announce_keys(const Address& account,
                           const Hash32& digest,
                           std::uint64_t epoch,
                           const uint256& nonce,
                           const uint256& deadline,
                           ByteView signature) {
    static const codec::AbiType type =
        codec::abi_type("(address,bytes32,uint64,uint256,uint256,bytes)");
    constexpr Byte selector[] = {0xd8, 0xf9, 0x9e, 0x4d};
    return encode_with(selector, type,
                       {account, digest, epoch, nonce, deadline, to_bytes(signature)});
}

Bytes encode_break_glass(const Address& account,
                         const Hash32& emergency_hash,
                         const Address& first,
                         const Address& second,
                         const Hash32& reason,
                         const uint256& nonce,
                         const uint256& deadline,
                         ByteView first_signature,
                         ByteView second_signature) {
    static const codec::AbiType type =
        codec::abi_type("(address,bytes32,address,address,bytes32,uint256,uint256,bytes,bytes)");
    constexpr Byte selector[] = {0x54, 0x60, 0xb3, 0xab};
    return encode_with(selector, type,
                       {account, emergency_hash, first, second, reason, nonce, deadline, to_bytes(first_signature), to_bytes(second_signature)});
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

Bytes encode_emergency_of(const Address& account, const Hash32& emergency_hash) {
    static const codec::AbiType type = codec::abi_type("(address,bytes32)");
    constexpr Byte selector[] = {0x07, 0x78, 0xe2, 0x55};
    return encode_with(selector, type, {account, emergency_hash});
}

Result<Emergency> decode_emergency_of(ByteView output) {
    static const codec::AbiType type = codec::abi_type("((uint32,uint32,uint64,uint64))");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return to_emergency(value[0]);
}

Bytes encode_grant(const Address& grantor,
                   const Hash32& grant_hash,
                   std::uint64_t from,
                   std::uint64_t until,
                   const uint256& nonce,
                   const uint256& deadline,
                   ByteView signature) {
    static const codec::AbiType type =
        codec::abi_type("(address,bytes32,uint64,uint64,uint256,uint256,bytes)");
    constexpr Byte selector[] = {0xc8, 0xd6, 0x9c, 0x98};
    return encode_with(selector, type,
                       {grantor, grant_hash, from, until, nonce, deadline, to_bytes(signature)});
}

Bytes encode_is_open(const Address& account,
                     const Hash32& emergency_hash,
                     const Address& institution) {
    static const codec::AbiType type = codec::abi_type("(address,bytes32,address)");
    constexpr Byte selector[] = {0x16, 0x2b, 0x3b, 0xbb};
    return encode_with(selector, type, {account, emergency_hash, institution});
}

Result<bool> decode_is_open(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(bool)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return value[0].boolean();
}

Bytes encode_keys_of(const Address& account) {
    static const codec::AbiType type = codec::abi_type("(address)");
    constexpr Byte selector[] = {0x0e, 0x95, 0x9b, 0x29};
    return encode_with(selector, type, {account});
}

Result<Keys> decode_keys_of(ByteView output) {
    static const codec::AbiType type = codec::abi_type("((bytes32,uint64,uint64))");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return to_keys(value[0]);
}

Bytes encode_nonce_used(const Address& account, const uint256& nonce) {
    static const codec::AbiType type = codec::abi_type("(address,uint256)");
    constexpr Byte selector[] = {0x16, 0x47, 0x79, 0x5e};
    return encode_with(selector, type, {account, nonce});
}

Result<bool> decode_nonce_used(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(bool)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return value[0].boolean();
}

Bytes encode_openings(const Address& account, const Hash32& emergency_hash) {
    static const codec::AbiType type = codec::abi_type("(address,bytes32)");
    constexpr Byte selector[] = {0xb9, 0x24, 0x8c, 0xf5};
    return encode_with(selector, type, {account, emergency_hash});
}

Result<std::vector<Opening>> decode_openings(ByteView output) {
    static const codec::AbiType type =
        codec::abi_type("((address,uint64,address,uint64,bytes32)[])");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return map_items<Opening>(
        value[0], [](const codec::AbiValue& item) { return to_opening(item); });
}

Bytes encode_opt_in(const Address& account,
                    const Hash32& emergency_hash,
                    std::uint32_t delay,
                    std::uint32_t window,
                    const uint256& nonce,
                    const uint256& deadline,
                    ByteView signature) {
    static const codec::AbiType type =
        codec::abi_type("(address,bytes32,uint32,uint32,uint256,uint256,bytes)");
    constexpr Byte selector[] = {0xc7, 0x39, 0xb7, 0x81};
    return encode_with(selector, type,
                       {account, emergency_hash, delay, window, nonce, deadline, to_bytes(signature)});
}

Bytes encode_opt_out(const Address& account,
                     const Hash32& emergency_hash,
                     const uint256& nonce,
                     const uint256& deadline,
                     ByteView signature) {
    static const codec::AbiType type = codec::abi_type("(address,bytes32,uint256,uint256,bytes)");
    constexpr Byte selector[] = {0xd1, 0x1d, 0xd5, 0x17};
    return encode_with(selector, type,
                       {account, emergency_hash, nonce, deadline, to_bytes(signature)});
}

Bytes encode_revoke(const Address& grantor,
                    const Hash32& grant_hash,
                    const uint256& nonce,
                    const uint256& deadline,
                    ByteView signature) {
    static const codec::AbiType type = codec::abi_type("(address,bytes32,uint256,uint256,bytes)");
    constexpr Byte selector[] = {0xad, 0xf1, 0x00, 0x69};
    return encode_with(selector, type, {grantor, grant_hash, nonce, deadline, to_bytes(signature)});
}

Bytes encode_status_of(const Address& grantor, const Hash32& grant_hash) {
    static const codec::AbiType type = codec::abi_type("(address,bytes32)");
    constexpr Byte selector[] = {0xb3, 0x75, 0x0a, 0x9d};
    return encode_with(selector, type, {grantor, grant_hash});
}

Result<StatusOfResult> decode_status_of(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(uint8,uint64,uint64,uint64,uint64)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    StatusOfResult out;
    out.status = static_cast<std::uint8_t>(value[0].u64());
    out.from = value[1].u64();
    out.until = value[2].u64();
    out.granted_at = value[3].u64();
    out.revoked_at = value[4].u64();
    return out;
}

} // namespace salus::eth::contracts::consent
