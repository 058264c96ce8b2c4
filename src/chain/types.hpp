#pragma once
// What the embedded chain hands out: blocks, transactions with their place, receipts, logs.
// All are values or immutable, safe to share between threads. Terms: execution-apis.

#include <functional>
#include <memory>
#include <variant>

#include "state/block.hpp"
#include "state/receipt.hpp"
#include "state/transition.hpp"
#include "state/trie.hpp"

namespace salus::chain {

// --- errors -------------------------------------------------------------------------------------
// A refused transaction carries one of these or one of state/transaction.hpp and
// state/transition.hpp (kNonceTooLow, kInsufficientFunds, kIntrinsicGas, kGasAboveCap,
// kWrongChain, kInitCodeTooLarge, kBadSignatureValue, …).

inline constexpr ErrorKind kAlreadyKnown{"pool.already_known", "the same transaction is pending"};
inline constexpr ErrorKind kUnderpriced{"pool.replacement_underpriced",
                                        "both fees 10% above those of the one it replaces"};
inline constexpr ErrorKind kOversized{"pool.oversized", "128 KiB a transaction"};
inline constexpr ErrorKind kPoolFull{"pool.full", "limit of pending transactions, and of bytes"};
inline constexpr ErrorKind kSenderFull{"pool.sender_full", "limit of pending ones of one sender"};
inline constexpr ErrorKind kGappedFull{"pool.gapped_full",
                                       "limit of those that wait for a missing nonce"};
inline constexpr ErrorKind kEvicted{"pool.evicted",
                                    "waited for a missing nonce when the pool was full"};
inline constexpr ErrorKind kNonceTooFar{"pool.nonce_too_far", "limit of the gap to the account"};
inline constexpr ErrorKind kGasAbovePool{"pool.gas_above_limit",
                                         "half of the block's gas limit: the base fee stays 0"};
inline constexpr ErrorKind kBlobRefused{"pool.blob_refused", "this chain takes no EIP-4844 blobs"};
inline constexpr ErrorKind kUnprotected{"pool.unprotected", "EIP-155: the chain id is required"};

inline constexpr ErrorKind kUnknownBlock{"chain.unknown_block", "execution-apis: block not found"};
inline constexpr ErrorKind kRangeTooWide{"chain.range_too_wide", "limit of blocks in one query"};
inline constexpr ErrorKind kTooManyResults{"chain.too_many_results", "limit of one query's logs"};
inline constexpr ErrorKind kBadRange{"chain.bad_range", "fromBlock is not after toBlock"};
inline constexpr ErrorKind kBadPercentiles{"chain.bad_percentiles",
                                           "eth_feeHistory: ascending, 0 to 100, at most 100"};
inline constexpr ErrorKind kUnknownTransaction{"chain.unknown_transaction",
                                               "no sealed transaction has this hash"};
inline constexpr ErrorKind kOtherGenesis{"chain.other_genesis",
                                         "a data directory belongs to one genesis"};
inline constexpr ErrorKind kOtherFormat{"chain.other_format",
                                        "the data directory was written by another version"};
inline constexpr ErrorKind kUnknownParent{"chain.unknown_parent", "the parent was not imported"};
inline constexpr ErrorKind kNotDriven{"chain.not_driven", "this chain seals its own blocks"};
inline constexpr ErrorKind kTooOld{"chain.too_old", "the tries of old blocks are not kept"};
inline constexpr ErrorKind kGenesisTrace{"chain.genesis_not_traceable",
                                         "the genesis block has no transactions"};
inline constexpr ErrorKind kTimeout{"chain.timeout", "limit of the time of one call or trace"};
inline constexpr ErrorKind kNotPrecompile{"simulate.not_a_precompile",
                                          "execution-apis: movePrecompileToAddress"};
inline constexpr ErrorKind kOverriddenTwice{"simulate.already_overridden",
                                            "execution-apis: movePrecompileToAddress"};
inline constexpr ErrorKind kDamaged{"chain.damaged", "stored data does not fit together"};
inline constexpr ErrorKind kClosed{"chain.closed", "the chain has stopped"};

// --- naming a block -----------------------------------------------------------------------------

// On a sealed chain safe and finalized are latest: no reorganisations, every block durable.
enum class Tag : std::uint8_t { latest, earliest, safe, finalized, pending };
using BlockId = std::variant<Tag, std::uint64_t, Hash32>; // tag, number or hash

// --- blocks -------------------------------------------------------------------------------------

using Signature65 = FixedBytes<65>; // r‖s‖v, v is 27 or 28

struct Place { // of a transaction in a sealed block
    std::uint64_t block_number = 0;
    Hash32 block_hash;
    std::uint64_t index = 0;
    std::uint64_t timestamp = 0; // of the block
};

struct TransactionInfo {
    state::Transaction transaction;
    Hash32 hash;
    Address sender;
    std::optional<Place> place;  // none: pending
    uint256 effective_gas_price; // pending: the fee cap
};

struct Block {
    state::BlockHeader header; // pending: no state root, receipts root, bloom and gas used
    Hash32 hash;               // zero: pending
    std::uint64_t size = 0;    // bytes of the block's RLP
    std::vector<TransactionInfo> transactions;
    std::vector<state::BlockHeader> ommers;     // before Paris
    std::vector<state::Withdrawal> withdrawals; // empty on a sealed chain
};

struct ReceiptInfo {
    state::Receipt receipt; // status, type, cumulative gas, bloom, logs
    Hash32 transaction_hash;
    Place place;
    Address sender;
    std::optional<Address> to;
    std::optional<Address> contract_address; // of a creation, successful or not
    std::uint64_t gas_used = 0;
    uint256 effective_gas_price;
    std::uint64_t first_log_index = 0; // in the block; its logs are numbered on from here
};

struct HeaderInfo {
    state::BlockHeader header;
    Hash32 hash;
    std::uint64_t size = 0;
    std::uint64_t transaction_count = 0;
};

// --- logs ---------------------------------------------------------------------------------------

struct LogFilter {
    std::vector<Address> addresses;          // empty: any
    std::vector<std::vector<Hash32>> topics; // a position's list is "any of"; empty: any

    bool matches(const state::Log& log) const;
};
struct LogQuery {
    BlockId from = Tag::latest; // a hash in `from` means that block alone (EIP-234)
    BlockId to = Tag::latest;
    LogFilter filter;
};
struct LogInfo {
    state::Log log;
    Place place; // of its transaction
    Hash32 transaction_hash;
    std::uint64_t log_index = 0; // in the block
};
// The logs of these receipts (of one block) that the filter lets through.
std::vector<LogInfo> matching_logs(std::span<const ReceiptInfo> receipts, const LogFilter& filter);

// --- simulation ---------------------------------------------------------------------------------

// The third argument of eth_call: replaces parts of accounts before the run.
struct AccountOverride {
    std::optional<std::uint64_t> nonce;
    std::optional<uint256> balance;
    std::optional<Bytes> code;
    std::optional<std::map<uint256, uint256>> state; // instead of all of its storage
    std::map<uint256, uint256> state_diff;           // these slots alone
    std::optional<Address> move_precompile_to;       // the account is a precompile
};
using StateOverrides = std::map<Address, AccountOverride>;

// The fourth argument of eth_call: the block that the call sees.
struct BlockOverrides {
    std::optional<std::uint64_t> number, time, gas_limit;
    std::optional<Address> coinbase;
    std::optional<Hash32> prev_randao;
    std::optional<uint256> base_fee, blob_base_fee;
    std::optional<Hash32> parent_beacon_root; // in eth_simulateV1 alone
    std::vector<state::Withdrawal> withdrawals;
};

struct CallOptions {
    CallOptions() = default;
    CallOptions(StateOverrides overrides) : state(std::move(overrides)) {}
    StateOverrides state;
    BlockOverrides block;
    evm::Tracer* tracer = nullptr;
    // Asked at every read of the state; once it says true the run ends with kTimeout. Gas bounds
    // what a run can do between two reads. None: never.
    std::function<bool()> expired;
};

struct Estimate { // success: `gas` is the least limit that succeeds
    evm::Status status = evm::Status::success;
    std::uint64_t gas = 0;
    Bytes output; // revert data where status is revert
};

struct FeeHistory { // eth_feeHistory
    std::uint64_t oldest_block = 0;
    std::vector<uint256> base_fees;            // one more than blocks: the next block's too
    std::vector<double> gas_used_ratios;       // one a block
    std::vector<uint256> blob_base_fees;       // one more than blocks
    std::vector<double> blob_gas_used_ratios;  // one a block
    std::vector<std::vector<uint256>> rewards; // a list a block, empty without percentiles
};

// --- pool ---------------------------------------------------------------------------------------

struct PoolContent { // by sender, by nonce
    using BySender =
        std::map<Address, std::map<std::uint64_t, std::shared_ptr<const TransactionInfo>>>;
    BySender pending; // may enter the next blocks
    BySender queued;  // wait for a missing nonce
};
struct PoolStatus {
    std::size_t pending = 0, queued = 0;
};

} // namespace salus::chain
