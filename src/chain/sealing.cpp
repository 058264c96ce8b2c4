#include <unordered_set>

#include "base/log.hpp"
#include "chain/engine.hpp"
#include "chain/packing.hpp"

namespace salus::chain {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds kClockPoll{20}; // an injected clock cannot wake us
constexpr std::size_t kRememberedDrops = 4096;
constexpr std::size_t kRecentBlocks = 64;
constexpr std::size_t kRecentTransactions = 20'000;

} // namespace

// Storage that fails says nothing about the transaction that met it.
bool blames_transaction(const Error& error) {
    const std::string_view name = error.name();
    return !name.starts_with("store.") && !name.starts_with("chain.") &&
           !name.starts_with("trie.") && !name.starts_with("state.");
}

// What may lie on the disk now is only known to a start: until then nothing is sealed.
Error halted(const Error& reason) {
    return Error(reason.kind(),
                 reason.detail() + ": mend the disk or make room, then start it again");
}

void Engine::run() {
    std::unique_lock lock(core_.pool_mutex);
    while (wait_for_work(lock)) {
        const std::uint64_t wanted = seals_wanted_;
        const bool even_empty =
            wanted != seals_done_ || core_.options.block_time != std::chrono::seconds(0);
        lock.unlock();
        const Result<bool> sealed = seal_block(even_empty);
        lock.lock();
        if (!sealed.ok()) {
            failure_ = halted(sealed.error());
            log::error("sealing stopped", {{"reason", failure_->text()}});
        }
        sealed_at_ = core_.clock.since_epoch();
        seals_done_ = wanted;
        seal_done_.notify_all();
        // Nothing fitted (fees below the base fee): look again later, not at once.
        if (sealed.ok() && !*sealed) wake_.wait_for(lock, kClockPoll);
    }
}

// How long until a block may be sealed; none: nothing asks for one.
std::optional<milliseconds> Engine::until_next_block() const {
    const bool forced = seals_wanted_ != seals_done_;
    const std::chrono::seconds interval = core_.options.block_time;
    const bool periodic = interval != std::chrono::seconds(0);
    if (!forced && !periodic && !core_.pool.has_candidates()) return std::nullopt;
    const bool paced = !forced && periodic;
    if (core_.options.instant && !paced) return milliseconds(0);
    const std::uint64_t timestamp = core_.head()->info.header.timestamp;
    milliseconds last = std::chrono::seconds(static_cast<std::int64_t>(timestamp));
    // Timestamps that ran ahead shall not stop a chain whose timestamps may.
    if (core_.options.instant) last = std::min(last, sealed_at_);
    const milliseconds due = last + (paced ? interval : std::chrono::seconds(1));
    return std::max(milliseconds(0), due - core_.clock.since_epoch());
}

bool Engine::wait_for_work(std::unique_lock<std::mutex>& lock) {
    while (!stopping_) {
        const auto wait = failure_ ? std::nullopt : until_next_block();
        if (wait && wait->count() == 0) return true;
        if (failure_) { // nobody shall wait for a block that will not come
            seals_done_ = seals_wanted_;
            seal_done_.notify_all();
        }
        idle_ = !wait;
        if (wait) {
            wake_.wait_for(lock, std::min(*wait, kClockPoll));
        } else {
            wake_.wait(lock);
        }
        idle_ = false;
    }
    return false;
}

Result<Hash32> Engine::seal_now() {
    if (core_.options.driven) return Error(kClosed, "a driven chain seals nothing");
    std::unique_lock lock(core_.pool_mutex);
    const std::uint64_t ticket = ++seals_wanted_;
    wake_.notify_one();
    seal_done_.wait(lock, [&] { return stopping_ || failure_ || seals_done_ >= ticket; });
    if (failure_) return *failure_;
    if (seals_done_ < ticket) return Error(kClosed);
    return core_.head()->info.hash;
}

Result<bool> Engine::seal_block(bool even_empty) {
    Build build;
    build.parent = core_.head();
    const state::BlockHeader& parent = build.parent->info.header;
    const auto now = static_cast<std::uint64_t>(core_.clock.unix_seconds());
    build.choice.timestamp = std::max(now, parent.timestamp + 1); // ahead only when instant
    build.choice.gas_limit = parent.gas_limit;
    build.choice.coinbase = core_.options.coinbase;
    build.choice.prev_randao = random_.bytes<32>();
    build.choice.extra_data = core_.options.extra_data;
    {
        const std::lock_guard lock(core_.pool_mutex);
        const std::uint64_t most = core_.gas_room(parent.gas_limit) / 21000; // none costs less
        build.candidates = core_.pool.candidates(state::next_base_fee(parent), most);
    }
    if (build.candidates.empty() && !even_empty) return false;
    std::optional<Error> storage_error;
    SALUS_TRY(execute(build, {}, storage_error));
    if (storage_error) return *storage_error;
    if (build.entries.empty() && !even_empty) return false; // all were dropped
    Sealed sealed = assemble_sealed(build);
    SALUS_TRY(persist(build, sealed));
    publish(std::move(sealed));
    return true;
}

// Runs the candidates; each that the rules refuse is dropped with its reason.
Status Engine::execute(Build& build, std::span<const state::Withdrawal> withdrawals,
                       std::optional<Error>& storage_error) {
    const Head& parent = *build.parent;
    const state::StateView& before =
        parent.layers.empty()
            ? static_cast<const state::StateView&>(build.noted.emplace(*parent.snapshot))
            : parent.state;
    state::BlockExecutor executor(core_.config, before, parent.info.header, build.choice,
                                  core_.block_hashes(&storage_error), &core_.code_cache);
    SALUS_TRY(executor.begin());
    Packing packing(core_.gas_room(build.choice.gas_limit));
    std::unordered_set<Address> stopped; // later nonces of these cannot follow
    for (const PooledPtr& entry : build.candidates) {
        if (stopping_) break;
        const TransactionInfo& info = *entry->info;
        if (stopped.contains(info.sender)) continue;
        if (!packing.fits(*entry, executor.gas_used())) {
            stopped.insert(info.sender);
            continue;
        }
        auto outcome = executor.execute(info.transaction, info.sender);
        if (outcome.ok()) {
            build.entries.push_back(entry);
            packing.add(*entry);
            continue;
        }
        if (!blames_transaction(outcome.error())) return std::move(outcome).error();
        stopped.insert(info.sender);
        drop(entry, outcome.error());
    }
    return complete(build, executor, withdrawals);
}

Status Engine::complete(Build& build, state::BlockExecutor& executor,
                        std::span<const state::Withdrawal> withdrawals) {
    const Head& parent = *build.parent;
    const state::RootFunction root = [&](const state::StateChanges& changes) -> Result<Hash32> {
        SALUS_TRY_ASSIGN(
            build.update,
            state::update_state(parent.nodes, parent.info.header.state_root, changes, &workers_));
        return build.update.root;
    };
    SALUS_TRY_ASSIGN(auto executed, executor.finish(withdrawals, root));
    build.executed = std::move(executed);
    return ok_status();
}

Engine::Sealed Engine::assemble_sealed(Build& build) const {
    Sealed out;
    out.entries = build.entries;
    std::vector<ByteView> raws;
    std::vector<TransactionInfo> infos;
    for (const PooledPtr& entry : out.entries) {
        raws.emplace_back(entry->raw);
        infos.push_back(*entry->info);
    }
    state::ExecutedBlock& executed = *build.executed;
    const std::uint64_t size = block_size(executed.header, raws);
    out.of = assemble(std::move(executed.header), size, std::move(infos),
                      std::move(executed.outcomes), {});
    for (const auto& [address, change] : executed.changes.accounts) {
        out.nonces.emplace_back(address, change.nonce);
    }
    return out;
}

Status Engine::persist(Build& build, Sealed& sealed) {
    const HeaderInfo& info = sealed.of.info;
    std::optional<Signature65> seal;
    if (sealer_ != nullptr) {
        SALUS_TRY_ASSIGN(
            seal, sealer_->sign(chain_id(), core_.genesis_hash, info.header.number, info.hash));
    }
    std::vector<ByteView> raws;
    for (const PooledPtr& entry : sealed.entries) raws.emplace_back(entry->raw);
    store::WriteBatch batch;
    put_block(batch, sealed.of, raws, seal);
    SALUS_TRY(put_update(batch, *build.parent->snapshot, build.update, info.header.number,
                         build.noted ? &build.noted->found() : nullptr));
    SALUS_TRY(journal_.write_block(batch, sealed.entries));
    core_.node_cache.put(build.update.nodes);
    return ok_status();
}

// The block is durable: from here on everybody may know it.
void Engine::publish(Sealed sealed) {
    publish_head(make_head(sealed.of.info, {}), sealed.nonces, sealed.entries);
    notifier_.head({false, sealed.of.block, sealed.of.receipts}, footprint(sealed.of));
    remember_block(std::move(sealed.of));
}

// `nonces` of the accounts that differ from the head before; `own`: entries that the blocks hold,
// which left the journal with them.
void Engine::publish_head(const HeadPtr& head, const Nonces& nonces,
                          const std::vector<PooledPtr>& own) {
    std::vector<PooledPtr> overtaken;
    {
        const std::lock_guard lock(core_.pool_mutex);
        for (const auto& [address, nonce] : nonces) {
            for (PooledPtr& entry : core_.pool.account_changed(address, nonce)) {
                overtaken.push_back(std::move(entry));
            }
        }
        const std::lock_guard head_lock(core_.head_mutex);
        core_.head_pointer = head;
    }
    head_changed_.notify_all();
    // What the blocks hold left the journal with them; what they made impossible leaves it now.
    const std::unordered_set<PooledPtr> held(own.begin(), own.end());
    std::erase_if(overtaken, [&](const PooledPtr& entry) { return held.contains(entry); });
    journal_.forget(overtaken);
}

void Engine::remember_block(Assembled block) {
    const std::lock_guard lock(recent_mutex_);
    const auto count = [this](const Assembled& of, bool added) {
        const std::size_t bytes = footprint(of);
        recent_transactions_ += added ? of.info.transaction_count : -of.info.transaction_count;
        recent_bytes_ += added ? bytes : -bytes;
    };
    count(block, true);
    recent_.push_back(std::move(block));
    while (recent_.size() > 1 &&
           (recent_.size() > kRecentBlocks || recent_transactions_ > kRecentTransactions ||
            recent_bytes_ > limits().recent_bytes)) {
        count(recent_.front(), false);
        recent_.pop_front();
    }
}

void Engine::drop(const PooledPtr& entry, const Error& reason) {
    {
        const std::lock_guard lock(core_.pool_mutex);
        core_.pool.remove(*entry);
        remember_drop(entry->info->hash, reason);
    }
    journal_.forget({&entry, 1});
}

void Engine::remember_drop(const Hash32& hash, const Error& reason) {
    if (dropped_.insert_or_assign(hash, reason).second) dropped_order_.push_back(hash);
    if (dropped_order_.size() > kRememberedDrops) {
        dropped_.erase(dropped_order_.front());
        dropped_order_.pop_front();
    }
}

} // namespace salus::chain
