#pragma once
// Whom a verifier trusts: the accredited hospitals and their keys as they stood in one block, as a
// file that works without a network, signed by the list key that the authority put on chain.
//
// File: {"list": {...}, "signature": "0x…"}. The signature is EIP-712 (domain "Salus Trust List",
// version 1, chain id, verifying contract = Accreditation; TrustList(bytes32 digest,uint64
// blockNumber,uint64 exportedAt), digest = SHA-256 of the list's canonical JSON). Version 2 has
// each key's certificate, purposes, suspensions and the date from which it is revoked; version 1 is
// read.

#include <optional>

#include "eth/chain.hpp"
#include "eth/signer.hpp"
#include "passport/hcert.hpp"
#include "passport/purposes.hpp"

namespace salus::passport {

inline constexpr ErrorKind kBadTrustList{"trust_list.malformed",
                                         "Salus trust list, version 1 or 2"};
inline constexpr ErrorKind kTrustListSignature{"trust_list.signature_wrong",
                                               "EIP-712 by the pinned list key"};
inline constexpr ErrorKind kTrustListPin{"trust_list.wrong_pin",
                                         "the chain, contract or list key that was pinned"};

// The state of a hospital or a key from `at` on, until the next change.
struct AccreditationChange {
    std::uint64_t at = 0;
    bool active = false;
    friend bool operator==(const AccreditationChange&, const AccreditationChange&) = default;
};

struct TrustedKey {
    Kid kid;
    crypto::p256::PublicKey key;
    std::uint64_t not_before = 0, not_after = 0; // Unix seconds, both included
    std::uint64_t added_at = 0;
    std::uint64_t revoked_at = 0;             // when that was decided; 0: not revoked
    std::uint64_t revoked_from = 0;           // the last second in which what it signed counts
    Purposes purposes = 0;                    // of the contract and the certificate
    std::vector<AccreditationChange> history; // suspensions, ascending; none: never suspended
    // DER, as the authority put it on chain, and unchecked: a certificate that does not parse or
    // holds another key makes no list invalid. Empty where there is none.
    Bytes certificate;

    bool active() const { return revoked_at == 0 && (history.empty() || history.back().active); }
};

struct TrustedHospital {
    Address account;
    std::string name, country;
    std::vector<AccreditationChange> history; // ascending
    std::vector<TrustedKey> keys;

    bool active() const { return !history.empty() && history.back().active; }
};

struct TrustList {
    std::uint64_t chain_id = 0;
    Address accreditation, vaccine_passport;
    std::uint64_t block_number = 0, block_timestamp = 0;
    Hash32 block_hash;
    std::int64_t exported_at = 0; // Unix seconds
    std::vector<TrustedHospital> hospitals;
};

struct TrustPins { // absent: not pinned
    std::optional<std::uint64_t> chain_id;
    std::optional<Address> vaccine_passport;
    std::optional<Address> list_key;
};

// As the contracts stand in the chain's head.
Result<TrustList> read_trust_list(eth::Chain& chain, const Address& accreditation,
                                  const Address& vaccine_passport, std::int64_t now);

codec::Json trust_list_json(const TrustList& list);
// The signed file's text.
Result<std::string> export_trust_list(const TrustList& list, const eth::Signer& list_key);

struct SignedTrustList {
    TrustList list;
    Address signer;
};
// Parses, verifies the signature and the pins. At most 64 MiB.
Result<SignedTrustList> open_trust_list(std::string_view text, const TrustPins& pins);

} // namespace salus::passport
