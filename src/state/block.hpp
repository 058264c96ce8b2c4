#pragma once
// Blocks and headers of every mainnet fork to Osaka, their RLP and hashes.
// Sources: Yellow Paper 4.4; EIP-1559, 4399, 4895, 4844, 4788, 7685.

#include "state/transaction.hpp"

namespace salus::state {

// keccak256(rlp([])), the ommers hash of a block without ommers.
inline constexpr Hash32 kEmptyOmmersHash{{0x1d, 0xcc, 0x4d, 0xe8, 0xde, 0xc7, 0x5d, 0x7a,
                                          0xab, 0x85, 0xb5, 0x67, 0xb6, 0xcc, 0xd4, 0x1a,
                                          0xd3, 0x12, 0x45, 0x1b, 0x94, 0x8a, 0x74, 0x13,
                                          0xf0, 0xa1, 0x42, 0xfd, 0x40, 0xd4, 0x93, 0x47}};

struct BlockHeader {
    Hash32 parent_hash;
    Hash32 ommers_hash = kEmptyOmmersHash;
    Address coinbase;
    Hash32 state_root;
    Hash32 transactions_root;
    Hash32 receipts_root;
    Bloom logs_bloom;
    uint256 difficulty; // 0 from Paris on
    std::uint64_t number = 0;
    std::uint64_t gas_limit = 0;
    std::uint64_t gas_used = 0;
    std::uint64_t timestamp = 0; // Unix seconds
    Bytes extra_data;            // at most 32 bytes
    Hash32 prev_randao;          // mixHash before Paris
    FixedBytes<8> nonce;
    // Each is present from its fork on, and then all before it are.
    std::optional<uint256> base_fee_per_gas;        // London
    std::optional<Hash32> withdrawals_root;         // Shanghai
    std::optional<std::uint64_t> blob_gas_used;     // Cancun
    std::optional<std::uint64_t> excess_blob_gas;   // Cancun
    std::optional<Hash32> parent_beacon_block_root; // Cancun
    std::optional<Hash32> requests_hash;            // Prague
    friend bool operator==(const BlockHeader&, const BlockHeader&) = default;
};

struct Withdrawal { // EIP-4895
    std::uint64_t index = 0;
    std::uint64_t validator_index = 0;
    Address address;
    std::uint64_t amount_gwei = 0;
    friend bool operator==(const Withdrawal&, const Withdrawal&) = default;
};

struct Block {
    BlockHeader header;
    std::vector<Transaction> transactions;
    std::vector<BlockHeader> ommers;
    std::optional<std::vector<Withdrawal>> withdrawals; // present from Shanghai on
    friend bool operator==(const Block&, const Block&) = default;
};

Bytes encode(const BlockHeader& header);
Bytes encode(const Withdrawal& withdrawal);
Bytes encode(const Block& block);
Result<BlockHeader> decode_header(ByteView raw);
Result<Block> decode_block(ByteView raw);
Hash32 hash(const BlockHeader& header);
Hash32 ommers_hash(std::span<const BlockHeader> ommers); // keccak256 of the list's RLP

} // namespace salus::state
