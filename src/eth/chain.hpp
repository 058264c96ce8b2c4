#pragma once
// How the application talks to an Ethereum chain. Two implementations: eth_embedded (in process)
// and eth_remote (JSON-RPC). Nothing above this line may know which one runs.
// Names and meanings: execution-apis. All functions are thread-safe and may block on I/O.

#include <chrono>
#include <optional>

#include "base/bytes.hpp"
#include "base/uint256.hpp"

namespace salus::eth {

inline constexpr ErrorKind kUnreachable{"eth.unreachable", "no answer from the Ethereum node"};
// What was sent before may come to be once the disk is mended; until then nobody waits for it.
inline constexpr ErrorKind kHalted{"eth.halted", "the node must be able to write to its disk"};
inline constexpr ErrorKind kRpcError{"eth.rpc_error", "the Ethereum node refused the request"};
inline constexpr ErrorKind kReverted{"eth.reverted", "EIP-140: the contract reverted"};
inline constexpr ErrorKind kNonceTooLow{"eth.nonce_too_low", "Yellow Paper 6: T_n = nonce"};
inline constexpr ErrorKind kUnderpriced{"eth.underpriced", "replacement needs a higher fee"};
inline constexpr ErrorKind kInsufficientFunds{"eth.insufficient_funds",
                                              "Yellow Paper 6: up-front cost"};
inline constexpr ErrorKind kUnknownBlock{"eth.unknown_block", "execution-apis: block not found"};

struct BlockRef { // latest unless a number or hash is given
    std::optional<std::uint64_t> number;
    std::optional<Hash32> hash;
    bool pending = false;
};

struct Head {
    std::uint64_t number = 0;
    Hash32 hash;
    Hash32 parent_hash;
    std::uint64_t timestamp = 0; // Unix seconds
    uint256 base_fee;
    std::uint64_t gas_limit = 0;
};

struct CallRequest {
    Address from;
    std::optional<Address> to; // none: creation
    Bytes data;
    uint256 value;
    std::optional<std::uint64_t> gas;
};

struct Log {
    Address address;
    std::vector<Hash32> topics;
    Bytes data;
    std::uint64_t block_number = 0;
    Hash32 block_hash;
    Hash32 transaction_hash;
    std::uint64_t transaction_index = 0;
    std::uint64_t log_index = 0;
};

struct Receipt {
    Hash32 transaction_hash;
    bool success = false;
    std::uint64_t block_number = 0;
    Hash32 block_hash;
    std::uint64_t gas_used = 0;
    std::optional<Address> contract_address;
    std::vector<Log> logs;
};

struct LogFilter {
    std::uint64_t from_block = 0;
    std::optional<std::uint64_t> to_block;   // none: latest
    std::vector<Address> addresses;          // empty: any
    std::vector<std::vector<Hash32>> topics; // a position's list is "any of"; empty: any
};

struct Fees {
    uint256 max_fee_per_gas;
    uint256 max_priority_fee_per_gas;
};

class Chain {
public:
    virtual ~Chain() = default;

    virtual Result<std::uint64_t> chain_id() = 0;
    virtual Result<Hash32> genesis_hash() = 0;
    virtual Result<Head> head(const BlockRef& at = {}) = 0; // any block's summary
    virtual Result<Bytes> call(const CallRequest& request,
                               const BlockRef& at = {}) = 0; // kReverted
    virtual Result<Bytes> code(const Address& address, const BlockRef& at = {}) = 0;
    virtual Result<uint256> balance(const Address& address, const BlockRef& at = {}) = 0;
    virtual Result<std::uint64_t> transaction_count(const Address& address,
                                                    const BlockRef& at = {}) = 0;
    virtual Result<std::uint64_t> estimate_gas(const CallRequest& request) = 0;
    virtual Result<Fees> suggest_fees() = 0;
    virtual Result<Hash32> send_raw(ByteView signed_transaction) = 0;
    virtual Result<std::optional<Receipt>> receipt(const Hash32& transaction_hash) = 0;
    virtual Result<std::vector<Log>> logs(const LogFilter& filter) = 0;
    // Returns when the head differs from `known` or `timeout` has passed.
    virtual Result<Head> wait_for_head(const Hash32& known, std::chrono::milliseconds timeout) = 0;
};

} // namespace salus::eth
