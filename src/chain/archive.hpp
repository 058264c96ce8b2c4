#pragma once
// Typed reads of what is stored, and the writing of one block. Thread-safe.

#include "chain/records.hpp"

namespace salus::chain {

class Archive {
public:
    explicit Archive(const store::Reader& reader) : reader_(reader) {}

    Result<std::optional<HeaderInfo>> header(std::uint64_t number) const;
    Result<std::optional<std::uint64_t>> number_of(const Hash32& block_hash) const;
    Result<std::optional<Position>> position_of(const Hash32& transaction_hash) const;
    Result<std::optional<TransactionInfo>> transaction(const HeaderInfo& block,
                                                       std::uint64_t index) const;
    Result<std::optional<ReceiptInfo>> receipt(const HeaderInfo& block, std::uint64_t index) const;
    // All of a block, in order; kDamaged when one is missing.
    Result<std::vector<TransactionInfo>> transactions(const HeaderInfo& block) const;
    Result<std::vector<ReceiptInfo>> receipts(const HeaderInfo& block) const;
    Result<BodyRest> body_rest(std::uint64_t number) const;
    Result<std::optional<Signature65>> seal(std::uint64_t number) const;
    Result<Bytes> code(const Hash32& code_hash) const; // state::kMissingCode, kDamaged
    // Headers from `first` to `last` in order until `visit` returns false.
    Status headers(std::uint64_t first, std::uint64_t last,
                   const std::function<bool(const HeaderInfo&)>& visit) const;

private:
    const store::Reader& reader_;
};

// The block whose state is stored (meta/state). kDamaged.
Result<HeaderInfo> stored_block(const store::Reader& reader);

Place place_of(const HeaderInfo& block, std::uint64_t index);

// Bytes of the block's RLP, from the sizes of its encoded transactions.
std::uint64_t block_size(const state::BlockHeader& header, std::span<const ByteView> raws);

// Everything of a block but its state: header, number, transactions, receipts, places, head mark.
struct Assembled; // assembly.hpp
void put_block(store::WriteBatch& batch, const Assembled& of, std::span<const ByteView> raws,
               const std::optional<Signature65>& seal);
// Takes a canonical block out again: what put_block wrote, but for the head mark.
void erase_block(store::WriteBatch& batch, const Assembled& of);

} // namespace salus::chain
