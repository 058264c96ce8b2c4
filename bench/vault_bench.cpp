// The record vault beside raw inserts of the same bytes, durable, on one database:
//     vault_bench sqlite FILE | postgres WORDS [records]
//     vault_bench object FILE MEBIBYTES
// Prints rows for docs/benchmarks.md. Eight writers; the raw ones put as many rows of the same
// bytes into as many jobs of the same group commit. Sealing takes part in "sealed and written"
// alone.

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "ledger/world_test.hpp"
#include "vault/upload.hpp"

namespace salus::vault {
namespace {

using Time = std::chrono::steady_clock;
constexpr int kWriters = 8;
constexpr std::size_t kPlain = 1500; // bytes of a resource

double seconds_since(Time::time_point start) {
    return std::chrono::duration<double>(Time::now() - start).count();
}

struct World {
    World(const std::string& engine, const std::string& where) {
        const auto open = [&](const std::string& name) {
            return engine == "postgres" ? store::open_postgres(name) : store::open_sqlite(name);
        };
        database = open(where).value();
        shred = open(where + "_shred").value();
        commits = std::make_unique<store::GroupCommit>(*database);
        ledger = ledger::Ledger::open(*database, ledger::kDomain).value();
        vault = Vault::open({*database, *commits, *shred, *ledger, random, clock}).value();
    }
    SystemRandom random;
    SystemClock clock;
    std::unique_ptr<store::Database> database, shred;
    std::unique_ptr<store::GroupCommit> commits;
    std::unique_ptr<ledger::Ledger> ledger;
    std::unique_ptr<Vault> vault;
};

struct Patient {
    FolderKey folder;
    ledger::Header header; // of the last block
    std::vector<BoxPlace> places;
};

Patient enrolled(World& it) {
    ledger::Header header;
    header.time = static_cast<std::uint64_t>(it.clock.since_epoch().count());
    header.nonce = {it.random.bytes<16>()};
    const auto genesis = ledger::seal(header, {ledger::entry(ledger::EntryKind::keys, "keys")},
                                      ledger::key(1), ledger::kDomain)
                             .value();
    SALUS_ASSERT(it.ledger->append(genesis, header.time).ok());
    header.chain = ledger::chain_of(genesis.header);
    header.parents = {ledger::hash_of(genesis.header)};
    return {crypto::secp256k1::generate(crypto::secp256k1::Scalar::random(it.random)), header, {}};
}

struct Visit {
    std::vector<NewRecord> records;
    ledger::Block block;
};

Visit sealed_visit(World& it, Patient& patient, std::size_t records) {
    Visit out;
    std::vector<ledger::Entry> entries;
    const Bytes plain(kPlain, 7);
    for (std::size_t i = 0; i < records; ++i) {
        const BoxPlace place{patient.header.chain, RecordId{it.random.bytes<16>()}};
        out.records.push_back(
            {place.record, seal(plain, patient.folder, place, it.random).value(), {}});
        entries.push_back({ledger::EntryKind::record_added, digest_of(out.records[i].box),
                           Bytes(SealedBox::kOverhead + 100, 1)});
        patient.places.push_back(place);
    }
    ++patient.header.height;
    out.block = ledger::seal(patient.header, entries, ledger::key(2), ledger::kDomain).value();
    patient.header.parents = {ledger::hash_of(out.block.header)};
    return out;
}

// Runs `work(writer)` in all writers at once; gives the seconds.
template <typename Work>
double together(const Work& work) {
    const auto start = Time::now();
    std::vector<std::thread> threads;
    for (int i = 0; i < kWriters; ++i) threads.emplace_back(work, static_cast<std::size_t>(i));
    for (std::thread& thread : threads) thread.join();
    return seconds_since(start);
}

void write_records(World& it, std::size_t total, std::size_t in_block) {
    const std::size_t blocks = total / in_block / kWriters;
    std::vector<Patient> patients;
    for (int i = 0; i < kWriters; ++i) patients.push_back(enrolled(it));
    const double sealed_too = together([&](std::size_t who) {
        for (std::size_t i = 0; i < blocks; ++i) {
            const Visit visit = sealed_visit(it, patients[who], in_block);
            SALUS_ASSERT(it.vault->put(visit.records, visit.block).ok());
        }
    });
    std::vector<std::vector<Visit>> ready(kWriters);
    for (std::size_t who = 0; who < kWriters; ++who) {
        for (std::size_t i = 0; i < blocks; ++i) {
            ready[who].push_back(sealed_visit(it, patients[who], in_block));
        }
    }
    const double written = together([&](std::size_t who) {
        for (const Visit& visit : ready[who]) {
            SALUS_ASSERT(it.vault->put(visit.records, visit.block).ok());
        }
    });
    SALUS_ASSERT(it.database
                     ->execute("CREATE TABLE IF NOT EXISTS raw(number INTEGER PRIMARY KEY,"
                               " bytes BLOB NOT NULL)")
                     .ok());
    const double raw = together([&](std::size_t who) {
        for (const Visit& visit : ready[who]) {
            const Status done = it.commits->run([&](store::Database& database) -> Status {
                SALUS_TRY(database.run("INSERT INTO raw(bytes) VALUES (?1)",
                                       ledger::encode(visit.block)));
                for (const NewRecord& one : visit.records) {
                    SALUS_TRY(database.run("INSERT INTO raw(bytes) VALUES (?1)", encode(one.box)));
                }
                return ok_status();
            });
            SALUS_ASSERT(done.ok());
        }
    });
    const auto records = static_cast<double>(blocks * in_block * kWriters);
    std::printf("| %zu a block | %.0f | %.0f | %.0f | %.2f |\n", in_block, records / sealed_too,
                records / written, records / raw, raw / written);
    std::vector<double> times;
    for (const BoxPlace& place : patients[0].places) {
        const auto start = Time::now();
        SALUS_ASSERT(it.vault->get(place).ok());
        times.push_back(seconds_since(start) * 1e6);
    }
    std::ranges::sort(times);
    std::printf("  reads of %zu records: p50 %.0f µs, p99 %.0f µs\n", times.size(),
                times[times.size() / 2], times[times.size() * 99 / 100]);
}

long peak_kib() {
    rusage use{};
    getrusage(RUSAGE_SELF, &use);
    return use.ru_maxrss;
}

void write_object(World& it, std::uint64_t mebibytes) {
    const auto secret = crypto::secp256k1::Scalar::random(it.random);
    Patient patient = enrolled(it);
    const FolderKey folder = crypto::secp256k1::generate(secret);
    const BoxPlace place{patient.header.chain, RecordId{it.random.bytes<16>()}};
    Uploads uploads(*it.vault);
    const UploadId upload{it.random.bytes<16>()};
    SALUS_ASSERT(uploads.begin(upload, place).ok());
    auto start = Time::now();
    ObjectSealer sealer = ObjectSealer::start(folder, place, it.random).value();
    Bytes plain(kChunkSize);
    for (std::uint32_t i = 0; i < mebibytes; ++i) {
        it.random.fill(plain);
        const Bytes sealed = sealer.seal_chunk(plain, i + 1 == mebibytes);
        SALUS_ASSERT(uploads.add(upload, i, sealed).ok());
    }
    const SealedBox box = sealer.finish(it.random);
    ++patient.header.height;
    const auto block =
        ledger::seal(patient.header,
                     {{ledger::EntryKind::record_added, digest_of(box, sealer.so_far()), {}}},
                     ledger::key(2), ledger::kDomain)
            .value();
    SALUS_ASSERT(uploads.finish(upload, box, block).ok());
    const double written = seconds_since(start);
    start = Time::now();
    const Record record = it.vault->get(place).value();
    const auto opener = ObjectOpener::open(record.box, data_key(record.box, secret).value(), place,
                                           *record.info.object)
                            .value();
    SALUS_ASSERT(opener
                     .read(
                         0, opener.size(),
                         [&](std::uint32_t i) { return uploads.chunk(record.info, i); },
                         [](ByteView) { return ok_status(); })
                     .ok());
    const double read = seconds_since(start);
    const auto size = static_cast<double>(mebibytes);
    std::printf("| %llu MiB | %.0f MiB/s | %.0f MiB/s | %ld MiB |\n",
                static_cast<unsigned long long>(mebibytes), size / written, size / read,
                peak_kib() / 1024);
}

} // namespace
} // namespace salus::vault

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() < 2) return 2;
    salus::vault::World world(words[0], words[1]);
    const std::size_t number = words.size() > 2 ? std::stoul(words[2]) : 8000;
    if (words[0] == "object") {
        salus::vault::write_object(world, number);
    } else {
        for (const std::size_t in_block : {1U, 10U}) {
            salus::vault::write_records(world, number, in_block);
        }
    }
    return 0;
}
