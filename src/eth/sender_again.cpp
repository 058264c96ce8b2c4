#include "eth/sender_impl.hpp"

namespace salus::eth {
namespace {

constexpr std::uint64_t kMostTimes = 4; // the present fees: no bump goes beyond
constexpr uint256 kSaneFee(0, 1, 0, 0); // 2^128 wei: whoever suggests more is wrong

} // namespace

// --- sending again --------------------------------------------------------------------------

// The nonces of these went to other transactions, or will never be reached.
Status Sender::Impl::send_again(std::vector<Slot> slots) {
    SALUS_TRY_ASSIGN(const Fees fees, chain_.suggest_fees());
    BlockRef pool;
    pool.pending = true;
    SALUS_TRY_ASSIGN(const std::uint64_t count, count_at(pool));
    next_nonce_ = std::max(next_nonce_, count);
    std::vector<JournalEntry> fresh;
    std::vector<SharedPtr> shared;
    std::vector<StateChange> dropped;
    for (const Slot& slot : slots) {
        JournalEntry entry = slot.attempts.back();
        entry.max_fee_per_gas = std::max(entry.max_fee_per_gas, fees.max_fee_per_gas);
        entry.max_priority_fee_per_gas =
            std::max(entry.max_priority_fee_per_gas, fees.max_priority_fee_per_gas);
        entry.genesis = genesis_;
        fresh.push_back(std::move(entry));
        shared.push_back(slot.shared);
        for (const JournalEntry& old : slot.attempts) {
            dropped.push_back({old.sequence, EntryState::dropped});
        }
    }
    {
        const std::lock_guard lock(mutex_);
        for (const Slot& slot : slots) take_out(slot.attempts.back().nonce);
    }
    const Status kept = journal_and_keep(fresh, shared);
    if (!kept.ok()) { // they stay as they were, for the next look
        const std::lock_guard lock(mutex_);
        for (Slot& slot : slots) slots_[slot.attempts.back().nonce] = std::move(slot);
        return kept;
    }
    SALUS_TRY(journal_.set_states(dropped));
    for (std::size_t i = 0; i < fresh.size(); ++i)
        static_cast<void>(broadcast(fresh[i], shared[i]).ok());
    return ok_status();
}

// Broadcasts again what was not mined in time; the first one, for which the others wait, with a
// higher fee. A gap below the first nonce is closed by numbering anew.
Status Sender::Impl::push_stuck(std::uint64_t count) {
    const std::int64_t now = clock_.since_epoch().count();
    std::vector<Slot> stuck;
    {
        const std::lock_guard lock(mutex_);
        for (auto& [nonce, slot] : slots_) {
            if (nonce < count || now - slot.broadcast_ms < options_.stuck.count()) continue;
            stuck.push_back(slot);
            slot.broadcast_ms = now;
        }
    }
    if (stuck.empty()) return ok_status();
    BlockRef pool;
    pool.pending = true;
    SALUS_TRY_ASSIGN(const std::uint64_t pool_count, count_at(pool));
    const std::uint64_t first = stuck.front().attempts.back().nonce;
    bool gap = first > pool_count;
    {
        const std::lock_guard lock(mutex_);
        gap = gap && slots_.begin()->first == first;
    }
    if (gap) {
        const std::lock_guard submitting(submitting_);
        next_nonce_ = pool_count;
        return send_again(std::move(stuck));
    }
    bool payable = true;
    for (const Slot& slot : stuck) {
        const Status newest = broadcast_affordable(slot);
        if (&slot == &stuck.front())
            payable = newest.ok() || !(newest.error().kind() == kInsufficientFunds);
    }
    return first == count && payable ? bump(first) : ok_status();
}

// The newest attempt that the account can pay for: an older one may still be mined where the
// newest costs too much. Tells what became of the newest.
Status Sender::Impl::broadcast_affordable(const Slot& slot) {
    const Status newest = broadcast(slot.attempts.back(), slot.shared);
    Status sent = newest;
    for (auto older = slot.attempts.rbegin() + 1; older != slot.attempts.rend(); ++older) {
        if (sent.ok() || !(sent.error().kind() == kInsufficientFunds)) break;
        sent = broadcast(*older, slot.shared);
    }
    return newest;
}

// What replaces `old`, or none where it would be dearer than the present fees can explain.
std::optional<Fees> Sender::Impl::raised(const Fees& old, const Fees& suggested) const {
    const auto raise = [&](const uint256& before, const uint256& now) -> std::optional<uint256> {
        const uint256 most = std::min(std::max(now, uint256(1)), kSaneFee) * uint256(kMostTimes);
        if (before > most) return std::nullopt;
        const uint256 next = std::max(
            before * uint256(100 + options_.bump_percent) / uint256(100) + uint256(1), now);
        return next > most ? std::nullopt : std::optional<uint256>(next);
    };
    const auto fee = raise(old.max_fee_per_gas, suggested.max_fee_per_gas);
    const auto tip = raise(old.max_priority_fee_per_gas, suggested.max_priority_fee_per_gas);
    if (!fee || !tip) return std::nullopt;
    return Fees{*fee, *tip};
}

Status Sender::Impl::bump(std::uint64_t nonce) {
    SALUS_TRY_ASSIGN(const Fees fees, chain_.suggest_fees());
    const std::lock_guard submitting(submitting_);
    Slot slot;
    {
        const std::lock_guard lock(mutex_);
        const auto found = slots_.find(nonce);
        if (found == slots_.end()) return ok_status();
        slot = found->second;
    }
    JournalEntry entry = slot.attempts.back();
    if (!entry.max_fee_per_gas && !fees.max_fee_per_gas) return ok_status(); // gas is free
    const auto next = raised({entry.max_fee_per_gas, entry.max_priority_fee_per_gas}, fees);
    if (!next) return ok_status();
    entry.max_fee_per_gas = next->max_fee_per_gas;
    entry.max_priority_fee_per_gas = next->max_priority_fee_per_gas;
    SALUS_TRY(sign(entry));
    std::vector<JournalEntry> one{entry};
    SALUS_TRY(journal_.insert(one));
    slot.attempts.push_back(one.front());
    {
        const std::lock_guard lock(mutex_);
        const auto found = slots_.find(nonce);
        if (found != slots_.end()) found->second.attempts.push_back(one.front());
    }
    slot.shared->set_hash(entry.hash);
    static_cast<void>(broadcast_affordable(slot).ok());
    return ok_status();
}

} // namespace salus::eth
