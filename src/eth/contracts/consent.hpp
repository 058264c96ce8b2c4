#pragma once
// clang-format off
// Written by tools/bindings.mjs from contracts/src/Consent.sol. Do not edit.

#include <span>
#include <string_view>

#include "eth/contract_binding.hpp"

namespace salus::eth::contracts::consent {

// The creation code, followed by the constructor's arguments.
Bytes creation_code(const Address& accreditation);
// Of all custom errors: "Name(type,type)".
std::span<const std::string_view> error_signatures();

struct Emergency {
    std::uint32_t delay{};
    std::uint32_t window{};
    std::uint64_t opted_in_at{};
    std::uint64_t opted_out_at{};

    friend bool operator==(const Emergency&, const Emergency&) = default;
};

struct Keys {
    Hash32 digest{};
    std::uint64_t epoch{};
    std::uint64_t announced_at{};

    friend bool operator==(const Keys&, const Keys&) = default;
};

struct Opening {
    Address first{};
    std::uint64_t from{};
    Address second{};
    std::uint64_t until{};
    Hash32 reason{};

    friend bool operator==(const Opening&, const Opening&) = default;
};

// accreditation()
// -> (address)
Bytes encode_accreditation();
Result<Address> decode_accreditation(ByteView output);

// announceKeys(address,bytes32,uint64,uint256,uint256,bytes)
Bytes encode_announce_keys(const Address& account,
                           const Hash32& digest,
                           std::uint64_t epoch,
                           const uint256& nonce,
                           const uint256& deadline,
                           ByteView signature);

// breakGlass(address,bytes32,address,address,bytes32,uint256,uint256,bytes,bytes)
Bytes encode_break_glass(const Address& account,
                         const Hash32& emergency_hash,
                         const Address& first,
                         const Address& second,
                         const Hash32& reason,
                         const uint256& nonce,
                         const uint256& deadline,
                         ByteView first_signature,
                         ByteView second_signature);

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

// emergencyOf(address,bytes32)
// -> ((uint32,uint32,uint64,uint64))
Bytes encode_emergency_of(const Address& account, const Hash32& emergency_hash);
Result<Emergency> decode_emergency_of(ByteView output);

// grant(address,bytes32,uint64,uint64,uint256,uint256,bytes)
Bytes encode_grant(const Address& grantor,
                   const Hash32& grant_hash,
                   std::uint64_t from,
                   std::uint64_t until,
                   const uint256& nonce,
                   const uint256& deadline,
                   ByteView signature);

// isOpen(address,bytes32,address)
// -> (bool)
Bytes encode_is_open(const Address& account,
                     const Hash32& emergency_hash,
                     const Address& institution);
Result<bool> decode_is_open(ByteView output);

// keysOf(address)
// -> ((bytes32,uint64,uint64))
Bytes encode_keys_of(const Address& account);
Result<Keys> decode_keys_of(ByteView output);

// nonceUsed(address,uint256)
// -> (bool)
Bytes encode_nonce_used(const Address& account, const uint256& nonce);
Result<bool> decode_nonce_used(ByteView output);

// openings(address,bytes32)
// -> ((address,uint64,address,uint64,bytes32)[])
Bytes encode_openings(const Address& account, const Hash32& emergency_hash);
Result<std::vector<Opening>> decode_openings(ByteView output);

// optIn(address,bytes32,uint32,uint32,uint256,uint256,bytes)
Bytes encode_opt_in(const Address& account,
                    const Hash32& emergency_hash,
                    std::uint32_t delay,
                    std::uint32_t window,
                    const uint256& nonce,
                    const uint256& deadline,
                    ByteView signature);

// optOut(address,bytes32,uint256,uint256,bytes)
Bytes encode_opt_out(const Address& account,
                     const Hash32& emergency_hash,
                     const uint256& nonce,
                     const uint256& deadline,
                     ByteView signature);

// revoke(address,bytes32,uint256,uint256,bytes)
Bytes encode_revoke(const Address& grantor,
                    const Hash32& grant_hash,
                    const uint256& nonce,
                    const uint256& deadline,
                    ByteView signature);

struct StatusOfResult {
    std::uint8_t status{};
    std::uint64_t from{};
    std::uint64_t until{};
    std::uint64_t granted_at{};
    std::uint64_t revoked_at{};

    friend bool operator==(const StatusOfResult&, const StatusOfResult&) = default;
};

// statusOf(address,bytes32)
// -> (uint8,uint64,uint64,uint64,uint64)
Bytes encode_status_of(const Address& grantor, const Hash32& grant_hash);
Result<StatusOfResult> decode_status_of(ByteView output);

// event EIP712DomainChanged()
struct EIP712DomainChanged {

    static const Hash32& topic();
    static Result<EIP712DomainChanged> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const EIP712DomainChanged&, const EIP712DomainChanged&) = default;
};

// event GlassBroken(address,address,address,bytes32,bytes32,uint64,uint64)
struct GlassBroken {
    Address account{};
    Address first{};
    Address second{};
    Hash32 emergency_hash{};
    Hash32 reason{};
    std::uint64_t from{};
    std::uint64_t until{};

    static const Hash32& topic();
    static Result<GlassBroken> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const GlassBroken&, const GlassBroken&) = default;
};

// event Granted(address,bytes32,uint64,uint64,uint64)
struct Granted {
    Address grantor{};
    Hash32 grant_hash{};
    std::uint64_t from{};
    std::uint64_t until{};
    std::uint64_t granted_at{};

    static const Hash32& topic();
    static Result<Granted> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const Granted&, const Granted&) = default;
};

// event KeysAnnounced(address,uint64,bytes32,uint64)
struct KeysAnnounced {
    Address account{};
    std::uint64_t epoch{};
    Hash32 digest{};
    std::uint64_t announced_at{};

    static const Hash32& topic();
    static Result<KeysAnnounced> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const KeysAnnounced&, const KeysAnnounced&) = default;
};

// event OptedIn(address,bytes32,uint32,uint32,uint64)
struct OptedIn {
    Address account{};
    Hash32 emergency_hash{};
    std::uint32_t delay{};
    std::uint32_t window{};
    std::uint64_t opted_in_at{};

    static const Hash32& topic();
    static Result<OptedIn> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const OptedIn&, const OptedIn&) = default;
};

// event OptedOut(address,bytes32,uint64)
struct OptedOut {
    Address account{};
    Hash32 emergency_hash{};
    std::uint64_t opted_out_at{};

    static const Hash32& topic();
    static Result<OptedOut> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const OptedOut&, const OptedOut&) = default;
};

// event Revoked(address,bytes32,uint64)
struct Revoked {
    Address grantor{};
    Hash32 grant_hash{};
    std::uint64_t revoked_at{};

    static const Hash32& topic();
    static Result<Revoked> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const Revoked&, const Revoked&) = default;
};

} // namespace salus::eth::contracts::consent
