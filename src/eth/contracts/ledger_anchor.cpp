// clang-format off
// Written by tools/bindings.mjs from contracts/src/LedgerAnchor.sol. Do not edit.

#include "eth/contracts/ledger_anchor.hpp"

namespace salus::eth::contracts::ledger_anchor {

extern const std::string_view kCreationCodeHex; // in ledger_anchor_code.cpp

namespace {

constexpr std::array<std::string_view, 7> kErrors{
    "InvalidShortString()",
    "LedgerAnchorEmpty()",
    "LedgerAnchorInvalidSignature(address)",
    "LedgerAnchorNotGrown(address,uint64,uint64)",
    "LedgerAnchorOwnWitness(address)",
    "LedgerAnchorUnknown(address,uint256)",
    "StringTooLong(string)",
};


Anchor to_anchor(const codec::AbiValue& value) {
    Anchor out;
    out.size = value[0].u64();
    out.time = value[1].u64();
    out.block_number = value[2].u64();
    out.root = value[3].bytes32();
    return out;
}

} // namespace

Bytes creation_code() {
    static const Bytes code = hex(kCreationCodeHex);
    return code;
}

std::span<const std::string_view> error_signatures() {
    return kErrors;
}

Bytes encode_anchor(std::uint64_t size, const Hash32& root) {
    static const codec::AbiType type = codec::abi_type("(uint64,bytes32)");
    constexpr Byte selector[] = {0xa6, 0x85, 0x52, 0x08};
    return encode_with(selector, type, {size, root});
}

Bytes encode_anchor_at(const Address& log, const uint256& index) {
    static const codec::AbiType type = codec::abi_type("(address,uint256)");
    constexpr Byte selector[] = {0xb8, 0x4d, 0x1e, 0xd9};
    return encode_with(selector, type, {log, index});
}

Result<Anchor> decode_anchor_at(ByteView output) {
    static const codec::AbiType type = codec::abi_type("((uint64,uint64,uint64,bytes32))");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return to_anchor(value[0]);
}

Bytes encode_anchor_count(const Address& log) {
    static const codec::AbiType type = codec::abi_type("(address)");
    constexpr Byte selector[] = {0x36, 0x83, 0x92, 0xd5};
    return encode_with(selector, type, {log});
}

Result<uint256> decode_anchor_count(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(uint256)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return value[0].integer();
}

Bytes encode_anchors(const Address& log, const uint256& first, const uint256& most) {
    static const codec::AbiType type = codec::abi_type("(address,uint256,uint256)");
    constexpr Byte selector[] = {0x35, 0xec, 0x1e, 0x4c};
    return encode_with(selector, type, {log, first, most});
}

Result<std::vector<Anchor>> decode_anchors(ByteView output) {
    static const codec::AbiType type = codec::abi_type("((uint64,uint64,uint64,bytes32)[])");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return map_items<Anchor>(
        value[0], [](const codec::AbiValue& item) { return to_anchor(item); });
}

Bytes encode_co_sign(const Address& log,
                     const uint256& index,
                     const Address& witness,
                     ByteView signature) {
    static const codec::AbiType type = codec::abi_type("(address,uint256,address,bytes)");
    constexpr Byte selector[] = {0x8a, 0xde, 0xd3, 0x86};
    return encode_with(selector, type, {log, index, witness, to_bytes(signature)});
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

Bytes encode_head_of(const Address& log) {
    static const codec::AbiType type = codec::abi_type("(address)");
    constexpr Byte selector[] = {0x1d, 0xb0, 0xe1, 0x36};
    return encode_with(selector, type, {log});
}

Result<Anchor> decode_head_of(ByteView output) {
    static const codec::AbiType type = codec::abi_type("((uint64,uint64,uint64,bytes32))");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return to_anchor(value[0]);
}

Bytes encode_is_co_signed(const Address& log, const uint256& index, const Address& witness) {
    static const codec::AbiType type = codec::abi_type("(address,uint256,address)");
    constexpr Byte selector[] = {0x41, 0x02, 0xb3, 0x78};
    return encode_with(selector, type, {log, index, witness});
}

Result<bool> decode_is_co_signed(ByteView output) {
    static const codec::AbiType type = codec::abi_type("(bool)");
    SALUS_TRY_ASSIGN(const codec::AbiValue value, codec::abi_decode(type, output));
    return value[0].boolean();
}

} // namespace salus::eth::contracts::ledger_anchor
