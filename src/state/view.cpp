#include "state/view.hpp"

#include <algorithm>

namespace salus::state {

Result<std::optional<Account>> MemoryState::account(const Address& address) const {
    const auto found = accounts_.find(address);
    if (found == accounts_.end()) return std::optional<Account>();
    return std::optional<Account>(found->second.account);
}

Result<uint256> MemoryState::storage(const Address& address, const uint256& key) const {
    const auto found = accounts_.find(address);
    if (found == accounts_.end()) return uint256();
    const auto slot = found->second.storage.find(key);
    return slot == found->second.storage.end() ? uint256() : slot->second;
}

Result<Bytes> MemoryState::code(const Hash32& code_hash) const {
    const auto found = code_.find(code_hash);
    if (found == code_.end()) return Error(kMissingCode, to_hex0x(code_hash.bytes));
    return found->second;
}

void MemoryState::apply(const StateChanges& changes) {
    for (const auto& [hash, code] : changes.code) code_.insert_or_assign(hash, code);
    for (const auto& [address, change] : changes.accounts) {
        if (change.deleted) {
            accounts_.erase(address);
            continue;
        }
        Entry& entry = accounts_[address];
        if (change.storage_cleared) entry.storage.clear();
        for (const auto& [key, value] : change.storage) {
            if (value) {
                entry.storage.insert_or_assign(key, value);
            } else {
                entry.storage.erase(key);
            }
        }
        // Not a root: it only says whether there is storage.
        const Hash32 root = entry.storage.empty() ? crypto::kEmptyTrieRoot : Hash32{};
        entry.account = {change.nonce, change.balance, change.code_hash, root};
    }
}

StateChanges MemoryState::as_changes() const {
    StateChanges out;
    for (const auto& [address, entry] : accounts_) {
        AccountChange& change = out.accounts[address];
        change.nonce = entry.account.nonce;
        change.balance = entry.account.balance;
        change.code_hash = entry.account.code_hash;
        change.storage.insert(entry.storage.begin(), entry.storage.end());
    }
    out.code.insert(code_.begin(), code_.end());
    return out;
}

// --- changes above a state ------------------------------------------------------------------

Result<std::optional<Account>> ChangedState::account(const Address& address) const {
    const auto found = changes_.accounts.find(address);
    if (found == changes_.accounts.end()) return below_.account(address);
    const AccountChange& change = found->second;
    if (change.deleted) return std::optional<Account>();
    Account out;
    if (!change.storage_cleared) {
        SALUS_TRY_ASSIGN(const auto before, below_.account(address));
        if (before) out = *before;
    }
    out.nonce = change.nonce;
    out.balance = change.balance;
    out.code_hash = change.code_hash;
    const bool holds = std::any_of(change.storage.begin(), change.storage.end(),
                                   [](const auto& slot) { return static_cast<bool>(slot.second); });
    if (holds) out.storage_root = Hash32{}; // not the empty trie's
    return std::optional<Account>(out);
}

Result<uint256> ChangedState::storage(const Address& address, const uint256& key) const {
    const auto found = changes_.accounts.find(address);
    if (found == changes_.accounts.end()) return below_.storage(address, key);
    const AccountChange& change = found->second;
    const auto slot = change.storage.find(key);
    if (slot != change.storage.end()) return slot->second;
    if (change.deleted || change.storage_cleared) return uint256();
    return below_.storage(address, key);
}

Result<Bytes> ChangedState::code(const Hash32& code_hash) const {
    const auto found = changes_.code.find(code_hash);
    return found == changes_.code.end() ? below_.code(code_hash) : Result<Bytes>(found->second);
}

void ChangedState::apply(const StateChanges& changes) {
    for (const auto& [hash, code] : changes.code) changes_.code.emplace(hash, code);
    for (const auto& [address, change] : changes.accounts) {
        AccountChange& kept = changes_.accounts[address];
        const bool cleared = kept.deleted || kept.storage_cleared || change.storage_cleared;
        auto slots = std::move(kept.storage);
        if (change.deleted || change.storage_cleared) slots.clear();
        for (const auto& [key, value] : change.storage) slots[key] = value;
        kept = change;
        kept.storage = std::move(slots);
        kept.storage_cleared = cleared && !change.deleted;
    }
}

} // namespace salus::state
