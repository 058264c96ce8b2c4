#pragma once
// A block of a private chain, byte by byte (docs/records.md, "Blocks"). All pure and thread-safe.
//
// header = version u8 (1) ‖ kind u8 ‖ chain id 32 ‖ height u64 ‖ number of parents u8 ‖ parents 32
// each ‖
//          time u64 ‖ nonce 16 ‖ entries' root 32 ‖ number of entries u32 ‖ author 20
// block  = header ‖ author's signature 65 (r‖s‖v) ‖ entries
// entry  = kind u8 ‖ digest 32 ‖ length of sealed u32 ‖ sealed
//
// A block is known by the SHA-256 of its header; a chain by that of its first block, the genesis.
// The entries' root is that of RFC 9162 over the entries' bytes. The author signs EIP-712
// SealBlock(bytes32 block) in the domain "Salus Ledger" of the node's anchor contract.

#include <span>

#include "envelope/eip191.hpp"
#include "envelope/eip712.hpp"
#include "merkle/proof.hpp"

namespace salus::ledger {

inline constexpr ErrorKind kBadBlock{"ledger.malformed", "docs/records.md: blocks"};
inline constexpr ErrorKind kBadVersion{"ledger.unknown_version", "docs/records.md: version 1"};
inline constexpr ErrorKind kBadParents{
    "ledger.parents", "docs/records.md: 1 to 64 parents, rising, none in a genesis"};
inline constexpr ErrorKind kBadEntriesRoot{"ledger.entries_root",
                                           "docs/records.md: RFC 9162 root of the entries"};
inline constexpr ErrorKind kBadAuthor{"ledger.author", "docs/records.md: the author's signature"};

inline constexpr std::size_t kMaxParents = 64;
inline constexpr std::size_t kMaxEntries = 10'000;
inline constexpr std::size_t kMaxSealed = 64 * 1024;       // bytes of one entry
inline constexpr std::size_t kMaxBlock = 16 * 1024 * 1024; // bytes

enum class ChainKind : std::uint8_t { patient = 1, hospital = 2 };

enum class EntryKind : std::uint8_t {
    keys = 1,        // the patient's public keys, the first entry of a chain
    particulars = 2, // name, gender, photo, bound documents
    record_added = 3,
    record_erased = 4,
    access_granted = 5,
    access_revoked = 6,
    record_read = 7,
    key_rotated = 8,
    emergency = 9,
};

struct Entry {
    EntryKind kind = EntryKind::record_added;
    Hash32 digest; // of the vault's ciphertext; zero where there is none
    Bytes sealed;  // what only the patient, and whom the patient lets, can open
    friend bool operator==(const Entry&, const Entry&) = default;
};

using BlockHash = Hash32;
using PrivateChainId = Hash32;
using Nonce = FixedBytes<16>;

struct Header {
    ChainKind kind = ChainKind::patient;
    PrivateChainId chain;           // zero in a genesis
    std::uint64_t height = 0;       // one more than the highest parent; 0 is the genesis
    std::vector<BlockHash> parents; // all heads that the author had seen, rising
    std::uint64_t time = 0;         // milliseconds since 1970
    Nonce nonce;                    // random
    Hash32 entries_root;
    std::uint32_t entry_count = 0;
    Address author;
    friend bool operator==(const Header&, const Header&) = default;
};

struct Block {
    Header header;
    envelope::WalletSignature signature;
    std::vector<Entry> entries;
    friend bool operator==(const Block&, const Block&) = default;
};

Bytes encode(const Entry& entry);
Bytes encode(const Header& header);
Bytes encode(const Block& block);
// Bounds, order of parents, known kinds, the entries' number and root. Signatures: check_author.
Result<Block> decode_block(ByteView input);
// A header alone, as proofs have it.
Result<Header> decode_header(ByteView input);

BlockHash hash_of(const Header& header);
// The chain that a block belongs to: a genesis founds its own.
PrivateChainId chain_of(const Header& header);
// Hashes of the leaves, for proofs of single entries (merkle/proof.hpp).
std::vector<Hash32> entry_leaves(std::span<const Entry> entries);

// Where signatures count: the public chain and the anchor contract of the node.
struct Domain {
    std::uint64_t chain_id = 0;
    Address anchor;
};
// What the author signs.
Hash32 seal_digest(const BlockHash& block, const Domain& domain);
// Sets the entries' number and root, the author and the signature.
Result<Block> seal(Header header, std::vector<Entry> entries, const crypto::SecretKey32& key,
                   const Domain& domain);
Status check_author(const Block& block, const Domain& domain); // kBadAuthor

} // namespace salus::ledger
