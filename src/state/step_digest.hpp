#pragma once
// A short number for what an execution did, instruction by instruction: two machines that ran the
// same transaction alike have the same one. Not cryptographic; for differential tests.

#include "evm/host.hpp"

namespace salus::state {

// Mixed in for each instruction before it is charged: position, depth, low 32 bits of the account
// whose storage is used, gas left (low and high half), height of the stack, and the low 32 bits of
// its three topmost items (0 for each that is not there). mix(x): digest = (rotl(digest, 5) xor x)
// * 0x9e3779b1 mod 2^32. The STOP that stands implicitly at the end of code is no instruction.
class StepDigest final : public evm::Tracer {
public:
    bool step(const evm::Step& step) override;
    std::uint64_t steps() const { return steps_; }
    std::uint32_t digest() const { return digest_; }

private:
    void mix(std::uint32_t value);

    std::uint64_t steps_ = 0;
    std::uint32_t digest_ = 0;
};

} // namespace salus::state
