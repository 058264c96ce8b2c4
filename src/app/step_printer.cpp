#include "app/step_printer.hpp"

#include <cstdio>
#include <iterator>

#include <fmt/format.h>

#include "evm/opcodes.hpp"

namespace salus::app {

bool StepPrinter::step(const evm::Step& step) {
    if (step.implicit_stop) return true;
    fmt::memory_buffer line;
    auto out = std::back_inserter(line);
    fmt::format_to(out, R"({{"pc":{},"op":{},"gas":"{:#x}","memSize":{},"stack":[)", step.pc,
                   step.opcode, step.gas, step.memory.size());
    const char* comma = "";
    for (const uint256& item : step.stack) {
        fmt::format_to(out, "{}\"{}\"", comma, to_quantity(item));
        comma = ",";
    }
    fmt::format_to(out, R"(],"depth":{},"opName":"{}"}})", step.depth + 1,
                   evm::kOpcodes[step.opcode].name);
    line.push_back('\n');
    std::fwrite(line.data(), 1, line.size(), stdout);
    return true;
}

} // namespace salus::app
