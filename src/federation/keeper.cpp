#include "federation/keeper.hpp"

#include <algorithm>

#include "eth/contracts/accreditation.hpp"
#include "http/client.hpp"

namespace salus::federation {

Status check_endpoint(const std::string& endpoint, bool plain) {
    SALUS_TRY_ASSIGN(const http::Url url, http::parse_url(endpoint));
    const bool own = url.host == "localhost" || url.host == "127.0.0.1" || url.host == "::1";
    return url.tls || plain || own ? ok_status() : Status(Error(kPlainEndpoint, endpoint));
}

Result<std::vector<NodeAddress>> nodes_on_chain(eth::Chain& chain, const Address& accreditation,
                                                const Address& own) {
    const auto ask = [&](Bytes data) {
        return chain.call({own, accreditation, std::move(data), {}, {}}, {});
    };
    namespace contract = eth::contracts::accreditation;
    SALUS_TRY_ASSIGN(const Bytes listed, ask(contract::encode_hospitals()));
    SALUS_TRY_ASSIGN(const auto hospitals, contract::decode_hospitals(listed));
    std::vector<NodeAddress> out;
    for (const Address& one : hospitals) {
        if (one == own) continue;
        SALUS_TRY_ASSIGN(const Bytes active, ask(contract::encode_is_accredited(one)));
        SALUS_TRY_ASSIGN(const bool accredited, contract::decode_is_accredited(active));
        if (!accredited) continue;
        SALUS_TRY_ASSIGN(const Bytes endpoint, ask(contract::encode_endpoint_of(one)));
        SALUS_TRY_ASSIGN(std::string url, contract::decode_endpoint_of(endpoint));
        if (!url.empty()) out.push_back({one, std::move(url)});
    }
    return out;
}

Result<Round> Keeper::round(const NodeAddress& node) {
    auto& [endpoint, peer] = peers_[node.account];
    if (!peer || endpoint != node.endpoint) {
        SALUS_TRY_ASSIGN(peer, open_(node));
        endpoint = node.endpoint;
    }
    SALUS_TRY(exchange_.pull_new_chains(node.account, *peer));
    return exchange_.pull(node.account, *peer);
}

Status Keeper::step() {
    SALUS_TRY_ASSIGN(const auto listed, list_());
    std::vector<NodeStatus> now;
    for (const NodeAddress& node : listed) {
        NodeStatus status{node, {}, 0, {}};
        for (const NodeStatus& before : nodes_) {
            if (before.node == node) status = before;
        }
        auto done = round(node);
        status.fault.reset();
        if (done.ok()) {
            status.last = *done;
            status.reached = static_cast<std::uint64_t>(clock_.unix_seconds());
        } else {
            status.fault = done.error();
        }
        now.push_back(std::move(status));
    }
    nodes_ = std::move(now);
    std::erase_if(peers_, [&](const auto& one) {
        return std::ranges::none_of(
            listed, [&](const NodeAddress& node) { return node.account == one.first; });
    });
    return ok_status();
}

} // namespace salus::federation
