#pragma once
// The table of methods and what each does on the embedded chain.

#include "api/eth/filters.hpp"
#include "chain/chain.hpp"

namespace salus::api::eth {

class Methods final : public Backend {
public:
    Methods(chain::Chain& chain, const Clock& clock, Random& random,
            const EndpointOptions& options);

    bool together(const Request& first, const Request& second) const override;
    std::vector<Result<Json>> run(const std::vector<Request>& requests,
                                  const Caller& caller) override;

    using Function = Result<Json> (Methods::*)(const Params& params, const Caller& caller);
    struct Method {
        std::string_view name;
        std::size_t least, most; // number of parameters
        Function function;       // none: answered by the proxy alone
    };
    static const std::vector<Method>& table();
    static const Method* find(std::string_view name);

private:
    Result<Json> run_one(const Request& request, const Caller& caller);
    void send_many(const std::vector<Request>& requests, std::size_t from, std::size_t to,
                   std::vector<Result<Json>>& out);

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

    // block_methods.cpp
    Result<Json> block_by_hash(const Params& params, const Caller& caller);
    Result<Json> block_by_number(const Params& params, const Caller& caller);
    Result<Json> block_receipts(const Params& params, const Caller& caller);
    Result<Json> transaction_count_by_hash(const Params& params, const Caller& caller);
    Result<Json> transaction_count_by_number(const Params& params, const Caller& caller);
    Result<Json> uncle_count_by_hash(const Params& params, const Caller& caller);
    Result<Json> uncle_count_by_number(const Params& params, const Caller& caller);
    Result<Json> no_uncle(const Params& params, const Caller& caller);
    Result<Json> transaction_by_hash(const Params& params, const Caller& caller);
    Result<Json> transaction_by_block_hash(const Params& params, const Caller& caller);
    Result<Json> transaction_by_block_number(const Params& params, const Caller& caller);
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

    chain::Chain& chain_;
    const EndpointOptions& options_;
    Filters filters_;
};

} // namespace salus::api::eth
