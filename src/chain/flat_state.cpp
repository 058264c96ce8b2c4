#include "chain/flat_state.hpp"

#include <set>

namespace salus::chain {
namespace {

Bytes without_leading_zeros(const uint256& value) {
    const Hash32 full = to_hash(value);
    const auto width = static_cast<std::size_t>(byte_width(value));
    return to_bytes(ByteView(full.bytes).subspan(32 - width));
}

Result<std::optional<state::Account>> decoded(const std::optional<Bytes>& value) {
    if (!value || value->empty()) return std::optional<state::Account>();
    SALUS_TRY_ASSIGN(const state::Account account, state::decode_account(*value));
    return std::optional<state::Account>(account);
}

// The first value at or after `first` whose key begins with `prefix`.
Result<std::optional<Bytes>> first_of(const store::Reader& reader, Kind kind, ByteView first,
                                      ByteView prefix) {
    std::optional<Result<Bytes>> found;
    SALUS_TRY(reader.scan(column(kind), first, [&](ByteView key, ByteView stored) {
        if (key.size() > prefix.size() && equal(key.first(prefix.size()), prefix)) {
            found.emplace(open_record(kind, key, to_bytes(stored)));
        }
        return false;
    }));
    if (!found) return std::optional<Bytes>();
    SALUS_TRY_ASSIGN(Bytes value, std::move(*found));
    return std::optional<Bytes>(std::move(value));
}

} // namespace

Result<std::optional<state::Account>> FlatState::account_at(const Hash32& account) const {
    SALUS_TRY_ASSIGN(const auto value, get_record(reader_, Kind::accounts, account.bytes));
    return decoded(value);
}

Result<uint256> FlatState::slot_at(const Hash32& account, const Hash32& slot) const {
    SALUS_TRY_ASSIGN(const auto value,
                     get_record(reader_, Kind::storage, slot_key(account, slot).bytes));
    return value ? load_be(ByteView(*value)) : uint256();
}

Result<std::optional<state::Account>> FlatState::account(const Address& address) const {
    return account_at(state::hashed_key(address));
}

Result<uint256> FlatState::storage(const Address& address, const uint256& key) const {
    return slot_at(state::hashed_key(address), state::hashed_key(key));
}

Result<Bytes> FlatState::code(const Hash32& code_hash) const {
    return archive_.code(code_hash);
}

Result<uint256> NotedState::storage(const Address& address, const uint256& key) const {
    if (!last_ || last_->first != address) last_.emplace(address, state::hashed_key(address));
    const Hash32 slot = state::hashed_key(key);
    SALUS_TRY_ASSIGN(const uint256 value, flat_.slot_at(last_->second, slot));
    found_[last_->second].emplace(slot, value);
    return value;
}

Result<std::optional<state::Account>> PastState::account_at(const Hash32& account) const {
    SALUS_TRY_ASSIGN(const auto was,
                     first_of(reader_, Kind::account_was,
                              account_was_key(account, number_ + 1).bytes, account.bytes));
    return was ? decoded(was) : now_.account_at(account);
}

Result<uint256> PastState::slot_at(const Hash32& account, const Hash32& slot) const {
    SALUS_TRY_ASSIGN(const auto was, first_of(reader_, Kind::storage_was,
                                              storage_was_key(account, slot, number_ + 1).bytes,
                                              slot_key(account, slot).bytes));
    return was ? Result<uint256>(load_be(ByteView(*was))) : now_.slot_at(account, slot);
}

Result<std::optional<state::Account>> PastState::account(const Address& address) const {
    return account_at(state::hashed_key(address));
}

Result<uint256> PastState::storage(const Address& address, const uint256& key) const {
    return slot_at(state::hashed_key(address), state::hashed_key(key));
}

// --- writing ------------------------------------------------------------------------------------

namespace {

// The writing of one block's update.
class Update {
public:
    Update(store::WriteBatch& batch, const store::Reader& reader, std::uint64_t number,
           const Slots* known)
        : batch_(batch), reader_(reader), number_(number), known_(known) {}

    Status account(const Hash32& key, const state::HashedAccount& change) {
        SALUS_TRY_ASSIGN(auto before, get_record(reader_, Kind::accounts, key.bytes));
        const bool existed = before.has_value();
        if (number_ != 0) {
            put_record(batch_, Kind::account_was, account_was_key(key, number_).bytes,
                       std::move(before).value_or(Bytes()));
        }
        std::vector<Hash32>& slots = touched_.accounts[key];
        std::set<Hash32> cleared;
        if (existed && change.storage_cleared) SALUS_TRY(clear(key, cleared));
        for (const auto& [slot, value] : change.slots) {
            SALUS_TRY(put_slot(key, slot, value, cleared.erase(slot) != 0));
            slots.push_back(slot);
        }
        slots.insert(slots.end(), cleared.begin(), cleared.end());
        if (change.account) {
            put_record(batch_, Kind::accounts, key.bytes, state::encode(*change.account));
        } else if (existed) {
            batch_.erase(column(Kind::accounts), key.bytes);
        }
        return ok_status();
    }

    void finish() {
        if (number_ != 0) {
            put_record(batch_, Kind::touched, number_key(number_).bytes, encode_record(touched_));
        }
        if (number_ > kTouchedBlocks) {
            batch_.erase(column(Kind::touched), number_key(number_ - kTouchedBlocks).bytes);
        }
        put_record(batch_, Kind::meta, view(kMetaState), to_bytes(number_key(number_).bytes));
    }

private:
    void slot_was(const Hash32& account, const Hash32& slot, Bytes value) {
        if (number_ == 0) return;
        put_record(batch_, Kind::storage_was, storage_was_key(account, slot, number_).bytes,
                   std::move(value));
    }

    Result<Bytes> slot_before(const Hash32& account, const Hash32& slot,
                              const FixedBytes<64>& key) const {
        if (known_ != nullptr) {
            const auto slots = known_->find(account);
            if (slots != known_->end()) {
                const auto found = slots->second.find(slot);
                if (found != slots->second.end()) return without_leading_zeros(found->second);
            }
        }
        SALUS_TRY_ASSIGN(auto stored, get_record(reader_, Kind::storage, key.bytes));
        return std::move(stored).value_or(Bytes());
    }

    Status put_slot(const Hash32& account, const Hash32& slot, const uint256& value, bool told) {
        const FixedBytes<64> key = slot_key(account, slot);
        if (!told) {
            SALUS_TRY_ASSIGN(Bytes before, slot_before(account, slot, key));
            slot_was(account, slot, std::move(before));
        }
        if (value) {
            put_record(batch_, Kind::storage, key.bytes, without_leading_zeros(value));
        } else {
            batch_.erase(column(Kind::storage), key.bytes);
        }
        return ok_status();
    }

    // Every slot and every node of the account's storage.
    Status clear(const Hash32& account, std::set<Hash32>& slots) {
        Status status = ok_status();
        SALUS_TRY(
            reader_.scan(column(Kind::storage), account.bytes, [&](ByteView key, ByteView stored) {
                if (!equal(key.first(32), account.bytes)) return false;
                auto value = open_record(Kind::storage, key, to_bytes(stored));
                if (!value.ok()) return status = std::move(value).error(), false;
                const auto slot = right_aligned<32>(key.subspan(32));
                slot_was(account, slot, std::move(*value));
                slots.insert(slot);
                batch_.erase(column(Kind::storage), key);
                return true;
            }));
        SALUS_TRY(status);
        const Bytes first = state::node_key({&account, {}});
        return reader_.scan(column(Kind::nodes), first, [&](ByteView key, ByteView) {
            if (key.size() < first.size() || !equal(key.first(first.size()), first)) return false;
            batch_.erase(column(Kind::nodes), key);
            return true;
        });
    }

    store::WriteBatch& batch_;
    const store::Reader& reader_;
    std::uint64_t number_;
    const Slots* known_;
    Touched touched_;
};

} // namespace

Status put_update(store::WriteBatch& batch, const store::Reader& reader,
                  const state::StateUpdate& update, std::uint64_t number, const Slots* known) {
    Update writing(batch, reader, number, known);
    for (const auto& [key, change] : update.accounts) SALUS_TRY(writing.account(key, change));
    for (const state::NodeChange& change : update.nodes) { // after the erasure of cleared storage
        if (change.erased()) {
            batch.erase(column(Kind::nodes), change.key);
        } else {
            batch.put(column(Kind::nodes), change.key, ByteView(change.node));
        }
    }
    for (const auto& [hash, code] : update.code) {
        batch.put(column(Kind::code), hash.bytes, ByteView(code));
    }
    writing.finish();
    return ok_status();
}

namespace {

// Everything that blocks after `number` changed.
Result<Touched> touched_since(const store::Reader& reader, std::uint64_t number,
                              std::uint64_t newest) {
    Touched out;
    for (std::uint64_t at = number + 1; at <= newest; ++at) {
        SALUS_TRY_ASSIGN(const auto value, get_record(reader, Kind::touched, number_key(at).bytes));
        if (!value) {
            return Error(kTooOld, "the state of the newest " + std::to_string(kTouchedBlocks) +
                                      " blocks can be proven");
        }
        SALUS_TRY_ASSIGN(const Touched of_block, decode_touched_record(*value));
        for (const auto& [account, slots] : of_block.accounts) {
            std::vector<Hash32>& all = out.accounts[account];
            all.insert(all.end(), slots.begin(), slots.end());
        }
    }
    return out;
}

} // namespace

Result<state::StateUpdate> update_back_to(const store::Reader& reader, std::uint64_t newest,
                                          const state::NodeSource& nodes, const Hash32& root,
                                          const HeaderInfo& block) {
    SALUS_TRY_ASSIGN(const Touched touched, touched_since(reader, block.header.number, newest));
    const PastState past(reader, block.header.number);
    state::StateUpdate out;
    for (const auto& [account, slots] : touched.accounts) {
        state::HashedAccount& change = out.accounts[account];
        SALUS_TRY_ASSIGN(change.account, past.account_at(account));
        for (const Hash32& slot : slots) {
            SALUS_TRY_ASSIGN(change.slots[slot], past.slot_at(account, slot));
        }
    }
    SALUS_TRY(state::update_tries(nodes, root, out));
    if (out.root != block.header.state_root) {
        return Error(kDamaged, "the past of block " + std::to_string(block.header.number) +
                                   " does not give its state root");
    }
    return out;
}

namespace {

bool sets_slots(const AccountOverride& change) {
    const auto some = [](const auto& slots) {
        return std::any_of(slots.begin(), slots.end(),
                           [](const auto& slot) { return bool(slot.second); });
    };
    return some(change.state_diff) || (change.state && some(*change.state));
}

} // namespace

OverriddenState::OverriddenState(const state::StateView& below, const StateOverrides& overrides)
    : below_(below), overrides_(overrides) {
    for (const auto& [address, change] : overrides) {
        if (change.code) code_[crypto::keccak256(*change.code)] = &*change.code;
    }
}

Result<std::optional<state::Account>> OverriddenState::account(const Address& address) const {
    SALUS_TRY_ASSIGN(std::optional<state::Account> account, below_.account(address));
    const auto found = overrides_.find(address);
    if (found == overrides_.end()) return account;
    const AccountOverride& change = found->second;
    if (!account) account.emplace();
    if (change.nonce) account->nonce = *change.nonce;
    if (change.balance) account->balance = *change.balance;
    if (change.code) account->code_hash = crypto::keccak256(*change.code);
    // Not a root then: it only says that there is storage, so that slots are asked for.
    if (sets_slots(change)) account->storage_root = Hash32{};
    return account;
}

Result<uint256> OverriddenState::storage(const Address& address, const uint256& key) const {
    const auto found = overrides_.find(address);
    if (found == overrides_.end()) return below_.storage(address, key);
    const AccountOverride& change = found->second;
    const auto slot = change.state_diff.find(key);
    if (slot != change.state_diff.end()) return slot->second;
    if (!change.state) return below_.storage(address, key);
    const auto replaced = change.state->find(key);
    return replaced == change.state->end() ? uint256() : replaced->second;
}

Result<Bytes> OverriddenState::code(const Hash32& code_hash) const {
    const auto found = code_.find(code_hash);
    return found == code_.end() ? below_.code(code_hash) : Result<Bytes>(*found->second);
}

} // namespace salus::chain
