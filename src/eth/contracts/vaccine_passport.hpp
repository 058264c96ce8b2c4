#pragma once
// clang-format off
// Written by tools/bindings.mjs from contracts/src/VaccinePassport.sol. Do not edit.

#include <span>
#include <string_view>

#include "eth/contract_binding.hpp"

namespace salus::eth::contracts::vaccine_passport {

// The creation code, followed by the constructor's arguments.
Bytes creation_code(const Address& accreditation);
// Of all custom errors: "Name(type,type)".
std::span<const std::string_view> error_signatures();

// accreditation()
// -> (address)
Bytes encode_accreditation();
Result<Address> decode_accreditation(ByteView output);

// anchor(bytes32,uint64)
Bytes encode_anchor(const Hash32& root, std::uint64_t count);

struct AnchoredResult {
    std::uint64_t anchored_at{};
    std::uint64_t count{};
    std::uint64_t revoked_at{};
    std::uint8_t reason{};

    friend bool operator==(const AnchoredResult&, const AnchoredResult&) = default;
};

// anchored(address,bytes32)
// -> (uint64,uint64,uint64,uint8)
Bytes encode_anchored(const Address& issuer, const Hash32& root);
Result<AnchoredResult> decode_anchored(ByteView output);

// issue(bytes32)
Bytes encode_issue(const Hash32& commitment);

// issueMany(bytes32[])
Bytes encode_issue_many(std::span<const Hash32> commitments);

// revoke(address,bytes32,uint8)
Bytes encode_revoke(const Address& issuer, const Hash32& commitment, std::uint8_t reason);

// revokeAnchored(address,bytes32,bytes32[],uint256,bytes32,uint8)
Bytes encode_revoke_anchored(const Address& issuer,
                             const Hash32& root,
                             std::span<const Hash32> proof,
                             const uint256& index,
                             const Hash32& commitment,
                             std::uint8_t reason);

// revokeBatch(address,bytes32,uint8)
Bytes encode_revoke_batch(const Address& issuer, const Hash32& root, std::uint8_t reason);

// revokeMany(address,bytes32[],uint8)
Bytes encode_revoke_many(const Address& issuer,
                         std::span<const Hash32> commitments,
                         std::uint8_t reason);

struct StatusResult {
    std::uint64_t issued_at{};
    std::uint64_t revoked_at{};
    std::uint8_t reason{};

    friend bool operator==(const StatusResult&, const StatusResult&) = default;
};

// status(address,bytes32)
// -> (uint64,uint64,uint8)
Bytes encode_status(const Address& issuer, const Hash32& commitment);
Result<StatusResult> decode_status(ByteView output);

struct StatusAnchoredResult {
    std::uint64_t issued_at{};
    std::uint64_t revoked_at{};
    std::uint8_t reason{};

    friend bool operator==(const StatusAnchoredResult&, const StatusAnchoredResult&) = default;
};

// statusAnchored(address,bytes32,bytes32[],uint256,bytes32)
// -> (uint64,uint64,uint8)
Bytes encode_status_anchored(const Address& issuer,
                             const Hash32& root,
                             std::span<const Hash32> proof,
                             const uint256& index,
                             const Hash32& commitment);
Result<StatusAnchoredResult> decode_status_anchored(ByteView output);

// event Anchored(address,bytes32,uint64,uint64)
struct Anchored {
    Address issuer{};
    Hash32 root{};
    std::uint64_t count{};
    std::uint64_t anchored_at{};

    static const Hash32& topic();
    static Result<Anchored> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const Anchored&, const Anchored&) = default;
};

// event BatchRevoked(address,bytes32,address,uint8,uint64)
struct BatchRevoked {
    Address issuer{};
    Hash32 root{};
    Address by{};
    std::uint8_t reason{};
    std::uint64_t revoked_at{};

    static const Hash32& topic();
    static Result<BatchRevoked> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const BatchRevoked&, const BatchRevoked&) = default;
};

// event Issued(address,bytes32,uint64)
struct Issued {
    Address issuer{};
    Hash32 commitment{};
    std::uint64_t issued_at{};

    static const Hash32& topic();
    static Result<Issued> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const Issued&, const Issued&) = default;
};

// event Revoked(address,bytes32,address,uint8,uint64)
struct Revoked {
    Address issuer{};
    Hash32 commitment{};
    Address by{};
    std::uint8_t reason{};
    std::uint64_t revoked_at{};

    static const Hash32& topic();
    static Result<Revoked> decode(const Log& log); // kWrongEvent, abi.*

    friend bool operator==(const Revoked&, const Revoked&) = default;
};

} // namespace salus::eth::contracts::vaccine_passport
