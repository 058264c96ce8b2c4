// What libFuzzer calls: the one target of this program.

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    salus::fuzz::targets().front().run({data, size});
    return 0;
}
