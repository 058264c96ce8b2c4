// The one table of methods: dispatch, counts of parameters and rpc.discover are made from it.
// Schemas stand in schemas.cpp, the codes of errors in rpc.cpp.

#include <unordered_map>

#include "api/eth/methods.hpp"
#include "chain/simulation.hpp"

namespace salus::api::eth {
namespace {

using Parameters = std::vector<Methods::Parameter>;
using Errors = std::vector<const ErrorKind*>;
constexpr bool kOptional = false;

const Methods::Parameter kAddress{"address", "Address"};
const Methods::Parameter kAt{"block", "BlockId", kOptional}; // latest where it is left out
const Methods::Parameter kBlock{"block", "BlockId"};
const Methods::Parameter kBlockHash{"blockHash", "Hash32"};
const Methods::Parameter kTxHash{"transactionHash", "Hash32"};
const Methods::Parameter kIndex{"index", "Quantity"};
const Methods::Parameter kCall{"call", "Call"};
const Methods::Parameter kState{"stateOverrides", "StateOverrides", kOptional};
const Methods::Parameter kBlockOver{"blockOverrides", "BlockOverrides", kOptional};
const Methods::Parameter kFull{"fullTransactions", "Boolean", kOptional};
const Methods::Parameter kFilter{"filter", "Filter"};
const Methods::Parameter kFilterId{"filterId", "FilterId"};
const Methods::Parameter kTrace{"options", "TraceOptions", kOptional};

const Errors kNone{};
const Errors kRead{&chain::kUnknownBlock};
const Errors kProof{&chain::kUnknownBlock, &chain::kTooOld, &kLimitExceeded};
const Errors kRun{&chain::kUnknownBlock,      &kExecutionFailed,      &chain::kTimeout,
                  &state::kInsufficientFunds, &state::kIntrinsicGas,  &state::kFloorGas,
                  &state::kInitCodeTooLarge,  &chain::kNotPrecompile, &chain::kOverriddenTwice};
const Errors kSimulate{&chain::kUnknownBlock,    &chain::kTimeout,         &kLimitExceeded,
                       &kSimulatedNonceLow,      &kSimulatedNonceHigh,     &kSimulatedBaseFee,
                       &kSimulatedIntrinsicGas,  &kSimulatedFunds,         &chain::kSimulatedGas,
                       &chain::kSimulatedNumber, &chain::kSimulatedTime,   &kSimulatedInitCode,
                       &chain::kSimulatedBlocks, &chain::kSimulatedChain,  &kSimulatedFault,
                       &chain::kNotPrecompile,   &chain::kOverriddenTwice, &chain::kTooOld};
const Errors kLogs{&chain::kUnknownBlock, &chain::kBadRange, &chain::kRangeTooWide,
                   &chain::kTooManyResults};
const Errors kPolled{&kFilterNotFound, &chain::kRangeTooWide, &chain::kTooManyResults};
const Errors kFees{&chain::kUnknownBlock, &chain::kBadPercentiles};
const Errors kSend{&chain::kAlreadyKnown,      &chain::kUnderpriced,      &chain::kOversized,
                   &chain::kPoolFull,          &chain::kSenderFull,       &chain::kGappedFull,
                   &chain::kNonceTooFar,       &chain::kGasAbovePool,     &chain::kBlobRefused,
                   &chain::kUnprotected,       &state::kNonceTooLow,      &state::kNonceOverflow,
                   &state::kInsufficientFunds, &state::kIntrinsicGas,     &state::kFloorGas,
                   &state::kGasAboveCap,       &state::kTipAboveCap,      &state::kSenderHasCode,
                   &state::kInitCodeTooLarge,  &state::kTypeNotActive,    &state::kWrongChain,
                   &state::kNoAuthorizations,  &state::kSetCodeCreate,    &state::kUnknownType,
                   &state::kMalformed,         &state::kBadSignatureValue};
const Errors kTraced{&kExecutionFailed, &kLimitExceeded, &chain::kTimeout, &chain::kGenesisTrace};
const Errors kRaw{&kExecutionFailed};
const Errors kSocket{&kMethodNotFound, &kLimitExceeded};

} // namespace

// clang-format off
// Name, parameters, result, errors (besides kInvalidParams), what it is, what answers it.
const std::vector<Methods::Method>& Methods::table() {
    using M = Methods;
    static const std::vector<Method> kTable = {
        {"debug_getRawBlock", {kBlock}, "Data", kRaw, "RLP of a block", &M::raw_block},
        {"debug_getRawHeader", {kBlock}, "Data", kRaw, "RLP of a header", &M::raw_header},
        {"debug_getRawReceipts", {kBlock}, "[Data]", kRaw, "EIP-2718 encodings of a block's receipts", &M::raw_receipts},
        {"debug_getRawTransaction", {kTxHash}, "Data?", kNone, "EIP-2718 encoding of a transaction", &M::raw_transaction},
        {"debug_traceBlockByHash", {kBlockHash, kTrace}, "[TracedTransaction]", kTraced, "Runs a block again", {}, &M::trace_block_by_hash},
        {"debug_traceBlockByNumber", {kBlock, kTrace}, "[TracedTransaction]", kTraced, "Runs a block again", {}, &M::trace_block_by_number},
        {"debug_traceCall", {kCall, kAt, kTrace}, "Trace", kTraced, "Runs a call under a tracer; stateOverrides and blockOverrides are among its options", {}, &M::trace_call},
        {"debug_traceTransaction", {kTxHash, kTrace}, "Trace", kTraced, "Runs a transaction again", {}, &M::trace_transaction},
        {"eth_accounts", {}, "[Address]", kNone, "None: the node holds no keys for others", &M::accounts},
        {"eth_baseFee", {}, "Quantity", kNone, "Base fee of the next block", &M::base_fee},
        {"eth_blobBaseFee", {}, "Quantity", kNone, "Blob base fee of the newest block", &M::blob_base_fee},
        {"eth_blockNumber", {}, "Quantity", kNone, "Number of the newest block", &M::block_number},
        {"eth_call", {kCall, kAt, kState, kBlockOver}, "Data", kRun, "Runs a message, changes nothing; code 3 with data: reverted", &M::call},
        {"eth_capabilities", {}, "Capabilities", kNone, "Which blocks the node can answer for", &M::capabilities},
        {"eth_chainId", {}, "Quantity", kNone, "EIP-155", &M::chain_id},
        {"eth_config", {}, "ForkConfigs", kNone, "EIP-7910: rules of this, the next and the last fork", &M::config},
        {"eth_createAccessList", {kCall, kAt, kState}, "AccessListResult", kRun, "EIP-2930 list with which the call is cheapest", &M::create_access_list},
        {"eth_estimateGas", {kCall, kAt, kState, kBlockOver}, "Quantity", kRun, "The least gas limit that succeeds", &M::estimate_gas},
        {"eth_feeHistory", {{"blockCount", "Count"}, {"newestBlock", "BlockId"}, {"rewardPercentiles", "[Number]", kOptional}}, "FeeHistory", kFees, "Base fees and tips of past blocks", &M::fee_history},
        {"eth_gasPrice", {}, "Quantity", kNone, "A price that suffices now", &M::gas_price},
        {"eth_getBalance", {kAddress, kAt}, "Quantity", kRead, "Wei of an account", &M::get_balance},
        {"eth_getBlockByHash", {kBlockHash, kFull}, "Block?", kNone, "A block", &M::block<By::hash>},
        {"eth_getBlockByNumber", {kBlock, kFull}, "Block?", kNone, "A block", &M::block<By::number>},
        {"eth_getBlockReceipts", {kBlock}, "[Receipt]?", kNone, "All receipts of a block", &M::block_receipts},
        {"eth_getBlockTransactionCountByHash", {kBlockHash}, "Quantity?", kNone, "How many transactions a block has", &M::transaction_count<By::hash>},
        {"eth_getBlockTransactionCountByNumber", {kBlock}, "Quantity?", kNone, "How many transactions a block has", &M::transaction_count<By::number>},
        {"eth_getCode", {kAddress, kAt}, "Data", kRead, "Code of an account", &M::get_code},
        {"eth_getFilterChanges", {kFilterId}, "FilterResults", kPolled, "What is new since the last time", &M::filter_changes},
        {"eth_getFilterLogs", {kFilterId}, "[Log]", kPolled, "All logs of a filter", &M::filter_logs},
        {"eth_getHeaderByHash", {kBlockHash}, "Header?", kNone, "A header", &M::header<By::hash>},
        {"eth_getHeaderByNumber", {kBlock}, "Header?", kNone, "A header", &M::header<By::number>},
        {"eth_getLogs", {kFilter}, "[Log]", kLogs, "Logs of a range of blocks", &M::get_logs},
        {"eth_getProof", {kAddress, {"storageKeys", "[StorageKey]"}, kAt}, "AccountProof", kProof, "EIP-1186", &M::get_proof},
        {"eth_getRawTransactionByHash", {kTxHash}, "Data?", kNone, "EIP-2718 encoding of a transaction", &M::raw_transaction},
        {"eth_getStorageAt", {kAddress, {"slot", "StorageKey"}, kAt}, "Bytes32", kRead, "One slot", &M::get_storage_at},
        {"eth_getStorageValues", {{"slots", "StorageRequest"}, kAt}, "StorageValues", kProof, "Slots of several accounts", &M::get_storage_values},
        {"eth_getTransactionByBlockHashAndIndex", {kBlockHash, kIndex}, "Transaction?", kNone, "A transaction by its place", &M::transaction_at<By::hash>},
        {"eth_getTransactionByBlockNumberAndIndex", {kBlock, kIndex}, "Transaction?", kNone, "A transaction by its place", &M::transaction_at<By::number>},
        {"eth_getTransactionByHash", {kTxHash}, "Transaction?", kNone, "A transaction, also a pending one", &M::transaction_by_hash},
        {"eth_getTransactionCount", {kAddress, kAt}, "Quantity", kRead, "Nonce of an account; pending counts the pool", &M::get_transaction_count},
        {"eth_getTransactionReceipt", {kTxHash}, "Receipt?", kNone, "null while it is pending", &M::transaction_receipt},
        {"eth_getUncleByBlockHashAndIndex", {kBlockHash, kIndex}, "Header?", kNone, "An ommer", &M::uncle<By::hash>},
        {"eth_getUncleByBlockNumberAndIndex", {kBlock, kIndex}, "Header?", kNone, "An ommer", &M::uncle<By::number>},
        {"eth_getUncleCountByBlockHash", {kBlockHash}, "Quantity?", kNone, "How many ommers a block has", &M::uncle_count<By::hash>},
        {"eth_getUncleCountByBlockNumber", {kBlock}, "Quantity?", kNone, "How many ommers a block has", &M::uncle_count<By::number>},
        {"eth_maxPriorityFeePerGas", {}, "Quantity", kNone, "A tip that suffices now", &M::max_priority_fee},
        {"eth_newBlockFilter", {}, "FilterId", kNone, "Polls for hashes of new blocks", &M::new_block_filter},
        {"eth_newFilter", {kFilter}, "FilterId", kNone, "Polls for logs; removed ones after a reorganisation", &M::new_filter},
        {"eth_newPendingTransactionFilter", {{"fullTransactions", "Boolean", kOptional}}, "FilterId", kNone, "Polls for hashes of pending transactions", &M::new_pending_filter},
        {"eth_pendingTransactions", {}, "[Transaction]", kNone, "Pending transactions that the next blocks may hold, by sender and nonce", &M::pending_transactions},
        {"eth_sendRawTransaction", {{"transaction", "Data"}}, "Hash32", kSend, "Answers when the transaction is on disk", &M::send_raw_transaction},
        {"eth_simulateV1", {{"request", "SimulationRequest"}, kAt}, "[SimulatedBlock]", kSimulate, "Blocks of calls, kept nowhere", {}, &M::simulate},
        {"eth_subscribe", {{"topic", "Topic"}, {"options", "SubscriptionOptions", kOptional}}, "FilterId", kSocket, "Over WebSocket alone", &M::subscribe},
        {"eth_syncing", {}, "Syncing", kNone, "false: the head is the newest there is", &M::syncing},
        {"eth_uninstallFilter", {kFilterId}, "Boolean", kNone, "Ends a filter", &M::uninstall_filter},
        {"eth_unsubscribe", {{"subscription", "FilterId"}}, "Boolean", kSocket, "Over WebSocket alone", &M::unsubscribe},
        {"net_listening", {}, "Boolean", kNone, "Always true", &M::net_listening},
        {"net_peerCount", {}, "Quantity", kNone, "0: there is no peer-to-peer network", &M::net_peer_count},
        {"net_version", {}, "Text", kNone, "The chain id in decimal", &M::net_version},
        {"rpc.discover", {}, "Object", kNone, "This document", &M::discover},
        {"rpc_modules", {}, "Object", kNone, "The namespaces", &M::rpc_modules},
        {"salus_followStatus", {}, "Object?", kNone, "How far a follower has verified its sealer's chain; null on other nodes", &M::follow_status},
        {"salus_getFaultProofs", {}, "[Object]", kNone, "Pairs of seals that prove a sealer's fault", &M::fault_proofs},
        {"salus_getSeal", {kBlock}, "Seal?", kNone, "The sealer's EIP-712 signature of a block", &M::seal},
        {"salus_getSealedBlocks", {{"first", "Quantity"}, {"count", "Quantity"}}, "[Object]", kNone, "Blocks (RLP) with their seals, for followers", &M::sealed_blocks},
        {"testing_buildBlockV1", {kBlockHash, {"payloadAttributes", "PayloadAttributes"}, {"transactions", "[Data]?"}, {"extraData", "Data", kOptional}}, "BuiltPayload", kRaw, "A block on the head, kept nowhere; only where testing is on", &M::build_block},
        {"txpool_content", {}, "PoolContent", kNone, "Pending transactions by sender and nonce", &M::pool_content},
        {"txpool_contentFrom", {kAddress}, "PoolContentFrom", kNone, "Pending transactions of one sender", &M::pool_content_from},
        {"txpool_inspect", {}, "PoolSummary", kNone, "Pending transactions, a line each", &M::pool_inspect},
        {"txpool_status", {}, "PoolStatus", kNone, "How many are pending", &M::pool_status},
        {"web3_clientVersion", {}, "Text", kNone, "Name and version", &M::client_version},
        {"web3_sha3", {{"data", "Data"}}, "Hash32", kNone, "Keccak-256", &M::sha3},
    };
    return kTable;
}
// clang-format on

std::size_t Methods::Method::least() const {
    std::size_t out = 0;
    for (const Parameter& parameter : parameters) out += parameter.required ? 1 : 0;
    return out;
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

} // namespace salus::api::eth
