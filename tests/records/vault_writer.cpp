// Writes records under load until it is killed, and says each one that was acknowledged:
//     vault_writer sqlite FILE | postgres WORDS
// (the shred store is FILE_shred, or the database named with _shred at its end). Four threads, each
// on a patient's chain of its own; a line "chain record" on standard output after each acknowledged
// block of three. vault_kill_test.cpp kills it.

#include <unistd.h>

#include <thread>

#include "ledger/world_test.hpp"
#include "vault/vault.hpp"

namespace salus::vault {
namespace {

int write_under_load(const std::string& engine, const std::string& where) {
    const auto open = [&](const std::string& name) {
        return engine == "sqlite" ? store::open_sqlite(name) : store::open_postgres(name);
    };
    const auto database = open(where).value();
    const auto shred = open(where + "_shred").value();
    store::GroupCommit commits(*database);
    const auto ledger = ledger::Ledger::open(*database, ledger::kDomain).value();
    SystemRandom random;
    const SystemClock clock;
    const auto vault = Vault::open({*database, commits, *shred, *ledger, random, clock}).value();
    const auto write = [&](int) {
        const auto folder = crypto::secp256k1::generate(crypto::secp256k1::Scalar::random(random));
        ledger::Header header;
        header.time = static_cast<std::uint64_t>(clock.since_epoch().count());
        header.nonce = {random.bytes<16>()};
        const ledger::Block genesis =
            ledger::seal(header, {ledger::entry(ledger::EntryKind::keys, "keys")}, ledger::key(1),
                         ledger::kDomain)
                .value();
        SALUS_ASSERT(commits
                         .run([&](store::Database&) -> Status {
                             const auto placed = ledger->append(genesis, header.time);
                             return placed.ok() ? ok_status() : Status(placed.error());
                         })
                         .ok());
        header.chain = ledger::chain_of(genesis.header);
        header.parents = {ledger::hash_of(genesis.header)};
        while (true) {
            ++header.height;
            std::vector<NewRecord> records;
            std::vector<ledger::Entry> entries;
            for (int i = 0; i < 3; ++i) {
                const RecordId id{random.bytes<16>()};
                records.push_back(
                    {id, seal(Bytes(700, 1), folder, {header.chain, id}, random).value(), {}});
                entries.push_back({ledger::EntryKind::record_added, digest_of(records[i].box), {}});
            }
            const ledger::Block block =
                ledger::seal(header, entries, ledger::key(2), ledger::kDomain).value();
            SALUS_ASSERT(vault->put(records, block).ok());
            header.parents = {ledger::hash_of(block.header)};
            std::string said;
            for (const NewRecord& one : records) {
                said += to_hex(header.chain.bytes) + " " + to_hex(one.id.bytes) + "\n";
            }
            // One write of less than a page: lines of several threads do not mix.
            SALUS_ASSERT(::write(1, said.data(), said.size()) == static_cast<ssize_t>(said.size()));
        }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back(write, i);
    for (std::thread& thread : threads) thread.join();
    return 0;
}

} // namespace
} // namespace salus::vault

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() != 2) return 2;
    return salus::vault::write_under_load(words[0], words[1]);
}
