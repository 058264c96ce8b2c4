#include "chain/core.hpp"

namespace salus::chain {

state::BlockHashes Core::block_hashes(std::optional<Error>* error) const {
    return [this, error](std::uint64_t number) {
        auto found = archive.header(number);
        if (!found.ok()) {
            if (error != nullptr && !error->has_value()) *error = found.error();
            return Hash32{};
        }
        return *found ? (*found)->hash : Hash32{};
    };
}

state::Environment Core::environment_of(const state::BlockHeader& header) const {
    return state::make_environment(config, header, block_hashes(), &code_cache);
}

state::Environment Core::environment_after(const state::BlockHeader& parent) const {
    const auto now = static_cast<std::uint64_t>(clock.unix_seconds());
    state::BlockHeader next;
    next.number = parent.number + 1;
    next.timestamp = std::max(parent.timestamp + 1, now);
    next.gas_limit = parent.gas_limit;
    next.coinbase = options.coinbase;
    next.difficulty = parent.difficulty;
    next.prev_randao = parent.prev_randao; // the true one is not known yet
    next.base_fee_per_gas = state::next_base_fee(parent);
    const state::Rules rules = config.rules_at(next.number, next.timestamp);
    next.excess_blob_gas = state::next_excess_blob_gas(parent, rules);
    return environment_of(next);
}

} // namespace salus::chain
