#include "api/eth/endpoint.hpp"

#include "api/eth/methods.hpp"
#include "api/eth/routes.hpp"
#include "api/eth/shapes.hpp"

namespace salus::api::eth {

void add_routes(http::Router& router, Backend& backend, const EndpointOptions& options,
                Random& random, FeedMaker make_feed) {
    http::RouteOptions route;
    route.metric_class = "rpc";
    route.body_limit = options.request_limit;
    route.fault_body = [](const http::Fault& fault) {
        const int code = fault.status == 429 ? -32005 : fault.status >= 500 ? -32603 : -32600;
        return http::Response::json(error_text({code, std::string(fault.message), {}}),
                                    fault.status);
    };
    route.kind = [](const http::Request& request) { return request_kind(request.body); };
    const auto answer = [&backend, &options](const http::Request& request) {
        Caller caller;
        caller.take_tokens = request.take_tokens;
        return http::Response::json(answer_rpc(request.body, backend, options, caller));
    };
    const http::WebSocketAccept accept =
        [&backend, &options, &random,
         make_feed](const std::shared_ptr<http::WebSocketSession>& session, const http::Request&) {
            return make_rpc_socket(session, backend, options, random, make_feed);
        };
    for (const char* path : {"/", "/rpc"}) {
        router.add("POST", path, answer, route);
        router.add_websocket(path, accept);
    }
}

namespace {

class ChainFeed final : public Feed {
public:
    explicit ChainFeed(chain::Subscription subscription) : subscription_(std::move(subscription)) {}

private:
    chain::Subscription subscription_;
};

// The newest head as JSON, printed once for all who listen. For the notifying thread alone.
class HeadText {
public:
    const std::string& of(const std::shared_ptr<const chain::Block>& block) {
        if (std::exchange(block_, block) != block) {
            text_ = codec::print_json(Json(to_json(block->header, block->hash)));
        }
        return text_;
    }

private:
    std::shared_ptr<const chain::Block> block_;
    std::string text_;
};
using HeadTextPtr = std::shared_ptr<HeadText>;

chain::Listener heads_listener(const Notify& notify, const HeadTextPtr& text) {
    chain::Listener out;
    out.on_head = [notify, text](const chain::NewHead& head) {
        if (head.removed) return; // those that come instead tell it
        notify(text->of(head.block));
    };
    return out;
}

chain::Listener logs_listener(const Notify& notify, const chain::LogFilter& filter) {
    chain::Listener out;
    out.on_head = [notify, filter](const chain::NewHead& head) {
        for (const auto& log : chain::matching_logs(*head.receipts, filter)) {
            notify(codec::print_json(Json(to_json(log, head.removed))));
        }
    };
    return out;
}

chain::Listener pending_listener(const Notify& notify, bool full) {
    chain::Listener out;
    out.on_pending = [notify, full](const std::shared_ptr<const chain::TransactionInfo>& info) {
        notify(codec::print_json(full ? Json(to_json(*info)) : Json(to_hex0x(info->hash.bytes))));
    };
    return out;
}

Result<std::unique_ptr<Feed>> chain_feed(chain::Chain& chain, const Topic& topic,
                                         const Notify& notify, const HeadTextPtr& text) {
    using Kind = Topic::Kind;
    chain::Listener listener;
    if (topic.kind == Kind::new_heads) listener = heads_listener(notify, text);
    if (topic.kind == Kind::pending) listener = pending_listener(notify, false);
    if (topic.kind == Kind::pending_full) listener = pending_listener(notify, true);
    if (topic.kind == Kind::logs) {
        SALUS_TRY_ASSIGN(const chain::LogFilter filter, read_logs_topic(topic));
        listener = logs_listener(notify, filter);
    }
    // "syncing" never changes here: subscribed, but silent.
    return std::unique_ptr<Feed>(std::make_unique<ChainFeed>(chain.subscribe(std::move(listener))));
}

class ChainEndpoint final : public Endpoint {
public:
    ChainEndpoint(http::Router& router, chain::Chain& chain, const Clock& clock, Random& random,
                  EndpointOptions options)
        : options_(std::move(options)), methods_(chain, clock, random, options_) {
        const auto make_feed = [&chain, text = std::make_shared<HeadText>()](const Topic& topic,
                                                                             Notify notify) {
            return chain_feed(chain, topic, notify, text);
        };
        add_routes(router, methods_, options_, random, make_feed);
    }

    std::string answer(std::string_view body) override {
        return answer_rpc(body, methods_, options_, {});
    }

private:
    const EndpointOptions options_;
    Methods methods_;
};

} // namespace

std::unique_ptr<Endpoint> serve_chain(http::Router& router, chain::Chain& chain, const Clock& clock,
                                      Random& random, EndpointOptions options) {
    return std::make_unique<ChainEndpoint>(router, chain, clock, random, std::move(options));
}

} // namespace salus::api::eth
