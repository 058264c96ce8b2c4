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

    // Each gives the new filter's id; kLimitExceeded where there are too many.
    Result<std::string> add_logs(LogRequest request);
    Result<std::string> add_blocks();
    Result<std::string> add_pending();

    Result<Json> changes(const std::string& id);  // since the last time; kFilterNotFound
    Result<Json> all_logs(const std::string& id); // eth_getFilterLogs
    bool remove(const std::string& id);

private:
    enum class Kind : std::uint8_t { logs, blocks, pending };
    struct Filter {
        Kind kind = Kind::blocks;
        LogRequest request;
        std::uint64_t seen = 0;    // blocks up to here were reported
        std::deque<Hash32> hashes; // pending: not reported yet
        std::int64_t used_at = 0;  // Unix seconds
    };

    Result<std::string> add(Filter filter);
    Result<Json> new_blocks(Filter& filter);
    Result<Json> new_logs(Filter& filter);
    void watch_pending();
    void forget_old();

    chain::Chain& chain_;
    const Clock& clock_;
    Random& random_;
    const EndpointOptions& options_;
    std::mutex mutex_;
    std::map<std::string, Filter> filters_;
    bool watching_ = false;
    chain::Subscription pending_;
};

// The logs of one request, as eth_getLogs and eth_getFilterLogs answer it.
Result<std::vector<chain::LogInfo>> find_logs(const chain::Chain& chain, const LogRequest& request);

} // namespace salus::api::eth
