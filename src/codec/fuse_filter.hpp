#pragma once
// Sets that answer "surely not" or "probably", in some 18.5 bits a member: binary fuse filters of
// three places with fingerprints of 16 bits (Graf and Lemire, "Binary Fuse Filters: Fast and
// Smaller Than Xor Filters", 2022). One in 65,536 keys that are no members is taken for one.
//
// A set is cut into parts by the upper bits of its keys, so that building takes little memory,
// parts are built side by side, and a reader who has an older set fetches the parts that differ.

#include <span>

#include "base/bytes.hpp"
#include "base/executor.hpp"

namespace salus::codec {

inline constexpr ErrorKind kBadFilter{"fuse_filter.malformed", "docs/protocol.md, fuse filter"};
inline constexpr ErrorKind kFilterRepeats{"fuse_filter.repeated_key", "each key once, ascending"};

// Keys are 64 bits of a hash: all bits must be as good as random. Immutable; thread-safe.
class FuseFilter {
public:
    // `keys` ascend. Several parts are built at once on `executor`. kFilterRepeats.
    static Result<FuseFilter> build(std::span<const std::uint64_t> keys, Executor& executor);
    // kBadFilter. What it allocates is bounded by the size of `encoded`.
    static Result<FuseFilter> parse(ByteView encoded);
    Bytes encode() const;
    // The sizes of what an encoding consists of: its head, then each part. Parts whose keys are the
    // same in two sets of as many parts are the same bytes. kBadFilter.
    static Result<std::vector<std::size_t>> piece_sizes(ByteView encoded);

    bool may_contain(std::uint64_t key) const;
    std::uint64_t count() const { return count_; } // of members
    std::size_t part_count() const { return parts_.size(); }
    std::size_t memory() const; // bytes

    // Three segments that follow each other have a place for each key.
    struct Part {
        std::uint32_t segment_length = 0; // a power of two; 0: no members
        std::uint32_t segment_count = 0;  // where the first of the three can lie
        std::uint64_t seed = 0;
        std::vector<std::uint16_t> fingerprints; // (segment_count + 2) · segment_length
    };

private:
    std::uint64_t count_ = 0;
    unsigned part_bits_ = 0; // upper bits of a key that name its part
    std::vector<Part> parts_{1};
};

} // namespace salus::codec
