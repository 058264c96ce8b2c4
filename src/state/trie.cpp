#include "state/trie.hpp"

#include <algorithm>

#include "codec/rlp.hpp"
#include "crypto/hash.hpp"

namespace salus::state {

using codec::rlp::Reader;
using codec::rlp::Writer;

// `reference` is how a parent names the node (RLP of its hash, or the node itself when shorter
// than 32 bytes); it is empty while the node has changes that no commit has seen.
struct Trie::Node {
    enum class Kind : std::uint8_t { unloaded, leaf, extension, branch };
    Kind kind = Kind::leaf;
    Bytes path;  // nibbles of a leaf or an extension
    Bytes value; // of a leaf, or of the key that ends at a branch
    Bytes reference;
    std::array<std::unique_ptr<Node>, 16> children; // an extension's is the first
};

namespace {

using Node = Trie::Node;
using Kind = Node::Kind;
using NodePtr = std::unique_ptr<Node>;

constexpr std::size_t kHashReferenceSize = 33;
constexpr std::size_t kMaxNibbles = 512; // bounds recursion for malformed stores

Bytes to_nibbles(ByteView key) {
    Bytes out;
    out.reserve(key.size() * 2);
    for (const Byte b : key) {
        out.push_back(b >> 4);
        out.push_back(b & 0x0f);
    }
    return out;
}

// Hex-prefix encoding (Yellow Paper C).
Bytes pack_path(ByteView nibbles, bool is_leaf) {
    const bool odd = nibbles.size() % 2 != 0;
    const unsigned flag = (is_leaf ? 2U : 0U) | (odd ? 1U : 0U);
    Bytes out{static_cast<Byte>((flag << 4) | (odd ? nibbles[0] : 0U))};
    for (std::size_t i = odd ? 1 : 0; i < nibbles.size(); i += 2) {
        out.push_back(static_cast<Byte>((nibbles[i] << 4) | nibbles[i + 1]));
    }
    return out;
}

Status unpack_path(ByteView packed, Node& node) {
    if (packed.empty() || (packed[0] >> 4) > 3) return Error(kBadNode, "hex prefix");
    const unsigned flag = packed[0] >> 4;
    node.kind = (flag & 2) != 0 ? Kind::leaf : Kind::extension;
    node.path = to_nibbles(packed);
    node.path.erase(node.path.begin(), node.path.begin() + ((flag & 1) != 0 ? 1 : 2));
    return ok_status();
}

std::size_t common_prefix(ByteView a, ByteView b) {
    const auto ends = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    return static_cast<std::size_t>(ends.first - a.begin());
}

NodePtr make_leaf(ByteView path, ByteView value) {
    auto out = std::make_unique<Node>();
    out->path = to_bytes(path);
    out->value = to_bytes(value);
    return out;
}

NodePtr make_unloaded(const Hash32& hash) {
    auto out = std::make_unique<Node>();
    out->kind = Kind::unloaded;
    out->reference = codec::rlp::encode_bytes(hash.bytes);
    return out;
}

// --- decoding -----------------------------------------------------------------------------------

Result<NodePtr> parse_node(ByteView encoded);

// A child as its parent holds it: nothing, a hash, or a short node itself.
Result<NodePtr> parse_child(Reader& in) {
    SALUS_TRY_ASSIGN(const auto item, in.item());
    if (item.is_list) {
        if (item.encoded.size() >= Hash32::size()) return Error(kBadNode, "long embedded node");
        return parse_node(item.encoded);
    }
    if (item.payload.empty()) return NodePtr();
    if (item.payload.size() != Hash32::size()) return Error(kBadNode, "child reference");
    return make_unloaded(right_aligned<32>(item.payload));
}

Result<NodePtr> parse_short(Reader& in) {
    auto out = std::make_unique<Node>();
    SALUS_TRY_ASSIGN(const ByteView packed, in.bytes());
    SALUS_TRY(unpack_path(packed, *out));
    if (out->kind == Kind::leaf) {
        SALUS_TRY_ASSIGN(const ByteView value, in.bytes());
        out->value = to_bytes(value);
        return out;
    }
    SALUS_TRY_ASSIGN(out->children[0], parse_child(in));
    if (!out->children[0] || out->path.empty()) return Error(kBadNode, "extension");
    return out;
}

Result<NodePtr> parse_branch(Reader& in) {
    auto out = std::make_unique<Node>();
    out->kind = Kind::branch;
    for (NodePtr& child : out->children) {
        SALUS_TRY_ASSIGN(child, parse_child(in));
    }
    SALUS_TRY_ASSIGN(const ByteView value, in.bytes());
    out->value = to_bytes(value);
    return out;
}

std::size_t count_items(Reader in) {
    std::size_t count = 0;
    while (count <= 17 && in.item().ok()) ++count;
    return count;
}

Result<NodePtr> parse_node(ByteView encoded) {
    SALUS_TRY_ASSIGN(Reader in, Reader::list_of(encoded));
    const std::size_t items = count_items(in);
    if (items != 2 && items != 17) return Error(kBadNode, "2 or 17 items");
    SALUS_TRY_ASSIGN(NodePtr out, items == 2 ? parse_short(in) : parse_branch(in));
    SALUS_TRY(in.end());
    if (encoded.size() < Hash32::size()) out->reference = to_bytes(encoded);
    return out;
}

// Replaces a node that is known by hash alone with its content.
Status load(const NodeSource& source, NodePtr& node) {
    if (node->kind != Kind::unloaded) return ok_status();
    const auto hash = right_aligned<32>(node->reference);
    SALUS_TRY_ASSIGN(const Bytes encoded, source.node(hash));
    auto parsed = parse_node(encoded);
    if (!parsed) return Error(kBadNode, to_hex0x(hash.bytes) + ": " + parsed.error().text());
    Bytes reference = std::move(node->reference);
    node = std::move(parsed).value();
    node->reference = std::move(reference);
    return ok_status();
}

// --- encoding -----------------------------------------------------------------------------------

Bytes encode_node(const Node& node) {
    Writer out;
    out.open_list();
    if (node.kind == Kind::leaf) {
        out.bytes(pack_path(node.path, true)).bytes(node.value);
    } else if (node.kind == Kind::extension) {
        out.bytes(pack_path(node.path, false)).raw(node.children[0]->reference);
    } else {
        for (const NodePtr& child : node.children) {
            if (child) {
                out.raw(child->reference);
            } else {
                out.bytes({});
            }
        }
        out.bytes(node.value);
    }
    return out.close_list().take();
}

// Gives every changed node below (and this one) its reference; the hashed ones go to `sink`.
void settle(Node& node, const NodeSink& sink) {
    if (!node.reference.empty()) return;
    for (const NodePtr& child : node.children) {
        if (child) settle(*child, sink);
    }
    Bytes encoded = encode_node(node);
    if (encoded.size() < Hash32::size()) {
        node.reference = std::move(encoded);
        return;
    }
    const Hash32 hash = crypto::keccak256(encoded);
    sink(hash, encoded);
    node.reference = codec::rlp::encode_bytes(hash.bytes);
}

// --- reading and changing -----------------------------------------------------------------------

// Calls visit on every node from `root` down to where `path` ends; the value found there.
Result<std::optional<Bytes>> walk(const NodeSource& source, NodePtr& root, ByteView path,
                                  const std::function<void(const Node&)>& visit) {
    NodePtr* at = &root;
    while (*at) {
        SALUS_TRY(load(source, *at));
        Node& node = **at;
        if (visit) visit(node);
        if (node.kind == Kind::leaf) {
            if (!equal(node.path, path)) break;
            return std::optional<Bytes>(node.value);
        }
        if (node.kind == Kind::extension) {
            if (common_prefix(node.path, path) != node.path.size()) break;
            path = path.subspan(node.path.size());
            at = &node.children[0];
            continue;
        }
        if (path.empty()) {
            if (node.value.empty()) break;
            return std::optional<Bytes>(node.value);
        }
        at = &node.children[path[0]];
        path = path.subspan(1);
    }
    return std::optional<Bytes>();
}

// Puts what was below `prefix` of a leaf or an extension under a new branch.
void hang_into_branch(Node& branch, NodePtr old, std::size_t prefix) {
    if (old->path.size() == prefix) { // only a leaf: an extension would have matched whole
        branch.value = std::move(old->value);
        return;
    }
    const Byte nibble = old->path[prefix];
    old->path.erase(old->path.begin(), old->path.begin() + static_cast<std::ptrdiff_t>(prefix) + 1);
    old->reference.clear();
    const bool bare = old->kind == Kind::extension && old->path.empty();
    branch.children[nibble] = bare ? std::move(old->children[0]) : std::move(old);
}

// A leaf or extension meets a key that leaves its path after `prefix` nibbles.
void split(NodePtr& at, ByteView path, ByteView value, std::size_t prefix) {
    auto branch = std::make_unique<Node>();
    branch->kind = Kind::branch;
    hang_into_branch(*branch, std::move(at), prefix);
    if (path.size() == prefix) {
        branch->value = to_bytes(value);
    } else {
        branch->children[path[prefix]] = make_leaf(path.subspan(prefix + 1), value);
    }
    if (prefix == 0) {
        at = std::move(branch);
        return;
    }
    at = std::make_unique<Node>();
    at->kind = Kind::extension;
    at->path = to_bytes(path.first(prefix));
    at->children[0] = std::move(branch);
}

Status put_at(const NodeSource& source, NodePtr& root, ByteView path, ByteView value) {
    NodePtr* at = &root;
    while (*at) {
        SALUS_TRY(load(source, *at));
        Node& node = **at;
        node.reference.clear();
        if (node.kind == Kind::branch) {
            if (path.empty()) {
                node.value = to_bytes(value);
                return ok_status();
            }
            at = &node.children[path[0]];
            path = path.subspan(1);
            continue;
        }
        const std::size_t prefix = common_prefix(node.path, path);
        const bool whole = prefix == node.path.size();
        if (node.kind == Kind::leaf && whole && prefix == path.size()) {
            node.value = to_bytes(value);
            return ok_status();
        }
        if (node.kind == Kind::leaf || !whole) {
            split(*at, path, value, prefix);
            return ok_status();
        }
        path = path.subspan(prefix);
        at = &node.children[0];
    }
    *at = make_leaf(path, value);
    return ok_status();
}

// Joins `front` to the path of the node below it, or makes an extension above a branch.
Status prepend_path(const NodeSource& source, NodePtr& node, ByteView front) {
    SALUS_TRY(load(source, node));
    if (node->kind == Kind::branch) {
        auto extension = std::make_unique<Node>();
        extension->kind = Kind::extension;
        extension->path = to_bytes(front);
        extension->children[0] = std::move(node);
        node = std::move(extension);
        return ok_status();
    }
    node->path.insert(node->path.begin(), front.begin(), front.end());
    node->reference.clear();
    return ok_status();
}

// Restores the normal form of a branch that lost a child or its value.
Status normalise_branch(const NodeSource& source, NodePtr& at) {
    Node& node = *at;
    std::size_t count = 0;
    Byte last = 0;
    for (Byte i = 0; i < 16; ++i) {
        if (!node.children[i]) continue;
        ++count;
        last = i;
    }
    if (count == 0) {
        at = make_leaf({}, Bytes(node.value));
        return ok_status();
    }
    if (count > 1 || !node.value.empty()) return ok_status();
    NodePtr child = std::move(node.children[last]);
    SALUS_TRY(prepend_path(source, child, {&last, 1}));
    at = std::move(child);
    return ok_status();
}

Result<bool> erase_at(const NodeSource& source, NodePtr& at, ByteView path);

Result<bool> erase_in_extension(const NodeSource& source, NodePtr& at, ByteView path) {
    Node& node = *at;
    const std::size_t size = node.path.size();
    if (common_prefix(node.path, path) != size) return false;
    SALUS_TRY_ASSIGN(const bool changed, erase_at(source, node.children[0], path.subspan(size)));
    if (!changed) return false;
    node.reference.clear();
    if (node.children[0]->kind == Kind::branch) return true;
    NodePtr child = std::move(node.children[0]);
    SALUS_TRY(prepend_path(source, child, Bytes(node.path)));
    at = std::move(child);
    return true;
}

Result<bool> erase_in_branch(const NodeSource& source, NodePtr& at, ByteView path) {
    Node& node = *at;
    if (path.empty()) {
        if (node.value.empty()) return false;
        node.value.clear();
    } else {
        SALUS_TRY_ASSIGN(const bool changed,
                         erase_at(source, node.children[path[0]], path.subspan(1)));
        if (!changed) return false;
    }
    node.reference.clear();
    SALUS_TRY(normalise_branch(source, at));
    return true;
}

// True when something was erased. Depth is bounded by the length of the key.
Result<bool> erase_at(const NodeSource& source, NodePtr& at, ByteView path) {
    if (!at) return false;
    SALUS_TRY(load(source, at));
    switch (at->kind) {
    case Kind::extension: return erase_in_extension(source, at, path);
    case Kind::branch: return erase_in_branch(source, at, path);
    default: break;
    }
    if (!equal(at->path, path)) return false;
    at.reset();
    return true;
}

} // namespace

Result<Bytes> MemoryNodes::node(const Hash32& hash) const {
    const auto found = nodes_.find(hash);
    if (found == nodes_.end()) return Error(kMissingNode, to_hex0x(hash.bytes));
    return found->second;
}

Trie::Trie(const NodeSource& source, const Hash32& root) : source_(&source) {
    if (root != crypto::kEmptyTrieRoot) root_ = make_unloaded(root);
}
Trie::~Trie() = default;
Trie::Trie(Trie&&) noexcept = default;
Trie& Trie::operator=(Trie&&) noexcept = default;

Result<std::optional<Bytes>> Trie::get(ByteView key) {
    return walk(*source_, root_, to_nibbles(key), nullptr);
}

Status Trie::put(ByteView key, ByteView value) {
    if (value.empty()) return erase(key);
    SALUS_ASSERT(key.size() * 2 <= kMaxNibbles);
    return put_at(*source_, root_, to_nibbles(key), value);
}

Status Trie::erase(ByteView key) {
    SALUS_ASSERT(key.size() * 2 <= kMaxNibbles);
    SALUS_TRY(erase_at(*source_, root_, to_nibbles(key)));
    return ok_status();
}

Hash32 Trie::commit(const NodeSink& sink) {
    if (!root_) return crypto::kEmptyTrieRoot;
    settle(*root_, sink);
    if (root_->reference.size() == kHashReferenceSize) {
        return right_aligned<32>(root_->reference);
    }
    const Hash32 hash = crypto::keccak256(root_->reference); // a short root is hashed all the same
    sink(hash, root_->reference);
    return hash;
}

Result<std::vector<Bytes>> Trie::prove(ByteView key) {
    std::vector<Bytes> out;
    const auto visit = [&out](const Node& node) {
        Bytes encoded = encode_node(node);
        if (out.empty() || encoded.size() >= Hash32::size()) out.push_back(std::move(encoded));
    };
    SALUS_TRY(walk(*source_, root_, to_nibbles(key), visit));
    return out;
}

Hash32 ordered_trie_root(std::span<const Bytes> encoded_items) {
    const MemoryNodes none;
    Trie trie(none);
    for (std::size_t i = 0; i < encoded_items.size(); ++i) {
        SALUS_ASSERT(trie.put(codec::rlp::encode_integer(i), encoded_items[i]).ok());
    }
    return trie.commit([](const Hash32&, ByteView) {});
}

} // namespace salus::state
