#include "api/eth/filters.hpp"

#include <algorithm>

#include "api/eth/shapes.hpp"

namespace salus::api::eth {
namespace {

constexpr std::size_t kHashesKept = 10'000; // of a filter that nobody asks

std::uint64_t number_or(const std::optional<chain::BlockId>& id, std::uint64_t otherwise) {
    const auto* number = id ? std::get_if<std::uint64_t>(&*id) : nullptr;
    return number == nullptr ? otherwise : *number;
}

} // namespace

Result<std::vector<chain::LogInfo>> find_logs(const chain::Chain& chain,
                                              const LogRequest& request) {
    chain::LogQuery query;
    query.filter = request.filter;
    if (request.block_hash) {
        query.from = *request.block_hash;
        query.to = *request.block_hash;
        return chain.logs(query);
    }
    if (request.from) query.from = *request.from;
    if (request.to) query.to = *request.to;
    const std::uint64_t head = chain.head().header.number;
    if (number_or(request.to, 0) > head || number_or(request.from, 0) > head) {
        return Error(kInvalidParams, "block range extends beyond current head block");
    }
    return chain.logs(query);
}

Filters::Filters(chain::Chain& chain, const Clock& clock, Random& random,
                 const EndpointOptions& options)
    : chain_(chain), clock_(clock), random_(random), options_(options) {}

Filters::~Filters() = default;

// With mutex_ held.
void Filters::touch(Filter& filter) {
    filter.used_at = clock_.unix_seconds();
    filter.turn = ++turns_;
}

// With mutex_ held: makes room for one more.
void Filters::forget_old() {
    const std::int64_t oldest = clock_.unix_seconds() - options_.filter_timeout.count();
    std::erase_if(filters_, [&](const auto& entry) { return entry.second->used_at < oldest; });
    if (filters_.empty() || filters_.size() < options_.filter_limit) return;
    filters_.erase(
        std::min_element(filters_.begin(), filters_.end(), [](const auto& a, const auto& b) {
            return a.second->turn < b.second->turn;
        }));
}

// An id cannot be guessed: whoever has it reads the filter.
std::string Filters::add(Kind kind, LogRequest request) {
    std::string id = to_hex0x(random_.bytes<16>().bytes);
    const auto filter = std::make_shared<Filter>(kind, std::move(request));
    watch_heads();
    const chain::HeaderInfo head = chain_.head();
    filter->seen = head.header.number;
    filter->seen_hash = head.hash;
    const std::lock_guard lock(mutex_);
    forget_old();
    touch(*filter);
    filters_.emplace(id, filter);
    return id;
}

std::string Filters::add_logs(LogRequest request) {
    return add(Kind::logs, std::move(request));
}

std::string Filters::add_blocks() {
    return add(Kind::blocks);
}

std::string Filters::add_pending() {
    watch_pending();
    return add(Kind::pending);
}

void Filters::watch_pending() {
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(watching_pending_, true)) return;
    }
    chain::Listener listener;
    listener.on_pending = [this](const std::shared_ptr<const chain::TransactionInfo>& pending) {
        const std::lock_guard lock(mutex_);
        for (auto& [id, filter] : filters_) {
            if (filter->kind != Kind::pending) continue;
            filter->hashes.push_back(pending->hash);
            if (filter->hashes.size() > kHashesKept) filter->hashes.pop_front();
        }
    };
    pending_ = chain_.subscribe(std::move(listener));
}

bool Filters::remove(const std::string& id) {
    const std::lock_guard lock(mutex_);
    return filters_.erase(id) != 0;
}

void Filters::watch_heads() {
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(watching_heads_, true)) return;
    }
    chain::Listener listener;
    listener.on_head = [this](const chain::NewHead& head) {
        if (head.removed) take_back(head);
    };
    heads_ = chain_.subscribe(std::move(listener));
}

// Removed blocks come newest first: a filter that has seen one steps back behind it.
void Filters::take_back(const chain::NewHead& head) {
    std::vector<Found> filters;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, filter] : filters_) filters.push_back(filter);
    }
    const state::BlockHeader& header = head.block->header;
    for (const Found& filter : filters) {
        const std::lock_guard lock(filter->polling);
        if (filter->kind == Kind::pending || filter->seen_hash != head.block->hash) continue;
        filter->seen = header.number - 1;
        filter->seen_hash = header.parent_hash;
        filter->stuck = 0;
        if (filter->kind != Kind::logs || filter->request.block_hash) continue;
        if (header.number < number_or(filter->request.from, 0) ||
            header.number > number_or(filter->request.to, header.number)) {
            continue;
        }
        for (const auto& log : chain::matching_logs(*head.receipts, filter->request.filter)) {
            if (filter->removed.size() < kHashesKept) {
                filter->removed.push_back(Json(to_json(log, true)));
            }
        }
    }
}

Result<std::optional<chain::HeaderInfo>> Filters::next_end(Filter& filter) const {
    constexpr int kPatience = 3; // polls; the removal was dropped: its listener lagged behind
    SALUS_TRY_ASSIGN(const auto last, chain_.header(chain::BlockId(filter.seen)));
    if (last && last->hash == filter.seen_hash) {
        return std::optional<chain::HeaderInfo>(chain_.head());
    }
    if (++filter.stuck < kPatience) return std::optional<chain::HeaderInfo>();
    const chain::HeaderInfo head = chain_.head();
    filter.seen = head.header.number;
    filter.seen_hash = head.hash;
    filter.stuck = 0;
    return std::optional<chain::HeaderInfo>(head);
}

Result<bool> Filters::settle(Filter& filter, const chain::HeaderInfo& end) const {
    SALUS_TRY_ASSIGN(const auto now, chain_.header(chain::BlockId(end.header.number)));
    if (!now || now->hash != end.hash) return false;
    filter.seen = end.header.number;
    filter.seen_hash = end.hash;
    return true;
}

Result<Json> Filters::new_blocks(Filter& filter) {
    json::array out;
    SALUS_TRY_ASSIGN(const auto end, next_end(filter));
    if (!end) return Json(std::move(out));
    for (std::uint64_t number = filter.seen + 1; number <= end->header.number; ++number) {
        SALUS_TRY_ASSIGN(const auto header, chain_.header(chain::BlockId(number)));
        if (header) out.push_back(Json(to_hex0x(header->hash.bytes)));
    }
    SALUS_TRY_ASSIGN(const bool settled, settle(filter, *end));
    if (!settled) out.clear(); // asked again, it tells the other branch
    return Json(std::move(out));
}

Result<Json> Filters::new_logs(Filter& filter) {
    SALUS_TRY_ASSIGN(const auto end, next_end(filter));
    json::array out = std::exchange(filter.removed, {});
    if (!end) return Json(std::move(out));
    const std::uint64_t head = end->header.number;
    chain::LogQuery query;
    const std::uint64_t from = std::max(filter.seen + 1, number_or(filter.request.from, 0));
    const std::uint64_t to = std::min(head, number_or(filter.request.to, head));
    query.from = from;
    query.to = to;
    query.filter = filter.request.filter;
    std::vector<chain::LogInfo> logs;
    if (!filter.request.block_hash && from <= to) {
        auto found = chain_.logs(query);
        if (!found.ok()) { // what failed is asked for again
            filter.removed = std::move(out);
            return std::move(found).error();
        }
        logs = *std::move(found);
    }
    SALUS_TRY_ASSIGN(const bool settled, settle(filter, *end));
    if (!settled) return Json(std::move(out));
    for (const chain::LogInfo& log : logs) out.push_back(Json(to_json(log)));
    return Json(std::move(out));
}

Json Filters::new_pending(Filter& filter) {
    std::deque<Hash32> hashes;
    {
        const std::lock_guard lock(mutex_);
        hashes.swap(filter.hashes);
    }
    json::array out;
    for (const Hash32& hash : hashes) out.push_back(Json(to_hex0x(hash.bytes)));
    return Json(std::move(out));
}

Filters::Found Filters::use(const std::string& id) {
    const std::int64_t oldest = clock_.unix_seconds() - options_.filter_timeout.count();
    const std::lock_guard lock(mutex_);
    const auto found = filters_.find(id);
    if (found == filters_.end() || found->second->used_at < oldest) return nullptr;
    touch(*found->second);
    return found->second;
}

Result<Json> Filters::changes(const std::string& id) {
    const Found filter = use(id);
    if (!filter) return Error(kFilterNotFound);
    if (filter->kind == Kind::pending) return new_pending(*filter);
    const std::lock_guard lock(filter->polling);
    return filter->kind == Kind::blocks ? new_blocks(*filter) : new_logs(*filter);
}

Result<Json> Filters::all_logs(const std::string& id) {
    const Found filter = use(id);
    if (!filter || filter->kind != Kind::logs) return Error(kFilterNotFound);
    SALUS_TRY_ASSIGN(const std::vector<chain::LogInfo> logs, find_logs(chain_, filter->request));
    return Json(to_json(logs));
}

} // namespace salus::api::eth
