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
    Result<Hash32> seal_now() override;

private:
    using Receipts = std::vector<ReceiptInfo>;
    struct Sealed { // what is published together
        HeaderInfo info;
        std::shared_ptr<const Block> block;
        std::shared_ptr<const Receipts> receipts;
        std::vector<PooledPtr> entries; // its transactions
        state::StateChanges changes;
        std::size_t footprint = 0; // bytes of block and receipts in memory
    };
    struct Build;

    // open.cpp
    Status begin_chain(const state::Genesis& genesis);
    Status check_store() const;
    Status load_head();
    Status load_journal();
    Status restore(const Result<PooledPtr>& entry, std::uint64_t arrival,
                   std::vector<std::uint64_t>& gone);
    HeadPtr make_head(HeaderInfo info) const;

    // engine.cpp
    Result<std::optional<HeaderInfo>> sealed_header(const BlockId& id) const;
    Result<HeaderInfo> required_header(const BlockId& id) const;
    Result<std::optional<HeaderInfo>> header_of(const Hash32& transaction_hash,
                                                std::uint64_t& index) const;
    state::BlockHeader pending_header() const;
    std::vector<PooledPtr> pending_entries(const state::BlockHeader& header) const;
    Block pending_block() const;
    std::shared_ptr<const Sealed> find_recent(const Hash32& hash) const; // or nullptr

    // submit.cpp
    Result<PooledPtr> prepare(Bytes raw, const state::Environment& next) const;
    // pool_mutex held
    Result<Pool::Added> admit(const PooledPtr& entry, Pool::Origin origin);
    struct Admission;
    Status admit_one(const PooledPtr& entry, std::size_t place, Admission& out);
    void settle(const Admission& admission, const Status& kept);
    void admit_all(std::span<const PooledPtr> entries, std::vector<Result<Hash32>>& results,
                   std::span<const std::size_t> places);

    // sealing.cpp
    void run();
    bool wait_for_work(std::unique_lock<std::mutex>& lock); // false: stop
    std::optional<std::chrono::milliseconds> until_next_block() const;
    Result<bool> seal_block(bool even_empty); // true: a block was sealed
    Status execute(Build& build, std::optional<Error>& storage_error);
    Status complete(Build& build, state::BlockExecutor& executor);
    Sealed assemble(Build& build, state::ExecutedBlock executed) const;
    Status persist(Build& build, Sealed& sealed);
    void publish(Sealed sealed);
    void drop(const PooledPtr& entry, const Error& reason);
    void remember_drop(const Hash32& hash, const Error& reason); // pool_mutex held

    std::unique_ptr<store::KeyValue> store_;
    Random& random_;
    Sealer* sealer_;
    Core core_;
    Journal journal_;
    Notifier notifier_;
    ThreadPool workers_;

    // Guarded by core_.pool_mutex:
    std::uint64_t last_arrival_ = 0;
    std::unordered_map<Hash32, Error> dropped_;
    std::deque<Hash32> dropped_order_;
    std::optional<Error> failure_;
    std::atomic<bool> stopping_ = false; // read by the sealing thread without the lock too
    bool idle_ = false;                  // the sealing thread waits for work and wants to be woken
    std::uint64_t seals_wanted_ = 0, seals_done_ = 0;
    std::condition_variable wake_;      // of the sealing thread
    std::condition_variable seal_done_; // of seal_now

    mutable std::condition_variable head_changed_; // with core_.head_mutex

    mutable std::mutex recent_mutex_;
    std::deque<std::shared_ptr<const Sealed>> recent_; // newest last
    std::size_t recent_transactions_ = 0;
    std::size_t recent_bytes_ = 0;

    std::thread sealing_thread_;
};

} // namespace salus::chain
