#include "codec/fuse_filter.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace salus::codec {

namespace {

using Part = FuseFilter::Part;
using Keys = std::span<const std::uint64_t>;

constexpr std::size_t kPartKeys = std::size_t{1} << 18; // about as many in a part
constexpr unsigned kMostPartBits = 20;
constexpr std::uint32_t kLongestSegment = std::uint32_t{1} << 18;
constexpr std::uint32_t kMostSegments = std::uint32_t{1} << 24;
constexpr std::size_t kHeader = 1 + 8 + 1;     // version, members, bits
constexpr std::size_t kPartHeader = 1 + 4 + 8; // bits of a segment's length, segments, seed
constexpr Byte kVersion = 1;
constexpr Byte kEmptyPart = 0xff; // instead of the bits

// The finaliser of splitmix64: another seed makes other places of the same keys.
std::uint64_t mixed(std::uint64_t key, std::uint64_t seed) {
    std::uint64_t h = key + seed;
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9ULL;
    h = (h ^ (h >> 27)) * 0x94d049bb133111ebULL;
    return h ^ (h >> 31);
}

std::uint16_t fingerprint(std::uint64_t hash) {
    return static_cast<std::uint16_t>(hash ^ (hash >> 32));
}

struct Places {
    std::uint32_t at[3];
};

Places places(const Part& part, std::uint64_t hash) {
    const std::uint64_t range = std::uint64_t{part.segment_count} * part.segment_length;
    const std::uint32_t mask = part.segment_length - 1;
    __extension__ using Wide = unsigned __int128;
    const auto first = static_cast<std::uint32_t>((static_cast<Wide>(hash) * range) >> 64);
    const std::uint32_t second =
        (first + part.segment_length) ^ (static_cast<std::uint32_t>(hash >> 18) & mask);
    const std::uint32_t third =
        (first + 2 * part.segment_length) ^ (static_cast<std::uint32_t>(hash) & mask);
    return {{first, second, third}};
}

std::size_t length_of(const Part& part) {
    return (std::size_t{part.segment_count} + 2) * part.segment_length;
}

// The sizes that the paper found to work nearly always at the first seed.
Part sized_for(std::size_t keys) {
    Part out;
    if (keys == 0) return out;
    const double n = static_cast<double>(std::max<std::size_t>(keys, 2));
    const double exponent = std::floor(std::log(n) / std::log(3.33) + 2.25);
    out.segment_length = std::min(kLongestSegment, std::uint32_t{1} << static_cast<int>(exponent));
    const double factor = std::max(1.125, 0.875 + 0.25 * std::log(1e6) / std::log(n));
    const auto wanted = static_cast<std::uint64_t>(std::ceil(n * factor));
    const std::uint64_t segments = (wanted + out.segment_length - 1) / out.segment_length;
    out.segment_count = static_cast<std::uint32_t>(std::max<std::uint64_t>(segments, 3) - 2);
    return out;
}

// Finds an order in which every key is the last of those before it to use one of its places: from
// the end of that order each fingerprint can be set without spoiling another.
class Peeling {
public:
    explicit Peeling(Part& part)
        : part_(part), users_(length_of(part)), xor_of_users_(length_of(part)) {}

    bool run(Keys keys) {
        for (const std::uint64_t key : keys) {
            const std::uint64_t hash = mixed(key, part_.seed);
            for (const std::uint32_t at : places(part_, hash).at) {
                ++users_[at];
                xor_of_users_[at] ^= hash;
            }
        }
        std::vector<std::uint32_t> alone;
        for (std::uint32_t at = 0; at < users_.size(); ++at) {
            if (users_[at] == 1) alone.push_back(at);
        }
        order_.reserve(keys.size());
        while (!alone.empty()) {
            const std::uint32_t at = alone.back();
            alone.pop_back();
            if (users_[at] == 1) take(at, alone);
        }
        return order_.size() == keys.size();
    }

    void assign() {
        part_.fingerprints.assign(users_.size(), 0);
        for (std::size_t i = order_.size(); i-- > 0;) {
            const auto& [hash, own] = order_[i];
            std::uint16_t value = fingerprint(hash);
            for (const std::uint32_t at : places(part_, hash).at) {
                if (at != own) value ^= part_.fingerprints[at];
            }
            part_.fingerprints[own] = value;
        }
    }

private:
    void take(std::uint32_t own, std::vector<std::uint32_t>& alone) {
        const std::uint64_t hash = xor_of_users_[own];
        order_.emplace_back(hash, own);
        for (const std::uint32_t at : places(part_, hash).at) {
            xor_of_users_[at] ^= hash;
            if (--users_[at] == 1) alone.push_back(at);
        }
    }

    Part& part_;
    std::vector<std::uint32_t> users_;
    std::vector<std::uint64_t> xor_of_users_;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> order_;
};

// Different keys have different hashes under every seed, so some seed does.
Part build_part(Keys keys) {
    Part part = sized_for(keys.size());
    while (!keys.empty()) {
        Peeling peeling(part);
        if (peeling.run(keys)) {
            peeling.assign();
            break;
        }
        part.seed += 0x9e3779b97f4a7c15ULL;
    }
    return part;
}

template <class Number>
void put(Bytes& out, Number value) {
    for (std::size_t i = 0; i < sizeof value; ++i) {
        out.push_back(static_cast<Byte>(value >> (8 * (sizeof value - 1 - i))));
    }
}
template <class Number>
Number take(ByteView& from) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i) out = (out << 8) | from[i];
    from = from.subspan(sizeof(Number));
    return static_cast<Number>(out);
}

void encode_part(Bytes& out, const Part& part) {
    const bool empty = part.segment_length == 0;
    out.push_back(empty ? kEmptyPart : static_cast<Byte>(std::countr_zero(part.segment_length)));
    put(out, part.segment_count);
    put(out, part.seed);
    for (const std::uint16_t value : part.fingerprints) put(out, value);
}

// All but the fingerprints, for which there is room in `from`.
Result<Part> parse_part_head(ByteView& from) {
    if (from.size() < kPartHeader) return Error(kBadFilter, "ends within a part");
    const Byte bits = take<Byte>(from);
    Part out;
    out.segment_count = take<std::uint32_t>(from);
    out.seed = take<std::uint64_t>(from);
    if (bits == kEmptyPart) {
        if (out.segment_count != 0 || out.seed != 0) return Error(kBadFilter, "an empty part");
        return out;
    }
    if (bits > 18 || out.segment_count == 0 || out.segment_count > kMostSegments) {
        return Error(kBadFilter, "sizes of a part");
    }
    out.segment_length = std::uint32_t{1} << bits;
    if (from.size() / 2 < length_of(out)) return Error(kBadFilter, "ends within a part");
    return out;
}

Result<Part> parse_part(ByteView& from) {
    SALUS_TRY_ASSIGN(Part out, parse_part_head(from));
    if (out.segment_length == 0) return out;
    const std::size_t length = length_of(out);
    out.fingerprints.reserve(length);
    for (std::size_t i = 0; i < length; ++i) out.fingerprints.push_back(take<std::uint16_t>(from));
    return out;
}

struct Head {
    std::uint64_t count = 0;
    unsigned part_bits = 0;
    std::size_t parts() const { return std::size_t{1} << part_bits; }
};

Result<Head> take_head(ByteView& from) {
    if (from.size() < kHeader) return Error(kBadFilter, "too short");
    if (take<Byte>(from) != kVersion) return Error(kBadFilter, "unknown version");
    Head out;
    out.count = take<std::uint64_t>(from);
    out.part_bits = take<Byte>(from);
    if (out.part_bits > kMostPartBits) return Error(kBadFilter, "too many parts");
    if (from.size() / kPartHeader < out.parts()) {
        return Error(kBadFilter, "ends within the parts");
    }
    return out;
}

std::size_t part_of(std::uint64_t key, unsigned bits) {
    return bits == 0 ? 0 : static_cast<std::size_t>(key >> (64 - bits));
}

} // namespace

Result<FuseFilter> FuseFilter::build(Keys keys, Executor& executor) {
    for (std::size_t i = 1; i < keys.size(); ++i) {
        if (keys[i - 1] >= keys[i]) return Error(kFilterRepeats);
    }
    FuseFilter out;
    out.count_ = keys.size();
    while (out.part_bits_ < kMostPartBits && keys.size() >> out.part_bits_ > kPartKeys) {
        ++out.part_bits_;
    }
    out.parts_.resize(std::size_t{1} << out.part_bits_);
    executor.parallel_for(out.parts_.size(), [&](std::size_t i) {
        const auto before = [&](std::size_t part) {
            return std::partition_point(keys.begin(), keys.end(), [&](std::uint64_t key) {
                return part_of(key, out.part_bits_) < part;
            });
        };
        out.parts_[i] = build_part(Keys(before(i), before(i + 1)));
    });
    return out;
}

bool FuseFilter::may_contain(std::uint64_t key) const {
    const Part& part = parts_[part_of(key, part_bits_)];
    if (part.segment_length == 0) return false;
    const std::uint64_t hash = mixed(key, part.seed);
    const Places at = places(part, hash);
    const std::uint16_t* values = part.fingerprints.data();
    return (fingerprint(hash) ^ values[at.at[0]] ^ values[at.at[1]] ^ values[at.at[2]]) == 0;
}

std::size_t FuseFilter::memory() const {
    std::size_t out = 0;
    for (const Part& part : parts_) out += sizeof part + 2 * part.fingerprints.size();
    return out;
}

// version (1) ‖ members (8) ‖ bits that name a part (1) ‖ parts; numbers big-endian.
Bytes FuseFilter::encode() const {
    Bytes out;
    out.reserve(kHeader + parts_.size() * kPartHeader + memory());
    put(out, kVersion);
    put(out, count_);
    put(out, static_cast<Byte>(part_bits_));
    for (const Part& part : parts_) encode_part(out, part);
    return out;
}

Result<FuseFilter> FuseFilter::parse(ByteView encoded) {
    SALUS_TRY_ASSIGN(const Head head, take_head(encoded));
    FuseFilter out;
    out.count_ = head.count;
    out.part_bits_ = head.part_bits;
    out.parts_.clear();
    out.parts_.reserve(head.parts());
    for (std::size_t i = 0; i < head.parts(); ++i) {
        SALUS_TRY_ASSIGN(Part part, parse_part(encoded));
        out.parts_.push_back(std::move(part));
    }
    if (!encoded.empty()) return Error(kBadFilter, "bytes after the end");
    return out;
}

Result<std::vector<std::size_t>> FuseFilter::piece_sizes(ByteView encoded) {
    SALUS_TRY_ASSIGN(const Head head, take_head(encoded));
    std::vector<std::size_t> out{kHeader};
    out.reserve(1 + head.parts());
    for (std::size_t i = 0; i < head.parts(); ++i) {
        SALUS_TRY_ASSIGN(const Part part, parse_part_head(encoded));
        const std::size_t places = part.segment_length == 0 ? 0 : length_of(part);
        encoded = encoded.subspan(2 * places);
        out.push_back(kPartHeader + 2 * places);
    }
    if (!encoded.empty()) return Error(kBadFilter, "bytes after the end");
    return out;
}

} // namespace salus::codec
