#pragma once
// clang-format off
// Written by tools/bindings.mjs from contracts/src/Accreditation.sol. Do not edit.

#include <span>
#include <string_view>

#include "eth/contract_binding.hpp"

namespace salus::eth::contracts::accreditation {

// The creation code, followed by the constructor's arguments.
Bytes creation_code(const Address& authority);
// Of all custom errors: "Name(type,type)".
std::span<const std::string_view> error_signatures();

struct Change {
    std::uint64_t time{};
    bool active{};

    friend bool operator==(const Change&, const Change&) = default;
};

struct Key {
    FixedBytes<8> kid{};
    std::uint8_t purposes{};
    Hash32 x{};
    Hash32 y{};
    std::uint64_t not_before{};
    std::uint64_t not_after{};
    std::uint64_t added_at{};
    std::uint64_t revoked_from{};
    std::uint64_t revoked_at{};
    Bytes certificate{};
    std::vector<Change> changes{};

    friend bool operator==(const Key&, const Key&) = default;
};

// acceptAuthority()
Bytes encode_accept_authority();

// accredit(address,string,string)
Bytes encode_accredit(const Address& account, std::string_view name, std::string_view country);

// addKey(address,bytes8,uint8,bytes32,bytes32,uint64,uint64,bytes)
Bytes encode_add_key(const Address& account,
                     const FixedBytes<8>& kid,
                     std::uint8_t purposes,
                     const Hash32& x,
                     const Hash32& y,
                     std::uint64_t not_before,
                     std::uint64_t not_after,
                     ByteView certificate);

// authority()
// -> (address)
Bytes encode_authority();
Result<Address> decode_authority(ByteView output);

// endpointOf(address)
// -> (string)
Bytes encode_endpoint_of(const Address& account);
Result<std::string> decode_endpoint_of(ByteView output);

// history(address)
// -> ((uint64,bool)[])
Bytes encode_history(const Address& account);
Result<std::vector<Change>> decode_history(ByteView output);

struct HospitalResult {
    std::string name{};
    std::string country{};
    std::uint64_t accredited_at{};
    bool active{};

    friend bool operator==(const HospitalResult&, const HospitalResult&) = default;
};

// hospital(address)
// -> (string,string,uint64,bool)
Bytes encode_hospital(const Address& account);
Result<HospitalResult> decode_hospital(ByteView output);

// hospitals()
// -> (address[])
Bytes encode_hospitals();
Result<std::vector<Address>> decode_hospitals(ByteView output);

// isAccredited(address)
// -> (bool)
Bytes encode_is_accredited(const Address& account);
Result<bool> decode_is_accredited(ByteView output);

// keysOf(address)
// -> ((bytes8,uint8,bytes32,bytes32,uint64,uint64,uint64,uint64,uint64,bytes,(uint64,bool)[])[])
Bytes encode_keys_of(const Address& account);
Result<std::vector<Key>> decode_keys_of(ByteView output);

// listKey()
// -> (address)
Bytes encode_list_key();
Result<Address> decode_list_key(ByteView output);

// pendingAuthority()
// -> (address)
Bytes encode_pending_authority();
Result<Address> decode_pending_authority(ByteView output);

struct PublicKeyResult {
    Hash32 x{};
    Hash32 y{};

    friend bool operator==(const PublicKeyResult&, const PublicKeyResult&) = default;
};

// publicKey(address,bytes8)
// -> (bytes32,bytes32)
Bytes encode_public_key(const Address& account, const FixedBytes<8>& kid);
Result<PublicKeyResult> decode_public_key(ByteView output);

// reinstate(address)
Bytes encode_reinstate(const Address& account);

// reinstateKey(address,bytes8)
Bytes encode_reinstate_key(const Address& account, const FixedBytes<8>& kid);

// revokeKey(address,bytes8)
Bytes encode_revoke_key(const Address& account, const FixedBytes<8>& kid);

// revokeKeyFrom(address,bytes8,uint64)
Bytes encode_revoke_key_from(const Address& account,
                             const FixedBytes<8>& kid,
                             std::uint64_t from);

// setEndpoint(string)
Bytes encode_set_endpoint(std::string_view endpoint);

// setListKey(address)
Bytes encode_set_list_key(const Address& current);

// suspend(address)
Bytes encode_suspend(const Address& account);

// suspendKey(address,bytes8)
Bytes encode_suspend_key(const Address& account, const FixedBytes<8>& kid);

// transferAuthority(address)
Bytes encode_transfer_authority(const Address& proposed);

// wasAccredited(address,uint64)
// -> (bool)
Bytes encode_was_accredited(const Address& account, std::uint64_t time);
Result<bool> decode_was_accredited(ByteView output);

// wasKeyAccredited(address,bytes8,uint8,uint64)
// -> (bool)
Bytes encode_was_key_accredited(const Address& account,
                                const FixedBytes<8>& kid,
                                std::uint8_t purposes,
                                std::uint64_t time);
Result<bool> decode_was_key_accredited(ByteView output);

// event AuthorityTransferStarted(address,address)
struct AuthorityTransferStarted {
    Address current{};
    Address proposed{};

    static const Hash32& topic();
    static Result<AuthorityTransferStarted> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const AuthorityTransferStarted&,
                           const AuthorityTransferStarted&) = default;
};

// event AuthorityTransferred(address,address)
struct AuthorityTransferred {
    Address previous{};
    Address current{};

    static const Hash32& topic();
    static Result<AuthorityTransferred> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const AuthorityTransferred&, const AuthorityTransferred&) = default;
};

// event EndpointChanged(address,string)
struct EndpointChanged {
    Address hospital{};
    std::string endpoint{};

    static const Hash32& topic();
    static Result<EndpointChanged> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const EndpointChanged&, const EndpointChanged&) = default;
};

// event HospitalAccredited(address,string,string,uint64)
struct HospitalAccredited {
    Address hospital{};
    std::string name{};
    std::string country{};
    std::uint64_t time{};

    static const Hash32& topic();
    static Result<HospitalAccredited> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const HospitalAccredited&, const HospitalAccredited&) = default;
};

// event HospitalReinstated(address,uint64)
struct HospitalReinstated {
    Address hospital{};
    std::uint64_t time{};

    static const Hash32& topic();
    static Result<HospitalReinstated> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const HospitalReinstated&, const HospitalReinstated&) = default;
};

// event HospitalSuspended(address,uint64)
struct HospitalSuspended {
    Address hospital{};
    std::uint64_t time{};

    static const Hash32& topic();
    static Result<HospitalSuspended> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const HospitalSuspended&, const HospitalSuspended&) = default;
};

// event KeyAdded(address,bytes8,uint8,bytes32,bytes32,uint64,uint64,uint64)
struct KeyAdded {
    Address hospital{};
    FixedBytes<8> kid{};
    std::uint8_t purposes{};
    Hash32 x{};
    Hash32 y{};
    std::uint64_t not_before{};
    std::uint64_t not_after{};
    std::uint64_t time{};

    static const Hash32& topic();
    static Result<KeyAdded> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const KeyAdded&, const KeyAdded&) = default;
};

// event KeyReinstated(address,bytes8,uint64)
struct KeyReinstated {
    Address hospital{};
    FixedBytes<8> kid{};
    std::uint64_t time{};

    static const Hash32& topic();
    static Result<KeyReinstated> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const KeyReinstated&, const KeyReinstated&) = default;
};

// event KeyRevoked(address,bytes8,uint64,uint64)
struct KeyRevoked {
    Address hospital{};
    FixedBytes<8> kid{};
    std::uint64_t from{};
    std::uint64_t time{};

    static const Hash32& topic();
    static Result<KeyRevoked> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const KeyRevoked&, const KeyRevoked&) = default;
};

// event KeySuspended(address,bytes8,uint64)
struct KeySuspended {
    Address hospital{};
    FixedBytes<8> kid{};
    std::uint64_t time{};

    static const Hash32& topic();
    static Result<KeySuspended> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const KeySuspended&, const KeySuspended&) = default;
};

// event ListKeyChanged(address,address)
struct ListKeyChanged {
    Address previous{};
    Address current{};

    static const Hash32& topic();
    static Result<ListKeyChanged> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const ListKeyChanged&, const ListKeyChanged&) = default;
};

} // namespace salus::eth::contracts::accreditation
