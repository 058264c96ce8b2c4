#pragma once
// EIP-712: hashes of typed structured data, to be signed by wallets and checked by contracts.
//
//     const Hash32 bind = StructHash("Bind(address patient,bytes32 commitment,uint256 nonce)")
//                             .add(patient).add(commitment).add(uint256(nonce)).hash();
//     const Hash32 digest = typed_digest(domain_separator(domain), bind);

#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/uint256.hpp"

namespace salus::envelope {

struct Eip712Domain { // only the fields that are set enter the type, in this order
    std::optional<std::string> name, version;
    std::optional<uint256> chain_id;
    std::optional<Address> verifying_contract;
    std::optional<Hash32> salt;
};
Hash32 domain_separator(const Eip712Domain& domain);

// hashStruct: the members are added in the order of the type text. The type text lists the types
// it refers to after its own, in alphabetical order, as encodeType says.
class StructHash {
public:
    explicit StructHash(std::string_view type);
    StructHash& add(const uint256& value); // uintN, intN (two's complement)
    StructHash& add(const Address& value);
    StructHash& add(const Hash32& value);         // bytes32, or the hashStruct of a member struct
    StructHash& add_bool(bool value);             // bool
    StructHash& add_bytes_n(ByteView value);      // bytes1 … bytes31
    StructHash& add_text(std::string_view value); // string
    StructHash& add_bytes(ByteView value);        // bytes
    // An array: the hash of its members' encodings, 32 bytes each (their hashStruct for structs,
    // their keccak256 for string and bytes).
    StructHash& add_array(const std::vector<Hash32>& members);
    Hash32 hash() const;

private:
    Bytes encoded_;
};

// keccak256(0x1901 ‖ separator ‖ struct hash).
Hash32 typed_digest(const Hash32& separator, const Hash32& struct_hash);

} // namespace salus::envelope
