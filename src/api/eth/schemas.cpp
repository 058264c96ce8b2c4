// The schemas of parameters and results (execution-apis, schemas; EIP-1474, EIP-1898).

#include "api/eth/discovery.hpp"

namespace salus::api::eth {
namespace {

constexpr std::string_view kSchemas = R"json({
"Boolean": {"type": "boolean"},
"Number": {"type": "number"},
"Object": {"type": "object"},
"Text": {"type": "string"},
"Quantity": {"type": "string", "pattern": "^0x(0|[1-9a-f][0-9a-f]*)$"},
"Count": {"oneOf": [{"$ref": "#/components/schemas/Quantity"}, {"type": "integer"}]},
"Data": {"type": "string", "pattern": "^0x([0-9a-f]{2})*$"},
"Bytes32": {"type": "string", "pattern": "^0x[0-9a-f]{64}$"},
"Hash32": {"type": "string", "pattern": "^0x[0-9a-f]{64}$"},
"Address": {"type": "string", "pattern": "^0x[0-9a-fA-F]{40}$"},
"StorageKey": {"type": "string", "pattern": "^0x[0-9a-fA-F]{1,64}$"},
"FilterId": {"type": "string", "pattern": "^0x[0-9a-f]+$"},
"BlockTag": {"enum": ["earliest", "finalized", "safe", "latest", "pending"]},
"BlockId": {"oneOf": [
  {"$ref": "#/components/schemas/BlockTag"}, {"$ref": "#/components/schemas/Quantity"},
  {"$ref": "#/components/schemas/Hash32"},
  {"type": "object", "description": "EIP-1898: one of the two", "properties": {
    "blockHash": {"$ref": "#/components/schemas/Hash32"}, "blockNumber": {"$ref": "#/components/schemas/Quantity"},
    "requireCanonical": {"type": "boolean"}}}]},
"AccessList": {"type": "array", "items": {"type": "object", "required": ["address", "storageKeys"], "additionalProperties": false, "properties": {
  "address": {"$ref": "#/components/schemas/Address"},
  "storageKeys": {"type": "array", "items": {"$ref": "#/components/schemas/Hash32"}}}}},
"Authorization": {"type": "object", "required": ["chainId", "address", "nonce", "yParity", "r", "s"], "properties": {
  "chainId": {"$ref": "#/components/schemas/Quantity"}, "address": {"$ref": "#/components/schemas/Address"},
  "nonce": {"$ref": "#/components/schemas/Quantity"}, "yParity": {"$ref": "#/components/schemas/Quantity"},
  "r": {"$ref": "#/components/schemas/Quantity"}, "s": {"$ref": "#/components/schemas/Quantity"}}},
"Call": {"type": "object", "properties": {
  "from": {"$ref": "#/components/schemas/Address"}, "to": {"oneOf": [{"$ref": "#/components/schemas/Address"}, {"type": "null"}]},
  "gas": {"$ref": "#/components/schemas/Quantity"}, "gasPrice": {"$ref": "#/components/schemas/Quantity"},
  "maxFeePerGas": {"$ref": "#/components/schemas/Quantity"}, "maxPriorityFeePerGas": {"$ref": "#/components/schemas/Quantity"},
  "maxFeePerBlobGas": {"$ref": "#/components/schemas/Quantity"}, "value": {"$ref": "#/components/schemas/Quantity"},
  "nonce": {"$ref": "#/components/schemas/Quantity"}, "type": {"$ref": "#/components/schemas/Quantity"},
  "chainId": {"$ref": "#/components/schemas/Quantity"},
  "input": {"$ref": "#/components/schemas/Data"}, "data": {"$ref": "#/components/schemas/Data"},
  "accessList": {"$ref": "#/components/schemas/AccessList"},
  "authorizationList": {"type": "array", "items": {"$ref": "#/components/schemas/Authorization"}},
  "blobVersionedHashes": {"type": "array", "items": {"$ref": "#/components/schemas/Hash32"}}}},
"Slots": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/StorageKey"}},
"StateOverrides": {"type": "object", "description": "By address", "additionalProperties": {"type": "object", "properties": {
  "balance": {"$ref": "#/components/schemas/Quantity"}, "nonce": {"$ref": "#/components/schemas/Quantity"},
  "code": {"$ref": "#/components/schemas/Data"}, "state": {"$ref": "#/components/schemas/Slots"},
  "stateDiff": {"$ref": "#/components/schemas/Slots"}, "movePrecompileToAddress": {"$ref": "#/components/schemas/Address"}}}},
"BlockOverrides": {"type": "object", "properties": {
  "number": {"$ref": "#/components/schemas/Quantity"}, "time": {"$ref": "#/components/schemas/Quantity"},
  "gasLimit": {"$ref": "#/components/schemas/Quantity"}, "feeRecipient": {"$ref": "#/components/schemas/Address"},
  "prevRandao": {"$ref": "#/components/schemas/Hash32"}, "baseFeePerGas": {"$ref": "#/components/schemas/Quantity"},
  "blobBaseFee": {"$ref": "#/components/schemas/Quantity"}, "beaconRoot": {"$ref": "#/components/schemas/Hash32"},
  "withdrawals": {"type": "array", "items": {"$ref": "#/components/schemas/Withdrawal"}}}},
"SimulationRequest": {"type": "object", "required": ["blockStateCalls"], "properties": {
  "blockStateCalls": {"type": "array", "items": {"type": "object", "properties": {
    "blockOverrides": {"$ref": "#/components/schemas/BlockOverrides"}, "stateOverrides": {"$ref": "#/components/schemas/StateOverrides"},
    "calls": {"type": "array", "items": {"$ref": "#/components/schemas/Call"}}}}},
  "validation": {"type": "boolean"}, "traceTransfers": {"type": "boolean"}, "returnFullTransactions": {"type": "boolean"}}},
"Filter": {"type": "object", "properties": {
  "blockHash": {"$ref": "#/components/schemas/Hash32"}, "fromBlock": {"$ref": "#/components/schemas/BlockId"}, "toBlock": {"$ref": "#/components/schemas/BlockId"},
  "address": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Address"}, {"type": "array", "items": {"$ref": "#/components/schemas/Address"}}]},
  "topics": {"type": "array", "description": "At most four; null stands for every topic, a list for its alternatives", "items": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Hash32"}, {"type": "array", "items": {"$ref": "#/components/schemas/Hash32"}}]}}}},
"Topic": {"enum": ["newHeads", "logs", "newPendingTransactions", "syncing"]},
"SubscriptionOptions": {"oneOf": [{"type": "boolean"}, {"$ref": "#/components/schemas/Filter"}, {"type": "null"}]},
"StorageRequest": {"type": "object", "additionalProperties": {"type": "array", "items": {"$ref": "#/components/schemas/StorageKey"}}},
"StorageValues": {"type": "object", "additionalProperties": {"type": "array", "items": {"$ref": "#/components/schemas/Bytes32"}}},
"TraceOptions": {"type": "object", "properties": {
  "tracer": {"enum": ["callTracer", "prestateTracer", "structLogger", ""]}, "timeout": {"type": "string", "description": "a Go duration"},
  "tracerConfig": {"type": "object", "properties": {"onlyTopCall": {"type": "boolean"}, "withLog": {"type": "boolean"}, "diffMode": {"type": "boolean"}, "disableCode": {"type": "boolean"}, "disableStorage": {"type": "boolean"}}},
  "disableStack": {"type": "boolean"}, "disableStorage": {"type": "boolean"}, "enableMemory": {"type": "boolean"}, "enableReturnData": {"type": "boolean"}, "limit": {"type": "integer"},
  "stateOverrides": {"$ref": "#/components/schemas/StateOverrides"}, "blockOverrides": {"$ref": "#/components/schemas/BlockOverrides"}}},
"PayloadAttributes": {"type": "object", "required": ["timestamp", "prevRandao", "suggestedFeeRecipient"], "properties": {
  "timestamp": {"$ref": "#/components/schemas/Quantity"}, "prevRandao": {"$ref": "#/components/schemas/Hash32"}, "suggestedFeeRecipient": {"$ref": "#/components/schemas/Address"},
  "withdrawals": {"type": "array", "items": {"$ref": "#/components/schemas/Withdrawal"}}, "parentBeaconBlockRoot": {"$ref": "#/components/schemas/Hash32"}}},
"Withdrawal": {"type": "object", "required": ["index", "validatorIndex", "address", "amount"], "additionalProperties": false, "properties": {
  "index": {"$ref": "#/components/schemas/Quantity"}, "validatorIndex": {"$ref": "#/components/schemas/Quantity"},
  "address": {"$ref": "#/components/schemas/Address"}, "amount": {"$ref": "#/components/schemas/Quantity"}}},
)json"
                                      R"json(
"Header": {"type": "object", "required": ["number", "parentHash", "sha3Uncles", "logsBloom", "transactionsRoot", "stateRoot", "receiptsRoot", "gasLimit", "gasUsed", "timestamp", "extraData", "difficulty"], "properties": {
  "number": {"$ref": "#/components/schemas/Quantity"}, "hash": {"oneOf": [{"$ref": "#/components/schemas/Hash32"}, {"type": "null"}]},
  "parentHash": {"$ref": "#/components/schemas/Hash32"}, "sha3Uncles": {"$ref": "#/components/schemas/Hash32"},
  "miner": {"oneOf": [{"$ref": "#/components/schemas/Address"}, {"type": "null"}]}, "logsBloom": {"$ref": "#/components/schemas/Data"},
  "transactionsRoot": {"$ref": "#/components/schemas/Hash32"}, "stateRoot": {"$ref": "#/components/schemas/Hash32"}, "receiptsRoot": {"$ref": "#/components/schemas/Hash32"},
  "difficulty": {"$ref": "#/components/schemas/Quantity"}, "gasLimit": {"$ref": "#/components/schemas/Quantity"}, "gasUsed": {"$ref": "#/components/schemas/Quantity"},
  "timestamp": {"$ref": "#/components/schemas/Quantity"}, "extraData": {"$ref": "#/components/schemas/Data"}, "mixHash": {"$ref": "#/components/schemas/Hash32"},
  "nonce": {"oneOf": [{"$ref": "#/components/schemas/Data"}, {"type": "null"}]}, "size": {"$ref": "#/components/schemas/Quantity"},
  "baseFeePerGas": {"$ref": "#/components/schemas/Quantity"}, "withdrawalsRoot": {"$ref": "#/components/schemas/Hash32"},
  "blobGasUsed": {"$ref": "#/components/schemas/Quantity"}, "excessBlobGas": {"$ref": "#/components/schemas/Quantity"},
  "parentBeaconBlockRoot": {"$ref": "#/components/schemas/Hash32"}, "requestsHash": {"$ref": "#/components/schemas/Hash32"},
  "uncles": {"type": "array", "items": {"$ref": "#/components/schemas/Hash32"}}}},
"Block": {"type": "object", "description": "A Header with its body", "required": ["number", "parentHash", "transactions", "uncles", "size"], "properties": {
  "number": {"$ref": "#/components/schemas/Quantity"}, "size": {"$ref": "#/components/schemas/Quantity"},
  "transactions": {"type": "array", "items": {"oneOf": [{"$ref": "#/components/schemas/Hash32"}, {"$ref": "#/components/schemas/Transaction"}]}},
  "uncles": {"type": "array", "items": {"$ref": "#/components/schemas/Hash32"}},
  "withdrawals": {"type": "array", "items": {"$ref": "#/components/schemas/Withdrawal"}}}},
"Transaction": {"type": "object", "required": ["hash", "type", "nonce", "from", "to", "value", "gas", "gasPrice", "input", "v", "r", "s", "blockHash", "blockNumber", "transactionIndex"], "properties": {
  "hash": {"$ref": "#/components/schemas/Hash32"}, "type": {"$ref": "#/components/schemas/Quantity"}, "nonce": {"$ref": "#/components/schemas/Quantity"},
  "from": {"$ref": "#/components/schemas/Address"}, "to": {"oneOf": [{"$ref": "#/components/schemas/Address"}, {"type": "null"}]},
  "value": {"$ref": "#/components/schemas/Quantity"}, "gas": {"$ref": "#/components/schemas/Quantity"}, "gasPrice": {"$ref": "#/components/schemas/Quantity"},
  "maxFeePerGas": {"$ref": "#/components/schemas/Quantity"}, "maxPriorityFeePerGas": {"$ref": "#/components/schemas/Quantity"}, "maxFeePerBlobGas": {"$ref": "#/components/schemas/Quantity"},
  "input": {"$ref": "#/components/schemas/Data"}, "chainId": {"$ref": "#/components/schemas/Quantity"},
  "accessList": {"$ref": "#/components/schemas/AccessList"}, "authorizationList": {"type": "array", "items": {"$ref": "#/components/schemas/Authorization"}},
  "blobVersionedHashes": {"type": "array", "items": {"$ref": "#/components/schemas/Hash32"}},
  "yParity": {"$ref": "#/components/schemas/Quantity"}, "v": {"$ref": "#/components/schemas/Quantity"}, "r": {"$ref": "#/components/schemas/Quantity"}, "s": {"$ref": "#/components/schemas/Quantity"},
  "blockHash": {"oneOf": [{"$ref": "#/components/schemas/Hash32"}, {"type": "null"}]}, "blockNumber": {"oneOf": [{"$ref": "#/components/schemas/Quantity"}, {"type": "null"}]},
  "blockTimestamp": {"oneOf": [{"$ref": "#/components/schemas/Quantity"}, {"type": "null"}]}, "transactionIndex": {"oneOf": [{"$ref": "#/components/schemas/Quantity"}, {"type": "null"}]}}},
"Log": {"type": "object", "required": ["address", "topics", "data", "blockNumber", "transactionHash", "transactionIndex", "blockHash", "logIndex", "removed"], "properties": {
  "address": {"$ref": "#/components/schemas/Address"}, "topics": {"type": "array", "items": {"$ref": "#/components/schemas/Bytes32"}}, "data": {"$ref": "#/components/schemas/Data"},
  "blockNumber": {"$ref": "#/components/schemas/Quantity"}, "blockHash": {"$ref": "#/components/schemas/Hash32"}, "blockTimestamp": {"$ref": "#/components/schemas/Quantity"},
  "transactionHash": {"$ref": "#/components/schemas/Hash32"}, "transactionIndex": {"$ref": "#/components/schemas/Quantity"}, "logIndex": {"$ref": "#/components/schemas/Quantity"}, "removed": {"type": "boolean"}}},
"FilterResults": {"type": "array", "items": {"oneOf": [{"$ref": "#/components/schemas/Hash32"}, {"$ref": "#/components/schemas/Log"}]}},
"Receipt": {"type": "object", "required": ["transactionHash", "transactionIndex", "blockHash", "blockNumber", "from", "to", "cumulativeGasUsed", "gasUsed", "logs", "logsBloom", "effectiveGasPrice", "type"], "properties": {
  "transactionHash": {"$ref": "#/components/schemas/Hash32"}, "transactionIndex": {"$ref": "#/components/schemas/Quantity"}, "blockHash": {"$ref": "#/components/schemas/Hash32"}, "blockNumber": {"$ref": "#/components/schemas/Quantity"},
  "from": {"$ref": "#/components/schemas/Address"}, "to": {"oneOf": [{"$ref": "#/components/schemas/Address"}, {"type": "null"}]},
  "contractAddress": {"oneOf": [{"$ref": "#/components/schemas/Address"}, {"type": "null"}]},
  "cumulativeGasUsed": {"$ref": "#/components/schemas/Quantity"}, "gasUsed": {"$ref": "#/components/schemas/Quantity"}, "blobGasUsed": {"$ref": "#/components/schemas/Quantity"}, "blobGasPrice": {"$ref": "#/components/schemas/Quantity"},
  "logs": {"type": "array", "items": {"$ref": "#/components/schemas/Log"}}, "logsBloom": {"$ref": "#/components/schemas/Data"},
  "effectiveGasPrice": {"$ref": "#/components/schemas/Quantity"}, "type": {"$ref": "#/components/schemas/Quantity"},
  "status": {"enum": ["0x0", "0x1"]}, "root": {"$ref": "#/components/schemas/Hash32"}}},
"AccountProof": {"type": "object", "required": ["address", "accountProof", "balance", "codeHash", "nonce", "storageHash", "storageProof"], "properties": {
  "address": {"$ref": "#/components/schemas/Address"}, "accountProof": {"type": "array", "items": {"$ref": "#/components/schemas/Data"}}, "balance": {"$ref": "#/components/schemas/Quantity"},
  "codeHash": {"$ref": "#/components/schemas/Hash32"}, "nonce": {"$ref": "#/components/schemas/Quantity"}, "storageHash": {"$ref": "#/components/schemas/Hash32"},
  "storageProof": {"type": "array", "items": {"type": "object", "required": ["key", "value", "proof"], "properties": {
    "key": {"$ref": "#/components/schemas/StorageKey"}, "value": {"$ref": "#/components/schemas/Quantity"}, "proof": {"type": "array", "items": {"$ref": "#/components/schemas/Data"}}}}}}},
"AccessListResult": {"type": "object", "required": ["accessList", "gasUsed"], "additionalProperties": false, "properties": {
  "accessList": {"$ref": "#/components/schemas/AccessList"}, "gasUsed": {"$ref": "#/components/schemas/Quantity"}, "error": {"type": "string"}}},
"FeeHistory": {"type": "object", "required": ["oldestBlock", "baseFeePerGas", "gasUsedRatio"], "properties": {
  "oldestBlock": {"$ref": "#/components/schemas/Quantity"}, "baseFeePerGas": {"type": "array", "items": {"$ref": "#/components/schemas/Quantity"}}, "gasUsedRatio": {"type": "array", "items": {"type": "number"}},
  "baseFeePerBlobGas": {"type": "array", "items": {"$ref": "#/components/schemas/Quantity"}}, "blobGasUsedRatio": {"type": "array", "items": {"type": "number"}},
  "reward": {"type": "array", "items": {"type": "array", "items": {"$ref": "#/components/schemas/Quantity"}}}}},
"Syncing": {"oneOf": [{"type": "object"}, {"enum": [false]}]},
)json"
                                      R"json(
"PoolByNonce": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Transaction"}},
"PoolBySender": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/PoolByNonce"}},
"PoolContent": {"type": "object", "required": ["pending", "queued"], "properties": {"pending": {"$ref": "#/components/schemas/PoolBySender"}, "queued": {"$ref": "#/components/schemas/PoolBySender"}}},
"PoolContentFrom": {"type": "object", "required": ["pending", "queued"], "properties": {"pending": {"$ref": "#/components/schemas/PoolByNonce"}, "queued": {"$ref": "#/components/schemas/PoolByNonce"}}},
"PoolSummary": {"type": "object", "required": ["pending", "queued"]},
"PoolStatus": {"type": "object", "required": ["pending", "queued"], "additionalProperties": false, "properties": {"pending": {"$ref": "#/components/schemas/Quantity"}, "queued": {"$ref": "#/components/schemas/Quantity"}}},
"StructLog": {"type": "object", "required": ["pc", "op", "gas", "gasCost", "depth"], "additionalProperties": false, "properties": {
  "pc": {"type": "integer"}, "op": {"type": "string"}, "gas": {"type": "integer"}, "gasCost": {"type": "integer"}, "depth": {"type": "integer"}, "error": {"type": "string"},
  "stack": {"type": "array", "items": {"$ref": "#/components/schemas/Quantity"}}, "memory": {"type": "array", "items": {"$ref": "#/components/schemas/Bytes32"}},
  "storage": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Bytes32"}}, "returnData": {"$ref": "#/components/schemas/Data"}, "refund": {"type": "integer"}}},
"StructTrace": {"type": "object", "required": ["gas", "failed", "returnValue", "structLogs"], "additionalProperties": false, "properties": {
  "gas": {"type": "integer"}, "failed": {"type": "boolean"}, "returnValue": {"$ref": "#/components/schemas/Data"}, "structLogs": {"type": "array", "items": {"$ref": "#/components/schemas/StructLog"}}}},
"CallTrace": {"type": "object", "required": ["type", "from", "gas", "gasUsed", "input"], "properties": {
  "type": {"type": "string"}, "from": {"$ref": "#/components/schemas/Address"}, "to": {"$ref": "#/components/schemas/Address"}, "value": {"$ref": "#/components/schemas/Quantity"},
  "gas": {"$ref": "#/components/schemas/Quantity"}, "gasUsed": {"$ref": "#/components/schemas/Quantity"}, "input": {"$ref": "#/components/schemas/Data"}, "output": {"$ref": "#/components/schemas/Data"},
  "error": {"type": "string"}, "revertReason": {"type": "string"}, "calls": {"type": "array", "items": {"$ref": "#/components/schemas/CallTrace"}}, "logs": {"type": "array", "items": {"type": "object"}}}},
"PrestateTrace": {"type": "object", "description": "Accounts by address; with diffMode pre and post of them", "additionalProperties": {"type": "object"}},
"Trace": {"anyOf": [{"$ref": "#/components/schemas/StructTrace"}, {"$ref": "#/components/schemas/CallTrace"}, {"$ref": "#/components/schemas/PrestateTrace"}]},
"TracedTransaction": {"type": "object", "required": ["txHash", "result"], "additionalProperties": false, "properties": {"txHash": {"$ref": "#/components/schemas/Hash32"}, "result": {"$ref": "#/components/schemas/Trace"}}},
"SimulatedBlock": {"type": "object", "description": "A Block with its calls", "required": ["number", "hash", "calls", "transactions"], "properties": {
  "calls": {"type": "array", "items": {"type": "object", "required": ["returnData", "logs", "gasUsed", "status"], "properties": {
    "returnData": {"$ref": "#/components/schemas/Data"}, "logs": {"type": "array", "items": {"$ref": "#/components/schemas/Log"}}, "gasUsed": {"$ref": "#/components/schemas/Quantity"}, "maxUsedGas": {"$ref": "#/components/schemas/Quantity"},
    "status": {"enum": ["0x0", "0x1"]}, "error": {"type": "object", "required": ["code", "message"], "properties": {"code": {"type": "integer"}, "message": {"type": "string"}, "data": {"$ref": "#/components/schemas/Data"}}}}}}}},
"Capability": {"type": "object", "required": ["disabled"], "properties": {"disabled": {"type": "boolean"}, "oldestBlock": {"$ref": "#/components/schemas/Quantity"}, "deleteStrategy": {"type": "object"}}},
"Capabilities": {"type": "object", "required": ["head", "state", "tx", "logs", "receipts", "blocks", "stateproofs"], "properties": {
  "head": {"type": "object", "required": ["number", "hash"], "properties": {"number": {"$ref": "#/components/schemas/Quantity"}, "hash": {"$ref": "#/components/schemas/Hash32"}}},
  "state": {"$ref": "#/components/schemas/Capability"}, "tx": {"$ref": "#/components/schemas/Capability"}, "logs": {"$ref": "#/components/schemas/Capability"},
  "receipts": {"$ref": "#/components/schemas/Capability"}, "blocks": {"$ref": "#/components/schemas/Capability"}, "stateproofs": {"$ref": "#/components/schemas/Capability"}}},
"ForkConfig": {"type": "object", "required": ["activationTime", "blobSchedule", "chainId", "forkId", "precompiles", "systemContracts"], "properties": {
  "activationTime": {"type": "integer"}, "chainId": {"$ref": "#/components/schemas/Quantity"}, "forkId": {"type": "string", "pattern": "^0x[0-9a-f]{8}$"},
  "blobSchedule": {"oneOf": [{"type": "null"}, {"type": "object", "required": ["target", "max", "baseFeeUpdateFraction"]}]},
  "precompiles": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Address"}}, "systemContracts": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Address"}}}},
"ForkConfigs": {"type": "object", "required": ["current", "next", "last"], "properties": {"current": {"$ref": "#/components/schemas/ForkConfig"},
  "next": {"oneOf": [{"$ref": "#/components/schemas/ForkConfig"}, {"type": "null"}]}, "last": {"oneOf": [{"$ref": "#/components/schemas/ForkConfig"}, {"type": "null"}]}}},
"BuiltPayload": {"type": "object", "required": ["executionPayload", "blockValue"], "properties": {"executionPayload": {"type": "object"}, "blockValue": {"$ref": "#/components/schemas/Quantity"}}},
"Seal": {"type": "object", "required": ["chainId", "genesisHash", "blockNumber", "blockHash", "signature", "sealer"], "properties": {
  "chainId": {"$ref": "#/components/schemas/Quantity"}, "genesisHash": {"$ref": "#/components/schemas/Hash32"}, "blockNumber": {"$ref": "#/components/schemas/Quantity"},
  "blockHash": {"$ref": "#/components/schemas/Hash32"}, "signature": {"$ref": "#/components/schemas/Data"}, "sealer": {"oneOf": [{"$ref": "#/components/schemas/Address"}, {"type": "null"}]}}}
})json";

} // namespace

const json::object& schemas() {
    static const json::object kParsed = [] {
        auto parsed = codec::parse_json(kSchemas);
        SALUS_ASSERT(parsed.ok());
        return parsed->as_object();
    }();
    return kParsed;
}

} // namespace salus::api::eth
