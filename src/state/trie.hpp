#pragma once
// Merkle-Patricia tries (Yellow Paper, appendix D) over any store of nodes by hash. A trie reads
// the nodes that it needs, keeps changes in memory, and commit() hands out the new nodes.

#include <functional>
#include <memory>
#include <optional>

#include "state/view.hpp"

namespace salus::state {

inline constexpr ErrorKind kMissingNode{"trie.missing_node", "Yellow Paper D: every node by hash"};
inline constexpr ErrorKind kBadNode{"trie.malformed_node",
                                    "Yellow Paper D: branch, extension, leaf"};

// Nodes by keccak256 of their RLP; only those of 32 bytes or more (shorter ones are embedded).
class NodeSource {
public:
    virtual ~NodeSource() = default;
    virtual Result<Bytes> node(const Hash32& hash) const = 0; // kMissingNode
};

// Receives every new node of a commit, children before parents; storing one twice is harmless.
using NodeSink = std::function<void(const Hash32& hash, ByteView node)>;

// Nodes in memory; also a sink.
class MemoryNodes final : public NodeSource {
public:
    Result<Bytes> node(const Hash32& hash) const override;
    void add(const Hash32& hash, ByteView node) { nodes_[hash] = to_bytes(node); }
    NodeSink sink() {
        return [this](const Hash32& hash, ByteView node) { add(hash, node); };
    }

private:
    std::unordered_map<Hash32, Bytes> nodes_;
};

class Trie {
public:
    explicit Trie(const NodeSource& source, const Hash32& root = crypto::kEmptyTrieRoot);
    ~Trie();
    Trie(Trie&&) noexcept;
    Trie& operator=(Trie&&) noexcept;

    Result<std::optional<Bytes>> get(ByteView key);
    Status put(ByteView key, ByteView value); // an empty value erases
    Status erase(ByteView key);
    // The root of the present content; new nodes (also the root's, whatever its size) go to `sink`.
    Hash32 commit(const NodeSink& sink);
    // The nodes on the path to the key, root first: proves its value or its absence (EIP-1186).
    // Call after commit.
    Result<std::vector<Bytes>> prove(ByteView key);

    struct Node; // private to trie.cpp

private:
    const NodeSource* source_;
    std::unique_ptr<Node> root_;
};

// The root of index → item, keys rlp(index): transactions, receipts, withdrawals.
Hash32 ordered_trie_root(std::span<const Bytes> encoded_items);

// Applies `changes` to the state whose root is `root`; keys are keccak256 of address and slot.
// New nodes of the account trie and of storage tries go to `sink`. Code is not a trie node.
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
