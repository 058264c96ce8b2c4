#include "state/journal.hpp"

#include <algorithm>
#include <set>

#include "crypto/hash.hpp"

namespace salus::state {

namespace {

// RIPEMD-160 stays touched when its caller fails: mainnet's block 2,675,119 fixed that.
const Address kRipemd = to_address(uint256(3));

} // namespace

void Journal::fail(Error error) {
    if (!error_) error_ = std::move(error);
}

void Journal::load(const Address& address, Entry& entry) {
    auto found = view_.account(address);
    if (!found) return fail(std::move(found).error());
    if (!*found) return;
    const Account& account = **found;
    entry.exists = true;
    entry.nonce = account.nonce;
    entry.balance = account.balance;
    entry.code_hash = account.code_hash;
    entry.before = account;
}

void Journal::begin_here(Entry& entry) {
    if (entry.transaction == transaction_) return;
    entry.transaction = transaction_;
    entry.warm = entry.touched = entry.created = entry.destroyed = false;
}

Journal::Entry& Journal::entry(const Address& address) {
    const auto [at, is_new] = entries_.try_emplace(address);
    if (is_new) load(address, at->second);
    begin_here(at->second);
    return at->second;
}

std::shared_ptr<const evm::AnalyzedCode> Journal::load_code(const Hash32& code_hash) {
    if (cache_ != nullptr) {
        if (auto cached = cache_->find(code_hash)) return cached;
    }
    const auto made = new_code_.find(code_hash);
    Bytes from_view;
    if (made == new_code_.end()) {
        auto read = view_.code(code_hash);
        if (!read) {
            fail(std::move(read).error());
            return std::make_shared<const evm::AnalyzedCode>(ByteView());
        }
        from_view = std::move(read).value();
    }
    const ByteView bytes = made == new_code_.end() ? ByteView(from_view) : ByteView(made->second);
    if (cache_ != nullptr) return cache_->add(code_hash, bytes);
    return std::make_shared<const evm::AnalyzedCode>(bytes);
}

const evm::AnalyzedCode& Journal::code(Entry& entry) {
    static const evm::AnalyzedCode kNoCode{ByteView()};
    if (entry.code_hash == crypto::kEmptyCodeHash) return kNoCode;
    if (!entry.code) entry.code = load_code(entry.code_hash);
    return *entry.code;
}

bool Journal::has_storage(Entry& entry) const {
    if (!entry.cleared && entry.before && entry.before->storage_root != crypto::kEmptyTrieRoot) {
        return true;
    }
    return std::any_of(entry.slots.begin(), entry.slots.end(),
                       [](const auto& slot) { return bool(slot.second.current); });
}

void Journal::remember(Entry& entry, Kind kind, const uint256& number) {
    undo_.push_back({kind, &entry, nullptr, number, {}, 0, nullptr});
}

void Journal::set_nonce(const Address& address, std::uint64_t nonce) {
    Entry& at = entry(address);
    create_empty(address);
    remember(at, Kind::nonce, at.nonce);
    at.nonce = nonce;
}

void Journal::set_code(const Address& address, ByteView code) {
    Entry& at = entry(address);
    Undo step{Kind::code, &at, nullptr, {}, at.code_hash, retired_.size(), nullptr};
    undo_.push_back(step);
    retired_.push_back(std::move(at.code));
    at.code = nullptr;
    at.code_hash = code.empty() ? crypto::kEmptyCodeHash : crypto::keccak256(code);
    if (!code.empty()) new_code_.try_emplace(at.code_hash, to_bytes(code));
}

void Journal::set_balance(const Address& address, const uint256& balance) {
    Entry& at = entry(address);
    create_empty(address);
    touch(address);
    if (at.balance == balance) return;
    remember(at, Kind::balance, at.balance);
    at.balance = balance;
}

void Journal::add_balance(const Address& address, const uint256& amount) {
    set_balance(address, entry(address).balance + amount);
}

void Journal::touch(const Address& address) {
    Entry& at = entry(address);
    if (at.touched) return;
    at.touched = true;
    dirty_.push_back(address);
    if (address != kRipemd) remember(at, Kind::touched);
}

void Journal::create_contract(const Address& address, std::uint64_t nonce) {
    create_empty(address);
    touch(address);
    Entry& at = entry(address);
    if (!at.created) {
        at.created = true;
        remember(at, Kind::created);
    }
    set_nonce(address, nonce);
}

void Journal::create_empty(const Address& address) {
    Entry& at = entry(address);
    if (at.exists) return;
    at.exists = true;
    remember(at, Kind::exists);
}

void Journal::mark_destroyed(const Address& address) {
    Entry& at = entry(address);
    if (at.destroyed) return;
    at.destroyed = true;
    dirty_.push_back(address);
    remember(at, Kind::destroyed);
}

Journal::Slot& Journal::slot(const Address& address, const uint256& key) {
    Entry& owner = entry(address);
    const auto [at, is_new] = owner.slots.try_emplace(key);
    Slot& slot = at->second;
    if (is_new && !owner.cleared && owner.before &&
        owner.before->storage_root != crypto::kEmptyTrieRoot) {
        auto value = view_.storage(address, key);
        if (value) {
            slot.committed = slot.current = *value;
        } else {
            fail(std::move(value).error());
        }
    }
    if (slot.transaction != transaction_) {
        slot.transaction = transaction_;
        slot.original = slot.current;
        slot.warm = false;
    }
    return slot;
}

void Journal::set_storage(Slot& slot, const uint256& value) {
    undo_.push_back({Kind::slot_value, nullptr, &slot, slot.current, {}, 0, nullptr});
    slot.current = value;
}

uint256 Journal::transient(const Address& address, const uint256& key) const {
    const auto found = transient_.find({address, key});
    return found == transient_.end() ? uint256() : found->second;
}

void Journal::set_transient(const Address& address, const uint256& key, const uint256& value) {
    uint256& slot = transient_[{address, key}];
    undo_.push_back({Kind::transient, nullptr, nullptr, slot, {}, 0, &slot});
    slot = value;
}

bool Journal::warm(const Address& address) {
    Entry& at = entry(address);
    if (at.warm) return false;
    at.warm = true;
    remember(at, Kind::account_warm);
    return true;
}

bool Journal::warm(const Address& address, const uint256& key) {
    Slot& at = slot(address, key);
    if (at.warm) return false;
    at.warm = true;
    undo_.push_back({Kind::slot_warm, nullptr, &at, {}, {}, 0, nullptr});
    return true;
}

std::vector<AccessEntry> Journal::accessed() const {
    std::map<Address, AccessEntry> out;
    for (const auto& [address, entry] : entries_) {
        if (entry.transaction != transaction_) continue;
        std::set<uint256> keys;
        for (const auto& [key, slot] : entry.slots) {
            if (slot.transaction == transaction_ && slot.warm) keys.insert(key);
        }
        if (entry.warm || !keys.empty()) out[address] = {address, {keys.begin(), keys.end()}};
    }
    std::vector<AccessEntry> list;
    list.reserve(out.size());
    for (auto& [address, entry] : out) list.push_back(std::move(entry));
    return list;
}

void Journal::undo_account(Undo& step) {
    Entry& at = *step.entry;
    switch (step.kind) {
    case Kind::balance: at.balance = step.number; break;
    case Kind::nonce: at.nonce = step.number.low64(); break;
    case Kind::created: at.created = false; break;
    case Kind::exists: at.exists = false; break;
    case Kind::touched: at.touched = false; break;
    case Kind::destroyed: at.destroyed = false; break;
    case Kind::account_warm: at.warm = false; break;
    default: // code: what was there comes back, what goes may still be looked at
        at.code_hash = step.code_hash;
        std::swap(at.code, retired_[step.index]);
    }
}

void Journal::undo(Undo& step) {
    switch (step.kind) {
    case Kind::slot_value: step.slot->current = step.number; break;
    case Kind::slot_warm: step.slot->warm = false; break;
    case Kind::transient: *step.transient = step.number; break;
    default: undo_account(step);
    }
}

void Journal::revert(const Snapshot& snapshot) {
    while (undo_.size() > snapshot.undo) {
        undo(undo_.back());
        undo_.pop_back();
    }
    logs_.resize(snapshot.logs);
    refund_ = snapshot.refund;
}

void Journal::remove(Entry& entry) {
    entry.exists = false;
    entry.nonce = 0;
    entry.balance = {};
    entry.code_hash = crypto::kEmptyCodeHash;
    entry.code = nullptr;
    entry.slots.clear();
    entry.cleared = true;
}

void Journal::end_transaction(evm::Revision revision) {
    for (const Address& address : dirty_) {
        Entry& at = entry(address);
        const bool cleared =
            revision >= evm::Revision::spurious_dragon && at.touched && at.exists && at.is_empty();
        if (at.destroyed || cleared) remove(at);
    }
    dirty_.clear();
    undo_.clear();
    logs_.clear();
    transient_.clear();
    retired_.clear();
    refund_ = 0;
    ++transaction_;
}

namespace {

std::map<uint256, uint256> changed_slots(const Journal::Entry& entry) {
    std::map<uint256, uint256> out;
    for (const auto& [key, slot] : entry.slots) {
        if (slot.current != slot.committed) out.emplace(key, slot.current);
    }
    return out;
}

// What became of an account; none where nothing did.
std::optional<AccountChange> change_of(const Journal::Entry& entry) {
    if (!entry.exists && !entry.before) return std::nullopt;
    AccountChange out;
    if (!entry.exists) {
        out.deleted = true;
        return out;
    }
    out.nonce = entry.nonce;
    out.balance = entry.balance;
    out.code_hash = entry.code_hash;
    out.storage = changed_slots(entry);
    out.storage_cleared =
        entry.cleared && entry.before && entry.before->storage_root != crypto::kEmptyTrieRoot;
    const bool same = entry.before && entry.nonce == entry.before->nonce &&
                      entry.balance == entry.before->balance &&
                      entry.code_hash == entry.before->code_hash;
    if (same && out.storage.empty() && !out.storage_cleared) return std::nullopt;
    return out;
}

} // namespace

StateChanges Journal::changes() const {
    StateChanges out;
    for (const auto& [address, entry] : entries_) {
        auto change = change_of(entry);
        if (!change) continue;
        const auto code = new_code_.find(change->code_hash);
        if (code != new_code_.end()) out.code.insert(*code);
        out.accounts.emplace(address, std::move(*change));
    }
    return out;
}

Result<Bytes> Journal::new_code(const Hash32& code_hash) const {
    const auto found = new_code_.find(code_hash);
    return found == new_code_.end() ? view_.code(code_hash) : Result<Bytes>(found->second);
}

Result<std::optional<Account>> PendingState::account(const Address& address) const {
    Journal::Entry& entry = journal_.entry(address);
    if (journal_.error()) return Error(*journal_.error());
    if (!entry.exists) return std::optional<Account>();
    Hash32 root = crypto::kEmptyTrieRoot;
    if (entry.before && !entry.cleared) root = entry.before->storage_root;
    // Not a root then: it only says that there is storage.
    if (root == crypto::kEmptyTrieRoot && journal_.has_storage(entry)) root = Hash32{};
    return std::optional<Account>(Account{entry.nonce, entry.balance, entry.code_hash, root});
}

Result<uint256> PendingState::storage(const Address& address, const uint256& key) const {
    const uint256 value = journal_.slot(address, key).current;
    if (journal_.error()) return Error(*journal_.error());
    return value;
}

Result<Bytes> PendingState::code(const Hash32& code_hash) const {
    return journal_.new_code(code_hash);
}

} // namespace salus::state
