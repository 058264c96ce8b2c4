#pragma once
// The table of methods and what each does on the embedded chain.

#include "api/eth/filters.hpp"
#include "api/eth/tracing.hpp"
#include "chain/chain.hpp"

namespace salus::api::eth {

// How the first parameter of a method names a block.
enum class By : std::uint8_t { hash, number };

class Methods final : public Backend {
public:
    Methods(chain::Chain& chain, const Clock& clock, Random& random,
            const EndpointOptions& options);

    bool together(const Request& first, const Request& second) const override;
    std::vector<Result<Reply>> run(const std::vector<Request>& requests,
                                   const Caller& caller) override;

    using Function = Result<Json> (Methods::*)(const Params& params, const Caller& caller);
    using TextFunction = Result<std::string> (Methods::*)(const Params& params,
                                                          const Caller& caller);
    struct Parameter {
        std::string_view name, schema; // of schemas.cpp, see schema_of()
        bool required = true;          // the optional ones come last
    };
    struct Method {
        std::string_view name;
        std::vector<Parameter> parameters;
        std::string_view result; // a schema
        std::vector<const ErrorKind*> errors;
        std::string_view summary;
        Function function;
        TextFunction text_function = nullptr; // instead, where the result is large

        std::size_t least() const; // parameters
    };
    static const std::vector<Method>& table();
    static const Method* find(std::string_view name);

private:
    Result<Reply> run_one(const Request& request, const Caller& caller);
    Result<Reply> answer(const Method& method, const Params& params, const Caller& caller);
    void send_many(const std::vector<Request>& requests, std::size_t from, std::size_t to,
                   std::vector<Result<Reply>>& out);
    std::function<bool()> call_deadline() const; // whether the time of a call that starts now is up

    // state_methods.cpp
    Result<Json> chain_id(const Params& params, const Caller& caller);
    Result<Json> block_number(const Params& params, const Caller& caller);
    Result<Json> gas_price(const Params& params, const Caller& caller);
    Result<Json> max_priority_fee(const Params& params, const Caller& caller);
    Result<Json> blob_base_fee(const Params& params, const Caller& caller);
    Result<Json> fee_history(const Params& params, const Caller& caller);
    Result<Json> get_balance(const Params& params, const Caller& caller);
    Result<Json> get_transaction_count(const Params& params, const Caller& caller);
    Result<Json> get_code(const Params& params, const Caller& caller);
    Result<Json> get_storage_at(const Params& params, const Caller& caller);
    Result<Json> get_proof(const Params& params, const Caller& caller);
    Result<Json> call(const Params& params, const Caller& caller);
    Result<Json> estimate_gas(const Params& params, const Caller& caller);
    Result<Json> create_access_list(const Params& params, const Caller& caller);
    Result<Json> base_fee(const Params& params, const Caller& caller);
    Result<Json> get_storage_values(const Params& params, const Caller& caller);

    // simulate_methods.cpp
    Result<std::string> simulate(const Params& params, const Caller& caller);

    // debug_methods.cpp
    TraceBudget trace_budget(const TraceOptions& options) const;
    Result<std::string> trace_in_block(const chain::BlockId& id, const TraceOptions& options,
                                       std::optional<std::uint64_t> wanted);
    Result<std::string> trace_transaction(const Params& params, const Caller& caller);
    Result<std::string> trace_block_by_hash(const Params& params, const Caller& caller);
    Result<std::string> trace_block_by_number(const Params& params, const Caller& caller);
    Result<std::string> trace_call(const Params& params, const Caller& caller);
    Result<Json> raw_header(const Params& params, const Caller& caller);
    Result<Json> raw_block(const Params& params, const Caller& caller);
    Result<Json> raw_receipts(const Params& params, const Caller& caller);

    // testing_methods.cpp
    Result<Json> build_block(const Params& params, const Caller& caller);

    // block_methods.cpp
    template <By kBy>
    Result<Json> block(const Params& params, const Caller& caller);
    Result<Json> block_receipts(const Params& params, const Caller& caller);
    template <By kBy>
    Result<Json> transaction_count(const Params& params, const Caller& caller);
    template <By kBy>
    Result<Json> uncle_count(const Params& params, const Caller& caller);
    template <By kBy>
    Result<Json> uncle(const Params& params, const Caller& caller);
    template <By kBy>
    Result<Json> header(const Params& params, const Caller& caller);
    Result<Json> transaction_by_hash(const Params& params, const Caller& caller);
    template <By kBy>
    Result<Json> transaction_at(const Params& params, const Caller& caller);
    Result<Json> raw_transaction(const Params& params, const Caller& caller);
    Result<Json> transaction_receipt(const Params& params, const Caller& caller);
    Result<Json> send_raw_transaction(const Params& params, const Caller& caller);
    Result<Json> seal(const Params& params, const Caller& caller);

    // seal_methods.cpp
    Result<Json> sealed_blocks(const Params& params, const Caller& caller);
    Result<Json> follow_status(const Params& params, const Caller& caller);
    Result<Json> fault_proofs(const Params& params, const Caller& caller);
    Result<Json> syncing(const Params& params, const Caller& caller);
    Result<Hash32> take_transaction(ByteView raw);

    // log_methods.cpp
    Result<Json> get_logs(const Params& params, const Caller& caller);
    Result<Json> new_filter(const Params& params, const Caller& caller);
    Result<Json> new_block_filter(const Params& params, const Caller& caller);
    Result<Json> new_pending_filter(const Params& params, const Caller& caller);
    Result<Json> filter_changes(const Params& params, const Caller& caller);
    Result<Json> filter_logs(const Params& params, const Caller& caller);
    Result<Json> uninstall_filter(const Params& params, const Caller& caller);
    Result<Json> subscribe(const Params& params, const Caller& caller);
    Result<Json> unsubscribe(const Params& params, const Caller& caller);

    // node_methods.cpp
    Result<Json> accounts(const Params& params, const Caller& caller);
    Result<Json> net_version(const Params& params, const Caller& caller);
    Result<Json> net_listening(const Params& params, const Caller& caller);
    Result<Json> net_peer_count(const Params& params, const Caller& caller);
    Result<Json> client_version(const Params& params, const Caller& caller);
    Result<Json> sha3(const Params& params, const Caller& caller);
    Result<Json> rpc_modules(const Params& params, const Caller& caller);
    Result<Json> pool_status(const Params& params, const Caller& caller);
    Result<Json> pool_content(const Params& params, const Caller& caller);
    Result<Json> pool_content_from(const Params& params, const Caller& caller);
    Result<Json> pending_transactions(const Params& params, const Caller& caller);
    Result<Json> pool_inspect(const Params& params, const Caller& caller);
    Result<Json> discover(const Params& params, const Caller& caller);
    Result<Json> capabilities(const Params& params, const Caller& caller);
    Result<Json> config(const Params& params, const Caller& caller); // config_method.cpp

    chain::Chain& chain_;
    const EndpointOptions& options_;
    Filters filters_;
};

} // namespace salus::api::eth
