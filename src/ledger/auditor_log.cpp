#include "ledger/auditor.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "ledger/fields.hpp"

namespace salus::ledger {
namespace {

constexpr std::uint64_t kWindow = 256; // blocks read at once

std::string place_text(std::int64_t place) {
    return fmt::format("place {}", place);
}

std::string node_text(std::int64_t level, std::int64_t place) {
    return fmt::format("level {}, place {}", level, place);
}

std::string head_text(const Bytes& chain, const Bytes& hash) {
    return fmt::format("chain {}, hash {}", hex_text(chain), hex_text(hash));
}

Result<std::int64_t> number(store::Database& database, std::string_view query) {
    SALUS_TRY_ASSIGN(const auto row, database.prepare(query));
    SALUS_TRY(row->step());
    return row->integer(0);
}

} // namespace

// A row that went astray leaves the other table with all of its own.
Result<std::uint64_t> Auditor::measure() {
    SALUS_TRY_ASSIGN(const std::int64_t blocks,
                     number(database_, "SELECT count(*) FROM ledger_block"));
    SALUS_TRY_ASSIGN(const std::int64_t leaves,
                     number(database_, "SELECT count(*) FROM ledger_node WHERE level = 0"));
    return static_cast<std::uint64_t>(std::max(blocks, leaves));
}

Result<std::vector<Auditor::Row>> Auditor::rows(std::string_view where, std::int64_t a,
                                                std::int64_t b) {
    SALUS_TRY_ASSIGN(const auto rows,
                     database_.query("SELECT place, hash, chain, height, time, author, block "
                                     "FROM ledger_block WHERE " +
                                         std::string(where) + " ORDER BY place",
                                     a, b));
    std::vector<Row> out;
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return out;
        out.push_back({rows->integer(0), rows->integer(3), rows->integer(4), rows->blob(1),
                       rows->blob(2), rows->blob(5), rows->blob(6)});
    }
}

Result<std::optional<Bytes>> Auditor::stored_node(unsigned level, std::uint64_t place) {
    SALUS_TRY_ASSIGN(const auto row,
                     database_.query("SELECT hash FROM ledger_node WHERE level = ?1 AND place = ?2",
                                     level, place));
    SALUS_TRY_ASSIGN(const bool found, row->step());
    return found ? std::optional(row->blob(0)) : std::nullopt;
}

// Few, if any: a log that shrank by many is told by its anchors.
Status Auditor::check_strays(std::uint64_t size) {
    SALUS_TRY_ASSIGN(const auto found,
                     rows("place < ?1 OR place >= ?2", 0, static_cast<std::int64_t>(size)));
    for (const Row& row : found) {
        strays_.insert(row.place);
        damaged_.insert(row.chain);
        std::optional<BlockHash> hash;
        if (row.hash.size() == 32) std::ranges::copy(row.hash, hash.emplace().bytes.begin());
        find("ledger_block", place_text(row.place), "place",
             fmt::format("the log has {} blocks; this place is none of theirs", size), hash);
    }
    return ok_status();
}

Status Auditor::missing_block(std::uint64_t place) {
    find("ledger_block", place_text(static_cast<std::int64_t>(place)), "place",
         "no block stands here");
    // The log goes on with what it remembers.
    SALUS_TRY_ASSIGN(const auto leaf, stored_node(0, place));
    Hash32 hash;
    if (leaf && leaf->size() == 32) std::ranges::copy(*leaf, hash.bytes.begin());
    return take_leaf(hash, {});
}

Status Auditor::take_leaf(const Hash32& leaf, const std::optional<BlockHash>& block) {
    Status read = ok_status();
    frontier_.append(leaf, [&](const merkle::Place& at, const Hash32& node) {
        if (!read.ok()) return;
        const auto stored = stored_node(at.level, at.index);
        if (!stored.ok()) {
            read = stored.error();
            return;
        }
        if (*stored && equal(**stored, node.bytes)) return;
        find("ledger_node", node_text(at.level, static_cast<std::int64_t>(at.index)),
             *stored ? "hash" : "place",
             *stored ? "the blocks below give another hash" : "this node of the log is missing",
             at.level == 0 ? block : std::nullopt);
    });
    check_known_roots();
    return read;
}

void Auditor::check_known_roots() {
    const std::uint64_t size = frontier_.size();
    for (; next_known_ < known_.size() && known_[next_known_].size <= size; ++next_known_) {
        const KnownRoot& known = known_[next_known_];
        if (known.size != size) continue;
        if (known.root == frontier_.root()) {
            agreed_ = size;
            continue;
        }
        find("log", fmt::format("places {} to {}", agreed_, size - 1), "",
             fmt::format("rewritten history: {} has the root {} over the first {} blocks, here it "
                         "is {}; the first {} agree",
                         known.from, hex_text(known.root.bytes), size,
                         hex_text(frontier_.root().bytes), agreed_));
    }
}

void Auditor::check_beyond() {
    for (; next_known_ < known_.size(); ++next_known_) {
        const KnownRoot& known = known_[next_known_];
        find("log", fmt::format("places {} to {}", frontier_.size(), known.size - 1), "",
             fmt::format("shrunk log: {} has {} blocks, here are {}", known.from, known.size,
                         frontier_.size()));
    }
}

Status Auditor::check_range(std::uint64_t from, std::uint64_t to, std::uint64_t total) {
    for (std::uint64_t begin = from; begin < to; begin += kWindow) {
        const std::uint64_t end = std::min(begin + kWindow, to);
        SALUS_TRY_ASSIGN(const auto window,
                         rows("place >= ?1 AND place < ?2", static_cast<std::int64_t>(begin),
                              static_cast<std::int64_t>(end)));
        std::size_t next = 0;
        for (std::uint64_t place = begin; place < end; ++place) {
            const bool here =
                next < window.size() && window[next].place == static_cast<std::int64_t>(place);
            if (!here) {
                SALUS_TRY(missing_block(place));
                continue;
            }
            SALUS_TRY_ASSIGN(const Checked checked, check_row(window[next++]));
            SALUS_TRY(take_leaf(log_leaf(checked.hash), checked.hash));
        }
        if (options_.progress) options_.progress(end, total);
    }
    return ok_status();
}

Status Auditor::check_node_strays() {
    const auto stray = [&](std::int64_t level, std::int64_t place, const char* column) {
        find("ledger_node", node_text(level, place), column, "the log has no such node");
    };
    for (unsigned level = 0; level < 64; ++level) {
        SALUS_TRY_ASSIGN(const auto rows,
                         database_.query("SELECT place FROM ledger_node WHERE level = ?1 AND "
                                         "(place < 0 OR place >= ?2) ORDER BY place LIMIT 1000",
                                         level, frontier_.size() >> level));
        while (true) {
            SALUS_TRY_ASSIGN(const bool more, rows->step());
            if (!more) break;
            stray(level, rows->integer(0), "place");
        }
    }
    SALUS_TRY_ASSIGN(const auto rows,
                     database_.prepare("SELECT level, place FROM ledger_node "
                                       "WHERE level < 0 OR level > 63 LIMIT 1000"));
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return ok_status();
        stray(rows->integer(0), rows->integer(1), "level");
    }
}

void Auditor::check_head_row(const Bytes& chain, const Bytes& hash) {
    if (options_.chain && !equal(chain, options_.chain->bytes)) return;
    const auto expected = heads_.find(chain);
    if (expected != heads_.end() && expected->second.erase(hash) == 1) return;
    if (damaged_.contains(chain)) return;
    find("ledger_head", head_text(chain, hash), expected == heads_.end() ? "chain" : "hash",
         expected == heads_.end() ? "there is no such chain"
                                  : "that block is no head of its chain");
}

Status Auditor::check_heads() {
    Bytes chain, hash;
    while (true) {
        SALUS_TRY_ASSIGN(const auto rows,
                         database_.query("SELECT chain, hash FROM ledger_head WHERE chain > ?1 OR "
                                         "(chain = ?1 AND hash > ?2) ORDER BY chain, hash "
                                         "LIMIT 1000",
                                         chain, hash));
        std::size_t count = 0;
        while (true) {
            SALUS_TRY_ASSIGN(const bool more, rows->step());
            if (!more) break;
            ++count;
            chain = rows->blob(0);
            hash = rows->blob(1);
            check_head_row(chain, hash);
        }
        if (count < 1000) break;
    }
    for (const auto& [name, missing] : heads_) {
        if (damaged_.contains(name)) continue;
        for (const Bytes& head : missing) {
            find("ledger_head", head_text(name, head), "", "this head of the chain is missing");
        }
    }
    return ok_status();
}

Status Auditor::check_anchor_rows() {
    SALUS_TRY_ASSIGN(const auto rows,
                     database_.prepare("SELECT place, size, root, time, block, block_hash, "
                                       "transaction_hash FROM ledger_anchor ORDER BY place"));
    std::int64_t due = 0;
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return ok_status();
        const std::int64_t place = rows->integer(0);
        const std::string row = place_text(place);
        const bool known =
            place >= 0 && (!options_.anchors || std::cmp_less(place, options_.anchors->size()));
        if (!known) {
            find("ledger_anchor", row, "place", "the public chain has no such anchor");
            continue;
        }
        for (; due < place; ++due) {
            find("ledger_anchor", place_text(due), "place", "no anchor stands here");
            if (!options_.anchors) due = place - 1; // perhaps a number that nobody can count to
        }
        due = place + 1;
        if (!options_.anchors) continue;
        const auto& [anchor, where] = (*options_.anchors)[static_cast<std::size_t>(place)];
        const auto compare = [&](bool same, const char* column) {
            if (!same) find("ledger_anchor", row, column, "the public chain says otherwise");
        };
        compare(static_cast<std::uint64_t>(rows->integer(1)) == anchor.size, "size");
        compare(equal(rows->blob(2), anchor.root.bytes), "root");
        compare(static_cast<std::uint64_t>(rows->integer(3)) == anchor.time, "time");
        compare(static_cast<std::uint64_t>(rows->integer(4)) == anchor.block, "block");
        compare(equal(rows->blob(5), where.block_hash.bytes), "block_hash");
        compare(equal(rows->blob(6), where.transaction.bytes), "transaction_hash");
    }
}

// The blocks of one chain, each by its path to the newest root that somebody outside knows.
Status Auditor::check_one_chain() {
    SALUS_TRY_ASSIGN(report_.log_size, measure());
    const auto ledger_nodes = stored_nodes(database_);
    const KnownRoot* known = nullptr;
    for (const KnownRoot& one : known_) {
        if (one.size <= report_.log_size) known = &one;
    }
    SALUS_TRY_ASSIGN(report_.log_root, merkle::root_at(report_.log_size, *ledger_nodes));
    const std::uint64_t size = known != nullptr ? known->size : report_.log_size;
    const Hash32 root = known != nullptr ? known->root : report_.log_root;
    std::int64_t after = -1;
    while (true) {
        SALUS_TRY_ASSIGN(const auto next,
                         database_.query("SELECT place FROM ledger_block WHERE chain = ?1 AND "
                                         "place > ?2 ORDER BY place LIMIT 1",
                                         *options_.chain, after));
        SALUS_TRY_ASSIGN(const bool more, next->step());
        if (!more) break;
        after = next->integer(0);
        SALUS_TRY_ASSIGN(const auto row, rows("place = ?1 AND ?2 = 0", after, 0));
        SALUS_TRY_ASSIGN(const Checked checked, check_row(row.at(0)));
        const auto index = static_cast<std::uint64_t>(after);
        if (index >= size) continue;
        const auto proof = merkle::inclusion_proof(index, size, *ledger_nodes);
        const Status there =
            proof.ok() ? merkle::verify_inclusion(index, size, log_leaf(checked.hash), *proof, root)
                       : Status(proof.error());
        if (there.ok()) continue;
        find("log", place_text(after), "",
             fmt::format("no path from this block to the root over {} blocks{}", size,
                         known != nullptr ? ", " + known->from : std::string()),
             checked.hash);
    }
    if (known != nullptr) agreed_ = size;
    next_known_ = known_.size();
    if (report_.blocks == 0) {
        find("ledger_block", "chain " + hex_text(options_.chain->bytes), "", "no block of it here");
    }
    return check_heads();
}

Result<AuditReport> Auditor::run() {
    if (options_.chain) {
        SALUS_TRY(check_one_chain());
    } else {
        std::uint64_t size = 0;
        {
            SALUS_TRY_ASSIGN(const store::Transaction quiet, database_.begin());
            SALUS_TRY_ASSIGN(size, measure());
            SALUS_TRY(check_strays(size));
        }
        SALUS_TRY(check_range(0, size, size));
        SALUS_TRY_ASSIGN(const store::Transaction quiet, database_.begin());
        SALUS_TRY_ASSIGN(const std::uint64_t now, measure()); // what came meanwhile
        SALUS_TRY(check_range(size, now, now));
        SALUS_TRY(check_node_strays());
        SALUS_TRY(check_heads());
        SALUS_TRY(check_anchor_rows());
        check_beyond();
        report_.log_size = frontier_.size();
        report_.log_root = frontier_.root();
    }
    report_.chains = heads_.size();
    report_.anchored = agreed_;
    if (options_.anchors) {
        for (const AnchorRow& row : *options_.anchors) {
            report_.anchors += row.anchor.size <= agreed_ ? 1 : 0;
        }
    }
    return std::move(report_);
}

Result<AuditReport> audit(store::Database& database, const AuditOptions& options) {
    return Auditor(database, options).run();
}

} // namespace salus::ledger
