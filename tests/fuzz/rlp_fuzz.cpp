#include "codec/rlp.hpp"
#include "fuzz.hpp"

namespace salus::fuzz {
namespace {

constexpr int kMaxDepth = 64;

// An item made again of its parts is the same bytes.
Bytes again(const codec::rlp::Item& item, int depth) {
    if (!item.is_list) return codec::rlp::encode_bytes(item.payload);
    if (depth == kMaxDepth) return to_bytes(item.encoded);
    std::vector<Bytes> parts;
    codec::rlp::Reader reader(item.payload);
    while (!reader.done()) {
        const auto part = reader.item();
        if (!part.ok()) return to_bytes(item.encoded);
        parts.push_back(again(*part, depth + 1));
    }
    return codec::rlp::encode_list(parts);
}

} // namespace

SALUS_FUZZ_TARGET(rlp) {
    const auto item = codec::rlp::decode(input);
    if (item.ok()) SALUS_ASSERT(equal(again(*item, 0), input));
}

} // namespace salus::fuzz
