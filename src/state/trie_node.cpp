#include "state/trie_node.hpp"

#include "codec/rlp.hpp"

namespace salus::state {

using codec::rlp::Reader;
using codec::rlp::Writer;
using Node = Trie::Node;
using Kind = Node::Kind;

namespace {

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
    if ((flag & 1) == 0 && (packed[0] & 0x0f) != 0) return Error(kBadNode, "hex prefix padding");
    node.kind = (flag & 2) != 0 ? Kind::leaf : Kind::extension;
    node.path = to_nibbles(packed);
    node.path.erase(node.path.begin(), node.path.begin() + ((flag & 1) != 0 ? 1 : 2));
    return ok_status();
}

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

} // namespace

Bytes to_nibbles(ByteView key) {
    Bytes out;
    out.reserve(key.size() * 2);
    for (const Byte b : key) {
        out.push_back(b >> 4);
        out.push_back(b & 0x0f);
    }
    return out;
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
    out->stored = true;
    out->reference = Reference(hash);
    return out;
}

Result<NodePtr> parse_node(ByteView encoded) {
    SALUS_TRY_ASSIGN(Reader in, Reader::list_of(encoded));
    const std::size_t items = count_items(in);
    if (items != 2 && items != 17) return Error(kBadNode, "2 or 17 items");
    SALUS_TRY_ASSIGN(NodePtr out, items == 2 ? parse_short(in) : parse_branch(in));
    SALUS_TRY(in.end());
    if (encoded.size() < Hash32::size()) out->reference = encoded;
    return out;
}

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

} // namespace salus::state
