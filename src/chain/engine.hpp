#pragma once
// The one implementation of Chain. Locks: head_mutex may be taken under pool_mutex, no others nest.
// None is held while a block runs, and only the journal's own while the disk is written.

#include <atomic>
#include <condition_variable>
#include <thread>

#include "base/thread_pool.hpp"
#include "chain/core.hpp"
#include "chain/journal.hpp"
#include "chain/notifier.hpp"

namespace salus::chain {

class Engine final : public Chain {
public:
    Engine(std::unique_ptr<store::KeyValue> store, const state::Genesis& genesis,
           const Options& options, Clock& clock, Random& random, Sealer* sealer);
    ~Engine() override;
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // Loads, or begins the chain in an empty store; then start() runs the sealing thread.
    Status load(const state::Genesis& genesis);
    void start();

    const state::ChainConfig& config() const override { return core_.config; }
    std::uint64_t chain_id() const override { return core_.config.chain_id; }
    const Hash32& genesis_hash() const override { return core_.genesis_hash; }
    const Limits& limits() const override { return core_.options.limits; }
    std::optional<Error> failure() const override;

    HeaderInfo head() const override { return core_.head()->info; }
    Result<std::optional<HeaderInfo>> header(const BlockId& id) const override;
    Result<std::shared_ptr<const Block>> block(const BlockId& id) const override;
    Result<std::optional<TransactionInfo>> transaction(const Hash32& hash) const override;
    Result<std::optional<TransactionInfo>> transaction(const BlockId& id,
                                                       std::uint64_t index) const override;
    Result<std::optional<ReceiptInfo>> receipt(const Hash32& transaction_hash) const override;
    Result<std::shared_ptr<const std::vector<ReceiptInfo>>>
    receipts(const BlockId& id) const override;
    Result<std::optional<Signature65>> seal(std::uint64_t number) const override;
    Result<std::vector<LogInfo>> logs(const LogQuery& query) const override;
    std::optional<Error> dropped(const Hash32& transaction_hash) const override;

    Result<std::shared_ptr<const Reading>> at(const BlockId& id) const override;
    Result<FeeHistory> fee_history(std::uint64_t count, const BlockId& newest,
                                   std::span<const double> percentiles) const override;
    uint256 suggested_priority_fee() const override { return {}; }
    Status replay(const BlockId& id, BlockObserver& observer) const override;
    Result<state::TransactionOutcome> trace(const Hash32& transaction_hash,
                                            evm::Tracer& tracer) const override;

    Result<Hash32> submit(ByteView raw_transaction) override;
    std::vector<Result<Hash32>> submit_many(std::span<const Bytes> raw_transactions) override;
    PoolStatus pool_status() const override;
    PoolContent pool_content() const override;

    HeaderInfo wait_for_head(const Hash32& known, std::chrono::milliseconds timeout) const override;
    Subscription subscribe(Listener listener) override {
        return notifier_.subscribe(std::move(listener));
    }
    Result<HeaderInfo> import_block(const state::Block& block,
                                    const std::optional<Signature65>& seal) override;
    Status set_head(const Hash32& hash, const Finality& finality) override;
    Result<BuiltBlock> build_block(const state::BlockChoice& choice,
                                   std::span<const state::Withdrawal> withdrawals,
                                   std::size_t most) override;
    Result<std::optional<HeaderInfo>> known_header(const Hash32& hash) const override;
    Result<Hash32> seal_now() override;

private:
    using Receipts = std::vector<ReceiptInfo>;
    using Nonces = std::vector<std::pair<Address, std::uint64_t>>;
    struct Sealed { // what is published together
        Assembled of;
        std::vector<PooledPtr> entries; // its transactions
        Nonces nonces;                  // of the accounts that it changes
    };
    struct Build { // one block in the making
        HeadPtr parent;
        state::BlockChoice choice;
        std::vector<PooledPtr> candidates;
        std::vector<PooledPtr> entries;  // that are in the block
        std::optional<NotedState> noted; // where the parent's state is in the store
        std::optional<state::ExecutedBlock> executed;
        state::StateUpdate update;
    };
    struct Move; // forkchoice.cpp

    // open.cpp
    Status begin_chain(const state::Genesis& genesis);
    Status check_store() const;
    Status load_head();
    Status load_journal();
    Status restore(const Result<PooledPtr>& entry, std::uint64_t arrival,
                   std::vector<std::uint64_t>& gone);
    HeadPtr make_head(HeaderInfo info, Layers layers) const;

    // engine.cpp
    Result<std::optional<HeaderInfo>> sealed_header(const BlockId& id) const;
    Result<std::optional<HeaderInfo>> final_header(Tag tag, const Head& head) const;
    Result<HeaderInfo> required_header(const BlockId& id) const;
    Result<std::optional<HeaderInfo>> header_of(const Hash32& transaction_hash,
                                                std::uint64_t& index) const;
    state::BlockHeader pending_header() const;
    std::vector<PooledPtr> pending_entries(const state::BlockHeader& header) const;
    Block pending_block() const;
    std::optional<Assembled> find_recent(const Hash32& hash) const;

    // submit.cpp
    Result<PooledPtr> prepare(Bytes raw, const state::Environment& next) const;
    // pool_mutex held
    Result<Pool::Added> admit(const PooledPtr& entry, Pool::Origin origin);
    struct Admission;
    Status admit_one(const PooledPtr& entry, std::size_t place, Admission& out);
    void settle(const Admission& admission, const Status& kept);
    void stop_if_broken(const Error& reason);
    void admit_all(std::span<const PooledPtr> entries, std::vector<Result<Hash32>>& results,
                   std::span<const std::size_t> places);

    // importing.cpp; import_mutex_ held, but for run_again, which is of the start
    Result<Layers> layers_to(const Hash32& hash) const;
    Result<HeadPtr> state_after(const Hash32& hash) const;
    Result<std::optional<HeaderInfo>> canonical_header(const Hash32& hash) const;
    Result<std::optional<HeaderInfo>> known_block(const Hash32& hash) const;
    Result<LayerPtr> run_block(const Head& parent, const state::Block& block,
                               const std::optional<Signature65>& seal);
    Status run_again(const HeaderInfo& head); // blocks above the stored state

    // forkchoice.cpp; import_mutex_ held
    Move plan_move(const Head& from, Layers to) const;
    std::size_t count_sunk(const Layers& layers, const Hash32& finalized) const;
    Status carry_out(Move& move);
    Status write_canonical(Move& move, std::vector<PooledPtr>& held);
    Status sink_layers(Move& move);
    void lower(Move& move);
    void drop_orphans();
    Status announce(const Move& move, const std::vector<PooledPtr>& held);
    void return_to_pool(const Layers& unwound);
    Status set_finality(const Finality& finality);

    // sealing.cpp
    void run();
    bool wait_for_work(std::unique_lock<std::mutex>& lock); // false: stop
    std::optional<std::chrono::milliseconds> until_next_block() const;
    Result<bool> seal_block(bool even_empty); // true: a block was sealed
    Status execute(Build& build, std::span<const state::Withdrawal> withdrawals,
                   std::optional<Error>& storage_error);
    Status complete(Build& build, state::BlockExecutor& executor,
                    std::span<const state::Withdrawal> withdrawals);
    Sealed assemble_sealed(Build& build) const;
    Status persist(Build& build, Sealed& sealed);
    void publish(Sealed sealed);
    void publish_head(const HeadPtr& head, const Nonces& nonces, const std::vector<PooledPtr>& own);
    void remember_block(Assembled block);
    void drop(const PooledPtr& entry, const Error& reason);
    void remember_drop(const Hash32& hash, const Error& reason); // pool_mutex held

    std::unique_ptr<store::KeyValue> store_;
    Random& random_;
    Sealer* sealer_;
    Core core_;
    Journal journal_;
    Notifier notifier_;
    ThreadPool workers_;

    mutable std::mutex import_mutex_; // of the two below; taken before pool_mutex and head_mutex
    std::unordered_map<Hash32, LayerPtr> layers_; // imported blocks above the stored state
    HeaderInfo stored_;

    // Guarded by core_.pool_mutex:
    std::uint64_t last_arrival_ = 0;
    std::unordered_map<Hash32, Error> dropped_;
    std::deque<Hash32> dropped_order_;
    std::optional<Error> failure_;
    std::atomic<bool> stopping_ = false; // read by the sealing thread without the lock too
    bool idle_ = false;                  // the sealing thread waits for work and wants to be woken
    std::uint64_t seals_wanted_ = 0, seals_done_ = 0;
    std::chrono::milliseconds sealed_at_{0}; // by the clock: the start, then the last try to seal
    std::condition_variable wake_;           // of the sealing thread
    std::condition_variable seal_done_;      // of seal_now

    mutable std::condition_variable head_changed_; // with core_.head_mutex

    mutable std::mutex recent_mutex_;
    std::deque<Assembled> recent_; // newest last
    std::size_t recent_transactions_ = 0;
    std::size_t recent_bytes_ = 0;

    std::thread sealing_thread_;
};

} // namespace salus::chain
