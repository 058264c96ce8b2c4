#include "eth/sender.hpp"

namespace salus::eth {

Status SenderJournal::set_states(const std::vector<StateChange>& changes) {
    for (const StateChange& change : changes) SALUS_TRY(set_state(change.sequence, change.state));
    return ok_status();
}

Status MemoryJournal::insert(std::vector<JournalEntry>& entries) {
    const std::lock_guard lock(mutex_);
    for (JournalEntry& entry : entries) {
        entry.sequence = entries_.size() + 1;
        entries_.push_back(entry);
    }
    return ok_status();
}

Status MemoryJournal::set_state(std::uint64_t sequence, EntryState state) {
    const std::lock_guard lock(mutex_);
    SALUS_ASSERT(sequence >= 1 && sequence <= entries_.size());
    entries_[sequence - 1].state = state;
    return ok_status();
}

Result<std::vector<JournalEntry>> MemoryJournal::pending(std::uint64_t chain_id,
                                                         const Address& account) {
    const std::lock_guard lock(mutex_);
    std::vector<JournalEntry> out;
    for (const JournalEntry& entry : entries_) {
        const bool ours = entry.chain_id == chain_id && entry.account == account;
        if (ours && entry.state == EntryState::pending) out.push_back(entry);
    }
    return out;
}

Result<std::optional<JournalEntry>>
MemoryJournal::find(std::uint64_t chain_id, const Address& account, std::string_view purpose_key) {
    const std::lock_guard lock(mutex_);
    std::optional<JournalEntry> out;
    for (const JournalEntry& entry : entries_) {
        const bool ours = entry.chain_id == chain_id && entry.account == account;
        if (ours && entry.purpose_key == purpose_key && entry.state != EntryState::dropped) {
            out = entry;
        }
    }
    return out;
}

std::vector<JournalEntry> MemoryJournal::all() const {
    const std::lock_guard lock(mutex_);
    return entries_;
}

} // namespace salus::eth
