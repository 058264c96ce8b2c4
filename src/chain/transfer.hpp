#pragma once
// Blocks out of a store and into a chain: export and import as other clients do (the RLP of one
// block after the other, genesis left out), and the repair of a damaged store by running what is
// whole of it again.

#include <iosfwd>

#include "chain/chain.hpp"
#include "chain/check.hpp"

namespace salus::chain {

inline constexpr ErrorKind kTruncated{"transfer.truncated", "the file ends within a block"};
inline constexpr ErrorKind kNotABlock{"transfer.not_a_block", "RLP of a block (Yellow Paper 4.4)"};
inline constexpr ErrorKind kBlockRefused{"transfer.block_refused", "Ethereum's rules for blocks"};
inline constexpr ErrorKind kFileFailed{"transfer.file", "the file could not be read or written"};

using TransferProgress = std::function<void(std::uint64_t number)>;

Result<std::uint64_t> head_number(const store::Reader& reader); // kDamaged

// Writes blocks first to last. kFileFailed, kDamaged.
Status export_blocks(const store::Reader& reader, std::uint64_t first, std::uint64_t last,
                     std::ostream& out, const TransferProgress& progress);

struct Transferred {
    std::uint64_t imported = 0, known = 0; // blocks
};
// Imports every block of the file into a driven chain; each becomes the head. Blocks that the chain
// has are passed over. What came before a bad block stays.
Result<Transferred> import_blocks(Chain& chain, std::istream& in, const TransferProgress& progress);

// Runs blocks 1 to `last` of a store again on a driven chain of the same genesis, with their seals.
Status run_blocks(const store::Reader& from, std::uint64_t last, Chain& chain,
                  const TransferProgress& progress);
// Makes wait in `to` what waits in `from`, after what the blocks first to last hold, which are
// lost: as far as it is readable. How many transactions.
Result<std::uint64_t> copy_waiting(const store::Reader& from, std::uint64_t first,
                                   std::uint64_t last, store::KeyValue& to);
// Copies a whole store, entry by entry.
Status copy_store(const store::Reader& from, store::KeyValue& to, const TransferProgress& progress);

} // namespace salus::chain
