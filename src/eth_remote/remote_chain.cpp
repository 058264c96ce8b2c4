#include "eth_remote/remote_chain.hpp"

#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "crypto/hash.hpp"
#include "eth_remote/rpc_client.hpp"
#include "eth_remote/shapes.hpp"

namespace salus::eth {
namespace {

namespace json = codec::json;
using codec::Json;

// The node has this very transaction already: sending it again did no harm.
bool already_known(const Error& error) {
    const std::string& text = error.detail();
    for (const char* words : {"already known", "already imported", "known transaction",
                              "AlreadyKnown", "Known transaction"}) {
        if (text.find(words) != std::string::npos) return true;
    }
    return false;
}

class RemoteChain final : public Chain {
public:
    RemoteChain(http::Url url, const RemoteOptions& options)
        : options_(options), rpc_(std::move(url), options) {}

    Result<std::uint64_t> chain_id() override;
    Result<Hash32> genesis_hash() override;
    Result<Head> head(const BlockRef& at) override;
    Result<Bytes> call(const CallRequest& request, const BlockRef& at) override;
    Result<Bytes> code(const Address& address, const BlockRef& at) override;
    Result<uint256> balance(const Address& address, const BlockRef& at) override;
    Result<std::uint64_t> transaction_count(const Address& address, const BlockRef& at) override;
    Result<std::uint64_t> estimate_gas(const CallRequest& request) override;
    Result<Fees> suggest_fees() override;
    Result<Hash32> send_raw(ByteView signed_transaction) override;
    Result<std::optional<Receipt>> receipt(const Hash32& transaction_hash) override;
    Result<std::vector<Log>> logs(const LogFilter& filter) override;
    Result<Head> wait_for_head(const Hash32& known, std::chrono::milliseconds timeout) override;

private:
    template <typename T>
    Result<T> read(std::string_view method, json::array params, Result<T> (*shape)(const Json&)) {
        SALUS_TRY_ASSIGN(const Json result, rpc_.call(method, std::move(params)));
        auto out = shape(result);
        if (!out.ok()) return std::move(out).error().at(method);
        return out;
    }
    Result<Json> of_account(std::string_view method, const Address& address, const BlockRef& at) {
        return rpc_.call(method, {to_hex0x(address.bytes), block_json(at)});
    }

    const RemoteOptions options_;
    RpcClient rpc_;
};

Result<std::uint64_t> RemoteChain::chain_id() {
    return read("eth_chainId", {}, u64_of);
}

Result<Hash32> RemoteChain::genesis_hash() {
    BlockRef first;
    first.number = 0;
    SALUS_TRY_ASSIGN(const Head genesis, head(first));
    return genesis.hash;
}

Result<Head> RemoteChain::head(const BlockRef& at) {
    const Json id = at.hash ? Json(to_hex0x(at.hash->bytes)) : block_json(at);
    SALUS_TRY_ASSIGN(
        const Json block,
        rpc_.call(at.hash ? "eth_getBlockByHash" : "eth_getBlockByNumber", {id, false}));
    if (block.is_null()) return Error(kUnknownBlock);
    return head_of(block);
}

Result<Bytes> RemoteChain::call(const CallRequest& request, const BlockRef& at) {
    return read("eth_call", {call_json(request), block_json(at)}, bytes_of);
}

Result<Bytes> RemoteChain::code(const Address& address, const BlockRef& at) {
    SALUS_TRY_ASSIGN(const Json result, of_account("eth_getCode", address, at));
    return bytes_of(result);
}

Result<uint256> RemoteChain::balance(const Address& address, const BlockRef& at) {
    SALUS_TRY_ASSIGN(const Json result, of_account("eth_getBalance", address, at));
    return uint256_of(result);
}

Result<std::uint64_t> RemoteChain::transaction_count(const Address& address, const BlockRef& at) {
    SALUS_TRY_ASSIGN(const Json result, of_account("eth_getTransactionCount", address, at));
    return u64_of(result);
}

Result<std::uint64_t> RemoteChain::estimate_gas(const CallRequest& request) {
    return read("eth_estimateGas", {call_json(request)}, u64_of);
}

// Twice the base fee lasts for six full blocks (EIP-1559 raises it by an eighth at most).
Result<Fees> RemoteChain::suggest_fees() {
    SALUS_TRY_ASSIGN(const Head latest, head({}));
    Fees out;
    const auto tip = read("eth_maxPriorityFeePerGas", {}, uint256_of);
    if (tip.ok()) {
        out.max_priority_fee_per_gas = *tip;
    } else {
        SALUS_TRY_ASSIGN(const uint256 price, read("eth_gasPrice", {}, uint256_of));
        out.max_priority_fee_per_gas =
            price > latest.base_fee ? price - latest.base_fee : uint256();
    }
    out.max_fee_per_gas = latest.base_fee + latest.base_fee + out.max_priority_fee_per_gas;
    return out;
}

// Safe to repeat: the same bytes are the same transaction.
Result<Hash32> RemoteChain::send_raw(ByteView signed_transaction) {
    auto sent = rpc_.call("eth_sendRawTransaction", {to_hex0x(signed_transaction)});
    if (sent.ok()) return hash_of(*sent);
    if (already_known(sent.error())) return crypto::keccak256(signed_transaction);
    return std::move(sent).error();
}

Result<std::optional<Receipt>> RemoteChain::receipt(const Hash32& transaction_hash) {
    SALUS_TRY_ASSIGN(const Json result,
                     rpc_.call("eth_getTransactionReceipt", {to_hex0x(transaction_hash.bytes)}));
    if (result.is_null()) return std::optional<Receipt>();
    SALUS_TRY_ASSIGN(Receipt out, receipt_of(result));
    return std::optional<Receipt>(std::move(out));
}

// In parts; a part that the node refuses is asked for again in halves, down to one block.
Result<std::vector<Log>> RemoteChain::logs(const LogFilter& filter) {
    std::uint64_t last = 0;
    if (filter.to_block) {
        last = *filter.to_block;
    } else {
        SALUS_TRY_ASSIGN(last, read("eth_blockNumber", {}, u64_of));
    }
    std::vector<Log> out;
    std::uint64_t step = std::max<std::uint64_t>(1, options_.log_blocks);
    for (std::uint64_t from = filter.from_block; from <= last;) {
        const std::uint64_t to = std::min(last, from + step - 1);
        auto part = read("eth_getLogs", {filter_json(filter, from, to)}, logs_of);
        if (!part.ok()) {
            if (!(part.error().kind() == kRpcError) || step == 1 || from == to) return part;
            step = std::max<std::uint64_t>(1, (to - from + 1) / 2);
            continue;
        }
        out.insert(out.end(), part->begin(), part->end());
        from = to + 1;
    }
    return out;
}

Result<Head> RemoteChain::wait_for_head(const Hash32& known, std::chrono::milliseconds timeout) {
    const auto end = std::chrono::steady_clock::now() + timeout;
    while (true) {
        SALUS_TRY_ASSIGN(const Head now, head({}));
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            end - std::chrono::steady_clock::now());
        if (now.hash != known || left.count() <= 0) return now;
        std::this_thread::sleep_for(std::min(left, options_.head_poll));
    }
}

} // namespace

std::unique_ptr<Chain> make_remote_chain(http::Url url, RemoteOptions options) {
    return std::make_unique<RemoteChain>(std::move(url), options);
}

} // namespace salus::eth
