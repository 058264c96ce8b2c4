// The ledger beside raw inserts of the same bytes, durable, and proofs from a log of many leaves:
//     ledger_bench append sqlite FILE | append postgres WORDS [blocks]
//     ledger_bench proofs LEAVES
// Prints rows for docs/benchmarks.md. Eight writers with a patient's chain each; the raw ones put
// the same bytes into as many jobs of the same group commit.

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "base/random.hpp"
#include "ledger/ledger.hpp"
#include "ledger/world_test.hpp"
#include "store/group_commit.hpp"

namespace salus::ledger {
namespace {

using Time = std::chrono::steady_clock;
constexpr int kWriters = 8;
constexpr std::size_t kSealed = 300; // bytes of an entry

double seconds_since(Time::time_point start) {
    return std::chrono::duration<double>(Time::now() - start).count();
}

template <typename Work>
double together(const Work& work) {
    const auto start = Time::now();
    std::vector<std::thread> threads;
    for (int i = 0; i < kWriters; ++i) threads.emplace_back(work, static_cast<std::size_t>(i));
    for (std::thread& thread : threads) thread.join();
    return seconds_since(start);
}

// A chain of `count` blocks after its genesis.
std::vector<Block> chain(Random& random, std::size_t count, std::size_t entries) {
    Header header;
    header.time = kNow;
    header.nonce = {random.bytes<16>()};
    std::vector<Block> out;
    out.push_back(seal(header, {entry(EntryKind::keys, "keys")}, key(1), kDomain).value());
    header.chain = chain_of(out[0].header);
    for (std::size_t i = 0; i < count; ++i) {
        header.parents = {hash_of(out.back().header)};
        ++header.height;
        header.nonce = {random.bytes<16>()};
        std::vector<Entry> body;
        for (std::size_t e = 0; e < entries; ++e) {
            body.push_back({EntryKind::record_added, {random.bytes<32>()}, Bytes(kSealed, 1)});
        }
        out.push_back(seal(header, std::move(body), key(2), kDomain).value());
    }
    return out;
}

void append(const std::string& engine, const std::string& where, std::size_t blocks) {
    const auto database =
        (engine == "postgres" ? store::open_postgres(where) : store::open_sqlite(where)).value();
    store::GroupCommit commits(*database);
    const auto ledger = Ledger::open(*database, kDomain).value();
    SALUS_ASSERT(database
                     ->execute("CREATE TABLE IF NOT EXISTS raw(number INTEGER PRIMARY KEY,"
                               " bytes BLOB NOT NULL)")
                     .ok());
    SystemRandom random;
    for (const std::size_t entries : {1U, 10U, 100U}) {
        const std::size_t each = blocks / kWriters;
        std::vector<std::vector<Block>> chains;
        for (int i = 0; i < kWriters; ++i) chains.push_back(chain(random, each, entries));
        const auto write = [&](const auto& one) {
            return together([&](std::size_t who) {
                for (const Block& block : chains[who]) {
                    SALUS_ASSERT(one(block).ok());
                }
            });
        };
        const double raw = write([&](const Block& block) {
            return commits.run([&](store::Database& rows) {
                return rows.run("INSERT INTO raw(bytes) VALUES (?1)", encode(block));
            });
        });
        const double appended = write([&](const Block& block) {
            return commits.run([&](store::Database&) -> Status {
                SALUS_TRY(ledger->append(block, kNow));
                return ok_status();
            });
        });
        const double count = static_cast<double>((each + 1) * kWriters);
        std::printf("| %s, %zu entries a block | %.0f | %.0f | %.2f |\n", engine.c_str(), entries,
                    count / appended, count / raw, raw / appended);
    }
}

long peak_mib() {
    rusage use{};
    getrusage(RUSAGE_SELF, &use);
    return use.ru_maxrss / 1024;
}

Hash32 leaf(std::uint64_t index) {
    Hash32 out;
    for (std::size_t i = 0; i < 8; ++i) out.bytes[i] = static_cast<Byte>(index >> (8 * i));
    return log_leaf(out);
}

void proofs(std::uint64_t leaves) {
    constexpr std::uint64_t kProofs = 100'000;
    merkle::MemoryNodes nodes;
    merkle::Frontier frontier;
    auto start = Time::now();
    for (std::uint64_t i = 0; i < leaves; ++i) {
        frontier.append(leaf(i), [&](const merkle::Place& place, const Hash32& hash) {
            nodes.add(place, hash);
        });
    }
    const double built = seconds_since(start);
    const Hash32 root = frontier.root();
    SeededRandom random(1);
    std::vector<std::pair<std::uint64_t, merkle::Proof>> made;
    made.reserve(kProofs);
    start = Time::now();
    for (std::uint64_t i = 0; i < kProofs; ++i) {
        std::uint64_t index = 0;
        for (const Byte byte : random.bytes<8>()) index = index << 8 | byte;
        index %= leaves;
        made.emplace_back(index, merkle::inclusion_proof(index, leaves, nodes).value());
    }
    const double making = seconds_since(start);
    start = Time::now();
    for (const auto& [index, proof] : made) {
        SALUS_ASSERT(merkle::verify_inclusion(index, leaves, leaf(index), proof, root).ok());
    }
    const double checking = seconds_since(start);
    const auto rate = [](std::uint64_t count, double seconds) {
        return static_cast<double>(count) / seconds;
    };
    std::printf("| %llu | %.0f | %.0f | %.0f | %ld MiB |\n",
                static_cast<unsigned long long>(leaves), rate(leaves, built), rate(kProofs, making),
                rate(kProofs, checking), peak_mib());
}

} // namespace
} // namespace salus::ledger

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() == 2 && words[0] == "proofs") {
        salus::ledger::proofs(std::stoull(words[1]));
        return 0;
    }
    if (words.size() < 3 || words[0] != "append") return 2;
    salus::ledger::append(words[1], words[2], words.size() > 3 ? std::stoul(words[3]) : 8000);
    return 0;
}
