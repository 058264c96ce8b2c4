#include "api/eth/filters.hpp"

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
void Filters::forget_old() {
    const std::int64_t oldest = clock_.unix_seconds() - options_.filter_timeout.count();
    std::erase_if(filters_, [&](const auto& entry) { return entry.second.used_at < oldest; });
}

// An id cannot be guessed: whoever has it reads the filter.
Result<std::string> Filters::add(Filter filter) {
    const std::string id = to_hex0x(random_.bytes<16>().bytes);
    filter.seen = chain_.head().header.number;
    filter.used_at = clock_.unix_seconds();
    const std::lock_guard lock(mutex_);
    forget_old();
    if (filters_.size() >= options_.filter_limit) return Error(kLimitExceeded, "too many filters");
    filters_.emplace(id, std::move(filter));
    return id;
}

Result<std::string> Filters::add_logs(LogRequest request) {
    Filter filter;
    filter.kind = Kind::logs;
    filter.request = std::move(request);
    return add(std::move(filter));
}

Result<std::string> Filters::add_blocks() {
    return add({});
}

Result<std::string> Filters::add_pending() {
    watch_pending();
    Filter filter;
    filter.kind = Kind::pending;
    return add(std::move(filter));
}

void Filters::watch_pending() {
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(watching_, true)) return;
    }
    chain::Listener listener;
    listener.on_pending = [this](const std::shared_ptr<const chain::TransactionInfo>& pending) {
        const std::lock_guard lock(mutex_);
        for (auto& [id, filter] : filters_) {
            if (filter.kind != Kind::pending) continue;
            filter.hashes.push_back(pending->hash);
            if (filter.hashes.size() > kHashesKept) filter.hashes.pop_front();
        }
    };
    pending_ = chain_.subscribe(std::move(listener));
}

bool Filters::remove(const std::string& id) {
    const std::lock_guard lock(mutex_);
    return filters_.erase(id) != 0;
}

Result<Json> Filters::new_blocks(Filter& filter) {
    json::array out;
    const std::uint64_t head = chain_.head().header.number;
    for (std::uint64_t number = filter.seen + 1; number <= head; ++number) {
        SALUS_TRY_ASSIGN(const auto header, chain_.header(chain::BlockId(number)));
        if (header) out.push_back(Json(to_hex0x(header->hash.bytes)));
    }
    filter.seen = head;
    return Json(std::move(out));
}

Result<Json> Filters::new_logs(Filter& filter) {
    const std::uint64_t head = chain_.head().header.number;
    const std::uint64_t from = std::max(filter.seen + 1, number_or(filter.request.from, 0));
    const std::uint64_t to = std::min(head, number_or(filter.request.to, head));
    filter.seen = head;
    if (filter.request.block_hash || from > to) return Json(json::array());
    chain::LogQuery query;
    query.from = from;
    query.to = to;
    query.filter = filter.request.filter;
    SALUS_TRY_ASSIGN(const std::vector<chain::LogInfo> logs, chain_.logs(query));
    return Json(to_json(logs));
}

Result<Json> Filters::changes(const std::string& id) {
    const std::lock_guard lock(mutex_);
    forget_old();
    const auto found = filters_.find(id);
    if (found == filters_.end()) return Error(kFilterNotFound);
    Filter& filter = found->second;
    filter.used_at = clock_.unix_seconds();
    if (filter.kind == Kind::blocks) return new_blocks(filter);
    if (filter.kind == Kind::logs) return new_logs(filter);
    json::array out;
    for (const Hash32& hash : filter.hashes) out.push_back(Json(to_hex0x(hash.bytes)));
    filter.hashes.clear();
    return Json(std::move(out));
}

Result<Json> Filters::all_logs(const std::string& id) {
    LogRequest request;
    {
        const std::lock_guard lock(mutex_);
        forget_old();
        const auto found = filters_.find(id);
        if (found == filters_.end() || found->second.kind != Kind::logs) {
            return Error(kFilterNotFound);
        }
        found->second.used_at = clock_.unix_seconds();
        request = found->second.request;
    }
    SALUS_TRY_ASSIGN(const std::vector<chain::LogInfo> logs, find_logs(chain_, request));
    return Json(to_json(logs));
}

} // namespace salus::api::eth
