#include "chain/flat_state.hpp"

namespace salus::chain {
namespace {

Bytes without_leading_zeros(const uint256& value) {
    const Hash32 full = to_hash(value);
    const auto width = static_cast<std::size_t>(byte_width(value));
    return to_bytes(ByteView(full.bytes).subspan(32 - width));
}

// Erases every slot of the account in the state that `reader` shows.
Status clear_storage(store::WriteBatch& batch, const store::Reader& reader,
                     const Address& address) {
    return reader.scan(column(Kind::storage), address.bytes, [&](ByteView key, ByteView) {
        if (!equal(key.first(20), address.bytes)) return false;
        batch.erase(column(Kind::storage), key);
        return true;
    });
}

void put_slots(store::WriteBatch& batch, const Address& address,
               const std::map<uint256, uint256>& slots) {
    for (const auto& [slot, value] : slots) {
        const FixedBytes<52> key = slot_key(address, slot);
        if (value) {
            put_record(batch, Kind::storage, key.bytes, without_leading_zeros(value));
        } else {
            batch.erase(column(Kind::storage), key.bytes);
        }
    }
}

// The storage root of a flat account is a mark (EIP-7610 asks no more): the empty root, or zero.
// It stays zero when the last slot is erased, which only ever matters for an account with nonce 0
// and no code, and such an account cannot erase a slot.
Result<Hash32> storage_mark(const FlatState& before, const Address& address,
                            const state::AccountChange& change) {
    for (const auto& [slot, value] : change.storage) {
        if (value) return Hash32{};
    }
    if (change.storage_cleared) return crypto::kEmptyTrieRoot;
    SALUS_TRY_ASSIGN(const auto account, before.account(address));
    return account ? account->storage_root : crypto::kEmptyTrieRoot;
}

} // namespace

Result<std::optional<state::Account>> FlatState::account(const Address& address) const {
    SALUS_TRY_ASSIGN(const auto value, get_record(reader_, Kind::accounts, address.bytes));
    if (!value) return std::optional<state::Account>();
    SALUS_TRY_ASSIGN(const state::Account account, state::decode_account(*value));
    return std::optional<state::Account>(account);
}

Result<uint256> FlatState::storage(const Address& address, const uint256& key) const {
    SALUS_TRY_ASSIGN(const auto value,
                     get_record(reader_, Kind::storage, slot_key(address, key).bytes));
    return value ? load_be(ByteView(*value)) : uint256();
}

Result<Bytes> FlatState::code(const Hash32& code_hash) const {
    return archive_.code(code_hash);
}

Status put_changes(store::WriteBatch& batch, const store::Reader& reader,
                   const state::StateChanges& changes) {
    const FlatState before(reader);
    for (const auto& [address, change] : changes.accounts) {
        if (change.deleted || change.storage_cleared) {
            SALUS_TRY(clear_storage(batch, reader, address));
        }
        if (change.deleted) {
            batch.erase(column(Kind::accounts), address.bytes);
            continue;
        }
        SALUS_TRY_ASSIGN(const Hash32 mark, storage_mark(before, address, change));
        const state::Account account{change.nonce, change.balance, change.code_hash, mark};
        put_record(batch, Kind::accounts, address.bytes, state::encode(account));
        put_slots(batch, address, change.storage);
    }
    for (const auto& [hash, code] : changes.code) {
        batch.put(column(Kind::code), hash.bytes, ByteView(code));
    }
    return ok_status();
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
