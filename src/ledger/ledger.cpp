#include "ledger/ledger.hpp"

#include <fmt/format.h>

namespace salus::ledger {
namespace {

constexpr store::Migration kMigrations[] = {
    {1, R"sql(
CREATE TABLE ledger_block (
    place       INTEGER PRIMARY KEY,
    hash        BLOB NOT NULL UNIQUE,
    chain       BLOB NOT NULL,
    height      INTEGER NOT NULL,
    time        INTEGER NOT NULL,
    author      BLOB NOT NULL,
    block       BLOB NOT NULL
) STRICT;
CREATE INDEX ledger_history ON ledger_block(chain, height, hash);

CREATE TABLE ledger_head (
    chain       BLOB NOT NULL,
    hash        BLOB NOT NULL,
    PRIMARY KEY (chain, hash)
) STRICT;

CREATE TABLE ledger_node (
    level       INTEGER NOT NULL,
    place       INTEGER NOT NULL,
    hash        BLOB NOT NULL,
    PRIMARY KEY (level, place)
) STRICT;
)sql"},
    // What the public chain has of this node's log, in its order (ledger/anchorer.hpp).
    {2, R"sql(
CREATE TABLE ledger_anchor (
    place            INTEGER PRIMARY KEY,
    size             INTEGER NOT NULL,
    root             BLOB NOT NULL,
    time             INTEGER NOT NULL,
    block            INTEGER NOT NULL,
    block_hash       BLOB NOT NULL,
    transaction_hash BLOB NOT NULL
) STRICT;
)sql"},
};

// The log's nodes, in the database.
class StoredNodes final : public merkle::Nodes {
public:
    explicit StoredNodes(store::Database& database) : database_(database) {}
    Result<Hash32> node(const merkle::Place& place) const override {
        SALUS_TRY_ASSIGN(
            const auto row,
            database_.query("SELECT hash FROM ledger_node WHERE level = ?1 AND place = ?2",
                            place.level, place.index));
        SALUS_TRY_ASSIGN(const bool found, row->step());
        if (!found) return Error(store::kSqlCorrupt, "a node of the log is missing");
        return row->fixed<32>(0);
    }

private:
    store::Database& database_;
};

struct Known {
    PrivateChainId chain;
    std::uint64_t height = 0, time = 0;
};

Result<std::optional<Known>> find(store::Database& database, const BlockHash& hash) {
    SALUS_TRY_ASSIGN(
        const auto row,
        database.query("SELECT chain, height, time FROM ledger_block WHERE hash = ?1", hash));
    SALUS_TRY_ASSIGN(const bool found, row->step());
    if (!found) return std::optional<Known>();
    Known out;
    SALUS_TRY_ASSIGN(out.chain, row->fixed<32>(0));
    out.height = static_cast<std::uint64_t>(row->integer(1));
    out.time = static_cast<std::uint64_t>(row->integer(2));
    return std::optional(out);
}

Result<Block> read_block(const store::Statement& row) {
    auto block = decode_block(row.blob(0));
    if (!block.ok()) return Error(store::kSqlCorrupt, block.error().text());
    return block;
}

} // namespace

std::unique_ptr<merkle::Nodes> stored_nodes(store::Database& database) {
    return std::make_unique<StoredNodes>(database);
}

Hash32 log_leaf(const BlockHash& block) {
    return merkle::leaf_hash(block.bytes);
}

Result<std::unique_ptr<Ledger>> Ledger::open(store::Database& database, const Domain& domain) {
    SALUS_TRY(database.migrate(kMigrations, "ledger"));
    return std::unique_ptr<Ledger>(new Ledger(database, domain));
}

Status Ledger::check_place(const Header& header, std::uint64_t now) const {
    if (header.time > now + kClockSkew) return Error(kBadTime, "it lies in the future");
    std::uint64_t height = 0;
    for (const BlockHash& hash : header.parents) {
        SALUS_TRY_ASSIGN(const auto parent, find(database_, hash));
        if (!parent || parent->chain != header.chain) {
            return Error(kUnknownParent, to_hex0x(hash.bytes));
        }
        if (header.time < parent->time) return Error(kBadTime, "it is older than a parent");
        height = std::max(height, parent->height + 1);
    }
    if (header.height != height) {
        return Error(kBadHeight, fmt::format("{}, due is {}", header.height, height));
    }
    return ok_status();
}

Status Ledger::move_heads(const Header& header, const BlockHash& hash) {
    const PrivateChainId chain = chain_of(header);
    for (const BlockHash& parent : header.parents) {
        SALUS_TRY(
            database_.run("DELETE FROM ledger_head WHERE chain = ?1 AND hash = ?2", chain, parent));
    }
    return database_.run("INSERT INTO ledger_head VALUES (?1, ?2)", chain, hash);
}

Status Ledger::grow_log(std::uint64_t index, const BlockHash& hash) {
    const std::lock_guard lock(mutex_);
    std::optional<BlockHash> last;
    if (index > 0) {
        SALUS_TRY_ASSIGN(
            const auto row,
            database_.query("SELECT hash FROM ledger_block WHERE place = ?1", index - 1));
        SALUS_TRY(row->step());
        SALUS_TRY_ASSIGN(last, row->fixed<32>(0));
    }
    if (last_ != last || frontier_.size() != index) {
        SALUS_TRY_ASSIGN(frontier_, merkle::Frontier::read(index, StoredNodes(database_)));
    }
    Status stored = ok_status();
    frontier_.append(log_leaf(hash), [&](const merkle::Place& place, const Hash32& node) {
        if (!stored.ok()) return;
        stored = database_.run("INSERT INTO ledger_node VALUES (?1, ?2, ?3)", place.level,
                               place.index, node);
    });
    last_ = hash;
    return stored;
}

Result<Placed> Ledger::append(const Block& block, std::uint64_t now) {
    SALUS_TRY(check_author(block, domain_));
    const Header& header = block.header;
    const BlockHash hash = hash_of(header);
    if (const auto known = index_of(hash); known.ok() || known.error().kind() != kUnknownBlock) {
        if (!known.ok()) return known.error();
        return Placed{*known, false};
    }
    SALUS_TRY(check_place(header, now));
    SALUS_TRY_ASSIGN(const std::uint64_t index, log_size());
    SALUS_TRY(database_.run("INSERT INTO ledger_block VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", index,
                            hash, chain_of(header), header.height, header.time, header.author,
                            encode(block)));
    SALUS_TRY(move_heads(header, hash));
    SALUS_TRY(grow_log(index, hash));
    return Placed{index, true};
}

Result<Block> Ledger::block(const BlockHash& hash) const {
    SALUS_TRY_ASSIGN(const auto row,
                     database_.query("SELECT block FROM ledger_block WHERE hash = ?1", hash));
    SALUS_TRY_ASSIGN(const bool found, row->step());
    if (!found) return Error(kUnknownBlock, to_hex0x(hash.bytes));
    return read_block(*row);
}

Result<std::uint64_t> Ledger::index_of(const BlockHash& hash) const {
    SALUS_TRY_ASSIGN(const auto row,
                     database_.query("SELECT place FROM ledger_block WHERE hash = ?1", hash));
    SALUS_TRY_ASSIGN(const bool found, row->step());
    if (!found) return Error(kUnknownBlock, to_hex0x(hash.bytes));
    return static_cast<std::uint64_t>(row->integer(0));
}

Result<ChainHeads> Ledger::heads(const PrivateChainId& chain) const {
    SALUS_TRY_ASSIGN(
        const auto rows,
        database_.query("SELECT h.hash, b.height, b.time FROM ledger_head h JOIN ledger_block b "
                        "ON b.hash = h.hash WHERE h.chain = ?1 ORDER BY h.hash",
                        chain));
    ChainHeads out;
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) break;
        SALUS_TRY_ASSIGN(const BlockHash hash, rows->fixed<32>(0));
        out.heads.push_back(hash);
        out.height = std::max(out.height, static_cast<std::uint64_t>(rows->integer(1)));
        out.time = std::max(out.time, static_cast<std::uint64_t>(rows->integer(2)));
    }
    if (out.heads.empty()) return Error(kUnknownChain, to_hex0x(chain.bytes));
    return out;
}

Result<std::vector<Block>> Ledger::history(const PrivateChainId& chain, std::size_t most,
                                           const std::optional<BlockHash>& after) const {
    std::int64_t height = -1;
    BlockHash hash;
    if (after) {
        SALUS_TRY_ASSIGN(const auto known, find(database_, *after));
        if (!known || known->chain != chain) return Error(kUnknownBlock, to_hex0x(after->bytes));
        height = static_cast<std::int64_t>(known->height);
        hash = *after;
    }
    SALUS_TRY_ASSIGN(
        const auto rows,
        database_.query("SELECT block FROM ledger_block WHERE chain = ?1 AND (height > ?2 OR "
                        "(height = ?2 AND hash > ?3)) ORDER BY height, hash LIMIT ?4",
                        chain, height, hash, most));
    std::vector<Block> out;
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return out;
        SALUS_TRY_ASSIGN(Block block, read_block(*rows));
        out.push_back(std::move(block));
    }
}

Result<std::uint64_t> Ledger::log_size() const {
    SALUS_TRY_ASSIGN(const auto row,
                     database_.prepare("SELECT coalesce(max(place), -1) + 1 FROM ledger_block"));
    SALUS_TRY(row->step());
    return static_cast<std::uint64_t>(row->integer(0));
}

Result<std::vector<LogBlock>> Ledger::log_blocks(std::uint64_t first, std::size_t most) const {
    SALUS_TRY_ASSIGN(const auto rows,
                     database_.query("SELECT place, chain, hash FROM ledger_block WHERE place >= "
                                     "?1 ORDER BY place LIMIT ?2",
                                     first, most));
    std::vector<LogBlock> out;
    while (true) {
        SALUS_TRY_ASSIGN(const bool more, rows->step());
        if (!more) return out;
        SALUS_TRY_ASSIGN(const PrivateChainId chain, rows->fixed<32>(1));
        SALUS_TRY_ASSIGN(const BlockHash hash, rows->fixed<32>(2));
        out.push_back({static_cast<std::uint64_t>(rows->integer(0)), chain, hash});
    }
}

Result<Hash32> Ledger::log_root(std::uint64_t size) const {
    return merkle::root_at(size, StoredNodes(database_));
}

Result<merkle::Proof> Ledger::log_inclusion(std::uint64_t index, std::uint64_t size) const {
    return merkle::inclusion_proof(index, size, StoredNodes(database_));
}

Result<merkle::Proof> Ledger::log_consistency(std::uint64_t size1, std::uint64_t size2) const {
    return merkle::consistency_proof(size1, size2, StoredNodes(database_));
}

} // namespace salus::ledger
