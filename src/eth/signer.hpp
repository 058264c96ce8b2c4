#pragma once
// An account that signs type-2 transactions (EIP-1559, EIP-2718). Pure; thread-safe.

#include "base/uint256.hpp"
#include "crypto/secret.hpp"

namespace salus::eth {

struct TransactionRequest {
    std::uint64_t chain_id = 0;
    std::uint64_t nonce = 0;
    uint256 max_priority_fee_per_gas;
    uint256 max_fee_per_gas;
    std::uint64_t gas = 0;
    std::optional<Address> to; // none: creation
    uint256 value;
    Bytes data;
};

struct SignedTransaction {
    Bytes raw; // 0x02 ‖ rlp([...])
    Hash32 hash;
    std::uint64_t nonce = 0;
};

class Signer {
public:
    // secp256k1::kBadSecretKey where the key is not in range.
    static Result<Signer> from_key(crypto::SecretKey32 key);

    const Address& address() const { return address_; }
    Result<SignedTransaction> sign(const TransactionRequest& request) const;
    // r ‖ s ‖ v (27 or 28) over a digest that the caller made (EIP-191, EIP-712).
    Result<FixedBytes<65>> sign_digest(const Hash32& digest) const;

private:
    Signer(crypto::SecretKey32 key, const Address& address);

    crypto::SecretKey32 key_;
    Address address_;
};

// The address of a contract created by `sender` at `nonce` (Yellow Paper 7).
Address create_address(const Address& sender, std::uint64_t nonce);

} // namespace salus::eth
