#pragma once
// Sends items to the node, many in a request and several requests at a time, and gives the results
// back in the order of the input.

#include <deque>
#include <future>

#include "app/bulk_command.hpp"
#include "app/bulk_source.hpp"
#include "app/node_client.hpp"

namespace salus::app {

inline constexpr ErrorKind kBulkStopped{"bulk.stopped", "this hospital must be able to issue"};

struct BulkBatch {
    std::vector<BulkItem> items;
    // Of each item: what the node answered to it, objects of /api/v1/issue/bulk. Empty where the
    // item had faults of its own and was not sent.
    std::vector<codec::json::array> results;
};

class BulkSender {
public:
    BulkSender(BulkSource& source, NodeClient& node, const BulkOptions& options)
        : source_(source), node_(node), options_(options) {}

    // Nothing: the end. While the node is away or busy it is waited for; what only failed in
    // passing is sent again. kNoNode, kNodeRefused, kBulkStopped.
    Result<std::optional<BulkBatch>> next();

private:
    Result<std::optional<BulkBatch>> read();
    Result<BulkBatch> send(BulkBatch batch) const;
    Result<codec::json::array> post(const std::string& body) const;

    BulkSource& source_;
    NodeClient& node_;
    const BulkOptions& options_;
    bool ended_ = false;
    std::deque<std::future<Result<BulkBatch>>> under_way_;
};

} // namespace salus::app
