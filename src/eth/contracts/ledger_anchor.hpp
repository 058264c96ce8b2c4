#pragma once
// clang-format off
// Written by tools/bindings.mjs from contracts/src/LedgerAnchor.sol. Do not edit.

#include <span>
#include <string_view>

#include "eth/contract_binding.hpp"

namespace salus::eth::contracts::ledger_anchor {

// The creation code, followed by the constructor's arguments.
Bytes creation_code();
// Of all custom errors: "Name(type,type)".
std::span<const std::string_view> error_signatures();

struct Anchor {
    std::uint64_t size{};
    std::uint64_t time{};
    std::uint64_t block_number{};
    Hash32 root{};

    friend bool operator==(const Anchor&, const Anchor&) = default;
};

// anchor(uint64,bytes32)
Bytes encode_anchor(std::uint64_t size, const Hash32& root);

// anchorAt(address,uint256)
// -> ((uint64,uint64,uint64,bytes32))
Bytes encode_anchor_at(const Address& log, const uint256& index);
Result<Anchor> decode_anchor_at(ByteView output);

// anchorCount(address)
// -> (uint256)
Bytes encode_anchor_count(const Address& log);
Result<uint256> decode_anchor_count(ByteView output);

// anchors(address,uint256,uint256)
// -> ((uint64,uint64,uint64,bytes32)[])
Bytes encode_anchors(const Address& log, const uint256& first, const uint256& most);
Result<std::vector<Anchor>> decode_anchors(ByteView output);

// coSign(address,uint256,address,bytes)
Bytes encode_co_sign(const Address& log,
                     const uint256& index,
                     const Address& witness,
                     ByteView signature);

struct Eip712DomainResult {
    FixedBytes<1> fields{};
    std::string name{};
    std::string version{};
    uint256 chain_id{};
    Address verifying_contract{};
    Hash32 salt{};
    std::vector<uint256> extensions{};

    friend bool operator==(const Eip712DomainResult&, const Eip712DomainResult&) = default;
};

// eip712Domain()
// -> (bytes1,string,string,uint256,address,bytes32,uint256[])
Bytes encode_eip712_domain();
Result<Eip712DomainResult> decode_eip712_domain(ByteView output);

// headOf(address)
// -> ((uint64,uint64,uint64,bytes32))
Bytes encode_head_of(const Address& log);
Result<Anchor> decode_head_of(ByteView output);

// isCoSigned(address,uint256,address)
// -> (bool)
Bytes encode_is_co_signed(const Address& log, const uint256& index, const Address& witness);
Result<bool> decode_is_co_signed(ByteView output);

// event EIP712DomainChanged()
struct EIP712DomainChanged {

    static const Hash32& topic();
    static Result<EIP712DomainChanged> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const EIP712DomainChanged&, const EIP712DomainChanged&) = default;
};

// event LogAnchored(address,uint256,uint64,bytes32,uint64)
struct LogAnchored {
    Address log{};
    uint256 index{};
    std::uint64_t size{};
    Hash32 root{};
    std::uint64_t time{};

    static const Hash32& topic();
    static Result<LogAnchored> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const LogAnchored&, const LogAnchored&) = default;
};

// event LogCoSigned(address,address,uint256,uint64,bytes32,bytes)
struct LogCoSigned {
    Address log{};
    Address witness{};
    uint256 index{};
    std::uint64_t size{};
    Hash32 root{};
    Bytes signature{};

    static const Hash32& topic();
    static Result<LogCoSigned> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const LogCoSigned&, const LogCoSigned&) = default;
};

} // namespace salus::eth::contracts::ledger_anchor
