#pragma once
// The parts of an audit (ledger/audit.hpp). Internal to ledger; one thread.

#include <map>
#include <set>
#include <unordered_map>

#include "ledger/audit.hpp"

namespace salus::ledger {

class Auditor {
public:
    Auditor(store::Database& database, const AuditOptions& options);
    Result<AuditReport> run();

private:
    struct Row {
        std::int64_t place = 0, height = 0, time = 0;
        Bytes hash, chain, author, block;
    };
    // What children and heads need to know of a block.
    struct Facts {
        std::int64_t place = 0;
        Bytes chain;
        std::uint64_t height = 0, time = 0;
    };
    struct Checked {
        BlockHash hash;             // as most of the places say
        std::optional<Block> block; // none: its bytes are damaged
        bool whole = true;          // nothing was found in the row
    };

    // auditor.cpp: a block, its columns, its parents.
    Result<Checked> check_row(const Row& row);
    void check_columns(const Row& row, const Block& block, Checked& out);
    Status check_hash(const Row& row, Checked& out);
    Status check_parents(const Row& row, const Header& header, const BlockHash& hash);
    Result<std::optional<Facts>> facts_of(const BlockHash& hash);
    void note_block(const Row& row, const Checked& checked);

    // auditor_log.cpp: all of them, the tree, heads, anchors.
    Result<std::uint64_t> measure();
    Status check_strays(std::uint64_t size);
    Status check_range(std::uint64_t from, std::uint64_t to, std::uint64_t total);
    Status take_leaf(const Hash32& leaf, const std::optional<BlockHash>& block);
    Status missing_block(std::uint64_t place);
    Status check_node_strays();
    void check_known_roots();
    void check_beyond();
    Status check_heads();
    void check_head_row(const Bytes& chain, const Bytes& hash);
    Status check_anchor_rows();
    Status check_one_chain();
    Result<std::vector<Row>> rows(std::string_view where, std::int64_t a, std::int64_t b);
    Result<std::optional<Bytes>> stored_node(unsigned level, std::uint64_t place);

    void find(std::string table, std::string row, std::string column, std::string what,
              const std::optional<BlockHash>& block = {});

    store::Database& database_;
    const AuditOptions& options_;
    AuditReport report_;
    std::vector<KnownRoot> known_; // by size
    std::size_t next_known_ = 0;
    std::uint64_t agreed_ = 0; // the largest size with a root that agrees
    merkle::Frontier frontier_;
    std::set<Bytes> damaged_;                // chains whose heads cannot be told
    std::map<BlockHash, Facts> mended_;      // of rows with a fault
    std::map<Bytes, std::set<Bytes>> heads_; // by chain
    std::set<std::int64_t> strays_;          // rows of ledger_block outside the log
};

} // namespace salus::ledger
