#include "state/dao_fork.hpp"
#include "state/parameters.hpp"
#include "state/requests.hpp"
#include "state/trie.hpp"

namespace salus::state {

using evm::Revision;

namespace {

const uint256 kGwei{1'000'000'000};
const uint256 kEther{1'000'000'000'000'000'000};

// What the parent and the choice fix before any transaction runs.
BlockHeader open_header(const Rules& rules, const BlockHeader& parent, const BlockChoice& choice) {
    BlockHeader out;
    out.parent_hash = hash(parent);
    out.coinbase = choice.coinbase;
    out.ommers_hash = ommers_hash(choice.ommers);
    out.number = parent.number + 1;
    out.gas_limit = choice.gas_limit;
    out.timestamp = choice.timestamp;
    out.extra_data = choice.extra_data;
    out.prev_randao = choice.prev_randao;
    out.nonce = choice.nonce;
    if (rules.revision < Revision::paris) {
        out.difficulty = next_difficulty(parent, choice.timestamp, rules);
    }
    if (rules.revision >= Revision::london) out.base_fee_per_gas = next_base_fee(parent);
    if (rules.revision >= Revision::cancun) {
        out.excess_blob_gas = next_excess_blob_gas(parent, rules);
        out.blob_gas_used = 0;
        out.parent_beacon_block_root = choice.parent_beacon_block_root;
    }
    return out;
}

evm::BlockContext make_context(const ChainConfig& config, const Rules& rules,
                               const BlockHeader& header) {
    evm::BlockContext out;
    out.number = header.number;
    out.timestamp = header.timestamp;
    out.gas_limit = header.gas_limit;
    out.coinbase = header.coinbase;
    out.prev_randao =
        rules.revision >= Revision::paris ? load_be(header.prev_randao) : header.difficulty;
    out.base_fee = header.base_fee_per_gas.value_or(uint256());
    out.blob_base_fee = blob_base_fee(header.excess_blob_gas.value_or(0), rules.blobs);
    out.chain_id = uint256(config.chain_id);
    return out;
}

Hash32 receipts_root(std::span<const TransactionOutcome> outcomes) {
    std::vector<Bytes> encoded;
    encoded.reserve(outcomes.size());
    for (const TransactionOutcome& outcome : outcomes) encoded.push_back(encode(outcome.receipt));
    return ordered_trie_root(encoded);
}

} // namespace

Environment make_environment(const ChainConfig& config, const BlockHeader& header,
                             BlockHashes hashes, CodeCache* cache, evm::Tracer* tracer) {
    const Rules rules = config.rules_at(header.number, header.timestamp);
    return {make_context(config, rules, header), rules, std::move(hashes), cache, tracer};
}

struct BlockExecutor::Impl {
    enum class Stage : std::uint8_t { made, open, finished };

    Impl(const ChainConfig& chain, const StateView& view, const BlockHeader& before,
         const BlockChoice& choice, BlockHashes hashes, CodeCache* cache, evm::Tracer* tracer)
        : config(chain), parent(before),
          header(open_header(chain.rules_at(before.number + 1, choice.timestamp), before, choice)),
          ommers(choice.ommers),
          environment(make_environment(chain, header, std::move(hashes), cache, tracer)),
          journal(view, cache), pending(journal) {}

    Revision revision() const { return environment.rules.revision; }
    BlockSpace space() const;
    bool fits_in_size() const;
    void append(const Transaction& transaction, TransactionOutcome outcome);
    void reward();
    void pay(std::span<const Withdrawal> withdrawals);
    Status fill_requests(std::vector<Bytes>& requests);
    Status fill_post_states(const RootFunction& root);
    Status fill_roots(std::span<const Withdrawal> withdrawals);

    ChainConfig config;
    BlockHeader parent;
    BlockHeader header;
    std::vector<BlockHeader> ommers;
    Environment environment;
    Journal journal;
    PendingState pending;
    Stage stage = Stage::made;
    std::vector<Bytes> transactions;
    std::vector<TransactionOutcome> outcomes;
    std::vector<StateChanges> post_states; // before Byzantium, after each transaction
};

BlockSpace BlockExecutor::Impl::space() const {
    const std::uint64_t blobs = environment.rules.blobs.max * kGasPerBlob;
    return {header.gas_limit - header.gas_used, blobs - header.blob_gas_used.value_or(0)};
}

// EIP-7934. Whoever fills a block sees to it; the lists' few bytes of RLP are left out here.
bool BlockExecutor::Impl::fits_in_size() const {
    if (revision() < Revision::osaka) return true;
    std::uint64_t bytes = encode(header).size();
    for (const Bytes& transaction : transactions) bytes += transaction.size();
    return bytes <= kMaxBlockSize;
}

void BlockExecutor::Impl::append(const Transaction& transaction, TransactionOutcome outcome) {
    header.gas_used += outcome.gas_used;
    if (header.blob_gas_used) *header.blob_gas_used += outcome.blob_gas_used;
    outcome.receipt.cumulative_gas_used = header.gas_used;
    add_to_bloom(header.logs_bloom, outcome.receipt.bloom);
    transactions.push_back(encode(transaction));
    if (revision() < Revision::byzantium) post_states.push_back(journal.changes());
    outcomes.push_back(std::move(outcome));
}

// Before Paris (Yellow Paper 11.3): 1/32 more for each ommer, whose own part falls by 1/8 with
// each generation.
void BlockExecutor::Impl::reward() {
    const uint256 base = uint256(parameters(revision()).block_reward_eth) * kEther;
    if (!base) return;
    for (const BlockHeader& ommer : ommers) {
        const std::uint64_t part = 8 + ommer.number - header.number;
        journal.add_balance(ommer.coinbase, base * uint256(part) / uint256(8));
    }
    journal.add_balance(header.coinbase, base + base / uint256(32) * uint256(ommers.size()));
}

// EIP-4895.
void BlockExecutor::Impl::pay(std::span<const Withdrawal> withdrawals) {
    reward();
    for (const Withdrawal& withdrawal : withdrawals) {
        journal.add_balance(withdrawal.address, uint256(withdrawal.amount_gwei) * kGwei);
    }
    journal.end_transaction(revision());
}

Status BlockExecutor::Impl::fill_requests(std::vector<Bytes>& requests) {
    if (revision() < Revision::prague) return ok_status();
    SALUS_TRY_ASSIGN(requests,
                     collect_requests(journal, environment, deposit_contract(config), outcomes));
    header.requests_hash = requests_hash(requests);
    return ok_status();
}

Status BlockExecutor::Impl::fill_post_states(const RootFunction& root) {
    for (std::size_t i = 0; i < post_states.size(); ++i) {
        SALUS_TRY_ASSIGN(outcomes[i].receipt.post_state, root(post_states[i]));
    }
    return ok_status();
}

Status BlockExecutor::Impl::fill_roots(std::span<const Withdrawal> withdrawals) {
    header.transactions_root = ordered_trie_root(transactions);
    header.receipts_root = receipts_root(outcomes);
    if (revision() >= Revision::shanghai) {
        header.withdrawals_root = withdrawals_root(withdrawals);
    } else if (!withdrawals.empty()) {
        return Error(kHeaderFields, "withdrawals before Shanghai");
    }
    return ok_status();
}

BlockExecutor::BlockExecutor(const ChainConfig& config, const StateView& view,
                             const BlockHeader& parent, const BlockChoice& choice,
                             BlockHashes block_hashes, CodeCache* cache, evm::Tracer* tracer)
    : impl_(std::make_unique<Impl>(config, view, parent, choice, std::move(block_hashes), cache,
                                   tracer)) {}
BlockExecutor::~BlockExecutor() = default;

Status BlockExecutor::begin() {
    SALUS_ASSERT(impl_->stage == Impl::Stage::made);
    impl_->stage = Impl::Stage::open;
    if (impl_->config.dao_fork == impl_->header.number) {
        move_dao_balances(impl_->journal);
        impl_->journal.end_transaction(impl_->revision());
    }
    start_block(impl_->journal, impl_->environment, impl_->parent,
                impl_->header.parent_beacon_block_root.value_or(Hash32{}));
    if (impl_->journal.error()) return Error(*impl_->journal.error());
    return ok_status();
}

Result<const TransactionOutcome*> BlockExecutor::execute(const Transaction& transaction,
                                                         const Address& sender) {
    SALUS_ASSERT(impl_->stage == Impl::Stage::open);
    SALUS_TRY_ASSIGN(TransactionOutcome outcome,
                     execute_transaction(impl_->journal, impl_->environment, transaction, sender,
                                         impl_->space()));
    impl_->append(transaction, std::move(outcome));
    return &impl_->outcomes.back();
}

std::uint64_t BlockExecutor::gas_used() const {
    return impl_->header.gas_used;
}
std::uint64_t BlockExecutor::gas_left() const {
    return impl_->header.gas_limit - impl_->header.gas_used;
}
const std::vector<TransactionOutcome>& BlockExecutor::outcomes() const {
    return impl_->outcomes;
}
const Environment& BlockExecutor::environment() const {
    return impl_->environment;
}
const StateView& BlockExecutor::pending() const {
    return impl_->pending;
}

Result<ExecutedBlock> BlockExecutor::finish(std::span<const Withdrawal> withdrawals,
                                            const RootFunction& root) {
    SALUS_ASSERT(impl_->stage == Impl::Stage::open);
    SALUS_ASSERT(impl_->fits_in_size());
    impl_->stage = Impl::Stage::finished;
    ExecutedBlock out;
    impl_->pay(withdrawals);
    SALUS_TRY(impl_->fill_requests(out.requests));
    SALUS_TRY(impl_->fill_post_states(root));
    SALUS_TRY(impl_->fill_roots(withdrawals));
    if (impl_->journal.error()) return Error(*impl_->journal.error());
    out.changes = impl_->journal.changes();
    SALUS_TRY_ASSIGN(impl_->header.state_root, root(out.changes));
    SALUS_TRY(check_header(impl_->config, impl_->parent, impl_->header));
    out.header = impl_->header;
    out.outcomes = std::move(impl_->outcomes);
    return out;
}

namespace {

BlockChoice choice_of(const Block& block) {
    const BlockHeader& header = block.header;
    return {header.timestamp,  header.gas_limit,
            header.coinbase,   header.prev_randao,
            header.extra_data, header.parent_beacon_block_root.value_or(Hash32{}),
            header.nonce,      block.ommers};
}

// The header that execution gave against the one that the block came with.
Status compare(const BlockHeader& made, const BlockHeader& given) {
    if (made.gas_used != given.gas_used) return Error(kGasUsed, std::to_string(made.gas_used));
    if (made.blob_gas_used != given.blob_gas_used) return Error(kBlobGasUsed);
    if (made.receipts_root != given.receipts_root) return Error(kReceiptsRoot);
    if (made.logs_bloom != given.logs_bloom) return Error(kLogsBloom);
    if (made.requests_hash != given.requests_hash) return Error(kRequestsHash);
    if (made.state_root != given.state_root) return Error(kStateRoot);
    if (made != given) return Error(kHeaderFields, "not what execution gives");
    return ok_status();
}

} // namespace

Result<ExecutedBlock> execute_block(const ChainConfig& config, const StateView& view,
                                    const BlockHeader& parent, const Block& block,
                                    std::span<const Address> senders, const BlockHashes& hashes,
                                    const RootFunction& root, CodeCache* cache,
                                    std::span<const Ancestor> ancestors) {
    SALUS_ASSERT(senders.size() == block.transactions.size());
    SALUS_TRY(check_header(config, parent, block.header));
    SALUS_TRY(check_body(config, block));
    SALUS_TRY(check_ommers(config, block, ancestors));
    BlockExecutor executor(config, view, parent, choice_of(block), hashes, cache);
    SALUS_TRY(executor.begin());
    for (std::size_t i = 0; i < senders.size(); ++i) {
        auto outcome = executor.execute(block.transactions[i], senders[i]);
        if (!outcome) {
            return std::move(outcome).error().at("transaction " + std::to_string(i));
        }
    }
    const std::vector<Withdrawal> none;
    SALUS_TRY_ASSIGN(ExecutedBlock out,
                     executor.finish(block.withdrawals ? *block.withdrawals : none, root));
    SALUS_TRY(compare(out.header, block.header));
    return out;
}

} // namespace salus::state
