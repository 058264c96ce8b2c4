#pragma once
// A node's signed word that it erased records. It says that the node destroyed the keys and
// ciphertexts that it had; it cannot prove that nobody kept a copy. Pure; docs/records-vault.md.
//
// version u8 (1) ‖ chain 32 ‖ erasure block 32 (or zeros) ‖ time u64 (ms) ‖ number u32 ‖
// digests 32 each, rising ‖ node 20 ‖ signature 65
//
// EIP-712 in the ledger's domain: PurgeReceipt(bytes32 chain,bytes32 erasureBlock,uint64 time,
// uint32 count,bytes32 digests), the last being the RFC 9162 root over the digests.

#include "ledger/block.hpp"

namespace salus::vault {

inline constexpr ErrorKind kBadReceipt{"receipt.malformed", "docs/records-vault.md: purge receipt"};
inline constexpr ErrorKind kBadReceiptSignature{
    "receipt.signature", "docs/records-vault.md: signed by the node it names"};

struct PurgeReceipt {
    ledger::PrivateChainId chain;
    ledger::BlockHash block;     // the block that tells of it; zero where none does
    std::uint64_t time = 0;      // milliseconds
    std::vector<Hash32> digests; // of the erased records, rising
    Address node;
    envelope::WalletSignature signature;
    friend bool operator==(const PurgeReceipt&, const PurgeReceipt&) = default;
};

// Sets the node and the signature; sorts the digests.
Result<PurgeReceipt> sign_receipt(PurgeReceipt receipt, const crypto::SecretKey32& node,
                                  const ledger::Domain& domain);
Status check_receipt(const PurgeReceipt& receipt, const ledger::Domain& domain);

Bytes encode(const PurgeReceipt& receipt);
Result<PurgeReceipt> decode_receipt(ByteView input); // kBadReceipt

} // namespace salus::vault
