#include <algorithm>
#include <set>
#include <utility>

#include "codec/rlp.hpp"
#include "crypto/hash.hpp"
#include "state/trie_node.hpp"

namespace salus::state {
namespace {

using Node = Trie::Node;
using Kind = Node::Kind;

constexpr std::size_t kMaxNibbles = 512; // bounds recursion for malformed stores

std::size_t common_prefix(ByteView a, ByteView b) {
    const auto ends = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    return static_cast<std::size_t>(ends.first - a.begin());
}

// Where changes read nodes from, and where they tell which places are empty now.
struct Edit {
    const NodeSource& source;
    const Hash32* owner;
    std::vector<Bytes>& dropped;

    void drop(const Node& node, ByteView path) const {
        if (node.stored) dropped.push_back(to_bytes(path));
    }
};

// Replaces a node that is known by hash alone with its content.
Status load(const NodeSource& source, const NodePlace& place, NodePtr& node) {
    if (node->kind != Kind::unloaded) return ok_status();
    const auto hash = right_aligned<32>(node->reference);
    SALUS_TRY_ASSIGN(const Bytes encoded, source.node(place, hash));
    auto parsed = parse_node(encoded);
    if (!parsed) return Error(kBadNode, to_hex0x(hash.bytes) + ": " + parsed.error().text());
    const Reference reference = node->reference;
    node = std::move(parsed).value();
    node->reference = reference;
    node->stored = true;
    return ok_status();
}
Status load(const Edit& edit, ByteView path, NodePtr& node) {
    return load(edit.source, {edit.owner, path}, node);
}

// Gives every changed node below (and this one) its reference, and tells what changes at its place.
void settle(Node& node, const Hash32* owner, Bytes& path, NodeChanges& out) {
    if (!node.reference.empty()) return;
    const std::size_t depth = path.size();
    if (node.kind == Kind::extension) append(path, node.path);
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        if (!node.children[i]) continue;
        if (node.kind == Kind::branch) path.push_back(static_cast<Byte>(i));
        settle(*node.children[i], owner, path, out);
        if (node.kind == Kind::branch) path.pop_back();
    }
    path.resize(depth);
    Bytes encoded = encode_node(node);
    if (encoded.size() < Hash32::size()) {
        if (node.stored && depth != 0) out.push_back({node_key({owner, path}), {}, {}});
        node.stored = depth == 0;
        node.reference = encoded;
        return;
    }
    const Hash32 hash = crypto::keccak256(encoded);
    node.stored = true;
    node.reference = Reference(hash);
    out.push_back({node_key({owner, path}), hash, std::move(encoded)});
}

// What is below the root, each part by itself.
void settle_parts(Node& root, const Hash32* owner, NodeChanges& out, Executor& executor) {
    if (root.kind != Kind::branch || !root.reference.empty()) return;
    std::array<NodeChanges, 16> parts;
    executor.parallel_for(parts.size(), [&](std::size_t i) {
        Bytes path{static_cast<Byte>(i)};
        if (root.children[i]) settle(*root.children[i], owner, path, parts[i]);
    });
    for (NodeChanges& part : parts) std::move(part.begin(), part.end(), std::back_inserter(out));
}

// --- reading and changing -----------------------------------------------------------------------

// Calls visit on every node from the root down to where `key` (nibbles) ends; the value there.
Result<std::optional<Bytes>> walk(const NodeSource& source, const Hash32* owner, NodePtr& root,
                                  ByteView key, const std::function<void(const Node&)>& visit) {
    NodePtr* at = &root;
    std::size_t depth = 0;
    while (*at) {
        SALUS_TRY(load(source, {owner, key.first(depth)}, *at));
        Node& node = **at;
        const ByteView rest = key.subspan(depth);
        if (visit) visit(node);
        if (node.kind == Kind::leaf) {
            if (!equal(node.path, rest)) break;
            return std::optional<Bytes>(node.value);
        }
        if (node.kind == Kind::extension) {
            if (common_prefix(node.path, rest) != node.path.size()) break;
            depth += node.path.size();
            at = &node.children[0];
            continue;
        }
        if (rest.empty()) {
            if (node.value.empty()) break;
            return std::optional<Bytes>(node.value);
        }
        at = &node.children[rest[0]];
        ++depth;
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
void split(NodePtr& at, ByteView rest, ByteView value, std::size_t prefix) {
    const bool stored = std::exchange(at->stored, false);
    auto branch = std::make_unique<Node>();
    branch->kind = Kind::branch;
    hang_into_branch(*branch, std::move(at), prefix);
    if (rest.size() == prefix) {
        branch->value = to_bytes(value);
    } else {
        branch->children[rest[prefix]] = make_leaf(rest.subspan(prefix + 1), value);
    }
    if (prefix == 0) {
        at = std::move(branch);
    } else {
        at = std::make_unique<Node>();
        at->kind = Kind::extension;
        at->path = to_bytes(rest.first(prefix));
        at->children[0] = std::move(branch);
    }
    at->stored = stored;
}

// `key` is the whole key; the node at `top` stands `depth` nibbles down.
Status put_at(const Edit& edit, NodePtr& top, ByteView key, std::size_t depth, ByteView value) {
    NodePtr* at = &top;
    while (*at) {
        SALUS_TRY(load(edit, key.first(depth), *at));
        Node& node = **at;
        const ByteView rest = key.subspan(depth);
        node.reference.clear();
        if (node.kind == Kind::branch) {
            if (rest.empty()) {
                node.value = to_bytes(value);
                return ok_status();
            }
            at = &node.children[rest[0]];
            ++depth;
            continue;
        }
        const std::size_t prefix = common_prefix(node.path, rest);
        const bool whole = prefix == node.path.size();
        if (node.kind == Kind::leaf && whole && prefix == rest.size()) {
            node.value = to_bytes(value);
            return ok_status();
        }
        if (node.kind == Kind::leaf || !whole) {
            split(*at, rest, value, prefix);
            return ok_status();
        }
        depth += prefix;
        at = &node.children[0];
    }
    *at = make_leaf(key.subspan(depth), value);
    return ok_status();
}

// The node at `place` lost its fork: it becomes one with the only node left below it, which stands
// `front` further down.
Status join(const Edit& edit, NodePtr& at, NodePtr child, ByteView place, ByteView front) {
    Bytes below = to_bytes(place);
    append(below, front);
    SALUS_TRY(load(edit, below, child));
    const bool stored = at->stored;
    if (child->kind == Kind::branch) {
        auto extension = std::make_unique<Node>();
        extension->kind = Kind::extension;
        extension->path = to_bytes(front);
        extension->children[0] = std::move(child);
        at = std::move(extension);
    } else {
        edit.drop(*child, below);
        child->path.insert(child->path.begin(), front.begin(), front.end());
        child->reference.clear();
        at = std::move(child);
    }
    at->stored = stored;
    return ok_status();
}

// Restores the normal form of a branch that lost a child or its value.
Status normalise_branch(const Edit& edit, NodePtr& at, ByteView place) {
    Node& node = *at;
    std::size_t count = 0;
    Byte last = 0;
    for (Byte i = 0; i < 16; ++i) {
        if (!node.children[i]) continue;
        ++count;
        last = i;
    }
    if (count == 0) {
        NodePtr leaf = make_leaf({}, node.value);
        leaf->stored = node.stored;
        at = std::move(leaf);
        return ok_status();
    }
    if (count > 1 || !node.value.empty()) return ok_status();
    return join(edit, at, std::move(node.children[last]), place, {&last, 1});
}

// `key` is the whole key; the node at `at` stands `depth` nibbles down.
Result<bool> erase_at(const Edit& edit, NodePtr& at, ByteView key, std::size_t depth);

Result<bool> erase_in_extension(const Edit& edit, NodePtr& at, ByteView key, std::size_t depth) {
    Node& node = *at;
    const std::size_t size = node.path.size();
    if (common_prefix(node.path, key.subspan(depth)) != size) return false;
    SALUS_TRY_ASSIGN(const bool changed, erase_at(edit, node.children[0], key, depth + size));
    if (!changed) return false;
    node.reference.clear();
    if (node.children[0]->kind == Kind::branch) return true;
    NodePtr child = std::move(node.children[0]);
    SALUS_TRY(join(edit, at, std::move(child), key.first(depth), Bytes(node.path)));
    return true;
}

Result<bool> erase_in_branch(const Edit& edit, NodePtr& at, ByteView key, std::size_t depth) {
    Node& node = *at;
    if (key.size() == depth) {
        if (node.value.empty()) return false;
        node.value.clear();
    } else {
        SALUS_TRY_ASSIGN(const bool changed,
                         erase_at(edit, node.children[key[depth]], key, depth + 1));
        if (!changed) return false;
    }
    node.reference.clear();
    SALUS_TRY(normalise_branch(edit, at, key.first(depth)));
    return true;
}

// True when something was erased. Depth is bounded by the length of the key.
Result<bool> erase_at(const Edit& edit, NodePtr& at, ByteView key, std::size_t depth) {
    if (!at) return false;
    SALUS_TRY(load(edit, key.first(depth), at));
    switch (at->kind) {
    case Kind::extension: return erase_in_extension(edit, at, key, depth);
    case Kind::branch: return erase_in_branch(edit, at, key, depth);
    default: break;
    }
    if (!equal(at->path, key.subspan(depth))) return false;
    edit.drop(*at, key.first(depth));
    at.reset();
    return true;
}

} // namespace

Bytes node_key(const NodePlace& place) {
    Bytes out;
    out.reserve(1 + (place.owner != nullptr ? 32 : 0) + place.path.size());
    out.push_back(place.owner != nullptr ? 1 : 0);
    if (place.owner != nullptr) append(out, ByteView(place.owner->bytes));
    append(out, place.path);
    return out;
}

Result<Bytes> MemoryNodes::node(const NodePlace&, const Hash32& hash) const {
    const auto found = nodes_.find(hash);
    if (found == nodes_.end()) return Error(kMissingNode, to_hex0x(hash.bytes));
    return found->second;
}

Trie::Trie(const NodeSource& source, const Hash32& root, std::optional<Hash32> owner)
    : source_(&source), owner_(owner) {
    if (root != crypto::kEmptyTrieRoot) root_ = make_unloaded(root);
}
Trie::~Trie() = default;
Trie::Trie(Trie&&) noexcept = default;
Trie& Trie::operator=(Trie&&) noexcept = default;

Result<std::optional<Bytes>> Trie::get(ByteView key) {
    return walk(*source_, owner(), root_, to_nibbles(key), nullptr);
}

Status Trie::put(ByteView key, ByteView value) {
    if (value.empty()) return erase(key);
    SALUS_ASSERT(key.size() * 2 <= kMaxNibbles);
    return put_at(Edit{*source_, owner(), dropped_}, root_, to_nibbles(key), 0, value);
}

Status Trie::put_all(std::span<const Entry> entries, Executor& executor) {
    if (entries.empty()) return ok_status();
    const Edit edit{*source_, owner(), dropped_};
    if (root_) SALUS_TRY(load(edit, {}, root_));
    if (!root_ || root_->kind != Kind::branch) {
        for (const Entry& entry : entries) SALUS_TRY(put(entry.key.bytes, entry.value));
        return ok_status();
    }
    root_->reference.clear();
    std::vector<Status> ended(16, ok_status());
    executor.parallel_for(ended.size(), [&](std::size_t nibble) {
        const auto part = std::ranges::equal_range(
            entries, nibble, {}, [](const Entry& entry) { return std::size_t{entry.key[0]} >> 4; });
        for (const Entry& entry : part) {
            SALUS_ASSERT(!entry.value.empty());
            ended[nibble] =
                put_at(edit, root_->children[nibble], to_nibbles(entry.key.bytes), 1, entry.value);
            if (!ended[nibble].ok()) return;
        }
    });
    for (Status& status : ended) SALUS_TRY(std::move(status));
    return ok_status();
}

Status Trie::erase(ByteView key) {
    SALUS_ASSERT(key.size() * 2 <= kMaxNibbles);
    SALUS_TRY(erase_at(Edit{*source_, owner(), dropped_}, root_, to_nibbles(key), 0));
    return ok_status();
}

Hash32 Trie::commit(NodeChanges& out, Executor* executor) {
    const std::size_t first = out.size();
    Hash32 hash = crypto::kEmptyTrieRoot;
    if (root_) {
        const bool changed = root_->reference.empty();
        if (executor != nullptr) settle_parts(*root_, owner(), out, *executor);
        Bytes path;
        settle(*root_, owner(), path, out);
        if (root_->reference.size() == kHashReferenceSize) {
            hash = right_aligned<32>(root_->reference);
        } else { // a short root is hashed and stored all the same
            hash = crypto::keccak256(root_->reference);
            if (changed) out.push_back({node_key({owner(), {}}), hash, to_bytes(root_->reference)});
        }
    }
    drop_unused(out, first);
    return hash;
}

// What was dropped and not written again is erased.
void Trie::drop_unused(NodeChanges& out, std::size_t first) {
    if (dropped_.empty()) return;
    std::set<Bytes> unused;
    for (const Bytes& path : dropped_) unused.insert(node_key({owner(), path}));
    for (std::size_t i = first; i < out.size(); ++i) unused.erase(out[i].key);
    for (const Bytes& key : unused) out.push_back({key, {}, {}});
    dropped_.clear();
}

Hash32 Trie::commit(const NodeSink& sink) {
    NodeChanges changes;
    const Hash32 root = commit(changes);
    for (const NodeChange& change : changes) {
        if (!change.erased()) sink(change.hash, change.node);
    }
    return root;
}

Result<std::vector<Bytes>> Trie::prove(ByteView key) {
    std::vector<Bytes> out;
    const auto visit = [&out](const Node& node) {
        Bytes encoded = encode_node(node);
        if (out.empty() || encoded.size() >= Hash32::size()) out.push_back(std::move(encoded));
    };
    SALUS_TRY(walk(*source_, owner(), root_, to_nibbles(key), visit));
    return out;
}

namespace {

struct LeafWalk {
    const NodeSource& source;
    const Hash32* owner;
    const LeafVisit& visit;
    Bytes path;

    Status below(NodePtr& node) {
        SALUS_TRY(load(source, {owner, path}, node));
        const std::size_t depth = path.size();
        if (node->kind == Kind::branch) {
            if (!node->value.empty()) return Error(kBadNode, "a value above the leaves");
            for (Byte i = 0; i < 16; ++i) {
                if (!node->children[i]) continue;
                path.push_back(i);
                SALUS_TRY(below(node->children[i]));
                path.pop_back();
                node->children[i].reset();
            }
            return ok_status();
        }
        append(path, node->path);
        if (path.size() > 2 * Hash32::size()) return Error(kBadNode, "path longer than a key");
        SALUS_TRY(node->kind == Kind::leaf ? leaf(*node) : below(node->children[0]));
        path.resize(depth);
        return ok_status();
    }

    Status leaf(const Node& node) const {
        if (path.size() != 2 * Hash32::size()) return Error(kBadNode, "path shorter than a key");
        Hash32 key;
        for (std::size_t i = 0; i < Hash32::size(); ++i) {
            key[i] = static_cast<Byte>((path[2 * i] << 4) | path[2 * i + 1]);
        }
        return visit(key, node.value);
    }
};

} // namespace

Status for_each_leaf(const NodeSource& source, const std::optional<Hash32>& owner,
                     const Hash32& root, const LeafVisit& visit) {
    if (root == crypto::kEmptyTrieRoot) return ok_status();
    NodePtr node = make_unloaded(root);
    LeafWalk walk{source, owner ? &*owner : nullptr, visit, {}};
    return walk.below(node);
}

Hash32 ordered_trie_root(std::span<const Bytes> encoded_items) {
    const MemoryNodes none;
    Trie trie(none);
    for (std::size_t i = 0; i < encoded_items.size(); ++i) {
        SALUS_ASSERT(trie.put(codec::rlp::encode_integer(i), encoded_items[i]).ok());
    }
    NodeChanges nodes;
    return trie.commit(nodes);
}

} // namespace salus::state
