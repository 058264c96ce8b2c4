#include "evm/precompiles_curves.hpp"

#include "crypto/bn254.hpp"

namespace salus::evm {
namespace {

// `N` bytes of the input from `offset`, zeros where it ends before.
template <std::size_t N>
FixedBytes<N> field(ByteView input, std::size_t offset) {
    FixedBytes<N> out;
    if (offset >= input.size()) return out;
    std::memcpy(out.data(), input.data() + offset, std::min(N, input.size() - offset));
    return out;
}

template <std::size_t N>
PrecompileOutput output(const Result<FixedBytes<N>>& point) {
    if (!point.ok()) return {};
    return to_bytes(point->bytes);
}

PrecompileOutput output(const Result<bool>& truth) {
    if (!truth.ok()) return {};
    return to_bytes(to_hash(uint256(*truth ? 1 : 0)).bytes);
}

std::int64_t count(ByteView input, std::size_t size) {
    return static_cast<std::int64_t>(input.size() / size);
}

} // namespace

std::int64_t price_bn254_add(Revision revision, ByteView) {
    return revision >= Revision::istanbul ? 150 : 500;
}
std::int64_t price_bn254_multiply(Revision revision, ByteView) {
    return revision >= Revision::istanbul ? 6'000 : 40'000;
}
std::int64_t price_bn254_pairing(Revision revision, ByteView input) {
    const std::int64_t pairs = count(input, 192);
    return revision >= Revision::istanbul ? 45'000 + 34'000 * pairs : 100'000 + 80'000 * pairs;
}

PrecompileOutput bn254_add(Revision, ByteView input) {
    return output(crypto::bn254::add(field<64>(input, 0), field<64>(input, 64)));
}
PrecompileOutput bn254_multiply(Revision, ByteView input) {
    return output(crypto::bn254::multiply(field<64>(input, 0), field<32>(input, 64)));
}
PrecompileOutput bn254_pairing(Revision, ByteView input) {
    return output(crypto::bn254::pairing_product_is_one(input));
}

} // namespace salus::evm
