#pragma once
// The embedded Ethereum chain. Mainnet's rules and headers (see `state`), pool, indexes,
// persistence; every block is durable before anybody hears of it. Blocks come in one of two ways:
//   sealed  by this process, one after the other: no reorganisations
//   driven  from elsewhere (Options::driven): import_block() checks and runs them, set_head() makes
//           one the head, also of another branch. For followers, imports, consensus clients.
//
// Threads: everything is thread-safe. Reads never wait for sealing: they use the newest published
// head, whose state does not change under them. Every read of one Reading (see `at`) sees the same
// block; two calls on Chain may see different heads.
//
// Durability: submit() returns after the transaction is in the journal on disk; receipts, heads and
// events appear after their block is. After a crash at any point the last durable block is the
// head, and acknowledged transactions are sealed or pending. One exception, which dropped() names:
// a transaction that waits for a missing nonce leaves a full pool for one that may be sealed.

#include <chrono>
#include <functional>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "chain/types.hpp"
#include "state/genesis.hpp"
#include "store/key_value.hpp"

namespace salus::chain {

// Signs for a block by a key of its own (EIP-712 over chain id, genesis hash, height, block hash).
// `app` implements it. Called by the sealing thread alone. An error stops sealing.
class Sealer {
public:
    virtual ~Sealer() = default;
    virtual Result<Signature65> sign(std::uint64_t chain_id, const Hash32& genesis_hash,
                                     std::uint64_t height, const Hash32& block_hash) = 0;
};

struct Limits {
    std::size_t transaction_bytes = 128 * 1024;
    std::size_t pool_transactions = 65'536;
    std::size_t pool_bytes = std::size_t{256} << 20;
    std::size_t sender_transactions = 16'384;
    std::size_t pool_gapped = 16'384;              // that wait for a missing nonce, of all senders
    std::size_t sender_gapped = 1024;              // and of one
    std::uint64_t nonce_gap = 16'384;              // beyond the account's nonce
    std::uint64_t call_gas = 50'000'000;           // the cap of eth_call and eth_estimateGas
    std::uint64_t log_blocks = 100'000;            // blocks in one log query
    std::size_t log_results = 20'000;              // logs in one answer
    std::size_t log_bytes = std::size_t{64} << 20; // and about their bytes
    std::uint64_t fee_history_blocks = 1024;       // more are cut, as geth does
    std::uint64_t fee_history_reward_blocks = 128; // the same where receipts must be read
    std::size_t recent_bytes = std::size_t{64} << 20; // of the newest blocks kept in memory
};

struct Options {
    bool driven = false;
    // Of a driven chain: how many of the newest blocks set_head may still leave for others, unless
    // they are final. Their state is in memory; after a restart they are run again.
    std::uint64_t kept_layers = 128;
    std::chrono::seconds block_time{0}; // > 0: a block at this interval, also an empty one
    // Seal without waiting for the next second (with a block time: at its pace), as anvil does:
    // timestamps may then run ahead of the clock. Otherwise they never do.
    bool instant = false;
    Address coinbase;     // receives priority fees
    Bytes extra_data;     // at most 32 bytes
    unsigned threads = 0; // for recovering senders of batches; 0: one a processor
    Limits limits;
};

// Events in the order of sealing, one after the other, on one thread. Callbacks must not block for
// long; they may call Chain. When listeners lag behind by more than kLagBytes, pending ones are not
// told of, then the oldest heads: a listener sees the gap in the numbers.
inline constexpr std::size_t kLagBytes = std::size_t{64} << 20;
struct NewHead {
    bool removed = false; // left for another branch: newest first, before those that come instead
    std::shared_ptr<const Block> block;
    std::shared_ptr<const std::vector<ReceiptInfo>> receipts;
};
struct Listener {
    std::function<void(const NewHead&)> on_head;                                   // may be none
    std::function<void(const std::shared_ptr<const TransactionInfo>&)> on_pending; // may be none
};
// Ends the subscription when destroyed: no callback runs after that (when destroyed inside a
// callback: none after that one). May outlive the Chain.
class Subscription {
public:
    Subscription() = default;
    explicit Subscription(std::function<void()> end) : end_(std::move(end)) {}
    Subscription(Subscription&& other) noexcept : end_(std::exchange(other.end_, nullptr)) {}
    Subscription& operator=(Subscription&& other) noexcept {
        std::swap(end_, other.end_);
        return *this;
    }
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;
    ~Subscription() {
        if (end_) end_();
    }

private:
    std::function<void()> end_;
};

// The state after one block; immutable. Pending is the newest block's state in the context of the
// block to come (pool transactions are not run ahead, but `nonce` counts them).
class Reading {
public:
    virtual ~Reading() = default;
    virtual const state::BlockHeader& header() const = 0; // of the block whose state this is
    virtual const Hash32& hash() const = 0;
    virtual bool pending() const = 0;
    virtual const state::StateView& view() const = 0;

    virtual Result<uint256> balance(const Address& address) const = 0;
    virtual Result<std::uint64_t> nonce(const Address& address) const = 0;
    virtual Result<Bytes> code(const Address& address) const = 0;
    virtual Result<uint256> storage(const Address& address, const uint256& key) const = 0;
    virtual Result<state::AccountProof> proof(const Address& address,
                                              std::span<const uint256> keys) const = 0; // EIP-1186

    // The context of a transaction in that block, without tracer; its hashes are canonical ones.
    virtual state::Environment environment() const = 0;
    // The state root after `changes`; nothing is kept. kTooOld.
    virtual Result<Hash32> root_after(const state::StateChanges& changes) const = 0;

    // eth_call: gas 0 means the cap, more than the cap is cut to it. A revert is an outcome
    // (status, output), not an error. Errors: kTimeout, kNotPrecompile, kOverriddenTwice, and those
    // of state::simulate.
    virtual Result<state::SimulationOutcome> call(state::SimulationRequest request,
                                                  const CallOptions& options = {}) const = 0;
    // eth_estimateGas: the least gas limit that succeeds, by binary search.
    virtual Result<Estimate> estimate(state::SimulationRequest request,
                                      const CallOptions& options = {}) const = 0;
};

// Follows the transactions of a block while they run again.
class BlockObserver {
public:
    virtual ~BlockObserver() = default;
    // The tracer for this transaction; nullptr: it runs unobserved.
    virtual evm::Tracer* before(const TransactionInfo& info) = 0;
    // False: no further one is run. `state` is that before the transaction.
    virtual Result<bool> after(const TransactionInfo& info, const state::StateView& state,
                               const state::Executed& executed) = 0;
    virtual bool expired() { return false; } // as CallOptions::expired
};

// Blocks that a consensus layer holds to be safe, and final; zero: none yet.
struct Finality {
    Hash32 safe, finalized;
};

struct BuiltBlock {
    state::Block block;
    std::vector<Bytes> requests; // EIP-7685
    uint256 value;               // what the coinbase receives
};

// Whether an error of import_block is the block's own fault.
bool blames_block(const Error& error);

class Chain {
public:
    // Opens or, in an empty store, begins the chain; `store` was opened with columns().
    // kOtherGenesis, kOtherFormat, kDamaged, store.*. Starts the sealing and notifying threads.
    // `sealer` may be none: blocks then carry no seal. `clock`, `random` and `sealer` outlive it.
    static Result<std::unique_ptr<Chain>> open(std::unique_ptr<store::KeyValue> store,
                                               const state::Genesis& genesis,
                                               const Options& options, Clock& clock, Random& random,
                                               Sealer* sealer);
    static const std::vector<std::string>& columns(); // for store::open_rocksdb

    virtual ~Chain() = default; // stops the threads; what is pending stays in the journal

    virtual const state::ChainConfig& config() const = 0;
    virtual std::uint64_t chain_id() const = 0;
    virtual const Hash32& genesis_hash() const = 0;
    virtual const Limits& limits() const = 0;
    // The error that stopped sealing (disk full, sealer refused), if any: /readiness shows it.
    virtual std::optional<Error> failure() const = 0;

    // --- blocks, transactions, receipts: none where there is no such thing (yet) ----------------
    virtual HeaderInfo head() const = 0;
    virtual Result<std::optional<HeaderInfo>> header(const BlockId& id) const = 0;   // also pending
    virtual Result<std::shared_ptr<const Block>> block(const BlockId& id) const = 0; // or nullptr
    virtual Result<std::optional<TransactionInfo>> transaction(const Hash32& hash) const = 0;
    virtual Result<std::optional<TransactionInfo>> transaction(const BlockId& id,
                                                               std::uint64_t index) const = 0;
    virtual Result<std::optional<ReceiptInfo>> receipt(const Hash32& transaction_hash) const = 0;
    // nullptr: no such block.
    virtual Result<std::shared_ptr<const std::vector<ReceiptInfo>>>
    receipts(const BlockId& id) const = 0;
    virtual Result<std::optional<Signature65>> seal(std::uint64_t number) const = 0;
    // kBadRange, kRangeTooWide, kTooManyResults, kUnknownBlock.
    virtual Result<std::vector<LogInfo>> logs(const LogQuery& query) const = 0;
    // Why an accepted transaction left the pool without being sealed, while that is remembered
    // (the last few thousand).
    virtual std::optional<Error> dropped(const Hash32& transaction_hash) const = 0;

    // --- state ----------------------------------------------------------------------------------
    virtual Result<std::shared_ptr<const Reading>> at(const BlockId& id) const = 0; // kUnknownBlock
    virtual Result<FeeHistory> fee_history(std::uint64_t count, const BlockId& newest,
                                           std::span<const double> percentiles) const = 0;
    virtual uint256 suggested_priority_fee() const = 0; // 0: gas is free
    // Runs the block's transactions again. kUnknownBlock, kGenesisTrace, kTimeout.
    virtual Status replay(const BlockId& id, BlockObserver& observer) const = 0;
    // The same up to this transaction, which the tracer observes.
    virtual Result<state::TransactionOutcome> trace(const Hash32& transaction_hash,
                                                    evm::Tracer& tracer) const = 0;

    // --- pool -----------------------------------------------------------------------------------
    // Returns its hash when the transaction is in the pool and in the journal on disk.
    virtual Result<Hash32> submit(ByteView raw_transaction) = 0;
    // The same for many, with senders recovered in parallel and one disk write; in their order.
    virtual std::vector<Result<Hash32>> submit_many(std::span<const Bytes> raw_transactions) = 0;
    virtual PoolStatus pool_status() const = 0;
    virtual PoolContent pool_content() const = 0;

    // --- waiting --------------------------------------------------------------------------------
    // Returns the head when it differs from `known`, or after `timeout`.
    virtual HeaderInfo wait_for_head(const Hash32& known,
                                     std::chrono::milliseconds timeout) const = 0;
    virtual Subscription subscribe(Listener listener) = 0;
    // --- blocks from elsewhere (Options::driven; else kNotDriven) --------------------------------
    // Checks and runs a block whose parent is known; nobody else sees it before set_head. A known
    // one is taken again at once. kUnknownParent, kTooOld (its parent's state is not kept); of a
    // bad block what `state` says, for which blames_block() is true; else store.*, chain.*. `seal`
    // is kept with it.
    virtual Result<HeaderInfo> import_block(const state::Block& block,
                                            const std::optional<Signature65>& seal = {}) = 0;
    // Makes an imported block the head; durable when it returns. An ancestor of the head stays
    // below it: nothing happens. kUnknownBlock.
    virtual Status set_head(const Hash32& hash, const Finality& finality) = 0;
    // A block on top of the head, of at most so many transactions from the pool; it is not
    // imported.
    virtual Result<BuiltBlock> build_block(const state::BlockChoice& choice,
                                           std::span<const state::Withdrawal> withdrawals,
                                           std::size_t most = SIZE_MAX) = 0;
    // The header of a canonical or imported block; none: unknown here.
    virtual Result<std::optional<HeaderInfo>> known_header(const Hash32& hash) const = 0;

    // Seals what is pending now, without waiting for the second (an empty block too): tests and
    // evm_mine. Timestamps still never run ahead of the clock unless `instant`.
    virtual Result<Hash32> seal_now() = 0;
};

} // namespace salus::chain
