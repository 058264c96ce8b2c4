// The state on tries: accounts by keccak256(address), slots by keccak256(slot).

#include "codec/rlp.hpp"
#include "crypto/hash.hpp"
#include "state/trie.hpp"

namespace salus::state {

namespace {

Hash32 account_key(const Address& address) {
    return crypto::keccak256(address.bytes);
}

Hash32 slot_key(const uint256& key) {
    return crypto::keccak256(to_hash(key).bytes);
}

Result<std::optional<Account>> read_account(Trie& trie, const Address& address) {
    SALUS_TRY_ASSIGN(const auto encoded, trie.get(account_key(address).bytes));
    if (!encoded) return std::optional<Account>();
    SALUS_TRY_ASSIGN(const Account account, decode_account(*encoded));
    return std::optional<Account>(account);
}

Result<uint256> read_slot(Trie& storage, const uint256& key) {
    SALUS_TRY_ASSIGN(const auto encoded, storage.get(slot_key(key).bytes));
    if (!encoded) return uint256();
    SALUS_TRY_ASSIGN(const auto item, codec::rlp::decode(*encoded));
    return load_be(item.payload);
}

Result<Hash32> apply_storage(const NodeSource& source, const Hash32& root,
                             const std::map<uint256, uint256>& slots, const NodeSink& sink) {
    if (slots.empty()) return root;
    Trie trie(source, root);
    for (const auto& [key, value] : slots) {
        const Hash32 path = slot_key(key);
        if (value) {
            SALUS_TRY(trie.put(path.bytes, codec::rlp::encode_integer(value)));
        } else {
            SALUS_TRY(trie.erase(path.bytes));
        }
    }
    return trie.commit(sink);
}

Status apply_account(const NodeSource& source, Trie& trie, const Address& address,
                     const AccountChange& change, const NodeSink& sink) {
    const Hash32 key = account_key(address);
    if (change.deleted) return trie.erase(key.bytes);
    Hash32 storage_root = crypto::kEmptyTrieRoot;
    if (!change.storage_cleared) {
        SALUS_TRY_ASSIGN(const auto before, read_account(trie, address));
        if (before) storage_root = before->storage_root;
    }
    SALUS_TRY_ASSIGN(storage_root, apply_storage(source, storage_root, change.storage, sink));
    const Account after{change.nonce, change.balance, change.code_hash, storage_root};
    return trie.put(key.bytes, encode(after));
}

} // namespace

Result<Hash32> apply_to_trie(const NodeSource& source, const Hash32& root,
                             const StateChanges& changes, const NodeSink& sink) {
    Trie trie(source, root);
    for (const auto& [address, change] : changes.accounts) {
        SALUS_TRY(apply_account(source, trie, address, change, sink));
    }
    return trie.commit(sink);
}

Hash32 state_root(const StateChanges& changes) {
    const MemoryNodes none;
    auto root =
        apply_to_trie(none, crypto::kEmptyTrieRoot, changes, [](const Hash32&, ByteView) {});
    return std::move(root).value(); // building from nothing reads no node, so nothing can fail
}

TrieState::TrieState(const NodeSource& source, const Hash32& root, CodeSource code_source)
    : source_(source), root_(root), code_source_(std::move(code_source)) {}

Result<std::optional<Account>> TrieState::account(const Address& address) const {
    Trie trie(source_, root_);
    return read_account(trie, address);
}

Result<uint256> TrieState::storage(const Address& address, const uint256& key) const {
    SALUS_TRY_ASSIGN(const auto found, account(address));
    if (!found) return uint256();
    Trie trie(source_, found->storage_root);
    return read_slot(trie, key);
}

Result<Bytes> TrieState::code(const Hash32& code_hash) const {
    return code_source_(code_hash);
}

Result<AccountProof> prove_account(const NodeSource& source, const Hash32& root,
                                   const Address& address, std::span<const uint256> keys) {
    AccountProof out;
    Trie accounts(source, root);
    SALUS_TRY_ASSIGN(out.account, read_account(accounts, address));
    SALUS_TRY_ASSIGN(out.account_proof, accounts.prove(account_key(address).bytes));
    const Hash32 storage_root = out.account ? out.account->storage_root : crypto::kEmptyTrieRoot;
    Trie storage(source, storage_root);
    for (const uint256& key : keys) {
        AccountProof::Slot slot;
        slot.key = key;
        SALUS_TRY_ASSIGN(slot.value, read_slot(storage, key));
        SALUS_TRY_ASSIGN(slot.proof, storage.prove(slot_key(key).bytes));
        out.slots.push_back(std::move(slot));
    }
    return out;
}

} // namespace salus::state
