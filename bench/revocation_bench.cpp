// Offline revocation: look-ups per second among 100 million entries, and the memory they take, of
// the binary fuse filter that Salus's files hold, beside a sorted array that is searched and a
// Bloom filter of the same rate of false positives. Half of what is asked for is in the set. One
// thread.
//
//   revocation_bench                          SALUS_BENCH_ENTRIES=1000000 for a smaller set

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <thread>

#include <benchmark/benchmark.h>

#include "base/random.hpp"
#include "base/thread_pool.hpp"
#include "codec/fuse_filter.hpp"
#include "passport/revocation_list.hpp"

namespace salus {
namespace {

constexpr std::size_t kQuestions = std::size_t{1} << 22;

std::uint64_t next(std::uint64_t& state) { // splitmix64
    state += 0x9e3779b97f4a7c15ULL;
    std::uint64_t h = state;
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9ULL;
    h = (h ^ (h >> 27)) * 0x94d049bb133111ebULL;
    return h ^ (h >> 31);
}

// As many bits and hashes as bring false positives to 1 in 65,536: 23.1 a key, 16.
class BloomFilter {
public:
    explicit BloomFilter(const std::vector<std::uint64_t>& keys)
        : words_(static_cast<std::size_t>(
                     std::ceil(static_cast<double>(keys.size()) * 16 / std::log(2.0) / 64)) +
                 1) {
        for (const std::uint64_t key : keys) {
            visit(key, [&](std::uint64_t& word, std::uint64_t bit) {
                word |= bit;
                return true;
            });
        }
    }
    bool may_contain(std::uint64_t key) {
        return visit(
            key, [](const std::uint64_t& word, std::uint64_t bit) { return (word & bit) != 0; });
    }
    std::size_t memory() const { return 8 * words_.size(); }

private:
    template <class Each>
    bool visit(std::uint64_t key, Each each) {
        std::uint64_t state = key;
        const std::uint64_t step = next(state) | 1;
        __extension__ using Wide = unsigned __int128;
        const auto bits = static_cast<Wide>(words_.size() * 64);
        for (int i = 0; i < 16; ++i, key += step) {
            const auto at = static_cast<std::uint64_t>((static_cast<Wide>(key) * bits) >> 64);
            if (!each(words_[at / 64], std::uint64_t{1} << (at % 64))) return false;
        }
        return true;
    }

    std::vector<std::uint64_t> words_;
};

struct World {
    World() {
        const char* wanted = std::getenv("SALUS_BENCH_ENTRIES");
        const std::size_t count =
            wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 100'000'000;
        keys.resize(count);
        std::uint64_t state = 1;
        for (std::uint64_t& key : keys) key = next(state);
        for (std::size_t i = 0; i < kQuestions; ++i) {
            const std::uint64_t other = next(state);
            questions.push_back(i % 2 == 0 ? keys[other % count] : other);
        }
        std::ranges::sort(keys);
        const auto repeated = std::ranges::unique(keys);
        keys.erase(repeated.begin(), repeated.end());
        ThreadPool pool(std::max(1U, std::thread::hardware_concurrency()));
        filter.emplace(codec::FuseFilter::build(keys, pool).value());
    }
    static World& get() {
        static World world;
        return world;
    }

    std::vector<std::uint64_t> keys, questions;
    std::optional<codec::FuseFilter> filter;
};

// Asks everything in turn; `found` must be at least the half that is in the set.
template <class Ask>
void ask_all(benchmark::State& state, std::size_t memory, Ask ask) {
    const auto& questions = World::get().questions;
    std::size_t at = 0;
    std::size_t found = 0;
    for (auto _ : state) {
        found += ask(questions[at]) ? 1 : 0;
        at = (at + 1) % questions.size();
    }
    const auto asked = static_cast<double>(state.iterations());
    if (asked >= static_cast<double>(questions.size()) &&
        static_cast<double>(found) < 0.4999 * asked) {
        state.SkipWithError("members were not found");
    }
    const auto entries = static_cast<double>(World::get().keys.size());
    state.SetItemsProcessed(state.iterations());
    state.counters["MB"] = static_cast<double>(memory) / 1e6;
    state.counters["bits/entry"] = static_cast<double>(memory) * 8 / entries;
}

void fuse_filter(benchmark::State& state) {
    const codec::FuseFilter& filter = *World::get().filter;
    ask_all(state, filter.memory(), [&](std::uint64_t key) { return filter.may_contain(key); });
}
BENCHMARK(fuse_filter)->MinTime(3);

void sorted_array(benchmark::State& state) {
    const auto& keys = World::get().keys;
    ask_all(state, 8 * keys.size(),
            [&](std::uint64_t key) { return std::binary_search(keys.begin(), keys.end(), key); });
}
BENCHMARK(sorted_array)->MinTime(3);

void bloom_filter(benchmark::State& state) {
    static BloomFilter filter(World::get().keys);
    ask_all(state, filter.memory(), [&](std::uint64_t key) { return filter.may_contain(key); });
}
BENCHMARK(bloom_filter)->MinTime(3);

// What a verifier does: SHA-256 of issuer and commitment, then the filter.
void revocation_set(benchmark::State& state) {
    SeededRandom random(1);
    const Address issuer = random.bytes<20>();
    Hash32 commitment = random.bytes<32>();
    const passport::RevocationKeys keys(73127, random.bytes<20>());
    const codec::FuseFilter& filter = *World::get().filter;
    std::size_t found = 0;
    for (auto _ : state) {
        ++commitment[static_cast<std::size_t>(state.iterations()) % 32];
        found += filter.may_contain(keys.of_commitment(issuer, commitment)) ? 1 : 0;
    }
    benchmark::DoNotOptimize(found);
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(revocation_set)->MinTime(3);

// Reading a file's filter into memory.
void parse_filter(benchmark::State& state) {
    const Bytes encoded = World::get().filter->encode();
    for (auto _ : state) {
        const auto filter = codec::FuseFilter::parse(encoded);
        benchmark::DoNotOptimize(filter.ok());
    }
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(encoded.size()));
}
BENCHMARK(parse_filter)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace salus
