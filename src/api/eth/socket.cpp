#include "api/eth/socket.hpp"

#include <mutex>

#include <fmt/format.h>

namespace salus::api::eth {

Result<Topic> read_topic_request(const json::array& params) {
    if (params.empty() || !params[0].is_string()) {
        return Error(kInvalidParams, "the subscription's name is missing");
    }
    const std::string_view name(params[0].get_string().data(), params[0].get_string().size());
    const Json argument = params.size() > 1 ? params[1] : Json(nullptr);
    using Kind = Topic::Kind;
    if (name == "newHeads") return Topic{Kind::new_heads, nullptr};
    if (name == "logs") return Topic{Kind::logs, argument};
    if (name == "syncing") return Topic{Kind::syncing, nullptr};
    if (name == "newPendingTransactions") {
        const bool full = argument.is_bool() && argument.get_bool();
        return Topic{full ? Kind::pending_full : Kind::pending, nullptr};
    }
    return Error(kInvalidParams, "no such subscription");
}

Result<chain::LogFilter> read_logs_topic(const Topic& topic) {
    if (topic.filter.is_null()) return chain::LogFilter();
    SALUS_TRY_ASSIGN(LogRequest request, read_log_request(topic.filter));
    if (request.block_hash) return Error(kInvalidParams, "a subscription has no blockHash");
    return std::move(request.filter);
}

namespace {

// A subscription's notifications wait until the answer with its id is on its way.
class Gate {
public:
    Gate(std::weak_ptr<http::WebSocketSession> session, std::string id)
        : session_(std::move(session)), id_(std::move(id)) {}

    void notify(std::string_view result_json) {
        std::string text = fmt::format(
            R"({{"jsonrpc":"2.0","method":"eth_subscription","params":{{"subscription":"{}",)"
            R"("result":{}}}}})",
            id_, result_json);
        const std::lock_guard lock(mutex_);
        if (!open_) return waiting_.push_back(std::move(text));
        send(std::move(text));
    }
    void open() {
        const std::lock_guard lock(mutex_);
        if (std::exchange(open_, true)) return;
        for (std::string& text : waiting_) send(std::move(text));
        waiting_.clear();
    }

private:
    void send(std::string text) {
        if (const auto session = session_.lock()) session->send(std::move(text));
    }

    std::weak_ptr<http::WebSocketSession> session_;
    std::string id_;
    std::mutex mutex_;
    bool open_ = false;
    std::vector<std::string> waiting_;
};

// on_message and on_close come one at a time, so the maps need no lock.
class RpcSocket final : public http::WebSocketClient, public Subscriber {
public:
    RpcSocket(const std::shared_ptr<http::WebSocketSession>& session, Backend& backend,
              const EndpointOptions& options, Random& random, FeedMaker make_feed)
        : session_(session), backend_(backend), options_(options), random_(random),
          make_feed_(std::move(make_feed)) {}

    void on_message(std::string text) override {
        const auto session = session_.lock();
        if (!session) return;
        Caller caller;
        caller.take_tokens = [&session](std::size_t n) { return session->take_tokens(n); };
        caller.subscriber = this;
        std::string answer = answer_rpc(text, backend_, options_, caller);
        if (!answer.empty()) session->send(std::move(answer));
        for (auto& [id, subscription] : subscriptions_) subscription.gate->open();
    }
    void on_close() override { subscriptions_.clear(); }

    Result<std::string> subscribe(const json::array& params) override {
        if (subscriptions_.size() >= options_.subscription_limit) {
            return Error(kLimitExceeded, "too many subscriptions on this connection");
        }
        SALUS_TRY_ASSIGN(const Topic topic, read_topic_request(params));
        const std::string id = to_hex0x(random_.bytes<16>().bytes);
        const auto gate = std::make_shared<Gate>(session_, id);
        SALUS_TRY_ASSIGN(auto feed, make_feed_(topic, [gate](std::string_view result) {
                             gate->notify(result);
                         }));
        subscriptions_[id] = {gate, std::move(feed)};
        return id;
    }
    bool unsubscribe(const std::string& id) override { return subscriptions_.erase(id) != 0; }

private:
    struct Subscription {
        std::shared_ptr<Gate> gate;
        std::unique_ptr<Feed> feed;
    };

    std::weak_ptr<http::WebSocketSession> session_;
    Backend& backend_;
    const EndpointOptions& options_;
    Random& random_;
    FeedMaker make_feed_;
    std::map<std::string, Subscription> subscriptions_;
};

} // namespace

std::shared_ptr<http::WebSocketClient>
make_rpc_socket(std::shared_ptr<http::WebSocketSession> session, Backend& backend,
                const EndpointOptions& options, Random& random, FeedMaker make_feed) {
    return std::make_shared<RpcSocket>(std::move(session), backend, options, random,
                                       std::move(make_feed));
}

} // namespace salus::api::eth
