// Base fees of the next block: EIP-1559, EIP-4844, EIP-7918.

#include <algorithm>

#include "state/transition.hpp"

namespace salus::state {

using evm::Revision;

namespace {

constexpr std::uint64_t kInitialBaseFee = 1'000'000'000;
constexpr std::uint64_t kElasticity = 2;
constexpr std::uint64_t kMaxChangeDenominator = 8;
constexpr std::uint64_t kBlobBaseCost = std::uint64_t{1} << 13; // EIP-7918

// An approximation of factor * e^(numerator / denominator) that all clients share (EIP-4844).
uint256 fake_exponential(const uint256& factor, const uint256& numerator,
                         const uint256& denominator) {
    uint256 output;
    uint256 accumulated = factor * denominator;
    for (std::uint64_t i = 1; accumulated; ++i) {
        output += accumulated;
        accumulated = accumulated * numerator / (denominator * uint256(i));
    }
    return output / denominator;
}

// EIP-7918: blobs do not get cheaper while they cost less than the execution that they imply.
bool below_reserve_price(const BlockHeader& parent, std::uint64_t excess, const Rules& rules) {
    if (rules.revision < Revision::osaka) return false;
    const uint256 reserve = uint256(kBlobBaseCost) * parent.base_fee_per_gas.value_or(uint256());
    return reserve > uint256(kGasPerBlob) * blob_base_fee(excess, rules.blobs);
}

} // namespace

uint256 next_base_fee(const BlockHeader& parent) {
    if (!parent.base_fee_per_gas) return kInitialBaseFee;
    const uint256 base = *parent.base_fee_per_gas;
    const std::uint64_t target = parent.gas_limit / kElasticity;
    if (parent.gas_used == target || target == 0) return base;
    const bool rises = parent.gas_used > target;
    const std::uint64_t distance = rises ? parent.gas_used - target : target - parent.gas_used;
    const uint256 change =
        base * uint256(distance) / uint256(target) / uint256(kMaxChangeDenominator);
    return rises ? base + std::max(change, uint256(1)) : base - change;
}

uint256 blob_base_fee(std::uint64_t excess_blob_gas, const BlobParameters& parameters) {
    if (parameters.base_fee_update_fraction == 0) return uint256(1);
    return fake_exponential(uint256(1), uint256(excess_blob_gas),
                            uint256(parameters.base_fee_update_fraction));
}

std::uint64_t next_excess_blob_gas(const BlockHeader& parent, const Rules& rules) {
    const std::uint64_t excess = parent.excess_blob_gas.value_or(0);
    const std::uint64_t used = parent.blob_gas_used.value_or(0);
    const std::uint64_t target = rules.blobs.target * kGasPerBlob;
    if (excess + used < target) return 0;
    if (below_reserve_price(parent, excess, rules)) {
        return excess + used * (rules.blobs.max - rules.blobs.target) / rules.blobs.max;
    }
    return excess + used - target;
}

} // namespace salus::state
