// The same methods, answered by an outside node (--eth-rpc).

#include <condition_variable>
#include <thread>
#include <unordered_map>

#include <fmt/format.h>

#include "api/eth/discovery.hpp"
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
           method != "eth_unsubscribe" && !method.starts_with("salus_") &&
           method != "rpc.discover" && !method.starts_with("testing_");
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

Result<Reply> as_reply(Result<Json> json) {
    if (!json.ok()) return std::move(json).error();
    return Reply(*std::move(json));
}

class Proxy final : public Backend {
public:
    Proxy(http::Url remote, const EndpointOptions& options)
        : options_(options), client_(std::move(remote), client_options(options)) {}

    // One round trip for many; the answer's size is limited by the client.
    bool together(const Request&, const Request&) const override { return true; }
    std::vector<Result<Reply>> run(const std::vector<Request>& requests,
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
                 std::vector<Result<Reply>>& out);

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
    if (request.method == "rpc.discover") return discovery_document(options_);
    if (request.method == "eth_subscribe" && caller.subscriber != nullptr) {
        SALUS_TRY_ASSIGN(const std::string id, caller.subscriber->subscribe(request.params));
        return Json(id);
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
                    std::vector<Result<Reply>>& out) {
    json::array batch;
    for (const std::size_t i : indices) {
        batch.push_back(request_json(i, requests[i].method, requests[i].params));
    }
    const bool single = batch.size() == 1;
    const auto answer = post(codec::print_json(single ? batch[0] : Json(batch)));
    if (!answer.ok()) return;
    if (single) {
        out[indices.front()] = as_reply(from_answer(*answer));
        return;
    }
    if (!answer->is_array()) return;
    for (const Json& one : answer->get_array()) {
        const Json* id = one.is_object() ? codec::json_find(one.get_object(), "id") : nullptr;
        const auto index = id == nullptr ? Result<std::uint64_t>(Error(kUpstream)) : read_u64(*id);
        if (index.ok() && *index < out.size() && forwarded(requests[*index].method)) {
            out[*index] = as_reply(from_answer(one));
        }
    }
}

std::vector<Result<Reply>> Proxy::run(const std::vector<Request>& requests, const Caller& caller) {
    std::vector<Result<Reply>> out(requests.size(), Result<Reply>(Error(kUpstream)));
    std::vector<std::size_t> indices;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        if (forwarded(requests[i].method)) {
            indices.push_back(i);
        } else {
            out[i] = as_reply(local(requests[i], caller));
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
        auto listener = std::make_shared<Listener>();
        listener->topic = std::move(topic);
        listener->notify = std::move(notify);
        listeners_.emplace(++last_id_, std::move(listener));
        changed_.notify_all();
        return last_id_;
    }
    void remove(std::uint64_t id) {
        const std::lock_guard lock(mutex_);
        listeners_.erase(id);
    }

private:
    // What stands after `notify` is the thread's own.
    struct Listener {
        Topic topic;
        Notify notify;
        std::optional<std::uint64_t> next; // block to tell; none: what comes from now on
        std::size_t pause = 0;             // looks to leave out, more after each failure
        std::size_t failures = 0;          // in a row
    };
    using Blocks = std::map<std::uint64_t, Json>; // headers asked for in one look
    static constexpr std::chrono::milliseconds kEvery{250};
    static constexpr std::uint64_t kMostBehind = 1000; // blocks owed to one listener

    void work();
    Status look();
    void serve(Listener& listener, std::uint64_t head, Blocks& blocks);
    Result<const Json*> block(std::uint64_t number, Blocks& blocks);
    Status tell(const Listener& listener, const Json& block);

    Proxy& proxy_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::uint64_t, std::shared_ptr<Listener>> listeners_;
    std::uint64_t last_id_ = 0;
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
    std::vector<std::shared_ptr<Listener>> listeners;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, listener] : listeners_) listeners.push_back(listener);
    }
    Blocks blocks;
    for (const auto& listener : listeners) serve(*listener, head, blocks);
    return ok_status();
}

// What fails for one listener is owed to it and does not concern the others.
void Poller::serve(Listener& listener, std::uint64_t head, Blocks& blocks) {
    // A head that went back (another node answers, or a reorganisation): on from there.
    std::uint64_t next = std::min(listener.next.value_or(head + 1), head + 1);
    if (head - next + 1 > kMostBehind) next = head + 1 - kMostBehind;
    listener.next = next;
    if (listener.pause > 0) {
        --listener.pause;
        return;
    }
    for (; *listener.next <= head; ++*listener.next) {
        const auto found = block(*listener.next, blocks);
        const Status told = found.ok() ? tell(listener, **found) : Status(found.error());
        if (!told.ok()) {
            log::warn("rpc.poll", {{"error", std::string(told.error().name())}});
            listener.failures = std::min<std::size_t>(listener.failures + 1, 8);
            listener.pause = (std::size_t{1} << listener.failures) - 2;
            return;
        }
        listener.failures = 0;
    }
}

Result<const Json*> Poller::block(std::uint64_t number, Blocks& blocks) {
    const auto known = blocks.find(number);
    if (known != blocks.end()) return &known->second;
    SALUS_TRY_ASSIGN(Json block, proxy_.ask("eth_getBlockByNumber", {quantity(number), false}));
    if (!block.is_object()) return Error(kUpstream, "a block below the head is missing");
    for (const char* body : {"transactions", "uncles", "withdrawals", "size"}) {
        block.get_object().erase(body);
    }
    return &blocks.emplace(number, std::move(block)).first->second;
}

Status Poller::tell(const Listener& listener, const Json& block) {
    if (listener.topic.kind == Topic::Kind::new_heads) listener.notify(codec::print_json(block));
    if (listener.topic.kind != Topic::Kind::logs) return ok_status();
    json::object filter;
    if (listener.topic.filter.is_object()) filter = listener.topic.filter.get_object();
    SALUS_TRY_ASSIGN(const std::string number, codec::json_string(block.get_object(), "number"));
    filter.erase("blockHash"); // null, else it would have been refused
    // One after the other: the second insertion may move what the first returned.
    filter["fromBlock"] = number;
    filter["toBlock"] = number;
    SALUS_TRY_ASSIGN(const Json logs, proxy_.ask("eth_getLogs", {filter}));
    if (!logs.is_array()) return Error(kUpstream);
    for (const Json& log : logs.get_array()) listener.notify(codec::print_json(log));
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
        if (topic.kind == Kind::logs) SALUS_TRY(read_logs_topic(topic));
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
