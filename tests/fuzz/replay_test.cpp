// The fuzz targets without libFuzzer: what once failed stays mended, and seeds with small changes
// meet each decoder in every `make test`. The same inputs each time; one that fails is
// left in the working folder as TARGET-SIGNAL.input, to be kept in kept/TARGET.

#include <csignal>
#include <cstdlib>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "fuzz.hpp"
#include "mutate.hpp"
#include "support/archives.hpp"

namespace salus::fuzz {
namespace {

constexpr std::size_t kMostBytes = 65536;
constexpr std::size_t kMutations = 40'000;
constexpr std::size_t kImageMutations = 3000; // a symbol is looked for in each

// What the run was at when it ended: a failed assertion leaves no other trace of its input.
std::string_view running;
ByteView current;

extern "C" void keep_input(int signal) {
    std::ofstream(fmt::format("{}-{}.input", running, signal), std::ios::binary)
        << to_string(current);
    std::_Exit(1);
}

void run(const Target& target, ByteView input) {
    running = target.name;
    current = input;
    target.run(input);
}

std::vector<Bytes> files_of(const std::filesystem::path& folder) {
    std::vector<Bytes> out;
    for (const auto& file : test::files_below(folder, "")) {
        out.push_back(to_bytes(test::read_file(file)));
    }
    return out;
}

std::filesystem::path kept(const Target& target) {
    return std::filesystem::path(SALUS_FUZZ_KEPT) / target.name;
}

// Written by seeds.py in the test fuzz.seeds.
std::filesystem::path seeds(const Target& target) {
    return std::filesystem::path(SALUS_FUZZ_SEEDS) / target.name;
}

class Fuzz : public testing::TestWithParam<Target> {
protected:
    void SetUp() override {
        for (const int signal : {SIGABRT, SIGSEGV, SIGFPE}) std::signal(signal, keep_input);
    }
};

TEST_P(Fuzz, KeptInputsPass) {
    const auto inputs = files_of(kept(GetParam()));
    for (const Bytes& input : inputs) run(GetParam(), input);
    run(GetParam(), {});
}

TEST_P(Fuzz, MutatedSeedsPass) {
    auto inputs = files_of(seeds(GetParam()));
    for (Bytes& input : files_of(kept(GetParam()))) inputs.push_back(std::move(input));
    if (inputs.empty())
        GTEST_SKIP() << "no seeds of " << GetParam()
                     << ": outside data is absent (SALUS_TEST_DATA)";
    for (const Bytes& input : inputs) run(GetParam(), input);
    std::mt19937_64 random(20261123); // NOLINT(cert-msc51-cpp): seeded alike on purpose, so
                                      // that a failure comes again
    const std::size_t count = GetParam().name == "image" ? kImageMutations : kMutations;
    for (std::size_t i = 0; i < count; ++i) run(GetParam(), mutate(inputs, random, kMostBytes));
}

INSTANTIATE_TEST_SUITE_P(Decoders, Fuzz, testing::ValuesIn(targets()),
                         [](const auto& it) { return std::string(it.param.name); });

} // namespace
} // namespace salus::fuzz
