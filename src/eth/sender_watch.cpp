#include <fmt/format.h>

#include "eth/sender_impl.hpp"

namespace salus::eth {
namespace {

// A node's receipts may lag behind another's nonces: SenderOptions::stuck must have passed, and
constexpr std::uint64_t kBlocksBeforeLost = 3;
constexpr std::int64_t kQuietTimes = 8; // × stuck, where blocks are sealed for transactions only
constexpr std::uint64_t kWatchedBlocks = 64; // after which a reorganisation is not expected

// The intent that was mined becomes the slot's own; the others are its rivals then.
template <typename Slot>
void promote(Slot& slot, const Hash32& mined) {
    for (Slot& rival : slot.rivals) {
        for (const JournalEntry& entry : rival.attempts) {
            if (!(entry.hash == mined)) continue;
            std::swap(slot.attempts, rival.attempts);
            std::swap(slot.shared, rival.shared);
            return;
        }
    }
}

} // namespace

// --- starting -------------------------------------------------------------------------------

Result<std::uint64_t> Sender::Impl::count_at(const BlockRef& at) {
    return chain_.transaction_count(account(), at);
}

// Fills slots_ from the journal. Of two nonces for one purpose the newer counts: it was written
// because the older one was lost. What was meant for another chain is sent anew.
Status Sender::Impl::load() {
    SALUS_TRY_ASSIGN(const std::vector<JournalEntry> entries,
                     journal_.pending(chain_id_, account()));
    std::map<std::string_view, const JournalEntry*> newest;
    for (const JournalEntry& entry : entries) newest[entry.purpose_key] = &entry;
    std::vector<StateChange> dropped;
    const std::lock_guard lock(mutex_);
    slots_.clear(), by_purpose_.clear(), anew_.clear();
    for (const JournalEntry& entry : entries) {
        const JournalEntry& last = entry.purpose_key.empty() ? entry : *newest[entry.purpose_key];
        const bool counts = entry.nonce == last.nonce && foreign(entry) == foreign(last);
        if (!counts || (foreign(entry) && is_gap(entry.purpose_key))) {
            dropped.push_back({entry.sequence, EntryState::dropped});
        } else {
            claim(entry);
        }
    }
    return journal_.set_states(dropped);
}

Status Sender::Impl::resume() {
    const std::lock_guard submitting(submitting_);
    if (stopping_) return Error(kStopped);
    if (resumed_) return ok_status();
    SALUS_TRY_ASSIGN(chain_id_, chain_.chain_id());
    SALUS_TRY_ASSIGN(genesis_, chain_.genesis_hash());
    BlockRef pool;
    pool.pending = true;
    SALUS_TRY_ASSIGN(next_nonce_, count_at(pool));
    SALUS_TRY(load());
    std::vector<Slot> waiting;
    {
        const std::lock_guard lock(mutex_);
        for (auto& [nonce, slot] : slots_) {
            slot.broadcast_ms = clock_.since_epoch().count();
            waiting.push_back(slot);
            next_nonce_ = std::max(next_nonce_, nonce + 1);
        }
    }
    for (const Slot& slot : waiting) static_cast<void>(broadcast_affordable(slot).ok());
    static_cast<void>(send_anew().ok()); // the watcher tries again
    resumed_ = true;
    watcher_ = std::thread([this] { watch(); });
    return ok_status();
}

void Sender::Impl::stop() {
    {
        const std::lock_guard submitting(submitting_);
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    work_.notify_all();
    if (watcher_.joinable()) watcher_.join();
    const std::lock_guard lock(mutex_);
    for (auto& [nonce, slot] : slots_) slot.shared->settle(Error(kStopped));
    for (Slot& slot : anew_) slot.shared->settle(Error(kStopped));
    slots_.clear();
    anew_.clear();
    by_purpose_.clear();
}

std::size_t Sender::Impl::in_flight() const {
    const std::lock_guard lock(mutex_);
    return slots_.size() + anew_.size();
}

// --- watching -------------------------------------------------------------------------------

void Sender::Impl::watch() {
    Hash32 known;
    while (true) {
        {
            std::unique_lock lock(mutex_);
            work_.wait(lock, [&] {
                return stopping_ || !slots_.empty() || !settled_.empty() || !anew_.empty();
            });
            if (stopping_) return;
        }
        bool looked = false;
        try {
            looked = look(known);
        } catch (const std::exception&) { // out of memory, say: the next look may do better
            looked = false;
        }
        if (looked) continue;
        std::unique_lock lock(mutex_);
        work_.wait_for(lock, options_.poll, [&] { return stopping_; });
    }
}

// What is in flight stays so, but nobody shall wait for it.
void Sender::Impl::tell_halt(const Error& error) {
    if (error.kind() != kHalted) return;
    const std::lock_guard lock(mutex_);
    for (const auto& [nonce, slot] : slots_) slot.shared->set_trouble(error);
    for (const Slot& slot : anew_) slot.shared->set_trouble(error);
}

// False where the node cannot be asked.
bool Sender::Impl::look(Hash32& known) {
    const auto head = chain_.wait_for_head(known, options_.poll);
    if (!head.ok()) return tell_halt(head.error()), false;
    known = head->hash;
    // What fails now (the node may be down) is tried again at the next look.
    static_cast<void>(examine(*head).ok() && check_settled(*head).ok());
    return true;
}

Result<std::optional<Receipt>> Sender::Impl::find_receipt(const Slot& slot) {
    for (auto entry = slot.attempts.rbegin(); entry != slot.attempts.rend(); ++entry) {
        SALUS_TRY_ASSIGN(std::optional<Receipt> receipt, chain_.receipt(entry->hash));
        if (receipt) return receipt;
    }
    for (const Slot& rival : slot.rivals) {
        SALUS_TRY_ASSIGN(std::optional<Receipt> receipt, find_receipt(rival));
        if (receipt) return receipt;
    }
    return std::optional<Receipt>();
}

Status Sender::Impl::examine(const Head& head) {
    SALUS_TRY_ASSIGN(const std::uint64_t count, count_at({}));
    std::vector<Slot> mined;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [nonce, slot] : slots_) {
            if (nonce < count) mined.push_back(slot);
        }
    }
    std::vector<Outcome> outcomes;
    std::vector<Slot> lost;
    for (const Slot& slot : mined) {
        const std::uint64_t nonce = slot.attempts.back().nonce;
        SALUS_TRY_ASSIGN(const std::optional<Receipt> receipt, find_receipt(slot));
        const std::lock_guard lock(mutex_);
        const auto kept = slots_.find(nonce);
        if (kept == slots_.end()) continue;
        if (!receipt && seems_lost(kept->second, head)) lost.push_back(kept->second);
        if (!receipt) continue;
        kept->second.missing.reset();
        promote(kept->second, receipt->transaction_hash);
        const std::uint64_t deep =
            head.number + 1 - std::min(head.number + 1, receipt->block_number);
        if (deep >= options_.confirmations || options_.confirmations <= 1) {
            outcomes.push_back({nonce, *receipt});
        }
    }
    settle(outcomes);
    if (!lost.empty()) {
        const std::lock_guard submitting(submitting_);
        SALUS_TRY_ASSIGN(lost, surely_lost(std::move(lost)));
        const std::lock_guard lock(mutex_);
        for (Slot& slot : lost) {
            take_out(slot.attempts.back().nonce);
            to_anew(std::move(slot));
        }
    }
    SALUS_TRY(send_anew_if_any());
    return push_stuck(count);
}

bool Sender::Impl::seems_lost(Slot& slot, const Head& head) const {
    const std::int64_t now = clock_.since_epoch().count();
    if (!slot.missing) slot.missing = {now, head.number};
    const std::int64_t waited = now - slot.missing->since_ms;
    const bool blocks = head.number >= slot.missing->block_number + kBlocksBeforeLost;
    return waited >= options_.stuck.count() * (blocks ? 1 : kQuietTimes);
}

// Asks for every receipt once more: sending again what was done would do it twice.
Result<std::vector<Sender::Impl::Slot>> Sender::Impl::surely_lost(std::vector<Slot> slots) {
    SALUS_TRY_ASSIGN(const std::uint64_t count, count_at({}));
    std::vector<Slot> out;
    for (Slot& slot : slots) {
        SALUS_TRY_ASSIGN(const std::optional<Receipt> receipt, find_receipt(slot));
        if (!receipt && slot.attempts.back().nonce < count) out.push_back(std::move(slot));
    }
    return out;
}

void Sender::Impl::place(std::uint64_t nonce, Slot slot) {
    const std::string purpose = slot.attempts.back().purpose_key;
    SALUS_ASSERT(slots_.try_emplace(nonce, std::move(slot)).second);
    if (!purpose.empty()) by_purpose_[purpose] = nonce;
}

// Seats an entry of the journal: with its intent, beside another one of its nonce, or among those
// that are sent anew.
void Sender::Impl::claim(const JournalEntry& entry) {
    const auto same = [&](const Slot& slot) {
        const JournalEntry& one = slot.attempts.back();
        return one.nonce == entry.nonce && one.purpose_key == entry.purpose_key &&
               one.to == entry.to && one.data == entry.data && one.value == entry.value;
    };
    const Slot fresh{{entry}, make_shared_handle(entry.hash), 0, {}, {}};
    std::vector<Slot>* others = &anew_;
    if (!foreign(entry)) {
        if (!entry.purpose_key.empty()) by_purpose_[entry.purpose_key] = entry.nonce;
        const auto [found, is_new] = slots_.try_emplace(entry.nonce, fresh);
        if (is_new) return;
        if (same(found->second)) return found->second.attempts.push_back(entry);
        others = &found->second.rivals;
    }
    const auto found = std::find_if(others->begin(), others->end(), same);
    if (found != others->end()) return found->attempts.push_back(entry);
    others->push_back(fresh);
}

// Without waiting for a submit where there is nothing to do.
Status Sender::Impl::send_anew_if_any() {
    {
        const std::lock_guard lock(mutex_);
        if (anew_.empty()) return ok_status();
    }
    const std::lock_guard submitting(submitting_);
    return send_anew();
}

void Sender::Impl::take_out(std::uint64_t nonce) {
    const auto found = slots_.find(nonce);
    if (found == slots_.end()) return;
    const auto forget = [&](const Slot& slot) {
        const auto purpose = by_purpose_.find(slot.attempts.back().purpose_key);
        if (purpose != by_purpose_.end() && purpose->second == nonce) by_purpose_.erase(purpose);
    };
    forget(found->second);
    for (const Slot& rival : found->second.rivals) forget(rival);
    slots_.erase(found);
}

void Sender::Impl::to_anew(Slot slot) {
    for (Slot& rival : slot.rivals) anew_.push_back(std::move(rival));
    slot.rivals.clear();
    anew_.push_back(std::move(slot));
}

// First the journal, then the one who waits: an outcome that was told stays told.
void Sender::Impl::settle(const std::vector<Outcome>& outcomes) {
    std::vector<StateChange> changes;
    std::vector<std::pair<Slot, Receipt>> done;
    {
        const std::lock_guard lock(mutex_);
        for (const Outcome& outcome : outcomes) {
            const auto found = slots_.find(outcome.nonce);
            if (found == slots_.end()) continue;
            const Slot& slot = found->second;
            done.emplace_back(slot, outcome.receipt);
            for (const JournalEntry& entry : slot.attempts) {
                const bool this_one = entry.hash == outcome.receipt.transaction_hash;
                const EntryState end =
                    outcome.receipt.success ? EntryState::final_ok : EntryState::failed;
                changes.push_back({entry.sequence, this_one ? end : EntryState::dropped});
            }
        }
    }
    if (changes.empty()) return;
    if (const Status kept = journal_.set_states(changes); !kept.ok()) {
        const Error trouble(kJournalFailed, kept.error().text());
        for (const auto& [slot, receipt] : done) slot.shared->set_trouble(trouble);
        return;
    }
    for (auto& [slot, receipt] : done) {
        slot.shared->set_hash(receipt.transaction_hash);
        slot.shared->settle(outcome_of(slot.attempts.back(), receipt));
        const std::lock_guard lock(mutex_);
        take_out(slot.attempts.back().nonce);
        for (Slot& rival : slot.rivals) anew_.push_back(std::move(rival));
        slot.rivals.clear();
        settled_.push_back(
            {std::move(slot), receipt.block_number, receipt.block_hash, receipt.success});
    }
}

// A failure's reason is found by calling on the state before its block.
Result<Receipt> Sender::Impl::outcome_of(const JournalEntry& entry, const Receipt& receipt) {
    if (receipt.success) return receipt;
    const CallRequest request{entry.account, entry.to, entry.data, entry.value, entry.gas};
    BlockRef before;
    before.number = receipt.block_number == 0 ? 0 : receipt.block_number - 1;
    const auto call = chain_.call(request, before);
    const auto data = call.ok() ? std::nullopt : revert_data(call.error());
    const std::string reason = data ? decode_revert(*data, names_).reason
                                    : std::string("the reason cannot be found by calling again");
    return Error(kFailed, fmt::format("{}: {}", to_hex0x(receipt.transaction_hash.bytes), reason));
}

// The newest settled block still being there means that all before it are.
Status Sender::Impl::check_settled(const Head& head) {
    std::vector<Settled> watched;
    {
        const std::lock_guard lock(mutex_);
        std::erase_if(settled_, [&](const Settled& item) {
            return item.block_number + kWatchedBlocks < head.number;
        });
        watched = settled_;
    }
    if (watched.empty()) return ok_status();
    std::sort(watched.begin(), watched.end(),
              [](const Settled& a, const Settled& b) { return a.block_number > b.block_number; });
    std::map<std::uint64_t, bool> stands;
    for (const Settled& item : watched) {
        if (stands.contains(item.block_number)) continue;
        BlockRef at;
        at.number = item.block_number;
        const auto block = chain_.head(at);
        if (!block.ok() && !(block.error().kind() == kUnknownBlock)) return block.error();
        stands[item.block_number] = block.ok() && block->hash == item.block_hash;
        if (stands[item.block_number]) break;
    }
    const std::lock_guard submitting(submitting_);
    const std::lock_guard lock(mutex_);
    std::vector<StateChange> changes;
    std::erase_if(settled_, [&](Settled& item) {
        const auto found = stands.find(item.block_number);
        if (found == stands.end() || found->second) return false;
        const JournalEntry& entry = item.slot.attempts.back();
        if (by_purpose_.contains(entry.purpose_key)) return true; // submitted again since
        item.slot.missing.reset();
        item.slot.broadcast_ms = 0; // send it at once
        item.slot.shared = make_shared_handle(item.slot.attempts.back().hash);
        changes.push_back({entry.sequence, EntryState::pending});
        const std::uint64_t nonce = entry.nonce;
        place(nonce, std::move(item.slot));
        return true;
    });
    return journal_.set_states(changes);
}

} // namespace salus::eth
