#pragma once
// Keeps a running node in step with other hospitals' nodes, and says on chain where it is reached.

#include "app/records_node.hpp"
#include "app/ticker.hpp"
#include "federation/http_peer.hpp"
#include "federation/keeper.hpp"
#include "records/record_node.hpp"

namespace salus::app {

class FederationWatch {
public:
    // All outlive it.
    static Result<std::unique_ptr<FederationWatch>>
    open(const RecordsTools& tools, const ServeOptions& options, records::RecordNode& node);

private:
    FederationWatch(const RecordsTools& tools, const ServeOptions& options)
        : tools_(tools), options_(options) {}
    void look();
    Status announce();
    Result<std::unique_ptr<federation::Peer>> reach(const federation::NodeAddress& node) const;
    void tell(const federation::NodeStatus& status);

    const RecordsTools& tools_;
    const ServeOptions& options_;
    std::unique_ptr<federation::Exchange> exchange_;
    std::unique_ptr<federation::Keeper> keeper_;
    bool announced_ = false;
    std::map<Address, std::string> told_; // the last word about each node
    std::unique_ptr<Ticker> ticker_;      // the last: it ends first
};

} // namespace salus::app
