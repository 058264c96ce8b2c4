#pragma once
// Merkle-Patricia tries (Yellow Paper, appendix D) over any store of nodes by hash. A trie reads
// the nodes that it needs, keeps changes in memory, and commit() hands out the new nodes.

#include <functional>
#include <memory>
#include <optional>

#include "base/executor.hpp"
#include "state/view.hpp"

namespace salus::state {

inline constexpr ErrorKind kMissingNode{"trie.missing_node", "Yellow Paper D: every node by hash"};
inline constexpr ErrorKind kBadNode{"trie.malformed_node",
                                    "Yellow Paper D: branch, extension, leaf"};

// Where a node stands: in which trie (none: the accounts'; else the storage of the account whose
// address has this keccak256), and the nibbles from its root, one a byte.
struct NodePlace {
    const Hash32* owner = nullptr;
    ByteView path;
};
// The place as a key: 0x00 ‖ path, or 0x01 ‖ owner ‖ path.
Bytes node_key(const NodePlace& place);

// The nodes of 32 bytes or more (shorter ones are embedded in their parents), and root nodes of any
// size. A store may find them by place, or by the keccak256 of their RLP. Several threads may ask.
class NodeSource {
public:
    virtual ~NodeSource() = default;
    // The node at the place, whose hash must be this one. kMissingNode.
    virtual Result<Bytes> node(const NodePlace& place, const Hash32& hash) const = 0;
};

// What a change of a trie does at one place.
struct NodeChange {
    Bytes key; // node_key
    Hash32 hash;
    Bytes node; // empty: nothing stands there any more
    bool erased() const { return node.empty(); }
};
using NodeChanges = std::vector<NodeChange>; // each key once

// Receives every new node of a commit, children before parents; for stores by hash.
using NodeSink = std::function<void(const Hash32& hash, ByteView node)>;

// Nodes in memory by hash, of any number of states; also a sink.
class MemoryNodes final : public NodeSource {
public:
    Result<Bytes> node(const NodePlace& place, const Hash32& hash) const override;
    void add(const Hash32& hash, ByteView node) { nodes_[hash] = to_bytes(node); }
    NodeSink sink() {
        return [this](const Hash32& hash, ByteView node) { add(hash, node); };
    }

private:
    std::unordered_map<Hash32, Bytes> nodes_;
};

class Trie {
public:
    explicit Trie(const NodeSource& source, const Hash32& root = crypto::kEmptyTrieRoot,
                  std::optional<Hash32> owner = {});
    ~Trie();
    Trie(Trie&&) noexcept;
    Trie& operator=(Trie&&) noexcept;

    Result<std::optional<Bytes>> get(ByteView key);
    Status put(ByteView key, ByteView value); // an empty value erases
    Status erase(ByteView key);
    struct Entry {
        Hash32 key;
        Bytes value; // not empty
    };
    // Puts what is in the order of its keys; below a root that is a branch, its sixteen parts at
    // once. After an error the trie is of no further use.
    Status put_all(std::span<const Entry> entries, Executor& executor);
    // The root of the present content. What changed since the last commit is appended to `changes`,
    // or its new nodes (also the root's, whatever its size) go to `sink`.
    Hash32 commit(NodeChanges& changes, Executor* executor = nullptr);
    Hash32 commit(const NodeSink& sink);
    // The nodes on the path to the key, root first: proves its value or its absence (EIP-1186).
    // Call after commit.
    Result<std::vector<Bytes>> prove(ByteView key);

    struct Node; // trie_node.hpp

private:
    const Hash32* owner() const { return owner_ ? &*owner_ : nullptr; }
    void drop_unused(NodeChanges& changes, std::size_t first);

    const NodeSource* source_;
    std::optional<Hash32> owner_;
    std::unique_ptr<Node> root_;
    std::vector<Bytes> dropped_; // paths where the store has a node that is not used any more
};

// Calls `visit` with every key (of 32 bytes) and value of a stored trie, in the order of the keys.
// Reads each node once. kMissingNode, kBadNode, and what `visit` returns.
using LeafVisit = std::function<Status(const Hash32& key, ByteView value)>;
Status for_each_leaf(const NodeSource& source, const std::optional<Hash32>& owner,
                     const Hash32& root, const LeafVisit& visit);

// The root of index → item, keys rlp(index): transactions, receipts, withdrawals.
Hash32 ordered_trie_root(std::span<const Bytes> encoded_items);

// The keys of the state's tries.
Hash32 hashed_key(const Address& address);
Hash32 hashed_key(const uint256& slot);

// An account after some change, by keccak256 of its address.
struct HashedAccount {
    std::optional<Account> account;  // with its storage root; none: gone
    bool storage_cleared = false;    // all slots of before are gone, then `slots` are written
    std::map<Hash32, uint256> slots; // by keccak256 of the slot; zero erases
};
// What a block does to a state, by the keys under which tries and flat stores keep it.
struct StateUpdate {
    Hash32 root;
    std::map<Hash32, HashedAccount> accounts;
    NodeChanges nodes; // those of cleared storage are not listed: all that the owner had is gone
    std::map<Hash32, Bytes> code;
};
// Applies `changes` to the state whose root is `root`; keys are keccak256 of address and slot.
// Where much changes in one trie, parts of it are done at once on `executor`, if there is one.
Result<StateUpdate> update_state(const NodeSource& source, const Hash32& root,
                                 const StateChanges& changes, Executor* executor = nullptr);
// The same for what is hashed already (`update`'s root, storage roots and nodes are written).
Status update_tries(const NodeSource& source, const Hash32& root, StateUpdate& update,
                    Executor* executor = nullptr);
// For stores by hash: new nodes go to `sink`. Code is not a trie node.
Result<Hash32> apply_to_trie(const NodeSource& source, const Hash32& root,
                             const StateChanges& changes, const NodeSink& sink);
// The root of a state that holds just `changes`.
Hash32 state_root(const StateChanges& changes);

// A StateView on tries; code comes from `code_source` (by code hash).
class TrieState final : public StateView {
public:
    using CodeSource = std::function<Result<Bytes>(const Hash32& code_hash)>;
    TrieState(const NodeSource& source, const Hash32& root, CodeSource code_source);
    Result<std::optional<Account>> account(const Address& address) const override;
    Result<uint256> storage(const Address& address, const uint256& key) const override;
    Result<Bytes> code(const Hash32& code_hash) const override;

private:
    const NodeSource& source_;
    Hash32 root_;
    CodeSource code_source_;
};

// EIP-1186.
struct AccountProof {
    std::optional<Account> account;
    std::vector<Bytes> account_proof;
    struct Slot {
        uint256 key, value;
        std::vector<Bytes> proof;
    };
    std::vector<Slot> slots;
};
Result<AccountProof> prove_account(const NodeSource& source, const Hash32& root,
                                   const Address& address, std::span<const uint256> keys);

} // namespace salus::state
