#pragma once
// JSON-RPC 2.0: requests, batches, limits, and the one map from errors to codes.

#include <functional>

#include "api/eth/endpoint.hpp"
#include "codec/json.hpp"

namespace salus::api::eth {

namespace json = boost::json;
using codec::Json;

inline constexpr ErrorKind kParseError{"rpc.parse_error", "JSON-RPC 2.0 section 5.1"};
inline constexpr ErrorKind kInvalidRequest{"rpc.invalid_request", "JSON-RPC 2.0 section 4"};
inline constexpr ErrorKind kMethodNotFound{"rpc.method_not_found", "JSON-RPC 2.0 section 5.1"};
inline constexpr ErrorKind kInvalidParams{"rpc.invalid_params", "execution-apis: the method"};
inline constexpr ErrorKind kLimitExceeded{"rpc.limit_exceeded", "EIP-1474: -32005"};
inline constexpr ErrorKind kResourceNotFound{"rpc.not_found", "EIP-1474: -32001"};
inline constexpr ErrorKind kExecutionFailed{"rpc.execution_failed", "EIP-1474: -32000"};
inline constexpr ErrorKind kFilterNotFound{"rpc.filter_not_found", "execution-apis: filters"};
// eth_simulateV1: why a call is refused. `chain` has the others.
inline constexpr ErrorKind kSimulatedNonceLow{"simulate.nonce_too_low", "execution-apis: -38010"};
inline constexpr ErrorKind kSimulatedNonceHigh{"simulate.nonce_too_high", "execution-apis: -38011"};
inline constexpr ErrorKind kSimulatedBaseFee{"simulate.fee_below_base_fee",
                                             "execution-apis: -38012"};
inline constexpr ErrorKind kSimulatedIntrinsicGas{"simulate.intrinsic_gas",
                                                  "execution-apis: -38013"};
inline constexpr ErrorKind kSimulatedFunds{"simulate.insufficient_funds", "execution-apis: -38014"};
inline constexpr ErrorKind kSimulatedInitCode{"simulate.init_code_too_large",
                                              "execution-apis: -38025"};
inline constexpr ErrorKind kSimulatedFault{"simulate.refused", "execution-apis: -32603"};
inline constexpr ErrorKind kUpstream{"rpc.upstream", "the Ethereum node must answer"};

// An outside node's error object, as JSON in the detail: it is handed on as it came.
inline constexpr ErrorKind kForwarded{"rpc.forwarded", "the Ethereum node's own error"};

struct RpcError {
    int code = -32603;
    std::string message;
    std::optional<std::string> data; // hex of a revert
};
// What clients match on: codes of EIP-1474 and texts as geth words them. Errors of other rooms
// that are not listed become "internal error" with their name alone.
RpcError to_rpc_error(const Error& error);

// Who takes notifications: a WebSocket connection. Over HTTP there is none.
class Subscriber {
public:
    virtual ~Subscriber() = default;
    virtual Result<std::string> subscribe(const json::array& params) = 0; // its id
    virtual bool unsubscribe(const std::string& id) = 0;
};

struct Caller {
    std::function<bool(std::size_t)> take_tokens = [](std::size_t) { return true; };
    Subscriber* subscriber = nullptr;
};

// Answers parsed requests; the part that differs between the embedded chain and the proxy.
struct Reply {
    Reply(Json json) : value(std::move(json)) {}
    static Reply of_text(std::string json_text) {
        Reply out{Json()};
        out.text = std::move(json_text);
        return out;
    }
    Json value;
    std::string text; // the result as JSON text instead, of what is large
};

class Backend {
public:
    virtual ~Backend() = default;
    struct Request {
        std::string method;
        json::array params;
    };
    // Whether `run` gains from having both at once. Others come one by one, so that no more than
    // one answer of a batch is in memory beside the text.
    virtual bool together(const Request& first, const Request& second) const = 0;
    // One answer a request, in their order.
    virtual std::vector<Result<Reply>> run(const std::vector<Request>& requests,
                                           const Caller& caller) = 0;
};

// The text of one HTTP body or WebSocket message → the text to send back; empty for none.
std::string answer_rpc(std::string_view body, Backend& backend, const EndpointOptions& options,
                       const Caller& caller);
// For http::RouteOptions::kind: a single request is of the kind of its method and, of a message
// call, of its contract and function. Only looks for them: what the text means is for answer_rpc.
std::uint64_t request_kind(std::string_view body);
std::string error_text(const RpcError& error, const Json& id = nullptr);

} // namespace salus::api::eth
