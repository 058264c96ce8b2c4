// Sealed blocks run again, transaction by transaction, for those who trace them.

#include "chain/core.hpp"

namespace salus::chain {

Status replay(const Core& core, const HeadPtr& head, const HeaderInfo& block,
              BlockObserver& observer) {
    const state::BlockHeader& header = block.header;
    if (header.number == 0) return Error(kGenesisTrace);
    SALUS_TRY_ASSIGN(const auto parent, core.archive.header(header.number - 1));
    if (!parent) return Error(kDamaged, "the parent is missing");
    SALUS_TRY_ASSIGN(const auto transactions, core.archive.transactions(block));
    SALUS_TRY_ASSIGN(const auto before, read_at(core, head, *parent));
    const std::function<bool()> expired = [&observer] { return observer.expired(); };
    const LimitedState limited(before->view(), expired);
    state::ChangedState now(limited);
    state::Environment environment = core.environment_of(header);
    SALUS_TRY_ASSIGN(const auto begun,
                     state::begin_block(now, environment, core.config, parent->header,
                                        header.parent_beacon_block_root.value_or(Hash32{})));
    now.apply(begun);
    for (const TransactionInfo& info : transactions) {
        environment.tracer = observer.before(info);
        SALUS_TRY_ASSIGN(const state::Executed executed,
                         state::apply_transaction(now, environment, info.transaction, info.sender));
        SALUS_TRY_ASSIGN(const bool more, observer.after(info, now, executed));
        if (!more) break;
        now.apply(executed.changes);
    }
    return ok_status();
}

} // namespace salus::chain
