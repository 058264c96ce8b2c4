#pragma once
// The entry point that libFuzzer calls. A target reads, and where reading succeeds, writing what
// was read must give it back: SALUS_ASSERT ends the run with the input.

#include "base/bytes.hpp"

namespace salus::fuzz {

void run(ByteView input); // each target defines it

} // namespace salus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    salus::fuzz::run({data, size});
    return 0;
}
