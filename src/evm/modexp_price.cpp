#include "evm/modexp_price.hpp"

#include <algorithm>
#include <limits>

namespace salus::evm {
namespace {

// Sizes beyond this are priced out of every block: the square alone is 2^64.
constexpr std::uint64_t kHugeSize = std::uint64_t{1} << 32;
constexpr std::int64_t kUnpayable = std::numeric_limits<std::int64_t>::max();

ByteView part(ByteView input, std::uint64_t offset, std::uint64_t size) {
    if (offset >= input.size()) return {};
    return input.subspan(offset, std::min<std::uint64_t>(size, input.size() - offset));
}

uint256 word_at(ByteView input, std::uint64_t offset) {
    Hash32 word;
    const ByteView bytes = part(input, offset, 32);
    std::copy(bytes.begin(), bytes.end(), word.begin());
    return load_be(word);
}

// The bit length of the exponent's first 32 bytes (fewer when it is shorter).
std::uint64_t head_bits(ByteView input, std::uint64_t base_size, std::uint64_t exponent_size) {
    const std::uint64_t size = std::min<std::uint64_t>(exponent_size, 32);
    const uint256 head = word_at(input, 96 + base_size) >> (8 * (32 - size));
    return static_cast<std::uint64_t>(bit_width(head));
}

uint128 complexity_eip198(std::uint64_t x) {
    const uint128 square = static_cast<uint128>(x) * x;
    if (x <= 64) return square;
    if (x <= 1024) return square / 4 + 96 * x - 3'072;
    return square / 16 + 480 * static_cast<uint128>(x) - 199'680;
}

uint128 squared_words(std::uint64_t x) {
    const uint128 words = (x + 7) / 8;
    return words * words;
}

std::int64_t clamp(uint128 price, std::int64_t least) {
    if (price > static_cast<uint128>(kUnpayable)) return kUnpayable;
    return std::max(least, static_cast<std::int64_t>(price));
}

} // namespace

ModexpHeader modexp_header(ByteView input) {
    return {word_at(input, 0), word_at(input, 32), word_at(input, 64)};
}

std::int64_t modexp_price(Revision revision, ByteView input) {
    const ModexpHeader in = modexp_header(input);
    const std::int64_t least = revision >= Revision::osaka    ? 500
                               : revision >= Revision::berlin ? 200
                                                              : 0;
    const uint256 longest = std::max(in.base_size, in.modulus_size);
    if (!longest && revision < Revision::osaka) return least;
    if (longest > uint256(kHugeSize) || in.exponent_size > uint256(kHugeSize)) return kUnpayable;
    const std::uint64_t x = longest.low64();
    const std::uint64_t exponent_size = in.exponent_size.low64();
    const std::uint64_t bits = head_bits(input, in.base_size.low64(), exponent_size);
    const std::uint64_t tail = exponent_size > 32 ? exponent_size - 32 : 0;
    const std::uint64_t per_byte = revision >= Revision::osaka ? 16 : 8;
    const uint128 steps = std::max<std::uint64_t>(1, per_byte * tail + (bits > 0 ? bits - 1 : 0));
    if (revision >= Revision::osaka) {
        return clamp((x > 32 ? 2 * squared_words(x) : 16) * steps, least);
    }
    if (revision >= Revision::berlin) return clamp(squared_words(x) * steps / 3, least);
    return clamp(complexity_eip198(x) * steps / 20, least);
}

} // namespace salus::evm
