#include "state/step_digest.hpp"

#include <bit>

namespace salus::state {

void StepDigest::mix(std::uint32_t value) {
    digest_ = (std::rotl(digest_, 5) ^ value) * 0x9e3779b1U;
}

bool StepDigest::step(const evm::Step& step) {
    if (step.implicit_stop) return true;
    ++steps_;
    mix(static_cast<std::uint32_t>(step.pc));
    mix(static_cast<std::uint32_t>(step.depth));
    const Address& at = step.address;
    mix(std::uint32_t{at[16]} << 24 | std::uint32_t{at[17]} << 16 | std::uint32_t{at[18]} << 8 |
        at[19]);
    mix(static_cast<std::uint32_t>(step.gas));
    mix(static_cast<std::uint32_t>(step.gas >> 32));
    mix(static_cast<std::uint32_t>(step.stack.size()));
    for (std::size_t i = 1; i <= 3; ++i) {
        const bool there = i <= step.stack.size();
        mix(there ? static_cast<std::uint32_t>(step.stack[step.stack.size() - i].low64()) : 0);
    }
    return true;
}

} // namespace salus::state
