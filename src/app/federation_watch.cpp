#include "app/federation_watch.hpp"

#include "base/log.hpp"
#include "eth/contracts/accreditation.hpp"

namespace salus::app {

namespace contract = eth::contracts::accreditation;

Result<std::unique_ptr<FederationWatch>> FederationWatch::open(const RecordsTools& tools,
                                                               const ServeOptions& options,
                                                               records::RecordNode& node) {
    std::unique_ptr<FederationWatch> out(new FederationWatch(tools, options));
    const auto accept = [&node](const records::Parcel& parcel, const records::FetchChunk& fetch) {
        return node.accept(parcel, fetch);
    };
    const auto passing = [](const Error& error) {
        const std::string_view name = error.name();
        return records_client::is_passing(error) || name.starts_with("sql.") ||
               name.starts_with("eth.") || name.starts_with("records.head_");
    };
    SALUS_TRY_ASSIGN(out->exchange_, federation::Exchange::open({tools.database, tools.ledger,
                                                                 accept, tools.clock, passing}));
    FederationWatch* self = out.get();
    out->keeper_ = std::make_unique<federation::Keeper>(
        *out->exchange_,
        [self] {
            return federation::nodes_on_chain(
                self->tools_.chain, self->tools_.contracts.accreditation, self->tools_.account);
        },
        [self](const federation::NodeAddress& address) { return self->reach(address); },
        tools.clock);
    out->ticker_ = std::make_unique<Ticker>(std::chrono::seconds(options.federation_interval),
                                            [self] { self->look(); });
    return out;
}

Result<std::unique_ptr<federation::Peer>>
FederationWatch::reach(const federation::NodeAddress& node) const {
    SALUS_TRY(federation::check_endpoint(node.endpoint, options_.dev));
    records_client::Options options;
    options.url = node.endpoint;
    SALUS_TRY_ASSIGN(auto client,
                     records_client::RecordsClient::make(std::move(options), tools_.clock));
    client->sign_in_as(tools_.keys.account.copy());
    return std::unique_ptr<federation::Peer>(
        std::make_unique<federation::HttpPeer>(std::move(client)));
}

// Where --public-url says where this node is, the chain shall say the same.
Status FederationWatch::announce() {
    if (announced_ || options_.public_url.empty()) return ok_status();
    const Address& accreditation = tools_.contracts.accreditation;
    SALUS_TRY_ASSIGN(
        const Bytes answer,
        tools_.chain.call(
            {tools_.account, accreditation, contract::encode_endpoint_of(tools_.account), {}, {}},
            {}));
    SALUS_TRY_ASSIGN(const std::string known, contract::decode_endpoint_of(answer));
    if (known != tools_.public_url) {
        eth::Intent intent;
        intent.to = accreditation;
        intent.data = contract::encode_set_endpoint(tools_.public_url);
        intent.purpose_key =
            "endpoint/" + std::to_string(tools_.clock.unix_seconds()) + "/" + tools_.public_url;
        SALUS_TRY(tools_.sender.send_and_wait(intent));
        log::info("federation.announced", {{"endpoint", tools_.public_url}});
    }
    announced_ = true;
    return ok_status();
}

void FederationWatch::look() {
    if (const Status done = announce(); !done.ok()) {
        log::warn("federation.not_announced", {{"error", done.error().text()}});
    }
    if (const Status done = keeper_->step(); !done.ok()) {
        log::warn("federation.no_round", {{"error", done.error().text()}});
        return;
    }
    for (const federation::NodeStatus& one : keeper_->nodes()) tell(one);
}

// What has not changed is not told again.
void FederationWatch::tell(const federation::NodeStatus& status) {
    const std::string account = to_hex0x(status.node.account.bytes);
    std::string& told = told_[status.node.account];
    const std::string word = status.fault ? status.fault->text()
                             : status.last.log_broken
                                 ? "its log shrank, forked or is signed by another"
                                 : "";
    if (word != told) {
        if (word.empty()) log::info("federation.reached", {{"node", account}});
        if (!word.empty()) log::warn("federation.fault", {{"node", account}, {"error", word}});
        told = word;
    }
    if (status.fault || (status.last.taken == 0 && status.last.refused == 0)) return;
    log::info("federation.round", {{"node", account},
                                   {"taken", std::to_string(status.last.taken)},
                                   {"refused", std::to_string(status.last.refused)}});
}

} // namespace salus::app
