#pragma once
// Reading parameters of JSON-RPC methods (execution-apis, EIP-1898). Errors are kInvalidParams
// and name the argument's index.

#include "api/eth/rpc.hpp"
#include "chain/types.hpp"

namespace salus::api::eth {

// Values. Quantities may have leading zeros, as some clients send them; data has even length.
Result<uint256> read_quantity(const Json& value);
Result<std::uint64_t> read_u64(const Json& value); // a quantity or a JSON number
Result<Bytes> read_data(const Json& value);
Result<Address> read_address(const Json& value);
Result<Hash32> read_hash(const Json& value);
Result<uint256> read_storage_key(const Json& value); // up to 32 bytes of hex
Result<chain::BlockId> read_block(const Json& value);
Result<state::SimulationRequest> read_call(const Json& value);
Result<chain::StateOverrides> read_overrides(const Json& value);
Result<chain::BlockOverrides> read_block_overrides(const Json& value);
Result<std::vector<state::Withdrawal>> read_withdrawals(const Json& value);
// "stateOverrides" and "blockOverrides" of one object (debug_traceCall).
Result<chain::CallOptions> read_call_overrides(const Json& value);

struct LogRequest {
    std::optional<Hash32> block_hash;
    std::optional<chain::BlockId> from, to;
    chain::LogFilter filter;
};
Result<LogRequest> read_log_request(const Json& value);

// The positional arguments of one call.
class Params {
public:
    explicit Params(const json::array& values) : values_(values) {}

    std::size_t size() const { return values_.size(); }
    const Json* at(std::size_t i) const; // nullptr where absent or null
    Result<const Json*> need(std::size_t i) const;

    template <typename T>
    Result<T> get(std::size_t i, Result<T> (*read)(const Json&)) const {
        SALUS_TRY_ASSIGN(const Json* const value, need(i));
        auto out = read(*value);
        if (!out.ok()) return std::move(out).error().at(place(i));
        return out;
    }
    template <typename T>
    Result<T> get_or(std::size_t i, Result<T> (*read)(const Json&), T otherwise) const {
        return at(i) == nullptr ? Result<T>(std::move(otherwise)) : get(i, read);
    }
    Result<chain::BlockId> block(std::size_t i) const { // latest where absent
        return get_or<chain::BlockId>(i, read_block, chain::Tag::latest);
    }
    Result<bool> boolean_or_false(std::size_t i) const;

private:
    static std::string place(std::size_t i);

    const json::array& values_;
};

} // namespace salus::api::eth
