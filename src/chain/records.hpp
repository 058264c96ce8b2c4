#pragma once
// The bytes on disk. Every value but trie nodes and code (which their hash names) ends with a
// 32-bit checksum over column, key and value, so that damage and values in a wrong place are found
// whatever the engine below does. Integers in keys are big-endian, so that scans go in order.
//
// column        key                    value
// headers       number:8               rlp [hash, size, transaction count, header]
// numbers       block hash:32          number:8
// transactions  number:8 index:4       rlp [hash, sender, effective gas price, raw transaction]
// receipts      number:8 index:4       rlp [hash, sender, to, contract, type, success, cumulative
//                                      gas, gas, effective gas price, first log index, logs]
// places        transaction hash:32    number:8 index:4
// nodes         keccak256:32           the trie node
// accounts      address:20             rlp account; storage root zero: has storage (flat, at head)
// storage       address:20 slot:32     the value without leading zeros (flat, at head)
// code          keccak256:32           the code
// seals         number:8               r‖s‖v:65
// journal       arrival:8              a raw transaction that was accepted and is not sealed yet
// meta          name                   format, genesis, head

#include "chain/types.hpp"
#include "store/key_value.hpp"

namespace salus::chain {

enum class Kind : store::Column {
    headers,
    numbers,
    transactions,
    receipts,
    places,
    nodes,
    accounts,
    storage,
    code,
    seals,
    journal,
    meta,
};
inline constexpr std::uint64_t kFormat = 1;
inline constexpr std::string_view kMetaFormat = "format";
inline constexpr std::string_view kMetaGenesis = "genesis";
inline constexpr std::string_view kMetaHead = "head";

constexpr store::Column column(Kind kind) {
    return static_cast<store::Column>(kind);
}

FixedBytes<8> number_key(std::uint64_t number);
std::uint64_t number_of_key(ByteView key); // the first 8 bytes
FixedBytes<12> item_key(std::uint64_t number, std::uint64_t index);
FixedBytes<52> slot_key(const Address& address, const uint256& slot);

// Puts a value with its checksum.
void put_record(store::WriteBatch& batch, Kind kind, ByteView key, Bytes value);
// The value without its checksum; kDamaged when that does not hold.
Result<Bytes> open_record(Kind kind, ByteView key, Bytes stored);
Result<std::optional<Bytes>> get_record(const store::Reader& reader, Kind kind, ByteView key);

Bytes encode_record(const HeaderInfo& header);
Result<HeaderInfo> decode_header_record(ByteView value); // checks the hash

Bytes encode_record(const TransactionInfo& transaction, ByteView raw);
Result<TransactionInfo> decode_transaction_record(ByteView value, const Place& place);

Bytes encode_record(const ReceiptInfo& receipt);
Result<ReceiptInfo> decode_receipt_record(ByteView value, const Place& place);

struct Position {
    std::uint64_t number = 0;
    std::uint64_t index = 0;
};
Position position_of_key(ByteView item_key);

} // namespace salus::chain
