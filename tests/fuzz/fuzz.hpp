#pragma once
// A target reads, and where reading succeeds, writing what was read must give it back: SALUS_ASSERT
// ends the run with the input. Each target has a file of its own, which says
//     SALUS_FUZZ_TARGET(name) { … input … }
// and is linked twice: alone with libFuzzer (entry.cpp), and with others into fuzz_test, which
// replays what once failed and mutates seeds for a short while in every `make test`.

#include <ostream>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace salus::fuzz {

struct Target {
    std::string_view name;
    void (*run)(ByteView input);
    friend std::ostream& operator<<(std::ostream& out, const Target& it) { return out << it.name; }
};

// Those that this program was linked with.
inline std::vector<Target>& targets() {
    static std::vector<Target> all;
    return all;
}

struct Registration {
    Registration(std::string_view name, void (*run)(ByteView)) { targets().push_back({name, run}); }
};

} // namespace salus::fuzz

#define SALUS_FUZZ_TARGET(name)                                                                    \
    static void run_##name(ByteView input);                                                        \
    static const Registration name##_registration{#name, run_##name};                              \
    static void run_##name(ByteView input)
