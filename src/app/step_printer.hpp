#pragma once
// Traces as EIP-3155 writes them: a line of JSON for each instruction on standard output.

#include "evm/host.hpp"

namespace salus::app {

// pc, op, gas, memSize, stack, depth (1 for the transaction's own call), opName. One thread.
class StepPrinter final : public evm::Tracer {
public:
    bool step(const evm::Step& step) override;
};

} // namespace salus::app
