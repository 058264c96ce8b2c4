#pragma once
// Rounds with all nodes that are on the public chain. One thread at a time.

#include <map>

#include "eth/chain.hpp"
#include "federation/exchange.hpp"

namespace salus::federation {

inline constexpr ErrorKind kPlainEndpoint{"federation.plain_endpoint",
                                          "docs/operations.md: other nodes are reached by https"};

struct NodeAddress {
    Address account;
    std::string endpoint; // as the hospital said it
    friend bool operator==(const NodeAddress&, const NodeAddress&) = default;
};
// Hospitals that are accredited and said where their node is, in the order of the contract, but
// `own`. eth.*
Result<std::vector<NodeAddress>> nodes_on_chain(eth::Chain& chain, const Address& accreditation,
                                                const Address& own);
// https; http where `plain`, and to this machine itself: http.bad_url, kPlainEndpoint.
Status check_endpoint(const std::string& endpoint, bool plain);

struct NodeStatus {
    NodeAddress node;
    Round last;                 // of the last round that ended
    std::uint64_t reached = 0;  // when that was, Unix seconds; 0: never
    std::optional<Error> fault; // of the last round, where it did not end
};

class Keeper {
public:
    using List = std::function<Result<std::vector<NodeAddress>>()>;
    using Open = std::function<Result<std::unique_ptr<Peer>>(const NodeAddress&)>;
    // `exchange` and `clock` outlive it.
    Keeper(Exchange& exchange, List list, Open open, const Clock& clock)
        : exchange_(exchange), list_(std::move(list)), open_(std::move(open)), clock_(clock) {}

    // One round with every node. One that cannot be reached stops no other. An error: the public
    // chain does not answer.
    Status step();
    const std::vector<NodeStatus>& nodes() const { return nodes_; }

private:
    Result<Round> round(const NodeAddress& node);

    Exchange& exchange_;
    List list_;
    Open open_;
    const Clock& clock_;
    std::vector<NodeStatus> nodes_;
    std::map<Address, std::pair<std::string, std::unique_ptr<Peer>>> peers_; // with a session
};

} // namespace salus::federation
