// What begins and what ends a block, each on a view of its own.

#include "state/dao_fork.hpp"
#include "state/requests.hpp"

namespace salus::state {

Result<StateChanges> begin_block(const StateView& view, const Environment& environment,
                                 const ChainConfig& config, const BlockHeader& parent,
                                 const Hash32& parent_beacon_root) {
    Journal journal(view, environment.cache);
    if (config.dao_fork == environment.block.number) {
        move_dao_balances(journal);
        journal.end_transaction(environment.rules.revision);
    }
    start_block(journal, environment, parent, parent_beacon_root);
    if (journal.error()) return Error(*journal.error());
    return journal.changes();
}

Result<BlockEnd> end_block(const StateView& view, const Environment& environment,
                           const ChainConfig& config, std::span<const Withdrawal> withdrawals,
                           const std::vector<TransactionOutcome>& outcomes) {
    static const uint256 kGwei{1'000'000'000};
    BlockEnd out;
    Journal journal(view, environment.cache);
    for (const Withdrawal& withdrawal : withdrawals) {
        journal.add_balance(withdrawal.address, uint256(withdrawal.amount_gwei) * kGwei);
    }
    journal.end_transaction(environment.rules.revision);
    if (environment.rules.revision >= evm::Revision::prague) {
        auto requests = collect_requests(journal, environment, deposit_contract(config), outcomes);
        if (journal.error()) return Error(*journal.error()); // why a system call failed
        SALUS_TRY(requests);
        out.requests = *std::move(requests);
    }
    if (journal.error()) return Error(*journal.error());
    out.changes = journal.changes();
    return out;
}

} // namespace salus::state
