// The state on tries: accounts by keccak256(address), slots by keccak256(slot).

#include "codec/rlp.hpp"
#include "crypto/hash.hpp"
#include "state/trie.hpp"

namespace salus::state {

Hash32 hashed_key(const Address& address) {
    return crypto::keccak256(address.bytes);
}

Hash32 hashed_key(const uint256& slot) {
    return crypto::keccak256(to_hash(slot).bytes);
}

namespace {

Result<std::optional<Account>> read_account(Trie& trie, const Hash32& key) {
    SALUS_TRY_ASSIGN(const auto encoded, trie.get(key.bytes));
    if (!encoded) return std::optional<Account>();
    SALUS_TRY_ASSIGN(const Account account, decode_account(*encoded));
    return std::optional<Account>(account);
}

Result<uint256> read_slot(Trie& storage, const uint256& key) {
    SALUS_TRY_ASSIGN(const auto encoded, storage.get(hashed_key(key).bytes));
    if (!encoded) return uint256();
    SALUS_TRY_ASSIGN(const auto item, codec::rlp::decode(*encoded));
    return load_be(item.payload);
}

// Fewer changes of a trie are sooner done than handed to other threads.
constexpr std::size_t kWorthSpreading = 64;

Result<Hash32> update_storage(const NodeSource& source, const Hash32& owner, const Hash32& root,
                              const std::map<Hash32, uint256>& slots, NodeChanges& nodes,
                              Executor* executor) {
    if (slots.empty()) return root;
    Trie trie(source, root, owner);
    InlineExecutor in_turn;
    Executor& spread = executor != nullptr && slots.size() >= kWorthSpreading ? *executor : in_turn;
    std::vector<Trie::Entry> entries;
    entries.reserve(slots.size());
    for (const auto& [key, value] : slots) {
        if (value) entries.push_back({key, codec::rlp::encode_integer(value)});
    }
    SALUS_TRY(trie.put_all(entries, spread));
    for (const auto& [key, value] : slots) {
        if (!value) SALUS_TRY(trie.erase(key.bytes));
    }
    return trie.commit(nodes, &spread);
}

HashedAccount hashed(const AccountChange& change) {
    HashedAccount out;
    out.storage_cleared = change.deleted || change.storage_cleared;
    if (change.deleted) return out;
    out.account = Account{change.nonce, change.balance, change.code_hash, {}};
    for (const auto& [slot, value] : change.storage) out.slots.emplace(hashed_key(slot), value);
    return out;
}

} // namespace

Status update_tries(const NodeSource& source, const Hash32& root, StateUpdate& update,
                    Executor* executor) {
    Trie trie(source, root);
    for (auto& [key, change] : update.accounts) {
        if (!change.account) {
            SALUS_TRY(trie.erase(key.bytes));
            continue;
        }
        Hash32 storage_root = crypto::kEmptyTrieRoot;
        if (!change.storage_cleared) {
            SALUS_TRY_ASSIGN(const auto before, read_account(trie, key));
            if (before) storage_root = before->storage_root;
        }
        SALUS_TRY_ASSIGN(
            change.account->storage_root,
            update_storage(source, key, storage_root, change.slots, update.nodes, executor));
        SALUS_TRY(trie.put(key.bytes, encode(*change.account)));
    }
    update.root = trie.commit(update.nodes);
    return ok_status();
}

Result<StateUpdate> update_state(const NodeSource& source, const Hash32& root,
                                 const StateChanges& changes, Executor* executor) {
    StateUpdate out;
    for (const auto& [address, change] : changes.accounts) {
        out.accounts.emplace(hashed_key(address), hashed(change));
    }
    out.code = changes.code;
    SALUS_TRY(update_tries(source, root, out, executor));
    return out;
}

Result<Hash32> apply_to_trie(const NodeSource& source, const Hash32& root,
                             const StateChanges& changes, const NodeSink& sink) {
    SALUS_TRY_ASSIGN(const StateUpdate update, update_state(source, root, changes));
    for (const NodeChange& change : update.nodes) {
        if (!change.erased()) sink(change.hash, change.node);
    }
    return update.root;
}

Hash32 state_root(const StateChanges& changes) {
    const MemoryNodes none;
    auto update = update_state(none, crypto::kEmptyTrieRoot, changes);
    return std::move(update).value().root; // building from nothing reads no node: it cannot fail
}

TrieState::TrieState(const NodeSource& source, const Hash32& root, CodeSource code_source)
    : source_(source), root_(root), code_source_(std::move(code_source)) {}

Result<std::optional<Account>> TrieState::account(const Address& address) const {
    Trie trie(source_, root_);
    return read_account(trie, hashed_key(address));
}

Result<uint256> TrieState::storage(const Address& address, const uint256& key) const {
    SALUS_TRY_ASSIGN(const auto found, account(address));
    if (!found) return uint256();
    Trie trie(source_, found->storage_root, hashed_key(address));
    return read_slot(trie, key);
}

Result<Bytes> TrieState::code(const Hash32& code_hash) const {
    return code_source_(code_hash);
}

Result<AccountProof> prove_account(const NodeSource& source, const Hash32& root,
                                   const Address& address, std::span<const uint256> keys) {
    AccountProof out;
    const Hash32 account_key = hashed_key(address);
    Trie accounts(source, root);
    SALUS_TRY_ASSIGN(out.account, read_account(accounts, account_key));
    SALUS_TRY_ASSIGN(out.account_proof, accounts.prove(account_key.bytes));
    const Hash32 storage_root = out.account ? out.account->storage_root : crypto::kEmptyTrieRoot;
    Trie storage(source, storage_root, account_key);
    for (const uint256& key : keys) {
        AccountProof::Slot slot;
        slot.key = key;
        SALUS_TRY_ASSIGN(slot.value, read_slot(storage, key));
        SALUS_TRY_ASSIGN(slot.proof, storage.prove(hashed_key(key).bytes));
        out.slots.push_back(std::move(slot));
    }
    return out;
}

} // namespace salus::state
