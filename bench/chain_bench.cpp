// How fast the embedded chain takes and seals transactions, every block durable, and answers calls.
//
//     chain_bench [TRANSACTIONS [DIRECTORY]]
//
// Signed ahead: half are transfers, half write a fresh slot and log (what issuing a certificate
// costs). Submitted in batches by two threads; the time ends when the last receipt is there.
#include <fmt/format.h>

#include <ctime>
#include <filesystem>
#include <thread>

#include "chain/testing/world.hpp"

namespace salus::chain {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr std::size_t kBatch = 200;
constexpr std::size_t kThreads = 2;

// Stores 1 at the slot calldata[0..32] unless it is set, then logs; returns the slot's value for
// calldata of 64 bytes.
Bytes registry_code() {
    return hex("0x60403614601b57"   // calldatasize == 64 → 0x1b
               "60015f3555"         // sstore(calldata[0], 1)
               "5f35335f5fa2"       // log2(caller, calldata[0])
               "60015f5260205ff300" // return 1
               "5b5f35545f5260205ff3");
}

// A key of the load by the bytes of its number, in this machine's order.
ByteView number_bytes(const std::uint64_t& number) {
    return {reinterpret_cast<const Byte*>(&number), sizeof number};
}

struct Load {
    std::vector<Bytes> raws; // in the order of each sender's nonces
};

std::vector<Load> sign_load(std::size_t count, const Address& registry) {
    std::vector<Load> loads(kThreads);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            for (std::size_t i = 0; i < count / kThreads; ++i) {
                testing::Sent sent{.from = t + 1, .nonce = i};
                if (i % 2 == 1) {
                    sent.to = registry;
                    sent.value = 0;
                    const Hash32 slot = crypto::keccak256(number_bytes(i * kThreads + t));
                    sent.data = to_bytes(ByteView(slot.bytes));
                    sent.gas = 100'000;
                }
                loads[t].raws.push_back(testing::raw(sent));
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    return loads;
}

double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

class Watch {
public:
    double wall() const { return Seconds(std::chrono::steady_clock::now() - start_).count(); }
    double cpu() const { return cpu_seconds() - cpu_; }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    double cpu_ = cpu_seconds();
};

void report(std::string_view what, std::size_t count, const Watch& watch) {
    const auto n = static_cast<double>(count);
    fmt::print("{:<34} {:>9.0f} /s   {:>7.1f} µs CPU each   {:>7} in {:.2f} s\n", what,
               n / watch.wall(), watch.cpu() / n * 1e6, count, watch.wall());
}

void submit_all(Chain& chain, const std::vector<Load>& loads) {
    std::vector<std::thread> threads;
    threads.reserve(loads.size());
    for (const Load& load : loads) {
        threads.emplace_back([&chain, &load] {
            const std::span<const Bytes> all(load.raws);
            for (std::size_t i = 0; i < all.size(); i += kBatch) {
                const auto batch = all.subspan(i, std::min(kBatch, all.size() - i));
                for (const auto& result : chain.submit_many(batch)) {
                    if (!result.ok()) fmt::print(stderr, "refused: {}\n", result.error().text());
                }
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
}

void bench_transactions(Chain& chain, std::size_t count, const Address& registry) {
    const std::vector<Load> loads = sign_load(count, registry);
    const std::uint64_t first = chain.head().header.number;
    const Watch watch;
    submit_all(chain, loads);
    report("accepted, durable in the journal", count, watch);
    HeaderInfo head = chain.head();
    while (chain.pool_status().pending != 0 && !chain.failure()) {
        head = chain.wait_for_head(head.hash, std::chrono::milliseconds(50));
    }
    report("sealed, every block durable", count, watch);
    fmt::print("  in {} blocks\n", chain.head().header.number - first);
}

void bench_calls(Chain& chain, const Address& registry, const BlockId& at, std::string_view what) {
    constexpr std::size_t kCalls = 40'000;
    const Watch watch;
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            for (std::size_t i = t; i < kCalls; i += kThreads) {
                state::SimulationRequest request;
                request.to = registry;
                const Hash32 slot = crypto::keccak256(number_bytes(i));
                request.input = to_bytes(ByteView(slot.bytes));
                request.input.resize(64);
                const auto reading = chain.at(at);
                const auto outcome = (*reading)->call(request);
                SALUS_ASSERT(outcome.ok() && outcome->output.size() == 32);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    report(what, kCalls, watch);
}

int run(std::size_t count, const std::string& directory) {
    SystemClock clock;
    SystemRandom random;
    testing::TestSealer sealer;
    Options options;
    options.threads = kThreads;
    options.limits.pool_transactions = count + 16;
    options.limits.sender_transactions = count + 16;
    options.limits.nonce_gap = count + 16;
    auto store = store::open_rocksdb(directory, Chain::columns());
    if (!store.ok()) return fmt::print(stderr, "{}\n", store.error().text()), 1;
    auto chain =
        Chain::open(std::move(*store), testing::make_genesis(), options, clock, random, &sealer);
    if (!chain.ok()) return fmt::print(stderr, "{}\n", chain.error().text()), 1;
    const auto deployed = (*chain)->submit(testing::raw(testing::creation(0, registry_code())));
    SALUS_ASSERT(deployed.ok());
    while (!(*chain)->receipt(*deployed)->has_value()) {
        (*chain)->wait_for_head((*chain)->head().hash, std::chrono::milliseconds(50));
    }
    const Address registry = *(**(*chain)->receipt(*deployed)).contract_address;
    bench_transactions(**chain, count, registry);
    bench_calls(**chain, registry, Tag::latest, "eth_call at the head");
    const std::uint64_t old = (*chain)->head().header.number - 1;
    bench_calls(**chain, registry, old, "eth_call one block before");
    return 0;
}

} // namespace
} // namespace salus::chain

int main(int count, char** arguments) {
    namespace fs = std::filesystem;
    const std::size_t transactions = count > 1 ? std::stoul(arguments[1]) : 20'000;
    std::string directory;
    if (count > 2) {
        directory = arguments[2];
    } else {
        directory = (fs::temp_directory_path() / "salus-chain-bench-XXXXXX").string();
        SALUS_ASSERT(mkdtemp(directory.data()) != nullptr);
    }
    const int result = salus::chain::run(transactions, directory);
    if (count <= 2) fs::remove_all(directory);
    return result;
}
