#include "chain/engine.hpp"

#include "chain/packing.hpp"

namespace salus::chain {

std::optional<Error> Engine::failure() const {
    const std::lock_guard lock(core_.pool_mutex);
    return failure_;
}

std::optional<Error> Engine::dropped(const Hash32& transaction_hash) const {
    const std::lock_guard lock(core_.pool_mutex);
    const auto found = dropped_.find(transaction_hash);
    if (found == dropped_.end()) return std::nullopt;
    return found->second;
}

// --- blocks -------------------------------------------------------------------------------------

Result<std::optional<HeaderInfo>> Engine::sealed_header(const BlockId& id) const {
    const HeadPtr head = core_.head();
    std::uint64_t number = head->info.header.number;
    if (const auto* tag = std::get_if<Tag>(&id)) {
        if (*tag == Tag::safe || *tag == Tag::finalized) return final_header(*tag, *head);
        if (*tag != Tag::earliest) return std::optional<HeaderInfo>(head->info);
        number = 0;
    } else if (const auto* given = std::get_if<std::uint64_t>(&id)) {
        number = *given;
    } else {
        const Hash32& hash = std::get<Hash32>(id);
        if (hash == head->info.hash) return std::optional<HeaderInfo>(head->info);
        SALUS_TRY_ASSIGN(const auto found, core_.archive.number_of(hash));
        if (!found) return std::optional<HeaderInfo>();
        number = *found;
    }
    if (number > head->info.header.number) return std::optional<HeaderInfo>();
    const auto* hash = std::get_if<Hash32>(&id);
    if (number == head->info.header.number && hash == nullptr) {
        return std::optional<HeaderInfo>(head->info);
    }
    SALUS_TRY_ASSIGN(auto header, core_.archive.header(number));
    if (hash != nullptr && (!header || header->hash != *hash)) return std::optional<HeaderInfo>();
    if (!header) return Error(kDamaged, "header " + std::to_string(number) + " is missing");
    return header;
}

// Of a driven chain what the consensus layer named, which is canonical; none before it did.
Result<std::optional<HeaderInfo>> Engine::final_header(Tag tag, const Head& head) const {
    if (!core_.options.driven) return std::optional<HeaderInfo>(head.info);
    std::unique_lock lock(core_.head_mutex);
    const Hash32 hash = tag == Tag::safe ? core_.finality.safe : core_.finality.finalized;
    lock.unlock();
    return hash == Hash32{} ? std::optional<HeaderInfo>() : canonical_header(hash);
}

Result<HeaderInfo> Engine::required_header(const BlockId& id) const {
    SALUS_TRY_ASSIGN(auto header, sealed_header(id));
    if (!header) return Error(kUnknownBlock);
    return std::move(*header);
}

namespace {

bool is_pending(const BlockId& id) {
    const auto* tag = std::get_if<Tag>(&id);
    return tag != nullptr && *tag == Tag::pending;
}

std::vector<ByteView> raws_of(std::span<const PooledPtr> entries) {
    std::vector<ByteView> out;
    for (const PooledPtr& entry : entries) out.emplace_back(entry->raw);
    return out;
}

} // namespace

Result<std::optional<HeaderInfo>> Engine::header(const BlockId& id) const {
    if (!is_pending(id)) return sealed_header(id);
    HeaderInfo out;
    out.header = pending_header();
    const std::vector<PooledPtr> entries = pending_entries(out.header);
    out.size = block_size(out.header, raws_of(entries));
    out.transaction_count = entries.size();
    return std::optional<HeaderInfo>(std::move(out));
}

std::optional<Assembled> Engine::find_recent(const Hash32& hash) const {
    const std::lock_guard lock(recent_mutex_);
    for (auto it = recent_.rbegin(); it != recent_.rend(); ++it) {
        if (it->info.hash == hash) return *it;
    }
    return std::nullopt;
}

Result<std::shared_ptr<const Block>> Engine::block(const BlockId& id) const {
    if (is_pending(id)) return std::make_shared<const Block>(pending_block());
    SALUS_TRY_ASSIGN(const auto header, sealed_header(id));
    if (!header) return std::shared_ptr<const Block>();
    if (const auto recent = find_recent(header->hash)) return recent->block;
    auto out = std::make_shared<Block>();
    out->header = header->header;
    out->hash = header->hash;
    out->size = header->size;
    SALUS_TRY_ASSIGN(out->transactions, core_.archive.transactions(*header));
    SALUS_TRY_ASSIGN(BodyRest rest, core_.archive.body_rest(header->header.number));
    out->ommers = std::move(rest.ommers);
    out->withdrawals = std::move(rest.withdrawals);
    return std::shared_ptr<const Block>(std::move(out));
}

state::BlockHeader Engine::pending_header() const {
    state::BlockHeader out;
    const HeadPtr head = core_.head();
    const state::Environment next = core_.environment_after(head->info.header);
    out.parent_hash = head->info.hash;
    out.number = next.block.number;
    out.timestamp = next.block.timestamp;
    out.gas_limit = next.block.gas_limit;
    out.coinbase = next.block.coinbase;
    out.base_fee_per_gas = next.block.base_fee;
    out.transactions_root = crypto::kEmptyTrieRoot;
    out.receipts_root = crypto::kEmptyTrieRoot;
    out.withdrawals_root = head->info.header.withdrawals_root;
    out.blob_gas_used = head->info.header.blob_gas_used;
    out.excess_blob_gas = head->info.header.excess_blob_gas;
    out.parent_beacon_block_root = head->info.header.parent_beacon_block_root;
    out.requests_hash = head->info.header.requests_hash;
    return out;
}

// As many as surely fit, by their gas limits and bytes.
std::vector<PooledPtr> Engine::pending_entries(const state::BlockHeader& header) const {
    std::vector<PooledPtr> candidates;
    {
        const std::lock_guard lock(core_.pool_mutex);
        const std::uint64_t most = core_.gas_room(header.gas_limit) / 21000;
        candidates = core_.pool.candidates(header.base_fee_per_gas.value_or(uint256()), most);
    }
    Packing packing(core_.gas_room(header.gas_limit));
    std::uint64_t gas = 0;
    std::unordered_set<Address> stopped; // later nonces of these cannot follow
    std::vector<PooledPtr> out;
    for (PooledPtr& entry : candidates) {
        if (stopped.contains(entry->info->sender)) continue;
        if (!packing.fits(*entry, gas)) {
            stopped.insert(entry->info->sender);
            continue;
        }
        packing.add(*entry);
        gas += entry->info->transaction.gas_limit;
        out.push_back(std::move(entry));
    }
    return out;
}

Block Engine::pending_block() const {
    Block out;
    out.header = pending_header();
    const std::vector<PooledPtr> entries = pending_entries(out.header);
    out.size = block_size(out.header, raws_of(entries));
    for (const PooledPtr& entry : entries) out.transactions.push_back(*entry->info);
    return out;
}

// --- transactions and receipts ------------------------------------------------------------------

Result<std::optional<HeaderInfo>> Engine::header_of(const Hash32& transaction_hash,
                                                    std::uint64_t& index) const {
    SALUS_TRY_ASSIGN(const auto position, core_.archive.position_of(transaction_hash));
    if (!position) return std::optional<HeaderInfo>();
    index = position->index;
    return sealed_header(position->number); // none while its block is not published yet
}

Result<std::optional<TransactionInfo>> Engine::transaction(const Hash32& hash) const {
    PooledPtr pending; // asked first: what leaves the pool then is in a block already
    {
        const std::lock_guard lock(core_.pool_mutex);
        pending = core_.pool.find(hash);
    }
    std::uint64_t index = 0;
    SALUS_TRY_ASSIGN(const auto header, header_of(hash, index));
    if (header) return core_.archive.transaction(*header, index);
    if (!pending) return std::optional<TransactionInfo>();
    return std::optional<TransactionInfo>(*pending->info);
}

Result<std::optional<TransactionInfo>> Engine::transaction(const BlockId& id,
                                                           std::uint64_t index) const {
    if (is_pending(id)) {
        const std::vector<PooledPtr> entries = pending_entries(pending_header());
        if (index >= entries.size()) return std::optional<TransactionInfo>();
        return std::optional<TransactionInfo>(*entries[index]->info);
    }
    SALUS_TRY_ASSIGN(const auto header, sealed_header(id));
    if (!header) return std::optional<TransactionInfo>();
    return core_.archive.transaction(*header, index);
}

Result<std::optional<ReceiptInfo>> Engine::receipt(const Hash32& transaction_hash) const {
    std::uint64_t index = 0;
    SALUS_TRY_ASSIGN(const auto header, header_of(transaction_hash, index));
    if (!header) return std::optional<ReceiptInfo>();
    return core_.archive.receipt(*header, index);
}

Result<std::shared_ptr<const std::vector<ReceiptInfo>>> Engine::receipts(const BlockId& id) const {
    using Out = std::shared_ptr<const Receipts>;
    if (is_pending(id)) return Out();
    SALUS_TRY_ASSIGN(const auto header, sealed_header(id));
    if (!header) return Out();
    if (const auto recent = find_recent(header->hash)) return recent->receipts;
    SALUS_TRY_ASSIGN(auto receipts, core_.archive.receipts(*header));
    return Out(std::make_shared<const Receipts>(std::move(receipts)));
}

Result<std::optional<Signature65>> Engine::seal(std::uint64_t number) const {
    if (number > core_.head()->info.header.number) return std::optional<Signature65>();
    return core_.archive.seal(number);
}

Result<std::vector<LogInfo>> Engine::logs(const LogQuery& query) const {
    const std::uint64_t newest = core_.head()->info.header.number;
    const auto* from = std::get_if<std::uint64_t>(&query.from);
    const auto* to = std::get_if<std::uint64_t>(&query.to);
    if (from != nullptr && to != nullptr && *to < *from) return Error(kBadRange);
    // As with other clients, a range may reach beyond the head: polling asks for what is next.
    if (from != nullptr && *from > newest) return std::vector<LogInfo>();
    SALUS_TRY_ASSIGN(const HeaderInfo first, required_header(query.from));
    if (std::holds_alternative<Hash32>(query.from)) {
        return find_logs(core_, query.filter, first.header.number, first.header.number);
    }
    std::uint64_t last = 0;
    if (to != nullptr) {
        last = std::min(newest, *to);
    } else {
        SALUS_TRY_ASSIGN(const HeaderInfo end, required_header(query.to));
        last = end.header.number;
    }
    if (last < first.header.number) return Error(kBadRange);
    if (last - first.header.number >= limits().log_blocks) {
        return Error(kRangeTooWide, std::to_string(last - first.header.number + 1) +
                                        " blocks, at most " + std::to_string(limits().log_blocks));
    }
    return find_logs(core_, query.filter, first.header.number, last);
}

// --- state --------------------------------------------------------------------------------------

Result<std::shared_ptr<const Reading>> Engine::at(const BlockId& id) const {
    if (is_pending(id)) return read_head(core_, core_.head(), true);
    SALUS_TRY_ASSIGN(HeaderInfo header, required_header(id));
    const HeadPtr head = core_.head();
    return read_at(core_, head, std::move(header));
}

Result<FeeHistory> Engine::fee_history(std::uint64_t count, const BlockId& newest,
                                       std::span<const double> percentiles) const {
    SALUS_TRY_ASSIGN(const HeaderInfo header, required_header(newest));
    return chain::fee_history(core_, count, header, percentiles);
}

namespace {

struct OneTransaction final : BlockObserver {
    OneTransaction(std::uint64_t wanted_index, evm::Tracer& its_tracer)
        : wanted(wanted_index), tracer(its_tracer) {}
    evm::Tracer* before(const TransactionInfo& info) override {
        return info.place->index == wanted ? &tracer : nullptr;
    }
    Result<bool> after(const TransactionInfo& info, const state::StateView&,
                       const state::Executed& executed) override {
        if (info.place->index != wanted) return true;
        outcome = executed.outcome;
        return false;
    }
    std::uint64_t wanted;
    evm::Tracer& tracer;
    state::TransactionOutcome outcome;
};

} // namespace

Result<state::TransactionOutcome> Engine::trace(const Hash32& transaction_hash,
                                                evm::Tracer& tracer) const {
    std::uint64_t index = 0;
    SALUS_TRY_ASSIGN(const auto header, header_of(transaction_hash, index));
    if (!header) return Error(kUnknownTransaction);
    OneTransaction observer(index, tracer);
    SALUS_TRY(chain::replay(core_, core_.head(), *header, observer));
    return std::move(observer.outcome);
}

Status Engine::replay(const BlockId& id, BlockObserver& observer) const {
    SALUS_TRY_ASSIGN(const HeaderInfo header, required_header(id));
    return chain::replay(core_, core_.head(), header, observer);
}

// --- pool and waiting ---------------------------------------------------------------------------

PoolStatus Engine::pool_status() const {
    const std::lock_guard lock(core_.pool_mutex);
    return core_.pool.status();
}

PoolContent Engine::pool_content() const {
    const std::lock_guard lock(core_.pool_mutex);
    return core_.pool.content();
}

HeaderInfo Engine::wait_for_head(const Hash32& known, std::chrono::milliseconds timeout) const {
    std::unique_lock lock(core_.head_mutex);
    head_changed_.wait_for(lock, timeout, [&] { return core_.head_pointer->info.hash != known; });
    return core_.head_pointer->info;
}

} // namespace salus::chain
