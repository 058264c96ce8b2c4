#pragma once
// What reading, submitting and sealing share: storage, caches, the newest published head.

#include "chain/flat_state.hpp"
#include "chain/nodes.hpp"
#include "chain/pool.hpp"

namespace salus::chain {

// The newest block and its state; immutable, held by everyone who reads at it.
struct Head {
    Head(HeaderInfo header, std::unique_ptr<store::Snapshot> at_head)
        : info(std::move(header)), snapshot(std::move(at_head)), state(*snapshot) {}

    HeaderInfo info;
    std::unique_ptr<store::Snapshot> snapshot;
    FlatState state;
    state::Environment next; // of the block to come, as far as it is known
};
using HeadPtr = std::shared_ptr<const Head>;

struct Core {
    Core(store::KeyValue& kv, const state::Genesis& genesis, const Options& chosen, Clock& time)
        : store(kv), config(genesis.config), genesis_hash(state::hash(genesis.header)),
          options(chosen), clock(time), archive(kv), nodes(kv) {}

    store::KeyValue& store;
    state::ChainConfig config;
    Hash32 genesis_hash;
    Options options;
    Clock& clock;
    Archive archive;
    Nodes nodes;
    mutable state::CodeCache code_cache; // thread-safe

    mutable std::mutex head_mutex; // of the pointer alone
    HeadPtr head_pointer;

    mutable std::mutex pool_mutex; // of the pool; a new head is published under it
    Pool pool{options.limits};

    HeadPtr head() const {
        const std::lock_guard lock(head_mutex);
        return head_pointer;
    }
    // Hashes of sealed blocks; zero for others. The first storage error is kept in `error`.
    state::BlockHashes block_hashes(std::optional<Error>* error = nullptr) const;
    // The environment of a sealed block, and of the one that follows `parent`.
    state::Environment environment_of(const state::BlockHeader& header) const;
    state::Environment environment_after(const state::BlockHeader& parent) const;
};

// Whether an error of execution is the transaction's own fault.
bool blames_transaction(const Error& error);

// About what logs hold in memory.
std::size_t footprint(std::span<const state::Log> logs);

// A reading of a sealed block or of the pending one. `core` outlives it.
std::shared_ptr<const Reading> read_head(const Core& core, HeadPtr head, bool pending);
std::shared_ptr<const Reading> read_old(const Core& core, HeaderInfo block);

Result<std::vector<LogInfo>> find_logs(const Core& core, const LogFilter& filter,
                                       std::uint64_t first, std::uint64_t last);
Result<FeeHistory> fee_history(const Core& core, std::uint64_t count, const HeaderInfo& newest,
                               std::span<const double> percentiles);
Result<state::TransactionOutcome> replay(const Core& core, const HeaderInfo& block,
                                         std::uint64_t index, evm::Tracer& tracer);

} // namespace salus::chain
