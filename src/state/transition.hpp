#pragma once
// The state transition: what one transaction, and one block, does to a state.
// Sources: Yellow Paper 6 and 11, and the EIPs that each error cites. Pure; a BlockExecutor and
// what it runs belong to one thread at a time.

#include <functional>
#include <map>
#include <memory>
#include <set>

#include "evm/evm.hpp"
#include "state/block.hpp"
#include "state/config.hpp"
#include "state/receipt.hpp"
#include "state/view.hpp"

namespace salus::state {

// --- why a transaction is refused ---------------------------------------------------------------

inline constexpr ErrorKind kNonceTooLow{"transaction.nonce_too_low", "Yellow Paper 6.2: T_n"};
inline constexpr ErrorKind kNonceTooHigh{"transaction.nonce_too_high", "Yellow Paper 6.2: T_n"};
inline constexpr ErrorKind kNonceOverflow{"transaction.nonce_overflow", "EIP-2681"};
inline constexpr ErrorKind kInsufficientFunds{"transaction.insufficient_funds",
                                              "Yellow Paper 6.2: up-front cost; EIP-1559"};
inline constexpr ErrorKind kIntrinsicGas{"transaction.intrinsic_gas_too_low",
                                         "Yellow Paper 6.2: g_0 <= T_g"};
inline constexpr ErrorKind kFloorGas{"transaction.floor_gas_too_low", "EIP-7623"};
inline constexpr ErrorKind kGasAboveBlock{"transaction.block_gas_exceeded",
                                          "Yellow Paper 6.2: fits the gas left in the block"};
inline constexpr ErrorKind kGasAboveCap{"transaction.gas_above_cap", "EIP-7825: 2^24"};
inline constexpr ErrorKind kFeeBelowBase{"transaction.fee_cap_below_base_fee", "EIP-1559"};
inline constexpr ErrorKind kCostOverflow{"transaction.cost_overflow",
                                         "Yellow Paper 4.2: gas limit * fee below 2^256"};
inline constexpr ErrorKind kTipAboveCap{"transaction.tip_above_fee_cap", "EIP-1559"};
inline constexpr ErrorKind kSenderHasCode{"transaction.sender_not_eoa", "EIP-3607, EIP-7702"};
inline constexpr ErrorKind kInitCodeTooLarge{"transaction.init_code_too_large", "EIP-3860"};
inline constexpr ErrorKind kTypeNotActive{"transaction.type_not_active",
                                          "EIP-2930, 1559, 4844, 7702: active from their fork"};
inline constexpr ErrorKind kWrongChain{"transaction.wrong_chain_id", "EIP-155"};
inline constexpr ErrorKind kBlobNone{"transaction.no_blobs", "EIP-4844: at least one blob"};
inline constexpr ErrorKind kBlobTooMany{"transaction.too_many_blobs", "EIP-4844, EIP-7594"};
inline constexpr ErrorKind kBlobVersion{"transaction.blob_hash_version", "EIP-4844: 0x01"};
inline constexpr ErrorKind kBlobCreate{"transaction.blob_creation", "EIP-4844: `to` is required"};
inline constexpr ErrorKind kBlobFee{"transaction.blob_fee_too_low", "EIP-4844"};
inline constexpr ErrorKind kBlobGasAboveBlock{"transaction.block_blob_gas_exceeded", "EIP-4844"};
inline constexpr ErrorKind kNoAuthorizations{"transaction.no_authorizations",
                                             "EIP-7702: the list is not empty"};
inline constexpr ErrorKind kSetCodeCreate{"transaction.set_code_creation",
                                          "EIP-7702: `to` is required"};

// --- why a block is refused ---------------------------------------------------------------------

inline constexpr ErrorKind kParentHash{"block.parent_hash", "Yellow Paper 4.4: H_p"};
inline constexpr ErrorKind kBlockNumber{"block.number", "Yellow Paper 4.4.3: parent + 1"};
inline constexpr ErrorKind kTimestamp{"block.timestamp", "Yellow Paper 4.4.3: after the parent"};
inline constexpr ErrorKind kGasLimit{"block.gas_limit", "Yellow Paper 4.4.3: within 1/1024"};
inline constexpr ErrorKind kGasUsed{"block.gas_used", "Yellow Paper 4.4.3"};
inline constexpr ErrorKind kExtraData{"block.extra_data", "Yellow Paper 4.4.3: 32 bytes at most"};
inline constexpr ErrorKind kBaseFee{"block.base_fee", "EIP-1559"};
inline constexpr ErrorKind kDifficulty{"block.difficulty",
                                       "Yellow Paper 4.4.3: D(H); EIP-3675: 0, and nonce 0"};
inline constexpr ErrorKind kDaoExtraData{"block.dao_extra_data",
                                         "EIP-779: 0x64616f2d686172642d666f726b in ten blocks"};
inline constexpr ErrorKind kHeaderFields{"block.header_fields",
                                         "EIP-1559, 4895, 4844, 4788, 7685: from their fork"};
inline constexpr ErrorKind kExcessBlobGas{"block.excess_blob_gas", "EIP-4844, EIP-7918"};
inline constexpr ErrorKind kBlobGasUsed{"block.blob_gas_used", "EIP-4844"};
inline constexpr ErrorKind kTransactionsRoot{"block.transactions_root", "Yellow Paper 4.4: H_t"};
inline constexpr ErrorKind kReceiptsRoot{"block.receipts_root", "Yellow Paper 4.4: H_e"};
inline constexpr ErrorKind kLogsBloom{"block.logs_bloom", "Yellow Paper 4.4: H_b"};
inline constexpr ErrorKind kStateRoot{"block.state_root", "Yellow Paper 4.4: H_r"};
inline constexpr ErrorKind kWithdrawalsRoot{"block.withdrawals_root", "EIP-4895"};
inline constexpr ErrorKind kRequestsHash{"block.requests_hash", "EIP-7685"};
inline constexpr ErrorKind kBlockSize{"block.too_large", "EIP-7934"};
inline constexpr ErrorKind kOmmers{"block.ommers", "EIP-3675: none from Paris on"};
inline constexpr ErrorKind kOmmersHash{"block.ommers_hash", "Yellow Paper 4.4: H_o"};
inline constexpr ErrorKind kTooManyOmmers{"block.too_many_ommers", "Yellow Paper 11.1: two"};
inline constexpr ErrorKind kOmmerIncluded{"block.ommer_included",
                                          "Yellow Paper 11.1: every ommer once"};
inline constexpr ErrorKind kOmmerIsAncestor{"block.ommer_is_ancestor",
                                            "Yellow Paper 11.1: no ommer is an ancestor"};
inline constexpr ErrorKind kOmmerParent{"block.ommer_parent", "Yellow Paper 11.1: k(U, P(H)_H, 6)"};
inline constexpr ErrorKind kSystemCall{"block.system_call_failed", "EIP-7002, EIP-7251"};
inline constexpr ErrorKind kDepositLog{"block.deposit_log_malformed", "EIP-6110"};

// --- code, analysed once ------------------------------------------------------------------------

// Analysed code by code hash, bounded in bytes, least recently used first out. Thread-safe.
class CodeCache {
public:
    explicit CodeCache(std::size_t max_bytes = std::size_t{64} << 20);
    ~CodeCache();
    std::shared_ptr<const evm::AnalyzedCode> find(const Hash32& code_hash);
    std::shared_ptr<const evm::AnalyzedCode> add(const Hash32& code_hash, ByteView code);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// --- transactions -------------------------------------------------------------------------------

// Zero where the number is not among the 256 before the block's.
using BlockHashes = std::function<Hash32(std::uint64_t number)>;

// Where precompiles stand in a simulation (overrides of eth_call and eth_simulateV1).
struct MovedPrecompiles {
    std::set<Address> gone;           // ordinary accounts now
    std::map<Address, Address> moved; // from where it stands to where it stood
    bool empty() const { return gone.empty() && moved.empty(); }
};

struct Environment {
    evm::BlockContext block;
    Rules rules;
    BlockHashes block_hashes;   // none: all zero
    CodeCache* cache = nullptr; // none: one for this run alone
    evm::Tracer* tracer = nullptr;
    const MovedPrecompiles* moved_precompiles = nullptr; // none: each at its place
};

// How much of the rules a transaction must keep.
enum class Rigour : std::uint8_t {
    block,     // all: it enters a block
    validated, // eth_simulateV1 with validation: the sender may have code, gas has no cap of its
               // own
    loose,     // and without: nonces are not looked at, who offers no fee pays none
};

struct TransactionOutcome {
    Receipt receipt; // cumulative_gas_used as in its block
    evm::Status status = evm::Status::success;
    std::uint64_t gas_used = 0; // after refunds and the calldata floor
    std::uint64_t gas_peak = 0; // before refunds
    std::uint64_t blob_gas_used = 0;
    uint256 effective_gas_price;
    std::optional<Address> created; // of a creation that succeeded
    Bytes output;                   // returned or reverted with
};

struct Executed {
    TransactionOutcome outcome;
    StateChanges changes;
};
// One transaction on `view` as the only one of its block.
Result<Executed> apply_transaction(const StateView& view, const Environment& environment,
                                   const Transaction& transaction, const Address& sender,
                                   Rigour rigour = Rigour::block);
// What begins a block (EIP-779, EIP-4788, EIP-2935), and its withdrawals and requests, which end it
// (EIP-4895, EIP-7685), each alone: for blocks that are traced or simulated transaction by
// transaction. Rewards of before Paris are not paid.
Result<StateChanges> begin_block(const StateView& view, const Environment& environment,
                                 const ChainConfig& config, const BlockHeader& parent,
                                 const Hash32& parent_beacon_root);
struct BlockEnd {
    StateChanges changes;
    std::vector<Bytes> requests;
};
Result<BlockEnd> end_block(const StateView& view, const Environment& environment,
                           const ChainConfig& config, std::span<const Withdrawal> withdrawals,
                           const std::vector<TransactionOutcome>& outcomes);

// The rules that need no state: type active, gas cap, intrinsic gas, fees in order, blobs, sizes.
Status check_transaction(const Transaction& transaction, const Environment& environment,
                         Rigour rigour = Rigour::block);

// eth_call and eth_estimateGas: runs a message as a transaction without signature and nonce;
// the sender may have code and pays no gas unless gas_price is set. Value must be covered.
struct SimulationRequest {
    Address from;
    std::optional<Address> to; // none: creation
    Bytes input;
    uint256 value;
    std::uint64_t gas = 0;               // required: the caller's cap
    uint256 gas_price;                   // seen by GASPRICE; also what the sender must afford
    std::optional<uint256> priority_fee; // set: gas_price is the fee cap (EIP-1559)
    std::vector<AccessEntry> access_list;
    std::vector<Authorization> authorizations;
    std::vector<Hash32> blob_hashes;
};
// What the request says of a transaction; type, nonce, fees and gas are the caller's to set.
Transaction message_of(const SimulationRequest& request);
struct SimulationOutcome {
    evm::Status status = evm::Status::success;
    Bytes output;                   // returned, or revert data
    std::uint64_t gas_used = 0;     // after refunds and floor: what a transaction would pay
    std::uint64_t gas_refunded = 0; // gas_used + gas_refunded is a first guess for the limit
    std::vector<Log> logs;
    std::optional<Address> created;
    std::vector<AccessEntry> accessed; // warm at the end (eth_createAccessList), ordered
    StateChanges changes;
};
// Errors: kIntrinsicGas, kFloorGas, kInsufficientFunds, kInitCodeTooLarge, errors of the view.
Result<SimulationOutcome> simulate(const StateView& view, const Environment& environment,
                                   const SimulationRequest& request);

// --- blocks -------------------------------------------------------------------------------------

uint256 next_base_fee(const BlockHeader& parent); // EIP-1559, from London on
// EIP-4844; from Osaka on EIP-7918. `rules` are those of the new block.
std::uint64_t next_excess_blob_gas(const BlockHeader& parent, const Rules& rules);
uint256 blob_base_fee(std::uint64_t excess_blob_gas, const BlobParameters& parameters);
Hash32 requests_hash(std::span<const Bytes> requests); // EIP-7685: each type byte, then data

// Before Paris: what the difficulty of the next block must be (Yellow Paper 4.4.3; EIP-2, 100 and
// those that put off the bomb). `rules` are those of the new block.
uint256 next_difficulty(const BlockHeader& parent, std::uint64_t timestamp, const Rules& rules);

// Header against its parent: every rule that needs neither body nor state, but the seal.
Status check_header(const ChainConfig& config, const BlockHeader& parent,
                    const BlockHeader& header);
// Body against header: roots of transactions, ommers and withdrawals, size.
Status check_body(const ChainConfig& config, const Block& block);

// A block before this one in its chain, as the rules of ommers need it.
struct Ancestor {
    BlockHeader header;
    std::vector<BlockHeader> ommers;
};
inline constexpr std::size_t kOmmerGenerations = 7; // the parent and six before it
// Before Paris, the ommers of a block: `ancestors` from the parent on, kOmmerGenerations of them
// or all that there are. kTooManyOmmers, kOmmerIncluded, kOmmerIsAncestor, kOmmerParent, or what
// check_header says of an ommer.
Status check_ommers(const ChainConfig& config, const Block& block,
                    std::span<const Ancestor> ancestors);

// What runs in the block of `header` (for calls on a past or the latest state).
Environment make_environment(const ChainConfig& config, const BlockHeader& header,
                             BlockHashes hashes, CodeCache* cache = nullptr,
                             evm::Tracer* tracer = nullptr);

// Gives the state root after `changes` (see apply_to_trie).
using RootFunction = std::function<Result<Hash32>(const StateChanges& changes)>;

struct ExecutedBlock {
    BlockHeader header; // complete
    std::vector<TransactionOutcome> outcomes;
    StateChanges changes;
    std::vector<Bytes> requests; // EIP-7685, the non-empty ones
};

// What the builder of a block chooses; the rest follows from the parent.
struct BlockChoice {
    std::uint64_t timestamp = 0;
    std::uint64_t gas_limit = 0;
    Address coinbase;
    Hash32 prev_randao;
    Bytes extra_data;
    Hash32 parent_beacon_block_root; // Cancun
    FixedBytes<8> nonce;             // before Paris
    std::vector<BlockHeader> ommers; // before Paris; checked by check_ommers
};

// Builds one block on `view`, the state after `parent`: begin, execute…, finish. `view`, the
// cache and the tracer must outlive it.
class BlockExecutor {
public:
    BlockExecutor(const ChainConfig& config, const StateView& view, const BlockHeader& parent,
                  const BlockChoice& choice, BlockHashes block_hashes, CodeCache* cache = nullptr,
                  evm::Tracer* tracer = nullptr);
    ~BlockExecutor();
    BlockExecutor(const BlockExecutor&) = delete;
    BlockExecutor& operator=(const BlockExecutor&) = delete;

    // System calls of the block's start (EIP-4788, EIP-2935), EIP-779's change. Once, first.
    Status begin();
    // Appends a transaction; refused (by name): the block is as before.
    Result<const TransactionOutcome*> execute(const Transaction& transaction,
                                              const Address& sender);
    std::uint64_t gas_used() const;
    std::uint64_t gas_left() const;
    const std::vector<TransactionOutcome>& outcomes() const;
    const Environment& environment() const;
    // The state as it is between transactions, the pending one; valid until the next call.
    const StateView& pending() const;
    // Withdrawals (from Shanghai on), requests (from Prague on), roots, header. Once, last.
    Result<ExecutedBlock> finish(std::span<const Withdrawal> withdrawals, const RootFunction& root);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Validates and executes a whole block on the state after `parent`; the result's header equals
// block.header. `senders` parallel to the transactions (recovered ahead, on a pool). `ancestors`
// as for check_ommers; a block without ommers needs none.
Result<ExecutedBlock> execute_block(const ChainConfig& config, const StateView& view,
                                    const BlockHeader& parent, const Block& block,
                                    std::span<const Address> senders, const BlockHashes& hashes,
                                    const RootFunction& root, CodeCache* cache = nullptr,
                                    std::span<const Ancestor> ancestors = {});

} // namespace salus::state
