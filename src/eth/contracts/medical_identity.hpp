#pragma once
// clang-format off
// Written by tools/bindings.mjs from contracts/src/MedicalIdentity.sol. Do not edit.

#include <span>
#include <string_view>

#include "eth/contract_binding.hpp"

namespace salus::eth::contracts::medical_identity {

// The creation code, followed by the constructor's arguments.
Bytes creation_code(const Address& accreditation);
// Of all custom errors: "Name(type,type)".
std::span<const std::string_view> error_signatures();

// accountOf(bytes32)
// -> (address)
Bytes encode_account_of(const Hash32& nullifier);
Result<Address> decode_account_of(ByteView output);

// accreditation()
// -> (address)
Bytes encode_accreditation();
Result<Address> decode_accreditation(ByteView output);

// bind(address,bytes32,bytes32,uint256,uint256,bytes)
Bytes encode_bind(const Address& patient,
                  const Hash32& commitment,
                  const Hash32& nullifier,
                  const uint256& nonce,
                  const uint256& deadline,
                  ByteView signature);

struct BindingResult {
    Hash32 commitment{};
    Hash32 nullifier{};
    Address registrar{};
    std::uint64_t bound_at{};

    friend bool operator==(const BindingResult&, const BindingResult&) = default;
};

// binding(address)
// -> (bytes32,bytes32,address,uint64)
Bytes encode_binding(const Address& patient);
Result<BindingResult> decode_binding(ByteView output);

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

// nonces(address)
// -> (uint256)
Bytes encode_nonces(const Address& owner);
Result<uint256> decode_nonces(ByteView output);

// event Bound(address,address,bytes32,bytes32,uint64)
struct Bound {
    Address patient{};
    Address registrar{};
    Hash32 nullifier{};
    Hash32 commitment{};
    std::uint64_t bound_at{};

    static const Hash32& topic();
    static Result<Bound> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const Bound&, const Bound&) = default;
};

// event EIP712DomainChanged()
struct EIP712DomainChanged {

    static const Hash32& topic();
    static Result<EIP712DomainChanged> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const EIP712DomainChanged&, const EIP712DomainChanged&) = default;
};

} // namespace salus::eth::contracts::medical_identity
