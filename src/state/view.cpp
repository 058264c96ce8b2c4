#include "state/view.hpp"

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

} // namespace salus::state
