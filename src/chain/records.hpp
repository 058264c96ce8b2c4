#pragma once
// The bytes on disk. Every value but trie nodes and code (which their hash names) ends with a
// 32-bit checksum over column, key and value, so that damage and values in a wrong place are found
// whatever the engine below does. Integers in keys are big-endian, so that scans go in order.
//
// The state is kept three times over: flat, for reads; as tries, one node a place, for roots and
// proofs; and as what each block found before it changed it, for reads of old blocks. All three
// stand at the block that meta/state names; account and slot are keccak256 of address and slot.
//
// column        key                    value
// headers       number:8               rlp [hash, size, transaction count, header]
// numbers       block hash:32          number:8
// transactions  number:8 index:4       rlp [hash, sender, effective gas price, raw transaction]
// receipts      number:8 index:4       rlp [hash, sender, to, contract, type, success, state root
// or
//                                      empty, cumulative gas, gas, effective gas price, first log
//                                      index, logs]
// places        transaction hash:32    number:8 index:4
// bodies        number:8               rlp [ommers, withdrawals], where there are any
// nodes         0 path, or             the trie node; path: a byte each nibble
//               1 account:32 path
// accounts      account:32             rlp account
// storage       account:32 slot:32     the value without leading zeros
// account_was   account:32 number:8    rlp account before that block; empty: none
// storage_was   account:32 slot:32     the value before that block; empty: zero
//               number:8
// touched       number:8               rlp [[account, [slot, …]], …] of the newest kTouchedBlocks
// code          keccak256:32           the code
// seals         number:8               r‖s‖v:65
// journal       arrival:8              a raw transaction that was accepted and is not sealed yet
// log_index     item:8 number:8        nothing; the block has a log of the address or topic whose
//                                      keccak256 begins with `item`
// meta          name                   format, genesis, head, state

#include "chain/types.hpp"
#include "store/key_value.hpp"

namespace salus::chain {

enum class Kind : store::Column {
    headers,
    numbers,
    transactions,
    receipts,
    places,
    bodies,
    nodes,
    accounts,
    storage,
    account_was,
    storage_was,
    touched,
    code,
    seals,
    journal,
    log_index,
    meta,
};
inline constexpr std::uint64_t kFormat = 3;
inline constexpr std::uint64_t kTouchedBlocks = 1024;
inline constexpr std::string_view kMetaFormat = "format";
inline constexpr std::string_view kMetaGenesis = "genesis";
inline constexpr std::string_view kMetaHead = "head";
inline constexpr std::string_view kMetaState = "state";

constexpr store::Column column(Kind kind) {
    return static_cast<store::Column>(kind);
}

FixedBytes<8> number_key(std::uint64_t number);
std::uint64_t number_of_key(ByteView key); // the first 8 bytes
FixedBytes<12> item_key(std::uint64_t number, std::uint64_t index);
FixedBytes<64> slot_key(const Hash32& account, const Hash32& slot);
FixedBytes<40> account_was_key(const Hash32& account, std::uint64_t number);
FixedBytes<72> storage_was_key(const Hash32& account, const Hash32& slot, std::uint64_t number);

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

// Ommers and withdrawals, the parts of a body that are not transactions.
struct BodyRest {
    std::vector<state::BlockHeader> ommers;
    std::vector<state::Withdrawal> withdrawals;
};
Bytes encode_record(const BodyRest& rest);
Result<BodyRest> decode_body_record(ByteView value);

struct Touched { // the accounts that a block changed, each with its slots
    std::map<Hash32, std::vector<Hash32>> accounts;
};
Bytes encode_record(const Touched& touched);
Result<Touched> decode_touched_record(ByteView value);

struct Position {
    std::uint64_t number = 0;
    std::uint64_t index = 0;
};
Position position_of_key(ByteView item_key);

} // namespace salus::chain
