// The same methods, answered by an outside node (--eth-rpc).

#include <condition_variable>
#include <thread>
#include <unordered_map>

#include <fmt/format.h>

#include "api/eth/methods.hpp"
#include "api/eth/routes.hpp"
#include "api/eth/shapes.hpp"
#include "base/log.hpp"
#include "eth/revert.hpp"

namespace salus::api::eth {

namespace {

// What the node cannot answer: its subscriptions are polled here, and seals are Salus's own.
bool forwarded(std::string_view method) {
    return Methods::find(method) != nullptr && method != "eth_subscribe" &&
           method != "eth_unsubscribe" && method != "salus_getSeal";
}

Result<Json> from_answer(const Json& answer) {
    if (!answer.is_object()) return Error(kUpstream);
    const json::object& object = answer.get_object();
    if (const Json* error = codec::json_find(object, "error"); error && error->is_object()) {
        return Error(kForwarded, codec::print_json(*error));
    }
    const Json* result = codec::json_find(object, "result");
    if (result == nullptr) return Error(kUpstream);
    return *result;
}

class Proxy final : public Backend {
public:
    Proxy(http::Url remote, const EndpointOptions& options)
        : options_(options), client_(std::move(remote), client_options(options)) {}

    // One round trip for many; the answer's size is limited by the client.
    bool together(const Request&, const Request&) const override { return true; }
    std::vector<Result<Json>> run(const std::vector<Request>& requests,
                                  const Caller& caller) override;
    Result<Json> ask(const std::string& method, json::array params);

private:
    static http::ClientOptions client_options(const EndpointOptions& options) {
        http::ClientOptions out;
        out.request_timeout = options.proxy_timeout;
        out.answer_limit = options.response_limit;
        out.retries = 0; // the caller decides
        return out;
    }
    Result<Json> local(const Request& request, const Caller& caller);
    Result<Json> post(const std::string& body);
    void forward(const std::vector<Request>& requests, const std::vector<std::size_t>& indices,
                 std::vector<Result<Json>>& out);

    const EndpointOptions& options_;
    http::Client client_;
};

Result<Json> Proxy::post(const std::string& body) {
    http::Client::Call call;
    call.method = "POST";
    call.headers.add("Content-Type", "application/json");
    call.body = body;
    const auto response = client_.send(call);
    if (!response.ok()) {
        log::warn("rpc.upstream", {{"error", std::string(response.error().name())}});
        return Error(kUpstream);
    }
    auto parsed = codec::parse_json(response->body, {options_.response_limit, 64});
    if (!parsed.ok()) return Error(kUpstream);
    return parsed;
}

json::object request_json(std::uint64_t id, const std::string& method, const json::array& params) {
    return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}};
}

Result<Json> Proxy::ask(const std::string& method, json::array params) {
    SALUS_TRY_ASSIGN(const Json answer, post(codec::print_json(request_json(1, method, params))));
    return from_answer(answer);
}

Result<Json> Proxy::local(const Request& request, const Caller& caller) {
    if (request.method == "eth_subscribe" && caller.subscriber != nullptr) {
        SALUS_TRY_ASSIGN(std::string id, caller.subscriber->subscribe(request.params));
        return Json(std::move(id));
    }
    if (request.method == "eth_unsubscribe" && caller.subscriber != nullptr) {
        const bool named = request.params.size() == 1 && request.params[0].is_string();
        if (!named) return Error(kInvalidParams, "the subscription's id");
        if (caller.subscriber->unsubscribe(std::string(request.params[0].get_string()))) {
            return Json(true);
        }
        return Error(kExecutionFailed, "subscription not found");
    }
    return Error(kMethodNotFound, fmt::format("the method {} does not exist/is not available",
                                              request.method.substr(0, 100)));
}

// Answers of a batch come in any order and are told apart by id (JSON-RPC 2.0 section 6).
void Proxy::forward(const std::vector<Request>& requests, const std::vector<std::size_t>& indices,
                    std::vector<Result<Json>>& out) {
    json::array batch;
    for (const std::size_t i : indices) {
        batch.push_back(request_json(i, requests[i].method, requests[i].params));
    }
    const bool single = batch.size() == 1;
    const auto answer = post(codec::print_json(single ? batch[0] : Json(batch)));
    if (!answer.ok()) return;
    if (single) {
        out[indices.front()] = from_answer(*answer);
        return;
    }
    if (!answer->is_array()) return;
    for (const Json& one : answer->get_array()) {
        const Json* id = one.is_object() ? codec::json_find(one.get_object(), "id") : nullptr;
        const auto index = id == nullptr ? Result<std::uint64_t>(Error(kUpstream)) : read_u64(*id);
        if (index.ok() && *index < out.size() && forwarded(requests[*index].method)) {
            out[*index] = from_answer(one);
        }
    }
}

std::vector<Result<Json>> Proxy::run(const std::vector<Request>& requests, const Caller& caller) {
    std::vector<Result<Json>> out(requests.size(), Result<Json>(Error(kUpstream)));
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        if (forwarded(requests[i].method)) {
            indices.push_back(i);
        } else {
            out[i] = local(requests[i], caller);
        }
    }
    if (!indices.empty()) forward(requests, indices, out);
    return out;
}

// --- subscriptions, by polling --------------------------------------------------------------

// Looks for new blocks while anybody listens, and gives each listener what it asked for.
class Poller {
public:
    explicit Poller(Proxy& proxy) : proxy_(proxy), thread_([this] { work(); }) {}
    ~Poller() {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;

    std::uint64_t add(Topic topic, Notify notify) {
        const std::lock_guard lock(mutex_);
        if (listeners_.empty()) next_block_.reset(); // only what comes from now on
        listeners_.emplace(++last_id_, Listener{std::move(topic), std::move(notify)});
        changed_.notify_all();
        return last_id_;
    }
    void remove(std::uint64_t id) {
        const std::lock_guard lock(mutex_);
        listeners_.erase(id);
    }

private:
    struct Listener {
        Topic topic;
        Notify notify;
    };
    static constexpr std::chrono::milliseconds kEvery{250};

    void work();
    Status look();
    Status tell_block(std::uint64_t number, const std::vector<Listener>& listeners);

    Proxy& proxy_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::uint64_t, Listener> listeners_;
    std::uint64_t last_id_ = 0;
    std::optional<std::uint64_t> next_block_;
    bool stopping_ = false;
    std::thread thread_;
};

void Poller::work() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (listeners_.empty()) {
            changed_.wait(lock, [&] { return stopping_ || !listeners_.empty(); });
            continue;
        }
        lock.unlock();
        const Status looked = look();
        if (!looked.ok()) log::warn("rpc.poll", {{"error", std::string(looked.error().name())}});
        lock.lock();
        changed_.wait_for(lock, kEvery, [&] { return stopping_; });
    }
}

Status Poller::look() {
    SALUS_TRY_ASSIGN(const Json answer, proxy_.ask("eth_blockNumber", {}));
    SALUS_TRY_ASSIGN(const std::uint64_t head, read_u64(answer));
    std::vector<Listener> listeners;
    std::uint64_t next = 0;
    {
        const std::lock_guard lock(mutex_);
        next = next_block_.value_or(head + 1);
        next_block_ = std::max(next, head + 1);
        for (const auto& [id, listener] : listeners_) listeners.push_back(listener);
    }
    for (; next <= head; ++next) SALUS_TRY(tell_block(next, listeners));
    return ok_status();
}

Status Poller::tell_block(std::uint64_t number, const std::vector<Listener>& listeners) {
    SALUS_TRY_ASSIGN(Json block, proxy_.ask("eth_getBlockByNumber", {quantity(number), false}));
    if (!block.is_object()) return ok_status();
    for (const char* body : {"transactions", "uncles", "withdrawals", "size"}) {
        block.get_object().erase(body);
    }
    for (const Listener& listener : listeners) {
        if (listener.topic.kind == Topic::Kind::new_heads) listener.notify(block);
        if (listener.topic.kind != Topic::Kind::logs) continue;
        json::object filter;
        if (listener.topic.filter.is_object()) filter = listener.topic.filter.get_object();
        filter["fromBlock"] = filter["toBlock"] = quantity(number);
        SALUS_TRY_ASSIGN(const Json logs, proxy_.ask("eth_getLogs", {filter}));
        if (!logs.is_array()) continue;
        for (const Json& log : logs.get_array()) listener.notify(log);
    }
    return ok_status();
}

class PolledFeed final : public Feed {
public:
    PolledFeed(Poller& poller, std::uint64_t id) : poller_(poller), id_(id) {}
    ~PolledFeed() override { poller_.remove(id_); }

private:
    Poller& poller_;
    std::uint64_t id_;
};

class ProxyEndpoint final : public Endpoint {
public:
    ProxyEndpoint(http::Router& router, http::Url remote, Random& random, EndpointOptions options)
        : options_(std::move(options)), proxy_(std::move(remote), options_), poller_(proxy_) {
        add_routes(router, proxy_, options_, random, [this](const Topic& topic, Notify notify) {
            return feed(topic, std::move(notify));
        });
    }
    std::string answer(std::string_view body) override {
        return answer_rpc(body, proxy_, options_, {});
    }

private:
    Result<std::unique_ptr<Feed>> feed(const Topic& topic, Notify notify) {
        using Kind = Topic::Kind;
        if (topic.kind == Kind::pending || topic.kind == Kind::pending_full) {
            return Error(kInvalidParams, "pending transactions are not told by this endpoint");
        }
        if (topic.kind == Kind::logs && !topic.filter.is_null()) {
            SALUS_TRY(read_log_request(topic.filter));
        }
        return std::unique_ptr<Feed>(
            std::make_unique<PolledFeed>(poller_, poller_.add(topic, std::move(notify))));
    }

    const EndpointOptions options_;
    Proxy proxy_;
    Poller poller_;
};

} // namespace

std::unique_ptr<Endpoint> serve_proxy(http::Router& router, http::Url remote, Random& random,
                                      EndpointOptions options) {
    return std::make_unique<ProxyEndpoint>(router, std::move(remote), random, std::move(options));
}

} // namespace salus::api::eth
