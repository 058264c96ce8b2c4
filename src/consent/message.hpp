#pragma once
// What is signed for the contract Consent (contracts/src/Consent.sol), and what guardians sign
// beside a grant: EIP-712 within the domain {"Salus Consent", "1", chain id, contract}.

#include "consent/grant.hpp"
#include "envelope/eip191.hpp"

namespace salus::consent {

inline constexpr ErrorKind kNamesAreHidden{"consent.names_hidden",
                                           "a node's copy of a grant cannot be shown to be signed"};

struct Place { // the contract
    std::uint64_t chain_id = 0;
    Address contract;
};
envelope::Eip712Domain consent_domain(const Place& place);

struct Ends {                   // of every message
    uint256 nonce;              // one that the signer has not used; no order
    std::uint64_t deadline = 0; // Unix seconds: the last in which it is taken
};

// Digests to be signed.
Hash32 give_digest(const Place& place, const Grant& grant, const Ends& ends);
// The same of a grant that only its hash and term are known of.
Hash32 give_digest(const Place& place, const Hash32& grant_hash, std::uint64_t from,
                   std::uint64_t until, const Ends& ends);
Hash32 revoke_digest(const Place& place, const Address& grantor, const Hash32& grant_hash,
                     const Ends& ends);
Hash32 opt_in_digest(const Place& place, const Address& account, const Hash32& emergency_hash,
                     std::uint32_t delay, std::uint32_t window, const Ends& ends);
Hash32 opt_out_digest(const Place& place, const Address& account, const Hash32& emergency_hash,
                      const Ends& ends);
struct BreakGlass {
    Address account;
    Hash32 emergency_hash;
    Address first, second; // two institutions
    Hash32 reason;         // salted digest of who was there and why
};
Hash32 break_glass_digest(const Place& place, const BreakGlass& what, const Ends& ends);
Hash32 announce_digest(const Place& place, const Address& account, const Hash32& keys,
                       std::uint64_t epoch, const Ends& ends);
// By the guardian whom the grant names, on top of the grantor's signature.
Hash32 vouch_digest(const Place& place, const Hash32& grant_hash);

// The parameter of eth_signTypedData_v4 for give_digest: a wallet shows the grant itself.
Result<codec::json::object> give_typed_data(const Place& place, const Grant& grant,
                                            const Ends& ends);

// Of an account with a key (no ERC-1271).
bool signed_by(const Address& account, const Hash32& digest, ByteView signature);

// A revocation as it travels between nodes: each obeys it on receipt, whatever the chain says yet.
struct SignedRevocation {
    Address grantor;
    Hash32 grant_hash;
    Ends ends;
    Bytes signature;
};
// Whether the grantor signed it. The deadline bounds the relaying to the chain, not the obeying.
bool is_genuine(const Place& place, const SignedRevocation& revocation);

} // namespace salus::consent
