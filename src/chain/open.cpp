#include "base/log.hpp"
#include "chain/engine.hpp"

namespace salus::chain {

const std::vector<std::string>& Chain::columns() {
    static const std::vector<std::string> kColumns{
        "headers", "numbers",  "transactions", "receipts",    "places",      "bodies",
        "nodes",   "accounts", "storage",      "account_was", "storage_was", "touched",
        "code",    "seals",    "journal",      "log_index",   "meta"};
    return kColumns;
}

Result<std::unique_ptr<Chain>> Chain::open(std::unique_ptr<store::KeyValue> store,
                                           const state::Genesis& genesis, const Options& options,
                                           Clock& clock, Random& random, Sealer* sealer) {
    auto engine =
        std::make_unique<Engine>(std::move(store), genesis, options, clock, random, sealer);
    SALUS_TRY(engine->load(genesis));
    engine->start();
    return std::unique_ptr<Chain>(std::move(engine));
}

namespace {

std::size_t worker_count(const Options& options) {
    if (options.threads != 0) return options.threads;
    return std::max(1u, std::thread::hardware_concurrency());
}

} // namespace

Engine::Engine(std::unique_ptr<store::KeyValue> store, const state::Genesis& genesis,
               const Options& options, Clock& clock, Random& random, Sealer* sealer)
    : store_(std::move(store)), random_(random), sealer_(sealer),
      core_(*store_, genesis, options, clock), journal_(*store_), workers_(worker_count(options)) {}

Engine::~Engine() {
    {
        const std::lock_guard lock(core_.pool_mutex);
        stopping_ = true;
    }
    wake_.notify_all();
    seal_done_.notify_all();
    if (sealing_thread_.joinable()) sealing_thread_.join();
    notifier_.stop(); // its callbacks may call this object
}

void Engine::start() {
    sealed_at_ = core_.clock.since_epoch();
    if (!core_.options.driven) sealing_thread_ = std::thread([this] { run(); });
}

Status Engine::load(const state::Genesis& genesis) {
    SALUS_TRY_ASSIGN(const auto format, get_record(*store_, Kind::meta, view(kMetaFormat)));
    if (!format) {
        SALUS_TRY(begin_chain(genesis));
    } else {
        SALUS_TRY(check_store());
    }
    SALUS_TRY(load_head());
    return load_journal();
}

Status Engine::begin_chain(const state::Genesis& genesis) {
    const state::MemoryNodes none;
    SALUS_TRY_ASSIGN(const state::StateUpdate update,
                     state::update_state(none, crypto::kEmptyTrieRoot, genesis.state));
    if (update.root != genesis.header.state_root) {
        return Error(state::kBadGenesis, "state root of the alloc: " + to_hex0x(update.root.bytes));
    }
    store::WriteBatch batch;
    SALUS_TRY(put_update(batch, *store_, update, 0));
    const HeaderInfo info{genesis.header, core_.genesis_hash, block_size(genesis.header, {}), 0};
    const Assembled first{info, std::make_shared<Block>(), std::make_shared<const Receipts>()};
    put_block(batch, first, {}, std::nullopt);
    put_record(batch, Kind::meta, view(kMetaFormat), to_bytes(number_key(kFormat).bytes));
    put_record(batch, Kind::meta, view(kMetaGenesis), to_bytes(core_.genesis_hash.bytes));
    return store_->write(batch, true);
}

Status Engine::check_store() const {
    SALUS_TRY_ASSIGN(const auto format, get_record(*store_, Kind::meta, view(kMetaFormat)));
    if (!format || format->size() != 8 || number_of_key(*format) != kFormat) {
        return Error(kOtherFormat, "this version reads format " + std::to_string(kFormat) +
                                       "; `salus chain repair` brings an older store to it");
    }
    SALUS_TRY_ASSIGN(const auto genesis, get_record(*store_, Kind::meta, view(kMetaGenesis)));
    if (!genesis || !equal(*genesis, core_.genesis_hash.bytes)) {
        const std::string stored = genesis ? to_hex0x(*genesis) : "none";
        return Error(kOtherGenesis, "it holds the chain of genesis " + stored + ", not of " +
                                        to_hex0x(core_.genesis_hash.bytes));
    }
    return ok_status();
}

HeadPtr Engine::make_head(HeaderInfo info, Layers layers) const {
    auto head = std::make_shared<Head>(std::move(info), std::move(layers), store_->snapshot(),
                                       core_.node_cache);
    head->next = core_.environment_after(head->info.header);
    return head;
}

Status Engine::load_head() {
    SALUS_TRY_ASSIGN(const auto number, get_record(*store_, Kind::meta, view(kMetaHead)));
    if (!number || number->size() != 8) return Error(kDamaged, "no head");
    SALUS_TRY_ASSIGN(auto info, core_.archive.header(number_of_key(*number)));
    if (!info) return Error(kDamaged, "the head's header is missing");
    SALUS_TRY_ASSIGN(HeaderInfo stored, stored_block(*store_));
    // The root node names everything below it: later reads check each node by its hash.
    if (stored.header.state_root != crypto::kEmptyTrieRoot) {
        const StoredNodes nodes(*store_, core_.node_cache);
        SALUS_TRY(nodes.node({}, stored.header.state_root));
    }
    core_.head_pointer = make_head(std::move(stored), {});
    SALUS_TRY(run_again(*info));
    const auto ahead =
        static_cast<std::int64_t>(core_.head()->info.header.timestamp) - core_.clock.unix_seconds();
    if (ahead > 1 && !core_.options.instant) {
        log::warn("no block until the clock has reached the last one's time",
                  {{"seconds", std::to_string(ahead)}});
    }
    return ok_status();
}

// What was acknowledged and is not sealed goes back into the pool. Only what was sealed or replaced
// leaves the journal; what the rules or limits of this start refuse stays there for the next one.
Status Engine::load_journal() {
    SALUS_TRY_ASSIGN(auto kept, journal_.load());
    std::vector<std::optional<Result<PooledPtr>>> prepared(kept.size());
    const HeadPtr head = core_.head();
    workers_.parallel_for(kept.size(), [&](std::size_t i) {
        prepared[i].emplace(prepare(std::move(kept[i].raw), head->next));
    });
    std::vector<std::uint64_t> gone;
    std::unique_lock lock(core_.pool_mutex);
    for (std::size_t i = 0; i < kept.size(); ++i) {
        last_arrival_ = kept[i].arrival - 1; // admit() counts on from here
        SALUS_TRY(restore(*prepared[i], kept[i].arrival, gone));
    }
    if (!kept.empty()) last_arrival_ = kept.back().arrival;
    lock.unlock();
    return journal_.erase(gone);
}

// Storage that cannot be read says nothing about a transaction: the chain does not open then.
Status Engine::restore(const Result<PooledPtr>& entry, std::uint64_t arrival,
                       std::vector<std::uint64_t>& gone) {
    const Result<Pool::Added> added =
        entry.ok() ? admit(*entry, Pool::Origin::restored) : Result<Pool::Added>(entry.error());
    if (added.ok()) {
        (*entry)->kept = Kept::durable;
        if (added->replaced) gone.push_back(added->replaced->arrival);
        return ok_status();
    }
    if (!blames_transaction(added.error())) return added.error();
    const ErrorKind& kind = added.error().kind();
    const bool settled = kind == state::kNonceTooLow || kind == kAlreadyKnown;
    if (settled) gone.push_back(arrival);
    log::info(settled ? "pending transaction settled" : "pending transaction set aside",
              {{"reason", added.error().text()}});
    return ok_status();
}

} // namespace salus::chain
