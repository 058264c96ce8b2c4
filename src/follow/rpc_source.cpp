#include "follow/rpc_source.hpp"

#include <fmt/format.h>

#include "follow/wire.hpp"

namespace salus::follow {
namespace {

using codec::Json;
using codec::json::array;
using codec::json::object;

constexpr std::size_t kAnswerBytes = std::size_t{64} << 20;

http::ClientOptions client_options(const RpcOptions& options) {
    http::ClientOptions out;
    out.connect_timeout = std::min(options.timeout, out.connect_timeout);
    out.request_timeout = options.timeout;
    out.answer_limit = kAnswerBytes;
    out.retries = 0; // the follower has rounds of its own
    out.ca_file = options.ca_file;
    return out;
}

class RpcSource final : public Source {
public:
    RpcSource(std::string url, http::Url parsed, const RpcOptions& options)
        : url_(std::move(url)), options_(options),
          client_(std::move(parsed), client_options(options)) {}

    const std::string& url() const override { return url_; }

    Result<SealedBlocks> blocks(std::uint64_t first, std::uint64_t count) override {
        SALUS_TRY_ASSIGN(const Json answer,
                         ask("salus_getSealedBlocks", {quantity(first), quantity(count)},
                             options_.blocks_timeout));
        SALUS_TRY_ASSIGN(SealedBlocks out, read_sealed_blocks(answer));
        if (out.blocks.size() > count) return Error(kBadAnswer, "more blocks than asked for");
        return out;
    }

    Result<std::optional<SealedHeader>> seal(std::optional<std::uint64_t> number) override {
        SALUS_TRY_ASSIGN(
            const Json answer,
            ask("salus_getSeal", {number ? quantity(*number) : "latest"}, options_.timeout));
        if (answer.is_null()) return std::optional<SealedHeader>();
        SALUS_TRY_ASSIGN(SealedHeader out, read_sealed_header(answer));
        return std::optional<SealedHeader>(std::move(out));
    }

    Result<std::vector<Json>> proofs() override {
        SALUS_TRY_ASSIGN(const Json answer, ask("salus_getFaultProofs", {}, options_.timeout));
        if (!answer.is_array()) return Error(kBadAnswer, "proofs are an array");
        return std::vector<Json>(answer.get_array().begin(), answer.get_array().end());
    }

    Result<Hash32> send(ByteView raw_transaction) override {
        SALUS_TRY_ASSIGN(const object answer, post("eth_sendRawTransaction",
                                                   {to_hex0x(raw_transaction)}, options_.timeout));
        const Json* error = codec::json_find(answer, "error");
        if (error != nullptr) return Error(kTransactionRefused, codec::print_json(*error));
        auto hash = [&]() -> Result<Hash32> {
            SALUS_TRY_ASSIGN(const std::string text, codec::json_string(answer, "result"));
            return hash_from_hex(text);
        }();
        if (!hash.ok()) return Error(kBadAnswer, "neither hash nor error");
        return hash;
    }

private:
    // The result of a call.
    Result<Json> ask(std::string_view method, array params, std::chrono::milliseconds timeout) {
        SALUS_TRY_ASSIGN(const object answer, post(method, std::move(params), timeout));
        if (const Json* error = codec::json_find(answer, "error")) {
            return Error(kBadAnswer,
                         fmt::format("{}: {}", method, codec::print_json(*error).substr(0, 300)));
        }
        const Json* result = codec::json_find(answer, "result");
        if (result == nullptr) return Error(kBadAnswer, "neither result nor error");
        return *result;
    }

    Result<object> post(std::string_view method, array params, std::chrono::milliseconds timeout) {
        http::Client::Call call;
        call.method = "POST";
        call.headers.add("Content-Type", "application/json");
        call.body = codec::print_json(object{
            {"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", std::move(params)}});
        call.timeout = timeout;
        const auto response = client_.send(call);
        if (!response.ok()) return Error(kUnreachable, response.error().text());
        if (response->status >= 500 || response->status == 429) {
            return Error(kUnreachable, fmt::format("HTTP {}", response->status));
        }
        auto parsed = codec::parse_json(response->body, {kAnswerBytes, 16});
        if (!parsed.ok() || !parsed->is_object()) {
            return Error(kBadAnswer, fmt::format("HTTP {}, no JSON-RPC object", response->status));
        }
        return std::move(parsed->get_object());
    }

    const std::string url_;
    const RpcOptions options_;
    http::Client client_;
};

} // namespace

Result<std::unique_ptr<Source>> open_rpc_source(const std::string& url, const RpcOptions& options) {
    SALUS_TRY_ASSIGN(http::Url parsed, http::parse_url(url));
    return std::unique_ptr<Source>(std::make_unique<RpcSource>(url, std::move(parsed), options));
}

} // namespace salus::follow
