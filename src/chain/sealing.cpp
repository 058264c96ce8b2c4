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

// About what a block holds in memory.
std::size_t block_footprint(const Block& block, const std::vector<ReceiptInfo>& receipts) {
    constexpr std::size_t kItem = 1024; // a transaction and its receipt without data
    std::size_t out = block.size + receipts.size() * kItem;
    for (const ReceiptInfo& receipt : receipts) out += footprint(receipt.receipt.logs);
    return out;
}

} // namespace

// Storage that fails says nothing about the transaction that met it.
bool blames_transaction(const Error& error) {
    const std::string_view name = error.name();
    return !name.starts_with("store.") && !name.starts_with("chain.") &&
           !name.starts_with("trie.") && !name.starts_with("state.");
}

// One block in the making.
struct Engine::Build {
    HeadPtr parent;
    state::BlockChoice choice;
    std::vector<PooledPtr> candidates;
    std::vector<PooledPtr> entries; // that are in the block
    std::optional<state::ExecutedBlock> executed;
    store::WriteBatch batch;
};

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
            failure_ = sealed.error();
            log::error("sealing stopped", {{"reason", sealed.error().text()}});
        }
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
    std::chrono::seconds wait(1);
    if (!forced && periodic) {
        wait = interval;
    } else if (core_.options.instant) {
        return milliseconds(0);
    }
    const std::uint64_t last = core_.head()->info.header.timestamp;
    const milliseconds due = std::chrono::seconds(static_cast<std::int64_t>(last)) + wait;
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
        const std::uint64_t most = parent.gas_limit / 2 / 21000; // none costs less
        build.candidates = core_.pool.candidates(state::next_base_fee(parent), most);
    }
    if (build.candidates.empty() && !even_empty) return false;
    std::optional<Error> storage_error;
    SALUS_TRY(execute(build, storage_error));
    if (storage_error) return *storage_error;
    if (build.entries.empty() && !even_empty) return false; // all were dropped
    state::ExecutedBlock& executed = *build.executed;
    Sealed sealed = assemble(build, std::move(executed));
    SALUS_TRY(persist(build, sealed));
    publish(std::move(sealed));
    return true;
}

// Runs the candidates; each that the rules refuse is dropped with its reason.
Status Engine::execute(Build& build, std::optional<Error>& storage_error) {
    state::BlockExecutor executor(core_.config, build.parent->state, build.parent->info.header,
                                  build.choice, core_.block_hashes(&storage_error),
                                  &core_.code_cache);
    SALUS_TRY(executor.begin());
    Packing packing(build.choice.gas_limit);
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
    return complete(build, executor);
}

Status Engine::complete(Build& build, state::BlockExecutor& executor) {
    const auto sink = [&](const Hash32& hash, ByteView node) {
        build.batch.put(column(Kind::nodes), hash.bytes, node);
        core_.nodes.remember(hash, node);
    };
    const Hash32 root_before = build.parent->info.header.state_root;
    const state::RootFunction root = [&](const state::StateChanges& changes) {
        return state::apply_to_trie(core_.nodes, root_before, changes, sink);
    };
    SALUS_TRY_ASSIGN(auto executed, executor.finish({}, root));
    build.executed = std::move(executed);
    return ok_status();
}

Engine::Sealed Engine::assemble(Build& build, state::ExecutedBlock executed) const {
    Sealed out;
    out.entries = build.entries;
    std::vector<ByteView> raws;
    for (const PooledPtr& entry : out.entries) raws.emplace_back(entry->raw);
    out.info.header = std::move(executed.header);
    out.info.hash = state::hash(out.info.header);
    out.info.size = block_size(out.info.header, raws);
    out.info.transaction_count = out.entries.size();
    auto block = std::make_shared<Block>();
    block->header = out.info.header;
    block->hash = out.info.hash;
    block->size = out.info.size;
    auto receipts = std::make_shared<Receipts>();
    std::uint64_t log_index = 0;
    for (std::size_t i = 0; i < out.entries.size(); ++i) {
        state::TransactionOutcome& outcome = executed.outcomes[i];
        TransactionInfo info = *out.entries[i]->info;
        info.place = place_of(out.info, i);
        info.effective_gas_price = outcome.effective_gas_price;
        ReceiptInfo receipt;
        receipt.receipt = std::move(outcome.receipt);
        receipt.transaction_hash = info.hash;
        receipt.place = *info.place;
        receipt.sender = info.sender;
        receipt.to = info.transaction.to;
        if (!receipt.to) {
            receipt.contract_address = state::contract_address(info.sender, info.transaction.nonce);
        }
        receipt.gas_used = outcome.gas_used;
        receipt.effective_gas_price = outcome.effective_gas_price;
        receipt.first_log_index = log_index;
        log_index += receipt.receipt.logs.size();
        receipts->push_back(std::move(receipt));
        block->transactions.push_back(std::move(info));
    }
    out.footprint = block_footprint(*block, *receipts);
    out.block = std::move(block);
    out.receipts = std::move(receipts);
    out.changes = std::move(executed.changes);
    return out;
}

Status Engine::persist(Build& build, Sealed& sealed) {
    std::optional<Signature65> seal;
    if (sealer_ != nullptr) {
        SALUS_TRY_ASSIGN(seal, sealer_->sign(chain_id(), core_.genesis_hash,
                                             sealed.info.header.number, sealed.info.hash));
    }
    std::vector<ByteView> raws;
    for (const PooledPtr& entry : sealed.entries) raws.emplace_back(entry->raw);
    put_block(build.batch, sealed.info, *sealed.block, raws, *sealed.receipts, seal);
    SALUS_TRY(put_changes(build.batch, *build.parent->snapshot, sealed.changes));
    return journal_.write_block(build.batch, sealed.entries);
}

// The block is durable: from here on everybody may know it.
void Engine::publish(Sealed sealed) {
    const HeadPtr head = make_head(sealed.info);
    std::vector<PooledPtr> overtaken;
    {
        const std::lock_guard lock(core_.pool_mutex);
        for (const auto& [address, change] : sealed.changes.accounts) {
            for (PooledPtr& entry : core_.pool.account_changed(address, change.nonce)) {
                overtaken.push_back(std::move(entry));
            }
        }
        const std::lock_guard head_lock(core_.head_mutex);
        core_.head_pointer = head;
    }
    head_changed_.notify_all();
    // What the block holds left the journal with it; what it made impossible leaves it now.
    const std::unordered_set<PooledPtr> own(sealed.entries.begin(), sealed.entries.end());
    std::erase_if(overtaken, [&](const PooledPtr& entry) { return own.contains(entry); });
    journal_.forget(overtaken);
    notifier_.head({sealed.block, sealed.receipts}, sealed.footprint);
    sealed.changes = {};
    sealed.entries.clear();
    const std::lock_guard lock(recent_mutex_);
    recent_transactions_ += sealed.info.transaction_count;
    recent_bytes_ += sealed.footprint;
    recent_.push_back(std::make_shared<const Sealed>(std::move(sealed)));
    while (recent_.size() > 1 &&
           (recent_.size() > kRecentBlocks || recent_transactions_ > kRecentTransactions ||
            recent_bytes_ > limits().recent_bytes)) {
        recent_transactions_ -= recent_.front()->info.transaction_count;
        recent_bytes_ -= recent_.front()->footprint;
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
