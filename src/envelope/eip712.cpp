#include "envelope/eip712.hpp"

#include "crypto/hash.hpp"

namespace salus::envelope {

using crypto::keccak256;

StructHash::StructHash(std::string_view type) {
    append(encoded_, keccak256(view(type)).bytes);
}

StructHash& StructHash::add(const uint256& value) {
    append(encoded_, to_hash(value).bytes);
    return *this;
}

StructHash& StructHash::add(const Address& value) {
    return add(to_uint256(value));
}

StructHash& StructHash::add(const Hash32& value) {
    append(encoded_, value.bytes);
    return *this;
}

StructHash& StructHash::add_bool(bool value) {
    return add(uint256(value ? 1 : 0));
}

StructHash& StructHash::add_bytes_n(ByteView value) {
    SALUS_ASSERT(!value.empty() && value.size() <= 32);
    append(encoded_, value);
    encoded_.resize(encoded_.size() + 32 - value.size());
    return *this;
}

StructHash& StructHash::add_text(std::string_view value) {
    return add(keccak256(view(value)));
}

StructHash& StructHash::add_bytes(ByteView value) {
    return add(keccak256(value));
}

StructHash& StructHash::add_array(const std::vector<Hash32>& members) {
    Bytes all;
    all.reserve(members.size() * 32);
    for (const Hash32& member : members) append(all, member.bytes);
    return add(keccak256(all));
}

Hash32 StructHash::hash() const {
    return keccak256(encoded_);
}

Hash32 domain_separator(const Eip712Domain& domain) {
    std::string members;
    const auto member = [&](bool present, std::string_view text) {
        if (!present) return;
        if (!members.empty()) members += ',';
        members += text;
    };
    member(domain.name.has_value(), "string name");
    member(domain.version.has_value(), "string version");
    member(domain.chain_id.has_value(), "uint256 chainId");
    member(domain.verifying_contract.has_value(), "address verifyingContract");
    member(domain.salt.has_value(), "bytes32 salt");
    StructHash out("EIP712Domain(" + members + ")");
    if (domain.name) out.add_text(*domain.name);
    if (domain.version) out.add_text(*domain.version);
    if (domain.chain_id) out.add(*domain.chain_id);
    if (domain.verifying_contract) out.add(*domain.verifying_contract);
    if (domain.salt) out.add(*domain.salt);
    return out.hash();
}

Hash32 typed_digest(const Hash32& separator, const Hash32& struct_hash) {
    static constexpr std::array<Byte, 2> kPrefix{0x19, 0x01};
    return keccak256(concat({kPrefix, separator.bytes, struct_hash.bytes}));
}

} // namespace salus::envelope
