#include "app/chain_command.hpp"

#include <fstream>
#include <iostream>

#include <fmt/format.h>
#include <unistd.h>

#include "app/files.hpp"
#include "app/folder_lock.hpp"
#include "app/genesis.hpp"
#include "app/terminal.hpp"
#include "chain/transfer.hpp"

namespace salus::app {

namespace fs = std::filesystem;

namespace {

// How far it is: on a terminal a line that is drawn anew, elsewhere a line every ten seconds.
class Counter {
public:
    void show(std::string_view what, std::uint64_t done, std::uint64_t total) {
        const auto now = std::chrono::steady_clock::now();
        if (now - shown_ <
            (terminal_ ? std::chrono::milliseconds(200) : std::chrono::seconds(10))) {
            return;
        }
        shown_ = now;
        const std::string of = total == 0 ? "" : fmt::format(" of {}", total);
        fmt::print(stderr, "{}{}: {}{}{}", terminal_ ? "\r\033[K" : "", what, done, of,
                   terminal_ ? "" : "\n");
        drawn_ = terminal_;
    }
    ~Counter() {
        if (drawn_) fmt::print(stderr, "\r\033[K");
    }
    Counter() = default;
    Counter(const Counter&) = delete;
    Counter& operator=(const Counter&) = delete;

private:
    bool terminal_ = ::isatty(2) != 0;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point shown_ = std::chrono::steady_clock::now();
};

std::string chain_folder(const ChainCommandOptions& options) {
    return (options.datadir / "chain").string();
}

Result<std::unique_ptr<store::Reader>> open_reader(const ChainCommandOptions& options) {
    std::error_code ignored;
    if (!fs::exists(options.datadir / "chain" / "CURRENT", ignored)) {
        return Error(kCannotRead, "no chain is stored there; --datadir names the folder of "
                                  "`salus serve`")
            .at(chain_folder(options));
    }
    return store::open_rocksdb_reader(chain_folder(options), chain::Chain::columns());
}

// A chain that takes blocks from a file or another store; nobody but this process has it.
struct Target {
    std::unique_ptr<chain::Chain> chain;
    SystemClock clock;
    SystemRandom random;
};
Status open_target(const std::string& folder, const state::Genesis& genesis, Target& out) {
    SALUS_TRY_ASSIGN(auto store, store::open_rocksdb(folder, chain::Chain::columns()));
    chain::Options options;
    options.driven = true;
    options.kept_layers = 0;
    SALUS_TRY_ASSIGN(out.chain, chain::Chain::open(std::move(store), genesis, options, out.clock,
                                                   out.random, nullptr));
    return ok_status();
}

Result<chain::CheckReport> check(const store::Reader& reader,
                                 const std::optional<Hash32>& genesis = {}) {
    Counter counter;
    return chain::check_store(reader, genesis,
                              [&](std::string_view stage, std::uint64_t done, std::uint64_t total) {
                                  counter.show(stage, done, total);
                              });
}

void print_text(const chain::CheckReport& report) {
    fmt::print("{} blocks (head {}), {} transactions, {} accounts, {} slots, {} trie nodes\n",
               report.head + 1, to_hex0x(report.head_hash.bytes), report.transactions,
               report.accounts, report.slots, report.nodes);
    for (const chain::Fault& fault : report.faults) fmt::print("{}: {}\n", fault.where, fault.what);
    if (report.fault_count > report.faults.size()) {
        fmt::print("and {} faults more\n", report.fault_count - report.faults.size());
    }
    if (report.good()) {
        fmt::print("good\n");
    } else if (report.last_good) {
        fmt::print("damaged; blocks 0 to {} are whole: `salus chain repair` keeps them\n",
                   *report.last_good);
    } else {
        fmt::print("damaged; no block is whole: put a backup back\n");
    }
}

void print_json(const chain::CheckReport& report) {
    codec::json::object out;
    out["good"] = report.good();
    out["head"] = report.head;
    out["headHash"] = to_hex0x(report.head_hash.bytes);
    if (report.last_good) out["lastGood"] = *report.last_good;
    out["stateGood"] = report.state_good;
    out["transactions"] = report.transactions;
    out["accounts"] = report.accounts;
    out["slots"] = report.slots;
    out["nodes"] = report.nodes;
    out["faultCount"] = report.fault_count;
    codec::json::array faults;
    for (const chain::Fault& fault : report.faults) {
        faults.push_back({{"where", fault.where}, {"what", fault.what}});
    }
    out["faults"] = std::move(faults);
    fmt::print("{}\n", codec::print_json(codec::Json(std::move(out))));
}

// --- repair -------------------------------------------------------------------------------------

// A copy that can be opened, where the store itself cannot.
Status salvage(const fs::path& from, const fs::path& to) {
    std::error_code failed;
    fs::remove_all(to, failed);
    fs::copy(from, to, fs::copy_options::recursive, failed);
    if (failed) return Error(kCannotWrite, failed.message()).at(to.string());
    return store::salvage_rocksdb(to.string(), chain::Chain::columns());
}

struct Damaged {
    std::unique_ptr<store::KeyValue> store;
    fs::path salvaged; // a folder to be removed; empty: none
};
Result<Damaged> open_damaged(const fs::path& folder) {
    Damaged out;
    auto opened = store::open_rocksdb(folder.string(), chain::Chain::columns());
    if (!opened.ok() && opened.error().kind() == store::kStoreCorrupt) {
        fmt::print(stderr, "{}\nsalvaging what can be read\n", opened.error().text());
        out.salvaged = folder.string() + ".salvaged";
        SALUS_TRY(salvage(folder, out.salvaged));
        opened = store::open_rocksdb(out.salvaged.string(), chain::Chain::columns());
    }
    SALUS_TRY_ASSIGN(out.store, std::move(opened));
    return out;
}

// Runs what is whole into a new store and checks that; how many transactions wait again.
Result<std::uint64_t> rebuild(const store::Reader& from, const chain::CheckReport& report,
                              const state::Genesis& genesis, const fs::path& folder) {
    std::error_code failed;
    fs::remove_all(folder, failed);
    Target target;
    SALUS_TRY(open_target(folder.string(), genesis, target));
    {
        Counter counter;
        SALUS_TRY(
            chain::run_blocks(from, *report.last_good, *target.chain, [&](std::uint64_t number) {
                counter.show("blocks run again", number, *report.last_good);
            }));
    }
    target.chain.reset();
    SALUS_TRY_ASSIGN(auto store, store::open_rocksdb(folder.string(), chain::Chain::columns()));
    SALUS_TRY_ASSIGN(const std::uint64_t waiting,
                     chain::copy_waiting(from, *report.last_good + 1, report.head, *store));
    SALUS_TRY_ASSIGN(const chain::CheckReport mended, check(*store));
    if (!mended.good())
        return Error(chain::kDamaged, "the rebuilt chain: " + mended.faults[0].what);
    return waiting;
}

Status move_into_place(const fs::path& rebuilt, const fs::path& folder, const fs::path& old) {
    std::error_code failed;
    fs::rename(folder, old, failed);
    if (!failed) fs::rename(rebuilt, folder, failed);
    if (failed) return Error(kCannotWrite, failed.message()).at(folder.string());
    return ok_status();
}

// An older version's store is not checked: its blocks are, when they run again.
Result<chain::CheckReport> look_at(const Damaged& damaged, const state::Genesis& genesis) {
    const Hash32 hash = state::hash(genesis.header);
    auto report = check(*damaged.store, hash);
    if (!report.ok() && report.error().kind() == chain::kOtherFormat) {
        fmt::print("an earlier version wrote this store: its blocks run again\n");
        return chain::look_at_older_format(*damaged.store, hash);
    }
    if (report.ok()) print_text(*report);
    return report;
}

Status repair(const ChainCommandOptions& options) {
    SALUS_TRY_ASSIGN(const FolderLock lock, FolderLock::take(options.datadir));
    SALUS_TRY_ASSIGN(const state::Genesis genesis, load_genesis(options.genesis, options.dev));
    const fs::path folder = chain_folder(options);
    SALUS_TRY_ASSIGN(Damaged damaged, open_damaged(folder));
    SALUS_TRY_ASSIGN(const chain::CheckReport report, look_at(damaged, genesis));
    if (report.good() && report.accounts != 0 && damaged.salvaged.empty()) return ok_status();
    if (!report.last_good) return Error(kNothingGood).at(folder.string());
    const fs::path rebuilt = folder.string() + ".rebuilt";
    SALUS_TRY_ASSIGN(const std::uint64_t waiting,
                     rebuild(*damaged.store, report, genesis, rebuilt));
    damaged.store.reset();
    const fs::path old =
        folder.string() + ".damaged-" + std::to_string(SystemClock().unix_seconds());
    SALUS_TRY(move_into_place(rebuilt, folder, old));
    std::error_code ignored;
    if (!damaged.salvaged.empty()) fs::remove_all(damaged.salvaged, ignored);
    fmt::print("repaired: head is block {}; {} blocks were lost, {} transactions wait to be sealed "
               "again\nthe damaged store is kept in {}\n",
               *report.last_good, report.head - *report.last_good, waiting, old.string());
    return ok_status();
}

// --- export, import, backup ---------------------------------------------------------------------

Status export_chain(const ChainCommandOptions& options) {
    SALUS_TRY_ASSIGN(const auto reader, open_reader(options));
    SALUS_TRY_ASSIGN(const std::uint64_t head, chain::head_number(*reader));
    const std::uint64_t last = std::min(options.to.value_or(head), head);
    const std::uint64_t first = std::max<std::uint64_t>(options.from, 1);
    if (first > last + 1) return Error(kBadRangeAsked, "the head is block " + std::to_string(head));
    Counter counter;
    const auto progress = [&](std::uint64_t number) { counter.show("block", number, last); };
    if (options.file == "-") {
        return chain::export_blocks(*reader, first, last, std::cout, progress);
    }
    std::ofstream out(options.file, std::ios::binary | std::ios::trunc);
    if (!out) return Error(kCannotWrite).at(options.file);
    SALUS_TRY(chain::export_blocks(*reader, first, last, out, progress));
    fmt::print("blocks {} to {} are in {}\n", first, last, options.file);
    return ok_status();
}

Status import_chain(const ChainCommandOptions& options) {
    SALUS_TRY_ASSIGN(const FolderLock lock, FolderLock::take(options.datadir));
    SALUS_TRY_ASSIGN(const state::Genesis genesis, load_genesis(options.genesis, options.dev));
    std::ifstream file;
    if (options.file != "-") {
        file.open(options.file, std::ios::binary);
        if (!file) return Error(kCannotRead).at(options.file);
    }
    Target target;
    SALUS_TRY(open_target(chain_folder(options), genesis, target));
    Counter counter;
    const auto done =
        chain::import_blocks(*target.chain, options.file == "-" ? std::cin : file,
                             [&](std::uint64_t number) { counter.show("block", number, 0); });
    const chain::HeaderInfo head = target.chain->head();
    if (!done.ok()) {
        fmt::print(stderr, "the head is block {}\n", head.header.number);
        return done.error();
    }
    fmt::print("{} blocks imported, {} known before; the head is block {} {}\n", done->imported,
               done->known, head.header.number, to_hex0x(head.hash.bytes));
    return ok_status();
}

Status backup(const ChainCommandOptions& options) {
    SALUS_TRY_ASSIGN(const auto reader, open_reader(options));
    const fs::path folder = fs::path(options.file) / "chain";
    std::error_code ignored;
    if (fs::exists(folder, ignored) && !fs::is_empty(folder, ignored)) {
        return Error(kNotEmpty).at(folder.string());
    }
    SALUS_TRY(make_private_folder(options.file));
    SALUS_TRY_ASSIGN(auto copy, store::open_rocksdb(folder.string(), chain::Chain::columns()));
    {
        Counter counter;
        SALUS_TRY(chain::copy_store(*reader, *copy, [&](std::uint64_t entries) {
            counter.show("entries copied", entries, 0);
        }));
    }
    SALUS_TRY_ASSIGN(const chain::CheckReport report, check(*copy));
    print_text(report);
    if (!report.good()) return Error(chain::kDamaged, "the copy, and so the store, is damaged");
    fmt::print("the copy is in {}: to put it back, move it to the datadir's chain folder\n",
               folder.string());
    return ok_status();
}

int status_of(std::string_view command, const Status& status) {
    return status.ok() ? 0 : fail(command, status.error());
}

} // namespace

int chain_check_command(const ChainCommandOptions& options) {
    const auto reader = open_reader(options);
    if (!reader.ok()) return fail("chain check", reader.error());
    const auto report = check(**reader);
    if (!report.ok()) return fail("chain check", report.error());
    options.json ? print_json(*report) : print_text(*report);
    return report->good() ? 0 : 2;
}

int chain_repair_command(const ChainCommandOptions& options) {
    return status_of("chain repair", repair(options));
}
int chain_export_command(const ChainCommandOptions& options) {
    return status_of("chain export", export_chain(options));
}
int chain_import_command(const ChainCommandOptions& options) {
    return status_of("chain import", import_chain(options));
}
int chain_backup_command(const ChainCommandOptions& options) {
    return status_of("chain backup", backup(options));
}

} // namespace salus::app
