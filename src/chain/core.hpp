#pragma once
// What reading, submitting and sealing share: storage, caches, the newest published head.

#include "chain/layers.hpp"
#include "chain/pool.hpp"

namespace salus::chain {

// A block and its state; immutable, held by everyone who reads at it.
struct Head {
    Head(HeaderInfo header, Layers above, std::shared_ptr<const store::Snapshot> stored,
         NodeCache& cache)
        : info(std::move(header)), layers(std::move(above)), snapshot(std::move(stored)),
          state(layers, *snapshot), nodes(layers, *snapshot, cache) {}

    HeaderInfo info;
    Layers layers; // newest first; none: the state is in the snapshot
    std::shared_ptr<const store::Snapshot> snapshot;
    LayeredState state;
    LayeredNodes nodes;
    state::Environment next; // of the block to come, as far as it is known
};
using HeadPtr = std::shared_ptr<const Head>;

struct Core {
    Core(store::KeyValue& kv, const state::Genesis& genesis, const Options& chosen, Clock& time)
        : store(kv), config(genesis.config), genesis_hash(state::hash(genesis.header)),
          options(chosen), clock(time), archive(kv) {}

    store::KeyValue& store;
    state::ChainConfig config;
    Hash32 genesis_hash;
    Options options;
    Clock& clock;
    Archive archive;
    mutable NodeCache node_cache;        // thread-safe
    mutable state::CodeCache code_cache; // thread-safe

    mutable std::mutex head_mutex; // of what follows alone
    HeadPtr head_pointer;
    Finality finality; // of a driven chain; guarded by head_mutex

    mutable std::mutex pool_mutex; // of the pool; a new head is published under it
    Pool pool{options.limits};

    HeadPtr head() const {
        const std::lock_guard lock(head_mutex);
        return head_pointer;
    }
    // How much of a block's gas may be used: on a sealed chain half of it, since above it the base
    // fee would rise.
    std::uint64_t gas_room(std::uint64_t gas_limit) const {
        return options.driven ? gas_limit : gas_limit / 2;
    }
    // Hashes of canonical blocks; zero for others. The first storage error is kept in `error`.
    state::BlockHashes block_hashes(std::optional<Error>* error = nullptr) const;
    // The environment of a sealed block, and of the one that follows `parent`.
    state::Environment environment_of(const state::BlockHeader& header) const;
    state::Environment environment_after(const state::BlockHeader& parent) const;
};

// Whether an error of execution is the transaction's own fault.
bool blames_transaction(const Error& error);
Error halted(const Error& reason); // with what the operator is to do

// About what logs hold in memory.
std::size_t footprint(std::span<const state::Log> logs);

// A reading of a sealed block or of the pending one. `core` outlives it.
std::shared_ptr<const Reading> read_head(const Core& core, HeadPtr head, bool pending);
// A canonical block at or below `head`. kUnknownBlock.
Result<std::shared_ptr<const Reading>> read_at(const Core& core, const HeadPtr& head,
                                               HeaderInfo block);

Result<std::vector<LogInfo>> find_logs(const Core& core, const LogFilter& filter,
                                       std::uint64_t first, std::uint64_t last);
Result<FeeHistory> fee_history(const Core& core, std::uint64_t count, const HeaderInfo& newest,
                               std::span<const double> percentiles);
Status replay(const Core& core, const HeadPtr& head, const HeaderInfo& block,
              BlockObserver& observer);

} // namespace salus::chain
