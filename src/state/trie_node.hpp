#pragma once
// The nodes of a Merkle-Patricia trie in memory, and their RLP (Yellow Paper C and D).

#include "state/trie.hpp"

namespace salus::state {

inline constexpr std::size_t kHashReferenceSize = 33;

// RLP of a hash, or of a node that is shorter than one; in place, since a branch has up to sixteen.
class Reference {
public:
    Reference() = default;
    explicit Reference(const Hash32& hash) : size_(kHashReferenceSize) {
        bytes_[0] = 0x80 + Hash32::size();
        std::copy(hash.begin(), hash.end(), bytes_.begin() + 1);
    }
    Reference& operator=(ByteView bytes) {
        SALUS_ASSERT(bytes.size() <= bytes_.size());
        std::copy(bytes.begin(), bytes.end(), bytes_.begin());
        size_ = static_cast<std::uint8_t>(bytes.size());
        return *this;
    }
    operator ByteView() const { return {bytes_.data(), size_}; }
    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    void clear() { size_ = 0; }

private:
    std::uint8_t size_ = 0;
    std::array<Byte, kHashReferenceSize> bytes_{};
};

// `reference` is how a parent names the node (RLP of its hash, or the node itself when shorter
// than 32 bytes); it is empty while the node has changes that no commit has seen. `stored` speaks
// of the place, not of the content: the store has a node there, which must be replaced or erased.
struct Trie::Node {
    enum class Kind : std::uint8_t { unloaded, leaf, extension, branch };
    Kind kind = Kind::leaf;
    Bytes path;  // nibbles of a leaf or an extension
    Bytes value; // of a leaf, or of the key that ends at a branch
    Reference reference;
    bool stored = false;
    std::array<std::unique_ptr<Node>, 16> children; // an extension's is the first
};

using NodePtr = std::unique_ptr<Trie::Node>;

Bytes to_nibbles(ByteView key); // one a byte
NodePtr make_leaf(ByteView path, ByteView value);
NodePtr make_unloaded(const Hash32& hash);    // known by its hash alone
Result<NodePtr> parse_node(ByteView encoded); // kBadNode, rlp.*
Bytes encode_node(const Trie::Node& node);    // its children have references

} // namespace salus::state
