#include "api/eth/methods.hpp"

#include <unordered_map>

#include <fmt/format.h>

#include "base/log.hpp"

namespace salus::api::eth {

Methods::Methods(chain::Chain& chain, const Clock& clock, Random& random,
                 const EndpointOptions& options)
    : chain_(chain), options_(options), filters_(chain, clock, random, options) {}

// Every method: its name, how many parameters it takes at least and at most, what answers it.
// Errors stand in rpc.cpp. What is not here is answered with -32601.
const std::vector<Methods::Method>& Methods::table() {
    using M = Methods;
    static const std::vector<Method> kTable = {
        {"eth_accounts", 0, 0, &M::accounts},
        {"eth_blobBaseFee", 0, 0, &M::blob_base_fee},
        {"eth_blockNumber", 0, 0, &M::block_number},
        {"eth_call", 1, 3, &M::call},
        {"eth_chainId", 0, 0, &M::chain_id},
        {"eth_createAccessList", 1, 2, &M::create_access_list},
        {"eth_estimateGas", 1, 3, &M::estimate_gas},
        {"eth_feeHistory", 2, 3, &M::fee_history},
        {"eth_gasPrice", 0, 0, &M::gas_price},
        {"eth_getBalance", 1, 2, &M::get_balance},
        {"eth_getBlockByHash", 1, 2, &M::block_by_hash},
        {"eth_getBlockByNumber", 1, 2, &M::block_by_number},
        {"eth_getBlockReceipts", 1, 1, &M::block_receipts},
        {"eth_getBlockTransactionCountByHash", 1, 1, &M::transaction_count_by_hash},
        {"eth_getBlockTransactionCountByNumber", 1, 1, &M::transaction_count_by_number},
        {"eth_getCode", 1, 2, &M::get_code},
        {"eth_getFilterChanges", 1, 1, &M::filter_changes},
        {"eth_getFilterLogs", 1, 1, &M::filter_logs},
        {"eth_getLogs", 1, 1, &M::get_logs},
        {"eth_getProof", 2, 3, &M::get_proof},
        {"eth_getRawTransactionByHash", 1, 1, &M::raw_transaction},
        {"eth_getStorageAt", 2, 3, &M::get_storage_at},
        {"eth_getTransactionByBlockHashAndIndex", 2, 2, &M::transaction_by_block_hash},
        {"eth_getTransactionByBlockNumberAndIndex", 2, 2, &M::transaction_by_block_number},
        {"eth_getTransactionByHash", 1, 1, &M::transaction_by_hash},
        {"eth_getTransactionCount", 1, 2, &M::get_transaction_count},
        {"eth_getTransactionReceipt", 1, 1, &M::transaction_receipt},
        {"eth_getUncleByBlockHashAndIndex", 2, 2, &M::no_uncle},
        {"eth_getUncleByBlockNumberAndIndex", 2, 2, &M::no_uncle},
        {"eth_getUncleCountByBlockHash", 1, 1, &M::uncle_count_by_hash},
        {"eth_getUncleCountByBlockNumber", 1, 1, &M::uncle_count_by_number},
        {"eth_maxPriorityFeePerGas", 0, 0, &M::max_priority_fee},
        {"eth_newBlockFilter", 0, 0, &M::new_block_filter},
        {"eth_newFilter", 1, 1, &M::new_filter},
        {"eth_newPendingTransactionFilter", 0, 1, &M::new_pending_filter},
        {"eth_sendRawTransaction", 1, 1, &M::send_raw_transaction},
        {"eth_subscribe", 1, 2, &M::subscribe},
        {"eth_syncing", 0, 0, &M::syncing},
        {"eth_uninstallFilter", 1, 1, &M::uninstall_filter},
        {"eth_unsubscribe", 1, 1, &M::unsubscribe},
        {"net_listening", 0, 0, &M::net_listening},
        {"net_peerCount", 0, 0, &M::net_peer_count},
        {"net_version", 0, 0, &M::net_version},
        {"rpc_modules", 0, 0, &M::rpc_modules},
        {"salus_followStatus", 0, 0, &M::follow_status},
        {"salus_getFaultProofs", 0, 0, &M::fault_proofs},
        {"salus_getSeal", 1, 1, &M::seal},
        {"salus_getSealedBlocks", 2, 2, &M::sealed_blocks},
        {"txpool_content", 0, 0, &M::pool_content},
        {"txpool_status", 0, 0, &M::pool_status},
        {"web3_clientVersion", 0, 0, &M::client_version},
        {"web3_sha3", 1, 1, &M::sha3},
    };
    return kTable;
}

const Methods::Method* Methods::find(std::string_view name) {
    static const auto kByName = [] {
        std::unordered_map<std::string_view, const Method*> out;
        for (const Method& method : table()) out.emplace(method.name, &method);
        return out;
    }();
    const auto found = kByName.find(name);
    return found == kByName.end() ? nullptr : found->second;
}

Result<Json> Methods::run_one(const Request& request, const Caller& caller) {
    const Method* method = find(request.method);
    if (method == nullptr) {
        // The name is cut: it comes from outside and goes back there.
        return Error(kMethodNotFound, fmt::format("the method {} does not exist/is not available",
                                                  request.method.substr(0, 100)));
    }
    const std::size_t count = request.params.size();
    if (count > method->most) {
        return Error(kInvalidParams,
                     fmt::format("too many arguments, want at most {}", method->most));
    }
    if (count < method->least) {
        return Error(kInvalidParams, fmt::format("missing value for required argument {}", count));
    }
    auto out = (this->*method->function)(Params(request.params), caller);
    if (!out.ok() && to_rpc_error(out.error()).code == -32603) {
        log::error("rpc.failed",
                   {{"method", request.method}, {"error", std::string(out.error().name())}});
    }
    return out;
}

namespace {

bool sends(const Backend::Request& request) {
    return request.method == "eth_sendRawTransaction" && request.params.size() == 1;
}

} // namespace

bool Methods::together(const Request& first, const Request& second) const {
    return sends(first) && sends(second);
}

// Transactions that stand together in a batch go to the chain together: their senders are
// recovered in parallel and they share one write to the disk.
std::vector<Result<Json>> Methods::run(const std::vector<Request>& requests, const Caller& caller) {
    std::vector<Result<Json>> out;
    out.reserve(requests.size());
    for (std::size_t i = 0; i < requests.size();) {
        std::size_t end = i;
        while (end < requests.size() && sends(requests[end])) ++end;
        if (end > i + 1 && options_.follower == nullptr) {
            send_many(requests, i, end, out);
            i = end;
        } else {
            out.push_back(run_one(requests[i++], caller));
        }
    }
    return out;
}

void Methods::send_many(const std::vector<Request>& requests, std::size_t from, std::size_t to,
                        std::vector<Result<Json>>& out) {
    std::vector<Bytes> raw;
    std::vector<std::optional<Error>> faults;
    for (std::size_t i = from; i < to; ++i) {
        auto data = Params(requests[i].params).get(0, read_data);
        faults.push_back(data.ok() ? std::nullopt : std::optional<Error>(data.error()));
        if (data.ok()) raw.push_back(*std::move(data));
    }
    const std::vector<Result<Hash32>> sent = chain_.submit_many(raw);
    std::size_t next = 0;
    for (const auto& fault : faults) {
        if (fault) {
            out.emplace_back(*fault);
            continue;
        }
        const Result<Hash32>& hash = sent[next++];
        if (hash.ok()) {
            out.emplace_back(Json(to_hex0x(hash->bytes)));
        } else {
            out.emplace_back(hash.error());
        }
    }
}

} // namespace salus::api::eth
