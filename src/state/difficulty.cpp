// The difficulty of proof-of-work blocks (Yellow Paper 4.4.3): a step from the parent's by how
// long the block took, and the bomb that doubles every 100,000 blocks.

#include <algorithm>

#include "state/parameters.hpp"
#include "state/transition.hpp"

namespace salus::state {

namespace {

constexpr std::uint64_t kMinimum = 131'072;
constexpr std::uint64_t kBoundDivisor = 2048;
constexpr std::uint64_t kFrontierSeconds = 13;
constexpr std::uint64_t kMaxStepsDown = 99;
constexpr std::uint64_t kBombPeriod = 100'000;

// How many steps up (`up`) and down the time since the parent makes.
struct Steps {
    std::uint64_t up = 0;
    std::uint64_t down = 0;
};

Steps steps(const ForkParameters& fork, const BlockHeader& parent, std::uint64_t timestamp) {
    const std::uint64_t seconds = timestamp - parent.timestamp;
    if (fork.difficulty_step == 0) {
        return seconds < kFrontierSeconds ? Steps{1, 0} : Steps{0, 1};
    }
    const bool more = fork.ommers_raise_difficulty && parent.ommers_hash != kEmptyOmmersHash;
    const std::uint64_t up = more ? 2 : 1;
    return {up, std::min(seconds / fork.difficulty_step, kMaxStepsDown + up)};
}

uint256 bomb(std::uint64_t number, std::uint64_t delay) {
    const std::uint64_t period = number > delay ? (number - delay) / kBombPeriod : 0;
    return period < 2 ? uint256() : uint256(1) << (period - 2);
}

} // namespace

uint256 next_difficulty(const BlockHeader& parent, std::uint64_t timestamp, const Rules& rules) {
    const Steps by = steps(parameters(rules.revision), parent, timestamp);
    const uint256 step = parent.difficulty / uint256(kBoundDivisor);
    const uint256 moved = parent.difficulty + step * uint256(by.up) - step * uint256(by.down);
    return std::max(moved + bomb(parent.number + 1, rules.bomb_delay), uint256(kMinimum));
}

} // namespace salus::state
