// clang-format off
// Written by tools/bindings.mjs from contracts/src/Accreditation.sol. Do not edit.

#include "eth/contracts/accreditation.hpp"

namespace salus::eth::contracts::accreditation {

extern const std::string_view kCreationCodeHex; // in accreditation_code.cpp

namespace {

constexpr std::array<std::string_view, 22> kErrors{
    "AccreditationAlreadyAccredited(address)",
    "AccreditationAlreadySuspended(address)",
    "AccreditationInvalidAuthority(address)",
    "AccreditationInvalidCertificate(uint256)",
    "AccreditationInvalidCountry(string)",
    "AccreditationInvalidEndpoint(uint256)",
    "AccreditationInvalidHospital(address)",
    "AccreditationInvalidListKey(address)",
    "AccreditationInvalidName(uint256)",
    "AccreditationInvalidPublicKey(bytes32,bytes32)",
    "AccreditationInvalidPurposes(uint8)",
    "AccreditationInvalidRevocation(uint64,uint64,uint64)",
    "AccreditationInvalidValidity(uint64,uint64)",
    "AccreditationKeyAlreadyRevoked(address,bytes8)",
    "AccreditationKeyAlreadySuspended(address,bytes8)",
    "AccreditationKeyExists(address,bytes8)",
    "AccreditationKeyNotSuspended(address,bytes8)",
    "AccreditationKidMismatch(bytes8,bytes8)",
    "AccreditationNotSuspended(address)",
    "AccreditationUnauthorized(address)",
    "AccreditationUnknownHospital(address)",
    "AccreditationUnknownKey(address,bytes8)",
};


Change to_change(const codec::AbiValue& value) {
    Change out;
    out.time = value[0].u64();
    out.active = value[1].boolean();
    return out;
}

Key to_key(const codec::AbiValue& value) {
    Key out;
    out.kid = value[0].fixed_bytes<8>();
    out.purposes = static_cast<std::uint8_t>(value[1].u64());
    out.x = value[2].bytes32();
    out.y = value[3].bytes32();
    out.not_before = value[4].u64();
    out.not_after = value[5].u64();
    out.added_at = value[6].u64();
    out.revoked_from = value[7].u64();
    out.revoked_at = value[8].u64();
    out.certificate = value[9].bytes();
    out.changes = map_items<Change>(
        value[10], [](const codec::AbiValue& item) { return to_change(item); });
    return out;
}

} // namespace

Bytes creation_code(const Address& authority) {
    static const codec::AbiType type = codec::abi_type("(address)");
    static const Bytes code = hex(kCreationCodeHex);
    return encode_with(code, type, {authority});
}

std::span<const std::string_view> error_signatures() {
    return kErrors;
}

Bytes encode_accept_authority() {
    return {0x15, 0x80, 0x79, 0x8f};
}

Bytes encode_accredit(const Address& account, std::string_view name, std::string_view country) {
    static const codec::AbiType type = codec::abi_type("(address,string,string)");
    constexpr Byte selector[] = {0xde, 0x33, 0x1a, 0x3c};
    return encode_with(selector, type, {account, std::string(name), std::string(country)});
}

Bytes encode_add_key(const Address& account,
                     const FixedBytes<8>& kid,
                     std::uint8_t purposes,
                     const Hash32& x,
                     const Hash32& y,
                     std::uint64_t not_before,
                     std::uint64_t not_after,
                     ByteView certificate) {
    static const codec::AbiType type =
        codec::abi_type("(address,bytes8,uint8,bytes32,bytes32,uint64,uint64,bytes)");
    constexpr Byte selector[] = {0x5b, 0xda, 0x23, 0x5f};
    return encode_with(selector, type,
                       {account, kid, purposes, x, y, not_before, not_after, to_bytes(certificate)});
}

Bytes encode_authority() {
    return {0xbf, 0x7e, 0x21, 0x4f};
}

Result<Address> decode_authority(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(address)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return value[0].address();
}

Bytes encode_endpoint_of(const Address& account) {
    static const codec::AbiType type = codec::abi_type("(address)");
    constexpr Byte selector[] = {0x4b, 0x89, 0x36, 0x42};
    return encode_with(selector, type, {account});
}

Result<std::string> decode_endpoint_of(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(string)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return value[0].string();
}

Bytes encode_history(const Address& account) {
    static const codec::AbiType type = codec::abi_type("(address)");
    constexpr Byte selector[] = {0x93, 0x1c, 0x7c, 0x68};
    return encode_with(selector, type, {account});
}

Result<std::vector<Change>> decode_history(ByteView output) {
    static const codec::AbiType type = codec::abi_type("((uint64,bool)[])");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return map_items<Change>(
        value[0], [](const codec::AbiValue& item) { return to_change(item); });
}

Bytes encode_hospital(const Address& account) {
    static const codec::AbiType type = codec::abi_type("(address)");
    constexpr Byte selector[] = {0x62, 0x10, 0x14, 0xfc};
    return encode_with(selector, type, {account});
}

Result<HospitalResult> decode_hospital(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(string,string,uint64,bool)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    HospitalResult out;
    out.name = value[0].string();
    out.country = value[1].string();
    out.accredited_at = value[2].u64();
    out.active = value[3].boolean();
    return out;
}

Bytes encode_hospitals() {
    return {0x26, 0xf3, 0x87, 0xcb};
}

Result<std::vector<Address>> decode_hospitals(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(address[])");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return map_items<Address>(
        value[0], [](const codec::AbiValue& item) { return item.address(); });
}

Bytes encode_is_accredited(const Address& account) {
    static const codec::AbiType type = codec::abi_type("(address)");
    constexpr Byte selector[] = {0x2d, 0x59, 0x8d, 0x7b};
    return encode_with(selector, type, {account});
}

Result<bool> decode_is_accredited(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(bool)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return value[0].boolean();
}

Bytes encode_keys_of(const Address& account) {
    static const codec::AbiType type = codec::abi_type("(address)");
    constexpr Byte selector[] = {0x0e, 0x95, 0x9b, 0x29};
    return encode_with(selector, type, {account});
}

Result<std::vector<Key>> decode_keys_of(ByteView output) {
    static const codec::AbiType type =
        codec::abi_type("((bytes8,uint8,bytes32,bytes32,uint64,uint64,uint64,uint64,uint64,bytes,(uint64,bool)[])[])");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return map_items<Key>(
        value[0], [](const codec::AbiValue& item) { return to_key(item); });
}

Bytes encode_list_key() {
    return {0xc8, 0x71, 0x04, 0x76};
}

Result<Address> decode_list_key(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(address)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return value[0].address();
}

Bytes encode_pending_authority() {
    return {0xfa, 0xbb, 0x94, 0xbb};
}

Result<Address> decode_pending_authority(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(address)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return value[0].address();
}

Bytes encode_public_key(const Address& account, const FixedBytes<8>& kid) {
    static const codec::AbiType type = codec::abi_type("(address,bytes8)");
    constexpr Byte selector[] = {0xce, 0xfc, 0xc2, 0x37};
    return encode_with(selector, type, {account, kid});
}

Result<PublicKeyResult> decode_public_key(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(bytes32,bytes32)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    PublicKeyResult out;
    out.x = value[0].bytes32();
    out.y = value[1].bytes32();
    return out;
}

Bytes encode_reinstate(const Address& account) {
    static const codec::AbiType type = codec::abi_type("(address)");
    constexpr Byte selector[] = {0x83, 0x0a, 0xeb, 0xd9};
    return encode_with(selector, type, {account});
}

Bytes encode_reinstate_key(const Address& account, const FixedBytes<8>& kid) {
    static const codec::AbiType type = codec::abi_type("(address,bytes8)");
    constexpr Byte selector[] = {0xd5, 0x32, 0x83, 0x13};
    return encode_with(selector, type, {account, kid});
}

Bytes encode_revoke_key(const Address& account, const FixedBytes<8>& kid) {
    static const codec::AbiType type = codec::abi_type("(address,bytes8)");
    constexpr Byte selector[] = {0xad, 0x4c, 0x9a, 0xfa};
    return encode_with(selector, type, {account, kid});
}

Bytes encode_revoke_key_from(const Address& account,
                             const FixedBytes<8>& kid,
                             std::uint64_t from) {
    static const codec::AbiType type = codec::abi_type("(address,bytes8,uint64)");
    constexpr Byte selector[] = {0x37, 0x24, 0x68, 0x72};
    return encode_with(selector, type, {account, kid, from});
}

Bytes encode_set_endpoint(std::string_view endpoint) {
    static const codec::AbiType type = codec::abi_type("(string)");
    constexpr Byte selector[] = {0xbc, 0x85, 0x6b, 0x98};
    return encode_with(selector, type, {std::string(endpoint)});
}

Bytes encode_set_list_key(const Address& current) {
    static const codec::AbiType type = codec::abi_type("(address)");
    constexpr Byte selector[] = {0xc0, 0xd4, 0x1d, 0xd9};
    return encode_with(selector, type, {current});
}

Bytes encode_suspend(const Address& account) {
    static const codec::AbiType type = codec::abi_type("(address)");
    constexpr Byte selector[] = {0x28, 0x67, 0x81, 0xc7};
    return encode_with(selector, type, {account});
}

Bytes encode_suspend_key(const Address& account, const FixedBytes<8>& kid) {
    static const codec::AbiType type = codec::abi_type("(address,bytes8)");
    constexpr Byte selector[] = {0x93, 0x1e, 0x8b, 0xca};
    return encode_with(selector, type, {account, kid});
}

Bytes encode_transfer_authority(const Address& proposed) {
    static const codec::AbiType type = codec::abi_type("(address)");
    constexpr Byte selector[] = {0x30, 0x78, 0xdb, 0x6c};
    return encode_with(selector, type, {proposed});
}

Bytes encode_was_accredited(const Address& account, std::uint64_t time) {
    static const codec::AbiType type = codec::abi_type("(address,uint64)");
    constexpr Byte selector[] = {0x6f, 0x20, 0x34, 0xb8};
    return encode_with(selector, type, {account, time});
}

Result<bool> decode_was_accredited(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(bool)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return value[0].boolean();
}

Bytes encode_was_key_accredited(const Address& account,
                                const FixedBytes<8>& kid,
                                std::uint8_t purposes,
                                std::uint64_t time) {
    static const codec::AbiType type = codec::abi_type("(address,bytes8,uint8,uint64)");
    constexpr Byte selector[] = {0x47, 0x33, 0x46, 0x45};
    return encode_with(selector, type, {account, kid, purposes, time});
}

Result<bool> decode_was_key_accredited(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(bool)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return value[0].boolean();
}

} // namespace salus::eth::contracts::accreditation
