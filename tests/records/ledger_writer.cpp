// Writes blocks into the ledger of a node's database, as another process of the node would: until
// the records API founds chains, this is where a running node's blocks come from in tests/e2e.
//
//     ledger_writer DATABASE CHAIN-ID CONTRACT BLOCKS
//
// A line for each block, once it is durable: its hash. Entry 0 of block i holds "sealed-<i>-…".

#include <cstdio>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "crypto/hash.hpp"
#include "ledger/ledger.hpp"

namespace salus::ledger {
namespace {

struct Writer {
    SystemClock clock;
    SystemRandom random;
    std::unique_ptr<store::Database> database;
    std::unique_ptr<Ledger> ledger;
    crypto::SecretKey32 key;
    std::optional<Block> last;

    Status open(const std::string& where, const Domain& domain) {
        SALUS_TRY_ASSIGN(database, where.starts_with("postgres") ? store::open_postgres(where)
                                                                 : store::open_sqlite(where));
        SALUS_TRY_ASSIGN(ledger, Ledger::open(*database, domain));
        key.expose() = random.bytes<32>();
        return ok_status();
    }

    Result<BlockHash> write(int number) {
        const auto now = static_cast<std::uint64_t>(clock.since_epoch().count());
        Header header;
        header.time = last ? std::max(now, last->header.time) : now;
        header.nonce = random.bytes<16>();
        if (last) {
            header.chain = chain_of(last->header);
            header.height = last->header.height + 1;
            header.parents = {hash_of(last->header)};
        }
        const std::string text =
            "sealed-" + std::to_string(number) + "-" + to_hex(random.bytes<32>().bytes);
        const EntryKind kind = last ? EntryKind::record_added : EntryKind::keys;
        SALUS_TRY_ASSIGN(Block block, seal(header,
                                           {{kind, crypto::sha256(view(text)), to_bytes(text)},
                                            {EntryKind::record_read, {}, to_bytes("read")}},
                                           key, ledger->domain()));
        SALUS_TRY_ASSIGN(store::Transaction transaction, database->begin());
        SALUS_TRY(ledger->append(block, now));
        SALUS_TRY(transaction.commit());
        last = std::move(block);
        return hash_of(last->header);
    }
};

int run(const std::string& where, std::uint64_t chain, const std::string& contract, int blocks) {
    const auto anchor = address_from_hex(contract);
    if (!anchor.ok()) return 2;
    Writer writer;
    const Status opened = writer.open(where, {chain, *anchor});
    if (!opened.ok()) {
        std::fprintf(stderr, "%s\n", opened.error().text().c_str());
        return 1;
    }
    for (int i = 0; i < blocks; ++i) {
        const auto hash = writer.write(i);
        if (!hash.ok()) {
            std::fprintf(stderr, "%s\n", hash.error().text().c_str());
            return 1;
        }
        std::printf("%s\n", to_hex0x(hash->bytes).c_str());
        std::fflush(stdout);
    }
    return 0;
}

} // namespace
} // namespace salus::ledger

int main(int argc, char** argv) {
    if (argc != 5) return 2;
    return salus::ledger::run(argv[1], std::stoull(argv[2]), argv[3], std::stoi(argv[4]));
}
