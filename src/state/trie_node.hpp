#pragma once
// The nodes of a Merkle-Patricia trie in memory, and their RLP (Yellow Paper C and D).

#include "state/trie.hpp"

namespace salus::state {

// `reference` is how a parent names the node (RLP of its hash, or the node itself when shorter
// than 32 bytes); it is empty while the node has changes that no commit has seen. `stored` speaks
// of the place, not of the content: the store has a node there, which must be replaced or erased.
struct Trie::Node {
    enum class Kind : std::uint8_t { unloaded, leaf, extension, branch };
    Kind kind = Kind::leaf;
    Bytes path;  // nibbles of a leaf or an extension
    Bytes value; // of a leaf, or of the key that ends at a branch
    Bytes reference;
    bool stored = false;
    std::array<std::unique_ptr<Node>, 16> children; // an extension's is the first
};

using NodePtr = std::unique_ptr<Trie::Node>;

inline constexpr std::size_t kHashReferenceSize = 33;

Bytes to_nibbles(ByteView key); // one a byte
NodePtr make_leaf(ByteView path, ByteView value);
NodePtr make_unloaded(const Hash32& hash);    // known by its hash alone
Result<NodePtr> parse_node(ByteView encoded); // kBadNode, rlp.*
Bytes encode_node(const Trie::Node& node);    // its children have references

} // namespace salus::state
