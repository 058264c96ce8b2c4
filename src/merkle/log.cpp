#include "merkle/log.hpp"

#include <algorithm>
#include <bit>
#include <optional>

namespace salus::merkle {
namespace {

// The root over the leaves [begin, end), a subtree as RFC 9162 2.1.1 cuts them: its perfect parts
// from the right to the left.
Result<Hash32> range_root(std::uint64_t begin, std::uint64_t end, const Nodes& nodes) {
    std::optional<Hash32> out;
    while (end > begin) {
        const auto level = static_cast<unsigned>(std::countr_zero(end - begin));
        const std::uint64_t part = std::uint64_t{1} << level;
        SALUS_TRY_ASSIGN(const Hash32 hash, nodes.node({level, (end - part) >> level}));
        out = out ? node_hash(hash, *out) : hash;
        end -= part;
    }
    return out ? *out : empty_root();
}

// The largest power of two below `size`, at which RFC 9162 cuts (size is two at least).
std::uint64_t cut(std::uint64_t size) {
    return std::bit_floor(size - 1);
}

} // namespace

Result<Frontier> Frontier::read(std::uint64_t size, const Nodes& nodes) {
    Frontier out;
    out.size_ = size;
    std::uint64_t begin = 0;
    while (begin < size) {
        const std::uint64_t part = std::bit_floor(size - begin);
        const auto level = static_cast<unsigned>(std::countr_zero(part));
        SALUS_TRY_ASSIGN(const Hash32 peak, nodes.node({level, begin >> level}));
        out.peaks_.push_back(peak);
        begin += part;
    }
    return out;
}

Hash32 Frontier::root() const {
    if (peaks_.empty()) return empty_root();
    Hash32 out = peaks_.back();
    for (auto it = std::next(peaks_.rbegin()); it != peaks_.rend(); ++it) out = node_hash(*it, out);
    return out;
}

void Frontier::append(const Hash32& leaf,
                      const std::function<void(const Place&, const Hash32&)>& added) {
    Hash32 hash = leaf;
    Place place{0, size_};
    added(place, hash);
    while ((place.index & 1U) != 0) {
        hash = node_hash(peaks_.back(), hash);
        peaks_.pop_back();
        place = {place.level + 1, place.index >> 1U};
        added(place, hash);
    }
    peaks_.push_back(hash);
    ++size_;
}

Result<Hash32> root_at(std::uint64_t size, const Nodes& nodes) {
    return range_root(0, size, nodes);
}

Result<Proof> inclusion_proof(std::uint64_t index, std::uint64_t size, const Nodes& nodes) {
    SALUS_ASSERT(index < size);
    Proof out;
    std::uint64_t begin = 0;
    std::uint64_t end = size;
    while (end - begin > 1) {
        const std::uint64_t middle = begin + cut(end - begin);
        const bool left = index < middle;
        SALUS_TRY_ASSIGN(const Hash32 sibling,
                         left ? range_root(middle, end, nodes) : range_root(begin, middle, nodes));
        out.push_back(sibling);
        (left ? end : begin) = middle;
    }
    std::ranges::reverse(out);
    return out;
}

Result<Proof> consistency_proof(std::uint64_t size1, std::uint64_t size2, const Nodes& nodes) {
    SALUS_ASSERT(size1 >= 1 && size1 <= size2);
    Proof out;
    std::uint64_t begin = 0;
    std::uint64_t end = size2;
    while (end != size1) { // [begin, size1) is not yet a whole subtree
        const std::uint64_t middle = begin + cut(end - begin);
        const bool left = size1 <= middle;
        SALUS_TRY_ASSIGN(const Hash32 sibling,
                         left ? range_root(middle, end, nodes) : range_root(begin, middle, nodes));
        out.push_back(sibling);
        (left ? end : begin) = middle;
    }
    if (begin != 0) { // else it is the first log itself, whose root is known
        SALUS_TRY_ASSIGN(const Hash32 last, range_root(begin, end, nodes));
        out.push_back(last);
    }
    std::ranges::reverse(out);
    return out;
}

Result<Hash32> MemoryNodes::node(const Place& place) const {
    SALUS_ASSERT(place.level < levels_.size() && place.index < levels_[place.level].size());
    return levels_[place.level][place.index];
}

void MemoryNodes::add(const Place& place, const Hash32& hash) {
    if (place.level == levels_.size()) levels_.emplace_back();
    SALUS_ASSERT(place.index == levels_.at(place.level).size());
    levels_[place.level].push_back(hash);
}

} // namespace salus::merkle
