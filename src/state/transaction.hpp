#pragma once
// Ethereum transactions of every mainnet type, their encodings, hashes, signatures and the gas
// they cost before any code runs. All functions are pure and thread-safe.
// Sources: Yellow Paper 4.2 and appendix F; EIP-2, 155, 2718, 2930, 1559, 4844, 7702.

#include <optional>

#include "base/bytes.hpp"
#include "base/uint256.hpp"
#include "crypto/secp256k1.hpp"
#include "evm/host.hpp"

namespace salus::state {

inline constexpr ErrorKind kUnknownType{"transaction.unknown_type", "EIP-2718: types 0 to 4"};
inline constexpr ErrorKind kMalformed{"transaction.malformed", "EIP-2718: payload of its type"};
inline constexpr ErrorKind kBadSignatureValue{"transaction.bad_signature",
                                              "Yellow Paper F; EIP-2: 0 < r < n, 0 < s <= n/2"};
inline constexpr ErrorKind kBadV{"transaction.bad_v",
                                 "EIP-155: v is 27, 28 or 2*chain_id + 35 or + 36"};
inline constexpr ErrorKind kTransactionTooLarge{"transaction.too_large", "size limit of the pool"};

enum class TransactionType : std::uint8_t {
    legacy = 0,
    access_list = 1, // EIP-2930
    dynamic_fee = 2, // EIP-1559
    blob = 3,        // EIP-4844
    set_code = 4,    // EIP-7702
};

struct AccessEntry {
    Address address;
    std::vector<uint256> keys;
    friend bool operator==(const AccessEntry&, const AccessEntry&) = default;
};

struct Authorization { // EIP-7702
    uint256 chain_id;  // 0: any chain
    Address address;   // the delegate; zero clears
    std::uint64_t nonce = 0;
    Byte y_parity = 0;
    uint256 r, s;
    friend bool operator==(const Authorization&, const Authorization&) = default;
};

struct Transaction {
    TransactionType type = TransactionType::legacy;
    std::optional<uint256> chain_id; // none: legacy without EIP-155
    std::uint64_t nonce = 0;
    uint256 max_priority_fee_per_gas; // types 0 and 1: the gas price, as max_fee_per_gas
    uint256 max_fee_per_gas;
    std::uint64_t gas_limit = 0;
    std::optional<Address> to; // none: creation
    uint256 value;
    Bytes data;
    std::vector<AccessEntry> access_list;
    uint256 max_fee_per_blob_gas;
    std::vector<Hash32> blob_hashes;
    std::vector<Authorization> authorizations;
    Byte y_parity = 0;
    uint256 r, s;

    bool has_dynamic_fee() const { return type >= TransactionType::dynamic_fee; }
    friend bool operator==(const Transaction&, const Transaction&) = default;
};

// The canonical encoding (EIP-2718 envelope): what is hashed, sent and put into the trie.
Bytes encode(const Transaction& transaction);
// Exactly one transaction; kUnknownType, kMalformed, kBadV or an rlp.* error.
Result<Transaction> decode_transaction(ByteView raw);
Hash32 hash(const Transaction& transaction);
Hash32 signing_hash(const Transaction& transaction);

// The signer. kBadSignatureValue for r, s out of range, high s (from Homestead on, EIP-2), or
// no key that signed.
Result<Address> recover_sender(const Transaction& transaction,
                               evm::Revision revision = evm::Revision::osaka);
// Sets y_parity, r and s.
Status sign(Transaction& transaction, const crypto::SecretKey32& key);

// EIP-7702: the signer of an authorization; the same errors.
Hash32 signing_hash(const Authorization& authorization);
Result<Address> recover_authority(const Authorization& authorization);
Status sign(Authorization& authorization, const crypto::SecretKey32& key);

// The address of a contract that `sender` creates with its `nonce` (Yellow Paper 7).
Address contract_address(const Address& sender, std::uint64_t nonce);
Address contract_address2(const Address& sender, const uint256& salt, const Hash32& init_code_hash);

struct IntrinsicGas {
    std::uint64_t gas = 0;   // charged before execution
    std::uint64_t floor = 0; // EIP-7623: the least a transaction pays; 0 before Prague
};
IntrinsicGas intrinsic_gas(const Transaction& transaction, evm::Revision revision);

inline constexpr std::uint64_t kMaxTransactionGas = std::uint64_t{1} << 24; // EIP-7825, Osaka
inline constexpr std::uint64_t kMaxInitCodeSize = 49152;                    // EIP-3860, Shanghai
inline constexpr std::uint64_t kGasPerBlob = 131072;                        // EIP-4844

} // namespace salus::state
