#include "api/eth/rpc.hpp"

#include <fmt/format.h>

#include "api/engine/errors.hpp"
#include "chain/simulation.hpp"
#include "eth/chain.hpp"
#include "eth/revert.hpp"
#include "state/transition.hpp"

namespace salus::api::eth {
namespace {

struct CodeOf {
    const ErrorKind& kind;
    int code;
    std::string_view message; // empty: the error's detail
};

// One line an error. Transactions that are refused have -32003, as the texts that wallets know.
const std::vector<CodeOf>& codes() {
    static const std::vector<CodeOf> kCodes = {
        {kParseError, -32700, "parse error"},
        {kInvalidRequest, -32600, ""},
        {kMethodNotFound, -32601, ""},
        {kInvalidParams, -32602, ""},
        {kLimitExceeded, -32005, ""},
        {kResourceNotFound, -32001, ""},
        {kExecutionFailed, -32000, ""},
        {kFilterNotFound, -32000, "filter not found"},
        {kSimulatedNonceLow, -38010, ""},
        {kSimulatedNonceHigh, -38011, ""},
        {kSimulatedBaseFee, -38012, ""},
        {kSimulatedIntrinsicGas, -38013, ""},
        {kSimulatedFunds, -38014, ""},
        {kSimulatedInitCode, -38025, ""},
        {kSimulatedFault, -32603, ""},
        {chain::kSimulatedGas, -38015, ""},
        {chain::kSimulatedNumber, -38020, ""},
        {chain::kSimulatedTime, -38021, ""},
        {chain::kSimulatedBlocks, -38026, "too many blocks"},
        {chain::kSimulatedChain, -32602, ""},
        {chain::kNotPrecompile, -32000, ""},
        {chain::kOverriddenTwice, -32000, ""},
        {chain::kGenesisTrace, -32000, "genesis is not traceable"},
        {chain::kTimeout, -32005, "execution aborted: it took too long"},
        {chain::kTooOld, -32001, "the tries of this block are not kept any more"},
        {kUpstream, -32603, "the Ethereum node does not answer"},
        {engine::kUnknownPayload, -38001, ""},
        {engine::kInvalidForkchoice, -38002, ""},
        {engine::kInvalidAttributes, -38003, ""},
        {engine::kTooLargeRequest, -38004, ""},
        {engine::kUnsupportedFork, -38005, ""},
        {chain::kUnknownBlock, -32001, "block not found"},
        {chain::kUnknownTransaction, -32001, "transaction not found"},
        {chain::kBadRange, -32602, "invalid block range params"},
        {chain::kRangeTooWide, -32005, "block range is too wide"},
        {chain::kTooManyResults, -32005, "query returned too many results"},
        {chain::kBadPercentiles, -32602, "invalid reward percentiles"},
        {chain::kClosed, -32603, "the chain has stopped"},
        {store::kStoreFull, -32603, "the node's disk is full"},
        {store::kStoreIo, -32603, "the node's disk fails"},
        {store::kStoreCorrupt, -32603, "the node's disk gave back other bytes than were written"},
        {chain::kAlreadyKnown, -32003, "already known"},
        {chain::kUnderpriced, -32003, "replacement transaction underpriced"},
        {chain::kOversized, -32003, "oversized data"},
        {chain::kPoolFull, -32003, "txpool is full"},
        {chain::kGappedFull, -32003, "txpool is full of gapped transactions"},
        {chain::kSenderFull, -32003, "account limit exceeded"},
        {chain::kNonceTooFar, -32003, "nonce too high"},
        {chain::kGasAbovePool, -32003, "exceeds block gas limit"},
        {chain::kBlobRefused, -32003, "transaction type not supported"},
        {chain::kUnprotected, -32003,
         "only replay-protected (EIP-155) transactions allowed over RPC"},
        {state::kNonceTooLow, -32003, "nonce too low"},
        {state::kNonceTooHigh, -32003, "nonce too high"},
        {state::kNonceOverflow, -32003, "nonce has max value"},
        {state::kInsufficientFunds, -32003, "insufficient funds for gas * price + value"},
        {state::kIntrinsicGas, -32003, "intrinsic gas too low"},
        {state::kFloorGas, -32003, "insufficient gas for floor data gas cost"},
        {state::kGasAboveBlock, -32003, "exceeds block gas limit"},
        {state::kGasAboveCap, -32003, "transaction gas limit too high"},
        {state::kFeeBelowBase, -32003, "max fee per gas less than block base fee"},
        {state::kTipAboveCap, -32003, "max priority fee per gas higher than max fee per gas"},
        {state::kSenderHasCode, -32003, "sender not an eoa"},
        {state::kInitCodeTooLarge, -32003, "max initcode size exceeded"},
        {state::kTypeNotActive, -32003, "transaction type not supported"},
        {state::kWrongChain, -32003, "invalid chain id for signer"},
        {state::kNoAuthorizations, -32003, "EIP-7702 transaction with empty auth list"},
        {state::kSetCodeCreate, -32003, "EIP-7702 transaction cannot be used to create contract"},
        {state::kUnknownType, -32602, "transaction type not supported"},
        {state::kMalformed, -32602, "malformed transaction"},
        {state::kBadSignatureValue, -32003, "invalid sender"},
        {state::kBadV, -32003, "invalid sender"},
    };
    return kCodes;
}

RpcError revert_error(const Bytes& data) {
    static const salus::eth::ErrorNames kNone;
    const salus::eth::Revert revert = salus::eth::decode_revert(data, kNone);
    std::string message = "execution reverted";
    if (revert.name == "Error") message += ": " + revert.reason;
    if (revert.name == "Panic") message += ": panic: " + revert.reason;
    return {3, std::move(message), to_hex0x(data)};
}

RpcError forwarded_error(const Error& error) {
    RpcError out;
    const auto parsed = codec::parse_json(error.detail());
    if (!parsed.ok() || !parsed->is_object()) return out;
    const json::object& object = parsed->get_object();
    const Json* code = codec::json_find(object, "code");
    if (code != nullptr && code->is_int64()) out.code = static_cast<int>(code->get_int64());
    if (const auto message = codec::json_string(object, "message"); message.ok()) {
        out.message = *message;
    }
    if (const auto data = codec::json_string(object, "data"); data.ok()) out.data = *data;
    return out;
}

} // namespace

RpcError to_rpc_error(const Error& error) {
    if (error.kind() == kForwarded) return forwarded_error(error);
    if (const auto data = salus::eth::revert_data(error)) return revert_error(*data);
    for (const CodeOf& line : codes()) {
        if (!(line.kind == error.kind())) continue;
        const std::string_view detail = error.detail().empty() ? error.name() : error.detail();
        return {line.code, std::string(line.message.empty() ? detail : line.message), {}};
    }
    if (error.name().starts_with("rlp.")) return {-32602, "malformed transaction: rlp", {}};
    return {-32603, fmt::format("internal error: {}", error.name()), {}};
}

std::string error_text(const RpcError& error, const Json& id) {
    json::object fields{{"code", error.code}, {"message", error.message}};
    if (error.data) fields["data"] = *error.data;
    return codec::print_json(
        json::object{{"jsonrpc", "2.0"}, {"id", id}, {"error", std::move(fields)}});
}

namespace {

struct Incoming {
    Json id;
    bool notification = false;
    std::optional<Error> fault;
    Backend::Request request;
};

bool valid_id(const Json& id) {
    return id.is_null() || id.is_string() || id.is_number();
}

Incoming read_request(const Json& value) {
    Incoming out;
    const auto fault = [&out](const char* what) {
        out.fault = Error(kInvalidRequest, what);
        return out;
    };
    if (!value.is_object()) return fault("a request is an object");
    const json::object& object = value.get_object();
    const Json* id = codec::json_find(object, "id");
    if (id != nullptr && !valid_id(*id)) return fault("id is a string, a number or null");
    if (id != nullptr) out.id = *id;
    const Json* version = codec::json_find(object, "jsonrpc");
    if (version == nullptr || !version->is_string() || version->get_string() != "2.0") {
        return fault("jsonrpc must be \"2.0\"");
    }
    const Json* method = codec::json_find(object, "method");
    if (method == nullptr || !method->is_string()) return fault("method must be a string");
    out.notification = id == nullptr;
    out.request.method = std::string(method->get_string());
    const Json* params = codec::json_find(object, "params");
    if (params == nullptr || params->is_null()) return out;
    if (params->is_array()) {
        out.request.params = params->get_array();
    } else {
        out.fault = Error(kInvalidParams, "params must be an array");
    }
    return out;
}

std::string result_text(const Json& id, const Reply& reply) {
    return fmt::format(R"({{"jsonrpc":"2.0","id":{},"result":{}}})", codec::print_json(id),
                       reply.text.empty() ? codec::print_json(reply.value) : reply.text);
}

// The answers' texts, in order, without those to notifications.
std::vector<std::string> answer_all(std::vector<Incoming> incoming, Backend& backend,
                                    const Caller& caller) {
    std::vector<Backend::Request> requests;
    for (Incoming& one : incoming) {
        if (!one.fault) requests.push_back(std::move(one.request));
    }
    const std::vector<Result<Reply>> results = backend.run(requests, caller);
    SALUS_ASSERT(results.size() == requests.size());
    std::vector<std::string> out;
    std::size_t next = 0;
    for (const Incoming& one : incoming) {
        const Result<Reply>* result = one.fault ? nullptr : &results[next++];
        if (one.notification) continue;
        const Error* error = one.fault ? &*one.fault : result->ok() ? nullptr : &result->error();
        out.push_back(error == nullptr ? result_text(one.id, result->value())
                                       : error_text(to_rpc_error(*error), one.id));
    }
    return out;
}

// The requests from batch[at] on that the backend wants at once; one at least.
std::vector<Incoming> read_group(const json::array& batch, std::size_t at, const Backend& backend) {
    constexpr std::size_t kMost = 100; // limits are looked at between groups
    std::vector<Incoming> out{read_request(batch[at])};
    while (!out.back().fault && out.size() < kMost && ++at < batch.size()) {
        Incoming next = read_request(batch[at]);
        if (next.fault || !backend.together(out.back().request, next.request)) break;
        out.push_back(std::move(next));
    }
    return out;
}

// Answers beyond the limits are not even made.
std::string answer_items(const json::array& batch, Backend& backend, const EndpointOptions& options,
                         const Caller& caller) {
    const std::int64_t end = options.now_ms() + options.batch_time.count();
    std::string out;
    for (std::size_t at = 0; at < batch.size();) {
        std::vector<Incoming> group = read_group(batch, at, backend);
        at += group.size();
        const bool full = out.size() > options.response_limit;
        const bool late = options.now_ms() >= end;
        for (Incoming& one : group) {
            if (late) one.fault = Error(kLimitExceeded, "the batch took too long");
            if (full) one.fault = Error(kLimitExceeded, "response too large");
        }
        for (const std::string& text : answer_all(std::move(group), backend, caller)) {
            out += out.empty() ? "[" : ",";
            out += text;
        }
    }
    return out.empty() ? out : out + "]";
}

std::string answer_batch(const json::array& batch, Backend& backend, const EndpointOptions& options,
                         const Caller& caller) {
    if (batch.empty()) return error_text({-32600, "empty batch", {}});
    if (batch.size() > options.batch_limit) {
        return error_text(
            {-32600, fmt::format("batch too large (limit {})", options.batch_limit), {}});
    }
    if (!caller.take_tokens(batch.size() - 1)) {
        return error_text({-32005, "too many requests from this address", {}});
    }
    return answer_items(batch, backend, options, caller);
}

} // namespace

std::int64_t steady_ms() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::uint64_t request_kind(std::string_view body) {
    constexpr std::size_t kLargest = 4096;
    constexpr std::size_t kSelector = 10; // "0x" and four bytes
    if (body.empty() || body.front() != '{' || body.size() > kLargest) return 0;
    const auto value_of = [body](std::string_view field) -> std::string_view {
        const std::size_t at = body.find(field);
        if (at == std::string_view::npos) return {};
        const std::size_t open = body.find('"', at + field.size());
        if (open == std::string_view::npos) return {};
        return body.substr(open + 1, body.find('"', open + 1) - open - 1);
    };
    const std::hash<std::string_view> hash;
    std::uint64_t out = hash(value_of("\"method\""));
    const auto add = [&](std::string_view part) { out = out * 0x9e3779b97f4a7c15ULL + hash(part); };
    add(value_of("\"to\""));
    add(value_of("\"data\"").substr(0, kSelector));
    add(value_of("\"input\"").substr(0, kSelector));
    return out;
}

std::string answer_rpc(std::string_view body, Backend& backend, const EndpointOptions& options,
                       const Caller& caller) {
    const auto parsed = codec::parse_json(body, {options.request_limit, options.depth_limit});
    if (!parsed.ok() && parsed.error().kind() == codec::kJsonTooDeep) {
        return error_text(to_rpc_error(Error(kLimitExceeded, "the request is nested too deeply")));
    }
    if (!parsed.ok()) return error_text(to_rpc_error(Error(kParseError)));
    if (parsed->is_array()) return answer_batch(parsed->get_array(), backend, options, caller);
    const auto texts = answer_all({read_request(*parsed)}, backend, caller);
    return texts.empty() ? std::string() : texts.front();
}

} // namespace salus::api::eth
