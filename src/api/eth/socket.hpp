#pragma once
// JSON-RPC over one WebSocket connection, with its subscriptions. Internal to api/eth.

#include "api/eth/params.hpp"
#include "http/websocket.hpp"

namespace salus::api::eth {

// Feeds the subscriptions of one connection. Callbacks may come from any thread and must come in
// order; after destruction none comes.
class Feed {
public:
    virtual ~Feed() = default;
};

// What one subscription asks for; `params` are those of eth_subscribe.
struct Topic {
    enum class Kind : std::uint8_t { new_heads, logs, pending, pending_full, syncing } kind;
    Json filter; // of logs: the object, or null
};
Result<Topic> read_topic_request(const json::array& params);
// The filter of logs to come. kInvalidParams also where it names a block by its hash.
Result<chain::LogFilter> read_logs_topic(const Topic& topic);

using Notify = std::function<void(std::string_view result_json)>;
// Starts a feed for one subscription. kInvalidParams where the topic is not offered.
using FeedMaker = std::function<Result<std::unique_ptr<Feed>>(const Topic& topic, Notify notify)>;

std::shared_ptr<http::WebSocketClient>
make_rpc_socket(std::shared_ptr<http::WebSocketSession> session, Backend& backend,
                const EndpointOptions& options, Random& random, FeedMaker make_feed);

} // namespace salus::api::eth
