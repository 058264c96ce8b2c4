#pragma once
// Filters that are polled (eth_newFilter and its relatives). Thread-safe.

#include <deque>
#include <mutex>

#include "api/eth/params.hpp"
#include "chain/chain.hpp"

namespace salus::api::eth {

class Filters {
public:
    Filters(chain::Chain& chain, const Clock& clock, Random& random,
            const EndpointOptions& options);
    ~Filters();

    // Each gives the new filter's id. Above the limit the one that was not asked for longest ends.
    std::string add_logs(LogRequest request);
    std::string add_blocks();
    std::string add_pending();

    // Since the last time that succeeded; kFilterNotFound.
    Result<Json> changes(const std::string& id);
    Result<Json> all_logs(const std::string& id); // eth_getFilterLogs
    bool remove(const std::string& id);

private:
    enum class Kind : std::uint8_t { logs, blocks, pending };
    struct Filter {
        Filter(Kind kind_, LogRequest request_) : kind(kind_), request(std::move(request_)) {}
        const Kind kind;
        const LogRequest request;

        // One poll at a time, of this filter alone. Guards what follows:
        std::mutex polling;
        std::uint64_t seen = 0; // blocks up to here were reported,
        Hash32 seen_hash;       // this being the last one
        int stuck = 0;          // polls that found it left, before its removal was told
        json::array removed;    // logs of blocks that were reported and left since

        // Guarded by mutex_:
        std::deque<Hash32> hashes; // pending: not reported yet
        std::int64_t used_at = 0;  // Unix seconds
        std::uint64_t turn = 0;    // of its last use, in the order of all uses
    };
    using Found = std::shared_ptr<Filter>;

    std::string add(Kind kind, LogRequest request = {});
    Found use(const std::string& id); // nullptr: none
    // Up to where the next poll reports; none while a reorganisation is under way.
    Result<std::optional<chain::HeaderInfo>> next_end(Filter& filter) const;
    // Whether `end` is still canonical; then the filter has seen it.
    Result<bool> settle(Filter& filter, const chain::HeaderInfo& end) const;
    Result<Json> new_blocks(Filter& filter);
    Result<Json> new_logs(Filter& filter);
    void watch_heads();
    void take_back(const chain::NewHead& removed);
    Json new_pending(Filter& filter);
    void watch_pending();
    void forget_old();
    void touch(Filter& filter);

    chain::Chain& chain_;
    const Clock& clock_;
    Random& random_;
    const EndpointOptions& options_;
    std::mutex mutex_; // never held while the chain is asked
    std::map<std::string, Found> filters_;
    std::uint64_t turns_ = 0;
    bool watching_pending_ = false, watching_heads_ = false;
    chain::Subscription pending_, heads_; // last: they end first
};

// The logs of one request, as eth_getLogs and eth_getFilterLogs answer it.
Result<std::vector<chain::LogInfo>> find_logs(const chain::Chain& chain, const LogRequest& request);

} // namespace salus::api::eth
