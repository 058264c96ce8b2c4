#include <set>

#include <fmt/format.h>

#include "eth/sender_impl.hpp"

namespace salus::eth {
namespace {

constexpr std::uint64_t kMostTimes = 4; // the present fees: no bump goes beyond
constexpr uint256 kSaneFee(0, 1, 0, 0); // 2^128 wei: whoever suggests more is wrong

constexpr std::size_t kMostFilled = 256; // in one go
constexpr std::uint64_t kTransferGas = 21'000;

std::string gap_key(std::uint64_t nonce) {
    return fmt::format("gap/{}", nonce);
}

} // namespace

// --- sending again --------------------------------------------------------------------------

JournalEntry Sender::Impl::renewed(const JournalEntry& old, const Fees& fees) const {
    JournalEntry out = old;
    out.genesis = genesis_;
    out.max_fee_per_gas = fees.max_fee_per_gas;
    out.max_priority_fee_per_gas = fees.max_priority_fee_per_gas;
    return out;
}

// It was mined after all, in spite of what the chain said before.
Status Sender::Impl::finish_anew(const Slot& slot, const Receipt& receipt) {
    std::vector<StateChange> changes;
    for (const JournalEntry& entry : slot.attempts) {
        const bool this_one = entry.hash == receipt.transaction_hash;
        const EntryState end = receipt.success ? EntryState::final_ok : EntryState::failed;
        changes.push_back({entry.sequence, this_one ? end : EntryState::dropped});
    }
    SALUS_TRY(journal_.set_states(changes));
    slot.shared->set_hash(receipt.transaction_hash);
    slot.shared->settle(outcome_of(slot.attempts.back(), receipt));
    return ok_status();
}

// Those whose nonces went to other transactions. What fails leaves them for the next look.
Status Sender::Impl::send_anew() {
    std::vector<Slot> slots;
    {
        const std::lock_guard lock(mutex_);
        slots = anew_;
    }
    if (slots.empty()) return ok_status();
    SALUS_TRY_ASSIGN(const Fees fees, chain_.suggest_fees());
    BlockRef pool;
    pool.pending = true;
    SALUS_TRY_ASSIGN(const std::uint64_t count, count_at(pool));
    next_nonce_ = std::max(next_nonce_, count);
    std::vector<JournalEntry> fresh;
    std::vector<SharedPtr> shared;
    std::vector<StateChange> dropped;
    for (const Slot& slot : slots) {
        SALUS_TRY_ASSIGN(const std::optional<Receipt> receipt, find_receipt(slot));
        if (receipt) {
            SALUS_TRY(finish_anew(slot, *receipt));
            continue;
        }
        for (const JournalEntry& old : slot.attempts) {
            dropped.push_back({old.sequence, EntryState::dropped});
        }
        if (is_gap(slot.attempts.back().purpose_key)) continue; // closed by another transaction
        fresh.push_back(renewed(slot.attempts.back(), fees));
        shared.push_back(slot.shared);
    }
    SALUS_TRY(journal_and_keep(fresh, shared));
    {
        const std::lock_guard lock(mutex_);
        anew_.clear();
    }
    SALUS_TRY(journal_.set_states(dropped));
    for (std::size_t i = 0; i < fresh.size(); ++i) {
        static_cast<void>(broadcast(fresh[i], shared[i]).ok());
    }
    return ok_status();
}

// --- gaps -----------------------------------------------------------------------------------

// Nonces that nothing of ours will use, below one that waits for them.
std::vector<std::uint64_t> Sender::Impl::missing_nonces(std::uint64_t first) const {
    std::vector<std::uint64_t> out;
    if (slots_.empty()) return out;
    std::set<std::uint64_t> settled; // a reorganisation brings these back by itself
    for (const Settled& item : settled_) settled.insert(item.slot.attempts.back().nonce);
    const std::uint64_t last = slots_.rbegin()->first;
    for (std::uint64_t nonce = first; nonce < last && out.size() < kMostFilled; ++nonce) {
        if (!slots_.contains(nonce) && !settled.contains(nonce)) out.push_back(nonce);
    }
    return out;
}

JournalEntry Sender::Impl::gap_entry(std::uint64_t nonce, const Fees& fees) const {
    JournalEntry out;
    out.chain_id = chain_id_;
    out.account = account();
    out.nonce = nonce;
    out.purpose_key = gap_key(nonce);
    out.to = account();
    out.gas = kTransferGas;
    return renewed(out, fees);
}

// Closes gaps with transfers of nothing to the account itself. Renumbering what waits would do it
// twice: its old transaction may lie in some pool and be mined once the gap is closed.
Status Sender::Impl::fill_gaps(std::uint64_t first) {
    const std::lock_guard submitting(submitting_);
    std::vector<std::uint64_t> missing;
    {
        const std::lock_guard lock(mutex_);
        missing = missing_nonces(first);
    }
    if (missing.empty()) return ok_status();
    SALUS_TRY_ASSIGN(const Fees fees, chain_.suggest_fees());
    std::vector<JournalEntry> fresh;
    for (const std::uint64_t nonce : missing) {
        fresh.push_back(gap_entry(nonce, fees));
        SALUS_TRY(sign(fresh.back()));
    }
    SALUS_TRY(journal_.insert(fresh));
    for (const JournalEntry& entry : fresh) {
        const SharedPtr shared = make_shared_handle(entry.hash);
        {
            const std::lock_guard lock(mutex_);
            place(entry.nonce, {{entry}, shared, clock_.since_epoch().count(), {}, {}});
        }
        static_cast<void>(broadcast(entry, shared).ok());
    }
    return ok_status();
}

// Whether its nonce went to a transfer of ours that closed a gap: then it cannot be mined.
Result<bool> Sender::Impl::lost_to_gap(const JournalEntry& entry) {
    SALUS_TRY_ASSIGN(const std::optional<JournalEntry> gap,
                     journal_.find(chain_id_, account(), gap_key(entry.nonce)));
    if (!gap || foreign(*gap)) return false;
    SALUS_TRY_ASSIGN(const std::optional<Receipt> receipt, chain_.receipt(gap->hash));
    return receipt.has_value();
}

// --- stuck ----------------------------------------------------------------------------------

// Broadcasts again what was not mined in time; the first one, for which the others wait, with a
// higher fee.
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
    SALUS_TRY(fill_gaps(std::max(count, pool_count)));
    const std::uint64_t first = stuck.front().attempts.back().nonce;
    bool payable = true;
    for (const Slot& slot : stuck) {
        const Status newest = broadcast_affordable(slot);
        if (&slot != &stuck.front()) continue;
        payable = newest.ok() || !(newest.error().kind() == kInsufficientFunds);
    }
    return first == count && payable ? bump(first) : ok_status();
}

// The newest attempt that the account can pay for: an older one may still be mined where the
// newest costs too much. Tells what became of the newest.
Status Sender::Impl::broadcast_affordable(const Slot& slot) {
    Status newest = broadcast(slot.attempts.back(), slot.shared);
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
