#include "eth_embedded/embedded_chain.hpp"

#include "eth/revert.hpp"

namespace salus::eth_embedded {
namespace {

Error translated(const Error& error) {
    const ErrorKind& kind = error.kind();
    if (kind == state::kNonceTooLow) return Error(eth::kNonceTooLow, error.detail());
    if (kind == chain::kUnderpriced) return Error(eth::kUnderpriced, error.detail());
    if (kind == state::kInsufficientFunds) return Error(eth::kInsufficientFunds, error.detail());
    if (kind == chain::kUnknownBlock) return Error(eth::kUnknownBlock, error.detail());
    const bool disk = kind == store::kStoreIo || kind == store::kStoreFull;
    return Error(disk ? eth::kHalted : eth::kRpcError, error.text());
}

template <typename T>
Result<T> translated(Result<T> result) {
    if (result.ok()) return result;
    return translated(result.error());
}

chain::BlockId block_id(const eth::BlockRef& at) {
    if (at.hash) return *at.hash;
    if (at.number) return *at.number;
    return at.pending ? chain::Tag::pending : chain::Tag::latest;
}

eth::Head head_of(const chain::HeaderInfo& info) {
    const state::BlockHeader& header = info.header;
    return {header.number,
            info.hash,
            header.parent_hash,
            header.timestamp,
            header.base_fee_per_gas.value_or(uint256()),
            header.gas_limit};
}

eth::Log log_of(const state::Log& log, const chain::Place& place, const Hash32& transaction_hash,
                std::uint64_t log_index) {
    return {log.address,      log.topics,       log.data,    place.block_number,
            place.block_hash, transaction_hash, place.index, log_index};
}

eth::Receipt receipt_of(const chain::ReceiptInfo& info) {
    eth::Receipt out;
    out.transaction_hash = info.transaction_hash;
    out.success = info.receipt.success;
    out.block_number = info.place.block_number;
    out.block_hash = info.place.block_hash;
    out.gas_used = info.gas_used;
    out.contract_address = info.contract_address;
    std::uint64_t index = info.first_log_index;
    for (const state::Log& log : info.receipt.logs) {
        out.logs.push_back(log_of(log, info.place, info.transaction_hash, index++));
    }
    return out;
}

state::SimulationRequest simulation(const eth::CallRequest& request) {
    state::SimulationRequest out;
    out.from = request.from;
    out.to = request.to;
    out.input = request.data;
    out.value = request.value;
    out.gas = request.gas.value_or(0);
    return out;
}

Error failed_run(evm::Status status, ByteView output) {
    if (status == evm::Status::revert) return eth::reverted(output);
    return Error(eth::kRpcError, std::string(evm::name(status)));
}

class EmbeddedChain final : public eth::Chain {
public:
    explicit EmbeddedChain(chain::Chain& chain) : chain_(chain) {}

    Result<std::uint64_t> chain_id() override { return chain_.chain_id(); }
    Result<Hash32> genesis_hash() override { return chain_.genesis_hash(); }
    Result<eth::Head> head(const eth::BlockRef& at) override;
    Result<Bytes> call(const eth::CallRequest& request, const eth::BlockRef& at) override;
    Result<Bytes> code(const Address& address, const eth::BlockRef& at) override;
    Result<uint256> balance(const Address& address, const eth::BlockRef& at) override;
    Result<std::uint64_t> transaction_count(const Address& address,
                                            const eth::BlockRef& at) override;
    Result<std::uint64_t> estimate_gas(const eth::CallRequest& request) override;
    Result<eth::Fees> suggest_fees() override;
    Result<Hash32> send_raw(ByteView signed_transaction) override;
    Result<std::optional<eth::Receipt>> receipt(const Hash32& transaction_hash) override;
    Result<std::vector<eth::Log>> logs(const eth::LogFilter& filter) override;
    Result<eth::Head> wait_for_head(const Hash32& known,
                                    std::chrono::milliseconds timeout) override;

private:
    Result<std::shared_ptr<const chain::Reading>> reading(const eth::BlockRef& at) {
        return translated(chain_.at(block_id(at)));
    }

    chain::Chain& chain_;
};

Result<eth::Head> EmbeddedChain::head(const eth::BlockRef& at) {
    SALUS_TRY_ASSIGN(const auto header, translated(chain_.header(block_id(at))));
    if (!header) return Error(eth::kUnknownBlock);
    return head_of(*header);
}

// No head comes any more where sealing has stopped, whatever stopped it.
Result<eth::Head> EmbeddedChain::wait_for_head(const Hash32& known,
                                               std::chrono::milliseconds timeout) {
    if (const auto failure = chain_.failure()) return Error(eth::kHalted, failure->text());
    return head_of(chain_.wait_for_head(known, timeout));
}

Result<Bytes> EmbeddedChain::call(const eth::CallRequest& request, const eth::BlockRef& at) {
    SALUS_TRY_ASSIGN(const auto state, reading(at));
    SALUS_TRY_ASSIGN(auto outcome, translated(state->call(simulation(request))));
    if (outcome.status != evm::Status::success) return failed_run(outcome.status, outcome.output);
    return std::move(outcome.output);
}

Result<Bytes> EmbeddedChain::code(const Address& address, const eth::BlockRef& at) {
    SALUS_TRY_ASSIGN(const auto state, reading(at));
    return translated(state->code(address));
}

Result<uint256> EmbeddedChain::balance(const Address& address, const eth::BlockRef& at) {
    SALUS_TRY_ASSIGN(const auto state, reading(at));
    return translated(state->balance(address));
}

Result<std::uint64_t> EmbeddedChain::transaction_count(const Address& address,
                                                       const eth::BlockRef& at) {
    SALUS_TRY_ASSIGN(const auto state, reading(at));
    return translated(state->nonce(address));
}

Result<std::uint64_t> EmbeddedChain::estimate_gas(const eth::CallRequest& request) {
    SALUS_TRY_ASSIGN(const auto state, reading({}));
    SALUS_TRY_ASSIGN(const auto estimate, translated(state->estimate(simulation(request))));
    if (estimate.status != evm::Status::success) {
        return failed_run(estimate.status, estimate.output);
    }
    return estimate.gas;
}

// Twice the base fee outlives six full blocks (EIP-1559); it is 0 where gas is free.
Result<eth::Fees> EmbeddedChain::suggest_fees() {
    const uint256 base_fee = chain_.head().header.base_fee_per_gas.value_or(uint256());
    const uint256 tip = chain_.suggested_priority_fee();
    return eth::Fees{base_fee + base_fee + tip, tip};
}

Result<Hash32> EmbeddedChain::send_raw(ByteView signed_transaction) {
    auto sent = chain_.submit(signed_transaction);
    if (!sent.ok() && sent.error().kind() == chain::kAlreadyKnown) {
        return crypto::keccak256(signed_transaction);
    }
    return translated(std::move(sent));
}

Result<std::optional<eth::Receipt>> EmbeddedChain::receipt(const Hash32& transaction_hash) {
    SALUS_TRY_ASSIGN(const auto found, translated(chain_.receipt(transaction_hash)));
    if (!found) return std::optional<eth::Receipt>();
    return std::optional<eth::Receipt>(receipt_of(*found));
}

Result<std::vector<eth::Log>> EmbeddedChain::logs(const eth::LogFilter& filter) {
    chain::LogQuery query;
    query.from = filter.from_block;
    if (filter.to_block) query.to = *filter.to_block;
    query.filter = {filter.addresses, filter.topics};
    SALUS_TRY_ASSIGN(const auto found, translated(chain_.logs(query)));
    std::vector<eth::Log> out;
    out.reserve(found.size());
    for (const chain::LogInfo& info : found) {
        out.push_back(log_of(info.log, info.place, info.transaction_hash, info.log_index));
    }
    return out;
}

} // namespace

std::unique_ptr<eth::Chain> make_chain(chain::Chain& chain) {
    return std::make_unique<EmbeddedChain>(chain);
}

} // namespace salus::eth_embedded
