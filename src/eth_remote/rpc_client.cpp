#include "eth_remote/rpc_client.hpp"

#include <thread>

#include <fmt/format.h>

#include "eth/revert.hpp"

namespace salus::eth {

namespace json = codec::json;
using codec::Json;

namespace {

constexpr std::chrono::milliseconds kLongestPause{2'000};
constexpr std::size_t kMessageShown = 200; // of a node's text in our errors

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return out;
}

bool has(const std::string& text, std::string_view word) {
    return text.find(word) != std::string::npos;
}

// Revert data: a hex string, or an object that holds one (hardhat, ganache, nethermind "Reverted
// 0x").
std::optional<Bytes> data_of(const json::object& error) {
    const Json* data = codec::json_find(error, "data");
    if (data != nullptr && data->is_object()) {
        const Json* inner = codec::json_find(data->get_object(), "data");
        if (inner == nullptr) inner = codec::json_find(data->get_object(), "result");
        data = inner;
    }
    if (data == nullptr || !data->is_string()) return std::nullopt;
    std::string_view text(data->get_string().data(), data->get_string().size());
    if (text.starts_with("Reverted ")) text.remove_prefix(9);
    if (!text.starts_with("0x")) return std::nullopt;
    auto bytes = from_hex(text);
    if (!bytes.ok()) return std::nullopt;
    return *std::move(bytes);
}

struct Wording {
    std::string_view words;
    const ErrorKind& kind;
};
// Lower case; the first that is found counts.
const std::array<Wording, 13> kWordings{{
    {"nonce too low", kNonceTooLow},              // geth, anvil, erigon
    {"nonce is too low", kNonceTooLow},           // nethermind
    {"nonce below", kNonceTooLow},                // besu: "Transaction nonce below sender"
    {"oldnonce", kNonceTooLow},                   // nethermind
    {"insufficient funds", kInsufficientFunds},   // geth, anvil, erigon
    {"upfront cost exceeds", kInsufficientFunds}, // besu
    {"insufficientfunds", kInsufficientFunds},    // nethermind
    {"underpriced", kUnderpriced},                // all
    {"less than block base fee", kUnderpriced},   // geth, anvil
    {"gas price below", kUnderpriced},            // besu
    {"header not found", kUnknownBlock},          // geth
    {"block not found", kUnknownBlock},           // Salus, besu
    {"unknown block", kUnknownBlock},             // anvil, erigon
}};

} // namespace

Error map_rpc_error(const json::object& error) {
    const Json* text = codec::json_find(error, "message");
    const std::string message =
        text != nullptr && text->is_string() ? std::string(text->get_string()) : std::string();
    const Json* number = codec::json_find(error, "code");
    const std::int64_t code = number != nullptr && number->is_int64() ? number->get_int64() : 0;
    const std::string words = lower(message);
    if (code == 3 || has(words, "revert")) {
        return reverted(data_of(error).value_or(Bytes()), message.substr(0, kMessageShown));
    }
    for (const Wording& wording : kWordings) {
        if (has(words, wording.words)) return Error(wording.kind, message.substr(0, kMessageShown));
    }
    return Error(kRpcError, fmt::format("{} {}", code, message.substr(0, kMessageShown)));
}

RpcClient::RpcClient(http::Url url, const RemoteOptions& options)
    : options_(options), client_(std::move(url), options.http) {}

Result<Json> RpcClient::call(std::string_view method, json::array params, bool repeat) {
    const std::string body = codec::print_json(json::object{{"jsonrpc", "2.0"},
                                                            {"id", next_id_++},
                                                            {"method", std::string(method)},
                                                            {"params", std::move(params)}});
    auto pause = options_.backoff;
    for (int attempt = 0;; ++attempt) {
        auto answer = call_once(body);
        const bool unreachable = !answer.ok() && answer.error().kind() == kUnreachable;
        if (!unreachable || !repeat || attempt >= options_.retries) return answer;
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, kLongestPause);
    }
}

Result<Json> RpcClient::call_once(const std::string& body) {
    http::Client::Call call;
    call.method = "POST";
    call.headers.add("Content-Type", "application/json");
    call.body = body;
    const auto response = client_.send(call);
    if (!response.ok()) return Error(kUnreachable, response.error().text());
    const bool may_hold_error = response->status < 500 && response->status != 429;
    if (!may_hold_error) return Error(kUnreachable, fmt::format("HTTP {}", response->status));
    const auto parsed = codec::parse_json(response->body, {options_.http.answer_limit, 64});
    if (!parsed.ok() || !parsed->is_object()) {
        return Error(kBadAnswer, fmt::format("HTTP {}, not a JSON-RPC object", response->status));
    }
    const json::object& object = parsed->get_object();
    if (const Json* error = codec::json_find(object, "error"); error && error->is_object()) {
        return map_rpc_error(error->get_object());
    }
    const Json* result = codec::json_find(object, "result");
    if (result == nullptr) return Error(kBadAnswer, "neither result nor error");
    return *result;
}

} // namespace salus::eth
